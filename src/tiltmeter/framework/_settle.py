"""Where the rounds lead: to one fixed point, proved or searched; to several; or round in a cycle. Never an average."""

import dataclasses
from collections.abc import Callable, Iterable
from functools import cache

import jax
import numpy as np
import numpy.typing as npt
from jaxtyping import Array

from tiltmeter.errors import AssessmentError
from tiltmeter.framework._dynamics import (
    ROUNDS,
    TOLERANCE,
    Shape,
    Weights,
    by_columns,
    central,
    fixed_points,
    held_of,
    shape_of,
    step,
)
from tiltmeter.framework._graph import Graph

FloatArray = npt.NDArray[np.float64]

STATUSES = ("proved", "searched", "several", "cycle")
"""One fixed point by a bound; one by searching from several starts; several; or the rounds go on in a circle."""

# Fixed points closer than this are one; how long a cycle is looked for.
_SAME = 1e-6
_LONGEST = 64


@dataclasses.dataclass(frozen=True, eq=False)
class Settled:
    """Where n graphs settle.

    Attributes:
        levels: of the dimensions, shape (dimensions, n); NaN where there is no single place.
        bound: upper bounds of the factor by which a round brings any two states together; below 1 the fixed point
            exists and is the only one.
        status: positions in `STATUSES`, shape (n,).
    """

    levels: FloatArray
    bound: FloatArray
    status: npt.NDArray[np.int8]

    @property
    def usable(self) -> npt.NDArray[np.bool_]:
        """Where there is one fixed point."""
        return self.status < STATUSES.index("several")


@dataclasses.dataclass(frozen=True, eq=False)
class Places:
    """All that was found for one graph.

    Attributes:
        status: one of `STATUSES`.
        bound: as in `Settled`.
        points: the fixed points that were reached, each an array of the dimensions' levels.
        cycle: the states that the rounds go through; empty where they come to rest.
        starts: how many starts were tried.
    """

    status: str
    bound: float
    points: tuple[FloatArray, ...]
    cycle: tuple[FloatArray, ...]
    starts: int


def contraction(graph: Graph, weights: Weights) -> FloatArray:
    """Upper bounds, shape (n,), of how much a round can widen the distance of two states in a suitable norm.

    Where it is below 1, Banach's theorem gives one fixed point that every start reaches. The slope of a level in the
    log-odds is at most a quarter, so that the slopes of a round are bounded by a matrix that does not depend on the
    state; its spectral radius is bounded by a root of the norm of a power. Clamped dimensions only make it smaller.
    """
    shape = shape_of(graph)
    count = max(np.shape(weights.edges)[1:] + np.shape(weights.gates)[1:] + np.shape(weights.gain), default=1)
    edges, gates, gain = (np.abs(x) for x in by_columns(shape, weights, count))
    # The shares of an element's members sum to 1, so that a row of the matrix sums to the weights that arrive.
    arriving = np.zeros((shape.elements, count))
    for place, (_, target) in enumerate(shape.edges):
        arriving[target] += edges[place]
    for place, (members, target) in enumerate(shape.gates):
        arriving[target] += gates[place] * len(members)
    bound = gain / 4 * arriving.max(axis=0, initial=0.0)
    unclear = np.flatnonzero(bound >= 1)
    if unclear.size:
        closer = _spectral(shape, edges[:, unclear], gates[:, unclear], gain[unclear])
        bound[unclear] = np.minimum(bound[unclear], closer)
    return bound


def _spectral(shape: Shape, edges: FloatArray, gates: FloatArray, gain: FloatArray) -> FloatArray:
    """The sixteenth root of the norm of the sixteenth power of the matrix of slopes: just above its spectral radius."""
    size = [shape.owner.count(element) for element in range(shape.elements)]
    # What a source adds to the push on each element, per unit of each dimension.
    onto = np.zeros((len(gain), shape.elements, len(shape.owner)))
    for place, (source, target) in enumerate(shape.edges):
        for k, owner in enumerate(shape.owner):
            onto[:, target, k] += edges[place] / size[source] * (owner == source)
    for place, (members, target) in enumerate(shape.gates):
        for k, owner in enumerate(shape.owner):
            share = members.count(owner) / size[owner] + members.count(shape.elements + k)
            onto[:, target, k] += gates[place] * share
    slopes = gain[:, None, None] / 4 * onto[:, np.array(shape.owner)]
    norm = np.zeros(len(gain))
    for _ in range(4):
        scale = np.maximum(slopes.sum(axis=2).max(axis=1), 1e-300)
        slopes = slopes / scale[:, None, None]
        slopes = slopes @ slopes
        norm = 2 * (norm + np.log(scale))
    return np.exp((norm + np.log(np.maximum(slopes.sum(axis=2).max(axis=1), 1e-300))) / 16)


def settle(
    graph: Graph, ratings: FloatArray, rest: FloatArray, weights: Weights | None = None, clamped: Iterable[str] = ()
) -> Settled:
    """Where graphs settle, with what is known of existence and uniqueness.

    Args:
        graph: its structure, and its weights where none are given.
        ratings: levels as rated, in [0, 1], shape (dimensions, n).
        rest: levels without the system, same shape.
        weights: edges (edges, n), gates (gates, n), gain (n,).
        clamped: dimensions that stay as rated.
    """
    held = tuple(clamped)
    chosen = central(graph) if weights is None else weights
    bound = np.broadcast_to(contraction(graph, chosen), ratings.shape[1:])
    levels, moved = fixed_points(graph, ratings, rest, chosen, clamped=held)
    status = np.where((bound < 1) & (moved <= TOLERANCE), 0, 1).astype(np.int8)
    for column in np.flatnonzero(status):
        found = places(graph, ratings[:, column], rest[:, column], _column(chosen, int(column)), held)
        status[column] = STATUSES.index(found.status)
        levels[:, column] = found.points[0] if found.status == "searched" else np.nan
    return Settled(levels, bound, status)


def places(
    graph: Graph, ratings: FloatArray, rest: FloatArray, weights: Weights | None = None, clamped: Iterable[str] = ()
) -> Places:
    """All fixed points that rounds reach from several starts, or the cycle, for one graph.

    Starts are the ratings, both ends of the scale, the elements one by one at the top with the others at the bottom and
    the other way round, and 16 random profiles; what rounds do not reach, because it repels, is not found.
    """
    held = tuple(clamped)
    chosen = central(graph) if weights is None else weights
    shape = shape_of(graph)
    bound = float(contraction(graph, chosen)[0])
    starts = _starts(shape, ratings)
    run = _rounds(shape)
    flat = _column(Weights(*by_columns(shape, chosen, 1)), 0)
    ends, trail = (
        np.asarray(x) for x in run(held_of(graph, held), flat.edges, flat.gates, flat.gain, ratings, rest, starts)
    )
    points: list[FloatArray] = []
    cycle: tuple[FloatArray, ...] = ()
    for end, last in zip(ends, np.moveaxis(trail, 1, 0), strict=True):
        if np.abs(last[-1] - last[-2]).max() <= _SAME:
            if all(np.abs(end - other).max() > _SAME for other in points):
                points.append(end)
        elif not cycle:
            period = next((p for p in range(2, _LONGEST) if np.abs(last[-1] - last[-1 - p]).max() <= _SAME), 0)
            cycle = tuple(last[-period:]) if period else tuple(last)
    searched = "several" if len(points) > 1 else "cycle" if cycle else "searched"
    status = "proved" if bound < 1 else searched
    return Places(status, bound, tuple(points), cycle, len(starts))


def require_one(graph: Graph, found: Places, names: Iterable[str]) -> None:
    """Raise `AssessmentError` that shows all fixed points, or the cycle, where there is not exactly one fixed point."""
    if found.status in ("proved", "searched"):
        return

    def shown(levels: FloatArray) -> str:
        return ", ".join(f"{name} {4 * level:.2f}" for name, level in zip(names, levels, strict=True))

    names = tuple(names)
    states = found.cycle if found.status == "cycle" else found.points
    said = (
        f"has no fixed point that its rounds reach; they go through {len(states)} states in a circle"
        if found.status == "cycle"
        else f"has {len(states)} fixed points"
    )
    said += f" and a circle of {len(found.cycle)} states" if found.cycle and found.status == "several" else ""
    listed = "; ".join(f"({place + 1}) {shown(levels)}" for place, levels in enumerate(states[:8]))
    message = f"the graph {said}: {listed}. Nothing is averaged over them; lower the gain or the weights."
    raise AssessmentError(message, graph.path, field="gain")


def _starts(shape: Shape, ratings: FloatArray) -> FloatArray:
    dimensions = len(shape.owner)
    up = np.where(np.array(shape.direction) > 0, 1.0, 0.0)
    owner = np.array(shape.owner)
    alone = [np.where(owner == element, up, 1 - up) for element in range(shape.elements)]
    random = np.random.default_rng(0).uniform(size=(16, dimensions))
    return np.stack([ratings, up, 1 - up, *alone, *(1 - one for one in alone), *random])


@cache
def _rounds(shape: Shape) -> Callable[..., tuple[Array, Array]]:
    """Many rounds from many starts for one graph: where they end, and the last states on the way."""

    def from_all(held: Array, edges: Array, gates: Array, gain: Array, *where: Array) -> tuple[Array, Array]:
        weights = Weights(edges, gates, gain)
        ratings, rest, starts = where

        def once(levels: Array) -> Array:
            return jax.vmap(lambda one: step(shape, weights, held, ratings, rest, one))(levels)

        late = jax.lax.fori_loop(0, ROUNDS * 5, lambda _, levels: once(levels), starts)

        def record(levels: Array, _: None) -> tuple[Array, Array]:
            after = once(levels)
            return after, after

        end, trail = jax.lax.scan(record, late, None, length=_LONGEST)
        return end, trail

    return jax.jit(from_all)


def _column(weights: Weights, column: int) -> Weights:
    """The weights of one graph of many."""
    edges, gates = (x[:, column] if np.ndim(x) > 1 else x for x in map(np.asarray, (weights.edges, weights.gates)))
    gain = np.asarray(weights.gain)
    return Weights(edges, gates, gain[column] if gain.ndim else gain)
