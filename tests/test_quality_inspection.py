"""Quality inspection: best replies by scipy, the limits, and the claim that nobody ever mixes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

import tiltmeter as tm
from contest_cases import drawn


@given(
    stake=st.floats(0.5, 50),
    loss=st.floats(0.5, 500),
    cost=st.floats(0.0, 0.9),
    accuracy=st.floats(0.05, 1.0),
    penalty=st.floats(0.0, 50),
    size=st.floats(1, 1000),
)
def test_each_side_plays_its_best_reply(stake, loss, cost, accuracy, penalty, size):
    contest = tm.QualityInspection(
        attacker_stake=stake,
        defender_stake=loss,
        attacker_cost=max(cost * stake, 1e-9),
        accuracy=accuracy,
        penalty=penalty,
        lot_size=size,
    )
    found = tm.solve(contest)
    b, m = float(found.attacker_effort), float(found.defender_effort)
    assert found.kind == "pure"
    assert found.status == "certified"

    def supplier(share):
        accepted = (1 - accuracy * share) ** m if accuracy * share < 1 else float(m == 0)
        return stake * share * accepted - penalty * (1 - accepted) - float(contest.attacker_cost) * share

    def recipient(items):
        accepted = (1 - accuracy * b) ** items if accuracy * b < 1 else float(items == 0)
        return loss * (1 - b * accepted) - items

    grid = np.concatenate([np.geomspace(1e-12, 1, 400), [0.0]])
    assert max(map(supplier, grid)) <= supplier(b) + 1e-7 * (stake + penalty)
    best = minimize_scalar(lambda items: -recipient(items), bounds=(0, size), method="bounded")
    assert -best.fun <= recipient(m) + 1e-7 * loss


def test_without_recognition_everything_is_bad_and_nothing_is_looked_at():
    found = tm.solve(tm.QualityInspection(attacker_stake=4.0, accuracy=0.0))
    assert found.attacker_effort == 1
    assert found.defender_effort == 0
    assert found.attack_success == 1


def test_bad_items_that_cost_more_than_they_bring_are_not_made():
    found = tm.solve(tm.QualityInspection(attacker_stake=1.0, attacker_cost=1.5))
    assert found.attacker_effort == 0
    assert found.attack_success == 0


def test_the_fine_is_no_gain_of_the_recipient_so_the_game_is_not_zero_sum():
    contest = tm.QualityInspection(attacker_stake=4.0, defender_stake=40.0)
    assert not contest.only_success_counts
    found = tm.solve(contest)
    accepted = (1 - 0.8 * found.attacker_effort) ** found.defender_effort
    expected = 4 * found.attack_success - (1 - accepted) - found.attacker_effort
    assert found.attacker_payoff == pytest.approx(expected, rel=1e-12)


def test_four_decades_of_parameters_are_certified():
    found = tm.solve(drawn("QualityInspection", {}, 1000, decades=2.0))
    assert (found.status == "certified").all()
    assert (found.kind == "pure").all()
