"""Zero-sum matrix games by the simplex method, written for batches: every game of a batch pivots at once."""

import jax
import jax.numpy as jnp
from jaxtyping import Array

_TOLERANCE = 1e-12
_SMALLEST_PIVOT = 1e-10
_MOST_PIVOTS = 400

# The condensed tableau, and whose variable stands in each of its rows and columns.
_State = tuple[Array, Array, Array, Array]


def matrix_game(payoffs: Array) -> tuple[Array, Array]:
    """Optimal mixed strategies of zero-sum games.

    Args:
        payoffs: shape (m, n, ...), what the row player wins from the column player; finite. Games on the last axes.

    Returns:
        The row player's weights (m, ...) and the column player's weights (n, ...).

    Source: Dantzig (1951), "A proof of the equivalence of the programming problem and the game problem".
    """
    m, n, *batch = payoffs.shape
    shift = 1.0 - jnp.min(payoffs, axis=(0, 1))
    # Maximize Σ y subject to (payoffs + shift) y ≤ 1; the right sides differ slightly, so that no pivot is degenerate.
    uneven = 1.0 + 1e-11 * jnp.mod(jnp.arange(m) * 0.6180339887498949, 1.0)
    right = jnp.broadcast_to(uneven.reshape(m, 1, *[1] * len(batch)), (m, 1, *batch))
    prices = -jnp.ones((1, n + 1, *batch)).at[0, n].set(0.0)
    table = jnp.concatenate([jnp.concatenate([payoffs + shift, right], axis=1), prices])
    rows, columns = (jnp.arange(count).reshape(-1, *[1] * len(batch)) for count in (m + 1, n + 1))

    def unfinished(state: _State) -> Array:
        table, _, _, count = state
        return jnp.any(table[-1, :-1] < -_TOLERANCE) & (count < _MOST_PIVOTS)

    def pivot(state: _State) -> _State:
        table, of_row, of_column, count = state
        prices = table[-1, :-1]
        cheapest = jnp.min(prices, axis=0)
        unsolved = cheapest < -_TOLERANCE
        entering = columns == first_place(prices == cheapest)
        column = jnp.sum(jnp.where(entering[None], table, 0.0), axis=1)
        usable = column[:-1] > _SMALLEST_PIVOT
        ratios = jnp.where(usable, table[:-1, -1] / jnp.where(usable, column[:-1], 1.0), jnp.inf)
        # Of the rows that bind alike, the largest pivot is the safest.
        binding = jnp.where(ratios <= jnp.min(ratios, axis=0) + _TOLERANCE, column[:-1], -jnp.inf)
        leaving = rows == first_place(binding == jnp.max(binding, axis=0))
        row = jnp.sum(jnp.where(leaving[:, None], table, 0.0), axis=0)
        value = jnp.sum(jnp.where(leaving, column, 0.0), axis=0)
        scaled = jnp.where(entering, 1.0, row) / value
        rest = jnp.where(entering[None], 0.0, table) - column[:, None] * scaled[None]
        changed = jnp.where(leaving[:, None], scaled[None], rest)
        comes, goes = jnp.sum(jnp.where(entering, of_column, 0), axis=0), jnp.sum(jnp.where(leaving, of_row, 0), axis=0)
        return (
            jnp.where(unsolved, changed, table),
            jnp.where(leaving & unsolved, comes, of_row),
            jnp.where(entering & unsolved, goes, of_column),
            count + 1,
        )

    # The column player's variables are 0 to n − 1, the slacks of the rows n to n + m − 1; the corners belong to none.
    of_row = jnp.broadcast_to(jnp.where(rows < m, n + rows, -1), (m + 1, *batch))
    of_column = jnp.broadcast_to(jnp.where(columns < n, columns, -1), (n + 1, *batch))
    table, of_row, of_column, _ = jax.lax.while_loop(unfinished, pivot, (table, of_row, of_column, jnp.zeros((), int)))
    return (
        _shares(jnp.where(of_column[None] == n + rows[:-1, None], table[-1][None], 0.0)),
        _shares(jnp.where(of_row[None] == columns[:-1, None], table[:, -1][None], 0.0)),
    )


def first_place(holds: Array) -> Array:
    """The first place along the first axis where something holds; past the last where it does nowhere."""
    places = jnp.arange(len(holds)).reshape(-1, *[1] * (holds.ndim - 1))
    # Two minima in turn are computed for many games at once; a search for the place of the least is not.
    return jnp.min(jnp.where(holds, places, len(holds)), axis=0)


def _shares(values: Array) -> Array:
    """What each variable is, by its tableau entry, as a share of all."""
    weights = jnp.maximum(jnp.sum(values, axis=1), 0.0)
    return weights / jnp.sum(weights, axis=0)
