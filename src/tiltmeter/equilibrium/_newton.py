"""Newton's method on the conditions of an equilibrium, damped, for supports that are known."""

import jax
import jax.numpy as jnp
from jaxtyping import Array

from tiltmeter.contests import AbstractContest
from tiltmeter.equilibrium._conditions import Point, Support, joined, linearized, parted

# The longest step of a logarithm of an effort.
_LONGEST = 0.5
_STEPS = 24
_ROUNDING = 1e-12
_SHORTEST = 1e-3
_PASSES = 8

# The best point known, the way on from it, how much of that to go, what is left at the point, and how many steps.
_State = tuple[Array, Array, Array, Array, Array]


def settled(contest: AbstractContest, support: Support, near: Point, steps: int = _STEPS) -> tuple[Point, Array]:
    """The point where the conditions hold, or the best on the way to it.

    Args:
        contest: the contest; draws, if there are several, on the last axis of everything.
        support: which places are played; they stay so, and weights may come out negative where they should not be.
        near: where to start.
        steps: how many to take at most.

    Returns:
        The point, and the largest of what is left of the conditions there.
    """
    still = jax.tree.map(jnp.zeros_like, near)
    moves = joined(still._replace(attack=still.attack + 1, defense=still.defense + 1))

    def going(state: _State) -> Array:
        _, _, length, left, count = state
        # Two rounds at least: the second is the first to have moved.
        return (count < 2) | (count < steps) & (left > _ROUNDING) & (length > _SHORTEST)

    # One call of the conditions a round: a step that does not lessen what is left is taken back and shortened.
    def step(state: _State) -> _State:
        known, way, length, left, count = state
        trial = known + length * way
        point = parted(trial, near)
        at = linearized(lambda _: contest, 0, support, point)
        remains = jnp.max(jnp.abs(at.residual) * _importance(point), axis=0)
        falls = remains < left
        full = -solved(at.by_unknown, at.residual[:, None])[0][:, 0]
        full = jnp.where(jnp.all(jnp.isfinite(full), axis=0), full, 0.0)
        full = jnp.where(moves > 0, jnp.clip(full, -_LONGEST, _LONGEST), full)
        moved = (
            jnp.where(falls, trial, known),
            jnp.where(falls, full, way),
            jnp.where(falls, 1.0, length / 4),
            jnp.where(falls, remains, left),
        )
        # Who is done waits for the rest of the batch, unmoved.
        waits = ~going(state)
        return *(jnp.where(waits, old, new) for old, new in zip(state[:4], moved, strict=True)), count + 1  # type: ignore[return-value]

    start, blank = joined(near), jnp.zeros_like(near.attacker_payoff)
    state = start, jnp.zeros_like(start), blank + 1, blank + jnp.inf, jnp.zeros((), int)
    found = jax.lax.while_loop(lambda now: jnp.any(going(now)), step, state)
    return parted(found[0], near), found[3]


def _importance(point: Point) -> Array:
    """How much each condition matters: a slope as much as the effort is played."""
    p, q = jnp.minimum(jnp.abs(point.attack_weights), 1.0), jnp.minimum(jnp.abs(point.defense_weights), 1.0)
    sums = jnp.ones((2, *p.shape[1:]))
    return jnp.concatenate([jnp.ones_like(p), p, jnp.ones_like(q), q, sums])


def solved(matrix: Array, right: Array) -> tuple[Array, Array]:
    """The solution of a square linear system, by elimination with the largest pivot of each column.

    The library's solver waits for threads that `over_draws` keeps busy; elimination runs for a whole batch at once.

    Args:
        matrix: shape (n, n, ...); its rows and columns may differ by many orders of magnitude.
        right: shape (n, r, ...).

    Returns:
        The solution, shape (n, r, ...), and the smallest pivot after rows and columns were evened out: near one where
        the system is well conditioned, near zero where it is singular.
    """
    n, batch = matrix.shape[0], matrix.shape[2:]
    rows, columns = _evened(matrix)
    table = jnp.concatenate([rows[:, None] * matrix * columns[None], rows[:, None] * right], axis=1)
    places = jnp.arange(n).reshape(n, *[1] * len(batch))

    def eliminate(place: Array, state: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
        table, turn, least = state
        column = jax.lax.dynamic_index_in_dim(table, place, 1, keepdims=False)
        sizes = jnp.where(turn < 0, jnp.abs(column), -1.0)
        pivot = jnp.max(sizes, axis=0)
        here = places == jnp.min(jnp.where(sizes == pivot, places, n), axis=0)
        row, value = _picked(table, here[:, None]), _picked(column, here)
        pivotal = row / jnp.where(value == 0, 1.0, value)
        table = table - (column - here)[:, None] * pivotal[None]
        return table, jnp.where(here, place, turn), jnp.minimum(least, pivot)

    start = table, jnp.full((n, *batch), -1), jnp.ones(batch)
    table, turn, least = jax.lax.fori_loop(0, n, eliminate, start)
    in_order = _picked(table[:, None, n:], (turn[:, None] == places[None])[:, :, None])
    return columns[:, None] * in_order, least


def _picked(values: Array, which: Array) -> Array:
    """The row that is marked."""
    return jnp.sum(jnp.where(which, values, 0.0), axis=0)


def _evened(matrix: Array) -> tuple[Array, Array]:
    """Factors for the rows and columns after which the largest entry of each is near one (Ruiz 2001)."""

    def even(_: int, scales: tuple[Array, Array]) -> tuple[Array, Array]:
        rows, columns = scales
        sizes = jnp.abs(matrix) * rows[:, None] * columns[None]
        return rows / jnp.sqrt(_most(sizes, 1)), columns / jnp.sqrt(_most(sizes, 0))

    one = jnp.ones(matrix.shape[1:])
    return jax.lax.fori_loop(0, _PASSES, even, (one, one))


def _most(sizes: Array, axis: int) -> Array:
    most = jnp.max(sizes, axis=axis)
    return jnp.where(most > 0, most, 1.0)
