"""What is wrong with a file: collected first, so that the first in the order of the file is reported."""

import dataclasses
from collections.abc import Callable, Iterable

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from tiltmeter.errors import FileError, ScenarioError, nearest, unknown
from tiltmeter.inputs._amount import AmountError
from tiltmeter.inputs._number import in_words
from tiltmeter.inputs._yaml import Node, Path

ModelAt = Callable[[Path], type[BaseModel]]


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


def raise_first(problems: Iterable[Problem], tree: Node, file: str, error: type[FileError] = ScenarioError) -> None:
    """Raise an error for the problem that comes first in the file, if there is any."""
    first = min(problems, key=lambda problem: tree.locate(problem.path)[0], default=None)
    if first:
        line, field = tree.locate(first.path)
        raise error(first.message, file, line, ".".join(filter(None, (field, first.missing))) or None)


def problems_of(error: ValidationError, model_at: ModelAt) -> list[Problem]:
    """The problems behind what pydantic found.

    A field that is missing because its name is misspelt is not said to be missing as well.

    Args:
        error: what pydantic found.
        model_at: the model of the mapping at a path.
    """
    errors = error.errors()
    misspelt = {_meant(details, model_at) for details in errors}
    return [problem_of(details, model_at) for details in errors if details["loc"] not in misspelt]


def _meant(details: ErrorDetails, model_at: ModelAt) -> Path | None:
    """The field that was meant by a name that does not exist."""
    if details["type"] != "extra_forbidden":
        return None
    *owner, name = details["loc"]
    meant = nearest(str(name), _fields(model_at(tuple(owner))))
    return (*owner, meant) if meant else None


def problem_of(details: ErrorDetails, model_at: ModelAt) -> Problem:
    """The problem behind an error of pydantic; `model_at` gives the model of the mapping at a path."""
    path = details["loc"]
    cause = details.get("ctx", {}).get("error")
    if isinstance(cause, AmountError):
        return Problem((*path, *cause.path), str(cause))
    if cause is not None:
        return Problem(path, str(cause))
    if details["type"] == "missing":
        name = str(path[-1])
        return Problem(path[:-1], f"the field {name!r} is missing{_meaning(path, model_at)}.", name)
    return Problem(path, _words(details, path, model_at))


def _words(details: ErrorDetails, path: Path, model_at: ModelAt) -> str:
    given = in_words(details["input"])
    match details["type"]:
        case "extra_forbidden":
            return str(unknown("field", str(path[-1]), _fields(model_at(path[:-1]))))
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


def _fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """The fields of a model by the names that they have in files."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _meaning(path: Path, model_at: ModelAt) -> str:
    field = _fields(model_at(path[:-1]))[str(path[-1])]
    return f": {field.description[0].lower()}{field.description[1:].rstrip('.')}" if field.description else ""
