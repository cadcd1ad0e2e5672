"""The patch race against quadrature, queueing theory, and the Tullock contest that it is without a lag."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

import tiltmeter as tm
from contest_cases import drawn
from tiltmeter.contests import values_of

rate = st.floats(0.05, 20.0)


def race(lag, **values) -> tm.AbstractContest:
    return tm.PatchRace(patching=tm.patching.Lag(patch_lag=lag), **values)


@given(attack=rate, defense=rate, lag=st.floats(0.0, 5.0))
def test_success_is_the_chance_to_find_the_hole_before_it_is_closed(attack, defense, lag):
    """Both times to find the hole are exponential; the attack fails if its time exceeds the defender's plus the lag."""
    fails, _ = quad(lambda t: defense * np.exp(-defense * t - attack * (t + lag)), 0, np.inf)
    assert race(lag).success(attack, defense) == pytest.approx(1 - fails, rel=1e-6, abs=1e-9)


def test_without_a_lag_it_is_a_tullock_contest_with_returns_of_one():
    values = values_of(drawn("PatchRace", {"patching": "Lag"}, 200, decades=1.0)) | {"patching.patch_lag": 0.0}
    contest = tm.build("PatchRace", values)
    tullock = tm.Tullock(
        attacker_edge=values.pop("attacker_productivity"),
        defender_edge=values.pop("defender_productivity"),
        **{name: value for name, value in values.items() if "." not in name},
    )
    np.testing.assert_allclose(contest.success(0.3, 0.2), tullock.success(0.3, 0.2), rtol=1e-12)
    found, expected = tm.solve(contest), tm.solve(tullock)
    np.testing.assert_allclose(found.attacker_effort, expected.attacker_effort, rtol=1e-9)
    np.testing.assert_allclose(found.defender_effort, expected.defender_effort, rtol=1e-9)


def test_nothing_found_is_nothing_won_also_when_nobody_looks():
    for lag in (0.0, 1.0, 1e12):
        assert (np.asarray(race(lag).success(0.0, jnp.array([0.0, 1.0, 1e6]))) == 0).all()
        assert race(lag).success(1e-12, 0.0) == 1
    assert race(1e9).success(1.0, 1e3) == 1


@given(arrivals=st.floats(0.01, 5.0), spare=st.floats(0.05, 5.0))
def test_the_lag_of_a_queue_is_the_mean_time_in_it(arrivals, spare):
    """M/M/1 (Kleinrock 1975): by Little's law the mean time is the mean number, a geometric sum, over the arrivals."""
    queue = tm.patching.Queue(arrival_rate=arrivals, patch_capacity=arrivals + spare)
    load = arrivals / (arrivals + spare)
    n = np.arange(20_000)
    number = np.sum(n * (1 - load) * load**n)
    assert float(queue.lag()) == pytest.approx(number / arrivals, rel=1e-6)
    values = {"attacker_stake": 3.0, "defender_cost": 0.5}
    one = tm.solve(tm.PatchRace(patching=queue, **values))
    other = tm.solve(race(1 / spare, **values))
    assert one.attack_success == pytest.approx(float(other.attack_success), rel=1e-9)


@pytest.mark.parametrize(("arrivals", "capacity"), [(2.0, 2.0), (5.0, 1.0), (1e12, 1e-12)])
def test_a_queue_that_grows_without_end_makes_every_attack_succeed(arrivals, capacity):
    contest = tm.PatchRace(patching=tm.patching.Queue(arrival_rate=arrivals, patch_capacity=capacity))
    assert contest.patching.lag() == np.inf
    assert contest.success(1e-9, 1e9) == 1
    assert contest.success(0.0, 0.0) == 0
    assert np.isfinite(jax.grad(lambda a: contest.success(a, 1.0))(0.5))
    found = tm.solve(contest)
    assert found.attack_success == 1
    assert found.defender_effort == 0
    assert 0 < found.attacker_effort < 1e-9
    assert found.regret <= 1e-8


def test_the_queue_approaches_its_limit():
    near = tm.PatchRace(patching=tm.patching.Queue(arrival_rate=1.0, patch_capacity=1.0 + np.geomspace(1.0, 1e-12, 9)))
    success = tm.solve(near).attack_success
    assert (np.diff(success) > 0).all()
    assert success[-1] == pytest.approx(1, abs=1e-9)


@given(stake_a=rate, stake_d=rate, k_a=rate, k_d=rate, lag=st.floats(0.0, 10.0))
def test_efforts_meet_both_first_order_conditions(stake_a, stake_d, k_a, k_d, lag):
    contest = race(
        lag, attacker_stake=stake_a, defender_stake=stake_d, attacker_productivity=k_a, defender_productivity=k_d
    )
    found = tm.solve(contest)
    assert found.kind == "pure"
    a, d = float(found.attacker_effort), float(found.defender_effort)

    def success(x: float, y: float) -> float:
        return 1 - k_d * y / (k_a * x + k_d * y) * np.exp(-k_a * x * lag)

    # Payoffs are concave in the own effort, so that vanishing slopes are enough.
    slope_a = (success(a * 1.0001, d) - success(a * 0.9999, d)) / (0.0002 * a)
    slope_d = (success(a, d * 1.0001) - success(a, d * 0.9999)) / (0.0002 * d)
    assert stake_a * slope_a == pytest.approx(1, rel=1e-5)
    assert -stake_d * slope_d == pytest.approx(1, rel=1e-5)


@given(faster=st.floats(1.1, 100.0), lag=st.floats(0.01, 10.0), stake=rate)
def test_faster_search_by_all_favors_offense_unless_patching_keeps_up(faster, lag, stake):
    before = tm.solve(race(lag, attacker_stake=stake))
    both = {"attacker_productivity": faster, "defender_productivity": faster, "attacker_stake": stake}
    assert tm.solve(race(lag, **both)).attack_success > before.attack_success
    kept_up = tm.solve(race(lag / faster, **both))
    assert kept_up.attack_success == pytest.approx(float(before.attack_success), rel=1e-9)


@pytest.mark.parametrize("patching", ["Lag", "Queue"])
def test_the_closed_form_is_the_equilibrium_everywhere(patching):
    found = tm.solve(drawn("PatchRace", {"patching": patching}, 2048, seed=2, decades=4.0), search=False)
    assert found.regret.max() <= 1e-11
    assert (found.kind == "pure").all()


def test_parts_are_chosen_and_named():
    assert tm.contests.option_choices("PatchRace") == {"patching": ("Lag", "Queue")}
    assert list(tm.parameters("PatchRace"))[-1] == "patching.patch_lag"
    assert list(tm.parameters("PatchRace", patching="Queue"))[-2:] == [
        "patching.arrival_rate",
        "patching.patch_capacity",
    ]
    with pytest.raises(tm.TiltmeterError, match="Queue"):
        tm.build("PatchRace", {}, patching="Queu")
