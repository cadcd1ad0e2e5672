"""What the figures of curves have in common: a panel for each reading without the technology, and one with it."""

import dataclasses
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import altair as alt
import jax
import numpy as np

from tiltmeter.contests import AbstractContest
from tiltmeter.figures import _words as words
from tiltmeter.figures._plane import Array, Plane, Size, outcome, panel, panel_title, plane_of
from tiltmeter.figures._theme import finish

if TYPE_CHECKING:
    from tiltmeter.scenarios import Reading, Scenario

_ALIKE = 4.0

Layers = Callable[[int], list[Any]]


@runtime_checkable
class Asked(Protocol):
    """A result, or only its question: what is drawn here needs no more."""

    @property
    def scenario(self) -> "Scenario": ...


@dataclasses.dataclass(frozen=True)
class Question:
    """A result of which only the question is known yet; what several figures show of it is computed once."""

    scenario: "Scenario"

    @cached_property
    def planes(self) -> "list[ReadingPlane]":
        """As `planes_of` gives them."""
        return planes_of(self.scenario)


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


def both_states(
    asked: Asked,
    layers: Callable[[Plane, Size], Layers],
    finding: Callable[[str, list[ReadingPlane], bool], str],
    meaning: str,
) -> alt.TopLevelMixin:
    """The figure of all readings at the median inputs, before and after.

    Args:
        asked: the result, or its question.
        layers: gives, for a plane, what is drawn in the panel of each of its contests.
        finding: the title, from the technology's name, the readings that were solved in both states, and whether they
            must be named.
        meaning: what is drawn, and how to read it.
    """
    found = asked.planes if isinstance(asked, Question) else planes_of(asked.scenario)
    name = words.technology(asked.scenario)
    solved = [item for item in found if item.plane.usable(0) and item.plane.usable(1)]
    title = finding(name, solved, len(found) > 1)
    size, panels = Size(), list[Any]()
    for item in found:
        draw = layers(item.plane, size)
        panels += [panel(item.plane, state, draw(state), _title(item, state, name, size), size) for state in range(2)]
    # A grid keeps the frames of all panels in line, however wide their labels are.
    grid = alt.concat(*panels, columns=2, spacing={"row": 20, "column": 26}).resolve_scale(
        x="independent", y="independent"
    )
    apart = "" if all(item.shared for item in found) else " The axes of the panels differ."
    failed = "No equilibrium was found at the median inputs, before and after"
    return finish(grid, title if solved else failed, f"At the median inputs: {meaning}{apart}")


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


def _title(item: ReadingPlane, state: int, name: str, size: Size) -> alt.TitleParams:
    when = f"{'With' if state else 'Before'} {words.shortened(name, 12)}"
    text = f"{words.shortened(item.reading.title, 38 - len(when))} · {when}"
    solved = item.plane.usable(state)
    return panel_title(
        text, outcome(item.plane, state) if solved else "no equilibrium found at the median inputs", size
    )
