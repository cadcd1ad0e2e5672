"""The set of equilibria: unique where proved, whole ranges where games tie, against other people's solvers."""

from typing import ClassVar

import jax.numpy as jnp
import numpy as np
import pytest
import quantecon.game_theory as gt
from jaxtyping import Array

import tiltmeter as tm
from tiltmeter.errors import ParameterError


class Bids(tm.AbstractContest):
    """The higher bid wins; ties are tossed for."""

    card: ClassVar[tm.Card] = tm.Card(title="Bids on a grid")

    def success(self, attacker_effort: Array, defender_effort: Array) -> Array:
        return jnp.where(attacker_effort > defender_effort, 1.0, jnp.where(attacker_effort < defender_effort, 0.0, 0.5))


class Table(tm.AbstractContest):
    """Success looked up by the numbers of two plans, which cost next to nothing."""

    chances: Array = tm.param("P", "1", tm.PROBABILITY, (0.1, 0.9), "Success of each plan against each.", 0.5)
    card: ClassVar[tm.Card] = tm.Card(title="Table")

    def success(self, attacker_effort: Array, defender_effort: Array) -> Array:
        table = jnp.asarray(BLOTTO)
        return table[jnp.asarray(attacker_effort, int), jnp.asarray(defender_effort, int)] + 0 * self.chances


def blotto(troops: int, fields: int) -> np.ndarray:
    """Share of fields won by each division of troops against each; ties count half."""

    def divisions(left: int, places: int) -> list[tuple[int, ...]]:
        if places == 1:
            return [(left,)]
        return [(k, *rest) for k in range(left + 1) for rest in divisions(left - k, places - 1)]

    plans = np.array(divisions(troops, fields))
    return np.mean(np.sign(plans[:, None] - plans[None]) / 2 + 0.5, axis=-1)


BLOTTO = blotto(4, 3)


@pytest.mark.parametrize(
    "contest",
    [
        tm.Tullock(attacker_edge=2.0),
        tm.Tullock(attacker_edge=4.0, attacker_returns=1.9, defender_returns=1.9),
        tm.HoleSearch(attacker_stake=10.0, defender_stake=10.0),
        tm.Examination(flaw=2.0, attacker_stake=3.0, entry_cost=0.2),
    ],
    ids=["pure", "semi-mixed", "attacker mixes", "entry"],
)
def test_one_equilibrium_is_said_to_be_the_only_one(contest):
    found, solved = tm.solve_all(contest), tm.solve(contest)
    assert found.unique
    assert found.proved.startswith("complete")
    assert len(found.extremes) == 1
    assert found.regret == solved.regret
    for name, (low, high) in found.ranges.items():
        assert low == high == getattr(solved, name)


def test_flat_holes_leave_the_defender_indifferent_over_an_interval():
    # Uniform holes: every search up to the end of the attacker's is worth its cost exactly when the attacker attacks
    # with probability c_D width / V_D; the defender's mean search is pinned by the attacker's indifference alone.
    found = tm.solve_all(tm.HoleSearch(attacker_stake=3.0, defender_stake=2.0, holes=tm.holes.Uniform(width=1.0)))
    assert not found.unique
    assert found.ranges["attack_probability"] == pytest.approx((0.5, 0.5), abs=1e-4)
    assert found.ranges["defender_effort"] == pytest.approx((2 / 3, 2 / 3), abs=1e-4)
    assert found.defender_efforts.max() - found.defender_efforts.min() > 0.3
    assert found.regret <= 1e-7


def test_an_attack_worth_exactly_its_cost_may_or_may_not_be_made():
    found = tm.solve_all(tm.HoleSearch(holes=tm.holes.Uniform(width=1.0)))
    assert found.ranges["attack_success"] == pytest.approx((0.0, 1.0), abs=1e-6)
    assert found.ranges["attacker_payoff"] == pytest.approx((0.0, 0.0), abs=1e-6)
    assert found.ranges["defender_payoff"] == pytest.approx((0.0, 1.0), abs=1e-6)


@pytest.mark.parametrize("steps", [5, 10])
def test_bids_on_a_grid_tie_and_every_equilibrium_of_other_solvers_is_in_the_range(steps):
    grid = np.arange(steps + 1) / steps
    found = tm.solve_all(Bids(), grid, grid)
    assert found.unique == (steps == 5)
    assert found.regret <= 1e-9
    wins = np.asarray(Bids().success(grid[:, None], grid))
    attacker, defender = wins - grid[:, None], 1 - wins - grid
    pairs = [gt.lemke_howson(gt.NormalFormGame((gt.Player(attacker), gt.Player(defender.T))), k) for k in range(steps)]
    checked = 0
    for p, q in pairs:
        if np.size(p) != steps + 1 or not np.isfinite([*p, *q]).all():
            continue  # what a solver returns on degenerate games is sometimes no strategy
        gain = max((attacker @ q).max() - p @ attacker @ q, (p @ defender).max() - p @ defender @ q)
        if gain > 1e-9:
            continue
        checked += 1
        measured = {"attack_success": p @ wins @ q, "attacker_payoff": p @ attacker @ q, "attacker_effort": p @ grid}
        for name, value in measured.items():
            low, high = found.ranges[name]
            assert low - 1e-8 <= value <= high + 1e-8, name
    assert checked >= 2


def test_colonel_blotto_has_the_value_of_a_fair_game_and_a_set_of_optimal_plans():
    plans = np.arange(len(BLOTTO), dtype=float)
    found = tm.solve_all(Table(attacker_cost=1e-12, defender_cost=1e-12), plans, plans)
    assert found.ranges["attack_success"] == pytest.approx((0.5, 0.5), abs=1e-9)
    assert not found.unique
    for extreme in found.extremes:
        p = np.zeros(len(plans))
        np.add.at(p, np.asarray(extreme.attacker_efforts).astype(int), np.asarray(extreme.attacker_weights))
        assert (p @ BLOTTO).min() >= 0.5 - 1e-9


def test_what_cannot_be_asked_is_refused():
    with pytest.raises(ParameterError, match="one contest at a time"):
        tm.solve_all(tm.Tullock(attacker_edge=[1.0, 2.0]))
    with pytest.raises(ParameterError, match="only success counts"):
        tm.solve_all(tm.QualityInspection())
    with pytest.raises(ParameterError, match="both sides"):
        tm.solve_all(tm.Tullock(), attacker_efforts=[0.0, 1.0])
    with pytest.raises(ParameterError, match="defender_efforts"):
        tm.solve_all(tm.Tullock(), [0.0, 1.0], [-1.0])
