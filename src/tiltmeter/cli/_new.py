"""`tiltmeter new`: a scenario file to start from."""

from pathlib import Path

from tiltmeter.cli import _print
from tiltmeter.errors import OutputError
from tiltmeter.scenarios import template


def new(name: str, force: bool) -> None:
    """Write a commented scenario file; `OutputError` where one exists already and `force` is not given."""
    path = Path(name) if Path(name).suffix in (".yaml", ".yml") else Path(f"{name}.yaml")
    text = template(path.stem)
    try:
        with path.open("w" if force else "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise OutputError(f"{path} exists already; choose another name, or replace it with --force.") from None
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror}.") from None
    _print.lines([f"{path} written. Edit it, then: tiltmeter check {path}"])
