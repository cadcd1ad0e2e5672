"""What claims about the six elements are tested on: a system with any ratings, through graph, bridge and contest."""

import dataclasses
import functools
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from tiltmeter.analysis.assessments import system_of
from tiltmeter.analysis.assessments._assess import solved
from tiltmeter.claims._claim import Case
from tiltmeter.claims._region import BoolArray, FloatArray, Points, Span, region
from tiltmeter.contests import contest_named
from tiltmeter.equilibrium import STATUSES
from tiltmeter.evidence import Use
from tiltmeter.framework import domain, domains, rubric
from tiltmeter.framework._domain import common_inputs
from tiltmeter.framework._settle import STATUSES as PLACES
from tiltmeter.inputs._quantity import Quantity
from tiltmeter.scenarios import Scenario
from tiltmeter.scenarios._assessed import scenario_of
from tiltmeter.scenarios._uses import uses

# In each domain the assessment whose ratings give way to those of the region; the domain is what counts.
_CARRIERS: Mapping[str, str] = {
    "cbrn": "gpt-4-cbrn",
    "cybersecurity": "gpt-4-cyber",
    "disinformation": "gpt-4-disinformation",
}
RUBRIC = rubric()
ELEMENTS = RUBRIC.element_names
MEMBERS: Mapping[str, tuple[str, ...]] = {
    element: tuple(one.name for one in RUBRIC.dimensions if one.element == element) for element in ELEMENTS
}
LOWEST, HIGHEST = 0.0, 4.0
# The ratings at which an element is least, and at which it is most.
LEAST, MOST = (
    {
        element: {name: end if RUBRIC.dimension(name).raises == "more" else other for name in members}
        for element, members in MEMBERS.items()
    }
    for end, other in ((LOWEST, HIGHEST), (HIGHEST, LOWEST))
)
RATINGS: Mapping[str, Span] = {name: Span(LOWEST, HIGHEST, 2.0) for name in RUBRIC.names}
# Where in their ranges the weights of all influences of an element stand: -1 at the low ends, 0 as stated, 1 at the
# high ends.
_PUSH, _GATES = "push of ", "gates"
PUSHES: Mapping[str, Span] = {f"{_PUSH}{name}": Span(-1.0, 1.0, 0.0) for name in (*ELEMENTS, _GATES)}
# So many points are solved at once, so that everything is compiled for one size.
_CHUNK = 1024


def _span(quantity: Quantity) -> Span:
    low, middle, high = (float(f"{value:.3g}") for value in (quantity.ppf(0.05), quantity.median, quantity.ppf(0.95)))
    return Span(low, high, middle)


BRIDGE: Mapping[str, Span] = {name: _span(entry.value.quantity) for name, entry in common_inputs().items()}


def in_domain(name: str) -> Case:
    """Systems with any ratings in a domain: its contest's numbers vary as the domain says, the bridge stands."""
    found = domain(name)
    numbers = {
        parameter: _span(entry.value.quantity)
        for parameter, entry in found.parameters.items()
        if not entry.value.quantity.certain
    }
    return Case(contest_named(found.contest), region({**RATINGS, **PUSHES, **numbers}), name=name)


DOMAINS: tuple[Case, ...] = tuple(in_domain(name) for name in domains())
OWN: tuple[str, ...] = (*RATINGS, *PUSHES)
"""The inputs of these cases that belong to no contest."""


class Tilts(NamedTuple):
    """Tilts of several variants of n systems; arrays of shape (variants, n).

    Attributes:
        tilt: the change of attack success that the system makes; 0 where it is not certified.
        certified: where both equilibria are, and the influences have one fixed point.
        regret: the larger of the two.
    """

    tilt: FloatArray
    certified: BoolArray
    regret: FloatArray


def tilts(
    case: Case, points: Points, variants: Sequence[Mapping[str, float]], search: bool, linked: bool = True
) -> Tilts:
    """The tilts of systems with the ratings of a point, but for those that a variant replaces.

    Args:
        case: one of `DOMAINS`.
        points: the inputs.
        variants: ratings to replace, by dimension.
        search: whether to search for equilibria that no formula gives.
        linked: whether the elements push each other.
    """
    scenario = _scenario(case.title)
    given = _values(scenario, points, variants, linked)
    count = len(next(iter(points.values())))
    total = count * len(variants)
    parts: list[Mapping[str, np.ndarray]] = []
    for first in range(0, total, _CHUNK):
        rows = np.minimum(np.arange(first, first + _CHUNK), total - 1)
        chunk = {name: np.broadcast_to(value, (total,))[rows] for name, value in given.items()}
        parts.append(solved(scenario, chunk, _CHUNK, search=search))
    success, regret, status = (
        np.concatenate([part[name][0] for part in parts], axis=-1)[:, :total]
        for name in ("attack_success", "regret", "status")
    )
    sure = (status == STATUSES.index("certified")).all(axis=0)
    tilt = np.where(sure, success[1] - success[0], 0.0)
    shape = (len(variants), count)
    return Tilts(tilt.reshape(shape), sure.reshape(shape), regret.max(axis=0).reshape(shape))


def driven(
    points: Points, variants: Sequence[Mapping[str, float]], held: tuple[str, ...]
) -> tuple[Mapping[str, FloatArray], BoolArray]:
    """What the bridge reads off the settled levels of several variants of n systems, arrays of shape (variants, n).

    Args:
        points: ratings, where the influences stand, and what the bridge takes as given.
        variants: ratings to replace, by dimension.
        held: dimensions that nothing pushes.

    Returns:
        The drivers by name, and where the influences are proved to have one fixed point.
    """
    # Of the domain only the contest would matter, and there is none.
    scenario = _scenario(domains()[0])
    assert scenario.system is not None
    system = dataclasses.replace(scenario.system, clamped=held)
    given = _values(scenario, points, variants, linked=True)
    count = len(next(iter(points.values()))) * len(variants)
    values = {name: np.broadcast_to(one, (count,)) for name, one in scenario.of_system("all", given).items()}
    settled = system.settled(values)
    found = system.drivers(settled.levels, values)
    shape = (len(variants), -1)
    proved = settled.status == PLACES.index("proved")
    return {name: value.reshape(shape) for name, value in found.items()}, proved.reshape(shape)


def numbers(*names: str) -> tuple[Use, ...]:
    """What claims over these domains lean on beside their regions: figures, and guesses in one line."""
    found = [use for name in names for use in uses(_scenario(name), "claim", ("parameter", "bridge", "influence"))]
    sourced = [use for use in dict.fromkeys(found) if use.figures]
    others = len(dict.fromkeys((use.part, use.value) for use in found if not use.figures))
    told = "influences, the bridge and the rest of the domains: `tiltmeter evidence gpt-4-cyber` lists such"
    return (*sourced, Use("claim", "", f"{others} other numbers", "", (), "", told))


@functools.cache
def _scenario(name: str) -> Scenario:
    return scenario_of(system_of(_CARRIERS[name]))


@functools.cache
def _middle(name: str) -> Mapping[str, float]:
    return _scenario(name).medians()


def _values(
    scenario: Scenario, points: Points, variants: Sequence[Mapping[str, float]], linked: bool
) -> dict[str, FloatArray | float]:
    """All inputs of the scenario, one variant after the other."""
    count = len(next(iter(points.values())))

    def column(name: str, middle: float) -> FloatArray | float:
        if name not in points and not any(name in variant for variant in variants):
            return middle
        own = points.get(name, np.full(count, middle))
        return np.concatenate([np.full(count, one[name]) if name in one else own for one in variants])

    given = {name: column(name, middle) for name, middle in _middle(scenario.domain).items()}
    assert scenario.system is not None
    for one in scenario.system.graph.influences:
        place = points[_PUSH + (_GATES if one.gate else one.sources[0])]
        reach = np.where(place > 0, one.high - one.weight, one.weight - one.low)
        given[one.id] = np.tile(one.weight + place * reach, len(variants)) * linked
    return given
