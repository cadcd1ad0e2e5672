"""Derivatives of equilibria: against finite differences of the solver, published formulas, and at kinks."""

import dataclasses

import equinox as eqx
import jax
import numpy as np
import pytest

import tiltmeter as tm
from contest_cases import VARIANTS, drawn
from tiltmeter.contests import values_of

FIRST_VARIANTS = [(name, options) for i, (name, options) in enumerate(VARIANTS) if name != VARIANTS[i - 1][0]]
OUTPUTS = (
    "attacker_effort",
    "defender_effort",
    "attack_probability",
    "attack_success",
    "attacker_payoff",
    "defender_payoff",
)


def moved(contest, parameter, factor):
    def where(c):
        for part in parameter.split("."):
            c = getattr(c, part)
        return c

    return eqx.tree_at(where, contest, where(contest) * factor)


def finite_differences(contest, parameter, step=1e-4):
    """Five-point differences of what solving says per relative change of the parameter, and the spread of steps."""
    at = {k: tm.solve(moved(contest, parameter, 1 + k * step), search=False) for k in (-2, -1, 1, 2)}
    usable = np.all([found.usable for found in at.values()], axis=0)
    return {
        name: (8 * (getattr(at[1], name) - getattr(at[-1], name)) - (getattr(at[2], name) - getattr(at[-2], name)))
        / (12 * step)
        for name in OUTPUTS
    }, usable


# An all-pay auction's derivatives have formulas, and a test, of their own.
@pytest.mark.parametrize(
    ("name", "options"),
    [case for case in FIRST_VARIANTS if case[0] != "AllPay"],
    ids=lambda x: x if isinstance(x, str) else "",
)
def test_derivatives_are_those_of_finite_differences_of_the_solver(name, options):
    contest = drawn(name, options, 12, seed=21)
    found = tm.solve(contest, search=False)
    sensitivity = tm.sensitivities(contest, found)
    assert sensitivity.outputs == OUTPUTS
    assert sensitivity.parameters == tuple(values_of(contest))
    assert sensitivity.derivative.shape == (12, 6, len(sensitivity.parameters))
    certified = found.status == "certified"
    assert np.mean(sensitivity.exists[certified]) > 0.8
    assert not sensitivity.exists[~certified].any()
    assert np.isfinite(sensitivity.derivative[sensitivity.exists]).all()
    assert np.isnan(sensitivity.derivative[~sensitivity.exists]).all()
    for parameter, values in values_of(contest).items():
        expected, usable = finite_differences(contest, parameter)
        rows = sensitivity.exists & usable
        assert rows.any()
        for output in OUTPUTS:
            change = sensitivity[output, parameter] * np.asarray(values)
            level = np.abs(getattr(found, output))
            scale = np.maximum(level, 1e-3 * np.asarray(contest.attacker_stake) if "payoff" in output else 1e-6)
            assert np.max(np.abs(change - expected[output])[rows] / scale[rows]) < 1e-6, (output, parameter)


def test_efforts_of_the_lottery_contest_move_as_published():
    """Nti (1999): x = r V₁^(r+1) V₂^r / (V₁^r + V₂^r)², y likewise; the favorite's effort rises in both values.

    Payoffs are V₁^(r+1) (V₁^r + (1 − r) V₂^r) / (V₁^r + V₂^r)².
    """
    rng = np.random.default_rng(1)
    v1, v2, r = np.exp(rng.uniform(-1, 1, 40)), np.exp(rng.uniform(-1, 1, 40)), rng.uniform(0.2, 1.0, 40)
    contest = tm.Tullock(attacker_stake=v1, defender_stake=v2, attacker_returns=r, defender_returns=r)
    found = tm.sensitivities(contest)
    total = v1**r + v2**r
    by_own = (1 + r - 2 * r * v1**r / total) / v1
    by_other = (r - 2 * r * v2**r / total) / v2
    effort = r * v1 ** (r + 1) * v2**r / total**2
    np.testing.assert_allclose(found["attacker_effort", "attacker_stake"], effort * by_own, rtol=1e-9)
    np.testing.assert_allclose(found["attacker_effort", "defender_stake"], effort * by_other, rtol=1e-9, atol=1e-14)
    assert ((found["attacker_effort", "defender_stake"] > 0) == (v1 > v2)).all()
    success = v1**r / total
    np.testing.assert_allclose(found["attack_success", "attacker_stake"], r * success * (1 - success) / v1, rtol=1e-9)
    payoff = v1 ** (r + 1) * (v1**r + (1 - r) * v2**r) / total**2
    by_rival = (1 - r) * r * v2 ** (r - 1) / (v1**r + (1 - r) * v2**r) - 2 * r * v2 ** (r - 1) / total
    np.testing.assert_allclose(found["attacker_payoff", "defender_stake"], payoff * by_rival, rtol=1e-9)
    place = found.outputs.index("attack_success"), found.parameters.index("attacker_stake")
    np.testing.assert_allclose(found.elasticity[(..., *place)], r * (1 - success), rtol=1e-9)


def test_a_mixed_equilibrium_that_was_searched_for_obeys_the_envelope_theorem():
    """The value of M = P − (attacker's cost) + (defender's cost), in stakes, moves as M does at unmoved strategies."""
    contest = tm.DifferenceForm(
        attacker_decisiveness=3.0, defender_decisiveness=3.0, attacker_stake=2.0, defender_stake=3.0
    )
    found = tm.solve(contest)
    assert (found.kind, found.status) == ("mixed", "certified")
    by = tm.sensitivities(contest, found)
    assert by.exists
    spent = {"attacker": found.attacker_effort / 2.0, "defender": found.defender_effort / 3.0}
    for side, sign in (("attacker", -1.0), ("defender", 1.0)):
        parameter = f"{side}_cost"
        moves = by["attack_success", parameter] - by["attacker_effort", parameter] / 2.0
        moves += by["defender_effort", parameter] / 3.0 + sign * spent[side]
        assert moves == pytest.approx(sign * spent[side], abs=1e-9)


def test_a_mixture_of_too_many_efforts_says_so():
    contest = tm.DifferenceForm(
        attacker_decisiveness=3.0, defender_decisiveness=3.0, attacker_stake=2.0, defender_stake=3.0
    )
    found = tm.solve(contest)
    # The same strategies, in nine parts.
    played = jax.tree.map(lambda x: np.tile(np.asarray(x), 9), found.strategies)
    shares = {name: getattr(played, name) / 9 for name in ("attacker_weights", "defender_weights")}
    split = dataclasses.replace(found, strategies=dataclasses.replace(played, **shares))
    assert tm.verify(contest, split).regret == pytest.approx(float(found.regret), abs=1e-9)
    slopes = tm.sensitivities(contest, split)
    assert not slopes.exists
    assert np.isnan(slopes.derivative).all()
    assert "more than eight" in str(slopes.reason)


def test_where_kinds_of_equilibria_meet_there_is_no_derivative_and_it_says_so():
    # With returns of 2 the pure equilibrium ends: beyond, a side stays out now and then.
    edge = tm.Tullock(attacker_returns=2.0, defender_returns=2.0)
    found = tm.sensitivities(edge, tm.solve(edge))
    assert not found.exists
    assert str(found.reason) != ""
    inside = tm.Tullock(attacker_returns=[1.9, 2.1], defender_returns=[1.9, 1.2], defender_cost=[1.0, 3.0])
    assert tm.sensitivities(inside).exists.all()
    several = tm.HoleSearch(attacker_stake=3.0, defender_stake=2.0, holes=tm.holes.Uniform(width=1.0))
    assert "several" in str(tm.sensitivities(several).reason)


def test_in_mixed_regions_a_side_kept_indifferent_does_not_answer_to_its_own_stake():
    """The attacker's chances do not move with its own cost: the defender's indifference sets them."""
    contest = tm.HoleSearch(attacker_stake=4.0, defender_stake=4.0)
    assert tm.solve(contest).kind == "semi-mixed"
    found = tm.sensitivities(contest)
    assert found.exists
    assert abs(found["attacker_payoff", "attacker_stake"]) < 1e-9
    assert found["attack_probability", "defender_cost"] > 0.01


def test_shapes_names_and_export():
    contest = tm.HoleSearch(attacker_stake=np.array([[1.0], [4.0]]), defender_cost=np.array([0.3, 1.0, 3.0]))
    found = tm.sensitivities(contest, parameters=["attacker_stake", "holes.rate"])
    assert found.derivative.shape == found.elasticity.shape == (2, 3, 6, 2)
    one = tm.sensitivities(tm.HoleSearch(attacker_stake=4.0, defender_cost=0.3))
    np.testing.assert_allclose(
        found["attack_success", "attacker_stake"][1, 0], one["attack_success", "attacker_stake"], rtol=1e-9
    )
    data = found.to_xarray()
    assert data.derivative.dims == ("draw_0", "draw_1", "output", "parameter")
    np.testing.assert_array_equal(
        data.derivative.sel(output="attack_success", parameter="holes.rate"), found["attack_success", "holes.rate"]
    )
    row = tm.sensitivities(tm.Tullock(attacker_stake=[1.0, 2.0])).to_xarray()
    assert row.elasticity.dims == ("draw", "output", "parameter")
    assert row.exists.values.all()
    assert one.to_xarray().derivative.dims == ("output", "parameter")
    assert repr(one) == f"Sensitivities(6 outputs by {len(one.parameters)} parameters: 1 of 1 exist)"
    assert tm.sensitivities(tm.Tullock(attacker_stake=np.ones(0))).derivative.shape == (0, 6, 8)


def test_what_is_wrong_is_named():
    contest = tm.Tullock()
    with pytest.raises(tm.errors.UnknownNameError, match="did you mean 'attacker_cost'"):
        tm.sensitivities(contest, parameters=["atacker_cost"])
    with pytest.raises(tm.errors.UnknownNameError, match="did you mean 'attack_success'"):
        _ = tm.sensitivities(contest)["attacksuccess", "attacker_cost"]
    with pytest.raises(tm.errors.ParameterError, match="shape"):
        tm.sensitivities(contest, tm.solve(tm.Tullock(attacker_stake=[1.0, 2.0])))
    with pytest.raises(tm.errors.ParameterError, match="defender-first"):
        tm.sensitivities(contest, tm.solve(contest, order="defender-first"))


def test_an_all_pay_auction_has_the_derivatives_of_its_formulas():
    """Hillman & Riley (1989): the stronger side V₁ attacks always, the weaker with V₂/V₁, both draw from [0, V₂]."""
    contest = tm.AllPay(attacker_stake=[3.0, 1.0], defender_stake=[2.0, 2.0])
    found = tm.sensitivities(contest)
    assert found.exists.all()
    np.testing.assert_allclose(found["attack_success", "attacker_stake"], [2 / (2 * 9), 1 / (2 * 2)], rtol=1e-9)
    np.testing.assert_allclose(found["attack_success", "defender_stake"], [-1 / (2 * 3), -1 / (2 * 4)], rtol=1e-9)
    np.testing.assert_allclose(found["attacker_payoff", "defender_stake"], [-1.0, 0.0], atol=1e-12)
    np.testing.assert_allclose(found["defender_effort", "attacker_stake"], [-4 / (2 * 9), 0.5], atol=1e-12)
    # Between equals the weaker side changes: what holds on the left does not on the right.
    tie = tm.sensitivities(tm.AllPay())
    assert not tie.exists
    assert "no formula moves smoothly" in str(tie.reason)
