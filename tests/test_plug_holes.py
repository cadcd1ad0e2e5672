"""Plugging holes against the binomial distribution, first-order conditions, and the contests that it reduces to."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.optimize import brentq, minimize_scalar

import tiltmeter as tm
from contest_cases import drawn
from tiltmeter.equilibrium._verify import certify_by_scan, every_draw

effort, positive = st.floats(0.0, 10.0), st.floats(0.05, 20.0)


@given(a=effort, d=effort, k_a=positive, k_d=positive, holes=st.integers(1, 2000))
def test_success_is_the_chance_of_at_least_one_open_hole(a, d, k_a, k_d, holes):
    contest = tm.PlugHoles(attacker_productivity=k_a, defender_productivity=k_d, hole_count=holes)
    found, missed = stats.expon.cdf(k_a * a), stats.expon.sf(k_d * d)
    assert contest.success(a, d) == pytest.approx(stats.binom.sf(0, holes, found * missed), rel=1e-9, abs=1e-15)


@given(chances=st.floats(1e-6, 20.0), d=effort)
def test_very_many_holes_that_are_hard_to_find_are_a_poisson_number(chances, d):
    contest = tm.PlugHoles(attacker_productivity=chances / 1e12, defender_productivity=1.0, hole_count=1e12)
    expected = stats.poisson.sf(0, chances * np.exp(-d))
    assert contest.success(1.0, d) == pytest.approx(expected, rel=1e-9)


def test_no_attack_never_succeeds_and_nothing_overflows():
    contest = tm.PlugHoles(hole_count=jnp.array([1.0, 1e12])[:, None, None])
    efforts = jnp.array([0.0, 1e-300, 1e-12, 1.0, 1e6, 1e300])
    p = np.asarray(contest.success(efforts[:, None], efforts[None]))
    assert (p[:, 0] == 0).all()
    assert ((p >= 0) & (p <= 1)).all()
    slopes = jax.vmap(jax.grad(lambda x: tm.PlugHoles(hole_count=1e12).success(x, 1e-3 * x)))(efforts)
    assert np.isfinite(slopes).all()


def test_with_one_hole_it_is_a_perimeter_of_surface_one():
    values = tm.contests.values_of(drawn("PlugHoles", {}, 200, decades=1.0)) | {"hole_count": 1.0}
    plugged = tm.build("PlugHoles", values)
    values.pop("hole_count")
    guarded = tm.build("Perimeter", values | {"radius": 1.0})
    np.testing.assert_allclose(plugged.success(0.3, 0.2), guarded.success(0.3, 0.2), rtol=1e-12)
    one, other = tm.solve(plugged), tm.solve(guarded)
    np.testing.assert_allclose(one.attacker_effort, other.attacker_effort, rtol=1e-9)
    np.testing.assert_allclose(one.defender_effort, other.defender_effort, rtol=1e-9, atol=1e-12)


@given(a=effort, d=effort)
def test_to_look_in_the_same_order_is_worse_for_the_attacker_than_to_look_at_random(a, d):
    unit = {"attacker_productivity": 1.0, "defender_productivity": 1.0}
    in_order = tm.HoleSearch(holes=tm.holes.Exponential(rate=1.0), **unit).success(a, d)
    assert in_order <= tm.PlugHoles(hole_count=1.0, **unit).success(a, d) + 1e-15


@given(holes=st.floats(1.0, 500.0), cost=st.floats(1e-4, 0.3), stake=st.floats(1.0, 50.0), k=st.floats(1.0, 50.0))
def test_where_the_defender_plugs_the_attackers_means_do_not_count(holes, cost, stake, k):
    """N q (1 − q)^(N−1) = c_D/(k_D V_D), by SciPy's root finder."""
    contest = tm.PlugHoles(hole_count=holes, defender_cost=cost, defender_productivity=1.0)
    changed = tm.build(
        "PlugHoles",
        tm.contests.values_of(contest) | {"attacker_stake": stake, "attacker_productivity": k},
    )
    for found in (tm.solve(contest), tm.solve(changed)):
        if found.kind == "pure" and found.defender_effort > 0:
            left = brentq(lambda q: holes * q * (1 - q) ** (holes - 1) - cost, 0, 1 / holes, xtol=1e-16)
            assert found.attack_success == pytest.approx(1 - (1 - left) ** holes, rel=1e-7)


def test_a_defender_for_whom_plugging_is_too_dear_leaves_all_to_the_attacker():
    found = tm.solve(tm.PlugHoles(hole_count=100.0, defender_cost=10.0, attacker_productivity=1.0, attacker_cost=0.5))
    assert found.defender_effort == 0
    # N e^{−N k a} = c_A/(k_A V_A).
    assert found.attacker_effort == pytest.approx(np.log(200.0) / 100, rel=1e-12)


def test_a_defender_who_is_indifferent_plugs_nearly_all_holes_or_none():
    contest = tm.PlugHoles(hole_count=100.0, attacker_productivity=17.0, defender_productivity=6.5)
    found = tm.solve(contest)
    assert found.kind == "semi-mixed"
    assert found.regret <= 1e-12
    weights = np.asarray(found.strategies.defender_weights)
    assert ((weights > 0.01) & (weights < 0.99)).all()

    def loss(d: float) -> float:
        return float(contest.success(found.attacker_effort, d)) + d

    plugged = float(found.strategies.defender_efforts[1])
    best = minimize_scalar(loss, bounds=(0.5 * plugged, 2 * plugged), method="bounded", options={"xatol": 1e-10})
    assert best.x == pytest.approx(plugged, rel=1e-4)
    assert best.fun == pytest.approx(loss(0.0), rel=1e-9)
    # To plug half as much is worse than either.
    assert loss(plugged / 2) > loss(0.0) + 0.01


@pytest.mark.parametrize("decades", [0.0, 2.0, 6.0])
def test_the_closed_form_is_the_equilibrium_everywhere(decades):
    contest = drawn("PlugHoles", {}, 2048, seed=2, decades=decades)
    found = tm.solve(contest, search=False)
    # Proofs leave some room, a scan finds what there is.
    assert found.regret.max() <= 1e-8
    assert every_draw(certify_by_scan, contest, found.strategies).regret.max() <= 1e-12
    assert np.isin(found.kind, ["pure", "semi-mixed"]).all()


def test_holes_run_out_when_both_sides_search_better():
    k = np.geomspace(10.0, 1e5, 9)
    found = tm.solve(tm.PlugHoles(attacker_productivity=k, defender_productivity=k))
    assert (np.diff(found.attack_success) < 0).all()
    assert found.attack_success[-1] < 1e-4
