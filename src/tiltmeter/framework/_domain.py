"""Domains: which contest a domain is, what its numbers are without the system, and what the bridge does to them."""

import dataclasses
import functools
from collections.abc import Iterator, Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from tiltmeter import evidence
from tiltmeter.contests import Domain as Allowed
from tiltmeter.contests import contest_named, parameters
from tiltmeter.errors import AssessmentError, UnknownNameError, unknown
from tiltmeter.framework._bridge import DRIVERS, INPUTS, Link
from tiltmeter.inputs._entry import Entries, Entry, Filled, Model, Name, Value, listing
from tiltmeter.inputs._problems import Problem, problems_of, raise_first
from tiltmeter.inputs._yaml import FRAMEWORK, Path, parse


class LinkPart(Model):
    """What a driver does to a parameter when it goes from nothing to all."""

    parameter: str
    driver: str = Field(description="A driver of the bridge, such as attacker-capability.")
    value: Value = Field(description="What it does at full strength: `x 2 to 10`, or `+ 1 to 2`.")
    evidence: Annotated[list[str], BeforeValidator(listing)] = Field(default=[])
    guess: Filled | None = None
    why: str = ""


class CorrelationPart(Model):
    """Two parameters that move together."""

    between: Annotated[list[str], Field(min_length=2, max_length=2)]
    value: float


class _File(Model):
    format: Literal[1]
    name: Name
    title: Filled
    contest: str
    why: Filled
    parameters: Entries
    inputs: Entries = Field(default={}, description="Inputs of the bridge to replace, by name.")
    correlations: Annotated[list[CorrelationPart], BeforeValidator(listing)] = Field(default=[])
    changes: list[LinkPart] = Field(min_length=1)


class _Common(Model):
    format: Literal[1]
    inputs: Entries


@dataclasses.dataclass(frozen=True)
class Domain:
    """A domain in which systems are assessed.

    Attributes:
        name: such as `cybersecurity`.
        title: its name in prose.
        contest: the contest that it is.
        why: why this contest, and what it leaves out.
        parameters: the contest's parameters without the system, by name.
        inputs: what the bridge takes as given, by name.
        links: what drives which parameter.
        correlations: pairs of parameters that move together, with the correlation.
    """

    name: str
    title: str
    contest: str
    why: str
    parameters: Mapping[str, Entry]
    inputs: Mapping[str, Entry]
    links: tuple[Link, ...]
    correlations: tuple[tuple[tuple[str, str], float], ...]


def domains() -> tuple[str, ...]:
    """The names of the domains, sorted."""
    return tuple(sorted(file.name.removesuffix(".yaml") for file in _folder().joinpath("domains").iterdir()))


@functools.cache
def domain(name: str) -> Domain:
    """The domain of that name; `UnknownNameError` otherwise."""
    if name not in domains():
        raise unknown("domain", name, domains())
    file = f"domains/{name}.yaml"
    tree = parse(_folder().joinpath("domains", f"{name}.yaml").read_text("utf-8"), file, FRAMEWORK)
    try:
        found = _File.model_validate(tree.plain())
    except ValidationError as error:
        raise_first(problems_of(error, _model_at), tree, file, AssessmentError)
        raise
    raise_first(_problems(found), tree, file, AssessmentError)
    return Domain(
        found.name,
        found.title,
        found.contest,
        found.why,
        found.parameters,
        dict(common_inputs()) | found.inputs,
        tuple(link_of(part) for part in found.changes),
        tuple(((pair.between[0], pair.between[1]), pair.value) for pair in found.correlations),
    )


@functools.cache
def common_inputs() -> Mapping[str, Entry]:
    """What the bridge takes as given unless a domain says otherwise."""
    tree = parse(_folder().joinpath("bridge.yaml").read_text("utf-8"), "bridge.yaml", FRAMEWORK)
    return _Common.model_validate(tree.plain()).inputs


def replacement_problem(owner: str, name: str, entry: Entry) -> str | None:
    """Why an assessment in this domain cannot replace this part of the bridge; None where it can."""
    links = {link.id: link for link in domain(owner).links}
    if name not in links:
        return (
            input_problem(name, entry)
            if name in INPUTS
            else str(unknown("part of the bridge", name, [*INPUTS, *links]))
        )
    if entry.value.operation != links[name].operation:
        return f"{entry.value.text} must {links[name].operation}, as {name} does; write `x` or `+` before it."
    return None


def input_problem(name: str, entry: Entry) -> str | None:
    """Why this entry cannot be an input of the bridge; None where it can."""
    if name not in INPUTS:
        return str(unknown("input of the bridge", name, INPUTS))
    if entry.value.operation != "set":
        return f"{entry.value.text} is a change; an input of the bridge is a value."
    wrong = entry.value.quantity.problem(INPUTS[name])
    return f"{wrong}: {name} must be finite and {INPUTS[name]}." if wrong else None


def _folder() -> Traversable:
    return resources.files("tiltmeter.framework").joinpath("data")


def link_of(part: LinkPart) -> Link:
    """The link that a part of a file describes."""
    quantity = part.value.quantity
    if part.value.operation == "multiply":
        quantity = quantity.within(Allowed(0.0, float("inf"), False, False))
    return Link(
        part.parameter,
        part.driver,
        part.value.operation,
        quantity,
        tuple(part.evidence),
        part.guess or "",
        part.why,
    )


def _problems(file: _File) -> Iterator[Problem]:
    known = parameters(contest_named(file.contest))
    for name, entry in file.parameters.items():
        if name not in known:
            yield Problem(("parameters", name), str(unknown(f"parameter of {file.contest}", name, known)))
        else:
            wrong = entry.value.quantity.problem(known[name].domain)
            if wrong:
                yield Problem(("parameters", name, "value"), f"{wrong}: must be finite and {known[name].domain}.")
        yield from _unknown_evidence(("parameters", name), entry.evidence)
    for name, entry in file.inputs.items():
        said = input_problem(name, entry)
        if said:
            yield Problem(("inputs", name), said)
    seen: set[tuple[str, str]] = set()
    for index, part in enumerate(file.changes):
        path: Path = ("changes", index)
        if part.parameter not in known:
            yield Problem((*path, "parameter"), str(unknown(f"parameter of {file.contest}", part.parameter, known)))
        if part.driver not in DRIVERS:
            yield Problem((*path, "driver"), str(unknown("driver", part.driver, DRIVERS)))
        if part.value.operation == "set":
            yield Problem((*path, "value"), f"{part.value.text} is no change; write `x` or `+` before it.")
        if any(
            other.parameter == part.parameter and other.value.operation != part.value.operation
            for other in file.changes
        ):
            yield Problem((*path, "value"), f"{part.parameter} is multiplied and added to; its links must all do one.")
        if (part.parameter, part.driver) in seen:
            yield Problem(path, f"what {part.driver} does to {part.parameter} is given twice.")
        seen.add((part.parameter, part.driver))
        yield from _unknown_evidence(path, part.evidence)


def _unknown_evidence(path: Path, ids: list[str]) -> Iterator[Problem]:
    for place, id in enumerate(ids):
        try:
            evidence.figure(id)
        except UnknownNameError as error:
            yield Problem((*path, "evidence", place), str(error))


def _model_at(path: Path) -> type[BaseModel]:
    match path:
        case ("changes", int()):
            return LinkPart
        case ("correlations", int()):
            return CorrelationPart
        case ("parameters" | "inputs", str()):
            return Entry
        case _:
            return _File
