"""Ground invasion: its scaling, its limits, and its equilibria against slopes and against the Tullock contest."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import tiltmeter as tm
from contest_cases import drawn

positive = st.floats(0.05, 20.0)


@given(
    a=positive, d=positive, holding=st.floats(0.0, 20.0), front=positive, sectors=st.floats(1, 20), worth=positive,
    r=st.floats(0.1, 3.0),
)  # fmt: skip
def test_success_is_a_tullock_contest_of_what_fits_and_what_stands_in_the_sector(
    a, d, holding, front, sectors, worth, r
):
    contest = tm.GroundInvasion(
        holding_force=holding, frontage=front, sectors=sectors, defender_multiplier=worth, returns=r
    )
    beyond = max(a - holding, 0.0)
    attack, defense = beyond * front / (beyond + front), worth * d / sectors
    expected = attack**r / (attack**r + defense**r)
    assert contest.success(a, d) == pytest.approx(expected, rel=1e-9, abs=1e-300)


def test_an_invader_that_does_not_come_does_not_succeed():
    contest = tm.GroundInvasion(holding_force=2.0)
    efforts = np.array([0.0, 1e-300, 1.0, 2.0, 2.0 + 1e-12, 3.0])
    np.testing.assert_array_equal(contest.success(efforts, 0.0), [0, 0, 0, 0, 1, 1])
    just_beyond = contest.success(2.0 + 1e-12, 1.0)
    assert 0 < just_beyond < 1e-11


@given(
    holding=st.floats(0.01, 10.0), front=st.floats(0.01, 10.0), sectors=st.floats(1, 10), worth=positive,
    r=st.floats(0.1, 3.0), defense=positive,
)  # fmt: skip
def test_scaling_both_up_helps_offense_first_and_defense_later(holding, front, sectors, worth, r, defense):
    """Garfinkel & Dafoe (2019) in words; here the turn comes at a force of T + √(TM), whatever the defender's."""
    contest = tm.GroundInvasion(
        holding_force=holding, frontage=front, sectors=sectors, defender_multiplier=worth, returns=r
    )
    turn = holding + np.sqrt(holding * front)
    scales = np.geomspace(1e-3, 1e3, 301)
    p = np.asarray(contest.success(turn * scales, defense * scales))
    assume(p.max() < 1 - 1e-9)
    rises = np.diff(p)
    coming = turn * scales[:-1] > holding
    assert (p[turn * scales <= holding] == 0).all()
    assert (rises[coming & (scales[1:] <= 1.0 + 1e-12)] > 0).all()
    assert (rises[scales[:-1] >= 1.0 - 1e-12] < 0).all()


@given(r=st.floats(0.1, 1.0), sectors=st.floats(1, 10), worth=positive, strength=positive)
def test_without_threshold_and_front_it_is_a_tullock_contest(r, sectors, worth, strength):
    invasion = tm.GroundInvasion(
        holding_force=0.0, frontage=1e15, sectors=sectors, defender_multiplier=worth, returns=r, attacker_stake=strength
    )
    edge = (sectors / worth) ** r
    both = {"attacker_returns": r, "defender_returns": r, "attacker_edge": edge}
    tullock = tm.solve(tm.Tullock(**both, attacker_stake=strength), search=False)
    found = tm.solve(invasion, search=False)
    for field in ("attacker_effort", "defender_effort", "attack_success", "attacker_payoff"):
        assert getattr(found, field) == pytest.approx(float(getattr(tullock, field)), rel=1e-6)


def test_nobody_moves_where_holding_alone_costs_what_there_is_to_win():
    found = tm.solve(tm.GroundInvasion(holding_force=np.array([1.0, 1.5, 1e9])))
    assert (found.attack_probability == 0).all()
    assert (found.defender_effort == 0).all()
    assert (found.status == "certified").all()


@given(
    holding=st.floats(0.0, 1.2), front=st.floats(0.05, 50.0), worth=st.floats(0.1, 10.0), r=st.floats(0.1, 1.0),
    strength=st.floats(0.1, 10.0),
)  # fmt: skip
def test_both_slopes_vanish_and_the_invader_never_loses_by_coming(holding, front, worth, r, strength):
    assume(abs(holding - strength) > 1e-9)
    contest = tm.GroundInvasion(
        holding_force=holding, frontage=front, defender_multiplier=worth, returns=r, attacker_stake=strength
    )
    found = tm.solve(contest, search=False)
    assert found.regret <= 1e-8
    assert found.attacker_payoff >= -1e-12
    comes = float(found.attack_probability)
    assert (comes == 0) == (holding > strength)
    if comes < 1e-6:  # an invader as seldom as that is not told from none
        assert found.defender_effort < 1e-3
        return
    assert found.kind == ("pure" if comes == 1 else "semi-mixed")
    if comes < 1:
        assert found.attacker_payoff == pytest.approx(0.0, abs=1e-12 * strength)
    a, d = float(found.attacker_effort) / comes, float(found.defender_effort)
    assume(d > 1e-9)
    assume(a - holding > 1e-9)
    step = 1e-5 * (a - holding)
    attack_slope = (contest.success(a + step, d) - contest.success(a - step, d)) / (2 * step)
    defense_slope = (contest.success(a, d * 1.00001) - contest.success(a, d * 0.99999)) / (2e-5 * d)
    assert strength * attack_slope == pytest.approx(1.0, rel=1e-5)
    assert -comes * defense_slope == pytest.approx(1.0, rel=1e-5)


def test_a_decisive_sector_makes_a_weak_defender_hold_out_only_sometimes():
    contest = tm.GroundInvasion(returns=1.5, attacker_stake=20.0, frontage=50.0, holding_force=0.05)
    found = tm.solve(contest, search=False)
    assert found.kind == "semi-mixed"
    assert found.regret <= 1e-8
    assert found.attack_probability == pytest.approx(1.0)
    assert found.defender_payoff == pytest.approx(0.0, abs=1e-12)
    played = found.strategies
    assert 0 < played.defender_weights[1] < 1
    # Where it defends it wins with 1 − 1/r.
    assert contest.success(found.attacker_effort, played.defender_efforts[1]) == pytest.approx(1 / 1.5, rel=1e-9)


@pytest.mark.parametrize("decades", [0.0, 2.0, 4.0])
def test_formulas_hold_wherever_returns_do_not_increase(decades):
    contest = drawn("GroundInvasion", {}, 1000, seed=6, decades=decades)
    covered = np.asarray(contest.returns) <= 1
    found = tm.solve(contest, search=False)
    assert covered.sum() > 300
    assert np.mean(found.regret[covered] <= 1e-8) == 1
    assert set(found.kind[covered]) == {"pure", "semi-mixed"}
