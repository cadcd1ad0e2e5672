"""What is wrong with the form of a scenario file."""

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from tiltmeter.errors import nearest
from tiltmeter.inputs._entry import Entry
from tiltmeter.inputs._problems import Problem, problem_of
from tiltmeter.inputs._yaml import Node, Path
from tiltmeter.scenarios._document import CorrelationPart, Document, ReadingPart, TechnologyPart
from tiltmeter.scenarios._repair import repaired


def validated(tree: Node) -> tuple[Document, list[Problem]]:
    """The document that a tree is, and what is wrong with its form; what is wrong is left out of the document."""
    data = tree.plain()
    try:
        return Document.model_validate(data), []
    except ValidationError as error:
        errors = error.errors()
    misspelt = {_meant(details) for details in errors}
    return repaired(data, errors), [
        problem_of(details, _model_at) for details in errors if details["loc"] not in misspelt
    ]


def _meant(details: ErrorDetails) -> Path | None:
    """The field that was meant by a name that does not exist; that it is missing then need not be said as well."""
    if details["type"] != "extra_forbidden":
        return None
    *owner, name = details["loc"]
    meant = nearest(str(name), _model_at(tuple(owner)).model_fields)
    return (*owner, meant) if meant else None


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
