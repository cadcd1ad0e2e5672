"""Roots by halving: a fixed number of steps, so that it can be compiled, mapped and trusted; and differentiated."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
from jaxtyping import Array

from tiltmeter.contests._implicit import implicit

_HALVINGS = 56


def last_where(excess: Callable[[Array], Array], low: Array, high: Array) -> Array:
    """Where a function ceases to be positive; `low` where it never is, `high` where it is from `low` to `high`.

    Differentiated, it is the root's derivative, and at an end that end's.

    Args:
        excess: an elementwise function whose sign changes at most once between `low` and `high`.
        low: where to begin, any shape.
        high: where to end, a shape that broadcasts against that of `low`.
    """
    shape = jnp.broadcast_shapes(jnp.shape(low), jnp.shape(high))
    low, high = jnp.broadcast_to(low, shape), jnp.broadcast_to(high, shape)

    def halve(_: int, bracket: tuple[Array, Array]) -> tuple[Array, Array]:
        lower, upper = bracket
        middle = (lower + upper) / 2
        still = excess(middle) > 0
        return jnp.where(still, middle, lower), jnp.where(still, upper, middle)

    def condition(root: Array) -> tuple[Array]:
        inside = jnp.where(excess(high) > 0, root - high, excess(root))
        return (jnp.where(excess(low) <= 0, root - low, inside),)

    lower, upper = jax.lax.fori_loop(0, _HALVINGS, halve, jax.lax.stop_gradient((low, high)))
    return implicit(condition, (lower + upper) / 2)[0]
