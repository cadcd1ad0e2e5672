"""What if a dimension stood elsewhere: who moves whom, by how much, in which round, and what the answer is then."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from tiltmeter.analysis._json import as_json
from tiltmeter.analysis._measures import usable_draws
from tiltmeter.analysis._quantiles import intervals
from tiltmeter.analysis._side import chances, side
from tiltmeter.analysis._verdict import Interval
from tiltmeter.analysis.assessments._assess import solved, system_of
from tiltmeter.framework import Assessment, Graph, System, cascade, places, require_one
from tiltmeter.scenarios._assessed import scenario_of

FloatArray = npt.NDArray[np.float64]

# Moves smaller than this, in points of the scale, are not listed.
_SMALL = 0.005


@dataclasses.dataclass(frozen=True)
class Move:
    """One push in one round.

    Attributes:
        round: counted from 1; in round 0 the dimensions are set.
        source: the element that pushed, or the name of a gate.
        target: the element that was moved.
        by: by how much, in points of the scale from 0 to 4.
    """

    round: int
    source: str
    target: str
    by: float


@dataclasses.dataclass(frozen=True)
class WhatIf:
    """A cascade, and what it does to the answer.

    Attributes:
        settings: the dimensions that were set, with their ratings.
        before: levels of elements and dimensions where they had settled, from 0 to 4.
        after: where they settle with the settings.
        rounds: levels of the elements after each round, the first before anything was set.
        moves: who moved whom, by rounds and then by size.
        direct: what the settings alone do to their own elements, before anything responds.
        tilt_before: the tilt over the draws without the settings.
        tilt_after: with them.
        change: of the tilt, draw by draw.
        side_before: who gains without the settings.
        side_after: who gains with them.
        share_by_cascade: how much of the median change comes from the others' responses rather than from what was set;
            null where nothing changes.
    """

    settings: Mapping[str, float]
    before: Mapping[str, float]
    after: Mapping[str, float]
    rounds: tuple[Mapping[str, float], ...]
    moves: tuple[Move, ...]
    direct: Mapping[str, float]
    tilt_before: Interval
    tilt_after: Interval
    change: Interval
    side_before: str
    side_after: str
    share_by_cascade: float | None

    def record(self) -> dict[str, Any]:
        """Ready for JSON."""
        return as_json(self)


def what_if(
    assessment: Assessment | str,
    settings: Mapping[str, float] | None = None,
    *,
    graph: Graph | str | int | None = None,
    baseline: Assessment | str | None = None,
    samples: int = 4096,
    seed: int = 0,
    **dimensions: float,
) -> WhatIf:
    """Set dimensions, let the elements respond, and say what happens.

    Args:
        assessment: a loaded assessment, or the name or path of one.
        settings: ratings by dimension.
        graph: as for `assess`.
        baseline: as for `assess`.
        samples: number of draws for the effect on the tilt.
        seed: of the draws.
        dimensions: ratings by dimension as well, such as `regulatory_strength=4`.

    The cascade is that of the central ratings and weights. In each round all elements answer at once to where the
    others stood before; a move is split among its sources in proportion to how much their push changed.

    Raises:
        AssessmentError: for a dimension that does not exist, a rating out of the scale, or a graph without exactly one
            fixed point.
    """
    chosen = {**(settings or {}), **dimensions}
    texts = {name: repr(float(value)) for name, value in chosen.items()}
    before = system_of(assessment, graph=graph, baseline=baseline)
    after = system_of(before.assessment, settings=texts, graph=before.graph, baseline=before.baseline)
    held = {name: float(text) for name, text in after.assessment.settings if name in after.clamped}
    start = _central(before)[2]
    rated, rest, end = _central(after)
    path = cascade(before.graph, rated, rest, start, tuple(held))
    rubric = before.assessment.rubric
    rounds = [rubric.element_levels(levels) * 4 for levels in (start, *path.levels)]
    moves = [
        Move(place, one.source, one.target, one.by * 4)
        for place, step in enumerate(path.moves, start=1)
        for one in sorted(step, key=lambda one: -abs(one.by))
        if abs(one.by) * 4 >= _SMALL
    ]
    tilts, total, alone = _effects(before, after, samples, seed)
    direct = rounds[1] - rounds[0]
    return WhatIf(
        settings=held,
        before=_named(rubric, start),
        after=_named(rubric, end),
        rounds=tuple(dict(zip(rubric.element_names, map(float, one), strict=True)) for one in rounds),
        moves=tuple(moves),
        direct={name: float(by) for name, by in zip(rubric.element_names, direct, strict=True) if abs(by) > 0},
        tilt_before=tilts[0],
        tilt_after=tilts[1],
        change=tilts[2],
        side_before=total[0],
        side_after=total[1],
        share_by_cascade=alone,
    )


def _central(system: System) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Ratings, levels at rest, and the fixed point, at the middle of everything."""
    names = system.assessment.rubric.names
    rated = np.array([system.assessment.distribution(name).median() for name in names]) / 4
    for name, text in system.assessment.settings:
        if name in system.clamped:
            rated[names.index(name)] = float(text) / 4
    rest = system.rest(rated[:, None])[:, 0]
    found = places(system.graph, rated, rest, clamped=system.clamped)
    require_one(system.graph, found, names)
    return rated, rest, found.points[0]


def _named(rubric: Any, levels: FloatArray) -> dict[str, float]:
    elements = dict(zip(rubric.element_names, map(float, rubric.element_levels(levels) * 4), strict=True))
    return elements | dict(zip(rubric.names, map(float, levels * 4), strict=True))


def _effects(
    before: System, after: System, samples: int, seed: int
) -> tuple[list[Interval], tuple[str, str], float | None]:
    """Tilts without and with the settings and their change; the sides; and the share that the cascade makes."""
    first = scenario_of(before, apart=False)
    scores = first.scores(samples, seed)
    values = first.values(scores)
    held = {name: np.asarray(float(text)) for name, text in after.assessment.settings if name in after.clamped}
    second = scenario_of(after, apart=False)
    # Alone: as before, with everything else clamped to where it had settled.
    (reading,) = first.readings
    settled = before.settled(first.of_system(reading, values)).levels * 4
    names = before.assessment.rubric.names
    frozen = dict(zip(names, settled, strict=True)) | held
    fixed = dataclasses.replace(after, clamped=names)
    third = scenario_of(fixed, apart=False)
    tilts: list[FloatArray] = []
    for scenario, drawn in ((first, values), (second, values | held), (third, values | frozen)):
        data = solved(scenario, drawn, samples)
        ok = usable_draws(data)
        tilts.append(np.where(ok, data["attack_success"][:, 1] - data["attack_success"][:, 0], np.nan)[0])
    change = tilts[1] - tilts[0]
    spans = intervals(np.stack([tilts[0], tilts[1], change]), np.ones(samples))
    one = np.ones(1)
    sides = (str(side(chances(tilts[0][None], one))), str(side(chances(tilts[1][None], one))))
    whole, own = float(np.nanmean(change)), float(np.nanmean(tilts[2] - tilts[0]))
    return spans, sides, (1 - own / whole if abs(whole) > 1e-12 else None)
