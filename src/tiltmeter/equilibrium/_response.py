"""Global best responses: a scan over efforts of every order of magnitude, then the slope followed to its zero."""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from tiltmeter.contests import AbstractContest
from tiltmeter.equilibrium._payoffs import attack_limit, attack_share, chance, defense_limit, defense_share

# Efforts below 1e-14 of the limit cost and change less than rounding does; those above 1e-5 of it decide payoffs.
_SCAN = np.log(np.concatenate([np.geomspace(1e-14, 1e-5, 32, endpoint=False), np.geomspace(1e-5, 1.0, 144)]))
_PEAKS = 4
_HALVINGS = 44


class Reply(NamedTuple):
    """A best response and its payoff as a share of the stake."""

    effort: Array
    entered: Array
    payoff: Array


def attacker_reply(contest: AbstractContest, d: Array, weights: Array) -> Reply:
    """The attacker's best response to the defender's mixed strategy (d, weights), both of shape (L,)."""
    one = jnp.ones(())

    def payoff(a: Array) -> Array:
        return jnp.dot(chance(contest, a, one, d), weights) - attack_share(contest, a, one)

    effort, value = _highest(payoff, attack_limit(contest))
    if not contest.card.entry:
        return Reply(effort, jnp.where(effort > 0, 1.0, 0.0), value)
    stays_in = value > 0
    return Reply(jnp.where(stays_in, effort, 0.0), jnp.where(stays_in, 1.0, 0.0), jnp.maximum(value, 0.0))


def defender_reply(contest: AbstractContest, a: Array, entered: Array, weights: Array) -> Reply:
    """The defender's best response to the attacker's mixed strategy, arrays of shape (K,); payoff is −P − cost."""

    def payoff(d: Array) -> Array:
        return -jnp.dot(chance(contest, a, entered, d), weights) - defense_share(contest, d)

    effort, value = _highest(payoff, defense_limit(contest))
    return Reply(effort, jnp.ones(()), value)


def _highest(payoff: Callable[[Array], Array], limit: Array) -> tuple[Array, Array]:
    """The effort in [0, limit] with the highest payoff, and that payoff."""

    def in_logs(s: Array) -> Array:
        return payoff(limit * jnp.exp(s))

    scan = jnp.asarray(_SCAN)
    heights = jax.vmap(in_logs)(scan)
    _, peaks = jax.lax.top_k(_crests(heights), _PEAKS)
    last = scan.size - 1
    rising = jax.vmap(jax.grad(in_logs))

    def halve(_: int, bracket: tuple[Array, Array]) -> tuple[Array, Array]:
        lower, upper = bracket
        middle = (lower + upper) / 2
        up = rising(middle) > 0
        return jnp.where(up, middle, lower), jnp.where(up, upper, middle)

    bracket = (scan[jnp.maximum(peaks - 1, 0)], scan[jnp.minimum(peaks + 1, last)])
    lower, upper = jax.lax.fori_loop(0, _HALVINGS, halve, bracket)
    efforts = limit * jnp.exp(jnp.concatenate([(lower + upper) / 2, scan[peaks]]))
    # At equal payoffs the smaller effort is taken, zero first.
    candidates = jnp.concatenate([jnp.zeros(1), efforts])
    values = jax.vmap(payoff)(candidates)
    best = jnp.argmax(values)
    return candidates[best], values[best]


def _crests(heights: Array) -> Array:
    """How high each local peak of a scan rises between its points, by the parabola through it; −∞ off the peaks."""
    left = jnp.concatenate([heights[:1], heights[:-1]])
    right = jnp.concatenate([heights[1:], heights[-1:]])
    bend = left - 2 * heights + right
    rise = jnp.where(bend < 0, -((right - left) ** 2) / (8 * jnp.where(bend < 0, bend, -1.0)), 0.0)
    return jnp.where((heights >= left) & (heights >= right), heights + rise, -jnp.inf)
