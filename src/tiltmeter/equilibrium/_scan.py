"""Certificates by search: the highest payoff among many efforts, and closer and closer around the best of its peaks.

Efforts run from nothing up to the effort whose cost equals the stake, closer together where payoffs are decided.
"""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from tiltmeter.contests import AbstractContest, Strategies

# Where stretches of efforts end, as shares of the effort that costs the stake: shorter where payoffs are decided, and
# many against many efforts, because a payoff then has many peaks. Each is looked at in so many steps.
_ENDS = np.array([1e-13, 1e-6, 1e-4, 1e-2, 0.08, 0.15, 0.3, 0.55, 1.0])
_MANY_ENDS = np.concatenate([[1e-13, 1e-10], np.geomspace(1e-8, 0.03, 32, endpoint=False), np.geomspace(0.03, 1.0, 16)])
_STEPS = 14
# Efforts are looked at in windows of so many, each of which may show one peak in its middle; and so many of the peaks,
# few or many, are then looked at so many times more, each time from half as far, and where a parabola through the
# highest and its neighbors has its top.
_POINTS = 5
_PEAKS, _MANY_PEAKS = 3, 12
_CLOSER_LOOKS = 8
# As far around the efforts played, in logarithms, peaks are looked for that other windows are too wide for.
_NEAR = np.array([0.25, 0.05, 0.01])
# What bends less, as a share of the stake, is rounding and hides no peak.
_FLAT = 1e-12
# So far beyond a step lies what is looked at, as a share of it.
_BEYOND = 1e-12


def highest_seen(
    contest: AbstractContest, played: Strategies, earned: Callable[[Array], Array], limits: Array
) -> tuple[Array, Array]:
    """Both sides' highest payoff over efforts from 0 to the limit.

    Args:
        contest: asked where gains may jump.
        played: supports on the first axis, draws on the last.
        earned: what efforts of shape (2, n, B), the attacker's first, earn their sides.
        limits: the efforts that cost the stakes, (2, B).

    Returns:
        The highest payoffs, (2, B), and what the efforts played earn, (2, places, B).
    """
    most, draws = max(len(played.attacker_efforts), len(played.defender_efforts)), limits.shape[-1]
    ends, peaks = (_MANY_ENDS, _MANY_PEAKS) if most > 2 else (_ENDS, _PEAKS)
    lows, widths = (jnp.asarray(x) for x in _windows(ends, peaks))
    scans, places = len(lows), jnp.arange(_POINTS)[:, None, None]
    others = _others(contest, played, most, draws)
    # After the windows everywhere, those around the efforts played.
    own = jnp.log(jnp.maximum(others[:, 1 : 1 + most] / limits[:, None], ends[0]))
    around = jnp.concatenate([own, jnp.repeat(own[:, :1], peaks, axis=1)], axis=1)[:, :peaks]

    # One look after the other, so that gains are compiled once.
    def look(turn: Array, state: tuple[_Peaks, Array, Array]) -> tuple[_Peaks, Array, Array]:
        known, best, _ = state
        everywhere, scanning = turn < scans, turn < scans + len(_NEAR)
        window, near = jnp.minimum(turn, scans - 1), jnp.asarray(_NEAR)[jnp.clip(turn - scans, 0, len(_NEAR) - 1)]
        low, width = jnp.where(everywhere, lows[window], around - near), jnp.where(everywhere, widths[window], 2 * near)
        low, width = jnp.where(scanning, low, known.low), jnp.where(scanning, width, known.width)
        step = width / (_POINTS - 1)
        shares = (low[:, None] + step[:, None] * places).reshape(2, -1, draws)
        shares = jnp.concatenate([shares, jnp.where(scanning, low, known.top)], axis=1)
        efforts = limits[:, None] * jnp.exp(shares)
        payoffs = earned(jnp.concatenate([efforts, others], axis=1))
        seen = _highest(low, step, payoffs[:, : _POINTS * peaks].reshape(2, _POINTS, peaks, draws), scanning)
        kept = jax.lax.cond(scanning, _best_of, lambda _, closer: closer, known, seen)
        earns = payoffs[:, efforts.shape[1] + 1 :][:, :most]
        return kept, jnp.maximum(best, jnp.max(payoffs, axis=1)), earns

    blank = jnp.zeros((2, peaks, draws))
    start = _Peaks(blank, blank, blank, blank - jnp.inf), blank[:, 0] - jnp.inf, others[:, 1 : 1 + most]
    _, best, earns = jax.lax.fori_loop(0, scans + len(_NEAR) + _CLOSER_LOOKS, look, start)
    return best, earns


class _Peaks(NamedTuple):
    """Where to look closer, each (2, peaks, B), in logarithms of the share of the limit."""

    low: Array
    width: Array
    top: Array
    height: Array


def _windows(ends: np.ndarray, at_once: int) -> tuple[np.ndarray, np.ndarray]:
    """Where windows begin and how wide they are, (turns, windows at once, 1); what ends one is amid the next."""
    logs = np.log(ends)
    grid = np.interp(np.arange(_STEPS * (len(logs) - 1) + 1) / _STEPS, np.arange(len(logs)), logs)
    # What costs little more than the stake shows what is just below.
    grid = np.append(grid, 2 * grid[-1] - grid[-3:-1][::-1])
    first = np.arange(0, len(grid) - 2, _POINTS - 2)
    # The first, at which next to no effort is made, fills up.
    first = np.concatenate([np.zeros(-len(first) % at_once, int), first])
    last = np.minimum(first + _POINTS - 1, len(grid) - 1)
    return grid[first].reshape(-1, at_once, 1), (grid[last] - grid[first]).reshape(-1, at_once, 1)


def _others(contest: AbstractContest, played: Strategies, most: int, draws: int) -> Array:
    """What is looked at as well, (2, n, B): no effort at all, the efforts played, and those just beyond steps."""
    a, d = played.attacker_efforts, played.defender_efforts
    steps = [jnp.broadcast_to(step * (1 + _BEYOND), (draws,)) for step in contest.attack_steps()]
    blank = jnp.zeros((2, 1 + most + len(steps), draws))
    others = blank.at[0, 1 : 1 + len(a)].set(a).at[1, 1 : 1 + len(d)].set(d)
    return others.at[0, 1 + most :].set(jnp.stack(steps)) if steps else others


def _highest(low: Array, step: Array, heights: Array, scanning: Array) -> _Peaks:
    """Around the highest effort in the middle of each window; its top is that of a parabola through three.

    In a scan only what is higher than its neighbors counts: others lead to a peak that another window shows.
    """
    rows = [heights[:, place] for place in range(_POINTS)]
    at, before, after = (jnp.zeros_like(rows[0]) for _ in range(3))
    peak = jnp.full_like(rows[0], -jnp.inf)
    # One after the other: the compiler joins comparisons, but not a search with what it is made of.
    for place, (left, here, right) in enumerate(zip(rows, rows[1:], rows[2:], strict=False), 1):
        counts = (here >= left) & (here >= right) & (2 * here - left - right > _FLAT) | ~scanning
        higher = counts & (here > peak)
        at = jnp.where(higher, float(place), at)
        before, peak, after = (
            jnp.where(higher, new, old) for new, old in ((left, before), (here, peak), (right, after))
        )
    bend = jnp.minimum(before - 2 * peak + after, -1e-300)
    aside = jnp.clip((before - after) / (2 * bend), -1.0, 1.0)
    center, around = low + step * at, jnp.broadcast_to(2 * step, peak.shape)
    return _Peaks(center - step, around, center + step * aside, peak - bend * aside**2 / 2)


def _best_of(known: _Peaks, seen: _Peaks) -> _Peaks:
    """As many as are known, the highest of them and of those just seen."""
    both = [jnp.concatenate(pair, axis=1) for pair in zip(known, seen, strict=True)]
    places, left = jnp.arange(both[-1].shape[1])[:, None], both[-1]
    kept = list[list[Array]]()
    for _ in range(known.height.shape[1]):
        here = places == jnp.argmax(left, axis=1)[:, None]
        kept.append([jnp.sum(jnp.where(here, x, 0.0), axis=1) for x in both])
        left = jnp.where(here, -jnp.inf, left)
    return _Peaks(*(jnp.stack(x, axis=1) for x in zip(*kept, strict=True)))
