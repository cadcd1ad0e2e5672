"""Examinations in which both sides may mix: against the search, and against the verifier."""

from typing import Any

import jax
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tiltmeter as tm
from tiltmeter.equilibrium._double_oracle import double_oracle
from tiltmeter.equilibrium._draws import over_draws

KINDS = (tm.Examination, tm.Certification, tm.Verification)


def drawn(kind: type[tm.AbstractContest], count: int, seed: int) -> Any:
    """The typical range of every parameter, with stakes of 2 to 20 so that efforts are worth making."""
    draws = np.random.default_rng(seed)
    ranges = {name: parameter.typical for name, parameter in tm.parameters(kind).items()}
    ranges |= {"attacker_stake": (2.0, 20.0), "defender_stake": (2.0, 20.0)}
    places = {name: draws.uniform(size=count) for name in ranges}
    return tm.build(
        kind,
        {
            name: low * (high / low) ** places[name] if low > 0 else high * places[name]
            for name, (low, high) in ranges.items()
        },
    )


def beyond_formula(kind: type[tm.AbstractContest], count: int, seed: int) -> Any:
    some = drawn(kind, count, seed)
    rows = np.flatnonzero(tm.solve(some, search=False).regret > 1e-8)
    return jax.tree.map(lambda x: np.broadcast_to(np.asarray(x), (count,))[rows], some)


@pytest.mark.parametrize("kind", KINDS)
def test_nearly_all_that_the_formula_leaves_is_found_and_certified(kind: type[tm.AbstractContest]) -> None:
    left = beyond_formula(kind, 2048, seed=5)
    found = left.worked_form()
    assert left.shape[0] >= 4
    assert np.mean(found.solved) > 0.9
    assert np.all(tm.verify(left, found.strategies).regret[found.solved] <= 1e-9)


def test_the_search_finds_the_same_value() -> None:
    left = jax.tree.map(lambda x: x[:6], beyond_formula(tm.Examination, 1024, seed=6))
    found = left.worked_form()
    searched, _ = over_draws(double_oracle, left, takes="draws in turn", code="quick")
    assert found.solved.all()
    # Of what the attacker earns and the defender spends they play a zero-sum game, whose value is unique: two pairs of
    # strategies differ in it by no more than what either side could still gain.
    (here, exactly), (there, nearly) = (_value(left, played) for played in (found.strategies, searched))
    assert np.all(np.abs(here - there) <= exactly + nearly + 1e-12)
    assert np.all(nearly < 1e-5)


def _value(contest: Any, played: Any) -> tuple[np.ndarray, np.ndarray]:
    spent = np.sum(np.asarray(played.defender_efforts) * np.asarray(played.defender_weights), axis=-1)
    share = spent * np.asarray(contest.defender_cost) / np.asarray(contest.defender_stake)
    certificate = tm.verify(contest, played)
    open_to = np.asarray(certificate.attacker_regret) + np.asarray(certificate.defender_regret)
    return np.asarray(certificate.attacker_payoff) + share, open_to


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_what_is_found_is_an_equilibrium_also_where_the_formula_does(seed: int) -> None:
    some = drawn(tm.Examination, 8, seed)
    found = some.worked_form()
    certificate = tm.verify(some, found.strategies)
    assert np.all(certificate.regret[found.solved] <= 1e-8)
    formula = tm.solve(some, search=False)
    both = found.solved & (formula.regret <= 1e-8)
    np.testing.assert_allclose(certificate.attack_success[both], formula.attack_success[both], atol=1e-6)


def test_what_fits_in_two_places_is_not_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    left = beyond_formula(tm.Verification, 4096, seed=7)
    monkeypatch.setattr("tiltmeter.equilibrium._attempts.double_oracle", None)
    found = tm.solve(left)
    assert found.usable.all()
    assert found.beyond_formula.all()
    assert found.strategies.attacker_weights.shape[-1] == 2
