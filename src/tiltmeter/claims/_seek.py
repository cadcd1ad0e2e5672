"""Search for violations: from the worst draws on, and from a violation to the plainest one nearby."""

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.optimize import differential_evolution

from tiltmeter.claims._claim import Case, Claim, Outcome
from tiltmeter.claims._region import BoolArray, FloatArray, Span

# The library's solver takes 256 draws at a time as fast as one.
_POPULATION = 64
_GENERATIONS = 24
_STARTS = 24
# Of more inputs than this several become plain at a time, from fewer starts.
_MANY, _FEW_STARTS = 16, 8
# A violation that is kept while inputs become plain is at least so large, or half of what it was.
_NOTABLE = 0.01
_DIGITS = (1, 2, 3)
_IDLE = 1e3
_WAYS = 128


def worst(claim: Claim, case: Case, cube: FloatArray, outcome: Outcome, seed: int) -> tuple[FloatArray, int]:
    """The most violating point that differential evolution finds, started from the worst draws; (inputs,), and how many
    points it has looked at.

    Args:
        claim: what is to be violated.
        case: over which of its regions.
        cube: the draws, in the unit cube.
        outcome: the claim at the draws.
        seed: of the search.
    """
    order = np.argsort(_score(claim, outcome), kind="stable")
    half = _POPULATION // 2
    start = np.concatenate([cube[order[:half]], cube[: _POPULATION - half]])
    seen = 0

    def score(candidates: Any) -> FloatArray:
        nonlocal seen
        points = np.atleast_2d(np.asarray(candidates, dtype=float).T)
        seen += len(points)
        return _score(claim, claim.test(case, case.region.points(points)))

    evolve: Any = differential_evolution
    found = evolve(
        score,
        [(0.0, 1.0)] * cube.shape[1],
        init=start,
        maxiter=_GENERATIONS,
        tol=0.0,
        atol=-1.0,  # where all look alike it goes on looking
        polish=False,
        vectorized=True,
        updating="deferred",
        rng=np.random.default_rng(seed),
    )
    return np.clip(np.asarray(found.x, dtype=float), 0.0, 1.0), seen


def _score(claim: Claim, outcome: Outcome) -> FloatArray:
    """What the search drives down; what is not certified, and where nothing changes, is no violation."""
    score = outcome.margin if outcome.score is None else outcome.score
    idle = np.abs(outcome.margin) <= claim.tolerance
    return np.where(outcome.certified & np.isfinite(score), np.where(idle, _IDLE, score), 2 * _IDLE)


def plainest(claim: Claim, case: Case, violating: FloatArray, margins: FloatArray) -> FloatArray:
    """From points that violate a claim to one that does so with inputs as plain as possible; in the unit cube.

    Inputs move to their plainest values one after the other, and the rest are rounded, as long as a notable violation
    remains.

    Args:
        claim: what is violated.
        case: over which of its regions.
        violating: points of the unit cube, shape (n, inputs).
        margins: the claim's margins there, shape (n,).
    """
    inputs = violating.shape[1]
    many = inputs > _MANY
    order = np.argsort(margins, kind="stable")[: _FEW_STARTS if many else _STARTS]
    current, needed = violating[order], -np.minimum(_NOTABLE, -margins[order] / 2)
    goal = case.region.plain()
    moved = np.zeros(current.shape, dtype=bool)
    for _ in range(inputs):
        margin = np.where(
            moved, np.inf, _margins(claim, case, np.where(np.eye(inputs, dtype=bool), goal, current[:, None, :]))
        )
        # The inputs that cost least are the first; of many, as many go together as keep the violation.
        ranks = np.argsort(np.argsort(margin, axis=1, kind="stable"), axis=1, kind="stable")
        steps = np.array([2**power for power in range(inputs.bit_length())] if many else [1])
        chosen = (ranks[:, None, :] < steps[:, None]) & np.isfinite(margin)[:, None, :]
        kept = _margins(claim, case, np.where(chosen, goal, current[:, None, :])) <= needed[:, None]
        rows = np.flatnonzero(kept.any(axis=1) & np.isfinite(margin).any(axis=1))
        if not rows.size:
            break
        together = chosen[rows, len(steps) - 1 - np.argmax(kept[rows, ::-1], axis=1)]
        current[rows] = np.where(together, goal, current[rows])
        moved[rows] |= together
    chosen = int(np.argmax(moved.sum(axis=1)))
    found, fixed, enough = current[chosen], moved[chosen], needed[chosen]
    for point in (_nearest(claim, case, found, goal, enough), found):
        round_one = _rounded(case, point, fixed, lambda cube: _keeps(claim, case, cube, enough))
        if round_one is not None:
            return round_one
    return found


def _margins(claim: Claim, case: Case, cubes: FloatArray) -> FloatArray:
    """The margins at points whose inputs lie on the last axis; infinite where they mean nothing."""
    found = claim.test(case, case.region.points(cubes.reshape(-1, cubes.shape[-1])))
    return np.where(found.certified, found.margin, np.inf).reshape(cubes.shape[:-1])


def _nearest(claim: Claim, case: Case, cube: FloatArray, goal: FloatArray, needed: float) -> FloatArray:
    """The point next to the plainest one, on the way to this one, that still violates the claim notably."""
    ways = goal + np.linspace(0.0, 1.0, _WAYS)[:, None] * (cube - goal)
    found = claim.test(case, case.region.points(ways))
    return ways[int(np.argmax(np.append(found.certified[:-1] & (found.margin[:-1] <= needed), True)))]


def _keeps(claim: Claim, case: Case, cube: FloatArray, needed: float) -> bool:
    found = claim.test(case, case.region.points(cube[None]))
    return bool(found.certified[0] and found.margin[0] <= needed)


def _rounded(case: Case, cube: FloatArray, moved: BoolArray, keeps: Callable[[FloatArray], bool]) -> FloatArray | None:
    """The point with its other inputs rounded to as few digits as keep the violation; None where more are needed."""
    spans = list(case.region.spans.values())
    for digits in _DIGITS:
        rounded = np.array(
            [
                share if fixed else np.clip(_round(span, share, digits), 0.0, 1.0)
                for span, share, fixed in zip(spans, cube, moved, strict=True)
            ]
        )
        if keeps(rounded):
            return rounded
    return None


def _round(span: Span, share: float, digits: int) -> float:
    value = float(span.at(np.asarray(share)))
    return span.share(float(np.clip(float(f"{value:.{digits}g}"), span.low, span.high)))
