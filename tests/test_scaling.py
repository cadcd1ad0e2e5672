"""Scaling both sides' efforts: classes and turning points against closed forms."""

from typing import ClassVar

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jaxtyping import Array

import tiltmeter as tm
from contest_cases import IDS, VARIANTS, drawn
from tiltmeter.equilibrium import SCALING_CLASSES

SOME = st.floats(0.05, 20.0)


class Front(tm.AbstractContest):
    """A force beyond a threshold on a front of limited width, against a defense spread over sectors; no r."""

    threshold: Array = tm.param("T", "effort", tm.NON_NEGATIVE, (0.1, 1.0), "Force that holds ground.")
    width: Array = tm.param("M", "effort", tm.POSITIVE, (0.1, 10.0), "Force that fits on the front.")
    card: ClassVar[tm.Card] = tm.Card(title="Front")

    def success(self, attacker_effort: Array, defender_effort: Array) -> Array:
        beyond = jnp.maximum(attacker_effort - self.threshold, 0.0)
        fights = beyond * self.width / (beyond + self.width)
        return fights / (fights + defender_effort / 3)


class Step(tm.AbstractContest):
    """Success that rises to one, stays there, and falls again, in the logarithm of the attacker's effort alone."""

    card: ClassVar[tm.Card] = tm.Card(title="Step")

    def success(self, attacker_effort: Array, defender_effort: Array) -> Array:
        log = jnp.log(attacker_effort)
        return jnp.clip(0.5 + jnp.minimum(log, 3.0 - log), 0.25, 1.0) + 0.0 * defender_effort


class Waves(tm.AbstractContest):
    """Success that turns again and again."""

    card: ClassVar[tm.Card] = tm.Card(title="Waves")

    def success(self, attacker_effort: Array, defender_effort: Array) -> Array:
        return 0.5 + 0.4 * jnp.sin(jnp.log(attacker_effort)) + 0.0 * defender_effort


@given(a=SOME, d=SOME, threshold=SOME, width=SOME)
def test_a_threshold_and_a_front_make_it_offensive_then_defensive(a, d, threshold, width):
    """Garfinkel & Dafoe (2019): growth helps offense first. It turns where a' = √(T M), a' the force beyond T."""
    found = tm.scaling(Front(threshold=threshold, width=width), a, d)
    assert found.scaling_class == "offensive-then-defensive"
    assert found.turning_point == pytest.approx((threshold + np.sqrt(threshold * width)) / a, rel=1e-10)


@given(a=SOME, d=SOME, width=SOME)
def test_without_a_threshold_only_defense_gains(a, d, width):
    found = tm.scaling(Front(threshold=0.0, width=width), a, d)
    assert found.scaling_class == "defensive"
    assert found.turning_point == np.inf


@given(a=SOME, d=SOME, attacker=st.floats(0.1, 3.0), defender=st.floats(0.1, 3.0), edge=SOME)
def test_tullock_scales_by_the_difference_of_returns(a, d, attacker, defender, edge):
    """log-odds are (r_A − r_D) log k and a constant, so the elasticity is (r_A − r_D)(1 − P)."""
    contest = tm.Tullock(attacker_returns=attacker, defender_returns=defender, attacker_edge=edge)
    found = tm.scaling(contest, a, d, factors=np.geomspace(1e-3, 1e3, 61))
    np.testing.assert_allclose(found.elasticity, (attacker - defender) * (1 - found.success), rtol=1e-9, atol=1e-12)
    if abs(attacker - defender) > 1e-3:
        assert found.scaling_class == ("offensive" if attacker > defender else "defensive")
    equal = tm.scaling(tm.Tullock(attacker_returns=attacker, defender_returns=attacker, attacker_edge=edge), a, d)
    assert equal.scaling_class == "constant"
    np.testing.assert_allclose(equal.elasticity, 0.0, atol=1e-12)
    assert found.turning_point == equal.turning_point == np.inf


def test_hole_search_turns_where_both_find_alike():
    """With exponential holes P = exp(−βk) − exp(−αk) for α > β, highest at log(α/β)/(α − β), and 0 for α ≤ β."""
    contest = drawn("HoleSearch", {"holes": "Exponential"}, 200, seed=3)
    rng = np.random.default_rng(3)
    a, d = np.exp(rng.uniform(-2, 2, (2, 200)))
    alpha = np.asarray(contest.attacker_productivity * contest.holes.rate) * a
    beta = np.asarray(contest.defender_productivity * contest.holes.rate) * d
    found = tm.scaling(contest, a, d)
    ahead = alpha > beta
    assert 50 < ahead.sum() < 150
    assert (found.scaling_class[ahead] == "offensive-then-defensive").all()
    assert (found.scaling_class[~ahead] == "constant").all()
    turn = np.log(alpha / beta) / (alpha - beta)
    np.testing.assert_allclose(found.turning_point[ahead], turn[ahead], rtol=1e-10)
    assert (found.turning_point[~ahead] == np.inf).all()


@given(a=st.floats(0.3, 3.0), d=st.floats(0.3, 3.0), attack=st.floats(0.1, 1.0), defense=st.floats(0.1, 1.0))
def test_examination_may_turn_either_way(a, d, attack, defense):
    """The flaw shown goes with (1 + k d)^ψ / (1 + k a)^θ, whose slope vanishes at k = (θa − ψd) / (a d (ψ − θ))."""
    contest = tm.Examination(attacker_returns=attack, defender_returns=defense)
    steeper, sooner = defense - attack, attack * a - defense * d
    found = tm.scaling(contest, a, d)
    if min(abs(steeper), abs(sooner)) < 0.02:
        return
    if steeper * sooner > 0:
        assert found.scaling_class == ("offensive-then-defensive" if sooner > 0 else "defensive-then-offensive")
        assert found.turning_point == pytest.approx(sooner / (a * d * steeper), rel=1e-9)
    else:
        assert found.scaling_class == ("offensive" if sooner > 0 else "defensive")


@given(attack=st.floats(0.2, 5.0), defense=st.floats(0.2, 5.0), a=st.floats(0.2, 5.0), d=st.floats(0.2, 5.0))
def test_plugging_holes_is_offensive_then_defensive(attack, defense, a, d):
    """(1 − exp(−αk)) exp(−βk) is highest at log(1 + α/β)/α, for any number of holes."""
    contest = tm.PlugHoles(attacker_productivity=attack, defender_productivity=defense, hole_count=3.0)
    found = tm.scaling(contest, a, d)
    assert found.scaling_class == "offensive-then-defensive"
    assert found.turning_point == pytest.approx(np.log1p(attack * a / (defense * d)) / (attack * a), rel=1e-9)


def test_difference_form_goes_to_whoever_is_ahead():
    contest = tm.DifferenceForm(attacker_decisiveness=2.0, defender_decisiveness=1.0)
    found = tm.scaling(contest, [1.0, 1.0, 1.0], [1.0, 3.0, 2.0])
    assert found.scaling_class.tolist() == ["offensive", "defensive", "constant"]


def test_on_a_plateau_the_turning_point_is_its_middle():
    found = tm.scaling(Step(), 1.0, 1.0)
    assert found.scaling_class == "offensive-then-defensive"
    assert found.turning_point == pytest.approx(np.exp(1.5), rel=1e-10)


def test_several_turns_are_mixed_and_the_first_is_given():
    found = tm.scaling(Waves(), 1.0, 1.0, factors=np.exp(np.linspace(-3.0, 10.0, 400)))
    assert found.scaling_class == "mixed"
    assert found.turning_point == pytest.approx(np.exp(-np.pi / 2), rel=1e-10)
    once = tm.scaling(Waves(), 1.0, 1.0, factors=np.exp(np.linspace(-3.0, 1.0, 100)))
    assert once.scaling_class == "defensive-then-offensive"


@pytest.mark.parametrize(("name", "options"), VARIANTS, ids=IDS)
def test_every_contest_scales_and_the_elasticity_is_the_slope_of_success(name, options):
    contest = drawn(name, options, 20, seed=4)
    factors = np.geomspace(0.1, 10.0, 9)
    found = tm.scaling(contest, 0.7, 0.4, factors=factors)
    assert found.success.shape == found.elasticity.shape == (20, 9)
    assert np.isfinite(found.elasticity).all()
    assert np.isin(found.scaling_class, SCALING_CLASSES).all()
    wide = drawn(name, options, (20), seed=4)
    step = 1e-6
    for j in (2, 6):
        k = factors[j]
        np.testing.assert_allclose(found.success[:, j], wide.success(0.7 * k, 0.4 * k), rtol=1e-12)
        up, down = (np.asarray(wide.success(0.7 * x, 0.4 * x)) for x in (k * np.exp(step), k * np.exp(-step)))
        slope = found.elasticity[:, j] * found.success[:, j]
        np.testing.assert_allclose(slope, (up - down) / (2 * step), atol=1e-6)


def test_no_effort_stays_none():
    contest = tm.Tullock(attacker_returns=0.5, defender_returns=0.25)
    found = tm.scaling(contest, [0.0, 0.0, 1.0], [0.0, 1.0, 0.0])
    assert found.scaling_class.tolist() == ["constant"] * 3
    assert found.success[:, 0].tolist() == [0.5, 0.0, 1.0]
    assert (found.elasticity == 0).all()


def test_shapes_broadcast_and_default_factors_span_many_decades():
    contest = tm.Tullock(attacker_returns=np.array([[0.5], [1.0]]))
    found = tm.scaling(contest, [1.0, 2.0, 3.0], 1.0)
    assert found.success.shape == (2, 3, found.factors.size)
    assert found.scaling_class.shape == found.turning_point.shape == (2, 3)
    assert found.factors[-1] / found.factors[0] >= 1e10
    assert tm.scaling(tm.Tullock(), 1.0, 1.0).turning_point.shape == ()


@pytest.mark.parametrize(
    ("given_", "words"),
    [
        ({"factors": [1.0]}, "factors"),
        ({"factors": [2.0, 1.0]}, "rising"),
        ({"factors": [0.0, 1.0]}, "positive"),
        ({"factors": [[1.0, 2.0]]}, "factors"),
        ({"attacker_effort": -1.0}, "attacker_effort"),
        ({"defender_effort": np.nan}, "defender_effort"),
        ({"attacker_effort": [1.0, 2.0], "defender_effort": [1.0, 2.0, 3.0]}, "broadcast"),
    ],
)
def test_what_is_wrong_is_named(given_, words):
    arguments = {"attacker_effort": 1.0, "defender_effort": 1.0} | given_
    with pytest.raises(tm.errors.ParameterError, match=words):
        tm.scaling(tm.Tullock(), **arguments)
