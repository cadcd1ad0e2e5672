"""Orders of moves: commitments against closed forms of the literature, brute force, and the verifier."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

import tiltmeter as tm
from contest_cases import VARIANTS, drawn
from tiltmeter.contests import two_point
from tiltmeter.equilibrium import ORDERS, _verify_led

SIDES = ("attacker", "defender")
# The contests that have tests of their own here are left out.
FIRST_VARIANTS = [(name, options) for i, (name, options) in enumerate(VARIANTS) if name != VARIANTS[i - 1][0]]
FIRST_VARIANTS = [
    (name, options) for name, options in FIRST_VARIANTS if name not in ("Tullock", "AllPay", "HoleSearch")
]
BOTH = ("AdaptiveTarget", "Examination", "QualityInspection")
# No scan is fine enough for the narrow bands of arms that keep a peace; the regret says how far off an answer is.
COARSE = ("ArmsBurden",)


def led(contest, leader):
    return tm.solve(contest, order=f"{leader}-first")


def other(side):
    return "attacker" if side == "defender" else "defender"


def shares(found, contest, side):
    """A side's payoff as a share of its stake."""
    return getattr(found, f"{side}_payoff") / np.asarray(getattr(contest, f"{side}_stake"))


def bill(contest, side):
    """What a unit of effort costs, as a share of the stake."""
    return np.asarray(getattr(contest, f"{side}_cost") / getattr(contest, f"{side}_stake"))


def tullock(count, seed, **fixed):
    rng = np.random.default_rng(seed)
    names = ("attacker_stake", "defender_stake", "attacker_cost", "defender_cost", "attacker_edge", "defender_edge")
    return tm.Tullock(**{name: np.exp(rng.uniform(-2, 2, count)) for name in names} | fixed)


@pytest.mark.parametrize("leader", SIDES)
def test_lottery_contest_has_the_efforts_of_the_literature(leader):
    """Leininger (1993) and Linster (1993): with returns of 1 the leader takes k_F / (4 k_L²), or preempts.

    k is what a unit of effective effort costs, as a share of the stake. The follower's best response to X is
    √(X/k_F) − X, nothing from X = 1/k_F on: the leader earns √(k_F X) − k_L X, which is largest at k_F / (4 k_L²),
    or at 1/k_F if that comes first, k_F > 2 k_L.
    """
    contest = tullock(32, 1)
    unit = {side: bill(contest, side) / np.asarray(getattr(contest, f"{side}_edge")) for side in SIDES}
    first, second = unit[leader], unit[other(leader)]
    preempts = second > 2 * first
    lead = np.where(preempts, 1 / second, second / (4 * first**2))
    answer = np.where(preempts, 0.0, np.sqrt(lead / second) - lead)
    worth = np.where(preempts, 1 - first / second, second / (4 * first))
    assert 3 < preempts.sum() < 29

    found = led(contest, leader)
    assert (found.kind == "pure").all()
    assert (found.status == "certified").all()
    efforts = {side: getattr(found, f"{side}_effort") * np.asarray(getattr(contest, f"{side}_edge")) for side in SIDES}
    np.testing.assert_allclose(efforts[leader], lead, rtol=1e-5)
    np.testing.assert_allclose(efforts[other(leader)], answer, rtol=1e-5, atol=1e-5 * np.max(lead))
    np.testing.assert_allclose(shares(found, contest, leader), worth, atol=1e-12)
    # Dixit (1987): the stronger side commits to more than it would play at the same time, the weaker to less.
    together = getattr(tm.solve(contest), f"{leader}_effort") * np.asarray(getattr(contest, f"{leader}_edge"))
    assert ((efforts[leader] > together) == (first < second)).all()


@pytest.mark.parametrize("returns", [0.4, 1.0])
def test_between_equals_moving_first_is_worth_nothing(returns):
    """Dixit (1987): at a symmetric equilibrium the other's response is flat, so there is nothing to gain by leading."""
    stakes = {f"{side}_stake": 3.0 for side in SIDES} | {f"{side}_cost": 0.5 for side in SIDES}
    contest = tm.Tullock(**stakes, attacker_returns=returns, defender_returns=returns)
    together = tm.solve(contest)
    for leader in SIDES:
        found = led(contest, leader)
        assert found.attacker_effort == pytest.approx(together.attacker_effort, rel=1e-6)
        assert found.defender_effort == pytest.approx(together.defender_effort, rel=1e-6)


@pytest.mark.parametrize("leader", SIDES)
def test_the_favorite_wants_the_underdog_to_move_first_and_so_does_the_underdog(leader):
    """Baik & Shogren (1992): if the underdog leads, both spend less and both earn more than at the same time."""
    contest = tullock(32, 2)
    unit = {side: bill(contest, side) / np.asarray(getattr(contest, f"{side}_edge")) for side in SIDES}
    underdog_leads = unit[leader] > unit[other(leader)]
    assert 3 < underdog_leads.sum() < 29
    together, found = tm.solve(contest), led(contest, leader)
    for side in SIDES:
        gains = getattr(found, f"{side}_payoff") - getattr(together, f"{side}_payoff")
        assert (gains[underdog_leads] > 0).all()
        saves = getattr(together, f"{side}_effort") - getattr(found, f"{side}_effort")
        assert (saves[underdog_leads] > 0).all()
    assert (shares(found, contest, other(leader)) < shares(together, contest, other(leader)))[~underdog_leads].all()


def test_hole_search_defender_deters_or_searches_for_its_own_sake():
    """The attacker searches x̂ or not at all: the defender deters with F(k_D d) = surplus, or lets the attack come.

    If it comes, the best defense is none or the last search that pays at the margin.
    """
    contest = drawn("HoleSearch", {"holes": "Exponential"}, 32, seed=2)
    density = contest.holes
    attack_cost, search_cost = (bill(contest, s) / np.asarray(getattr(contest, f"{s}_productivity")) for s in SIDES)
    search = density.reach(attack_cost)
    missed = density.survival(search)
    surplus = 1 - missed - attack_cost * search
    attacked = np.asarray(surplus > 0)
    deterrent = density.quantile(jnp.clip(surplus, 0, 1), jnp.clip(1 - surplus, 0, 1))
    willing = jnp.minimum(density.reach(search_cost), deterrent)
    undeterred = jnp.maximum(missed, 1 - (density.survival(willing) - missed) - search_cost * willing)
    deterring = 1 - search_cost * deterrent
    worth = np.where(attacked, np.maximum(undeterred, deterring), 1.0)
    deters = attacked & np.asarray(deterring > undeterred)
    assert 3 < deters.sum() < 32

    found = led(contest, "defender")
    assert (found.status == "certified").all()
    np.testing.assert_allclose(shares(found, contest, "defender"), worth, atol=1e-9)
    wanted = np.asarray(deterrent / contest.defender_productivity)
    np.testing.assert_allclose(found.defender_effort[deters], wanted[deters], rtol=1e-6)
    assert (found.attack_success[deters] == 0).all()


def test_hole_search_attacker_needs_to_get_further_than_the_defender_cares_to_follow():
    """With a falling density the defender follows any search up to the last hole worth finding, and no further."""
    contest = drawn("HoleSearch", {"holes": "Exponential"}, 32, seed=3)
    density = contest.holes
    attack_cost, search_cost = (bill(contest, s) / np.asarray(getattr(contest, f"{s}_productivity")) for s in SIDES)
    search, followed = density.reach(attack_cost), density.reach(search_cost)
    worth = density.survival(followed) - density.survival(search) - attack_cost * search
    found = led(contest, "attacker")
    assert (found.status == "certified").all()
    assert 3 < np.sum(worth > 0) < 29
    np.testing.assert_allclose(shares(found, contest, "attacker"), np.maximum(worth, 0), atol=1e-9)


@pytest.mark.parametrize("leader", SIDES)
def test_where_the_highest_wins_the_leader_outbids_what_the_follower_could_pay_or_gives_up(leader):
    rng = np.random.default_rng(4)
    values = {f"{side}_{what}": np.exp(rng.uniform(-1, 1, 32)) for side in SIDES for what in ("stake", "cost", "edge")}
    contest = tm.AllPay(**values)
    most = {side: np.asarray(getattr(contest, f"{side}_edge")) / bill(contest, side) for side in SIDES}
    worth = np.maximum(1 - most[other(leader)] / most[leader], 0.0)
    assert 3 < np.sum(worth > 0) < 29
    found = led(contest, leader)
    assert (found.status == "certified").all()
    np.testing.assert_allclose(shares(found, contest, leader), worth, atol=1e-9)
    # Of equally good answers the follower gives the one that the leader likes: it does not bid.
    assert (getattr(found, f"{other(leader)}_effort")[worth > 0] == 0).all()


def test_deterrence_is_worth_the_security_level_and_saves_the_defender_what_attackers_would_spend():
    """Where the simultaneous attacker is kept indifferent by one effort, the leading defender deters with that effort.

    With M = P − (attacker's cost) + (defender's cost), in stakes, a leading defender earns 1 − M − (attacker's cost),
    so at most 1 − (value of M), and this attacker's payoff of zero makes the value the defender's cost alone.
    """
    contest = drawn("HoleSearch", {"holes": "Exponential"}, 32, seed=7)
    together = tm.solve(contest)
    often = together.attack_probability
    deterred = (together.kind == "semi-mixed") & (often > 0.01) & (often < 0.99)
    deterred &= np.abs(together.attacker_payoff) < 1e-9
    assert deterred.sum() > 3
    found = led(contest, "defender")
    gained = shares(found, contest, "defender") - shares(together, contest, "defender")
    np.testing.assert_allclose(found.defender_effort[deterred], together.defender_effort[deterred], rtol=1e-6)
    spent = together.attack_success - shares(together, contest, "attacker")
    np.testing.assert_allclose(gained[deterred], spent[deterred], atol=1e-9)
    assert (found.attack_success[deterred] == 0).all()


@pytest.mark.parametrize(("name", "options"), FIRST_VARIANTS, ids=lambda x: x if isinstance(x, str) else "")
def test_leading_is_worth_no_less_than_one_effort_at_the_same_time_and_no_more_than_the_security_level(name, options):
    """Every contest: certified, and between two bounds that von Stengel & Zamir (2010) and M give."""
    contest = drawn(name, options, 4 if name in COARSE else 8, seed=8)
    together = tm.solve(contest, search=False)
    usable = np.isin(together.status, ["certified", "several"])
    # Both orders where entry, exposure or other gains make them differ in kind; elsewhere by turns.
    leaders = SIDES if name in BOTH else SIDES[len(name) % 2 :][:1]
    for leader in leaders:
        if contest.card.exposure and leader == "defender":
            with pytest.raises(tm.errors.ParameterError, match="expose"):
                led(contest, leader)
            continue
        found = led(contest, leader)
        assert found.order == f"{leader}-first"
        assert found.regret.max() <= (1e-2 if name in COARSE else 1e-8)
        worth, alone = shares(found, contest, leader), {side: shares(together, contest, side) for side in SIDES}
        pure = usable & (getattr(together.strategies, f"{leader}_weights").max(axis=-1) > 1 - 1e-9)
        assert (worth - alone[leader])[pure].min(initial=0.0) >= -(1e-2 if name in COARSE else 1e-6)
        if contest.only_success_counts and not contest.card.exposure:
            spent = {"attacker": together.attack_success - alone["attacker"]}
            spent["defender"] = 1 - together.attack_success - alone["defender"]
            assert (worth - alone[leader] - spent[other(leader)])[usable].max(initial=0.0) <= 1e-6


@pytest.mark.parametrize("leader", SIDES)
@pytest.mark.parametrize(
    "contest",
    [
        tm.Tullock(attacker_returns=3.0, defender_returns=2.5, defender_stake=2.0),
        tm.Tullock(attacker_returns=0.5, defender_returns=3.0, attacker_edge=2.0),
        tm.Examination(defender_stake=4.0, entry_cost=0.05, attacker_stake=1.5),
        tm.HoleSearch(holes=tm.holes.Weibull(shape=3.0, scale=0.3), attacker_stake=2.0),
    ],
    ids=["steep", "steep defense", "examination", "easy holes are rare"],
)
def test_a_finite_game_gives_nearly_the_same(contest, leader):
    """The leader's best row of a large bimatrix game, with the follower's best response to each (no code in common)."""
    share = np.concatenate([[0.0], np.geomspace(1e-6, 1.0, 2000)])
    a, d = share / bill(contest, "attacker"), share / bill(contest, "defender")
    p = np.asarray(contest.success(a[:, None], d[None]))
    fee = float(contest.entry_cost / contest.attacker_stake) if contest.card.entry else 0.0
    attacker, defender = p - share[:, None] - fee, 1 - p - share[None]
    if contest.card.entry:
        attacker = np.vstack([attacker, np.zeros(share.size)])
        defender = np.vstack([defender, 1 - share[None]])
    if leader == "defender":
        best = np.max(defender[np.argmax(attacker, axis=0), np.arange(share.size)])
    else:
        best = np.max(attacker[np.arange(len(attacker)), np.argmax(defender, axis=1)])
    found = led(contest, leader)
    assert shares(found, contest, leader) == pytest.approx(best, abs=4e-3)
    assert found.regret <= 1e-8


@pytest.mark.parametrize("leader", SIDES)
@pytest.mark.parametrize(
    "contest",
    [
        tm.Tullock(attacker_returns=0.6, defender_returns=0.9, defender_stake=2.0),
        tm.PatchRace(attacker_stake=3.0, defender_stake=5.0, attacker_cost=0.5),
    ],
    ids=["ratio", "race"],
)
def test_nested_minimization_by_scipy_finds_the_same_commitment(contest, leader):
    """Where the follower's payoff has one peak: SciPy's bounded search inside SciPy's bounded search."""
    success = jax.jit(lambda a, d: contest.success(a, d))
    limits = {side: 1 / bill(contest, side) for side in SIDES}

    def earns(side, efforts):
        p = float(success(efforts["attacker"], efforts["defender"]))
        return (p if side == "attacker" else 1 - p) - float(bill(contest, side)) * efforts[side]

    def best(objective, side):
        tight = {"xatol": 1e-9 * float(limits[side])}
        return minimize_scalar(lambda x: -objective(x), bounds=(0, limits[side]), method="bounded", options=tight).x

    def answered(effort):
        answer = best(lambda x: earns(other(leader), {leader: effort, other(leader): x}), other(leader))
        return {leader: effort, other(leader): answer}

    at = answered(best(lambda effort: earns(leader, answered(effort)), leader))
    found = led(contest, leader)
    assert shares(found, contest, leader) == pytest.approx(earns(leader, at), abs=1e-7)
    for side in SIDES:
        assert getattr(found, f"{side}_effort") == pytest.approx(at[side], rel=1e-3, abs=1e-7)


def test_an_attacker_who_cannot_earn_by_moving_first_does_not_attack():
    found = led(tm.Examination(attacker_stake=0.1, defender_stake=100.0, entry_cost=0.09), "attacker")
    assert found.attack_probability == 0
    assert found.defender_effort == 0
    # The answer to no attack is as little defense as there is, which no number is: the contest is discontinuous there.
    steep = tm.Tullock(attacker_returns=4.0, defender_returns=0.5, attacker_stake=0.2, defender_stake=5.0)
    found = led(steep, "attacker")
    assert found.attacker_effort == found.attacker_payoff == found.attack_probability == 0
    assert 0 < found.defender_effort < 1e-12
    assert found.regret <= 1e-12


@settings(max_examples=5)
@given(shift=st.floats(0.5, 2.0).filter(lambda x: abs(x - 1) > 0.02))
def test_another_commitment_has_the_regret_that_calculus_gives(shift):
    contest = tm.Tullock(attacker_stake=2.0)
    unit = 0.5
    best = unit / 4
    d = best * shift
    answer = np.sqrt(d / unit) - d
    checked = tm.verify(contest, two_point(answer, 1.0, d, 1.0), order="defender-first")
    assert checked.defender_regret == pytest.approx(unit / 4 - (np.sqrt(unit * d) - d), abs=1e-9)
    assert checked.attacker_regret <= 1e-12
    checked = tm.verify(contest, two_point(answer * shift, 1.0, best, 1.0), order="defender-first")
    assert checked.attacker_regret > 1e-8


def test_the_order_travels_with_the_equilibrium():
    contest = tm.Tullock(attacker_stake=[2.0, 5.0])
    found = led(contest, "defender")
    assert tm.verify(contest, found).regret.max() <= 1e-12
    assert tm.verify(contest, found, order="simultaneous").regret.min() > 1e-3
    assert repr(found).startswith("Equilibrium(defender-first, shape (2,): 2 certified")
    assert repr(led(tm.Tullock(), "attacker")).startswith("Equilibrium(attacker-first, pure, certified")
    tilt = tm.tilt(
        contest, tm.Technology("cheaper attacks", {"attacker_cost": tm.Change("multiply", 0.5)}), order="defender-first"
    )
    assert tilt.equilibrium_before.order == tilt.equilibrium_after.order == "defender-first"
    np.testing.assert_array_equal(tilt.before["attack_success"], found.attack_success)


def test_unknown_orders_are_named_with_the_nearest_one():
    with pytest.raises(tm.errors.UnknownNameError, match="did you mean 'defender-first'"):
        tm.solve(tm.Tullock(), order="defender first")
    with pytest.raises(tm.errors.UnknownNameError, match="simultaneous, defender-first, attacker-first"):
        tm.verify(tm.Tullock(), tm.solve(tm.Tullock()), order="nobody")
    assert set(ORDERS) == {"simultaneous", "defender-first", "attacker-first"}


def test_deterring_with_too_little_is_refused_and_with_too_much_is_costly():
    contest = tm.HoleSearch(attacker_stake=10.0, defender_stake=10.0)
    found = led(contest, "defender")
    d = float(found.defender_effort)
    out = tm.verify(contest, two_point(0.0, 1.0, 0.99 * d, 1.0), order="defender-first")
    assert out.attacker_regret > 1e-4
    more = tm.verify(contest, two_point(0.0, 1.0, 1.01 * d, 1.0), order="defender-first")
    assert more.attacker_regret == 0
    assert more.defender_regret == pytest.approx(0.01 * d / 10.0, rel=1e-6)
    nowhere = dataclasses.replace(found.strategies, defender_efforts=np.array([0.0, np.nan]))
    assert tm.verify(contest, nowhere, order="defender-first").regret == np.inf


@pytest.mark.parametrize("leader", SIDES)
def test_arrays_of_any_shape_give_what_single_contests_give(leader):
    contest = tm.HoleSearch(attacker_stake=np.array([[1.0], [4.0]]), defender_cost=np.array([0.3, 1.0, 3.0]))
    found = led(contest, leader)
    assert found.regret.shape == (2, 3)
    assert found.strategies.attacker_efforts.shape == (2, 3, 2)
    alone = led(tm.HoleSearch(attacker_stake=4.0, defender_cost=0.3), leader)
    np.testing.assert_allclose(found.attacker_effort[1, 0], alone.attacker_effort, rtol=1e-9)
    np.testing.assert_allclose(found.defender_effort[1, 0], alone.defender_effort, rtol=1e-9)
    assert led(tm.HoleSearch(attacker_stake=np.zeros(0) + 1), leader).regret.shape == (0,)


@pytest.mark.parametrize("leader", SIDES)
@pytest.mark.parametrize("name", ["Tullock", "HoleSearch", "Examination"])
def test_extreme_parameters_are_certified_too(name, leader):
    """Twelve orders of magnitude up and down."""
    rng = np.random.default_rng(12)
    values = {}
    for parameter in tm.parameters(name).values():
        low = 1e-12 if parameter.domain.low == 0 else parameter.domain.low
        high = 1e12 if np.isinf(parameter.domain.high) else 1 - 1e-12
        values[parameter.name] = np.clip(10 ** rng.uniform(np.log10(low), np.log10(high), 32), low, high)
        if parameter.name in ("attacker_returns", "defender_returns", "imitation"):
            values[parameter.name] = np.clip(values[parameter.name], 1e-3, 2.0)
    found = led(tm.build(name, values), leader)
    assert np.isfinite([found.attacker_effort, found.defender_effort, found.attack_success]).all()
    assert found.regret.max() <= 1e-6


def test_the_verifier_imports_nothing_from_the_solver():
    names = {value.__module__ for value in vars(_verify_led).values() if hasattr(value, "__module__")}
    assert not {name.rpartition(".")[2] for name in names} & {"_leaders", "_follower", "_response", "_payoffs"}
