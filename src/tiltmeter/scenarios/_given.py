"""Which value of the file counts for which parameter of which reading."""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from tiltmeter.contests import Domain, Parameter, contest_named, option_choices, parameters
from tiltmeter.errors import UnknownNameError, unknown
from tiltmeter.inputs._entry import Entry
from tiltmeter.inputs._problems import Problem
from tiltmeter.inputs._yaml import Path
from tiltmeter.scenarios._document import Document, ReadingPart

Role = Literal["parameter", "change"]
SECTIONS: Mapping[Role, Literal["parameters", "changes"]] = {"parameter": "parameters", "change": "changes"}

# By reading name: the parameters that its contest has.
Described = Mapping[str, Mapping[str, Parameter]]


@dataclasses.dataclass(frozen=True)
class Given:
    """A value in the file, and where it counts.

    Attributes:
        role: whether it is a parameter or a change of one.
        parameter: the parameter's name.
        entry: the value with what it rests on.
        readings: names of the readings in which it counts.
        shared: whether it stands outside the readings.
        path: the field in the file.
    """

    role: Role
    parameter: str
    entry: Entry
    readings: tuple[str, ...]
    shared: bool
    path: Path


def described(document: Document) -> tuple[Described, list[Problem]]:
    """The parameters of each reading's contest; a reading whose contest or option does not exist is left out."""
    found: dict[str, Mapping[str, Parameter]] = {}
    problems: list[Problem] = []
    for index, reading in enumerate(document.readings):
        path: Path = ("readings", index)
        if reading.name in found:
            problems.append(Problem((*path, "name"), f"the name {reading.name!r} is given to two readings."))
            continue
        try:
            contest_named(reading.contest)
        except UnknownNameError as error:
            problems.append(Problem((*path, "contest"), str(error)))
            continue
        wrong = _wrong_option(reading)
        if wrong:
            problems.append(Problem((*path, "options", wrong[0]), wrong[1]))
            continue
        found[reading.name] = parameters(reading.contest, **reading.options)
    return found, problems


def given_values(document: Document, known: Described) -> Iterator[Given]:
    """All values of the file with the readings in which they count; one that no reading has counts in none."""
    for role, section in SECTIONS.items():
        own: list[Mapping[str, Entry]] = [getattr(reading, section) for reading in document.readings]
        shared: Mapping[str, Entry] = getattr(document, section)
        for name, entry in shared.items():
            where = tuple(
                reading.name
                for reading, given in zip(document.readings, own, strict=True)
                if name in known.get(reading.name, {}) and name not in given
            )
            yield Given(role, name, entry, where, True, (section, name))
        first = {reading.name: index for index, reading in reversed(list(enumerate(document.readings)))}
        for index, reading in enumerate(document.readings):
            if index != first[reading.name]:
                continue  # a second reading of the same name is a mistake already
            for name, entry in own[index].items():
                where = (reading.name,) if name in known.get(reading.name, {}) else ()
                yield Given(role, name, entry, where, False, ("readings", index, section, name))


def allowed_values(given: Given, known: Described) -> Domain:
    """The values that are allowed in all readings in which it counts."""
    common = common_domain(known[reading][given.parameter].domain for reading in given.readings)
    return changed_domain(given.entry.value.operation, common)


def common_domain(domains: Iterable[Domain]) -> Domain:
    """The values that lie in every one of at least one domain."""
    given = tuple(domains)
    low, high = max(domain.low for domain in given), min(domain.high for domain in given)
    return Domain(
        low,
        high,
        all(domain.low_included for domain in given if domain.low == low),
        all(domain.high_included for domain in given if domain.high == high),
    )


def changed_domain(operation: str, parameter: Domain) -> Domain:
    """The values that a change may have by itself, so that a parameter with that domain can stay inside it."""
    infinite = float("inf")
    if operation == "set":
        return parameter
    if operation == "multiply" and parameter.low >= 0:
        return Domain(0.0, infinite, bool(parameter.contains(0.0)), False)
    return Domain(-infinite, infinite, False, False)


def _wrong_option(reading: ReadingPart) -> tuple[str, str] | None:
    """The first option of a reading that does not exist, with what is allowed."""
    choices = option_choices(reading.contest)
    for field, chosen in reading.options.items():
        if field not in choices:
            return field, str(unknown(f"option of {reading.contest}", field, choices))
        if chosen not in choices[field]:
            return field, str(unknown(f"choice of {field}", chosen, choices[field]))
    return None
