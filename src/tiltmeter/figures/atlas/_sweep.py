"""A contest's equilibria as the parameters that a technology moves go through their typical range."""

import dataclasses
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tiltmeter.contests import AbstractContest, Parameter, build, options_of, parameters, values_of
from tiltmeter.equilibrium import Equilibrium, solve
from tiltmeter.figures._plane import Array
from tiltmeter.figures.atlas._examples import Course

Labels = NDArray[Any]

_POINTS = 61
# Where lines bend or the kind of equilibrium changes there are more points: so many parts are looked at so much closer.
_CLOSER_PARTS = 6
_CLOSER = 11
_BEND = 0.01
_NARROW = 0.004
# A range that spans more than this factor is gone through in equal ratios.
_WIDE = 8.0


@dataclasses.dataclass(frozen=True)
class Sweep:
    """The equilibria along one parameter.

    Attributes:
        course: what moves.
        parameter: the first parameter's description.
        values: that it takes; shape (n,), rising.
        here: its value in the contest that is drawn.
        contest: of shape (n,).
        equilibrium: of shape (n,).
    """

    course: Course
    parameter: Parameter
    values: Array
    here: float
    contest: AbstractContest
    equilibrium: Equilibrium

    @property
    def ratios(self) -> bool:
        """Whether the values are drawn in equal ratios."""
        return _in_ratios(float(self.values[0]), float(self.values[-1]))

    @property
    def places(self) -> Array:
        """Where the values stand on the axis, from 0 for the lowest to 1 for the highest."""
        x = np.log(self.values) if self.ratios else self.values
        return (x - x[0]) / (x[-1] - x[0])

    @property
    def success(self) -> Array:
        """Attack success; NaN where no equilibrium was found."""
        return self._known(self.equilibrium.attack_success)

    @property
    def attacker_payoff(self) -> Array:
        """The attacker's payoff as a share of its stake; NaN likewise."""
        return self._known(self.equilibrium.attacker_payoff / np.asarray(self.contest.attacker_stake))

    @property
    def defender_payoff(self) -> Array:
        """The defender's payoff as a share of its stake; NaN likewise."""
        return self._known(self.equilibrium.defender_payoff / np.asarray(self.contest.defender_stake))

    @property
    def kinds(self) -> Labels:
        """The kind of equilibrium at each value; "unsolved" where none was found."""
        return np.where(self.equilibrium.usable, self.equilibrium.kind, "unsolved")

    @property
    def regimes(self) -> list[tuple[str, float, float]]:
        """The kinds of equilibria in the order of the values, each with the places where it begins and ends.

        What is too narrow to be seen counts for what is beside it.
        """
        places = self.places
        kinds = _smoothed(self.kinds, places)
        changes = np.flatnonzero(kinds[1:] != kinds[:-1])
        ends = [0.0, *map(float, (places[changes] + places[changes + 1]) / 2), 1.0]
        return [(str(kinds[place]), ends[i], ends[i + 1]) for i, place in enumerate([0, *(changes + 1)])]

    def _known(self, values: Array) -> Array:
        return np.where(self.equilibrium.usable, np.asarray(values, dtype=float), np.nan)


def sweep(contest: AbstractContest, course: Course) -> Sweep:
    """Solve a contest with scalar parameters while some of them go through the typical range of the first."""
    parameter = parameters(contest)[course.names[0]]
    fixed = values_of(contest)
    here = float(np.asarray(fixed[course.names[0]]))
    low, high = min(parameter.typical[0], here), max(parameter.typical[1], here)
    spaced = np.geomspace if _in_ratios(low, high) else np.linspace

    def along(values: Array) -> Sweep:
        moved = build(type(contest), fixed | dict.fromkeys(course.names, values), **options_of(contest))
        return Sweep(course, parameter, values, here, moved, solve(moved))

    coarse = along(spaced(low, high, _POINTS))
    finer = [spaced(coarse.values[i], coarse.values[i + 1], _CLOSER + 1)[1:-1] for i in _rough(coarse)]
    return along(np.unique(np.concatenate([coarse.values, *finer]))) if finer else coarse


def _rough(coarse: Sweep) -> NDArray[np.intp]:
    """The parts of a sweep in which a line bends most, or the kind of equilibrium changes."""
    lines = np.stack([coarse.success, coarse.attacker_payoff, coarse.defender_payoff])
    bend = np.nan_to_num(np.abs(np.diff(lines, n=2)).max(axis=0))
    bend = np.maximum(np.append(bend, 0.0), np.append(0.0, bend)) + (coarse.kinds[1:] != coarse.kinds[:-1])
    roughest = np.argsort(-bend, kind="stable")[:_CLOSER_PARTS]
    return roughest[bend[roughest] > _BEND]


def _smoothed(kinds: Labels, places: Array) -> Labels:
    """The kinds without runs that are narrower than `_NARROW` of the axis."""
    starts = np.flatnonzero(np.append(True, kinds[1:] != kinds[:-1]))
    stops = np.append(starts[1:], kinds.size)
    kept = np.array(kinds)
    for start, stop in zip(starts, stops, strict=True):
        if places[stop - 1] - places[start] < _NARROW:
            kept[start:stop] = kept[start - 1] if start else kept[min(stop, kinds.size - 1)]
    return kept


def _in_ratios(low: float, high: float) -> bool:
    return low > 0 and high > _WIDE * low
