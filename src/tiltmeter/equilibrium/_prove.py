"""Certificates by proof: where a gain has a known shape, tangents bound what any deviation could earn.

A gain that is convex first and concave after that, less a linear cost, is highest at no effort, next to none, or at its
one peak. Slopes beside the effort played show that the peak is there, and tangents bound its height. No effort
escapes, as one between those of a scan could; in return the contest must say, and its author prove, what the shape is.
"""

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, ArrayLike

from tiltmeter.contests import AbstractContest, Shape, Strategies

# How far the tangents beside an effort are from it, and the slope that shows where it bends, as shares of it.
_ASIDE, _FURTHER = 1e-5, 3e-5
_BESIDE = np.array([[1 - _FURTHER], [1 - _ASIDE], [1.0], [1 + _ASIDE]])
# The least effort looked at, as a share of the one that costs the stake: what costs less costs nothing.
_LEAST = 1e-16
_PLACES = 2
# Where a side's payoff is bounded by steps: shares of the effort that costs the stake.
_STAIRS = np.array(
    [0, 1e-16, 1e-5, 1e-4, 5e-4, 2e-3, 5e-3, 0.01, 0.02, 0.04, 0.07, 0.11, 0.17, 0.25, 0.36, 0.5, 0.7, 1]
)


def provable(contest: AbstractContest, played: Strategies) -> bool:
    """Whether the contest states shapes, and these strategies are short enough to profit from it."""
    kind = type(contest)
    stated = kind.attack_shape is not AbstractContest.attack_shape
    stated &= kind.defense_shape is not AbstractContest.defense_shape
    widest = max(np.shape(played.attacker_weights)[-1], np.shape(played.defender_weights)[-1])
    return stated and widest <= _PLACES and not (contest.card.exposure or contest.card.spread)


def highest_possible(
    contest: AbstractContest, played: Strategies, earned: Callable[[Array], Array], limits: Array
) -> tuple[Array, list[Array]]:
    """An upper bound of both sides' payoff over all efforts; infinite where there is no proof.

    Args:
        contest: with shapes.
        played: at most two efforts a side, on the first axis, draws on the last.
        earned: what efforts of shape (2, n, B), the attacker's first, earn their sides.
        limits: the efforts that cost the stakes, (2, B).

    Returns:
        The bounds, (2, B), and what the efforts played earn, (K, B) and (L, B).
    """
    a, p, d, q = played.attacker_efforts, played.attacker_weights, played.defender_efforts, played.defender_weights
    present = played.attacker_entered * p if contest.card.entry else p
    concave, peaked = _combined((contest.attack_shape(d), contest.defense_shape(a)), present, q)
    own = jnp.stack([jnp.max(jnp.where(weights > 0, x, 0.0), axis=0) for x, weights in ((a, p), (d, q))])
    active = own > 0
    # Beside that effort only none may be played.
    single = jnp.stack(
        [
            jnp.all((weights <= 0) | (x == 0) | (x == most), axis=0)
            for x, weights, most in ((a, p, own[0]), (d, q, own[1]))
        ]
    )
    least = jnp.where(active, jnp.minimum(_LEAST * limits, own * (1 - _FURTHER)), _LEAST * limits)
    around = jnp.where(active, own, least)
    places = jnp.concatenate([jnp.zeros_like(own)[:, None], least[:, None], around[:, None] * _BESIDE], axis=1)
    # Who makes no effort has no peak to look at, unless the gain bends down from the start.
    idle = single & ~active & (concave | peaked)
    payoffs, slopes = _looked_at(earned, places, limits, jnp.any(idle & (peaked | contest.card.entry)))
    none, little, _, left, there, right = payoffs[0]
    _, _, before, rising, level, falling = slopes[0]

    aside = around * _ASIDE
    to_the_right, to_the_left = (
        _crossing(level, right - there, falling, aside),
        _crossing(-level, left - there, -rising, aside),
    )
    # Where the gain bends before the effort played it is concave from there on; up to there its payoff has no other
    # peak, for it rises there.
    at_peak = active & (rising >= 0) & (falling <= 0) & (concave | peaked & (before >= rising) & (rising > falling))
    at_none = ~active & concave & (level <= 0)
    # Next to no effort no more can be gained than by the least looked at.
    beside = jnp.maximum(none, little + least / limits)
    best = jnp.where(at_peak, jnp.maximum(beside, there + jnp.maximum(to_the_right, to_the_left)), beside)
    best = jnp.where(single & (at_peak | at_none) & jnp.isfinite(best), best, jnp.inf)
    # It needs none where a rough bound says that effort never pays.
    worth = none
    if contest.card.entry:
        worth = worth.at[0].max(contest.entry_cost / contest.attacker_stake)  # type: ignore[attr-defined]
    rough = _stepped(*(x[1:].reshape(-1, *none.shape) for x in (payoffs, slopes)))
    best = jnp.where(idle & jnp.isinf(best) & (rough <= worth), rough, best)
    return best, [jnp.where((x == own[side]) & active[side], there[side], none[side]) for side, x in enumerate((a, d))]


def _looked_at(earned: Callable[[Array], Array], places: Array, limits: Array, further: Array) -> tuple[Array, Array]:
    """Payoffs and slopes at efforts of shape (2, n, B), and, if asked, at the stairs; (turns, n, 2, B)."""
    stairs = limits[:, None] * _STAIRS.reshape(-1, 1, places.shape[1], 1)
    every = jnp.concatenate([places[None], stairs])
    blank = jnp.moveaxis(every, 2, 1) * jnp.nan

    # One after the other, so that gains are compiled once.
    def look(turn: Array, found: tuple[Array, Array]) -> tuple[Array, Array]:
        efforts = jax.lax.dynamic_index_in_dim(every, turn, keepdims=False)
        seen = jax.jvp(earned, (efforts,), (jnp.ones_like(efforts),))
        return tuple(old.at[turn].set(jnp.moveaxis(new, 1, 0)) for old, new in zip(found, seen, strict=True))  # type: ignore[return-value]

    return jax.lax.fori_loop(0, jnp.where(further, len(every), 1), look, (blank, blank))


def _stepped(payoffs: Array, slopes: Array) -> Array:
    """A rough bound for gains that rise with effort and bend once: that of the next step, at the cost of the last.

    Args:
        payoffs: at the stairs, shape (steps, 2, B).
        slopes: likewise.
    """
    shares = jnp.asarray(_STAIRS)[:, None, None]
    stairs = payoffs[1:] + shares[1:] - shares[:-1]
    # Between two efforts that pay less and less a payoff falls, but where the slope may be highest in between.
    steepest = jnp.argmax(slopes[1:], axis=0)
    cell = jnp.arange(1, len(_STAIRS) - 1)[:, None, None]
    falls = (slopes[1:-1] <= 0) & (slopes[2:] <= 0) & (cell != steepest) & (cell != steepest + 1)
    stairs = stairs.at[1:].set(jnp.where(falls, payoffs[1:-1], stairs[1:]))
    return jnp.maximum(jnp.max(stairs, axis=0), payoffs[0])


def _crossing(slope: Array, rise: Array, slope_there: Array, aside: Array) -> Array:
    """How high the tangent at an effort and that at one aside of it cross, above the former; 0 if it does not rise."""
    at = (rise - slope_there * aside) / jnp.where(slope > slope_there, slope - slope_there, 1.0)
    return jnp.maximum(slope, 0.0) * jnp.clip(at, 0.0, aside)


def _combined(shapes: tuple[ArrayLike, ArrayLike], present: Array, q: Array) -> tuple[Array, Array]:
    """Whether the gains against all that is played are concave, and whether they have one peak; (2, B) each."""
    concave, peaked = [], []
    for shape, weights in zip(shapes, (q, present), strict=True):
        against = jnp.where(weights > 0, jnp.asarray(shape), Shape.FLAT)
        bent = jnp.sum(against == Shape.CONCAVE, axis=0)
        peaks = jnp.sum(against == Shape.ONE_PEAK, axis=0)
        known = jnp.all(against != Shape.UNKNOWN, axis=0)
        concave.append(known & (peaks == 0))
        # A sum of two such gains may have two peaks.
        peaked.append(known & (peaks == 1) & (bent == 0))
    return jnp.stack(concave), jnp.stack(peaked)
