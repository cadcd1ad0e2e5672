"""What is wrong with the form of a scenario file."""

from pydantic import BaseModel, ValidationError

from tiltmeter.framework import LinkPart
from tiltmeter.inputs._entry import Entry
from tiltmeter.inputs._problems import Problem, problems_of
from tiltmeter.inputs._yaml import Node, Path
from tiltmeter.scenarios._document import CorrelationPart, Document, ReadingPart, TechnologyPart
from tiltmeter.scenarios._repair import repaired


def validated(tree: Node) -> tuple[Document, list[Problem]]:
    """The document that a tree is, and what is wrong with its form; what is wrong is left out of the document."""
    data = tree.plain()
    try:
        return Document.model_validate(data), []
    except ValidationError as error:
        return repaired(data, error.errors()), problems_of(error, _model_at)


def _model_at(path: Path) -> type[BaseModel]:
    """The model of the mapping at `path`."""
    match path:
        case ("technology",):
            return TechnologyPart
        case ("technology", "links", int()):
            return LinkPart
        case ("readings", int()):
            return ReadingPart
        case ("correlations", int()):
            return CorrelationPart
        case (*_, "parameters" | "changes", str()):
            return Entry
        case _:
            return Document
