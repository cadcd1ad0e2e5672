"""The threshold weapon against SciPy, in its limits, and where the closed form holds."""

import jax
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats
from scipy.optimize import brentq

import tiltmeter as tm
from contest_cases import drawn

effort = st.floats(0.0, 10.0)


@given(a=effort, d=effort, actors=st.integers(1, 2000), threshold=effort, steepness=st.floats(0.1, 20.0), k_d=effort)
def test_success_is_the_chance_that_one_actor_succeeds(a, d, actors, threshold, steepness, k_d):
    contest = tm.ThresholdWeapon(
        actors=actors, capability=1.0, threshold=threshold, steepness=steepness, screening=k_d + 0.1
    )
    chance = special.expit(steepness * (1 + a - threshold)) * np.exp(-(k_d + 0.1) * d)
    assert contest.success(a, d) == pytest.approx(stats.binom.sf(0, actors, chance), rel=1e-8, abs=1e-15)


def test_at_no_effort_actors_try_with_what_they_have():
    contest = tm.ThresholdWeapon(capability=2.0, threshold=2.0, actors=3.0)
    assert contest.success(0.0, 0.0) == pytest.approx(1 - 0.5**3)


def test_a_steep_threshold_is_a_step():
    contest = tm.ThresholdWeapon(capability=1.0, threshold=2.0, steepness=1e9, actors=7.0, screening=1.0)
    np.testing.assert_allclose(contest.success(np.array([0.0, 0.99, 1.01]), 0.0), [0.0, 0.0, 1.0])
    assert contest.success(2.0, 1.0) == pytest.approx(1 - (1 - np.exp(-1.0)) ** 7)


@given(expected=st.floats(1e-6, 20.0), d=st.floats(0.0, 3.0))
def test_very_many_hopeless_actors_are_a_poisson_number(expected, d):
    # Far below the threshold the chance is e^{−s (T − k)}.
    gap = np.log(1e12 / expected)
    contest = tm.ThresholdWeapon(actors=1e12, capability=0.0, threshold=gap, steepness=1.0, screening=1.0)
    assert contest.success(0.0, d) == pytest.approx(stats.poisson.sf(0, expected * np.exp(-d)), rel=1e-6)


@given(stake=st.floats(1.0, 50.0), actors=st.floats(1.0, 200.0), screening=st.floats(5.0, 50.0), capability=effort)
def test_where_one_effort_is_screened_capability_does_not_count(stake, actors, screening, capability):
    """Whatever the actors can do, each is left with M π (1 − π)^(M−1) = c_D/(k_D V_D)."""
    contest = tm.ThresholdWeapon(attacker_stake=stake, actors=actors, screening=screening, capability=capability)
    found = tm.solve(contest, search=False)
    if found.status == "certified" and found.kind == "pure" and found.defender_effort > 0:
        left = brentq(lambda q: actors * q * (1 - q) ** (actors - 1) - 1 / screening, 0, 1 / actors, xtol=1e-16)
        assert found.attack_success == pytest.approx(1 - (1 - left) ** actors, rel=1e-7)
        if found.attacker_effort > 0:
            able = special.expit(3 * (capability + found.attacker_effort - 2))
            # c_A/(s V_A) over c_D/(k_D V_D).
            assert 1 - able == pytest.approx(screening / (3 * stake), rel=1e-7)


def test_a_screened_attacker_tries_just_often_enough_and_is_worth_just_its_cost():
    contest = tm.ThresholdWeapon(attacker_stake=10.0, defender_stake=10.0, screening=1.0, capability=0.0)
    found = tm.solve(contest, search=False)
    assert found.kind == "semi-mixed"
    assert found.regret <= 1e-12
    d = float(found.defender_effort)
    tried = float(found.strategies.attacker_efforts[1])
    assert 0.3 < float(found.strategies.attacker_weights[1]) < 0.7
    assert 10 * contest.success(tried, d) - tried == pytest.approx(float(10 * contest.success(0.0, d)), rel=1e-9)


def test_more_capable_actors_are_screened_harder_and_succeed_less():
    """Where the stake is high for both: the defender no longer hopes that nobody tries."""
    contest = tm.ThresholdWeapon(attacker_stake=10.0, defender_stake=10.0, screening=1.0, capability=[0.0, 1.0, 2.0])
    found = tm.solve(contest)
    assert found.regret.max() <= 1e-8
    assert (np.diff(found.defender_effort) > 0).all()
    assert (np.diff(found.attack_success) < 0).all()
    assert (np.diff(found.attacker_payoff) > 0).all()


def test_a_defender_may_give_up_at_random():
    contest = tm.ThresholdWeapon(attacker_stake=4.0, screening=4.0, capability=[0.5, 1.0, 2.0])
    found = tm.solve(contest, search=False)
    assert (found.kind == "semi-mixed").all()
    assert found.regret.max() <= 1e-12
    weights, efforts = np.asarray(found.strategies.defender_weights), np.asarray(found.strategies.defender_efforts)
    assert ((weights > 0.2) & (weights < 0.8)).all()
    # To give up costs the same as to screen, and how far the actors get with their effort does not depend on where
    # they began.
    given_up = contest.success(found.attacker_effort, 0.0)
    screened = contest.success(found.attacker_effort, efforts[:, 1]) + efforts[:, 1]
    np.testing.assert_allclose(given_up, screened, rtol=1e-9)
    np.testing.assert_allclose(contest.capability + found.attacker_effort, 2.1021, rtol=1e-4)


@pytest.mark.parametrize("decades", [0.0, 2.0, 6.0])
def test_the_closed_form_covers_nearly_all(decades):
    found = tm.solve(drawn("ThresholdWeapon", {}, 2048, seed=2, decades=decades), search=False)
    assert (found.regret <= 1e-8).mean() > 0.95
    assert np.isfinite(found.attacker_effort).all()


def test_where_both_sides_mix_the_search_finds_it():
    contest = tm.ThresholdWeapon(attacker_stake=10.0, defender_stake=3.0, screening=3.0, capability=0.0, threshold=3.0)
    assert tm.solve(contest, search=False).status == "failed"
    found = tm.solve(contest)
    assert found.kind == "mixed"
    assert found.regret <= 1e-6


def test_slopes_are_finite_at_extremes():
    for a, d in ((0.0, 0.0), (1e12, 0.0), (0.0, 1e12), (1e12, 1e12)):
        contest = tm.ThresholdWeapon(actors=1e12, steepness=1e12)
        slopes = jax.grad(lambda x, contest=contest: contest.success(x[0], x[1]))(np.array([a, d]))
        assert np.isfinite(slopes).all()
