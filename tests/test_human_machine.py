"""Human and machine: the CES function's limits, the Tullock contests that it contains, and its one pure equilibrium."""

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize

import tiltmeter as tm
from contest_cases import drawn

positive = st.floats(0.05, 20.0)
share = st.floats(0.0, 1.0)
MEASURES = ("attacker_effort", "defender_effort", "attack_success", "attacker_payoff", "defender_payoff")


def strength(machines, human, elasticity):
    """The CES function as Arrow, Chenery, Minhas & Solow (1961) write it."""
    rho = 1 - 1 / elasticity
    return (human + (1 - human) * machines**rho) ** (1 / rho)


@given(
    a=positive, d=positive, ours=positive, theirs=positive, s_a=share, s_d=share,
    elasticity=st.one_of(st.floats(0.1, 0.95), st.floats(1.05, 20.0)),
)  # fmt: skip
def test_success_is_the_share_in_the_sum_of_ces_strengths(a, d, ours, theirs, s_a, s_d, elasticity):
    contest = tm.HumanMachine(
        attacker_machine=ours, defender_machine=theirs, attacker_human_share=s_a, defender_human_share=s_d,
        substitution=elasticity,
    )  # fmt: skip
    attack, defense = strength(ours * a, s_a, elasticity), strength(theirs * d, s_d, elasticity)
    assert contest.success(a, d) == pytest.approx(attack / (attack + defense), rel=1e-9)


@given(machines=st.floats(1e-3, 1e3), human=st.floats(0.01, 0.99))
def test_the_limits_are_leontief_cobb_douglas_and_linear(machines, human):
    elasticity = np.array([1e-12, 1.0, 1e12])
    contest = tm.HumanMachine(attacker_human_share=human, defender_human_share=0.0, substitution=elasticity)
    p = np.asarray(contest.success(machines, 1.0))
    limits = [min(1.0, machines), machines ** (1 - human), human + (1 - human) * machines]
    np.testing.assert_allclose(p / (1 - p), limits, rtol=1e-8)


@given(machines=st.floats(1e-6, 1e6), human=share, away=st.floats(-12, -1), sign=st.sampled_from([-1, 1]))
def test_strength_is_accurate_near_cobb_douglas(machines, human, away, sign):
    """log E is the integral of the share of machines, ε = 1/(1 + s/(1 − s) e^{−ρy}), from 0 to y (by parts, in ρ)."""
    rho = sign * 10**away
    contest = tm.HumanMachine(attacker_human_share=human, defender_human_share=0.0, substitution=1 / (1 - rho))
    p = float(contest.success(machines, 1.0))
    y = np.log(machines)
    nodes, weights = np.polynomial.legendre.leggauss(60)
    along = (nodes + 1) / 2 * y
    elasticity = (1 - human) / ((1 - human) + human * np.exp(-rho * along))
    assert np.log(p / (1 - p)) == pytest.approx(y * np.sum(weights * elasticity) / 2, rel=1e-9, abs=1e-9)


def test_people_alone_can_fight_only_where_machines_can_be_replaced():
    contest = tm.HumanMachine(
        attacker_human_share=np.array([0.25, 0.25, 0.25, 0.0, 1.0]), defender_human_share=0.0,
        substitution=np.array([2.0, 1.0, 0.5, 2.0, 0.5]),
    )  # fmt: skip
    # (1/4)^{1/ρ} is 1/16 for ρ = 1/2.
    np.testing.assert_allclose(contest.success(0.0, 1.0), [1 / 17, 0, 0, 0, 1 / 2], rtol=1e-12)
    np.testing.assert_allclose(contest.success(0.0, 0.0), [1, 1 / 2, 1 / 2, 1 / 2, 1], rtol=1e-12)


@given(ours=positive, theirs=positive, strength=positive, cost=positive, elasticity=st.floats(0.01, 100.0))
def test_without_people_it_is_a_lottery(ours, theirs, strength, cost, elasticity):
    terms = {"attacker_stake": strength, "defender_cost": cost}
    contest = tm.HumanMachine(
        **terms, attacker_machine=ours, defender_machine=theirs, attacker_human_share=0.0, defender_human_share=0.0,
        substitution=elasticity,
    )  # fmt: skip
    found = tm.solve(contest, search=False)
    lottery = tm.solve(tm.Tullock(**terms, attacker_edge=ours, defender_edge=theirs), search=False)
    for field in MEASURES:
        assert getattr(found, field) == pytest.approx(float(getattr(lottery, field)), rel=1e-8)


@given(ours=positive, theirs=positive, s_a=st.floats(0, 0.95), s_d=st.floats(0, 0.95), stake=positive)
def test_at_unit_elasticity_human_shares_are_what_returns_lack(ours, theirs, s_a, s_d, stake):
    contest = tm.HumanMachine(
        defender_stake=stake, attacker_machine=ours, defender_machine=theirs, attacker_human_share=s_a,
        defender_human_share=s_d, substitution=1.0,
    )  # fmt: skip
    tullock = tm.Tullock(
        defender_stake=stake, attacker_returns=1 - s_a, defender_returns=1 - s_d, attacker_edge=ours ** (1 - s_a),
        defender_edge=theirs ** (1 - s_d),
    )  # fmt: skip
    found, expected = tm.solve(contest, search=False), tm.solve(tullock, search=False)
    for field in MEASURES:
        assert getattr(found, field) == pytest.approx(float(getattr(expected, field)), rel=1e-8)


@given(s_a=st.floats(0.02, 0.95), s_d=st.floats(0.02, 0.95), elasticity=st.floats(0.2, 5.0), stake=positive)
def test_scipy_finds_the_same_efforts_where_both_slopes_vanish(s_a, s_d, elasticity, stake):
    found = tm.solve(
        tm.HumanMachine(
            attacker_stake=stake, attacker_human_share=s_a, defender_human_share=s_d, substitution=elasticity
        ),
        search=False,
    )
    rho = 1 - 1 / elasticity

    def slopes(logs):
        a, d = np.exp(logs)
        attack, defense = (strength(x, s, elasticity + 1e-13) for x, s in ((a, s_a), (d, s_d)))
        variance = attack * defense / (attack + defense) ** 2
        bought = [(1 - s) * x**rho / (s + (1 - s) * x**rho) for x, s in ((a, s_a), (d, s_d))]
        return [np.log(stake * variance * bought[0]) - logs[0], np.log(variance * bought[1]) - logs[1]]

    efforts = np.array([found.attacker_effort, found.defender_effort])
    root = optimize.root(slopes, np.log(efforts) + 0.3)
    assert root.success
    np.testing.assert_allclose(np.exp(root.x), efforts, rtol=1e-6)


@pytest.mark.parametrize("decades", [0.0, 2.0, 6.0])
def test_efforts_are_pure_everywhere(decades):
    contest = drawn("HumanMachine", {}, 1000, seed=4, decades=decades)
    found = tm.solve(contest, search=False)
    assert np.mean(found.regret <= 1e-8) > 0.995
    assert set(found.kind[found.usable]) == {"pure"}


def test_machines_without_end_give_a_limited_advantage_except_at_unit_elasticity():
    elasticity = np.array([0.5, 1.0, 2.0])
    p = np.asarray(
        tm.HumanMachine(
            attacker_machine=1e12, defender_machine=1e12, attacker_human_share=0.2, defender_human_share=0.6,
            substitution=elasticity,
        ).success(1.0, 1.0)
    )  # fmt: skip
    np.testing.assert_allclose(p / (1 - p), [0.6 / 0.2, 1e12**0.4, (0.8 / 0.4) ** 2], rtol=1e-5)


@pytest.mark.parametrize("elasticity", [0.5, 1.0, 2.0])
def test_better_machines_help_the_automated_side_and_automation_the_other(elasticity):
    """Schneier (2018): attack is the automated side today; machines that do human work rebalance the equation."""
    today = tm.HumanMachine(attacker_human_share=0.2, defender_human_share=0.6, substitution=elasticity)
    machines = {f"{side}_machine": tm.Change("multiply", 10.0) for side in ("attacker", "defender")}
    faster = tm.tilt(today, tm.Technology("faster machines", machines))
    assert faster.change["attack_success"] > 0.1
    automation = tm.Technology("automation", machines | {"defender_human_share": tm.Change("set", 0.2)})
    assert tm.tilt(today, automation).after["attack_success"] == pytest.approx(0.5, abs=1e-9)


def test_where_all_work_is_for_people_nobody_buys_machines():
    found = tm.solve(tm.HumanMachine(attacker_human_share=1.0, defender_human_share=1.0))
    assert (found.attacker_effort, found.defender_effort, found.attack_success) == (0.0, 0.0, 0.5)
    assert found.status == "certified"


@pytest.mark.parametrize("elasticity", [1.0 - 1e-9, 1.0, 1.0 + 1e-9, 0.5, 3.0])
def test_derivatives_by_the_elasticity_are_right_through_cobb_douglas(elasticity):
    def log_odds(elasticity):
        contest = tm.HumanMachine(attacker_human_share=0.3, defender_human_share=0.0, substitution=elasticity)
        p = contest.success(5.0, 1.0)
        return jnp.log(p) - jnp.log1p(-p)

    slope = float(eqx.filter_grad(log_odds)(jnp.asarray(elasticity)))
    if abs(elasticity - 1) < 1e-6:
        assert slope == pytest.approx(0.3 * 0.7 * np.log(5.0) ** 2 / 2, rel=1e-6)
    else:
        step = 1e-5
        numerical = (log_odds(elasticity + step) - log_odds(elasticity - step)) / (2 * step)
        assert slope == pytest.approx(float(numerical), rel=1e-6)
    at_zero = eqx.filter_grad(lambda c: c.success(0.0, 0.0))(tm.HumanMachine(attacker_human_share=0.0))
    assert all(np.isfinite(leaf) for leaf in (at_zero.attacker_human_share, at_zero.substitution))
