"""Loading scenarios: bundled ones by name, others from a file or a text."""

import hashlib
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING

from tiltmeter.inputs._bundled import found, names_in
from tiltmeter.inputs._files import text_of
from tiltmeter.inputs._yaml import SCENARIO, parse
from tiltmeter.scenarios._scenario import Scenario

if TYPE_CHECKING:
    from tiltmeter.framework import System


def load(name_or_path: str | Path) -> Scenario:
    """The scenario of that name among the bundled ones, or in the file at that path.

    Args:
        name_or_path: a path is told from a name by its ending .yaml or .yml, or by a separator in it.

    Raises:
        ScenarioError: when there is none, or it is wrong; the message says where and what is allowed.
    """
    data, file = found(name_or_path, _folder(), SCENARIO, "my-case.yaml")
    return _from_text(text_of(data, file), file, data)


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
    return names_in(_folder())


def titles() -> dict[str, str]:
    """The titles of the bundled scenarios by name; nothing else in the files is looked at, so this is quick."""
    said: dict[str, str] = {}
    for name in bundled():
        title = parse(_folder().joinpath(f"{name}.yaml").read_text("utf-8"), f"bundled/{name}.yaml").child("title")
        said[name] = str(title.value) if title else name
    return said


def _folder() -> Traversable:
    return resources.files("tiltmeter.scenarios").joinpath("bundled")


def _from_text(text: str, file: str, data: bytes, system: "System | None" = None) -> Scenario:
    tree = parse(text, file)
    # Contests need JAX, which takes its time; a text that is no YAML is refused before.
    from tiltmeter.scenarios._build import build

    return build(tree, text, file, hashlib.sha256(data).hexdigest(), system)
