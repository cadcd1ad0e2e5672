"""Roots by halving: a fixed number of steps, so that it can be compiled, mapped and trusted."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
from jaxtyping import Array

_HALVINGS = 56


def last_where(holds: Callable[[Array], Array], low: Array, high: Array) -> Array:
    """Where a condition ceases to hold; `low` where it never holds, `high` where it holds from `low` to `high`.

    Args:
        holds: an elementwise condition that changes at most once between `low` and `high`.
        low: where to begin, any shape.
        high: where to end, a shape that broadcasts against that of `low`.
    """

    def halve(_: int, bracket: tuple[Array, Array]) -> tuple[Array, Array]:
        lower, upper = bracket
        middle = (lower + upper) / 2
        still = holds(middle)
        return jnp.where(still, middle, lower), jnp.where(still, upper, middle)

    shape = jnp.broadcast_shapes(jnp.shape(low), jnp.shape(high))
    lower, upper = jax.lax.fori_loop(0, _HALVINGS, halve, (jnp.broadcast_to(low, shape), jnp.broadcast_to(high, shape)))
    return (lower + upper) / 2
