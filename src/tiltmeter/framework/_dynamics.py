r"""The dynamics on the graph: a fuzzy cognitive map on [0, 1] that is anchored in the ratings.

Dimension k of element e has the level x_k in [0, 1] and the rating r_k. With the elements' levels X (the mean of their
dimensions, turned round where a higher rating makes the element less), those without the system B, and the products G
of the gates, every round sets

    odds(x_k) = odds(r_k) · exp(± g (Σ_f w_fe (X_f − B_f) + Σ_h v_he (G_h − G_h⁰)))

so that ratings of 0 and 1 stay, whatever pushes, and a graph without edges leaves everything as it was rated. Without
the system nothing pushes. What is clamped stays where it is.
"""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import numpy.typing as npt
from jaxtyping import Array

from tiltmeter import contests as _double_precision  # its import turns on double precision
from tiltmeter.framework._graph import Graph
from tiltmeter.framework._rubric import Rubric

FloatArray = npt.NDArray[np.float64]

ROUNDS = 400
TOLERANCE = 1e-12
assert _double_precision
# Graphs that are settled at once, few enough for the processor's cache.
_CHUNK = 1024
# So few are settled by a program of their own, so that there are only two sizes to compile for.
_FEW = 32
# How many derivatives are taken at once.
_BATCH = 256


class Shape(NamedTuple):
    """What does not vary from draw to draw: a graph without its weights, as plain tuples.

    Attributes:
        owner: for each dimension its element.
        direction: for each dimension +1 or -1.
        edges: pairs of source and target element.
        gates: for each gate its sources (elements first, then dimensions, counted on) and its target.
    """

    owner: tuple[int, ...]
    direction: tuple[int, ...]
    edges: tuple[tuple[int, int], ...]
    gates: tuple[tuple[tuple[int, ...], int], ...]

    @property
    def elements(self) -> int:
        """How many elements there are."""
        return max(self.owner) + 1


def held_of(graph: Graph, clamped: Iterable[str]) -> npt.NDArray[np.bool_]:
    """For each dimension whether it stays where it is, whatever pushes."""
    names = {graph.rubric.dimension(name).name for name in clamped}
    return np.array([name in names for name in graph.rubric.names])


def shape_of(graph: Graph) -> Shape:
    """The shape of a graph."""
    rubric = graph.rubric
    place = {name: index for index, name in enumerate((*rubric.element_names, *rubric.names))}
    return Shape(
        rubric.owner,
        rubric.direction,
        tuple((place[one.sources[0]], place[one.target]) for one in graph.edges),
        tuple((tuple(place[name] for name in one.sources), place[one.target]) for one in graph.gates),
    )


class Weights(NamedTuple):
    """The weights of one graph or of many, the graphs on the last axis.

    Attributes:
        edges: shape (edges, …), in the order of the shape.
        gates: shape (gates, …).
        gain: shape (…).
    """

    edges: Array | FloatArray
    gates: Array | FloatArray
    gain: Array | FloatArray


def central(graph: Graph) -> Weights:
    """The weights that the graph states, without their ranges."""
    edges = np.array([one.weight for one in graph.edges])
    return Weights(edges, np.array([one.weight for one in graph.gates]), np.asarray(graph.gain.median))


def element_levels(shape: Shape, levels: Array) -> list[Array]:
    """Levels of the elements from those of the dimensions, which lie on the first axis."""
    turned = [levels[k] if sign > 0 else 1 - levels[k] for k, sign in enumerate(shape.direction)]
    members = [[turned[k] for k, owner in enumerate(shape.owner) if owner == e] for e in range(shape.elements)]
    return [sum(own[1:], own[0]) / len(own) for own in members]


def sources(shape: Shape, levels: Array) -> list[Array]:
    """What edges and gates carry, in this order: the level of the source, or the product of the levels."""
    elements = element_levels(shape, levels)
    nodes = [*elements, *(levels[k] for k in range(len(shape.owner)))]
    carried = [elements[source] for source, _ in shape.edges]
    for names, _ in shape.gates:
        product = nodes[names[0]]
        for name in names[1:]:
            product = product * nodes[name]
        carried.append(product)
    return carried


def targets(shape: Shape) -> list[int]:
    """The element that each edge, and then each gate, pushes."""
    return [*(target for _, target in shape.edges), *(target for _, target in shape.gates)]


def pushes(shape: Shape, weights: Weights, levels: Array, rest: Array) -> list[Array]:
    """What each edge and gate adds to the log-odds of its target, given the levels and those at rest."""
    now, before = sources(shape, levels), sources(shape, rest)
    return [
        jnp.asarray(weights.gain) * w * (x - y) for w, x, y in zip(_strengths(shape, weights), now, before, strict=True)
    ]


def _strengths(shape: Shape, weights: Weights) -> list[Array]:
    """The weights of the edges, and then of the gates."""
    edges = [jnp.asarray(weights.edges[i]) for i in range(len(shape.edges))]
    return [*edges, *(jnp.asarray(weights.gates[i]) for i in range(len(shape.gates)))]


def step(shape: Shape, weights: Weights, held: Array, ratings: Array, rest: Array, levels: Array) -> Array:
    """One round: the levels of the dimensions, on the first axis, after everything has pushed once.

    Args:
        shape: of the graph.
        weights: of the graph.
        held: for each dimension whether it stays as rated.
        ratings: as rated.
        rest: without the system.
        levels: before.
    """
    push: list[Any] = [jnp.zeros(levels.shape[1:])] * shape.elements
    for target, size in zip(targets(shape), pushes(shape, weights, levels, rest), strict=True):
        push[target] = push[target] + size
    after = list(levels)
    for element, size in enumerate(push):
        _move(shape, element, size, held, ratings, after)
    return jnp.stack(after)


def _move(shape: Shape, element: int, push: Array, held: Array, ratings: Array, levels: list[Array]) -> None:
    """Set the levels of an element's dimensions to where a push carries their ratings."""
    # One exponential per element: dimensions that are turned round take its inverse.
    odds = jnp.exp(jnp.clip(push, -500.0, 500.0))
    for k, (owner, sign) in enumerate(zip(shape.owner, shape.direction, strict=True)):
        if owner == element:
            r = ratings[k]
            moved = r * odds / (1 - r + r * odds) if sign > 0 else r / (r + (1 - r) * odds)
            levels[k] = jnp.where(held[k], r, moved)


def sweep(shape: Shape, weights: Weights, held: Array, ratings: Array, offsets: list[Array], levels: Array) -> Array:
    """As `step`, but each element sees where those before it have just moved, which settles in half the rounds.

    Args:
        shape: of the graph.
        weights: of the graph.
        held: for each dimension whether it stays as rated.
        ratings: as rated.
        offsets: for each element the pushes of the levels at rest.
        levels: before.
    """
    after = list(levels)
    arriving = list(zip(_strengths(shape, weights), targets(shape), strict=True))
    for element in range(shape.elements):
        push = -offsets[element]
        for (strength, target), carried in zip(arriving, sources(shape, jnp.stack(after)), strict=True):
            if target == element:
                push = push + strength * carried
        _move(shape, element, jnp.asarray(weights.gain) * push, held, ratings, after)
    return jnp.stack(after)


def settle(
    shape: Shape, weights: Weights, held: Array, ratings: Array, rest: Array, start: Array
) -> tuple[Array, Array]:
    """Sweeps until nothing moves by more than the tolerance; the levels, and how far the last moved each graph."""
    zero = jnp.zeros(ratings.shape[1:])
    offsets: list[Array] = [zero] * shape.elements
    for target, w, x in zip(targets(shape), _strengths(shape, weights), sources(shape, rest), strict=True):
        offsets[target] = offsets[target] + w * x

    def body(state: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
        levels, _, count = state
        after = sweep(shape, weights, held, ratings, offsets, levels)
        return after, jnp.max(jnp.abs(after - levels), axis=0), count + 1

    def moving(state: tuple[Array, Array, Array]) -> Array:
        return (jnp.max(state[1]) > TOLERANCE) & (state[2] < ROUNDS)

    # Clamped dimensions stand at their ratings from the first round on.
    begun = jnp.where(held.reshape(-1, *[1] * (start.ndim - 1)), ratings, start)
    levels, moved, _ = jax.lax.while_loop(moving, body, (begun, jnp.full(start.shape[1:], jnp.inf), jnp.asarray(0)))
    return levels, moved


def fixed_points(
    graph: Graph,
    ratings: FloatArray,
    rest: FloatArray,
    weights: Weights | None = None,
    *,
    start: FloatArray | None = None,
    clamped: Iterable[str] = (),
) -> tuple[FloatArray, FloatArray]:
    """Where the rounds lead, for any number of graphs.

    Args:
        graph: its structure, and its weights where none are given.
        ratings: levels as rated, in [0, 1], shape (dimensions, n).
        rest: levels without the system, shape (dimensions, n) or (dimensions, 1).
        weights: edges (edges, n), gates (gates, n) and gain (n,), or with 1 for n.
        start: levels from which the rounds start, shape (dimensions, n); the ratings when left out.
        clamped: dimensions that stay as rated.

    Returns:
        Levels, shape (dimensions, n), and how far the last round still moved, shape (n,).
    """
    shape, held = shape_of(graph), held_of(graph, clamped)
    chosen = central(graph) if weights is None else weights
    count = ratings.shape[1]
    whole = (
        *by_columns(shape, chosen, count),
        ratings,
        _columns(np.asarray(rest, dtype=float), count),
        ratings if start is None else start,
    )
    run = _compiled(shape)
    size = _FEW if count <= _FEW else _CHUNK
    batches = [tuple(_cut(x, first, size) for x in whole) for first in range(0, count, size)]
    done = [jax.block_until_ready(run(held, *batches[0]))]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        done += pool.map(lambda batch: jax.block_until_ready(run(held, *batch)), batches[1:])
    levels, moved = (np.concatenate([np.asarray(part[i]) for part in done], axis=-1)[..., :count] for i in (0, 1))
    return levels, moved


def responses(
    graph: Graph,
    weights: Weights,
    ratings: FloatArray,
    rest: FloatArray,
    levels: FloatArray,
    *,
    follows: Iterable[str] = (),
    clamped: Iterable[str] = (),
) -> FloatArray:
    """How the fixed point moves with the ratings: exact derivatives by the implicit function theorem.

    Args:
        graph: the structure.
        weights: as for `fixed_points`, n on the last axis.
        ratings: shape (dimensions, n).
        rest: shape (dimensions, n).
        levels: the fixed point, shape (dimensions, n).
        follows: dimensions whose level at rest is their rating and moves with it.
        clamped: dimensions that stay as rated.

    Returns:
        Shape (n, dimensions, dimensions): by how much the first moves as the rating of the second rises.
    """
    count = ratings.shape[1]
    edges, gates, gain = by_columns(shape_of(graph), weights, count)
    shared = tuple(name in set(follows) for name in graph.rubric.names)
    ground = _columns(np.asarray(rest), count)
    held = np.broadcast_to(held_of(graph, clamped), (count, len(shared)))
    slope = _derivative(shape_of(graph), shared)
    return in_batches(slope, held, edges.T, gates.T, gain, ratings.T, ground.T, levels.T)


def in_batches(function: Callable[..., Array], *trees: Any) -> FloatArray:
    """Apply a function of arrays whose first axis is that of the graphs, in batches of one size."""
    count = len(jax.tree.leaves(trees)[0])
    parts: list[FloatArray] = []
    for first in range(0, count, _BATCH):
        index = np.minimum(np.arange(first, first + _BATCH), count - 1)
        part = jax.tree.map(lambda x, index=index: np.asarray(x)[index], trees)
        parts.append(np.asarray(function(*part)))
    return np.concatenate(parts)[:count]


@cache
def _derivative(shape: Shape, shared: tuple[bool, ...]) -> Callable[..., Array]:
    def one(held: Array, edges: Array, gates: Array, gain: Array, *where: Array) -> Array:
        weights = Weights(edges, gates, gain)
        ratings, rest, levels = where
        by_levels = jax.jacfwd(lambda x: step(shape, weights, held, ratings, rest, x))(levels)
        follows = jnp.array(shared)
        by_ratings = jax.jacfwd(lambda r: step(shape, weights, held, r, jnp.where(follows, r, rest), levels))(ratings)
        return jnp.linalg.solve(jnp.eye(len(shape.owner)) - by_levels, by_ratings)

    return jax.jit(jax.vmap(one))


@cache
def _compiled(shape: Shape) -> Callable[..., Any]:
    def run(held: Array, edges: Array, gates: Array, gain: Array, *where: Array) -> Any:
        return settle(shape, Weights(edges, gates, gain), held, *where)

    return jax.jit(run)


def by_columns(shape: Shape, weights: Weights, count: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The weights with `count` graphs on the last axis."""

    def whole(values: Any, rows: int) -> FloatArray:
        array = np.asarray(values, dtype=float)
        return _columns(array.reshape(rows, -1), count) if rows else np.zeros((0, count))

    edges, gates = whole(weights.edges, len(shape.edges)), whole(weights.gates, len(shape.gates))
    return edges, gates, whole(weights.gain, 1)[0]


def _columns(array: FloatArray, count: int) -> FloatArray:
    return np.broadcast_to(array, (array.shape[0], count))


def _cut(array: FloatArray, first: int, size: int) -> FloatArray:
    """Columns from `first` on; where there are fewer than `size`, the last repeated."""
    columns = array[..., first : first + size]
    missing = size - columns.shape[-1]
    return np.concatenate([columns, np.repeat(columns[..., -1:], missing, axis=-1)], axis=-1) if missing else columns


SHARED = ("geopolitical-stability",)
"""What a world without the system has in common with the world with it."""


def rest_levels(rubric: Rubric, like: FloatArray) -> FloatArray:
    """Levels in a world without the system, which shares only how peaceful relations are: shape like `like`.

    Everything that belongs to the system is absent: elements stand at 0, and no rule addresses it.
    """
    empty = np.where(np.array(rubric.direction) > 0, 0.0, 1.0)
    levels = np.broadcast_to(empty[:, None], like.shape).copy()
    for name in SHARED:
        levels[rubric.names.index(name)] = like[rubric.names.index(name)]
    return levels
