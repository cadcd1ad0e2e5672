"""`tiltmeter new`: a scenario file to start from."""

import shlex
from pathlib import Path

from tiltmeter.cli import _print
from tiltmeter.errors import OutputError
from tiltmeter.scenarios import template


def new(name: str, force: bool) -> None:
    """Write a commented scenario file; `OutputError` where one exists already and `force` is not given."""
    given = Path(name)
    path = given if given.suffix in (".yaml", ".yml") else Path(f"{name}.yaml")
    if not any(letter.isalnum() for letter in given.stem):
        raise OutputError(f"{name!r} is no name for a scenario; give one with letters, such as my-question.")
    text = template(path.stem)
    try:
        with path.open("w" if force else "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise OutputError(f"{path} exists already; choose another name, or replace it with --force.") from None
    except FileNotFoundError:
        raise OutputError(f"{path} cannot be written: there is no folder {path.parent}. Create it first.") from None
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror}.") from None
    _print.lines([f"{path} written. Edit it, then: {shlex.join(['tiltmeter', 'check', str(path)])}"])
