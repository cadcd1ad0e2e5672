"""Tullock contests against the closed forms of the literature and against SciPy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tiltmeter as tm

positive = st.floats(0.01, 100.0)


@given(stake=positive, cost=positive, returns=st.floats(0.05, 2.0))
def test_symmetric_contests_dissipate_half_the_returns(stake, cost, returns):
    """Tullock (1980): both efforts are r V / (4 c), and r/2 of the stake is burnt for r ≤ 2."""
    both = {"attacker_stake": stake, "defender_stake": stake, "attacker_cost": cost, "defender_cost": cost}
    contest = tm.Tullock(**both, attacker_returns=returns, defender_returns=returns)
    found = tm.solve(contest)
    assert found.attacker_effort == pytest.approx(returns * stake / (4 * cost), rel=1e-9)
    assert found.defender_effort == pytest.approx(returns * stake / (4 * cost), rel=1e-9)
    assert tm.balance(contest, found)["dissipation"] == pytest.approx(returns / 2, rel=1e-9)


@given(edge=st.floats(1e-3, 1e3), stake=positive, cost=positive)
def test_an_edge_leaves_efforts_equal(edge, stake, cost):
    """With r = 1 both efforts are V α / (c (1 + α)²): a boost lowers the boosted side's effort and the rival's."""
    both = {"attacker_stake": stake, "defender_stake": stake, "attacker_cost": cost, "defender_cost": cost}
    found = tm.solve(tm.Tullock(attacker_edge=edge, **both))
    expected = stake * edge / (cost * (1 + edge) ** 2)
    assert found.attacker_effort == pytest.approx(expected, rel=1e-9)
    assert found.defender_effort == pytest.approx(expected, rel=1e-9)
    assert found.attack_success == pytest.approx(edge / (1 + edge), rel=1e-9)


def test_the_case_of_the_design_is_twenty_ninths():
    found = tm.solve(tm.Tullock(attacker_edge=2.0, attacker_stake=10.0, defender_stake=10.0))
    assert found.kind == "pure"
    assert found.status == "certified"
    assert found.attacker_effort == pytest.approx(20 / 9, rel=1e-13)
    assert found.defender_effort == pytest.approx(20 / 9, rel=1e-13)


@given(
    r_a=st.floats(0.05, 0.99),
    r_d=st.floats(0.05, 0.99),
    edge=st.floats(0.01, 100.0),
    stake=st.floats(0.01, 100.0),
)
def test_unequal_returns_solve_both_first_order_conditions(r_a, r_d, edge, stake):
    found = tm.solve(tm.Tullock(attacker_returns=r_a, defender_returns=r_d, attacker_edge=edge, attacker_stake=stake))
    a, d = float(found.attacker_effort), float(found.defender_effort)

    def won(x: float, y: float) -> float:
        return edge * x**r_a / (edge * x**r_a + y**r_d)

    # Payoffs are concave for returns below 1, so that both slopes vanishing is enough.
    slope_a = (won(a * 1.0001, d) - won(a * 0.9999, d)) / (0.0002 * a)
    slope_d = (won(a, d * 1.0001) - won(a, d * 0.9999)) / (0.0002 * d)
    assert stake * slope_a == pytest.approx(1.0, rel=1e-6)
    assert -slope_d == pytest.approx(1.0, rel=1e-6)


@given(returns=st.floats(1.05, 2.0), strength=st.floats(1.0, 50.0), attacker_is_weak=st.booleans())
def test_between_pure_and_all_pay_the_weak_side_sometimes_stays_out(returns, strength, attacker_is_weak):
    """Feng & Lu (2017): the strong side plays one effort, the weak one mixes with zero and earns nothing."""
    stakes = {"attacker_stake": 1.0, "defender_stake": strength}
    if not attacker_is_weak:
        stakes = {"attacker_stake": strength, "defender_stake": 1.0}
    found = tm.solve(tm.Tullock(**stakes, attacker_returns=returns, defender_returns=returns))
    odds = strength**returns
    pure = returns <= 1 + 1 / odds
    assert found.kind == ("pure" if pure else "semi-mixed")
    if not pure:
        weak_payoff = found.attacker_payoff if attacker_is_weak else found.defender_payoff
        assert weak_payoff == pytest.approx(0.0, abs=1e-12)
        weak_wins_when_active = 1 - 1 / returns
        weak_effort = weak_wins_when_active
        strong_effort = weak_effort / (returns - 1) ** (1 / returns)
        took_part = strong_effort / (strength * returns * weak_wins_when_active * (1 - weak_wins_when_active))
        effort = found.defender_effort if attacker_is_weak else found.attacker_effort
        assert effort == pytest.approx(strong_effort, rel=1e-9)
        if attacker_is_weak:
            assert found.attack_probability == pytest.approx(took_part, rel=1e-9)


@pytest.mark.parametrize("returns", [2.2, 2.5, 3.0])
@pytest.mark.parametrize("strength", [1.0, 2.0])
def test_beyond_two_the_contest_is_worth_an_all_pay_auction(returns, strength):
    """Alcalde & Dahm (2010): expected efforts, success and payoffs of the all-pay auction (Hillman & Riley 1989)."""
    found = tm.solve(tm.Tullock(attacker_stake=strength, attacker_returns=returns, defender_returns=returns))
    assert found.kind == "mixed"
    assert found.regret <= 5e-6
    assert found.attacker_effort == pytest.approx(0.5, abs=1e-3)
    assert found.defender_effort == pytest.approx(0.5 / strength, abs=1e-3)
    assert found.attack_success == pytest.approx(1 - 1 / (2 * strength), abs=2e-3)
    assert found.attacker_payoff == pytest.approx(strength - 1, abs=2e-3 * strength)
    assert found.defender_payoff == pytest.approx(0.0, abs=2e-3)


def test_payoffs_are_not_single_peaked_above_one_and_the_best_response_jumps_to_zero():
    """Against growing defense the attacker's best effort does not fade out: it drops from a positive level to zero."""
    contest = tm.Tullock(attacker_returns=1.5, defender_returns=1.5)
    efforts = np.linspace(0.01, 1.0, 400)
    reply = tm.best_response(contest, "attacker", efforts)
    active = reply.effort > 0
    assert active[0]
    assert not active[-1]
    last = np.flatnonzero(active)[-1]
    assert not active[last + 1 :].any()
    assert reply.effort[last] > 0.3
    assert reply.payoff[active].min() >= 0
    assert (reply.payoff[~active] == 0).all()
    # P* = 1 − 1/r where the interior payoff turns negative: a = P*, d = a / (r − 1)^(1/r).
    jump = (1 - 1 / 1.5) / 0.5 ** (1 / 1.5)
    assert efforts[last] <= jump <= efforts[last + 1]


@given(d=st.floats(1e-4, 0.99))
def test_the_best_response_with_constant_returns_is_the_square_root_rule(d):
    reply = tm.best_response(tm.Tullock(), "attacker", d)
    assert reply.effort == pytest.approx(np.sqrt(d) - d, rel=1e-7, abs=1e-9)


@given(level=st.floats(0.01, 0.99), r_a=st.floats(0.2, 3.0), r_d=st.floats(0.2, 3.0), d=st.floats(0.01, 10.0))
def test_isovalue_curves_follow_the_power_law_of_the_notes(level, r_a, r_d, d):
    contest = tm.Tullock(attacker_returns=r_a, defender_returns=r_d, attacker_edge=2.0, defender_edge=3.0)
    expected = (level * 3.0 / (2.0 * (1 - level))) ** (1 / r_a) * d ** (r_d / r_a)
    found = tm.isovalue(contest, level, d)
    assert found == pytest.approx(expected, rel=1e-9) or expected > 1e8 or expected < 1e-14


def test_zero_efforts_toss_a_coin_and_derivatives_stay_finite():
    contest = tm.Tullock()
    assert contest.success(0.0, 0.0) == 0.5
    assert contest.success(0.0, 1.0) == 0.0
    assert contest.success(1.0, 0.0) == 1.0
