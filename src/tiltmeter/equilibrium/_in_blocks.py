"""A function of very many contests, computed in blocks of which all intermediate results fit in the processor's cache.

Over all at once each would be written to memory and read again, which takes as long as computing it.
"""

from collections.abc import Callable
from math import prod
from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array

from tiltmeter.contests import AbstractContest

Tree = Any
# Contests in a block: few enough for the cache, and enough for all cores.
_BLOCK = 2**16


def in_blocks(function: Callable[[AbstractContest], Tree], contest: AbstractContest) -> Tree:
    """`function(contest)`, which works on every contest alone, in blocks where there are many.

    Derivatives are those of the function over all at once: to go back through blocks takes longer.

    Returns:
        The tree of results, arrays of the contest's shape.
    """
    shape = contest.shape
    if prod(shape) < 2 * _BLOCK or jax.default_backend() != "cpu":
        return function(contest)

    def at_once(contest: AbstractContest) -> Tree:
        return jax.tree.map(lambda x: jnp.broadcast_to(x, shape), function(contest))

    @jax.custom_jvp
    def blocked(contest: AbstractContest) -> Tree:
        flat = jax.tree.map(lambda x: jnp.broadcast_to(x, shape).reshape(-1), contest)
        return jax.tree.map(lambda x: x.reshape(shape), _over_blocks(function, flat, prod(shape)))

    blocked.defjvp(lambda at, moves: jax.jvp(at_once, at, moves))
    return blocked(contest)


def _over_blocks(function: Callable[[AbstractContest], Tree], flat: AbstractContest, count: int) -> Tree:
    def block(first: Array) -> Tree:
        some = jax.tree.map(lambda x: jax.lax.dynamic_slice_in_dim(x, first, _BLOCK), flat)
        return jax.tree.map(lambda x: jnp.broadcast_to(x, (_BLOCK,)), function(some))

    def one(turn: Array, done: Tree) -> Tree:
        # The last block begins where it still is whole, and does some a second time.
        first = jnp.minimum(turn * _BLOCK, count - _BLOCK)
        return jax.tree.map(
            lambda old, new: jax.lax.dynamic_update_slice_in_dim(old, new, first, axis=0), done, block(first)
        )

    like = jax.eval_shape(block, jnp.zeros((), int))
    blank = jax.tree.map(lambda x: jnp.zeros((count,), x.dtype), like)
    return jax.lax.fori_loop(0, -(-count // _BLOCK), one, blank)
