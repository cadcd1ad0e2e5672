"""The verifier for orders of moves: would the leader rather have committed to another effort?

Other commitments are tried over the leader's whole range of efforts, each with the follower's best response to it, and
closer and closer around the best of them. Nothing is taken over from the solver; where that bisects and follows slopes,
this looks at values over ever smaller stretches and sharpens the follower's answer by Newton's method. The follower's
regret is that of any strategy, and is left to the module `_verify`.
"""

from collections.abc import Callable
from math import prod

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from tiltmeter.contests import AbstractContest
from tiltmeter.equilibrium._draws import code_for, over_draws, unflatten
from tiltmeter.equilibrium._orders import Side

# Efforts looked at first, as shares of the one that costs the stake; around how many of the best peaks, how often and
# at how many efforts to look closer; and how often to sharpen.
_LOOK = np.log(np.concatenate([np.geomspace(1e-13, 1e-9, 6, endpoint=False), np.geomspace(1e-9, 1.0, 150)]))
_KEPT = 3
_CLOSER = 19
_CLOSER_POINTS = 7
_NEWTON_STEPS = 2
# So few draws are checked sooner than good code for many is compiled.
_FEW = 32


def best_commitment(contest: AbstractContest, leader: Side) -> np.ndarray:
    """What the leader earns with its best commitment to one effort, in units of its stake, of the contest's shape.

    The follower sees the commitment and gives its best response; where several are best, the one found with the least
    effort.
    """
    function = _best_for_defender if leader == "defender" else _best_for_attacker
    flat, shape = over_draws(function, contest, takes="draws in turn", code=code_for(prod(contest.shape), few=_FEW))
    return unflatten(np.asarray(flat), shape)


def _best_for_defender(contest: AbstractContest) -> Array:
    """What the best commitment of the defender earns, in units of its stake; scalar parameters."""
    cost = contest.defender_cost / contest.defender_stake
    attack_cost = contest.attacker_cost / contest.attacker_stake
    fee = contest.entry_cost / contest.attacker_stake if contest.card.entry else None  # type: ignore[attr-defined]

    def answered(d: Array) -> Array:
        attack, earned = _answer(lambda a: contest.attacker_gain(a, d) - attack_cost * a, 1 / attack_cost)
        kept = contest.defender_gain(attack, d)
        return (kept if fee is None else jnp.where(earned > fee, kept, 1.0)) - cost * d

    return _best(answered, 1 / cost)


def _best_for_attacker(contest: AbstractContest) -> Array:
    """What the best commitment of the attacker earns, in units of its stake; scalar parameters."""
    cost = contest.attacker_cost / contest.attacker_stake
    defense_cost = contest.defender_cost / contest.defender_stake

    def exposed(a: Array, d: Array) -> Array:
        """How far a defender exposes itself, who knows both efforts."""
        return contest.best_exposure(contest.success(a, d)) if contest.card.exposure else jnp.ones_like(d)

    def keeps(a: Array, d: Array) -> Array:
        exposure = exposed(a, d)
        bonus = contest.exposure_gain(exposure) if contest.card.exposure else 0.0
        return 1 - exposure * (1 - contest.defender_gain(a, d)) + bonus - defense_cost * d

    def answered(a: Array) -> Array:
        defense, _ = _answer(lambda d: keeps(a, d), 1 / defense_cost)
        return exposed(a, defense) * contest.attacker_gain(a, defense) - cost * a

    best = _best(answered, 1 / cost)
    if not contest.card.entry:
        return best
    return jnp.maximum(best - contest.entry_cost / contest.attacker_stake, 0.0)  # type: ignore[attr-defined]


def _best(answered: Callable[[Array], Array], limit: Array) -> Array:
    """The highest value over efforts from nothing to the limit."""
    _, heights = _tops(jax.vmap(answered), limit)
    return jnp.max(heights)


def _answer(earns: Callable[[Array], Array], limit: Array) -> tuple[Array, Array]:
    """The follower's best effort and what it earns; of equally good ones the least."""

    def slope(log: Array) -> tuple[Array, Array]:
        return jax.jvp(lambda x: earns(limit * jnp.exp(x)), (log,), (jnp.ones_like(log),))

    def sharpen(_: int, state: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
        """One step of Newton's method, taken back if it led down."""
        tried, known, known_height = state
        (height, steep), (_, bend) = jax.jvp(slope, (tried,), (jnp.ones_like(tried),))
        stays = height >= known_height - 1e-14 * (1 + jnp.abs(height))
        known = jnp.where(stays, tried, known)
        step = -steep / jnp.where(bend < 0, bend, -1.0)
        # At a step or a kink of success there is nothing to sharpen.
        smooth = stays & (bend < 0) & (jnp.abs(step) < 1e-2)
        return jnp.where(smooth, tried + step, known), known, jnp.maximum(height, known_height)

    logs, heights = _tops(earns, limit)
    _, logs, heights = jax.lax.fori_loop(0, _NEWTON_STEPS + 1, sharpen, (logs, logs, heights))
    best = jnp.argmax(heights)
    return limit * jnp.exp(logs[best]), heights[best]


def _tops(values: Callable[[Array], Array], limit: Array) -> tuple[Array, Array]:
    """No effort and the highest peaks: logarithms of shares of the limit, and how high they are."""
    first = jnp.asarray(_LOOK)
    heights = values(jnp.concatenate([limit * jnp.exp(first), jnp.zeros(1)]))
    nothing, heights = heights[-1:], heights[:-1]
    outside = jnp.full(1, -jnp.inf)
    left, right = jnp.concatenate([outside, heights[:-1]]), jnp.concatenate([heights[1:], outside])
    height, at = jax.lax.top_k(jnp.where((heights >= left) & (heights > right), heights, -jnp.inf), _KEPT)
    width = first[jnp.minimum(at + 1, first.size - 1)] - first[at]
    width = jnp.maximum(width, first[at] - first[jnp.maximum(at - 1, 0)])

    def closer(_: int, state: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
        center, width, height = state
        logs = jnp.minimum(center[:, None] + width[:, None] * jnp.linspace(-1.0, 1.0, _CLOSER_POINTS), 0.0)
        heights = values(limit * jnp.exp(logs.reshape(-1))).reshape(logs.shape)
        best = jnp.argmax(heights, axis=1)[:, None]
        found, seen = jnp.take_along_axis(heights, best, 1)[:, 0], jnp.take_along_axis(logs, best, 1)[:, 0]
        return jnp.where(found > height, seen, center), width * 2 / (_CLOSER_POINTS - 1), jnp.maximum(found, height)

    logs, _, heights = jax.lax.fori_loop(0, _CLOSER, closer, (first[at], width, height))
    return jnp.concatenate([jnp.full(1, -jnp.inf), logs]), jnp.concatenate([nothing, heights])
