"""Loading scenarios: bundled ones by name, others from a file or a text."""

import hashlib
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING

from tiltmeter.errors import ScenarioError, unknown
from tiltmeter.inputs._files import read_bytes, text_of
from tiltmeter.inputs._yaml import parse
from tiltmeter.scenarios._scenario import Scenario

if TYPE_CHECKING:
    from tiltmeter.framework import System

_SUFFIXES = (".yaml", ".yml")


def load(name_or_path: str | Path) -> Scenario:
    """The scenario of that name among the bundled ones, or in the file at that path.

    Args:
        name_or_path: a path is told from a name by its ending .yaml or .yml, or by a separator in it.

    Raises:
        ScenarioError: when there is none, or it is wrong; the message says where and what is allowed.
    """
    given = str(name_or_path)
    if isinstance(name_or_path, str) and name_or_path in bundled():
        # Shown as it lies in the package, so that results are the same wherever that is installed.
        file = f"bundled/{name_or_path}.yaml"
        return _from_bytes(_folder().joinpath(f"{name_or_path}.yaml").read_bytes(), file)
    try:
        data = read_bytes(Path(name_or_path))
    except FileNotFoundError:
        if Path(given).suffix in _SUFFIXES or Path(given).name != given:
            raise ScenarioError("there is no such file. `tiltmeter list` shows the bundled scenarios.", given) from None
        message = str(unknown("scenario", given, bundled()))
        raise ScenarioError(f"{message} For a file of your own give its path, such as my-case.yaml.") from None
    return _from_bytes(data, given)


def loads(text: str, path: str = "<text>", system: "System | None" = None) -> Scenario:
    """The scenario that a text describes.

    Args:
        text: the content of a scenario file.
        path: what messages call it; an assessment that it names is looked for beside it.
        system: the assessed system that is its technology, where that is at hand already.

    Raises:
        ScenarioError: when it is wrong; the message says where and what is allowed.
    """
    return _from_text(text, path, text.encode("utf-8", "surrogatepass"), system)


def bundled() -> tuple[str, ...]:
    """The names of the scenarios that come with tiltmeter, sorted."""
    names = (entry.name for entry in _folder().iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml")))


def titles() -> dict[str, str]:
    """The titles of the bundled scenarios by name; nothing else in the files is looked at, so this is quick."""
    found: dict[str, str] = {}
    for name in bundled():
        title = parse(_folder().joinpath(f"{name}.yaml").read_text("utf-8"), f"bundled/{name}.yaml").child("title")
        found[name] = str(title.value) if title else name
    return found


def _folder() -> Traversable:
    return resources.files("tiltmeter.scenarios").joinpath("bundled")


def _from_bytes(data: bytes, file: str) -> Scenario:
    return _from_text(text_of(data, file), file, data)


def _from_text(text: str, file: str, data: bytes, system: "System | None" = None) -> Scenario:
    tree = parse(text, file)
    # Contests need JAX, which takes its time; a text that is no YAML is refused before.
    from tiltmeter.scenarios._build import build

    return build(tree, text, file, hashlib.sha256(data).hexdigest(), system)
