"""Run a function written for one contest over arrays of parameters, in batches of fixed size.

Batches have few sizes, so that each function is compiled once and memory stays flat however many contests there are.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from math import prod
from typing import Any, Literal

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from tiltmeter.contests import AbstractContest

Tree = Any
# Few draws, and very many.
_SIZES = (256, 4096)
_MANY = 2**18
_IN_TURN = 8
# A batch is filled up; where each draw is a long computation, a short batch is worth a compilation of its own.
_SCARCE, _WIDE = 8, 16


def over_draws(
    function: Callable[..., Tree],
    contest: AbstractContest,
    *trees: Tree,
    takes: Literal["batches", "draws", "draws in turn"] = "draws",
    seldom: bool = False,
    well: bool = False,
) -> tuple[Tree, tuple[int, ...]]:
    """Apply `function(contest, *trees)` to every element of the broadcast parameters.

    Args:
        function: kept as a key of the compilation cache, so pass a module-level function.
        contest: a contest whose parameters broadcast to `contest.shape`.
        trees: trees of arrays whose leading axes are `contest.shape`; trailing axes belong to one draw.
        takes: what the function is written for: batches of draws, with parameters of shape (B,) and trees with one
            leading axis; or single draws, which are then worked on all at once, or one after the other, which is
            better for loops that end after very different numbers of rounds.
        seldom: compile in a fifth of the time to code that takes several times longer, for what runs on few draws.
        well: compile as well as for very many draws, which pays for what runs most and compiles no slower for it.

    Returns:
        The tree of results with one leading axis over the flattened draws, as numpy arrays, and `contest.shape`.
    """
    shape = contest.shape
    count = prod(shape)
    flat = (flatten(contest, shape), *(flatten(tree, shape) for tree in trees))
    wide = any(leaf.ndim > 1 and leaf.shape[-1] > _WIDE for leaf in jax.tree.leaves(flat[1:]))
    size = _IN_TURN if takes == "draws in turn" else _SIZES[count >= _MANY]
    if wide and count <= _SCARCE:
        size = _SCARCE
    flat = (np.ones(count, bool), *flat)
    batches = [_batch(flat, start, size) for start in range(0, max(count, 1), size)]
    run = _compiled(function, takes, 0 if seldom else 2 if well or count >= _MANY else 1)
    results: list[Tree] = []
    if len(batches) > 1 and takes == "draws in turn":
        # Compiles, and works on none of the draws.
        wanted, *draws = batches[0]
        run(np.zeros_like(wanted), *draws)
    else:
        results = [jax.block_until_ready(run(*batches.pop(0)))]
    # The compiled code runs outside the interpreter's lock: one batch per core.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results += pool.map(lambda batch: jax.block_until_ready(run(*batch)), batches)
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
def _compiled(function: Callable[..., Tree], takes: str, effort: int) -> Callable[..., Tree]:
    def real(wanted: Any, *draw: Tree) -> Tree:
        nothing = jax.tree.map(lambda x: jnp.zeros(x.shape, x.dtype), jax.eval_shape(function, *draw))
        return jax.lax.cond(wanted, lambda: function(*draw), lambda: nothing)

    def batch(wanted: Any, *trees: Tree) -> Tree:
        if takes == "batches":
            return function(*trees)
        if takes == "draws in turn":
            return jax.lax.map(lambda draw: real(*draw), (wanted, *trees))
        return jax.vmap(function)(*trees)

    # Profiles and the compiler's log then say what they speak of.
    batch.__name__ = batch.__qualname__ = function.__name__.strip("_")
    compile_with: Any = eqx.filter_jit
    return compile_with(batch, compiler_options=_compiler_options(effort))


@cache
def _compiler_options(effort: int) -> dict[str, Any]:
    """Settings for the compiler: what runs little is compiled in little time (0), what runs long well (2)."""
    if jax.default_backend() != "cpu":
        return {}
    options: dict[str, Any] = {} if effort == 2 else {"xla_backend_optimization_level": effort}
    # The older code generator takes half the time, for code that is as fast.
    quick: dict[str, Any] = {"xla_cpu_use_fusion_emitters": False}
    try:
        jax.jit(lambda x: x).lower(0.0).compile(compiler_options=quick)
    except jax.errors.JaxRuntimeError:  # a version of JAX that has but one code generator
        return options
    return options | quick
