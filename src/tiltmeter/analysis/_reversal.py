"""The smallest plausible joint change of the inputs that puts the mean tilt on the other side.

Distance is measured where the inputs are independent standard normals, so that it counts standard deviations of their
joint distribution, correlations included. In reliability analysis this is the search for the most probable failure
point. Its usual methods want a smooth function; tilts jump, so every candidate is evaluated and slopes only propose.
What is found does lie on the other side; that nothing lies nearer is as sure as the search is dense.
"""

import dataclasses

import numpy as np
import numpy.typing as npt

from tiltmeter.analysis._evaluate import Model, mean_tilt, tilts, weights_of
from tiltmeter.analysis._findings import Move, Reversal, Side
from tiltmeter.analysis._marginal import score
from tiltmeter.analysis._proposals import first_proposals, next_proposals
from tiltmeter.analysis._side import side_of, signs
from tiltmeter.scenarios import Scenario

FloatArray = npt.NDArray[np.float64]

# Standard deviations up to which straight ways out of the medians are followed: beyond, a change is not plausible.
RADIUS = 6.0
# Points that are kept from round to round; rounds; how far proposals stray at first, relative to their distance, and
# the factor by which that shrinks from round to round.
POOL = 12
ROUNDS, WIDTH, SHRINK = 5, 0.5, 0.45
# Moves below this many standard deviations are not worth a line.
LEAST_MOVE = 0.02


@dataclasses.dataclass(frozen=True)
class _Found:
    """Points with their tilts.

    Attributes:
        points: shape (n, D).
        tilt: the weighted mean tilt, shape (n,); NaN where not usable.
    """

    points: FloatArray
    tilt: FloatArray

    def nearest(self, other_side: npt.NDArray[np.bool_], count: int) -> "_Found":
        """At most `count` of those on the other side, the nearest first."""
        rows = np.flatnonzero(other_side)
        rows = rows[np.argsort(np.linalg.norm(self.points[rows], axis=1), kind="stable")[:count]]
        return _Found(self.points[rows], self.tilt[rows])

    def joined(self, more: "_Found") -> "_Found":
        return _Found(np.concatenate([self.points, more.points]), np.concatenate([self.tilt, more.tilt]))


def reversal(
    scenario: Scenario, model: Model, side: Side, scores: FloatArray, draws: FloatArray, seed: int
) -> Reversal:
    """Search for the smallest reversal.

    Args:
        scenario: whose inputs.
        model: attack success at values of the inputs.
        side: what is to be reversed; where that depends, the side that most draws are on.
        scores: the draws in the space of independent standard normals, shape (n, D).
        draws: the weighted mean tilt at each, shape (n,); NaN where not usable.
        seed: of the proposals.
    """
    sign = signs(draws)
    usable = int(np.sum(~np.isnan(sign)))
    if not usable:
        return Reversal(False, 0.0, (), 0.0, None, None)
    majority = max((1.0, -1.0, 0.0), key=lambda outcome: int(np.sum(sign == outcome)))
    held = {"offense": 1.0, "defense": -1.0, "unchanged": 0.0, "depends": majority}[side]
    given = _Found(scores, draws)
    probability = float(np.sum(_on_other_side(draws, held)) / usable)
    if not scores.shape[1]:
        return Reversal(False, 0.0, (), probability, None, _number(draws[0]))
    starts = given.nearest(_on_other_side(draws, held), POOL)
    points = np.concatenate([np.zeros((1, scores.shape[1])), first_proposals(scores, draws, starts.points, RADIUS)])
    seen = _evaluated(scenario, model, points).joined(starts)
    if not np.any(_on_other_side(seen.tilt, held)):
        return Reversal(False, RADIUS, (), probability, None, _number(seen.tilt[0]))
    best = _nearest(scenario, model, seen, held, seed)
    return Reversal(
        True,
        float(np.linalg.norm(best.points[0])),
        _moves(scenario, best.points[0]),
        probability,
        side_of(signs(best.tilt[:1])[0]),
        float(best.tilt[0]),
    )


def _nearest(scenario: Scenario, model: Model, seen: _Found, held: float, seed: int) -> _Found:
    """The nearest point on the other side, after some rounds of proposals around the nearest ones so far."""
    generator = np.random.default_rng(seed)
    for step in range(ROUNDS):
        pool = seen.nearest(_on_other_side(seen.tilt, held), POOL)
        if not np.any(pool.points[0]):
            return pool
        proposed = next_proposals(seen.points, seen.tilt, pool.points, generator, WIDTH * SHRINK**step)
        seen = seen.joined(_evaluated(scenario, model, proposed))
    return seen.nearest(_on_other_side(seen.tilt, held), 1)


def _evaluated(scenario: Scenario, model: Model, points: FloatArray) -> _Found:
    tilt_of = tilts(scenario, model, scenario.values(points, checked=False))
    return _Found(points, mean_tilt(tilt_of, weights_of(scenario)))


def _on_other_side(tilt: FloatArray, held: float) -> npt.NDArray[np.bool_]:
    """Whether tilts are opposed to the side that is held; where that is "unchanged", any tilt is."""
    sign = signs(tilt)
    return sign == -held if held else np.abs(sign) == 1


def _number(tilt: float) -> float | None:
    return None if np.isnan(tilt) else float(tilt)


def _moves(scenario: Scenario, point: FloatArray) -> tuple[Move, ...]:
    """The inputs that are not at their medians, the largest move first."""
    values, medians = scenario.values(point[None], checked=False), scenario.medians()
    moves: list[Move] = []
    for given in scenario.inputs:
        if given.id in scenario.uncertain:
            value = float(np.ravel(values[given.id])[0])
            sds = float(score(given, value))
            if abs(sds) >= LEAST_MOVE:
                moves.append(Move(given.id, given.label, medians[given.id], value, sds))
    return tuple(sorted(moves, key=lambda move: -abs(move.sds)))
