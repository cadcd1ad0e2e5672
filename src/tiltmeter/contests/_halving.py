"""Roots by halving: a fixed number of steps, so that it can be compiled, mapped and trusted; and differentiated."""

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array

_HALVINGS = 56


def last_where(excess: Callable[[Array], Array], low: Array, high: Array) -> Array:
    """Where a function ceases to be positive; `low` where it never is, `high` where it is from `low` to `high`.

    Its derivatives are those of the root, by the implicit function theorem, and at an end those of that end.

    Args:
        excess: an elementwise function whose sign changes at most once between `low` and `high`.
        low: where to begin, any shape.
        high: where to end, a shape that broadcasts against that of `low`.
    """
    shape = jnp.broadcast_shapes(jnp.shape(low), jnp.shape(high))
    ends = jnp.broadcast_to(low, shape), jnp.broadcast_to(high, shape)
    # What the function closes over becomes an argument, for only arguments are differentiated.
    convert: Any = jax.closure_convert
    open_excess, others = convert(excess, ends[0])
    return _root(open_excess, *ends, *others)


@partial(jax.custom_jvp, nondiff_argnums=(0,))
def _root(excess: Callable[..., Array], low: Array, high: Array, *others: Array) -> Array:
    def halve(_: int, bracket: tuple[Array, Array]) -> tuple[Array, Array]:
        lower, upper = bracket
        middle = (lower + upper) / 2
        still = excess(middle, *others) > 0
        return jnp.where(still, middle, lower), jnp.where(still, upper, middle)

    lower, upper = jax.lax.fori_loop(0, _HALVINGS, halve, (low, high))
    return (lower + upper) / 2


@_root.defjvp
def _root_moves(excess: Callable[..., Array], at: tuple[Array, ...], moves: tuple[Any, ...]) -> tuple[Array, Array]:
    low, high, *others = at
    low_move, high_move, *other_moves = moves
    root = _root(excess, low, high, *others)
    _, slope = jax.jvp(lambda x: excess(x, *others), (root,), (jnp.ones_like(root),))
    lifted = jax.jvp(partial(excess, root), others, other_moves)[1] if others else jnp.zeros_like(root)
    inside = -lifted / jnp.where(slope == 0, -jnp.inf, slope)
    never, ever = excess(low, *others) <= 0, excess(high, *others) > 0
    return root, jnp.where(never, low_move, jnp.where(ever, high_move, inside))
