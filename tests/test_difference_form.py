"""Difference-form contests: what Baik (1998), Hirshleifer (1989) and Ewerhart & Sun (2018) prove, and SciPy."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from quantecon.game_theory import NormalFormGame, Player, lemke_howson
from scipy.optimize import brentq, fsolve
from scipy.special import expit

import tiltmeter as tm
from contest_cases import drawn

positive = st.floats(0.05, 20.0)


def costing(attacker: float, defender: float, **others: float) -> tm.DifferenceForm:
    """The contest in which a unit of log-odds costs the two sides these shares of their stakes."""
    return tm.DifferenceForm(attacker_stake=1 / attacker, defender_stake=1 / defender, **others)


def marginal(log_odds: float) -> float:
    return expit(log_odds) * expit(-log_odds)


@given(
    lone=st.floats(0.001, 0.249), idle=st.floats(0.25, 50.0), k_lone=positive, k_idle=positive, attacks=st.booleans()
)
def test_one_side_alone_stops_where_the_marginal_success_is_its_marginal_cost(lone, idle, k_lone, k_idle, attacks):
    """Baik (1998): a side whose marginal cost exceeds the highest marginal success, k/4, makes no effort at all."""
    values = {
        "attacker_decisiveness": k_lone if attacks else k_idle,
        "defender_decisiveness": k_idle if attacks else k_lone,
        "attacker_cost": k_lone if attacks else k_idle,
        "defender_cost": k_idle if attacks else k_lone,
    }
    contest = costing(lone, idle, **values) if attacks else costing(idle, lone, **values)
    found = tm.solve(contest)
    chance = (1 + np.sqrt(1 - 4 * lone)) / 2
    effort = np.log(chance / (1 - chance)) / k_lone
    assert found.kind == "pure"
    assert found.regret <= 1e-12
    assert found.attack_success == pytest.approx(chance if attacks else 1 - chance, rel=1e-9)
    assert (found.attacker_effort if attacks else found.defender_effort) == pytest.approx(effort, rel=1e-9)
    assert (found.defender_effort if attacks else found.attacker_effort) == 0


@given(attacker=st.floats(0.25, 100.0), defender=st.floats(0.25, 100.0))
def test_where_effort_is_dear_nobody_makes_any(attacker, defender):
    found = tm.solve(costing(attacker, defender))
    assert found.kind == "pure"
    assert found.attacker_effort == 0
    assert found.defender_effort == 0
    assert found.attack_success == 0.5


@given(lower=st.floats(1e-6, 0.24), ratio=st.floats(1.0, 200.0))
def test_a_lead_deters_exactly_where_overtaking_it_does_not_pay(lower, ratio):
    higher = min(lower * ratio, 0.2499)
    lead = brentq(lambda x: marginal(x) - lower, 0, 60)
    own = brentq(lambda x: marginal(x) - higher, 0, 60)
    gain = expit(own) - higher * (lead + own) - expit(-lead)
    contest = costing(lower, higher)
    pure = tm.solve(contest, search=False).kind == "pure"
    assert pure == (gain <= 0) or abs(gain) < 1e-9


@pytest.mark.parametrize(("lower", "higher"), [(0.03, 0.15), (0.12, 0.2), (0.0015, 0.1), (0.22, 0.24)])
def test_next_to_deterrence_the_other_side_overtakes_with_a_probability(lower, higher):
    """The leader's lead leaves the other indifferent; how often that overtakes makes the lead the leader's best."""
    contest = costing(lower, higher)
    found = tm.solve(contest, search=False)
    own = brentq(lambda x: marginal(x) - higher, 0, 60)
    lead = brentq(lambda s: expit(own) - higher * (s + own) - expit(-s), 1.0001 * own, 1 / higher)
    assert found.kind == "semi-mixed"
    assert found.regret <= 1e-12
    assert found.attacker_effort == pytest.approx(lead, rel=1e-9)
    overtakes = float(found.defender_effort) / (lead + own)
    gain = (1 - overtakes) * marginal(lead) + overtakes * marginal(own)
    assert gain == pytest.approx(lower, rel=1e-9)
    assert found.defender_payoff == pytest.approx(expit(-lead) / higher, rel=1e-9)


@pytest.mark.parametrize("cost", [0.17, 0.2, 0.24])
def test_equal_sides_mix_between_nothing_and_one_effort_where_they_are_little_decisive(cost):
    """Ewerhart & Sun (2018): the symmetric equilibrium is unique, with finite support, zero in it."""

    def conditions(x):
        effort, p = x
        indifferent = (1 - p) * expit(effort) + p / 2 - cost * effort - (1 - p) / 2 - p * expit(-effort)
        return [indifferent, (1 - p) * marginal(effort) + p / 4 - cost]

    effort, p = fsolve(conditions, [1.7, 0.6], xtol=1e-14)
    found = tm.solve(costing(cost, cost))
    assert found.kind == "mixed"
    assert found.regret <= 1e-6
    assert found.attack_success == pytest.approx(0.5, abs=1e-5)
    for side in ("attacker", "defender"):
        assert getattr(found, f"{side}_effort") == pytest.approx(p * effort, rel=1e-3)
        assert getattr(found, f"{side}_payoff") == pytest.approx((p * expit(-effort) + (1 - p) / 2) / cost, rel=1e-3)


STEEP = {
    (7.0, 1.0): 1e-8,
    (10.0, 1.0): 1e-8,
    (20.0, 1.0): 1e-8,
    (30.0, 1.0): 1e-6,
    (20.0, 5.0): 1e-8,
    (50.0, 3.0): 1e-6,
}


@pytest.fixture(scope="module")
def steep():
    """Both sides mix over 3 to some 50 efforts; stakes in units of what a unit of log-odds costs."""
    low, ratio = (np.array(x) for x in zip(*STEEP, strict=True))
    return low, ratio, tm.solve(costing(1 / (low * ratio), 1 / low, attacker_decisiveness=2.0, attacker_cost=2.0))


def test_steep_contests_are_certified(steep):
    _, _, found = steep
    assert (found.status == "certified").all()
    assert (found.kind == "mixed").all()
    assert (found.regret <= list(STEEP.values())).all()


def test_the_steeper_the_nearer_are_the_payoffs_to_those_of_the_all_pay_auction(steep):
    """In it the side with the smaller stake earns nothing, the other the difference (Hillman & Riley 1989)."""
    low, ratio, found = steep
    assert found.attacker_payoff == pytest.approx(low * (ratio - 1), abs=2.1)
    assert found.defender_payoff == pytest.approx(np.zeros(low.size), abs=2.1)
    alike = ratio == 1
    assert found.attacker_payoff[alike] == pytest.approx(found.defender_payoff[alike], abs=1e-3)
    assert found.attack_success[alike] == pytest.approx(0.5, abs=1e-5)
    share = found.attacker_payoff[alike] / low[alike]
    assert (np.diff(share) < 0).all()


@pytest.mark.parametrize(("at", "top"), [(1, 8.0), (4, 19.0)])
def test_steep_contests_are_worth_what_lemke_and_howson_find_on_a_fine_grid(steep, at, top):
    low, ratio, found = steep
    x = np.linspace(0.0, top, 161)
    success = expit(x[:, None] - x)
    attack = success - x[:, None] / (low[at] * ratio[at])
    defense = (1 - success).T - x[:, None] / low[at]
    p, q = lemke_howson(NormalFormGame([Player(attack), Player(defense)]), max_iter=10**5)
    assert float(found.attacker_payoff[at]) == pytest.approx(p @ attack @ q * low[at] * ratio[at], rel=2e-3)
    assert float(found.defender_payoff[at]) == pytest.approx(q @ defense @ p * low[at], rel=2e-2)


def test_two_positive_efforts_are_never_both_certain():
    """Hirshleifer (1989), p. 107: the second-order conditions of both sides cannot hold at one point."""
    found = tm.solve(drawn("DifferenceForm", {}, 2000, decades=2.0), search=False)
    pure = found.usable & (found.kind == "pure")
    assert pure.mean() > 0.5
    assert np.minimum(found.attacker_effort, found.defender_effort)[pure].max() == 0


@given(attacker=st.floats(1e-4, 1.0), defender=st.floats(1e-4, 1.0), k_a=positive, k_d=positive)
def test_exchanging_the_sides_exchanges_their_efforts(attacker, defender, k_a, k_d):
    ahead = {"attacker_decisiveness": k_a, "defender_decisiveness": k_d, "attacker_cost": k_a, "defender_cost": k_d}
    back = {"attacker_decisiveness": k_d, "defender_decisiveness": k_a, "attacker_cost": k_d, "defender_cost": k_a}
    one = tm.solve(costing(attacker, defender, **ahead), search=False)
    other = tm.solve(costing(defender, attacker, **back), search=False)
    assert one.kind == other.kind
    if not one.usable:
        return
    assert one.attack_success == pytest.approx(1 - float(other.attack_success), abs=1e-12)
    assert one.attacker_effort == pytest.approx(float(other.defender_effort), rel=1e-12)
    assert one.defender_effort == pytest.approx(float(other.attacker_effort), rel=1e-12)


def test_what_the_formulas_claim_is_accepted_over_eight_decades_but_for_few():
    contest = drawn("DifferenceForm", {}, 4000, seed=2, decades=4.0)
    known = contest.closed_form()
    regret = tm.solve(contest, search=False).regret[np.asarray(known.solved)]
    refused = regret > 1e-8
    assert refused.mean() < 0.005
    assert np.asarray(known.solved).mean() > 0.8


@pytest.mark.parametrize("stake", [1e-12, 1.0, 3.9999, 4.0, 4.0001, 8.0, 1e4, 1e12])
@pytest.mark.parametrize("rival", [1e-12, 4.0, 6.0, 1e12])
def test_values_and_derivatives_stay_finite(stake, rival):
    def total(x):
        played = tm.DifferenceForm(attacker_stake=x[0], defender_stake=x[1]).closed_form().strategies
        return sum(jnp.sum(leaf) for leaf in jax.tree.leaves(played))

    value, slope = jax.value_and_grad(total)(jnp.array([stake, rival]))
    assert np.isfinite(value)
    assert np.isfinite(slope).all()
