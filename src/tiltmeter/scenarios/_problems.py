"""What is wrong with a scenario file: collected first, so that the first in the order of the file is reported."""

import dataclasses
from collections.abc import Iterable

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from tiltmeter.errors import ScenarioError, nearest, unknown
from tiltmeter.scenarios._amount import AmountError
from tiltmeter.scenarios._document import CorrelationPart, Document, Entry, ReadingPart, TechnologyPart
from tiltmeter.scenarios._number import in_words
from tiltmeter.scenarios._repair import repaired
from tiltmeter.scenarios._yaml import Node, Path


@dataclasses.dataclass(frozen=True)
class Problem:
    """Something wrong in the file.

    Attributes:
        path: the field.
        message: what is wrong.
        missing: the name of a field that should be there, in the one at `path`; "" for none.
    """

    path: Path
    message: str
    missing: str = ""


def raise_first(problems: Iterable[Problem], tree: Node, file: str) -> None:
    """Raise `ScenarioError` for the problem that comes first in the file, if there is any."""
    first = min(problems, key=lambda problem: tree.locate(problem.path)[0], default=None)
    if first:
        line, field = tree.locate(first.path)
        raise ScenarioError(first.message, file, line, ".".join(filter(None, (field, first.missing))) or None)


def validated(tree: Node) -> tuple[Document, list[Problem]]:
    """The document that a tree is, and what is wrong with its form; what is wrong is left out of the document."""
    data = tree.plain()
    try:
        return Document.model_validate(data), []
    except ValidationError as error:
        errors = error.errors()
    misspelt = {_meant(details) for details in errors}
    return repaired(data, errors), [_problem(details) for details in errors if details["loc"] not in misspelt]


def _meant(details: ErrorDetails) -> Path | None:
    """The field that was meant by a name that does not exist; that it is missing then need not be said as well."""
    if details["type"] != "extra_forbidden":
        return None
    *owner, name = details["loc"]
    meant = nearest(str(name), _model_at(tuple(owner)).model_fields)
    return (*owner, meant) if meant else None


def _problem(details: ErrorDetails) -> Problem:
    path = details["loc"]
    cause = details.get("ctx", {}).get("error")
    if isinstance(cause, AmountError):
        return Problem((*path, *cause.path), str(cause))
    if cause is not None:
        return Problem(path, str(cause))
    if details["type"] == "missing":
        name = str(path[-1])
        return Problem(path[:-1], f"the field {name!r} is missing{_meaning(path)}.", name)
    return Problem(path, _words(details, path))


def _words(details: ErrorDetails, path: Path) -> str:
    given = in_words(details["input"])
    match details["type"]:
        case "extra_forbidden":
            return str(unknown("field", str(path[-1]), _model_at(path[:-1]).model_fields))
        case "string_type":
            return f"must be text, not {given}; put it in quotation marks if it is meant as text."
        case "model_type" | "dict_type" | "model_attributes_type":
            return f"must be a mapping of fields, not {given}."
        case "list_type":
            return f"must be a list, not {given}."
        case "too_short":
            return "must have at least one item."
        case _:
            return f"{details['msg']}, not {given}."


def _model_at(path: Path) -> type[BaseModel]:
    """The model of the mapping at `path`."""
    match path:
        case ("technology",):
            return TechnologyPart
        case ("readings", int()):
            return ReadingPart
        case ("correlations", int()):
            return CorrelationPart
        case (*_, "parameters" | "changes", str()):
            return Entry
        case _:
            return Document


def _meaning(path: Path) -> str:
    field = _model_at(path[:-1]).model_fields[str(path[-1])]
    return f": {field.description[0].lower()}{field.description[1:].rstrip('.')}" if field.description else ""
