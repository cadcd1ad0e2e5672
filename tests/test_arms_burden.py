"""Arms burden: the two-stage game played out by brute force, the arms that deter by scipy, and the source's finding."""

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

import tiltmeter as tm
from contest_cases import drawn

ADVANTAGES = st.floats(0.1, 10.0)
DESTRUCTIONS = st.floats(0.0, 0.9)
RETURNS = st.floats(0.2, 1.0)


def wins(first, second, advantage, returns):
    """The chance of arms that strike first, as the source of ratio-form contests writes it."""
    strength = (advantage * first) ** returns
    return strength / (strength + second**returns)


def best_surprise(own, other, advantage, destruction, returns):
    """What a state gains that arms further and attacks, and with which arms: by scipy, over all further arms."""

    def loss(log_further):
        arms = own + np.exp(log_further)
        return np.exp(log_further) - (1 - destruction) * wins(arms, other, advantage, returns)

    scan = np.linspace(-25.0, 0.5, 400)
    at = int(np.argmin(loss(scan)))
    ends = scan[max(at - 1, 0)], scan[min(at + 1, 399)]
    further = np.exp(minimize_scalar(loss, bounds=ends, method="bounded", options={"xatol": 1e-10}).x)
    nothing = (1 - destruction) * wins(own, other, advantage, returns)
    if nothing >= -loss(np.log(further)):
        return nothing, own
    return -loss(np.log(further)), own + further


def played_out(x, y, advantage, destruction, returns):
    """Both gains and success for burdens x and y, from the rules in words; None too near to a change of regime."""
    left = 1 - destruction
    (attack, arms), (counter, counter_arms) = (
        best_surprise(*pair, advantage, destruction, returns) for pair in ((x, y), (y, x))
    )
    if min(abs(attack - 0.5), abs(counter - 0.5)) < 1e-6:
        return None
    if max(attack, counter) < 0.5:
        return 0.5, 0.5, 0.0
    first, second = wins(x, y, advantage, returns), wins(y, x, advantage, returns)
    if advantage >= 1:
        mine = (first + 1 - second) / 2
        return left * mine, left * (1 - mine), first / 2
    struck = wins(arms, y, advantage, returns)
    attacked = attack, left * (1 - struck), struck
    defended = left * (1 - wins(counter_arms, x, advantage, returns)), counter, 0.0
    if min(attack, counter) > 0.5:
        return tuple(np.mean([attacked, defended], axis=0))
    return attacked if attack > 0.5 else defended


@given(x=st.floats(1e-4, 0.5), ratio=st.floats(0.1, 10.0), w=ADVANTAGES, delta=DESTRUCTIONS, r=RETURNS)
def test_gains_are_those_of_the_two_stages_played_out(x, ratio, w, delta, r):
    y = x * ratio
    contest = tm.ArmsBurden(offense_advantage=w, destruction=delta, returns=r)
    expected = played_out(x, y, w, delta, r)
    if expected is not None:
        found = contest.attacker_gain(x, y), contest.defender_gain(x, y), contest.success(x, y)
        np.testing.assert_allclose(found, expected, atol=1e-6)


@given(w=ADVANTAGES, delta=DESTRUCTIONS, r=RETURNS)
def test_arms_in_peace_are_the_least_against_which_no_surprise_pays(w, delta, r):
    found = tm.solve(tm.ArmsBurden(offense_advantage=w, destruction=delta, returns=r))
    burden = float(found.attacker_effort)
    assert found.defender_effort == burden
    if delta >= 0.5:
        assert burden == 0
        assert found.attack_success == 0
    elif w < (1 - 2 * delta) ** (-1 / r) - 1e-6:
        assert found.attack_success == 0
        assert found.attacker_payoff == pytest.approx(0.5 - burden, abs=1e-12)
        assert best_surprise(burden, burden, w, delta, r)[0] == pytest.approx(0.5, abs=1e-9)
        assert best_surprise(0.99 * burden, 0.99 * burden, w, delta, r)[0] > 0.5


@given(w=ADVANTAGES, delta=st.floats(0.0, 0.49))
def test_a_quadratic_gives_the_arms_in_peace_where_returns_are_constant(w, delta):
    """With r = 1: (1 + ω) q² − 2 q + q̄ = 0 in the chance q that the best surprise fails; burdens ω (1 − δ) q²."""
    most = (1 - 2 * delta) / (2 * (1 - delta))
    inside = 1 - (1 + w) * most
    if inside > 1e-9:
        failing = most / (1 + np.sqrt(inside))
        found = tm.solve(tm.ArmsBurden(offense_advantage=w, destruction=delta))
        assert found.attacker_effort == pytest.approx(w * (1 - delta) * failing**2, rel=1e-9)


@given(w=st.floats(1.0, 100.0), delta=st.floats(0.0, 0.45), r=RETURNS)
def test_war_without_destruction_is_worth_what_its_contest_is(w, delta, r):
    """In war both edges count half of the time; the burden is that of two Tullock contests in turn."""
    found = tm.solve(tm.ArmsBurden(offense_advantage=w, destruction=delta, returns=r))
    if w > (1 - 2 * delta) ** (-1 / r) + 1e-6:
        striking = tm.Tullock(attacker_edge=w**r, attacker_returns=r, defender_returns=r)
        contest = tm.solve(striking)
        assert found.attack_success == pytest.approx(contest.attack_success / 2, rel=1e-12)
        assert found.attacker_effort == pytest.approx((1 - delta) * contest.attacker_effort, rel=1e-12)
        assert found.attacker_payoff == pytest.approx((1 - delta) / 2 - found.attacker_effort, rel=1e-9)


@pytest.mark.parametrize(
    ("w", "delta", "r"),
    [(0.3, 0.1, 0.9), (0.9, 0.3, 0.5), (1.3, 0.2, 1.0), (1.3, 0.1, 1.0), (3.0, 0.2, 0.6), (2.0, 0.7, 1.0)],
)
def test_no_other_pure_equilibrium_is_near_a_grid(w, delta, r):
    contest = tm.ArmsBurden(offense_advantage=w, destruction=delta, returns=r)
    burden = float(tm.solve(contest).attacker_effort)
    grid = np.unique(np.concatenate([[0.0, burden], np.geomspace(1e-5, 0.7, 800)]))
    attack = np.asarray(contest.attacker_gain(grid[:, None], grid)) - grid[:, None]
    defense = np.asarray(contest.defender_gain(grid[:, None], grid)) - grid
    regret = np.maximum(attack.max(axis=0) - attack, defense.max(axis=1)[:, None] - defense)
    rows, columns = np.nonzero(regret < 1e-6)
    assert rows.size
    np.testing.assert_allclose(grid[rows], burden, atol=0.03 * burden)
    np.testing.assert_allclose(grid[columns], burden, atol=0.03 * burden)


@given(delta=st.floats(0.02, 0.45), r=RETURNS)
def test_intermediate_advantage_is_worst(delta, r):
    """Bressler, Trager & Dafoe (2021): welfare is U-shaped, best under the defense's advantage, worst in between."""
    last = (1 - 2 * delta) ** (-1 / r)
    advantages = np.concatenate([last * np.geomspace(1e-3, 0.999, 20), last * np.geomspace(1.001, 1e6, 20)])
    welfare = tm.balance(tm.ArmsBurden(offense_advantage=advantages, destruction=delta, returns=r))["welfare"]
    assert np.argmin(welfare) == 20
    assert (np.diff(welfare[:20]) < 0).all()
    assert (np.diff(welfare[20:]) > 0).all()
    assert welfare[0] > welfare[-1]
    worst_arms = r * (1 - 2 * delta) / (4 * (1 - delta))
    assert welfare[19] == pytest.approx(1 - 2 * worst_arms, abs=0.05)
    assert welfare[20] == pytest.approx(1 - delta - 2 * worst_arms, abs=0.05)
    assert welfare[-1] == pytest.approx(1 - delta, abs=2 * 1e6**-r)


def test_war_under_great_advantage_beats_an_armed_peace_if_it_destroys_little():
    """Welfare 1 − δ against 1 − (1 − 2δ) / (2 (1 − δ)) at r = 1: war is better for δ < 1 − 1/√2."""
    delta = np.array([0.02, 0.2, 0.29, 0.3, 0.4])
    armed = tm.balance(tm.ArmsBurden(offense_advantage=(1 - 1e-6) / (1 - 2 * delta), destruction=delta))
    swift = tm.balance(tm.ArmsBurden(offense_advantage=1e9, destruction=delta))
    assert (armed["attack_success"] == 0).all()
    assert ((swift["welfare"] > armed["welfare"]) == (delta < 1 - np.sqrt(0.5))).all()


def test_destruction_that_no_victory_repays_keeps_an_unarmed_peace():
    found = tm.solve(tm.ArmsBurden(offense_advantage=[0.1, 1.0, 1e9], destruction=[0.5, 0.8, 1.0]))
    np.testing.assert_array_equal(found.attacker_effort, 0.0)
    np.testing.assert_array_equal(found.attack_success, 0.0)
    np.testing.assert_array_equal(found.attacker_payoff, 0.5)
    assert (found.status == "certified").all()


@given(st.tuples(*[st.floats(0.01, 100.0)] * 4), ADVANTAGES, st.floats(0.0, 0.6))
def test_stakes_and_costs_only_set_units(units, w, delta):
    names = ("attacker_stake", "defender_stake", "attacker_cost", "defender_cost")
    plain = tm.solve(tm.ArmsBurden(offense_advantage=w, destruction=delta))
    found = tm.solve(tm.ArmsBurden(offense_advantage=w, destruction=delta, **dict(zip(names, units, strict=True))))
    assert found.attack_success == pytest.approx(plain.attack_success, rel=1e-12)
    assert found.attacker_payoff == pytest.approx(units[0] * plain.attacker_payoff, rel=1e-9)
    assert found.defender_payoff == pytest.approx(units[1] * plain.defender_payoff, rel=1e-9)
    assert found.attacker_effort * units[2] == pytest.approx(units[0] * plain.attacker_effort, rel=1e-9)


@pytest.mark.parametrize(("delta", "r"), [(0.25, 1.0), (0.4, 1.0), (0.1, 0.5), (0.45, 0.7), (0.01, 0.3)])
def test_at_the_last_advantage_that_leaves_peace_there_are_several_and_their_ends_are_exact(delta, r):
    contest = tm.ArmsBurden(offense_advantage=(1 - 2 * delta) ** (-1 / r), destruction=delta, returns=r)
    found = tm.solve(contest)
    assert found.status == "several"
    assert found.attacker_effort == pytest.approx(r * (1 - 2 * delta) / (4 * (1 - delta)), rel=1e-6)
    (heaviest,) = found.others
    for share, stable in (
        (1.0, True),
        (0.5 + 0.5 * found.attacker_effort / heaviest.attacker_efforts[1], True),
        (1.01, False),
    ):
        arms = share * heaviest.attacker_efforts, share * heaviest.defender_efforts
        other = eqx.tree_at(lambda s: (s.attacker_efforts, s.defender_efforts), heaviest, arms)
        assert (tm.verify(contest, other).regret <= 1e-8) == stable


def test_four_decades_of_parameters_are_certified_where_returns_do_not_increase():
    contest = drawn("ArmsBurden", {}, 600, decades=2.0)
    found = tm.solve(eqx.tree_at(lambda c: c.returns, contest, jnp.minimum(contest.returns, 1.0)))
    assert (found.status == "certified").all()
    assert (found.kind == "pure").all()
    assert (found.attack_success > 0).any()


def test_increasing_returns_fail_openly_where_war_has_no_pure_equilibrium():
    found = tm.solve(tm.ArmsBurden(offense_advantage=[1.2, 30.0], destruction=0.05, returns=[1.3, 3.0]))
    assert found.status.tolist() == ["certified", "failed"]
    assert found.regret[1] > 0.1


def test_arms_beyond_those_that_deter_tempt_and_less_invite():
    contest = tm.ArmsBurden(offense_advantage=1.2, destruction=0.2)
    burden = float(tm.solve(contest).attacker_effort)
    success = contest.success(burden * np.array([0.99, 1.0, 1.01]), burden)
    assert success[1] == 0
    assert min(success[0], success[2]) > 0.2


def test_no_nan_reaches_values_or_derivatives_at_the_edges():
    efforts = jnp.array([0.0, 1e-300, 1e-12, 0.1, 1.0, 1e12])

    def total(contest):
        return jnp.sum(contest.success(efforts[:, None], efforts) + contest.attacker_gain(efforts[:, None], efforts))

    corners = np.meshgrid([1e-12, 1.0, 1e12], [0.0, 0.5, 1.0], [1e-3, 1.0, 50.0], indexing="ij")
    w, delta, r = (x.reshape(-1, 1, 1) for x in corners)
    value, slopes = eqx.filter_jit(eqx.filter_value_and_grad(total))(
        tm.ArmsBurden(offense_advantage=w, destruction=delta, returns=r)
    )
    assert np.isfinite(value)
    assert all(np.isfinite(x).all() for x in (slopes.offense_advantage, slopes.destruction, slopes.returns))
