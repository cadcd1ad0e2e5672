"""Certificates by search: the highest payoff among many efforts, and closer and closer around the best of them.

Efforts run from nothing up to the effort whose cost equals the stake, in stretches that are shorter where payoffs are
decided; the neighborhoods of the best peaks are then looked at again.
"""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from tiltmeter.contests import AbstractContest, Strategies

# Where the stretches of efforts end, as shares of the effort that costs the stake: shorter where payoffs are decided,
# and many against many efforts, because a payoff then has many peaks. In each so many efforts are looked at; then the
# neighborhood of the best peaks (of two, or of all against many efforts) is looked at again so many times, at as many
# efforts, and where a parabola through the highest and its neighbors has its top.
_ENDS = np.log([1e-13, 1e-6, 1e-4, 1e-2, 0.08, 0.3, 1.0])
_MANY_ENDS = np.log(np.concatenate([[1e-13, 1e-10], np.geomspace(1e-8, 1.0, 40)]))
_POINTS = 15
_CLOSER_LOOKS = 2


def highest_seen(
    contest: AbstractContest, played: Strategies, earned: Callable[[Array], Array], limits: Array
) -> tuple[Array, Array]:
    """Both sides' highest payoff over efforts from 0 to the limit.

    Args:
        contest: any; not asked.
        played: supports on the first axis, draws on the last.
        earned: what efforts of shape (2, n, B), the attacker's first, earn their sides.
        limits: the efforts that cost the stakes, (2, B).

    Returns:
        The highest payoffs, (2, B), and what the efforts played earn, (2, places, B).
    """
    del contest
    a, d = played.attacker_efforts, played.defender_efforts
    many = max(len(a), len(d)) > 2
    ends = _MANY_ENDS if many else _ENDS
    peaks = len(ends) - 1 if many else 2
    lows, widths = (jnp.asarray(x).reshape(-1, peaks, 1) for x in (ends[:-1], np.diff(ends)))
    scans, draws = len(lows), limits.shape[-1]
    places = jnp.arange(_POINTS)[:, None, None]
    # No effort at all, and the efforts played, are looked at as well.
    others = jnp.zeros((2, 1 + max(len(a), len(d)), draws)).at[0, 1 : 1 + len(a)].set(a).at[1, 1 : 1 + len(d)].set(d)

    def look(turn: Array, state: tuple[_Peaks, Array, Array]) -> tuple[_Peaks, Array, Array]:
        known, best, _ = state
        scanning, stretch = turn < scans, jnp.minimum(turn, scans - 1)
        low = jnp.where(scanning, lows[stretch], known.low)
        step = jnp.where(scanning, widths[stretch], known.width) / (_POINTS - 1)
        shares = (low[:, None] + step[:, None] * places).reshape(2, -1, draws)
        shares = jnp.concatenate([shares, jnp.where(scanning, low, known.top)], axis=1)
        efforts = limits[:, None] * jnp.exp(jnp.minimum(shares, 0.0))
        payoffs = earned(jnp.concatenate([efforts, others], axis=1))
        seen = _highest(low, step, payoffs[:, : _POINTS * peaks].reshape(2, _POINTS, peaks, draws))
        kept = seen if many else _two_of(known, seen, scanning)
        return kept, jnp.maximum(best, jnp.max(payoffs, axis=1)), payoffs[:, efforts.shape[1] + 1 :]

    blank = jnp.zeros((2, peaks, draws))
    start = _Peaks(blank, blank, blank, blank - jnp.inf), blank[:, 0] - jnp.inf, others[:, 1:]
    _, best, own = jax.lax.fori_loop(0, scans + _CLOSER_LOOKS, look, start)
    return best, own


class _Peaks(NamedTuple):
    """Where to look closer, each (2, peaks, B), in logarithms of the share of the limit."""

    low: Array
    width: Array
    top: Array
    height: Array


def _highest(low: Array, step: Array, heights: Array) -> _Peaks:
    """Around the highest of the efforts looked at in each stretch; the top is that of a parabola through three."""
    rows = [heights[:, place] for place in range(_POINTS)]
    at, before, peak, after = jnp.zeros_like(rows[0]), *rows[:3]
    # One after the other: the compiler joins comparisons, but not a search with what it is made of.
    for place in range(1, _POINTS - 2):
        higher = rows[place + 1] > peak
        at = jnp.where(higher, float(place), at)
        before, peak, after = (
            jnp.where(higher, new, old) for new, old in zip(rows[place : place + 3], (before, peak, after), strict=True)
        )
    bend = jnp.minimum(before - 2 * peak + after, -1e-300)
    aside = jnp.clip((before - after) / (2 * bend), -1.0, 1.0)
    center = low + step * (at + 1)
    return _Peaks(center - step, 2 * step, center + step * aside, peak - bend * aside**2 / 2)


def _two_of(known: _Peaks, seen: _Peaks, scanning: Array) -> _Peaks:
    """While scanning, the two highest peaks of those known and those just seen; afterwards the latter, seen closer."""
    heights = jnp.concatenate([known.height, seen.height], axis=1)
    places = jnp.arange(4)[:, None]
    first = places == jnp.argmax(heights, axis=1)[:, None]
    second = places == jnp.argmax(jnp.where(first, -jnp.inf, heights), axis=1)[:, None]

    def chosen(old: Array, new: Array) -> Array:
        both = jnp.concatenate([old, new], axis=1)
        two = [jnp.sum(jnp.where(which, both, 0.0), axis=1) for which in (first, second)]
        return jnp.where(scanning, jnp.stack(two, axis=1), new)

    return jax.tree.map(chosen, known, seen)
