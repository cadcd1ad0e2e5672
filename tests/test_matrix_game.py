"""The simplex method for matrix games against quantecon and against a second look at the payoffs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tiltmeter.equilibrium._matrix_game import matrix_game


def exploitability(game, rows, columns) -> float:
    return float(np.max(game @ columns) - np.min(rows @ game))


@given(
    game=hnp.arrays(float, st.just((5, 7)), elements=st.floats(-2, 2, allow_subnormal=False)),
)
def test_no_pure_strategy_gains(game):
    rows, columns = map(np.asarray, matrix_game(game))
    assert rows.sum() == pytest.approx(1)
    assert columns.sum() == pytest.approx(1)
    assert min(rows.min(), columns.min()) >= 0
    assert exploitability(game, rows, columns) <= 1e-8


@given(game=hnp.arrays(np.int8, st.just((6, 6)), elements=st.integers(-1, 1)))
def test_tied_and_degenerate_games_are_solved_too(game):
    rows, columns = map(np.asarray, matrix_game(game.astype(float)))
    assert exploitability(game.astype(float), rows, columns) <= 1e-8


def test_the_value_is_that_of_quantecon():
    minmax = pytest.importorskip("quantecon.optimize.minmax").minmax
    rng = np.random.default_rng(0)
    for size in (3, 20, 40):
        game = rng.normal(size=(size, size + 3))
        value, _, _ = minmax(game)
        rows, columns = map(np.asarray, matrix_game(game))
        assert rows @ game @ columns == pytest.approx(value, abs=1e-8)


def test_rock_paper_scissors_is_played_evenly():
    rows, columns = matrix_game(np.array([[0.0, -1, 1], [1, 0, -1], [-1, 1, 0]]))
    np.testing.assert_allclose(rows, 1 / 3, atol=1e-9)
    np.testing.assert_allclose(columns, 1 / 3, atol=1e-9)


def test_games_of_a_batch_are_solved_as_if_alone():
    games = np.random.default_rng(1).normal(size=(6, 9, 5))
    together = matrix_game(games)
    for i in range(games.shape[-1]):
        for all_weights, weights in zip(together, matrix_game(games[..., i]), strict=True):
            np.testing.assert_allclose(all_weights[:, i], weights, rtol=0, atol=1e-9)
