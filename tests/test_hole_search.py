"""Hole search against SciPy's distributions, and the notes' conjecture with its corrections."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.optimize import minimize_scalar

import tiltmeter as tm
from contest_cases import drawn

shape, scale = st.floats(0.2, 6.0), st.floats(0.05, 20.0)
DENSITIES = st.one_of(
    st.builds(lambda r: (tm.holes.Exponential(rate=r), stats.expon(scale=1 / r)), scale),
    st.builds(lambda s, m: (tm.holes.Lomax(shape=s, scale=m), stats.lomax(s, scale=m)), shape, scale),
    st.builds(lambda s, m: (tm.holes.Weibull(shape=s, scale=m), stats.weibull_min(s, scale=m)), shape, scale),
    st.builds(lambda w: (tm.holes.Uniform(width=w), stats.uniform(0, w)), scale),
    st.builds(lambda m, s: (tm.holes.LogNormal(median=m, sigma=s), stats.lognorm(s, scale=m)), scale, shape),
)


@given(case=DENSITIES, found=st.floats(1e-6, 1 - 1e-6))
def test_densities_are_those_of_scipy(case, found):
    ours, theirs = case
    x = theirs.ppf(found)
    assert ours.survival(x) == pytest.approx(theirs.sf(x), rel=1e-9, abs=1e-14)
    assert ours.density(x) == pytest.approx(theirs.pdf(x), rel=1e-8)
    assert ours.quantile(np.float64(found), np.float64(1 - found)) == pytest.approx(x, rel=1e-8)


@given(case=DENSITIES, x=st.floats(0.05, 0.95))
def test_reach_is_the_last_effort_at_which_the_density_is_the_level(case, x):
    ours, theirs = case
    level = theirs.pdf(theirs.ppf(x))
    reached = float(ours.reach(np.float64(level * (1 - 1e-12))))
    assert theirs.pdf(reached * (1 - 1e-9)) == pytest.approx(level, rel=1e-4)
    assert theirs.pdf(reached * (1 + 1e-6)) <= level * (1 + 1e-6)


@given(case=DENSITIES)
def test_best_average_is_the_highest_chord(case):
    ours, theirs = case
    at, best = map(float, ours.best_average())
    efforts = theirs.ppf(np.linspace(1e-4, 1 - 1e-4, 2000))
    chords = theirs.cdf(efforts) / efforts
    assert best >= chords.max() * (1 - 1e-9)
    if at > 0:
        assert theirs.cdf(at) / at == pytest.approx(best, rel=1e-9)


@given(rate=st.floats(0.1, 10.0), stake=st.floats(0.5, 100.0))
def test_with_equal_terms_the_notes_conjecture_holds(rate, stake):
    """The attacker is indifferent between no search and the search where the density equals its marginal cost; the
    attack probability is the defender's marginal cost over its marginal benefit. There is no pure equilibrium."""
    both = {"attacker_stake": stake, "defender_stake": stake}
    contest = tm.HoleSearch(holes=tm.holes.Exponential(rate=rate), **both)
    found = tm.solve(contest)
    if rate * stake <= 1:
        assert found.attack_success == 0
        assert found.kind == "pure"
        return
    attack = np.log(rate * stake) / rate
    surplus = 1 - 1 / (rate * stake) - attack / stake
    defense = -np.log1p(-surplus) / rate
    assert found.kind == "semi-mixed"
    assert found.attacker_payoff == pytest.approx(0, abs=1e-9 * stake)
    assert found.defender_effort == pytest.approx(defense, rel=1e-6)
    probability = 1 / (stake * rate * np.exp(-rate * defense))
    assert found.attack_probability == pytest.approx(probability, rel=1e-6)
    assert found.attacker_effort == pytest.approx(probability * attack, rel=1e-6)


def test_with_unequal_terms_a_pure_equilibrium_can_exist():
    """The notes' argument fails: a cheap attack meets a defense too dear to deter it, and both efforts are certain."""
    contest = tm.HoleSearch(attacker_stake=100.0, defender_cost=0.5)
    found = tm.solve(contest)
    assert found.kind == "pure"
    assert found.regret <= 1e-8
    assert 0 < found.attack_success < 1
    assert found.defender_effort == pytest.approx(np.log(2.0))
    assert found.attacker_effort == pytest.approx(np.log(100.0))


@pytest.mark.parametrize(("density", "values"), [("Weibull", {"shape": 4.0}), ("LogNormal", {"sigma": 0.2})])
def test_where_finding_speeds_up_both_sides_may_mix(density, values):
    named = {f"holes.{name}": value for name, value in values.items()}
    contest = tm.build("HoleSearch", {"attacker_stake": 2.0, "defender_stake": 8.0, **named}, holes=density)
    found = tm.solve(contest)
    assert found.kind == "mixed"
    assert found.regret <= 1e-12
    weights = np.asarray(found.strategies.defender_weights)
    assert 0 < weights[0] < 1


def test_ties_are_reported_as_several_with_the_extremes():
    """Every parameter at one: the attack is worth exactly its cost, so that it may be made or not."""
    contest = tm.HoleSearch(holes=tm.holes.Uniform())
    found = tm.solve(contest)
    assert found.status == "several"
    assert found.attack_success == 0
    (other,) = found.others
    checked = tm.verify(contest, other)
    assert checked.regret <= 1e-12
    assert checked.attack_success == pytest.approx(1.0)


def test_a_flat_density_leaves_the_defender_indifferent_but_every_measure_the_same():
    contest = tm.HoleSearch(holes=tm.holes.Uniform(), attacker_stake=3.0, defender_stake=2.0)
    found = tm.solve(contest)
    assert found.status == "several"
    (other,) = found.others
    checked = tm.verify(contest, other)
    assert checked.regret <= 1e-12
    assert checked.attack_success == pytest.approx(float(found.attack_success))
    assert np.max(np.asarray(other.defender_efforts)) > float(found.defender_effort) * 1.2


@pytest.mark.parametrize("density", ["Exponential", "Lomax", "Weibull", "LogNormal"])
def test_the_best_response_is_that_of_a_brute_force_search(density):
    contest = drawn("HoleSearch", {"holes": density}, 1, seed=4)
    one = tm.build(
        "HoleSearch",
        {k: np.asarray(v)[0] for k, v in tm.contests.values_of(contest).items()},
        holes=density,
    )
    for opponent in (0.0, 0.1, 1.0):
        for side in ("attacker", "defender"):
            reply = tm.best_response(one, side, opponent)

            def loss(effort: float, side: str = side, opponent: float = opponent) -> float:
                if side == "attacker":
                    return -float(one.attacker_stake * one.success(effort, opponent) - one.attacker_cost * effort)
                return -float(one.defender_stake * (1 - one.success(opponent, effort)) - one.defender_cost * effort)

            tries = np.concatenate([[0.0], np.geomspace(1e-5, 30, 300)])
            best = tries[int(np.argmin([loss(x) for x in tries]))]
            refined = minimize_scalar(loss, bounds=(best / 1.1, best * 1.1 + 1e-9), method="bounded")
            assert reply.payoff == pytest.approx(-min(loss(best), refined.fun), abs=1e-6)
