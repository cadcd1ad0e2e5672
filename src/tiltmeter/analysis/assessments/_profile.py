"""The profile as rated and settled, and what the system does to the contest's parameters."""

import dataclasses
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from tiltmeter.analysis._evaluate import weights_of
from tiltmeter.analysis._quantiles import intervals
from tiltmeter.analysis._verdict import Interval
from tiltmeter.contests import parameters
from tiltmeter.framework import System
from tiltmeter.scenarios import Scenario
from tiltmeter.technology import Change

FloatArray = npt.NDArray[np.float64]


@dataclasses.dataclass(frozen=True)
class ProfileRow:
    """The level of one element or dimension, from 0 to 4.

    Attributes:
        name: of the element or dimension.
        title: its name in prose.
        element: the element to which a dimension belongs; its own name for an element.
        kind: "element" or "dimension".
        rated: the level as rated.
        settled: the level where the influences settle.
        provenance: what the rating rests on; "" for an element.
        evidence: ids of the figures.
        anchor: what the nearest whole rating looks like; "" for an element.
    """

    name: str
    title: str
    element: str
    kind: str
    rated: Interval
    settled: Interval
    provenance: str
    evidence: tuple[str, ...]
    anchor: str


@dataclasses.dataclass(frozen=True)
class BridgeRow:
    """What the system does to one parameter of the contest.

    Attributes:
        parameter: its name.
        side: "attacker", "defender", or "both" where it is not one side's own.
        drivers: what drives it.
        operation: "multiply" or "add".
        value: the factor, or what is added.
        before: the parameter without the system.
        after: the parameter with it.
    """

    parameter: str
    side: str
    drivers: tuple[str, ...]
    operation: str
    value: Interval
    before: Interval
    after: Interval


@dataclasses.dataclass(frozen=True)
class DriverRow:
    """One of the quantities through which levels act on parameters, from 0 to 1."""

    name: str
    value: Interval


def profile_rows(
    scenario: Scenario, system: System, values: Mapping[str, FloatArray], samples: int
) -> tuple[ProfileRow, ...]:
    """The level of every element, each followed by its dimensions; raters weigh as the assessment says."""
    rubric = system.assessment.rubric
    rated, settled = _levels(scenario, system, values, samples)
    weight = np.repeat(weights_of(scenario), samples)
    dims = [intervals(4 * x, weight) for x in (rated, settled)]
    elements = [intervals(4 * rubric.element_levels(x.T).T, weight) for x in (rated, settled)]
    rows: list[ProfileRow] = []
    for place, element in enumerate(rubric.elements):
        ends = (elements[0][place], elements[1][place])
        rows.append(ProfileRow(element.name, element.title, element.name, "element", *ends, "", (), ""))
        for index, dimension in enumerate(rubric.dimensions):
            if dimension.element == element.name:
                said = [one.ratings[dimension.name] for one in system.assessment.raters]
                kinds = tuple(dict.fromkeys(one.provenance for one in said))
                figures = tuple(dict.fromkeys(id for one in said for id in one.evidence))
                ends = (dims[0][index], dims[1][index])
                anchor = dimension.anchors[int(np.clip(round(ends[0].median), 0, 4))]
                rows.append(
                    ProfileRow(
                        dimension.name,
                        dimension.title,
                        element.name,
                        "dimension",
                        *ends,
                        "; ".join(kinds),
                        figures,
                        anchor,
                    )
                )
    return tuple(rows)


def bridge_rows(
    scenario: Scenario, system: System, values: Mapping[str, FloatArray], samples: int
) -> tuple[BridgeRow, ...]:
    """What happens to each parameter that the domain links to the system."""
    weight = np.repeat(weights_of(scenario), samples)
    names = [g.parameter for g in scenario.inputs if g.role == "parameter"]
    links = system.links(names)
    moved = list(dict.fromkeys(link.parameter for link in links))
    by_reading = [_changes(scenario, system, values, reading.name) for reading in scenario.readings]
    owned = parameters(system.domain.contest)
    rows: list[BridgeRow] = []
    for name in moved:
        before = np.broadcast_to(values[name], (samples,))
        change = np.concatenate([np.broadcast_to(np.asarray(one[name].value), (samples,)) for one in by_reading])
        after = np.concatenate([np.broadcast_to(one[name].apply(before), (samples,)) for one in by_reading])
        found = intervals(np.stack([change, np.tile(before, len(by_reading)), after]), weight)
        drivers = tuple(link.driver for link in links if link.parameter == name)
        side = next((s for s in ("attacker", "defender") if owned[name].name.startswith(s)), "both")
        rows.append(BridgeRow(name, side, drivers, by_reading[0][name].operation, *found))
    return tuple(rows)


def driver_rows(
    scenario: Scenario, system: System, values: Mapping[str, FloatArray], samples: int
) -> tuple[DriverRow, ...]:
    """The quantities through which levels act on parameters."""
    weight = np.repeat(weights_of(scenario), samples)
    parts: list[dict[str, FloatArray]] = []
    for reading in scenario.readings:
        own = scenario.of_system(reading, values)
        parts.append(system.drivers(system.settled(own).levels, own))
    stacked = np.stack([np.concatenate([np.broadcast_to(p[name], (samples,)) for p in parts]) for name in parts[0]])
    return tuple(DriverRow(name, one) for name, one in zip(parts[0], intervals(stacked, weight), strict=True))


def _levels(
    scenario: Scenario, system: System, values: Mapping[str, FloatArray], samples: int
) -> tuple[FloatArray, FloatArray]:
    rated: list[FloatArray] = []
    settled: list[FloatArray] = []
    for reading in scenario.readings:
        own = scenario.of_system(reading, values)
        levels = system.levels(own)
        rated.append(np.broadcast_to(levels, (levels.shape[0], samples)))
        settled.append(np.broadcast_to(system.settled(own).levels, (levels.shape[0], samples)))
    return np.concatenate(rated, axis=1), np.concatenate(settled, axis=1)


def _changes(
    scenario: Scenario, system: System, values: Mapping[str, FloatArray], reading: str
) -> Mapping[str, Change]:
    names = [g.parameter for g in scenario.inputs if g.role == "parameter"]
    return system.changes(scenario.of_system(reading, values), names)
