"""A file with mistakes, without them: so that what is right in its form can be checked for its meaning too."""

import copy
from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from tiltmeter.inputs._yaml import Path
from tiltmeter.scenarios._document import FORMAT, Document


def repaired(data: Any, errors: Iterable[ErrorDetails]) -> Document:
    """The document that the content of a file is when wrong fields are left out and missing ones filled in.

    What is filled in may be wrong in its meaning; that is then found where the field is missing, which is reported
    already. Lists of readings keep their length, so that positions in the document are those in the file.

    Args:
        data: nested dicts, lists and scalars.
        errors: what is wrong with them.
    """
    mended: Any = copy.deepcopy(data)
    found = list(errors)
    # A field is left out once at most, and what is filled in is right in its form, so this ends.
    while True:
        _mend(mended, found)
        try:
            return Document.model_validate(mended)
        except ValidationError as error:
            found = error.errors()


def _mend(data: Any, errors: list[ErrorDetails]) -> None:
    """Fill in what is missing, and remove what is wrong."""
    removed = dict[Path, None]()
    for error in errors:
        path: Path = error["loc"]
        if error["type"] == "missing" and _fill(data, path):
            continue
        while not _is_there(data, path):
            path = path[:-1]
        if len(path) == 2 and path[0] == "readings":
            data["readings"][path[1]] = {}
            continue
        while not isinstance(path[-1], str):
            path = path[:-1]  # of a list that holds something wrong, nothing is kept
        removed[path] = None
    for path in removed:
        if _is_there(data, path):
            del _at(data, path[:-1])[path[-1]]


def _fill(data: Any, path: Path) -> bool:
    """Fill in a missing field; whether there is something to fill in."""
    match path:
        case ("readings", int(index), "name" | "contest" as field):
            data["readings"][index][field] = f"reading-{index}" if field == "name" else "?"
        case ("readings",):
            data["readings"] = [{"name": "reading-0", "contest": "?"}]
        case ("technology",):
            data["technology"] = {"name": "?"}
        case ("format",):
            data["format"] = FORMAT
        case ("name" | "title" | "question" as field,):
            data[field] = "case"
        case _:
            return False
    return True


def _is_there(data: Any, path: Path) -> bool:
    try:
        _at(data, path)
    except (KeyError, IndexError, TypeError):
        return False
    return True


def _at(data: Any, path: Path) -> Any:
    """What stands at a path."""
    for step in path:
        if isinstance(data, str):
            raise TypeError("a text has no fields")
        data = data[step]
    return data
