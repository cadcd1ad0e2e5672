"""Run a function written for one contest over arrays of parameters, in batches of fixed size.

Batches have few sizes, so that each function is compiled once and memory stays flat however many contests there are.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from math import prod
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from tiltmeter.contests import AbstractContest

Tree = Any
# Few draws, and very many.
_SIZES = (256, 4096)
_MANY = 2**18
_IN_TURN = 64


def over_draws(
    one: Callable[..., Tree], contest: AbstractContest, *trees: Tree, in_turn: bool = False, seldom: bool = False
) -> tuple[Tree, tuple[int, ...]]:
    """Apply `one(contest, *trees)`, written for scalar parameters, to every element of the broadcast parameters.

    Args:
        one: a function of a contest with scalar parameters and of trees without the leading axes; kept as a key of
            the compilation cache, so pass a module-level function.
        contest: a contest whose parameters broadcast to `contest.shape`.
        trees: trees of arrays whose leading axes are `contest.shape`; trailing axes belong to one draw.
        in_turn: work on the draws of a batch one after the other, for loops that end after very different numbers
            of rounds; otherwise all at once.
        seldom: compile in half the time to code that takes twice as long, for what runs on few draws.

    Returns:
        The tree of results with one leading axis over the flattened draws, as numpy arrays, and `contest.shape`.
    """
    shape = contest.shape
    count = prod(shape)
    flat = (flatten(contest, shape), *(flatten(tree, shape) for tree in trees))
    size = _IN_TURN if in_turn else _SIZES[count >= _MANY]
    flat = (np.ones(count, bool), *flat)
    batches = [_batch(flat, start, size) for start in range(0, max(count, 1), size)]
    run = _compiled(one, in_turn, seldom)
    if len(batches) == 1:
        results = [jax.block_until_ready(run(*batches[0]))]
    else:
        # The compiled code runs outside the interpreter's lock: one batch per core.
        first = jax.block_until_ready(run(*batches[0]))
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            results = [first, *pool.map(lambda batch: jax.block_until_ready(run(*batch)), batches[1:])]
    return jax.tree.map(lambda *parts: np.concatenate([np.asarray(p) for p in parts])[:count], *results), shape


def flatten(tree: Tree, shape: tuple[int, ...]) -> Tree:
    """Broadcast every leaf's leading axes to `shape` and merge them into one axis; trailing axes stay."""

    def leaf(x: Any) -> np.ndarray:
        array = np.asarray(x)
        trailing = array.shape[len(shape) :] if array.ndim > len(shape) else ()
        return np.broadcast_to(array, (*shape, *trailing)).reshape((prod(shape), *trailing))

    return jax.tree.map(leaf, tree)


def unflatten(tree: Tree, shape: tuple[int, ...]) -> Tree:
    """Split the leading axis of every leaf into `shape`."""
    return jax.tree.map(lambda x: x.reshape((*shape, *x.shape[1:])), tree)


def _batch(trees: Tree, start: int, size: int) -> Tree:
    """Rows start … start + size; where there are fewer, the last row repeated, and unwanted."""

    def leaf(x: np.ndarray) -> np.ndarray:
        rows = x[start : start + size]
        if x.dtype == bool:
            return np.concatenate([rows, np.zeros(size - len(rows), bool)])
        if len(rows) == size:
            return rows
        if len(rows) == 0:
            return np.ones((size, *x.shape[1:]), x.dtype)
        return np.concatenate([rows, np.repeat(rows[-1:], size - len(rows), axis=0)])

    return jax.tree.map(leaf, trees)


@cache
def _compiled(one: Callable[..., Tree], in_turn: bool, seldom: bool) -> Callable[..., Tree]:
    compile_with: Any = eqx.filter_jit
    options = {"xla_backend_optimization_level": 0} if seldom else {}
    if not in_turn:
        return compile_with(jax.vmap(lambda _, *draw: one(*draw)), compiler_options=options)

    def real(wanted: Any, *draw: Tree) -> Tree:
        nothing = jax.tree.map(lambda x: jnp.zeros(x.shape, x.dtype), jax.eval_shape(one, *draw))
        return jax.lax.cond(wanted, lambda: one(*draw), lambda: nothing)

    return compile_with(lambda *trees: jax.lax.map(lambda draw: real(*draw), trees), compiler_options=options)
