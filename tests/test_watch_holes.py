"""Watching holes: the share that is watched, its limits, and what it reduces to."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import tiltmeter as tm
from contest_cases import drawn
from tiltmeter.contests import values_of
from tiltmeter.equilibrium._verify import certify_by_scan, every_draw

effort = st.floats(1e-6, 30.0)


@given(a=effort, d=effort, holes=st.integers(1, 2000), attention=st.floats(0.0, 1e4))
def test_success_is_the_chance_of_at_least_one_hole_that_nobody_watches(a, d, holes, attention):
    contest = tm.WatchHoles(attacker_productivity=1.0, defender_productivity=1.0, hole_count=holes, attention=attention)
    known = stats.expon.cdf(d)
    looks_elsewhere = stats.poisson.pmf(0, attention / (holes * known))
    chance = stats.expon.cdf(a) * (stats.expon.sf(d) + known * looks_elsewhere)
    assert contest.success(a, d) == pytest.approx(stats.binom.sf(0, holes, chance), rel=1e-8, abs=1e-14)


@given(holes=st.floats(1.0, 1e6), attention=st.floats(1e-6, 1e6), d=st.floats(1e-3, 10.0), more=st.floats(1.01, 10.0))
def test_each_known_hole_is_watched_less_but_more_holes_are_watched(holes, attention, d, more):
    """The attacker who finds every hole meets the share that is watched: it rises with the defender's search."""
    contest = tm.WatchHoles(attacker_productivity=1.0, defender_productivity=1.0, hole_count=1.0, attention=attention)
    watched = [1 - float(contest.success(1e3, x)) for x in (d, d * more)]
    known = [1 - np.exp(-x) for x in (d, d * more)]
    assert watched[1] >= watched[0] - 1e-12
    assert watched[1] / known[1] <= watched[0] / known[0] + 1e-9
    assert watched[1] <= -np.expm1(-attention) + 1e-12


@pytest.mark.parametrize("decades", [0.0, 1.0])
def test_with_unlimited_attention_it_is_plugging(decades):
    values = values_of(drawn("WatchHoles", {}, 300, decades=decades)) | {"attention": 1e15}
    watched = tm.build("WatchHoles", values)
    values.pop("attention")
    plugged = tm.build("PlugHoles", values)
    np.testing.assert_allclose(watched.success(0.3, 0.2), plugged.success(0.3, 0.2), rtol=1e-12)
    one, other = tm.solve(watched), tm.solve(plugged)
    np.testing.assert_allclose(one.attack_success, other.attack_success, rtol=1e-6, atol=1e-12)
    np.testing.assert_allclose(one.attacker_effort, other.attacker_effort, rtol=1e-6, atol=1e-12)
    np.testing.assert_allclose(one.defender_effort, other.defender_effort, rtol=1e-6, atol=1e-12)


def test_without_attention_the_defender_can_do_nothing():
    contest = tm.WatchHoles(attention=0.0, attacker_stake=5.0, defender_stake=[0.1, 1.0, 1e6])
    np.testing.assert_allclose(contest.success(0.1, 3.0), contest.success(0.1, 0.0), rtol=1e-14)
    found = tm.solve(contest)
    assert (found.defender_effort == 0).all()
    assert found.regret.max() <= 1e-12


def test_when_both_know_all_holes_attention_alone_decides():
    contest = tm.WatchHoles(
        attacker_productivity=1e7, defender_productivity=1e7, hole_count=10.0, attention=[20.0, 30.0, 60.0]
    )
    expected = 1 - (1 - np.exp(-np.array([2.0, 3.0, 6.0]))) ** 10
    np.testing.assert_allclose(tm.solve(contest).attack_success, expected, rtol=1e-3)


def test_better_search_on_both_sides_helps_the_attacker_where_the_defender_had_much_at_stake():
    k = np.geomspace(1.0, 1e3, 7)
    both = {"attacker_productivity": k, "defender_productivity": k, "defender_stake": 10.0}
    assert (np.diff(tm.solve(tm.WatchHoles(attention=30.0, **both)).attack_success) > 0).all()
    assert (np.diff(tm.solve(tm.PlugHoles(**both)).attack_success) < 0).all()


@pytest.mark.parametrize("decades", [0.0, 2.0, 6.0])
def test_the_halving_finds_the_equilibrium_everywhere(decades):
    contest = drawn("WatchHoles", {}, 2048, seed=2, decades=decades)
    found = tm.solve(contest, search=False)
    # Proofs leave some room, a scan finds what there is.
    assert found.regret.max() <= 1e-8
    assert every_draw(certify_by_scan, contest, found.strategies).regret.max() <= 1e-9
    assert np.isin(found.kind, ["pure", "semi-mixed"]).all()


def test_no_effort_has_a_value_and_finite_slopes():
    efforts = jnp.array([0.0, 1e-300, 1e-12, 1.0, 1e6, 1e300])
    contest = tm.WatchHoles(attention=jnp.array([0.0, 1e-12, 1.0, 1e12])[:, None, None], hole_count=1e12)
    p = np.asarray(contest.success(efforts[:, None], efforts[None]))
    assert (p[:, 0] == 0).all()
    assert ((p >= 0) & (p <= 1)).all()
    slopes = jax.vmap(jax.grad(lambda d: tm.WatchHoles().success(0.5, d)))(efforts)
    assert np.isfinite(slopes).all()
    assert slopes[0] == pytest.approx(-10 * 3 * (1 - np.exp(-1.5)) * np.exp(-1.5 * 9), rel=1e-9)
