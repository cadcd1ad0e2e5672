"""What contests state about the shape of their gains must be true, and certificates that rest on it must hold."""

from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tiltmeter as tm
from contest_cases import VARIANTS, drawn, one_of
from tiltmeter.contests import AbstractContest, contest_named
from tiltmeter.equilibrium._attempts import by_formula
from tiltmeter.equilibrium._draws import over_draws
from tiltmeter.equilibrium._shapes import contradicted
from tiltmeter.equilibrium._verify import proved

STATED = [case for case in VARIANTS if contest_named(case[0]).attack_shape is not AbstractContest.attack_shape]
IDS = ["-".join((name, *options.values())) for name, options in STATED]
stated = pytest.mark.parametrize(("name", "options"), STATED, ids=IDS)
EFFORTS = np.concatenate([[0.0], np.geomspace(1e-6, 1.0, 13)])[:, None]


@stated
@pytest.mark.parametrize("decades", [0.0, 2.0])
def test_slopes_bend_as_stated(name, options, decades):
    contest = drawn(name, options, 100, decades=decades)
    assert not contradicted(contest, "attack", EFFORTS * contest.defender_stake / contest.defender_cost).any()
    assert not contradicted(contest, "defense", EFFORTS * contest.attacker_stake / contest.attacker_cost).any()


@stated
def test_most_formulas_are_proved(name, options):
    contest = drawn(name, options, 256, decades=1.0)
    known = every_formula(contest)
    found = proved(contest, known.strategies)
    held = found.regret[known.solved] <= 1e-8
    # The invader's gain has two peaks where the defender plays two efforts, and the lognormal's and Weibull's inner
    # bends are not stated.
    assert np.mean(held) >= (0.45 if name == "GroundInvasion" else 0.9)
    np.testing.assert_array_equal(found.proved, np.isfinite(found.regret))


@stated
@settings(max_examples=5)
@given(seed=st.integers(0, 99), shift=st.sampled_from([0.0, 1e-9, 1e-7, 1e-6, 1e-5, 1e-4, 0.01, 0.5]))
def test_no_effort_of_a_dense_grid_gains_more_than_a_proof_allows(name, options, seed, shift):
    contest = drawn(name, options, 16, seed=seed, decades=0.5)
    found = every_formula(contest).strategies
    shifted = np.random.default_rng(seed).choice([1 - shift, 1.0, 1 + shift], (2, 16, 1))
    a, d = (found.attacker_efforts * shifted[0], found.defender_efforts * shifted[1])
    played = tm.Strategies(a, found.attacker_entered, found.attacker_weights, d, found.defender_weights)
    bound = proved(contest, played)
    for i in np.flatnonzero(bound.proved):
        attacker, defender = _most_gained(one_of(contest, i), jax.tree.map(lambda x, i=i: np.asarray(x)[i], played))
        assert attacker <= bound.attacker_regret[i] + 1e-12
        assert defender <= bound.defender_regret[i] + 1e-12


def every_formula(contest):
    return over_draws(by_formula, contest, takes="batches")[0]


def _most_gained(contest: Any, played: tm.Strategies) -> tuple[float, float]:
    """What the best of many efforts gains each side, computed without anything of the verifier."""
    shares = np.concatenate([[0.0], np.geomspace(1e-12, 1.0, 4001), np.linspace(0, 1, 2001)])[:, None]
    entry = contest.card.entry
    a, d, p, q = played.attacker_efforts, played.defender_efforts, played.attacker_weights, played.defender_weights
    present = p * played.attacker_entered if entry else p
    fee = contest.entry_cost / contest.attacker_stake if entry else 0.0
    attack_cost, defense_cost = (
        contest.attacker_cost / contest.attacker_stake,
        contest.defender_cost / contest.defender_stake,
    )

    def attack(efforts: Any) -> Any:
        wins = contest.attacker_gain(efforts, d)
        return np.asarray(wins @ q - attack_cost * efforts[:, 0] - fee)

    def defense(efforts: Any) -> Any:
        keeps = contest.defender_gain(a, efforts)
        return np.asarray(keeps @ present + (1 - np.sum(present)) - defense_cost * efforts[:, 0])

    attack_now = np.sum(present * attack(a[:, None]))
    defense_now = np.sum(q * defense(d[:, None]))
    best = np.max(attack(shares / attack_cost)), np.max(defense(shares / defense_cost))
    return max(best[0], 0.0 if entry else -np.inf) - attack_now, best[1] - defense_now


class Lock(tm.AbstractContest):
    """A contest of a user's own: concave in the attack, convex in the defense."""

    skill: Any = tm.param("k", "1", tm.POSITIVE, (0.5, 2.0), "How fast effort opens the lock.", 1.0)
    card: ClassVar[tm.Card] = tm.Card(title="Lock")

    def success(self, attacker_effort: Any, defender_effort: Any) -> Any:
        return -jnp.expm1(-self.skill * attacker_effort) * jnp.exp(-defender_effort)


class ProvedLock(Lock):
    def attack_shape(self, defender_effort: Any) -> Any:
        return tm.Shape.CONCAVE

    def defense_shape(self, attacker_effort: Any) -> Any:
        return tm.Shape.CONCAVE


class FalseLock(ProvedLock):
    def success(self, attacker_effort: Any, defender_effort: Any) -> Any:
        return super().success(attacker_effort**2, defender_effort)


def test_a_contest_of_ones_own_that_states_its_shapes_is_proved():
    stakes = np.linspace(4.0, 20.0, 7)
    plain = tm.solve(Lock(attacker_stake=stakes, defender_stake=stakes))
    shaped = ProvedLock(attacker_stake=stakes, defender_stake=stakes)
    found = tm.solve(shaped)
    assert not tm.verify(Lock(attacker_stake=stakes, defender_stake=stakes), plain).proved.any()
    assert tm.verify(shaped, found).proved.all()
    assert found.regret.max() <= 1e-8
    np.testing.assert_allclose(found.attack_success, plain.attack_success, atol=1e-9)


def test_a_shape_that_gains_do_not_have_is_refused():
    with pytest.raises(tm.TiltmeterError, match=r"FalseLock.attack_shape states a shape .* State what can be proved"):
        tm.solve(FalseLock(attacker_stake=10.0, defender_stake=10.0))


def test_supports_of_unequal_widths_are_proved():
    one = jnp.ones(1)
    played = tm.Strategies(one / 4, one, one, jnp.array([0.0, 0.25]), jnp.array([0.0, 1.0]))
    found = tm.verify(tm.Tullock(), played)
    assert found.proved
    assert found.regret <= 1e-12
