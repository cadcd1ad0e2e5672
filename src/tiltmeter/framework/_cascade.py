"""A cascade: dimensions are set, and the others answer round by round; who moved whom, and by how much."""

import dataclasses
from collections.abc import Sequence

import jax.numpy as jnp
import numpy as np
import numpy.typing as npt

from tiltmeter.framework._dynamics import (
    ROUNDS,
    TOLERANCE,
    Weights,
    by_columns,
    central,
    held_of,
    pushes,
    shape_of,
    step,
)
from tiltmeter.framework._graph import Graph

FloatArray = npt.NDArray[np.float64]


@dataclasses.dataclass(frozen=True)
class Push:
    """What one source did to one element in one round, in levels from 0 to 1."""

    source: str
    target: str
    by: float


@dataclasses.dataclass(frozen=True)
class Cascade:
    """The rounds of a cascade.

    Attributes:
        levels: of the dimensions after each round; the first with the settings, before anything has answered.
        moves: what happened in each round after that.
    """

    levels: tuple[FloatArray, ...]
    moves: tuple[tuple[Push, ...], ...]


def cascade(
    graph: Graph,
    ratings: FloatArray,
    rest: FloatArray,
    start: FloatArray,
    clamped: Sequence[str],
    weights: Weights | None = None,
) -> Cascade:
    """Set the clamped dimensions to their ratings and let all others answer, until nothing moves.

    An element's move in a round is split among its sources in proportion to how much the push of each has changed since
    the round before, so that the parts sum to the move. In the first round that is the change since `start`.

    Args:
        graph: how the elements push each other.
        ratings: of the dimensions, in [0, 1], with the settings.
        rest: levels without the system.
        start: where the dimensions had settled before.
        clamped: the dimensions that are set.
        weights: of the graph; those that it states when left out.
    """
    shape, held = shape_of(graph), held_of(graph, clamped)
    edges, gates, gain = by_columns(shape, central(graph) if weights is None else weights, 1)
    flat = Weights(edges[:, 0], gates[:, 0], gain[0])
    ids = [one.id if one.gate else one.sources[0] for one in graph.influences]
    aims = [one.target for one in graph.influences]
    rated, ground = jnp.asarray(ratings), jnp.asarray(rest)
    levels = [np.where(held, ratings, start)]
    moves: list[tuple[Push, ...]] = []
    # The pushes under which `start` was at rest; those that were not at rest move too, and are told apart by nobody.
    last = np.array([float(x) for x in pushes(shape, flat, jnp.asarray(start), ground)])
    for _ in range(ROUNDS):
        now = np.array([float(x) for x in pushes(shape, flat, jnp.asarray(levels[-1]), ground)])
        after = np.asarray(step(shape, flat, jnp.asarray(held), rated, ground, jnp.asarray(levels[-1])))
        moved = graph.rubric.element_levels(after) - graph.rubric.element_levels(levels[-1])
        moves.append(_split(graph.rubric.element_names, ids, aims, now - last, moved))
        levels.append(after)
        last = now
        if np.abs(after - levels[-2]).max() <= TOLERANCE:
            break
    return Cascade(tuple(levels), tuple(moves))


def _split(
    elements: Sequence[str], ids: Sequence[str], aims: Sequence[str], changed: FloatArray, moved: FloatArray
) -> tuple[Push, ...]:
    found: list[Push] = []
    for place, element in enumerate(elements):
        own = [index for index, aim in enumerate(aims) if aim == element]
        total = float(changed[own].sum())
        if abs(total) > 1e-15:
            found += [Push(ids[i], element, float(moved[place] * changed[i] / total)) for i in own if changed[i]]
    return tuple(found)
