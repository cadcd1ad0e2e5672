"""The verifier must refuse what is no equilibrium."""

import dataclasses

import jax
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tiltmeter as tm
from tiltmeter.contests import two_point


@given(shift=st.floats(0.05, 5.0).filter(lambda x: abs(x - 1) > 0.05))
def test_an_effort_beside_the_equilibrium_has_the_regret_that_calculus_gives(shift):
    contest = tm.Tullock()
    a = 0.25 * shift
    checked = tm.verify(contest, two_point(a, 1.0, 0.25, 1.0))
    best_a = np.sqrt(0.25) - 0.25
    loss = (best_a / (best_a + 0.25) - best_a) - (a / (a + 0.25) - a)
    assert checked.attacker_regret == pytest.approx(loss, abs=1e-9)
    best_d = max(np.sqrt(a) - a, 0)
    loss = (best_d / (a + best_d) - best_d) - (0.25 / (a + 0.25) - 0.25)
    assert checked.defender_regret == pytest.approx(loss, abs=1e-9)
    assert checked.regret > 1e-6


def test_a_false_attack_probability_is_refused():
    contest = tm.HoleSearch(attacker_stake=10.0, defender_stake=10.0)
    found = tm.solve(contest)
    played = found.strategies
    assert tm.verify(contest, found).regret <= 1e-12
    shifted = np.array([0.6, 0.4])
    tampered = dataclasses.replace(found, strategies=two_point(
        np.asarray(played.attacker_efforts)[1], shifted[1], np.asarray(played.defender_efforts)[1], 1.0))  # fmt: skip
    assert tm.verify(contest, tampered).regret > 1e-4


@pytest.mark.parametrize("wrong", ["weights", "negative", "nan"])
def test_what_is_no_strategy_has_an_infinite_regret(wrong):
    contest = tm.Tullock()
    played = tm.solve(contest).strategies
    broken = {
        "weights": dataclasses.replace(played, attacker_weights=np.array([0.5, 0.6])),
        "negative": dataclasses.replace(played, defender_efforts=np.array([0.0, -0.25])),
        "nan": dataclasses.replace(played, attacker_efforts=np.array([0.0, np.nan])),
    }[wrong]
    assert tm.verify(contest, broken).regret == np.inf


def test_one_bad_draw_among_many_is_found():
    contest = tm.Tullock(attacker_stake=np.linspace(1, 2, 50))
    found = tm.solve(contest)
    efforts = np.array(found.strategies.attacker_efforts)
    efforts[17] *= 1.5
    checked = tm.verify(contest, dataclasses.replace(found.strategies, attacker_efforts=efforts))
    assert np.flatnonzero(checked.regret > 1e-8).tolist() == [17]


def test_the_search_is_verified_by_other_code_than_it_runs_on():
    """The verifier's module imports nothing from the solvers."""
    import tiltmeter.equilibrium._verify as verifier

    names = {value.__module__ for value in vars(verifier).values() if hasattr(value, "__module__")}
    solvers = {"_solve", "_response", "_double_oracle", "_matrix_game", "_payoffs"}
    assert not {name.rpartition(".")[2] for name in names} & solvers
    assert jax.tree.leaves(tm.solve(tm.Tullock()).strategies)
