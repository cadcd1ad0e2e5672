"""Certificates by scan: no effort of a look that shares no code with the verifier may gain more than they say."""

import jax
import numpy as np
import pytest

import tiltmeter as tm
from contest_cases import drawn

BEYOND_A_STEP = 1 + np.geomspace(1e-13, 1e-3, 64)


def gained(contest, played, a, d):
    """What the best of these efforts gain each side, shares of its stake; efforts have draws first."""
    wide = jax.tree.map(lambda x: np.broadcast_to(np.asarray(x), contest.shape)[..., None, None], contest)
    own_a, p, own_d, q = (
        np.asarray(x)
        for x in (played.attacker_efforts, played.attacker_weights, played.defender_efforts, played.defender_weights)
    )
    a_cost = np.asarray(contest.attacker_cost / contest.attacker_stake)[..., None]
    d_cost = np.asarray(contest.defender_cost / contest.defender_stake)[..., None]

    def attack(efforts):
        return (
            np.sum(wide.attacker_gain(efforts[..., None], own_d[..., None, :]) * q[..., None, :], -1) - a_cost * efforts
        )

    def defense(efforts):
        return (
            np.sum(wide.defender_gain(own_a[..., None, :], efforts[..., None]) * p[..., None, :], -1) - d_cost * efforts
        )

    return (
        np.max(attack(a), -1) - np.sum(attack(own_a) * p, -1),
        np.max(defense(d), -1) - np.sum(defense(own_d) * q, -1),
    )


WEAPON = ("attacker_stake", "defender_stake", "attacker_cost", "defender_cost")
WEAPON = (*WEAPON, "actors", "capability", "threshold", "steepness", "screening")
# Peaks that a coarser look overlooked: just below what the stake pays, and side by side with an effort that is played.
HIDDEN = {
    "next to the stake": (
        (3.12539, 12.1998, 0.448727, 1.26877, 38.5437, 5.31241, 12.1906, 18.2887, 0.702006),
        ([0.0], [1.0], [0.0], [1.0]),
    ),
    "two in a stretch": (
        (1.60613, 3.8824, 0.173115, 0.778112, 1779.02, 0.941008, 10.2764, 3.03566, 1.17241),
        (
            [7.396264796913732, 8.28471590336113, 0.0],
            [0.6447148813787107, 0.3552851186212893, 0.0],
            [0.0, 2.2554579633253944, 3.6668683133379916],
            [0.8514217362184566, 0.05283631920062075, 0.09574194458092267],
        ),
    ),
    "beside an effort": (
        (10.2562, 0.485869, 0.393595, 0.126521, 949.551, 0.277334, 12.3966, 5.31503, 1.28984),
        (
            [11.192125140024281, 11.569260810335365],
            [0.8175043114712147, 0.1824956885287853],
            [0.0, 2.685739784184759],
            [0.9771535797382422, 0.0228464202617578],
        ),
    ),
    "below an effort": (
        (11.9069, 6.77304, 0.129505, 0.966848, 46.9906, 0.0733701, 1.02278, 13.7104, 0.836269),
        ([0.9536991015619978, 0.0], [1.0, 0.0], [0.0, 5.6775352795192084], [0.9904237691705162, 0.0095762308294838]),
    ),
}


@pytest.mark.parametrize("case", HIDDEN)
def test_a_hidden_peak_is_seen(case):
    values, (a, p, d, q) = HIDDEN[case]
    weapon = tm.ThresholdWeapon(**dict(zip(WEAPON, values, strict=True)))
    played = tm.Strategies(*(np.array(x) for x in (a, np.ones(len(a)), p, d, q)))
    shares = np.concatenate([[0.0], np.geomspace(1e-9, 1.0, 100_001)])
    limits = values[0] / values[2], values[1] / values[3]
    attack, defense = gained(weapon, played, shares * limits[0], shares * limits[1])
    found = tm.verify(weapon, played)
    assert attack > 1e-5
    assert found.attacker_regret >= attack - 1e-9
    assert found.defender_regret >= defense - 1e-9


def test_a_step_is_seen_where_no_grid_would_meet_it():
    values = {"attacker_stake": 0.4495, "defender_stake": 0.2003, "attacker_cost": 11.3, "defender_cost": 7.231}
    invasion = tm.GroundInvasion(
        **values, holding_force=0.03904, frontage=47.31, sectors=1.333, defender_multiplier=0.5156, returns=2.854
    )
    nobody = tm.Strategies(*(np.array([x]) for x in (0.0, 1.0, 1.0, 0.0, 1.0)))
    # Against nobody it is enough to hold the ground.
    assert tm.verify(invasion, nobody).attacker_regret == pytest.approx(1 - 0.03904 * 11.3 / 0.4495, abs=1e-9)
    assert tm.solve(invasion).regret > 0 or tm.solve(invasion).attacker_effort > 0


@pytest.mark.parametrize("name", ["ThresholdWeapon", "GroundInvasion", "DifferenceForm", "QualityInspection"])
def test_no_effort_of_a_random_look_gains_more_than_is_certified(name):
    count = 512
    contest = drawn(name, {}, count, seed=1, decades=0.5)
    found = tm.solve(contest)
    certified = np.isin(found.status, ["certified", "several"])
    assert certified.mean() > 0.8
    draws = np.random.default_rng(2)
    most = np.empty((count, 0))
    for _ in range(4):
        shares = np.exp(draws.uniform(np.log(1e-9), 0.0, (count, 128)))
        a = shares * np.asarray(contest.attacker_stake / contest.attacker_cost)[:, None]
        d = shares * np.asarray(contest.defender_stake / contest.defender_cost)[:, None]
        for step in contest.attack_steps():
            a[:, :64] = np.asarray(step)[:, None] * BEYOND_A_STEP
        most = np.column_stack([most, *gained(contest, found.strategies, a, d)])
    assert most[certified].max() <= 1e-6
    assert (most.max(axis=1) <= found.regret + 1e-9)[certified].all()


def test_what_a_certificate_says_of_a_draw_does_not_depend_on_the_others():
    contest = drawn("Tullock", {}, 256, seed=3, decades=0.5)
    found = tm.solve(contest)
    used = np.sum(np.asarray(found.strategies.attacker_weights) > 0, axis=-1)
    assert used.max() > 2
    together = tm.verify(contest, found)
    assert together.proved[used == 1].mean() > 0.9
    few = np.flatnonzero(used == 1)
    some = jax.tree.map(lambda x: np.asarray(x)[few], (contest, found.strategies))
    alone = tm.verify(*some)
    np.testing.assert_array_equal(alone.proved, together.proved[few])
    np.testing.assert_array_equal(alone.regret, together.regret[few])
