"""Zero-sum matrix games by the simplex method, written for batches: every game of a batch pivots at once."""

import jax
import jax.numpy as jnp
from jaxtyping import Array

_TOLERANCE = 1e-12
_SMALLEST_PIVOT = 1e-10
_MOST_PIVOTS = 400


def matrix_game(payoffs: Array) -> tuple[Array, Array]:
    """Optimal mixed strategies of a zero-sum game.

    Args:
        payoffs: shape (m, n), what the row player wins from the column player; finite.

    Returns:
        The row player's weights (m,) and the column player's weights (n,).

    Source: Dantzig (1951), "A proof of the equivalence of the programming problem and the game problem".
    """
    m, n = payoffs.shape
    shift = 1.0 - jnp.min(payoffs)
    # Maximize Σ y subject to (payoffs + shift) y ≤ 1; the right sides differ slightly, so that no pivot is degenerate.
    uneven = 1.0 + 1e-11 * jnp.mod(jnp.arange(m) * 0.6180339887498949, 1.0)
    body = jnp.concatenate([payoffs + shift, jnp.eye(m), uneven[:, None]], axis=1)
    objective = jnp.concatenate([-jnp.ones(n), jnp.zeros(m + 1)])
    tableau = jnp.concatenate([body, objective[None]], axis=0)

    def unfinished(state: tuple[Array, Array, Array]) -> Array:
        table, _, count = state
        return (jnp.min(table[-1, :-1]) < -_TOLERANCE) & (count < _MOST_PIVOTS)

    def pivot(state: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
        table, basis, count = state
        column = jnp.argmin(table[-1, :-1])
        entering = table[:-1, column]
        usable = entering > _SMALLEST_PIVOT
        ratios = jnp.where(usable, table[:-1, -1] / jnp.where(usable, entering, 1.0), jnp.inf)
        # Of the rows that bind alike, the largest pivot is the safest.
        row = jnp.argmax(jnp.where(ratios <= jnp.min(ratios) + _TOLERANCE, entering, -jnp.inf))
        scaled = table[row] / table[row, column]
        cleared = table - table[:, column][:, None] * scaled[None]
        return cleared.at[row].set(scaled), basis.at[row].set(column), count + 1

    table, basis, _ = jax.lax.while_loop(unfinished, pivot, (tableau, n + jnp.arange(m), jnp.zeros((), int)))
    columns = jnp.zeros(n + m).at[basis].set(table[:-1, -1])[:n]
    rows = jnp.maximum(table[-1, n : n + m], 0.0)
    columns = jnp.maximum(columns, 0.0)
    return rows / jnp.sum(rows), columns / jnp.sum(columns)
