"""Measures of the balance, technologies and tilts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tiltmeter as tm


def test_every_measure_is_there_by_name_and_shape():
    contest = tm.Tullock(attacker_stake=np.linspace(1, 5, 7))
    measures = tm.balance(contest)
    assert tuple(measures) == tuple(m.name for m in tm.MEASURES)
    assert all(np.shape(values) == (7,) for values in measures.values())


@given(edge=st.floats(0.1, 10), stake_a=st.floats(0.5, 20), stake_d=st.floats(0.5, 20))
def test_measures_follow_from_efforts_and_success(edge, stake_a, stake_d):
    contest = tm.Tullock(attacker_edge=edge, attacker_stake=stake_a, defender_stake=stake_d, defender_cost=2.0)
    found = tm.solve(contest)
    measures = tm.balance(contest, found)
    assert measures["expected_damage"] == pytest.approx(stake_d * found.attack_success)
    assert measures["cost_ratio"] == pytest.approx(2.0 * found.defender_effort / found.attacker_effort)
    spent = found.attacker_effort + 2.0 * found.defender_effort
    assert measures["dissipation"] == pytest.approx(2 * spent / (stake_a + stake_d))
    assert measures["welfare"] == pytest.approx(found.attacker_payoff + found.defender_payoff)
    assert measures["scaling_elasticity"] == pytest.approx(0, abs=1e-12)


@given(r_a=st.floats(0.2, 0.9), r_d=st.floats(0.2, 0.9))
def test_scaling_elasticity_is_the_slope_of_log_success_along_both_efforts(r_a, r_d):
    contest = tm.Tullock(attacker_returns=r_a, defender_returns=r_d)
    found = tm.solve(contest)
    expected = (r_a - r_d) * (1 - found.attack_success)
    assert tm.balance(contest, found)["scaling_elasticity"] == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_cost_ratio_is_one_when_nobody_spends_and_infinite_when_only_the_defender_does():
    idle = tm.HoleSearch(attacker_stake=0.5)
    assert tm.balance(idle)["cost_ratio"] == 1.0


def test_a_technology_multiplies_adds_and_sets():
    contest = tm.build("HoleSearch", {"attacker_cost": 2.0, "holes.shape": 1.0, "holes.scale": 3.0}, holes="Lomax")
    changes = {
        "attacker_cost": tm.Change("multiply", 0.5),
        "defender_cost": tm.Change("add", np.array([0.0, 1.0])),
        "holes.scale": tm.Change("set", 7.0),
    }
    changed = tm.Technology("AI", changes).apply(contest)
    values = tm.contests.values_of(changed)
    assert float(values["attacker_cost"]) == 1.0
    np.testing.assert_array_equal(values["defender_cost"], [1.0, 2.0])
    assert float(values["holes.scale"]) == 7.0
    assert type(changed.holes) is tm.holes.Lomax


def test_a_technology_that_changes_nothing_tilts_nothing():
    contest = tm.Tullock(attacker_stake=np.array([1.0, 3.0]))
    same = tm.tilt(contest, tm.Technology("none", {"attacker_edge": tm.Change("multiply", 1.0)}))
    assert (same.value == 0).all()
    assert all((change == 0).all() for change in same.change.values())


@given(boost=st.floats(1.01, 100))
def test_a_boost_to_the_attacker_leans_to_offense(boost):
    tilted = tm.tilt(tm.Tullock(), tm.Technology("boost", {"attacker_edge": tm.Change("multiply", boost)}))
    assert tilted.value == pytest.approx(boost / (1 + boost) - 0.5)
    assert tilted.certified


@pytest.mark.parametrize(
    ("technology", "words"),
    [
        ({"attacker_edg": tm.Change("multiply", 2.0)}, ("attacker_edg", "did you mean 'attacker_edge'")),
        ({"attacker_cost": tm.Change("add", -5.0)}, ("Tullock.attacker_cost is -4", "> 0")),
    ],
)
def test_a_technology_that_cannot_be_applied_says_why(technology, words):
    with pytest.raises(tm.TiltmeterError) as caught:
        tm.tilt(tm.Tullock(), tm.Technology("wrong", technology))
    assert all(word in str(caught.value) for word in words)


def test_changes_by_nan_or_unknown_operations_are_refused():
    with pytest.raises(tm.TiltmeterError, match="finite"):
        tm.Change("multiply", np.nan)
    with pytest.raises(tm.TiltmeterError, match="did you mean 'multiply'"):
        tm.Change("multipli", 2.0)  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda: tm.Tullock(attacker_stake=np.ones(3), defender_stake=np.ones(4)),
            ("do not broadcast", "(3,)", "(4,)"),
        ),
        (lambda: tm.Tullock(attacker_stake="many"), ("number", "many")),
        (lambda: tm.build("Tullock", {"flaw": 1.0}), ("unknown parameter of Tullock 'flaw'",)),
        (lambda: tm.build("HoleSearch", {}, holes="Pareto"), ("Pareto", "Lomax")),
        (lambda: tm.contest_named("tulock"), ("did you mean 'Tullock'",)),
        (lambda: tm.best_response(tm.Tullock(), "attackr", 1.0), ("did you mean 'attacker'",)),
        (lambda: tm.best_response(tm.Tullock(), "attacker", -1.0), ("not negative",)),
        (lambda: tm.isovalue(tm.Tullock(), 1.5, 1.0), ("between 0 and 1",)),
    ],
)
def test_wrong_calls_get_one_clear_message(call, words):
    with pytest.raises(tm.TiltmeterError) as caught:
        call()
    assert all(word in str(caught.value) for word in words), str(caught.value)
