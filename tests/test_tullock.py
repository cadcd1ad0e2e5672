"""Tullock contests against the closed forms of the literature and against SciPy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import root
from scipy.special import expit

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


@given(returns=st.floats(0.05, 2.0), ratio=st.floats(0.02, 1.0), edge=st.floats(0.1, 10.0))
def test_pure_equilibria_have_the_efforts_of_nti(returns, ratio, edge):
    """Nti (1999): for r ≤ 1 + (v₂/v₁)^r both play r v_i (v₁ v₂)^r / (v₁^r + v₂^r)², and the odds are (v₁/v₂)^r."""
    contest = tm.Tullock(
        attacker_stake=ratio / edge ** (1 / returns),
        attacker_edge=edge,
        attacker_returns=returns,
        defender_returns=returns,
    )
    found = tm.solve(contest, search=False)
    assert found.regret <= 1e-12
    assert (found.kind == "pure") == (returns <= 1 + ratio**returns) or abs(returns - 1 - ratio**returns) < 1e-9
    if found.kind == "pure":
        share = returns * ratio**returns / (1 + ratio**returns) ** 2
        assert found.attacker_effort == pytest.approx(float(contest.attacker_stake) * share, rel=1e-9)
        assert found.defender_effort == pytest.approx(share, rel=1e-9)
        assert found.attack_success == pytest.approx(ratio**returns / (1 + ratio**returns), rel=1e-9)


@given(ratio=st.floats(0.01, 1.0), closeness=st.floats(0.0, 1.0), attacker_is_weak=st.booleans())
def test_semi_mixed_equilibria_have_the_efforts_of_the_literature(ratio, closeness, attacker_is_weak):
    """Feng & Lu (2017), for 1 + (v₂/v₁)^r < r ≤ 2: the stronger side plays v₂ (r − 1)^(1 − 1/r) / r, the weaker plays
    v₂ (1 − 1/r) with probability (v₂/v₁) (r − 1)^(−1/r). At r = 2 that is an all-pay auction (Alcalde & Dahm 2010).
    """
    returns = 2.0 - closeness * 0.6
    if returns <= 1 + ratio**returns:
        return
    stakes = (ratio, 1.0) if attacker_is_weak else (1.0, ratio)
    contest = tm.Tullock(
        attacker_stake=stakes[0], defender_stake=stakes[1], attacker_returns=returns, defender_returns=returns
    )
    found = tm.solve(contest, search=False)
    assert found.kind == "semi-mixed"
    assert found.regret <= 1e-12
    weak, strong = ("attacker", "defender") if attacker_is_weak else ("defender", "attacker")
    often = ratio * (returns - 1) ** (-1 / returns)
    strong_effort = ratio * (returns - 1) ** (1 - 1 / returns) / returns
    assert getattr(found, f"{strong}_effort") == pytest.approx(strong_effort, rel=1e-9)
    assert getattr(found, f"{weak}_effort") == pytest.approx(often * ratio * (1 - 1 / returns), rel=1e-9)
    assert getattr(found, f"{weak}_payoff") == pytest.approx(0.0, abs=1e-12)
    weak_wins = often / returns * (returns - 1)
    assert found.attack_success == pytest.approx(weak_wins if attacker_is_weak else 1 - weak_wins, rel=1e-9)


@pytest.mark.parametrize("returns", [(2.0, 2.0), (1.5, 3.0), (6.0, 1.2), (1.7, 1.7 / 0.7)])
@pytest.mark.parametrize("stake", [1e-3, 0.3, 1.5, 2000.0])
def test_the_formula_reaches_to_where_both_sides_begin_to_mix(returns, stake):
    """On the line 1/r_A + 1/r_D = 1 the weaker side still has only one effort beside none."""
    contest = tm.Tullock(attacker_stake=stake, attacker_returns=returns[0], defender_returns=returns[1])
    found = tm.solve(contest, search=False)
    assert found.regret <= 1e-12
    assert found.kind == "semi-mixed" or min(found.attack_probability, found.attack_success) < 1e-6


@given(
    r_a=st.floats(0.05, 4.0),
    r_d=st.floats(0.05, 4.0),
    edge=st.floats(1e-3, 1e3),
    stake=st.floats(0.01, 100.0),
    cost=st.floats(0.01, 100.0),
)
def test_spending_is_in_proportion_to_returns(r_a, r_d, edge, stake, cost):
    """Multiplied by its effort and averaged, each side's first-order condition says: what it spends, as a share of its
    stake, is its returns times the mean of P (1 − P). So it is in every equilibrium, mixed or not.
    """
    contest = tm.Tullock(
        attacker_returns=r_a, defender_returns=r_d, attacker_edge=edge, attacker_stake=stake, attacker_cost=cost
    )
    found = tm.solve(contest, search=False)
    if 1 / r_a + 1 / r_d < 1 and r_a != r_d:
        assert found.status == "failed"
        return
    assert found.regret <= 1e-8
    spent = float(found.attacker_effort) * cost / stake
    assert spent * r_d == pytest.approx(float(found.defender_effort) * r_a, rel=1e-6, abs=1e-12)


@pytest.mark.parametrize("returns", [2.0, 2.0001, 2.1, 2.5, 3.0, 3.5, 4.0])
@pytest.mark.parametrize(("stake", "edge"), [(1.0, 1.0), (2.0, 1.0), (0.3, 1.5), (1e-4, 2.0)])
def test_from_two_on_the_contest_is_worth_an_all_pay_auction(returns, stake, edge):
    """Alcalde & Dahm (2010): expected efforts, success and payoffs of the all-pay auction (Hillman & Riley 1989)."""
    found = tm.solve(
        tm.Tullock(attacker_stake=stake, attacker_edge=edge, attacker_returns=returns, defender_returns=returns)
    )
    even = tm.solve(tm.AllPay(attacker_stake=stake, attacker_edge=edge ** (1 / returns)))
    assert found.status == "certified"
    assert found.attacker_effort == pytest.approx(float(even.attacker_effort), rel=1e-7)
    assert found.defender_effort == pytest.approx(float(even.defender_effort), rel=1e-7)
    assert found.attack_success == pytest.approx(float(even.attack_success), rel=1e-7, abs=1e-7)
    assert found.attacker_payoff == pytest.approx(float(even.attacker_payoff), abs=1e-7 * stake)
    assert found.defender_payoff == pytest.approx(float(even.defender_payoff), abs=1e-7)


@pytest.mark.parametrize("returns", [2.1, 2.3, 2.6])
def test_equal_steep_sides_play_the_efforts_that_earn_exactly_their_cost(returns):
    """Ewerhart (2015): mass points that pile up at zero. At each the chance of success is the cost, and the marginal
    chance the marginal cost; the largest three are solved for here, with whatever is below them taken for nothing.
    """

    def conditions(x):
        effort, weight = np.exp(x[:3]), np.exp(x[3:])
        success = expit(returns * (x[:3, None] - x[:3]))
        earned = success @ weight + (1 - weight.sum()) - effort
        slope = returns * (success * (1 - success)) @ weight - effort
        return np.concatenate([earned / effort, slope / effort])

    # The first as if it were alone: weight 4/(2 + r) on r/(2 + r); the others similar to it, on what is left.
    alone = 4 / (2 + returns)
    left = (1 - alone) ** np.arange(3)
    solved = root(conditions, np.log(np.concatenate([returns / (2 + returns) * left, alone * left]))).x
    assert np.abs(conditions(solved)).max() <= 1e-6
    played = tm.solve(tm.Tullock(attacker_returns=returns, defender_returns=returns)).strategies
    efforts, weights = np.asarray(played.attacker_efforts), np.asarray(played.attacker_weights)
    near = np.abs(np.log(np.where(efforts > 0, efforts, 1e-300)) - solved[:2, None]) < 0.3
    often = (near * weights).sum(axis=1)
    np.testing.assert_allclose(often, np.exp(solved[3:5]), rtol=2e-2)
    np.testing.assert_allclose((near * weights * efforts).sum(axis=1) / often, np.exp(solved[:2]), rtol=2e-2)


@pytest.mark.parametrize(
    ("r_a", "r_d", "odds"), [(2.5, 3.0, -0.048018395), (1.7, 4.0, -0.249862202), (3.0, 5.0, -0.0962058)]
)
def test_unequal_steep_sides_of_equal_strength_earn_nothing_and_win_by_their_returns(r_a, r_d, odds):
    """Where both earn nothing, success is r_A / (r_A + r_D), which is also what the attacker spends: its first-order
    condition, averaged. The log-odds at which that is so come from Newton's method on the conditions of 12 efforts.
    """
    found = tm.solve(tm.Tullock(attacker_returns=r_a, defender_returns=r_d, attacker_edge=np.exp(odds)))
    assert found.usable
    assert found.attack_success == pytest.approx(r_a / (r_a + r_d), abs=5e-3)
    assert found.attacker_effort == pytest.approx(r_a / (r_a + r_d), abs=5e-3)
    assert found.defender_effort == pytest.approx(r_d / (r_a + r_d), abs=5e-3)
    assert found.attacker_payoff == pytest.approx(0.0, abs=5e-3)
    assert found.defender_payoff == pytest.approx(0.0, abs=5e-3)


def test_an_effort_too_small_for_a_number_is_not_taken_for_none():
    """With returns of 0.05 an effort of 1e-350 would be enough against an attacker who nearly always stays out."""
    contest = tm.Tullock(
        attacker_stake=0.04, defender_stake=0.014, attacker_cost=50.0, attacker_returns=4.3, defender_returns=0.05
    )
    found = tm.solve(contest, search=False)
    assert found.regret <= 1e-12
    assert found.attack_success <= 1e-12


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
