"""All-pay auctions against Hillman & Riley (1989), and against averages taken by hand."""

import dataclasses

import jax
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import tiltmeter as tm
from tiltmeter.contests._strategies import in_points

value = st.floats(0.01, 100.0)
share = st.one_of(st.just(0.0), st.floats(0.01, 1.0))


def strengths(contest: tm.AllPay) -> tuple[np.ndarray, np.ndarray]:
    """The effective effort that costs each side its stake."""
    attacker = contest.attacker_edge * contest.attacker_stake / contest.attacker_cost
    return np.asarray(attacker), np.asarray(contest.defender_edge * contest.defender_stake / contest.defender_cost)


def many(count: int, decades: float) -> tm.AllPay:
    rng = np.random.default_rng(5)
    names = ("attacker_stake", "defender_stake", "attacker_cost", "defender_cost", "attacker_edge", "defender_edge")
    return tm.AllPay(**{name: 10 ** rng.uniform(-decades, decades, count) for name in names})


def test_the_larger_effective_effort_wins_and_ties_are_tossed():
    contest = tm.AllPay(attacker_edge=2.0, defender_edge=3.0)
    attack, defense = np.array([0.0, 0.0, 1.0, 3.0, 3.0, 3.1]), np.array([0.0, 1e-9, 0.0, 2.0, 2.1, 2.0])
    np.testing.assert_array_equal(contest.success(attack, defense), [0.5, 0.0, 1.0, 0.5, 0.0, 1.0])


@given(edge=value, effort=value, step=st.floats(1e-9, 1.0))
def test_a_tie_survives_rounding_and_a_billionth_decides(edge, effort, step):
    contest = tm.AllPay(attacker_edge=edge)
    assert contest.success(effort / edge, effort) == 0.5
    assert contest.success(effort / edge * (1 + step), effort) == 1.0
    assert contest.success(effort / edge, effort * (1 + step)) == 0.0


@given(a=value, s=share, d=value, t=share, edge=value)
def test_the_mean_success_is_the_average_over_both_draws(a, s, d, t, edge):
    """Each draw is cut into many equal parts; by SciPy's uniform distribution the other's chance is exact in each."""
    contest = tm.AllPay(attacker_edge=edge)
    parts = (np.arange(20000) + 0.5) / 20000
    draws = edge * a * (1 + s * (2 * parts - 1))
    if t > 0:
        expected = stats.uniform(d * (1 - t), 2 * d * t).cdf(draws).mean()
    else:
        expected = np.mean(np.where(np.isclose(draws, d, rtol=1e-12), 0.5, draws > d))
    assert contest.mean_success(a, s, d, t) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("decades", [0.5, 6.0])
def test_no_effort_earns_more_against_an_even_draw_than_the_draw_itself(decades):
    """Hillman & Riley (1989), proposition 1: the stronger side's effort is uniform up to the weaker's strength, and
    the weaker's is the same with the probability of the ratio of strengths. Every effort is tried, exactly.
    """
    contest = many(500, decades)
    attacker, defender = strengths(contest)
    top = np.minimum(attacker, defender)
    fraction = np.concatenate([[0.0], np.geomspace(1e-9, 1.0, 200), np.linspace(1.0, 3.0, 20)])[:, None]
    a, d = top / 2 / contest.attacker_edge, top / 2 / contest.defender_edge
    active_a, active_d = np.minimum(attacker / defender, 1), np.minimum(defender / attacker, 1)

    tried_a = 2 * a * fraction
    wins = active_d * contest.mean_success(tried_a, 0.0, d, 1.0) + (1 - active_d) * contest.success(tried_a, 0.0)
    earned_a = np.asarray(wins) - np.asarray(contest.attacker_cost * tried_a / contest.attacker_stake)
    tried_d = 2 * d * fraction
    loses = active_a * contest.mean_success(a, 1.0, tried_d, 0.0) + (1 - active_a) * contest.success(0.0, tried_d)
    earned_d = 1 - np.asarray(loses) - np.asarray(contest.defender_cost * tried_d / contest.defender_stake)

    for earned, payoff in ((earned_a, 1 - top / attacker), (earned_d, 1 - top / defender)):
        assert np.max(earned - payoff) <= 1e-12
        played = (fraction[:, 0] > 0) & (fraction[:, 0] <= 1)
        np.testing.assert_allclose(earned[played] - payoff, 0.0, atol=1e-12)


def test_efforts_success_and_payoffs_are_those_of_the_literature():
    """Hillman & Riley (1989); Baye, Kovenock & de Vries (1996): the stronger spends v₂/2, the weaker v₂²/(2 v₁)."""
    contest = many(64, 1.0)
    found = tm.solve(contest, search=False)
    attacker, defender = strengths(contest)
    weaker, stronger = np.minimum(attacker, defender), np.maximum(attacker, defender)
    ratio = weaker / stronger
    effort = np.where(attacker >= defender, weaker / 2, weaker**2 / (2 * stronger)) / contest.attacker_edge
    np.testing.assert_allclose(found.attacker_effort, effort, rtol=1e-12)
    effort = np.where(defender >= attacker, weaker / 2, weaker**2 / (2 * stronger)) / contest.defender_edge
    np.testing.assert_allclose(found.defender_effort, effort, rtol=1e-12)
    np.testing.assert_allclose(
        found.attack_success, np.where(attacker >= defender, 1 - ratio / 2, ratio / 2), rtol=1e-12
    )
    np.testing.assert_allclose(found.attack_probability, np.minimum(attacker / defender, 1), rtol=1e-12)
    np.testing.assert_allclose(found.attacker_payoff / contest.attacker_stake, 1 - weaker / attacker, atol=1e-12)
    np.testing.assert_allclose(found.defender_payoff / contest.defender_stake, 1 - weaker / defender, atol=1e-12)


@pytest.mark.parametrize("decades", [1.0, 12.0])
def test_the_certificate_of_the_even_draw_is_exact(decades):
    found = tm.solve(many(2000, decades), search=False)
    assert (found.status == "certified").all()
    assert found.regret.max() <= 1e-14


@pytest.mark.parametrize(
    ("change", "regret"),
    [
        ({"attacker_spreads": [0.0, 0.9]}, 0.05),
        ({"attacker_efforts": [0.0, 0.45]}, 0.05),
        ({"defender_weights": [0.1, 0.9]}, 0.05),
        ({"defender_spreads": [0.0, 0.0]}, 0.5),
        ({"defender_spreads": [0.0, 1.1]}, np.inf),
    ],
)
def test_another_draw_is_refused(change, regret):
    """Among equals a draw from 0.05 on is answered by nothing, one up to 0.9 by 0.9, an effort by a hair more."""
    contest = tm.AllPay()
    played = tm.solve(contest).strategies
    altered = dataclasses.replace(played, **{name: np.array(value) for name, value in change.items()})
    assert tm.verify(contest, altered).regret == pytest.approx(regret, rel=2e-2)


def test_only_contests_that_say_so_have_draws():
    contest = tm.Tullock()
    drawn = dataclasses.replace(tm.solve(contest).strategies, attacker_spreads=np.array([0.0, 0.1]))
    assert tm.verify(contest, drawn).regret == np.inf


def test_derivatives_are_finite_everywhere():
    def mean(x):
        return tm.AllPay(attacker_edge=x[0]).mean_success(x[1], x[2], x[3], x[4])

    for at in (
        [1, 0, 0, 0, 0],
        [1, 1, 0, 1, 0],
        [1, 1, 1, 1, 1],
        [2, 1, 0, 1, 1],
        [1, 0, 1, 0, 1],
        [1, 1, 0.5, 3, 0.1],
    ):
        assert np.isfinite(jax.grad(mean)(np.array(at, float))).all()


def test_the_set_is_one_and_says_who_proved_it():
    found = tm.solve_all(tm.AllPay(attacker_stake=2.0))
    assert found.unique
    assert "Baye, Kovenock & de Vries (1996" in found.proved
    np.testing.assert_allclose(found.attacker_efforts, [0.0, 1.0])
    assert found.ranges["attack_success"] == pytest.approx((0.75, 0.75))


def test_points_in_place_of_a_draw_keep_efforts_and_nearly_success():
    contest = many(50, 1.0)
    played = tm.solve(contest).strategies
    points = in_points(played, 200)
    for side in ("attacker", "defender"):
        weights = np.asarray(getattr(points, f"{side}_weights"))
        np.testing.assert_allclose(weights.sum(-1), 1, atol=1e-12)
        exact = np.sum(np.asarray(getattr(played, f"{side}_efforts") * getattr(played, f"{side}_weights")), axis=-1)
        np.testing.assert_allclose(np.sum(getattr(points, f"{side}_efforts") * weights, axis=-1), exact, rtol=1e-12)
    success = tm.verify(contest, points).attack_success
    np.testing.assert_allclose(success, tm.verify(contest, played).attack_success, atol=1e-3)
