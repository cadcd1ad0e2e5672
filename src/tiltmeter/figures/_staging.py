"""From contests to scenes: all that is computed before anything is drawn."""

import dataclasses
from typing import TYPE_CHECKING, Any

import jax
import numpy as np

from tiltmeter.contests import AbstractContest
from tiltmeter.figures._level_curves import has_order, level_curves
from tiltmeter.figures._plane import Plane, plane_of, played
from tiltmeter.figures._reply_curves import reply_curves
from tiltmeter.figures._scene import Array, ReadingScene, Scene, Size
from tiltmeter.figures._success_map import success_map

if TYPE_CHECKING:
    from tiltmeter.scenarios import Reading, Scenario

_ALIKE = 4.0


def scene_of(plane: Plane, size: Size) -> Scene:
    """What is drawn of a plane of efforts, in panels of this size."""
    found, numbers = plane.equilibrium, range(plane.attacker_top.size)
    ordered = has_order(plane.contest)
    return Scene(
        attacker_top=plane.attacker_top,
        defender_top=plane.defender_top,
        usable=np.asarray(found.usable),
        kinds=[str(kind) for kind in found.kind],
        attacker_effort=np.asarray(found.attacker_effort),
        defender_effort=np.asarray(found.defender_effort),
        attack_success=np.asarray(found.attack_success, dtype=float),
        played=[played(plane, number) for number in numbers],
        replies=(reply_curves(plane, "attacker"), reply_curves(plane, "defender")),
        levels=level_curves(plane) if ordered else None,
        maps=[] if ordered else [success_map(plane, number, size) for number in numbers],
    )


def scenes_of(scenario: "Scenario", size: Size) -> list[ReadingScene]:
    """The scenes of all readings, at the median inputs, before and after the technology."""
    return [
        ReadingScene(reading, scene_of(on_axes_alike(plane_of(contest_at_medians(scenario, reading))), size))
        for reading in scenario.readings
    ]


def contest_at_medians(scenario: "Scenario", reading: "Reading") -> AbstractContest:
    """A reading's contest at the median inputs, of shape (2,): without the technology, and with it."""
    medians = scenario.medians()
    before = scenario.contest(reading, medians)
    return jax.tree.map(_stacked, before, scenario.technology(reading, medians).apply(before))


def _stacked(before: Any, after: Any) -> Array:
    return np.stack([np.asarray(before, dtype=float), np.asarray(after, dtype=float)])


def on_axes_alike(plane: Plane) -> Plane:
    """The same on the same axes, unless one contest would be too small on those of another."""
    attacker, defender = plane.attacker_top, plane.defender_top
    if not (_alike(attacker) and _alike(defender)):
        return plane
    count = attacker.size
    return dataclasses.replace(
        plane, attacker_top=np.full(count, attacker.max()), defender_top=np.full(count, defender.max())
    )


def _alike(tops: Array) -> bool:
    return bool(tops.max() <= _ALIKE * tops.min())
