"""Run a function written for one contest over arrays of parameters, in blocks of fixed size.

A call of the compiled code takes some blocks, so many as there are, and works on one after the other: few are as cheap
as they are few, each function is compiled once, and memory stays flat however many contests there are.
"""

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from math import prod
from typing import Any, Literal

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from tiltmeter._garbage import uncollected
from tiltmeter.contests import AbstractContest

Tree = Any
Takes = Literal["batches", "small batches", "draws", "draws in turn"]
Code = Literal["quick", "fair", "good", "bulk"]
# Draws in a block, of which the intermediate results fit in the processor's cache; blocks in a call, for few draws and
# for very many.
_ROWS = 256
_BLOCKS = (16, 256)
MANY = 2**18
# For so few draws good code is not worth its compilation.
FEW = 128
# The compiler's levels of optimization.
_EFFORTS: dict[Code, int] = {"quick": 0, "fair": 1, "good": 2, "bulk": 2}
# The same where a draw takes much memory: that is where a draw has more places than so many.
_FEW_ROWS, _FEW_BLOCKS, _NARROW = 16, 64, 2
# Where each draw is a long computation: draws in a call, and in a block that is worth a compilation of its own.
_IN_TURN = 8
_SCARCE, _WIDE = 8, 16


def over_draws(
    function: Callable[..., Tree],
    contest: AbstractContest,
    *trees: Tree,
    takes: Takes = "draws",
    code: Code | None = None,
) -> tuple[Tree, tuple[int, ...]]:
    """Apply `function(contest, *trees)` to every element of the broadcast parameters.

    Args:
        function: kept as a key of the compilation cache, so pass a module-level function.
        contest: a contest whose parameters broadcast to `contest.shape`.
        trees: trees of arrays whose leading axes are `contest.shape`; trailing axes belong to one draw.
        takes: what the function is written for: batches of draws, with parameters of shape (B,) and trees with one
            leading axis, small ones where intermediate results are large; or single draws, of which a block is then
            worked on at once, or one after the other, which is better for loops that end after very different numbers
            of rounds.
        code: how well to compile: "quick", in a fifth of the time to code that takes several times longer, for what
            runs on few draws; "fair"; "good", for what runs most; or "bulk", as good and in calls of very many draws,
            also for a part of these, which then need not be compiled for again. "bulk" for very many draws and "fair"
            for others when left out.

    Returns:
        The tree of results with one leading axis over the flattened draws, as numpy arrays, and `contest.shape`.
    """
    shape = contest.shape
    count = prod(shape)
    flat = (flatten(contest, shape), *(flatten(tree, shape) for tree in trees))
    run, rows, blocks = _planned(function, takes, count, flat, code or ("bulk" if count >= MANY else "fair"))
    # The compiled code runs outside the interpreter's lock: calls of equal length, one per core at a time.
    cores = os.cpu_count() or 1
    taken = rows * min(-(-count // (rows * cores)), blocks) or rows
    starts = range(0, max(count, 1), taken)
    batches = [_batch(flat, slice(start, min(start + taken, count)), rows, blocks) for start in starts]
    # Compiles, and works on none of the draws; threads that ask for the same wait instead of compiling it as well.
    with _turn(run, jax.tree.structure(flat)), uncollected():
        run(np.zeros((), int), *batches[0][1:])
    with ThreadPoolExecutor(cores) as pool:
        results = list(pool.map(lambda batch: jax.block_until_ready(run(*batch)), batches))
    return jax.tree.map(lambda *parts: np.concatenate([np.asarray(p)[:taken] for p in parts])[:count], *results), shape


def _planned(
    function: Callable[..., Tree], takes: str, count: int, flat: Tree, code: Code
) -> tuple[Callable[..., Tree], int, int]:
    """The compiled function, how many draws it takes in a block, and how many blocks in a call."""
    effort = _EFFORTS[code]
    if takes == "draws in turn":
        return _compiled(function, takes, 1, effort), 1, _IN_TURN
    places = max((leaf.shape[-1] for leaf in jax.tree.leaves(flat[1:]) if leaf.ndim > 1), default=0)
    rows, blocks = _ROWS, _BLOCKS[code == "bulk" or count >= MANY]
    if places > _WIDE and count <= _SCARCE:
        rows, blocks = _SCARCE, 1
    elif takes == "small batches" or (takes == "batches" and places > _NARROW):
        rows, blocks = _FEW_ROWS, _FEW_BLOCKS
    return _compiled(function, takes, rows, effort), rows, blocks


def code_for(count: int, otherwise: Code | None = None, few: int = FEW) -> Code | None:
    """Quick code for few draws, otherwise what is given."""
    return "quick" if count <= few else otherwise


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


def some_rows(tree: Tree, rows: np.ndarray) -> Tree:
    """These rows of every leaf."""
    return jax.tree.map(lambda x: np.asarray(x)[rows], tree)


def with_rows(tree: Tree, rows: np.ndarray, new: Tree) -> Tree:
    """A copy in which these rows of every leaf are new; places that either lacks are zero."""

    def leaf(old: Any, fresh: Any) -> np.ndarray:
        old, fresh = np.asarray(old), np.asarray(fresh)
        # Place by place in memory: where few draws need many places, most of these are never touched.
        changed = np.zeros((len(old), *map(max, old.shape[1:], fresh.shape[1:])), old.dtype, order="F")
        changed[tuple(map(slice, old.shape))] = old
        changed[rows] = 0
        changed[(rows, *map(slice, fresh.shape[1:]))] = fresh
        return changed

    return jax.tree.map(leaf, tree, new)


def _batch(trees: Tree, wanted: slice, rows: int, blocks: int) -> tuple[Any, ...]:
    """How many blocks are in use, and the draws wanted; to fill the call the last one is repeated."""
    used = -(-max(wanted.stop - wanted.start, 1) // rows)

    def leaf(x: np.ndarray) -> np.ndarray:
        part = x[wanted]
        last = part[-1:] if len(part) else np.ones((1, *x.shape[1:]), x.dtype)
        missing = rows * blocks - len(part)
        return np.concatenate([part, np.repeat(last, missing, axis=0)]) if missing else part

    return (np.asarray(used), *jax.tree.map(leaf, trees))


def shapes_of(function: Callable[..., Tree], contest: AbstractContest) -> Tree:
    """What a function that takes batches returns of one such contest: shapes and types, with nothing computed."""
    batch = jax.tree.map(lambda x: jax.ShapeDtypeStruct((_ROWS,), x.dtype), contest)
    return jax.tree.map(lambda x: jax.ShapeDtypeStruct((1, *x.shape[1:]), x.dtype), _traced(function).eval_shape(batch))


@cache
def _traced(function: Callable[..., Tree], each_draw: bool = False) -> Any:
    """The function for a block, traced once: for its shapes, for the loop, and however well it is compiled."""
    return jax.jit(jax.vmap(function) if each_draw else function, inline=True)


@cache
def _compiled(function: Callable[..., Tree], takes: str, rows: int, effort: int) -> Callable[..., Tree]:
    each = _traced(function, takes == "draws")

    def batch(used: Any, *trees: Tree) -> Tree:
        blocks = trees if rows == 1 else jax.tree.map(lambda x: x.reshape(-1, rows, *x.shape[1:]), trees)
        number = jax.tree.leaves(blocks)[0].shape[0]
        like = jax.eval_shape(each, *jax.tree.map(lambda x: x[0], blocks))
        blank = jax.tree.map(lambda x: jnp.zeros((number, *x.shape), x.dtype), like)

        def one(place: Array, done: Tree) -> Tree:
            block = jax.tree.map(lambda x: jax.lax.dynamic_index_in_dim(x, place, keepdims=False), blocks)
            return jax.tree.map(lambda x, y: x.at[place].set(y), done, each(*block))

        done = jax.lax.fori_loop(0, used, one, blank)
        return done if rows == 1 else jax.tree.map(lambda x: x.reshape(-1, *x.shape[2:]), done)

    # Profiles and the compiler's log then say what they speak of.
    batch.__name__ = batch.__qualname__ = function.__name__.strip("_")
    compile_with: Any = eqx.filter_jit
    return compile_with(batch, compiler_options=_compiler_options(effort))


@cache
def _turn(run: Callable[..., Tree], structure: Any) -> threading.Lock:
    """Whose turn it is to compile a function for one kind of contest; one lock for each."""
    return threading.Lock()


def _compiler_options(effort: int) -> dict[str, Any]:
    """Settings for the compiler: what runs little is compiled in little time (0), what runs long well (2)."""
    if jax.default_backend() != "cpu":
        return {}
    return ({} if effort == 2 else {"xla_backend_optimization_level": effort}) | _quick()


@cache
def _quick() -> dict[str, Any]:
    """The older code generator, which takes half the time for code that is as fast, working on one part, because
    others are compiled beside it: more parts take longer in all. Nothing where the compiler knows no such options.
    """
    quick: dict[str, Any] = {"xla_cpu_use_fusion_emitters": False, "xla_cpu_parallel_codegen_split_count": 1}
    try:
        jax.jit(lambda x: x).lower(0.0).compile(compiler_options=quick)
    except jax.errors.JaxRuntimeError:
        return {}
    return quick
