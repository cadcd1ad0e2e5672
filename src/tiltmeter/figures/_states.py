"""What is drawn of the contests at the median inputs, before and after the technology: all of it that is computed."""

import dataclasses
from functools import cached_property
from typing import TYPE_CHECKING, Any

import jax
import numpy as np

from tiltmeter.contests import AbstractContest
from tiltmeter.figures._level_curves import Levels, has_order, level_curves
from tiltmeter.figures._plane import Array, Plane, plane_of
from tiltmeter.figures._reply_curves import Curve, reply_curves

if TYPE_CHECKING:
    from tiltmeter.scenarios import Reading, Scenario

_ALIKE = 4.0


@dataclasses.dataclass(frozen=True)
class ReadingPlane:
    """One reading at the median inputs.

    Attributes:
        reading: which.
        plane: its contest without the technology (0) and with it (1).
    """

    reading: "Reading"
    plane: Plane

    @property
    def shared(self) -> bool:
        """Whether both states are drawn on the same axes."""
        return bool(np.ptp(self.plane.attacker_top) == 0 and np.ptp(self.plane.defender_top) == 0)

    @cached_property
    def replies(self) -> tuple[list[Curve], list[Curve]]:
        """The attacker's best-response curves, and the defender's."""
        return reply_curves(self.plane, "attacker"), reply_curves(self.plane, "defender")

    @cached_property
    def levels(self) -> Levels | None:
        """The level curves of success; None where they cannot be followed."""
        return level_curves(self.plane) if has_order(self.plane.contest) else None


@dataclasses.dataclass(frozen=True)
class Question:
    """A result of which only the question is known yet; what several figures show of it is computed once."""

    scenario: "Scenario"

    @cached_property
    def planes(self) -> "list[ReadingPlane]":
        """As `planes_of` gives them."""
        return planes_of(self.scenario)

    def computed(self) -> "Question":
        """The same, with all that is drawn of it already known."""
        for item in self.planes:
            _ = item.replies, item.levels
        return self


def planes_of(scenario: "Scenario") -> list[ReadingPlane]:
    """The planes of efforts of all readings, at the median inputs."""
    return [_reading_plane(reading, contest_at_medians(scenario, reading)) for reading in scenario.readings]


def contest_at_medians(scenario: "Scenario", reading: "Reading") -> AbstractContest:
    """A reading's contest at the median inputs, of shape (2,): without the technology, and with it."""
    medians = scenario.medians()
    before = scenario.contest(reading, medians)
    return jax.tree.map(_stacked, before, scenario.technology(reading, medians).apply(before))


def _stacked(before: Any, after: Any) -> Array:
    return np.stack([np.asarray(before, dtype=float), np.asarray(after, dtype=float)])


def _reading_plane(reading: "Reading", contest: AbstractContest) -> ReadingPlane:
    plane = plane_of(contest)
    attacker, defender = plane.attacker_top, plane.defender_top
    if _alike(attacker) and _alike(defender):
        attacker, defender = np.full(2, attacker.max()), np.full(2, defender.max())
    return ReadingPlane(reading, dataclasses.replace(plane, attacker_top=attacker, defender_top=defender))


def _alike(tops: Array) -> bool:
    return bool(tops.max() <= _ALIKE * tops.min())
