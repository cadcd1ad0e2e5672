"""Files that come with tiltmeter, called by name, beside files of one's own, called by path."""

from importlib.resources.abc import Traversable
from pathlib import Path

from tiltmeter.errors import unknown
from tiltmeter.inputs._files import read_bytes
from tiltmeter.inputs._yaml import Kind

_SUFFIXES = (".yaml", ".yml")


def names_in(folder: Traversable) -> tuple[str, ...]:
    """The names of the files that come with tiltmeter, sorted."""
    names = (entry.name for entry in folder.iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml")))


def found(name_or_path: str | Path, folder: Traversable, kind: Kind, example: str) -> tuple[bytes, str]:
    """The bytes of a file, and what messages call it.

    Args:
        name_or_path: the name of one in `folder`, or a path, told from a name by its ending or by a separator in it.
        folder: what comes with tiltmeter.
        kind: what the file should be, for messages.
        example: what a file of one's own may be called.

    Raises:
        FileError: of that kind, when there is none.
    """
    given = str(name_or_path)
    if isinstance(name_or_path, str) and name_or_path in names_in(folder):
        # Shown as it lies in the package, so that results are the same wherever that is installed.
        return folder.joinpath(f"{name_or_path}.yaml").read_bytes(), f"bundled/{name_or_path}.yaml"
    try:
        if not given:  # which would be the folder one is in
            raise FileNotFoundError
        return read_bytes(Path(name_or_path), kind), given
    except FileNotFoundError:
        if given and (Path(given).suffix in _SUFFIXES or Path(given).name != given):
            raise kind.error(f"there is no such file. `tiltmeter list` shows the bundled {kind}s.", given) from None
        message = str(unknown(str(kind), given, names_in(folder)))
        raise kind.error(f"{message} For a file of your own give its path, such as {example}.") from None
