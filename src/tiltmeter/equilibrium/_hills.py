"""The hills of both sides' payoffs against what the other plays: where a deviation could pay, and how much.

A scan over efforts of every order of magnitude, and closely around the efforts that are played; where the slope turns
from up to down stands a hill, whose top lies where a cubic through the two ends has it.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from tiltmeter.contests import AbstractContest, Strategies
from tiltmeter.equilibrium._conditions import NOTHING
from tiltmeter.equilibrium._payoffs import attack_limit, attack_share, defense_limit, defense_share

# Logarithms of efforts as shares of the effort that costs the stake; the first stands for no effort.
_NO_EFFORT = float(np.log(NOTHING))
_SCAN = np.log(np.concatenate([[NOTHING], np.geomspace(1e-14, 1e-5, 14, endpoint=False), np.geomspace(1e-5, 1.0, 56)]))
_AROUND = np.array([-0.04, -0.012, -0.003, 0.003, 0.012, 0.04])


class Hills(NamedTuple):
    """What each side could play instead; the attacker first, then the defender, on the first axis.

    Attributes:
        there: whether there is a hill, shape (2, m); the last but one place is for no effort, the last for staying out.
        height: what it earns there, as a share of the stake; the defender's less one.
        weight: how much of what the side plays stands on it.
        level: what the side earns with what it plays, shape (2,).
        cost: what the effort at the top costs, as a share of the stake, shape (2, m).
        level_cost: what the side spends with what it plays, shape (2,).
        first_gain: what the first effort of all earns, after its cost, per unit of its cost, shape (2,).
    """

    there: Array
    height: Array
    weight: Array
    level: Array
    cost: Array
    level_cost: Array
    first_gain: Array


def hills(contest: AbstractContest, played: Strategies) -> Hills:
    """The hills of both payoffs, for scalar parameters and supports of shape (K,) and (L,)."""
    played = _of_one_width(played)
    limits = jnp.stack([attack_limit(contest), defense_limit(contest)])[:, None]
    # No effort is a tiny one, for success functions that have no derivative at zero.
    efforts = jnp.maximum(jnp.stack([played.attacker_efforts, played.defender_efforts]), NOTHING * limits)
    weights = jnp.stack([played.attacker_weights, played.defender_weights])
    present = played.attacker_entered > 0 if contest.card.entry else jnp.ones(efforts.shape[1], bool)
    out = jnp.stack([~present, jnp.zeros_like(present)])

    exposed = jnp.ones(efforts.shape[1]) if played.defender_exposures is None else played.defender_exposures

    def earned(logs: Array) -> Array:
        deviations = limits * jnp.exp(logs)
        won, lost = _against(contest, deviations, efforts)
        won = jnp.sum(won * (weights[1] * exposed), axis=-1)
        lost = jnp.sum(lost * (weights[0] * present), axis=-1)
        if contest.card.exposure:
            best = contest.best_exposure(lost)
            lost = best * lost - contest.exposure_gain(best)
        attack, defense = attack_share(contest, deviations[0], jnp.ones(())), defense_share(contest, deviations[1])
        return jnp.stack([won - attack, -lost - defense])

    own = jnp.maximum(jnp.log(efforts / limits), _NO_EFFORT)
    near = jnp.clip((own[:, :, None] + _AROUND).reshape(2, -1), _NO_EFFORT, 0.0)
    logs, places = jax.vmap(_in_order)(jnp.concatenate([own, near], axis=1))
    places = places[:, : own.shape[1]]
    heights, slopes = jax.jvp(earned, (logs,), (jnp.ones_like(logs),))
    earns = jnp.take_along_axis(heights, places, axis=1)
    level = jnp.sum(jnp.where(out, 0.0, earns) * weights, axis=1)
    entry = jnp.array([contest.card.entry, False])
    there, tops, crests, on = jax.vmap(_of_one_side)(logs, heights, slopes, places, weights, out, entry)
    fee = contest.entry_cost / contest.attacker_stake if contest.card.entry else jnp.zeros(())  # type: ignore[attr-defined]
    fees = jnp.stack([fee, jnp.zeros(())])
    cost = jnp.where(jnp.arange(tops.shape[1]) < tops.shape[1] - 1, jnp.exp(tops) + fees[:, None], 0.0)
    level_cost = jnp.sum(jnp.where(out, 0.0, jnp.exp(own) + fees[:, None]) * weights, axis=1)
    return Hills(there, crests, on, level, cost, level_cost, slopes[:, 0] / jnp.exp(logs[:, 0]))


def _in_order(some: Array) -> tuple[Array, Array]:
    """The scan with some efforts more, (n,), put in their places; and these. Counting is faster than sorting."""
    count = some.size
    before = (some < some[:, None]) | ((some == some[:, None]) & np.tri(count, k=-1, dtype=bool))
    places = jnp.sum(some[:, None] > _SCAN, axis=1) + jnp.sum(before, axis=1)
    every = np.arange(count + _SCAN.size)
    here = places[:, None] == every
    passed = jnp.sum(places[:, None] < every, axis=0)
    scanned = jnp.asarray(_SCAN)[jnp.clip(every - passed, 0, _SCAN.size - 1)]
    return jnp.where(jnp.any(here, axis=0), jnp.sum(jnp.where(here, some[:, None], 0.0), axis=0), scanned), places


def _against(contest: AbstractContest, deviations: Array, efforts: Array) -> tuple[Array, Array]:
    """What the attacker gains, and the defender loses, with each of its deviations against each effort of the other."""
    mine, against = deviations[..., None], efforts[::-1, None, :]
    if contest.only_success_counts:
        # Both sides' deviations in one call of the success function.
        mine, against = jnp.broadcast_arrays(mine, against)
        won, lost = contest.success(jnp.stack([mine[0], against[1]]), jnp.stack([against[0], mine[1]]))
        return won, lost
    return contest.attacker_gain(mine[0], against[0]), 1 - contest.defender_gain(against[1], mine[1])


def _of_one_width(played: Strategies) -> Strategies:
    """The same strategies with supports of shape (max(K, L),) on both sides."""
    width = max(played.attacker_efforts.size, played.defender_efforts.size)
    return jax.tree.map(lambda x: jnp.pad(x, (0, width - x.size)), played)


def _of_one_side(
    logs: Array, heights: Array, slopes: Array, places: Array, weights: Array, out: Array, entry: Array
) -> tuple[Array, Array, Array, Array]:
    up = slopes > 0
    peak, valley = up[:-1] & ~up[1:], ~up[:-1] & up[1:]
    left, right, width = slopes[:-1], slopes[1:], jnp.diff(logs)
    part = jnp.where(peak, left / jnp.where(peak, left - right, 1.0), 0.5)
    rest = 1 - part
    # Hermite's cubic, where the slope's secant vanishes.
    crest = rest**2 * ((1 + 2 * part) * heights[:-1] + part * width * left)
    crest += part**2 * ((1 + 2 * rest) * heights[1:] - rest * width * right)
    crest = jnp.maximum(crest, jnp.maximum(heights[:-1], heights[1:]))
    # Hills are numbered by the valleys before them.
    number = jnp.cumsum(valley) - valley
    cell = jnp.clip(places - 1, 0, valley.size - 1)
    standing = (number[cell] == number[:, None]) & ~out
    on = jnp.where(peak, jnp.sum(jnp.where(standing, weights, 0.0), axis=1), 0.0)
    on_first = jnp.where(up[0], 0.0, jnp.sum(jnp.where((number[cell] == 0) & ~out, weights, 0.0)))
    stays_out = jnp.sum(jnp.where(out, weights, 0.0))
    return (
        jnp.concatenate([peak, ~up[:1], entry[None]]),
        jnp.concatenate([logs[:-1] + part * width, logs[:1], logs[:1]]),
        jnp.concatenate([crest, heights[:1], jnp.zeros(1)]),
        jnp.concatenate([on, on_first[None], stays_out[None]]),
    )
