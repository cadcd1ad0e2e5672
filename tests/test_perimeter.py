"""Guarding a perimeter: its closed form, the discrete coverage that it is the limit of, and extreme surfaces."""

import jax
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tiltmeter as tm
from contest_cases import drawn

positive = st.floats(0.05, 20.0)


@given(a=st.floats(0.0, 5.0), d=st.floats(0.0, 5.0), radius=st.floats(0.5, 3.0), dimension=st.floats(0.5, 3.0))
def test_success_is_the_limit_of_many_small_patches_thrown_at_random(a, d, radius, dimension):
    contest = tm.Perimeter(attacker_productivity=1.0, defender_productivity=2.0, radius=radius, dimension=dimension)
    patches, surface = 1e8, radius**dimension
    probed = 1 - (1 - a / surface / patches) ** patches
    uncovered = (1 - 2 * d / surface / patches) ** patches
    assert contest.success(a, d) == pytest.approx(probed * uncovered, rel=1e-5, abs=1e-12)


@given(v_a=positive, v_d=positive, c_a=positive, c_d=positive, radius=st.floats(0.1, 5.0))
def test_success_is_the_least_of_what_covering_costs_and_of_what_probing_leaves(v_a, v_d, c_a, c_d, radius):
    contest = tm.Perimeter(attacker_stake=v_a, defender_stake=v_d, attacker_cost=c_a, defender_cost=c_d, radius=radius)
    found = tm.solve(contest)
    probing, covering = c_a * radius**2 / (3 * v_a), c_d * radius**2 / (3 * v_d)
    assert found.kind == "pure"
    assert found.regret <= 1e-12
    assert found.attack_success == pytest.approx(min(covering, max(1 - probing, 0)), rel=1e-9, abs=1e-15)
    assert (found.defender_effort > 0) == (probing + covering < 1)


def test_the_closed_form_is_the_equilibrium_everywhere():
    found = tm.solve(drawn("Perimeter", {}, 2048, seed=2, decades=3.0), search=False)
    assert found.regret.max() <= 1e-12


def test_success_is_highest_for_a_surface_of_middling_size():
    radius = np.linspace(0.05, 2.0, 400)
    success = tm.solve(tm.Perimeter(radius=radius)).attack_success
    # Probing and covering cost R²/3 each.
    assert radius[np.argmax(success)] == pytest.approx(np.sqrt(1.5), abs=0.005)
    assert success[0] < 0.001
    assert success[-1] == 0


def test_surfaces_beyond_all_numbers_do_not_break_anything():
    contest = tm.Perimeter(radius=[1e-12, 1e12, 1e12, 0.5], dimension=[1e12, 1e12, 3.0, 1e-12])
    for a, d in ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1e12, 1e12)):
        assert np.isfinite(contest.success(a, d)).all()
    np.testing.assert_allclose(contest.success(1.0, 0.0), [1.0, 0.0, 0.0, -np.expm1(-3.0)], atol=1e-11)
    slopes = jax.grad(lambda x: tm.Perimeter(radius=x, dimension=1e3).success(1.0, 1e-3))(1e-9)
    assert np.isfinite(slopes)
