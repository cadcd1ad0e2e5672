"""Lanchester combat as a contest: SciPy's normal distribution, its conditions for pure efforts, and all-pay payoffs."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize, stats

import tiltmeter as tm
from contest_cases import drawn

positive = st.floats(0.01, 100.0)
share = st.floats(0.0, 1.0)


@given(a=positive, d=positive, ours=positive, theirs=positive, p=st.floats(0, 3), q=share, spread=st.floats(0.05, 10))
def test_success_is_a_probit_in_the_logs_of_forces_and_lethalities(a, d, ours, theirs, p, q, spread):
    contest = tm.Lanchester(
        attacker_lethality=ours, defender_lethality=theirs, aimed_fire=p, area_fire=q, lethality_spread=spread
    )
    lead = np.log(ours / theirs) + (1 + p - q) * np.log(a / d)
    assert contest.success(a, d) == pytest.approx(stats.norm.cdf(lead / spread), rel=1e-7, abs=1e-15)


@pytest.mark.parametrize(("p", "q"), [(1.0, 0.0), (1.0, 1.0), (0.5, 0.7), (0.0, 1.0)])
def test_success_is_how_often_the_battle_is_won_when_lethalities_are_uncertain(p, q):
    contest = tm.Lanchester(
        attacker_lethality=1.4, defender_lethality=0.8, aimed_fire=p, area_fire=q, lethality_spread=1.1
    )
    quantiles = (np.arange(4000) + 0.5) / 4000
    ratio = 1.4 / 0.8 * np.exp(1.1 * stats.norm.ppf(quantiles))
    cases = tm.Lanchester(attacker_lethality=ratio, defender_lethality=1.0, aimed_fire=p, area_fire=q)
    won = tm.battle(cases, 2.0, 3.0, points=2).attacker_wins
    assert np.mean(won) == pytest.approx(float(contest.success(2.0, 3.0)), abs=1 / 4000)


def test_who_has_no_force_loses_unless_numbers_do_not_count():
    contest = tm.Lanchester(attacker_lethality=2.0, area_fire=np.array([0.0, 1.0]), aimed_fire=np.array([1.0, 0.0]))
    equal = stats.norm.cdf(np.log(2.0) / 2.0)
    np.testing.assert_allclose(contest.success(0.0, 1e-300), [0.0, equal], rtol=1e-9)
    np.testing.assert_allclose(contest.success(1e-300, 0.0), [1.0, equal], rtol=1e-9)
    np.testing.assert_allclose(contest.success(0.0, 0.0), [equal, equal], rtol=1e-9)
    logarithmic = tm.solve(tm.Lanchester(attacker_lethality=2.0, aimed_fire=0.0, area_fire=1.0))
    assert (logarithmic.attacker_effort, logarithmic.defender_effort) == (0.0, 0.0)
    assert logarithmic.attack_success == pytest.approx(equal, rel=1e-9)


def test_nothing_jumps_on_the_way_to_the_logarithmic_law():
    exponents = np.geomspace(1e-12, 1e-2, 11)
    found = tm.solve(tm.Lanchester(attacker_lethality=2.0, aimed_fire=exponents, area_fire=1.0, attacker_stake=5.0))
    assert (found.kind == "pure").all()
    assert (found.regret <= 1e-12).all()
    np.testing.assert_allclose(found.attack_success, stats.norm.cdf(np.log(2.0) / 2.0), atol=1e-2)
    np.testing.assert_allclose(found.attacker_effort / exponents, found.attacker_effort[0] / exponents[0], rtol=1e-2)


@pytest.mark.parametrize("side", ["attacker", "defender"])
def test_derivatives_are_finite_where_a_force_is_zero(side):
    def chance(contest: tm.AbstractContest, effort: jax.Array) -> jax.Array:
        return contest.success(*((effort, 1.0) if side == "attacker" else (1.0, effort)))

    for effort in (0.0, 1e-300):
        slope = jax.grad(chance, argnums=1)(tm.Lanchester(), jnp.asarray(effort))
        assert np.isfinite(slope)
        of_parameters = eqx.filter_grad(chance)(tm.Lanchester(), jnp.asarray(effort))
        assert all(np.isfinite(leaf) for leaf in jax.tree.leaves(of_parameters))


@given(stake=positive, cost=positive, exponent=st.floats(0.1, 2.0), spread=st.floats(1.7, 20))
def test_equal_sides_spend_what_those_of_a_tullock_contest_as_steep_do(stake, cost, exponent, spread):
    """At even odds the probit's slope in log effort, s φ(0), is the logit's r/4."""
    both = {"attacker_stake": stake, "defender_stake": stake, "attacker_cost": cost, "defender_cost": cost}
    found = tm.solve(tm.Lanchester(**both, aimed_fire=exponent, area_fire=1.0, lethality_spread=spread), search=False)
    returns = 4 * exponent / spread * stats.norm.pdf(0)
    tullock = tm.solve(tm.Tullock(**both, attacker_returns=returns, defender_returns=returns), search=False)
    assert found.kind == tullock.kind == "pure"
    for field in ("attacker_effort", "defender_effort", "attack_success", "attacker_payoff"):
        assert getattr(found, field) == pytest.approx(float(getattr(tullock, field)), rel=1e-9)


@given(
    returns=st.floats(0.02, 1.25),
    strength=st.floats(0.01, 100.0),
    lethality=st.floats(0.1, 10.0),
    spread=st.floats(0.1, 10.0),
)
def test_efforts_are_pure_exactly_where_the_weaker_side_earns_something_by_them(returns, strength, lethality, spread):
    contest = tm.Lanchester(
        attacker_stake=strength,
        attacker_lethality=lethality,
        aimed_fire=returns * spread,
        area_fire=1.0,
        lethality_spread=spread,
    )
    found = tm.solve(contest, search=False)
    assert found.regret <= 1e-8
    s = float(contest.aimed_fire) / spread
    x = np.log(lethality) / spread + s * np.log(strength)
    earned = stats.norm.cdf(-abs(x)) - s * stats.norm.pdf(x)
    if earned > 1e-9:
        assert found.kind == "pure"
        assert found.attacker_effort == pytest.approx(strength * s * stats.norm.pdf(x), rel=1e-7)
        assert found.defender_effort == pytest.approx(s * stats.norm.pdf(x), rel=1e-7)
        assert found.attack_success == pytest.approx(stats.norm.cdf(x), rel=1e-7)
    if earned < -1e-9:
        assert found.kind == "semi-mixed"
        weak_payoff = found.attacker_payoff / strength if x < 0 else found.defender_payoff
        assert weak_payoff == pytest.approx(0.0, abs=1e-12)
        # When it fights at all the weaker side wins with Φ(−t), where Φ(−t)/φ(t) = s.
        lead = optimize.brentq(lambda t: np.exp(stats.norm.logcdf(-t) - stats.norm.logpdf(t)) - s, 0.0, 60.0)
        active = found.attack_probability if x < 0 else _defends(found)
        won = found.attack_success if x < 0 else 1 - found.attack_success
        assert won == pytest.approx(active * stats.norm.cdf(-lead), rel=1e-6)


def _defends(found: tm.Equilibrium) -> float:
    return float(
        np.sum(np.asarray(found.strategies.defender_weights)[np.asarray(found.strategies.defender_efforts) > 0])
    )


@pytest.mark.parametrize("returns", [1.26, 1.3, 1.6, 2.5, 3.0])
@pytest.mark.parametrize("strength", [0.4, 1.0, 2.5])
def test_decisive_battles_pay_what_an_all_pay_auction_does(returns, strength):
    """Alcalde & Dahm (2010): the stronger side earns what its strength exceeds the other's by, the weaker nothing."""
    found = tm.solve(tm.Lanchester(attacker_stake=strength, lethality_spread=2 / returns))
    assert found.regret <= 1e-9
    assert found.kind == "mixed"
    weaker = min(strength, 1.0)
    assert found.attacker_payoff == pytest.approx(strength - weaker, abs=1e-6)
    assert found.defender_payoff == pytest.approx(1.0 - weaker, abs=1e-6)


def test_decisive_battles_are_certified_over_their_typical_range():
    contest = drawn("Lanchester", {}, 500, seed=3)
    decisive = np.asarray(contest.exponent() / contest.lethality_spread) > np.sqrt(np.pi / 2)
    found = tm.solve(contest)
    assert decisive.sum() > 10
    assert (found.regret[decisive] <= 1e-9).all()
    assert (found.kind[decisive] == "mixed").all()


def test_formulas_hold_over_eight_decades():
    contest = drawn("Lanchester", {}, 1000, seed=8, decades=4.0)
    covered = np.asarray(contest.exponent() / contest.lethality_spread) <= np.sqrt(np.pi / 2)
    found = tm.solve(contest, search=False)
    assert covered.sum() > 400
    assert np.mean(found.regret[covered] <= 1e-8) > 0.99
    assert set(found.kind[covered & found.usable]) == {"pure", "semi-mixed"}
    assert (found.status[~covered] == "failed").all()
