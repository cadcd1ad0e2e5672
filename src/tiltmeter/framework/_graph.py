"""The influence graph as data: which element pushes which, how much, and where several act only together."""

import dataclasses
import functools
from collections.abc import Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field, ValidationError, WithJsonSchema

from tiltmeter import evidence
from tiltmeter.errors import AssessmentError, UnknownNameError, unknown
from tiltmeter.framework._rubric import Rubric, rubric
from tiltmeter.inputs._entry import Entry, Filled, Model, Name, listing
from tiltmeter.inputs._files import read_bytes, text_of
from tiltmeter.inputs._number import finite_number
from tiltmeter.inputs._problems import Problem, problems_of, raise_first
from tiltmeter.inputs._quantity import Quantity
from tiltmeter.inputs._yaml import FRAMEWORK, Node, parse
from tiltmeter.inputs._yaml import Path as FieldPath

CURRENT = 1
"""The version of the graph that is used unless another is given."""


def _weight(given: object) -> float:
    number = finite_number(given)
    if not -1 <= number <= 1:
        raise ValueError(f"must be a weight between -1 and 1, both included, not {number:g}.")
    return number


_SCHEMA: dict[str, Any] = {"type": "number", "minimum": -1, "maximum": 1}
Weight = Annotated[float, BeforeValidator(_weight), WithJsonSchema(_SCHEMA)]


class _Influence(Model):
    weight: Weight = Field(description="How far it pushes, from -1 to 1.")
    low: Weight | None = Field(default=None, description="The least weight that is plausible; the weight if left out.")
    high: Weight | None = Field(default=None, description="The largest weight that is plausible.")
    why: Filled = Field(description="Why this sign and size.")
    evidence: Annotated[list[str], BeforeValidator(listing)] = Field(default=[])


class EdgePart(_Influence):
    """One element pushes another."""

    source: str = Field(alias="from", description="The element that pushes.")
    target: str = Field(alias="to", description="The element that is pushed.")


class GatePart(_Influence):
    """Several elements or dimensions push one element, by the product of their levels: only together."""

    name: Name
    sources: list[str] = Field(alias="from", min_length=2, description="Elements or dimensions that act together.")
    target: str = Field(alias="to", description="The element that is pushed.")


class _File(Model):
    format: Literal[1]
    version: int | str = Field(description="Its name or number.")
    based_on: int | None = Field(default=None, description="A version whose edges and gates stand unless given anew.")
    gain: Entry | None = Field(default=None, description="How many units of log-odds a weight of 1 is.")
    edges: Annotated[list[EdgePart], BeforeValidator(listing)] = Field(default=[])
    gates: Annotated[list[GatePart], BeforeValidator(listing)] = Field(default=[])


@dataclasses.dataclass(frozen=True)
class Influence:
    """An edge or a gate.

    Attributes:
        id: `from -> to`, or the name of the gate.
        sources: one element, or for a gate the elements and dimensions that act together.
        target: the element that is pushed.
        weight: how far, from -1 to 1.
        low: the least plausible weight.
        high: the largest.
        why: the reason for sign and size.
        evidence: ids of figures.
        gate: whether it is a gate.
    """

    id: str
    sources: tuple[str, ...]
    target: str
    weight: float
    low: float
    high: float
    why: str
    evidence: tuple[str, ...]
    gate: bool

    @functools.cached_property
    def quantity(self) -> Quantity:
        """The weight as an uncertain number: triangular over its range."""
        if self.low == self.high:
            return Quantity(f"{self.weight:g}", "number", (("value", self.weight),))
        ends = (("low", self.low), ("mode", self.weight), ("high", self.high))
        return Quantity(f"{self.weight:g} ({self.low:g} to {self.high:g})", "triangular", ends)


@dataclasses.dataclass(frozen=True)
class Graph:
    """The influence graph over the elements of a rubric.

    Attributes:
        version: its name or number.
        rubric: whose elements and dimensions it connects.
        gain: log-odds per unit of weight.
        gain_why: the reason for it.
        edges: from element to element.
        gates: hyperedges: several act only together.
        path: where it came from.
        text: the file that it was read from; empty where it was changed since.
    """

    version: str
    rubric: Rubric
    gain: Quantity
    gain_why: str
    edges: tuple[Influence, ...]
    gates: tuple[Influence, ...]
    path: str
    text: str = ""

    @property
    def influences(self) -> tuple[Influence, ...]:
        """Edges and gates."""
        return (*self.edges, *self.gates)

    def influence(self, id: str) -> Influence:
        """The edge or gate of that id; `UnknownNameError` otherwise."""
        for one in self.influences:
            if one.id == id:
                return one
        raise unknown("edge or gate", id, (one.id for one in self.influences))

    def without(self, *ids: str) -> "Graph":
        """The graph with some edges or gates cut."""
        for id in ids:
            self.influence(id)
        return dataclasses.replace(
            self,
            edges=tuple(one for one in self.edges if one.id not in ids),
            gates=tuple(one for one in self.gates if one.id not in ids),
            text="" if ids else self.text,
        )


def load_graph(given: int | str | Path = CURRENT) -> Graph:
    """A version of the graph that comes with tiltmeter, or the one in a file.

    Raises:
        AssessmentError: when there is none, or it is wrong; the message says where and what is allowed.
    """
    if isinstance(given, int):
        return _bundled(given)
    try:
        text = text_of(read_bytes(Path(given), FRAMEWORK), str(given), FRAMEWORK)
    except FileNotFoundError:
        raise AssessmentError("there is no such file.", given) from None
    return loads(text, str(given))


def loads(text: str, path: str = "<text>") -> Graph:
    """The graph that a text describes; `AssessmentError` where it is wrong."""
    tree = parse(text, path, FRAMEWORK)
    try:
        file = _File.model_validate(tree.plain())
    except ValidationError as error:
        raise_first(problems_of(error, _model_at), tree, path, AssessmentError)
        raise
    chosen = rubric()
    raise_first(_problems(file, chosen), tree, path, AssessmentError)
    return dataclasses.replace(_built(file, chosen, path, tree), text=text)


@functools.cache
def _bundled(version: int) -> Graph:
    folder = resources.files("tiltmeter.framework").joinpath("data", "graphs")
    names = sorted(file.name.removesuffix(".yaml") for file in folder.iterdir() if file.name.endswith(".yaml"))
    if str(version) not in names:
        raise unknown("version of the graph", str(version), names)
    return loads(folder.joinpath(f"{version}.yaml").read_text("utf-8"), f"graphs/{version}.yaml")


def _built(file: _File, chosen: Rubric, path: str, tree: Node) -> Graph:
    base = _bundled(file.based_on) if file.based_on is not None else None
    edges: dict[str, Influence] = {one.id: one for one in base.edges} if base else {}
    gates: dict[str, Influence] = {one.id: one for one in base.gates} if base else {}
    for part in file.edges:
        edges[f"{part.source} -> {part.target}"] = _influence(
            f"{part.source} -> {part.target}", (part.source,), part.target, part
        )
    for part in file.gates:
        gates[part.name] = _influence(part.name, tuple(part.sources), part.target, part)
    if file.gain is None and base is None:
        raise AssessmentError("the field 'gain' is missing.", path, tree.line, "gain")
    gain = file.gain.value.quantity if file.gain else base.gain if base else Quantity("1", "number", (("value", 1.0),))
    why = file.gain.why if file.gain else base.gain_why if base else ""
    return Graph(str(file.version), chosen, gain, why, tuple(edges.values()), tuple(gates.values()), path)


def _influence(id: str, sources: tuple[str, ...], target: str, part: _Influence) -> Influence:
    low = part.weight if part.low is None else part.low
    high = part.weight if part.high is None else part.high
    return Influence(
        id, sources, target, part.weight, low, high, part.why, tuple(part.evidence), isinstance(part, GatePart)
    )


def _problems(file: _File, chosen: Rubric) -> Iterator[Problem]:
    """What is wrong with the edges and gates: names that do not exist, ranges that are reversed, doubles."""
    if file.gain and (file.gain.value.operation != "set" or file.gain.value.quantity.median <= 0):
        yield Problem(("gain", "value"), f"the gain must be a positive value, not {file.gain.value.text}.")
    seen: set[str] = set()
    for section, parts in (("edges", file.edges), ("gates", file.gates)):
        for index, part in enumerate(parts):
            path: FieldPath = (section, index)
            sources = part.sources if isinstance(part, GatePart) else [part.source]
            known = (*chosen.element_names, *chosen.names) if isinstance(part, GatePart) else chosen.element_names
            for source in sources:
                if source not in known:
                    yield Problem((*path, "from"), str(unknown("element or dimension", source, known)))
            if part.target not in chosen.element_names:
                yield Problem((*path, "to"), str(unknown("element", part.target, chosen.element_names)))
            id = part.name if isinstance(part, GatePart) else f"{part.source} -> {part.target}"
            if id in seen:
                yield Problem(path, f"{id} is given twice.")
            seen.add(id)
            if isinstance(part, EdgePart) and part.source == part.target:
                yield Problem(path, f"{part.source} cannot push itself.")
            yield from _wrong_range(path, part)


def _wrong_range(path: FieldPath, part: _Influence) -> Iterator[Problem]:
    low = part.weight if part.low is None else part.low
    high = part.weight if part.high is None else part.high
    if low > high:
        yield Problem((*path, "low"), f"the range is reversed: low {low:g} exceeds high {high:g}.")
    elif not low <= part.weight <= high:
        yield Problem((*path, "weight"), f"{part.weight:g} must lie in its range from {low:g} to {high:g}.")
    for place, id in enumerate(part.evidence):
        try:
            evidence.figure(id)
        except UnknownNameError as error:
            yield Problem((*path, "evidence", place), str(error))


def _model_at(path: FieldPath) -> type[BaseModel]:
    models: Mapping[str, type[BaseModel]] = {"edges": EdgePart, "gates": GatePart}
    return models.get(str(path[0]), Entry if path[0] == "gain" else _File) if path else _File
