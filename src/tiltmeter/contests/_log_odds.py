"""The log-odds at which neither side of a Tullock contest gains by a little more effort."""

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array

# Up to this bend two steps from the start reach all digits, wherever the root lies.
GENTLE = 0.6
# Errors shrink to their fourth power: after a step as short as this nothing is left to improve.
_SETTLED = 1e-4
_MOST_PAIRS = 12
_LOG_4 = 1.3862943611198906


@partial(jax.custom_jvp, nondiff_argnums=(4,))
def log_odds(k: Array, bend: Array, below: Array, above: Array, gentle: bool) -> Array:
    """The root y of y + bend · T(y) = k with T(y) = −log(P(1 − P)), P = 1/(1 + exp(−y)), or the bound nearest to it.

    Args:
        k: any number.
        bend: not negative.
        below: the least y, right of the minimum of the left-hand side.
        above: the greatest y.
        gentle: whether no bend exceeds `GENTLE`.
    """
    # T is convex, and at least |y| and log 4: each of these lines has its root to the right.
    line = jnp.where(k > 0, k / (1 + bend), jnp.where(bend < 1, k / jnp.where(bend < 1, 1 - bend, 1.0), 0.0))
    start = jnp.clip(jnp.minimum(line, k - bend * _LOG_4), below, above)

    def twice(y: Array) -> tuple[Array, Array]:
        once = _step(y, k, bend, below, above)
        return once, _step(once, k, bend, below, above)

    def going_on(state: tuple[Array, Array, Array]) -> Array:
        pairs, before, y = state
        return (pairs < _MOST_PAIRS) & jnp.any(jnp.abs(y - before) > _SETTLED)

    if gentle:
        return twice(start)[1]

    def again(state: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
        """Where a root is found it stays, so that none depends on which others are sought with it."""
        pairs, before, y = state
        once, new = twice(y)
        moving = jnp.abs(y - before) > _SETTLED
        return pairs + 1, jnp.where(moving, once, y), jnp.where(moving, new, y)

    first = (jnp.zeros((), int), *twice(start))
    return jax.lax.while_loop(going_on, again, first)[2]


@log_odds.defjvp
def _log_odds_slope(gentle: bool, at: tuple[Array, ...], moves: tuple[Any, ...]) -> tuple[Array, Array]:
    """The implicit function theorem, and at a bound that bound's own move."""
    k, bend, below, above = at
    k_move, bend_move, below_move, above_move = moves
    y = log_odds(k, bend, below, above, gentle)
    inside = (below < y) & (y < above)
    _, slope, _, _ = condition(y, k, bend)
    surprise = jnp.abs(y) + 2 * jnp.log1p(jnp.exp(-jnp.abs(y)))
    free = (k_move - surprise * bend_move) / jnp.where(inside, slope, 1.0)
    return y, jnp.where(inside, free, jnp.where(y <= below, below_move, above_move))


def condition(y: Array, k: Array, bend: Array) -> tuple[Array, Array, Array, Array]:
    """What is left of the equation at y, its first two derivatives, and minus the ratio of the third to the second."""
    # Written so that nothing cancels for bends near 1, where the equation is nearly flat on one side.
    sign = jnp.where(y < 0, -1.0, 1.0)
    outer, inner = 1 + bend * sign, 1 - bend * sign
    small = jnp.exp(-jnp.abs(y))
    large = 1 / (1 + small)
    left = outer * y + 2 * bend * jnp.log1p(small) - k
    slope = (outer + inner * small) * large
    return left, slope, 2 * bend * small * large * large, sign * (1 - small) * large


def _step(y: Array, k: Array, bend: Array, below: Array, above: Array) -> Array:
    """Householder's step of the fourth order; it costs one exponential and one logarithm, as Newton's does."""
    left, slope, second, third = condition(y, k, bend)
    inverse = 1 / jnp.where(slope > 0, slope, 1.0)
    newton, curved = left * inverse, second * inverse
    # Right of a root these stay within their bounds; where there is no root, the step still has the right sign.
    halley = jnp.minimum(newton * curved, 1.0)
    divisor = jnp.maximum(1 - halley - newton * newton * curved * third / 6, 0.1)
    return jnp.clip(y - newton * (1 - halley / 2) / divisor, below, above)
