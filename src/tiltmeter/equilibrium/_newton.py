"""Newton's method on the conditions of an equilibrium, damped, for supports that are known."""

import jax
import jax.numpy as jnp
from jax.flatten_util import ravel_pytree
from jaxtyping import Array

from tiltmeter.contests import AbstractContest
from tiltmeter.equilibrium._conditions import Point, Support, linearized

# The longest step of a logarithm of an effort.
_LONGEST = 0.5
_STEPS = 24
_ROUNDING = 1e-12
_SHORTEST = 1e-3
_PASSES = 8

# The best point known, the way on from it, how much of that to go, what is left at the point, and how many steps.
_State = tuple[Array, Array, Array, Array, Array]


def settled(contest: AbstractContest, support: Support, near: Point) -> tuple[Point, Array]:
    """The point where the conditions hold, or the best on the way to it, for scalar parameters.

    Args:
        contest: the contest.
        support: which places are played; they stay so, and weights may come out negative where they should not be.
        near: where to start.

    Returns:
        The point, and the largest of what is left of the conditions there.
    """
    start, unflatten = ravel_pytree(near)
    still = jax.tree.map(jnp.zeros_like, near)
    moves = ravel_pytree(still._replace(attack=still.attack + 1, defense=still.defense + 1))[0]

    def unfinished(state: _State) -> Array:
        _, _, length, left, count = state
        # Two rounds at least: the second is the first to have moved.
        return (count < 2) | (count < _STEPS) & (left > _ROUNDING) & (length > _SHORTEST)

    # One call of the conditions a round: a step that does not lessen what is left is taken back and shortened.
    def step(state: _State) -> _State:
        known, way, length, left, count = state
        trial = known + length * way
        at = linearized(lambda _: contest, 0, support, unflatten(trial))
        remains = jnp.max(jnp.abs(at.residual) * _importance(unflatten(trial)))
        falls = remains < left
        full = -solved(at.by_unknown, at.residual[:, None])[0][:, 0]
        full = jnp.where(jnp.all(jnp.isfinite(full)), full, 0.0)
        full = jnp.where(moves > 0, jnp.clip(full, -_LONGEST, _LONGEST), full)
        return (
            jnp.where(falls, trial, known),
            jnp.where(falls, full, way),
            jnp.where(falls, 1.0, length / 4),
            jnp.where(falls, remains, left),
            count + 1,
        )

    nowhere = jnp.zeros_like(start)
    found = jax.lax.while_loop(unfinished, step, (start, nowhere, jnp.ones(()), jnp.array(jnp.inf), jnp.zeros((), int)))
    return unflatten(found[0]), found[3]


def _importance(point: Point) -> Array:
    """How much each condition matters: a slope as much as the effort is played."""
    p, q = jnp.minimum(jnp.abs(point.attack_weights), 1.0), jnp.minimum(jnp.abs(point.defense_weights), 1.0)
    return jnp.concatenate([jnp.ones_like(p), p, jnp.ones_like(q), q, jnp.ones(2)])


def solved(matrix: Array, right: Array) -> tuple[Array, Array]:
    """The solution of a square linear system, by elimination with the largest pivot of all.

    The library's solver waits for threads that `over_draws` keeps busy; elimination runs for a whole batch at once.

    Args:
        matrix: shape (n, n); its rows and columns may differ by many orders of magnitude.
        right: shape (n, r).

    Returns:
        The solution, shape (n, r), and the smallest pivot after rows and columns were evened out: near one where the
        system is well conditioned, near zero where it is singular.
    """
    n = matrix.shape[0]
    rows, columns = _evened(matrix)
    table = jnp.concatenate([rows[:, None] * matrix * columns, rows[:, None] * right], axis=1)
    places = jnp.arange(n)

    def eliminate(_: int, state: tuple[Array, Array, Array, Array]) -> tuple[Array, Array, Array, Array]:
        table, row_of, unused, least = state
        sizes = jnp.where(unused[:, None] & (row_of < 0), jnp.abs(table[:, :n]), -1.0)
        at = jnp.argmax(sizes)
        i, j = at // n, at % n
        pivot = table[i, j]
        pivotal = table[i] / jnp.where(pivot == 0, 1.0, pivot)
        factors = table[:, j] - (places == i)
        table = table - factors[:, None] * pivotal
        return table, jnp.where(places == j, i, row_of), unused & (places != i), jnp.minimum(least, jnp.abs(pivot))

    start = (table, jnp.full(n, -1), jnp.ones(n, bool), jnp.ones(()))
    table, row_of, _, least = jax.lax.fori_loop(0, n, eliminate, start)
    return columns[:, None] * table[row_of, n:], least


def _evened(matrix: Array) -> tuple[Array, Array]:
    """Factors for the rows and columns after which the largest entry of each is near one (Ruiz 2001)."""

    def even(_: int, scales: tuple[Array, Array]) -> tuple[Array, Array]:
        rows, columns = scales
        sizes = jnp.abs(matrix) * rows[:, None] * columns
        return rows / jnp.sqrt(_most(sizes, 1)), columns / jnp.sqrt(_most(sizes, 0))

    one = jnp.ones(matrix.shape[0])
    return jax.lax.fori_loop(0, _PASSES, even, (one, one))


def _most(sizes: Array, axis: int) -> Array:
    most = jnp.max(sizes, axis=axis)
    return jnp.where(most > 0, most, 1.0)
