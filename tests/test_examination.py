"""Examination and verification against SciPy's normal distribution and against the search."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import tiltmeter as tm
from tiltmeter.equilibrium._double_oracle import double_oracle
from tiltmeter.equilibrium._draws import over_draws, unflatten


@given(
    a=st.floats(0, 1e4), d=st.floats(0, 1e4), flaw=st.floats(0.01, 10), k_a=st.floats(0.1, 10), k_d=st.floats(0.1, 10),
    eta=st.floats(0, 2), theta=st.floats(0, 2), psi=st.floats(0, 2), cap=st.floats(1e-4, 0.5),
)  # fmt: skip
def test_success_is_equal_variance_signal_detection(a, d, flaw, k_a, k_d, eta, theta, psi, cap):
    contest = tm.Examination(
        flaw=flaw, attacker_accuracy=k_a, defender_accuracy=k_d, imitation=eta, attacker_returns=theta,
        defender_returns=psi, false_positive_cap=cap,
    )  # fmt: skip
    shown = flaw * k_d * (1 + d) ** psi / (k_a**eta * (1 + a) ** theta)
    assert contest.success(a, d) == pytest.approx(stats.norm.cdf(stats.norm.isf(cap) - shown), rel=1e-8, abs=1e-15)


def test_without_efforts_or_costs_the_error_rates_are_those_of_the_detector():
    """A genuine item (no flaw) passes with 1 − cap; the flaw is the detectability d' of signal detection theory."""
    contest = tm.Examination(flaw=np.array([1e-12, 2.0]), false_positive_cap=0.05)
    np.testing.assert_allclose(contest.success(0.0, 0.0), [0.95, stats.norm.cdf(stats.norm.isf(0.05) - 2.0)], rtol=1e-9)


def test_verification_is_examination_that_nobody_can_refine_against():
    values = {"flaw": 1.2, "defender_accuracy": 1.5, "defender_returns": 0.4, "entry_cost": 0.2, "attacker_stake": 4.0}
    verification = tm.solve(tm.Verification(**values))
    for accuracy in (0.5, 5.0):
        fixed = {"imitation": 0.0, "attacker_returns": 0.0, "attacker_accuracy": accuracy}
        examination = tm.solve(tm.Examination(**values, **fixed))
        assert examination.attack_success == pytest.approx(float(verification.attack_success), rel=1e-12)
        assert examination.defender_effort == pytest.approx(float(verification.defender_effort), rel=1e-12)
    assert verification.attacker_effort == 0


def test_an_attacker_for_whom_trying_costs_more_than_it_can_win_stays_out():
    found = tm.solve(tm.Examination(entry_cost=np.array([0.96, 1.0, 5.0]), false_positive_cap=0.05))
    assert (found.attack_probability == 0).all()
    assert (found.attack_success == 0).all()
    assert (found.defender_effort == 0).all()
    assert (found.status == "certified").all()


def test_deterrence_leaves_the_attacker_with_nothing_and_the_attack_probability_follows_the_defender():
    contest = tm.Examination(attacker_stake=10.0, defender_stake=10.0, entry_cost=1.0, flaw=3.0)
    found = tm.solve(contest)
    assert found.kind == "semi-mixed"
    assert found.attacker_payoff == pytest.approx(0.0, abs=1e-12)
    a = float(found.attacker_effort / found.attack_probability)
    d = float(found.defender_effort)
    step = 1e-6
    slope = (contest.success(a, d + step) - contest.success(a, d - step)) / (2 * step)
    assert -10.0 * found.attack_probability * slope == pytest.approx(1.0, rel=1e-6)


def test_formula_and_search_agree():
    rng = np.random.default_rng(1)
    draws = {
        "attacker_stake": rng.uniform(2, 50, 24),
        "defender_stake": rng.uniform(2, 50, 24),
        "flaw": rng.uniform(0.5, 4, 24),
        "entry_cost": rng.uniform(0.01, 2, 24),
    }
    contest = tm.Examination(**draws)
    by_formula = tm.solve(contest)
    strategies, shape = over_draws(double_oracle, contest, takes="draws in turn")
    searched = tm.verify(contest, unflatten(strategies, shape))
    certified = (searched.regret <= 1e-6) & (by_formula.regret <= 1e-8)
    assert certified.sum() >= 20
    np.testing.assert_allclose(searched.attack_success[certified], by_formula.attack_success[certified], atol=2e-3)


def test_extreme_accuracy_decides_the_contest():
    sharp = tm.solve(tm.Examination(defender_accuracy=1e12, entry_cost=0.1))
    assert sharp.attack_probability == pytest.approx(0.0, abs=1e-9)
    blunt = tm.solve(tm.Examination(defender_accuracy=1e-12, entry_cost=0.1, false_positive_cap=0.05))
    assert blunt.attack_success == pytest.approx(0.95)


def test_an_attacker_who_may_refine_much_or_not_at_all_does_either_by_formula():
    """The defense at which both are equally good; the search, which knows nothing of it, finds the same."""
    contest = tm.Examination(
        attacker_stake=[289.87, 294.05, 172.61], defender_stake=[1035.5, 2382.2, 878.57],
        attacker_cost=[12.433, 16.488, 7.6946], defender_cost=[42.828, 52.105, 42.557], flaw=[4.0928, 3.8594, 4.2232],
        attacker_returns=[0.16696, 0.17781, 0.17611], defender_returns=[0.20853, 0.18564, 0.16938],
        false_positive_cap=[0.0013366, 0.0033858, 0.011829], entry_cost=[3.636, 5.9916, 3.1529],
    )  # fmt: skip
    found = tm.solve(contest, search=False)
    assert (found.kind == "semi-mixed").all()
    assert (found.attack_probability == 1).all()
    assert (np.asarray(found.strategies.attacker_efforts).min(axis=-1) == 0).all()
    assert (found.regret <= 1e-12).all()
    strategies, shape = over_draws(double_oracle, contest, takes="draws in turn")
    searched = tm.verify(contest, unflatten(strategies, shape))
    np.testing.assert_allclose(found.attack_success, searched.attack_success, atol=1e-4)


def test_roots_that_lie_close_together_are_both_seen():
    contest = tm.Examination(
        attacker_stake=558.34, defender_stake=1851.9, attacker_cost=3.6663, defender_cost=59.032, flaw=4.2599,
        attacker_returns=0.33214, defender_returns=0.17005, false_positive_cap=0.15166, entry_cost=2.2388,
    )  # fmt: skip
    found = tm.solve(contest, search=False)
    assert found.kind == "pure"
    assert found.regret <= 1e-12
    assert found.defender_effort > 1
