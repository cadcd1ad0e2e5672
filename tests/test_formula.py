"""What formulas say without a certificate, against what is certified, and against root finders and differences."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq
from scipy.special import expit, log_expit

import tiltmeter as tm
from contest_cases import IDS, VARIANTS, drawn
from tiltmeter.contests._log_odds import GENTLE, log_odds
from tiltmeter.equilibrium._draws import over_draws
from tiltmeter.equilibrium._formula_slopes import formula_slopes

EVERYWHERE = jnp.asarray(-1e4), jnp.asarray(1e4)
NUMBERS = (
    "attacker_effort",
    "defender_effort",
    "attack_probability",
    "attack_success",
    "attacker_payoff",
    "defender_payoff",
    "kind_code",
)


@pytest.mark.parametrize(("name", "options"), VARIANTS, ids=IDS)
def test_a_formula_says_what_is_certified(name, options):
    contest = drawn(name, options, 64, seed=5)
    if contest.closed_form() is None:
        with pytest.raises(tm.TiltmeterError, match="no formula"):
            tm.formula(contest)
        return
    said, found = tm.formula(contest), tm.solve(contest, search=False)
    stakes = {"attacker_payoff": contest.attacker_stake, "defender_payoff": contest.defender_stake}
    same = np.asarray(said.solved) & found.usable
    for field in NUMBERS:
        scale = np.broadcast_to(stakes.get(field, 1.0), same.shape)[same]
        given, expected = (np.asarray(getattr(of, field), dtype=float)[same] / scale for of in (said, found))
        np.testing.assert_allclose(given, expected, rtol=1e-9, atol=1e-12, err_msg=field)


@given(
    k=st.floats(-300.0, 300.0),
    bend=st.one_of(st.floats(0.0, GENTLE), st.floats(GENTLE, 0.999), st.floats(1e-9, 1e-3).map(lambda less: 1 - less)),
)
def test_the_log_odds_are_those_of_a_root_finder(k, bend):
    y = float(log_odds(jnp.asarray(k), jnp.asarray(bend), *EVERYWHERE, bend <= GENTLE))

    def left(x):
        return x - bend * (log_expit(x) + log_expit(-x)) - k

    inside = max(-1e4, -(abs(k) + 2) / (1 - bend))
    if left(-1e4) > 0:
        assert y == -1e4
        return
    root = brentq(left, inside, abs(k) + 2, xtol=1e-13, rtol=1e-14, maxiter=500)
    slope = 1 + bend * np.tanh(root / 2)
    assert y == pytest.approx(root, abs=3e-13 + 4e-15 * (abs(root) + abs(k) + 1) / slope)


@given(k=st.floats(-20.0, 20.0), bend=st.floats(0.0, 0.9))
def test_the_slopes_of_the_log_odds_are_those_of_small_changes(k, bend):
    def root(k, bend):
        return log_odds(k, bend, jnp.asarray(-3.0), jnp.asarray(2.0), False)

    at = jnp.asarray(k), jnp.asarray(bend)
    y, step = float(root(*at)), 1e-6
    if min(abs(y + 3), abs(y - 2)) < 1e-3:
        return
    for place, slope in enumerate(jax.grad(root, (0, 1))(*at)):
        move = [step * (place == 0), step * (place == 1)]
        change = root(at[0] + move[0], at[1] + move[1]) - root(at[0] - move[0], at[1] - move[1])
        assert float(slope) == pytest.approx(float(change) / (2 * step), rel=1e-5, abs=1e-7)


def test_a_formula_is_mapped_and_differentiated():
    contest = tm.Tullock(attacker_stake=np.geomspace(0.1, 10.0, 1000), attacker_returns=0.8)
    said = tm.formula(contest)
    assert said.attack_success.shape == (1000,)
    each = jax.vmap(lambda stake: tm.formula(tm.Tullock(attacker_stake=stake, attacker_returns=0.8)).attack_success)
    np.testing.assert_allclose(each(contest.attacker_stake), said.attack_success, rtol=1e-14)
    slope = jax.grad(lambda returns: tm.formula(tm.Tullock(attacker_returns=returns)).attack_success)(1.3)
    found = tm.sensitivities(tm.Tullock(attacker_returns=1.3))
    assert float(slope) == pytest.approx(float(found["attack_success", "attacker_returns"]), rel=1e-9)


@pytest.mark.parametrize("kind", [tm.Tullock, tm.HoleSearch])
def test_very_many_contests_are_worked_on_in_blocks_and_get_what_each_gets(kind):
    shape = (401, 503)  # no multiple of a block
    stakes, costs = np.geomspace(0.5, 50.0, shape[0])[:, None], np.geomspace(0.1, 10.0, shape[1])
    many = kind(attacker_stake=stakes, defender_cost=costs)
    said = tm.formula(many)
    assert said.attack_success.shape == shape
    assert said.solved.shape == shape
    for row in (0, 200, 400):
        alone = tm.formula(kind(attacker_stake=stakes[row], defender_cost=costs))
        for field in NUMBERS:
            np.testing.assert_allclose(
                getattr(said, field)[row], getattr(alone, field), rtol=1e-13, atol=1e-14, err_msg=field
            )


def test_very_many_contests_have_the_derivatives_of_each():
    stakes = np.geomspace(0.1, 10.0, 140_000)

    def mean(returns):
        return jnp.mean(tm.formula(tm.Tullock(attacker_stake=stakes, attacker_returns=returns)).attack_success)

    def each(stake):
        return jax.grad(lambda returns: tm.formula(tm.Tullock(attacker_stake=stake, attacker_returns=returns))[3])(0.8)

    expected = jnp.mean(jax.vmap(each)(stakes))
    assert float(jax.grad(mean)(0.8)) == pytest.approx(float(expected), rel=1e-10)
    assert float(jax.jvp(mean, (0.8,), (1.0,))[1]) == pytest.approx(float(expected), rel=1e-10)


@given(returns=st.floats(0.1, 1.0), logarithm=st.floats(-25.0, 25.0))
def test_with_equal_returns_and_stakes_the_odds_are_the_ratio_of_edges(returns, logarithm):
    said = tm.formula(tm.Tullock(attacker_edge=np.exp(logarithm), attacker_returns=returns, defender_returns=returns))
    assert float(said.attack_success) == pytest.approx(expit(logarithm), rel=1e-13)


@pytest.mark.parametrize(("name", "options"), VARIANTS, ids=IDS)
def test_derivatives_are_those_of_differences_parameter_by_parameter(name, options):
    contest = drawn(name, options, 32, seed=8)
    if contest.closed_form() is None:
        pytest.skip("no formula")
    leaves, structure = jax.tree.flatten(contest)
    known, _ = over_draws(formula_slopes, contest, takes="batches")
    said = known.solved & known.straight
    assert np.mean(said[known.solved]) >= 0.9

    def outputs(place, share):
        moved = [leaf * (1 + share) if i == place else leaf for i, leaf in enumerate(leaves)]
        return np.asarray(tm.formula(jax.tree.unflatten(structure, moved)).outputs).T

    for place, leaf in enumerate(leaves):
        change = (outputs(place, 1e-5) - outputs(place, -1e-5)) / 2e-5
        missed = np.abs(known.derivatives[..., place] * np.asarray(leaf)[:, None] - change)
        assert np.all((missed <= 1e-3 * np.abs(change) + 1e-6 * np.abs(known.scales))[said])
