"""The course of Lanchester battles against closed forms and against SciPy's differential equations."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from scipy.special import hyp2f1

import tiltmeter as tm

force = st.floats(0.1, 10.0)
lethality = st.floats(0.05, 5.0)


def law(p, q, ours=1.0, theirs=1.0):
    return tm.Lanchester(attacker_lethality=ours, defender_lethality=theirs, aimed_fire=p, area_fire=q)


@given(a=force, d=force, ours=lethality, theirs=lethality)
def test_square_law_in_hyperbolic_functions(a, d, ours, theirs):
    assume(abs(np.log(ours * a**2 / (theirs * d**2))) > 1e-3)
    found = tm.battle(law(1.0, 0.0, ours, theirs), a, d)
    stronger = ours * a**2 > theirs * d**2
    assert found.attacker_wins == stronger
    w, x, by_w, by_x = (a, d, ours, theirs) if stronger else (d, a, theirs, ours)
    rate = np.sqrt(ours * theirs)
    assert found.survivors == pytest.approx(np.sqrt(w**2 - by_x / by_w * x**2), rel=1e-9)
    assert found.duration == pytest.approx(np.arctanh(np.sqrt(by_x / by_w) * x / w) / rate, rel=1e-9)
    t = found.times
    attackers = a * np.cosh(rate * t) - np.sqrt(theirs / ours) * d * np.sinh(rate * t)
    defenders = d * np.cosh(rate * t) - np.sqrt(ours / theirs) * a * np.sinh(rate * t)
    np.testing.assert_allclose(found.attackers, attackers, atol=1e-8 * max(a, d))
    np.testing.assert_allclose(found.defenders, defenders, atol=1e-8 * max(a, d))


@given(a=force, d=force, ours=lethality, theirs=lethality)
def test_area_fire_never_ends_and_the_ratio_of_forces_grows_exponentially(a, d, ours, theirs):
    surplus = ours * a - theirs * d
    assume(abs(surplus) > 1e-3)
    found = tm.battle(law(1.0, 1.0, ours, theirs), a, d)
    assert found.duration == np.inf
    assert found.survivors == pytest.approx(max(surplus / ours, -surplus / theirs), rel=1e-9)
    assert found.defenders[-1] / d == pytest.approx(1e-6, rel=1e-9) or found.attackers[-1] / a == pytest.approx(1e-6)
    np.testing.assert_allclose(
        np.log(found.attackers / found.defenders), np.log(a / d) + surplus * found.times, atol=1e-7
    )


@given(a=force, d=force, ours=lethality, theirs=lethality)
def test_single_combats_take_losses_at_a_constant_rate(a, d, ours, theirs):
    assume(abs(ours * a - theirs * d) > 1e-3)
    found = tm.battle(law(0.0, 0.0, ours, theirs), a, d)
    assert found.duration == pytest.approx(min(d / ours, a / theirs), rel=1e-9)
    np.testing.assert_allclose(found.attackers, a - theirs * found.times, atol=1e-8)
    np.testing.assert_allclose(found.defenders, d - ours * found.times, atol=1e-8)


def test_at_the_logarithmic_law_numbers_do_not_count_and_both_fade_away():
    found = tm.battle(law(0.0, 1.0, ours=2.0), [0.01, 100.0], 1.0)
    assert found.attacker_wins.all()
    assert (found.duration == np.inf).all()
    assert (found.survivors == 0).all()
    np.testing.assert_allclose(found.attackers, np.array([[0.01], [100.0]]) * np.exp(-found.times), rtol=1e-9)
    np.testing.assert_allclose(found.defenders, np.exp(-2.0 * found.times), rtol=1e-9)


@given(a=force, d=force, ours=lethality, theirs=lethality, p=st.floats(0.0, 2.0), q=st.floats(0.0, 0.95))
def test_durations_are_hypergeometric(a, d, ours, theirs, p, q):
    """∫ l^{−q} (1 − β + β l^e)^{−p/e} dl from 0 to 1, in units of the loser's first losses (Gauss's integral)."""
    e = 1 + p - q
    lead = np.log(ours / theirs) + e * np.log(a / d)
    assume(abs(lead) > 0.01)
    w, x, by_w = (a, d, ours) if lead > 0 else (d, a, theirs)
    beta = np.exp(-abs(lead))
    unit = 1 / (by_w * w**p * x ** (q - 1))
    integral = hyp2f1(p / e, (1 - q) / e, 1 + (1 - q) / e, -beta / (1 - beta)) * (1 - beta) ** (-p / e) / (1 - q)
    found = tm.battle(law(p, q, ours, theirs), a, d)
    assert found.duration == found.times[-1] == pytest.approx(unit * integral, rel=1e-7)
    assert found.survivors == pytest.approx(w * (1 - beta) ** (1 / e), rel=1e-7)


@pytest.mark.parametrize(("p", "q"), [(1.0, 0.0), (0.7, 0.4), (0.0, 0.5), (1.3, 1.0), (0.2, 0.9)])
def test_forces_obey_the_differential_equations(p, q):
    found = tm.battle(law(p, q, 0.7, 1.6), 3.0, 1.5)

    def losses(_, forces):
        a, d = np.maximum(forces, 0.0)
        return [-1.6 * d**p * a**q, -0.7 * a**p * d**q]

    # The last moments of a fight to the last are left out: SciPy's solver would step beyond zero.
    times = found.times[found.defenders > 1e-3]
    course = solve_ivp(losses, (0.0, times[-1]), [3.0, 1.5], t_eval=times, method="DOP853", rtol=1e-11, atol=1e-13)
    np.testing.assert_allclose(course.y[0], found.attackers[: times.size], atol=1e-8)
    np.testing.assert_allclose(course.y[1], found.defenders[: times.size], atol=1e-8)


def test_equal_sides_wear_each_other_out():
    p, q = np.array([1.0, 0.5, 0.0, 0.0]), np.array([0.0, 0.0, 0.5, 0.0])
    found = tm.battle(law(p, q), 4.0, 4.0)
    assert not found.attacker_wins.any()
    assert (found.survivors == 0).all()
    # dA/dt = −A^{p+q}: an exponential for p + q = 1, else over at A^{1−p−q}/(1−p−q).
    expected = [np.inf, 4.0, 4.0, 4.0]
    np.testing.assert_allclose(found.duration, expected, rtol=1e-9)
    np.testing.assert_allclose(found.attackers, found.defenders, rtol=1e-9)


@pytest.mark.parametrize(("p", "q"), [(1.0, 0.0), (1.0, 1.0), (0.0, 1.0)])
def test_a_side_that_gives_up_ends_the_battle(p, q):
    contest = law(p, q, ours=2.0)
    found = tm.battle(contest, 3.0, 2.0, breaks_at=[0.9, 0.5, 0.1])
    assert np.isfinite(found.duration).all()
    assert np.diff(found.duration).min() > 0
    np.testing.assert_allclose(found.defenders[:, -1], 2.0 * np.array([0.9, 0.5, 0.1]), rtol=1e-9)
    np.testing.assert_allclose(found.survivors, found.attackers[:, -1], rtol=1e-12)
    e = 1 + p - q
    if e > 0:
        kept = 2.0 * found.attackers**e - found.defenders**e
        np.testing.assert_allclose(kept, kept[:, :1] * np.ones(65), rtol=1e-9)
    if q == 1 and p == 0:
        np.testing.assert_allclose(found.duration, -np.log([0.9, 0.5, 0.1]) / 2.0, rtol=1e-9)


def test_shapes_broadcast_and_arrays_give_what_single_battles_give():
    contest = law(np.array([1.0, 0.5]), 0.3)
    together = tm.battle(contest, np.array([[2.0], [3.0], [4.0]]), 1.0, points=9)
    assert together.duration.shape == (3, 2)
    assert together.times.shape == together.attackers.shape == together.defenders.shape == (3, 2, 9)
    alone = tm.battle(law(0.5, 0.3), 3.0, 1.0, points=9)
    assert alone.duration.shape == ()
    np.testing.assert_allclose(alone.attackers, together.attackers[1, 1], rtol=1e-9)


def test_extreme_battles_have_no_surprising_numbers():
    rng = np.random.default_rng(2)
    ours, theirs, a, d = 10 ** rng.uniform(-12, 12, (4, 500))
    p, q = 10 ** rng.uniform(-12, 2, 500), 1 - 10 ** rng.uniform(-12, 0, 500)
    a[:100], ours[:100] = d[:100], theirs[:100]
    for share in (0.0, 1e-9, 0.5):
        found = tm.battle(law(p, q, ours, theirs), a, d, breaks_at=share)
        for values in vars(found).values():
            assert not np.isnan(values).any()
            assert np.min(values) >= 0
        finite = np.isfinite(found.times).all(axis=-1)
        assert finite.mean() > 0.9
        assert np.diff(found.times[finite]).min() >= 0
        for forces in (found.attackers, found.defenders):
            assert (np.diff(forces) <= 1e-9 * forces[:, :1]).all()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"attacker_force": 0.0}, "attacker_force must be finite and > 0; 0.0 is not"),
        ({"defender_force": np.nan}, "defender_force must be finite and > 0"),
        ({"breaks_at": 1.0}, "breaks_at is a share of at least 0 and below 1, not 1.0"),
        ({"points": 1}, "points must be at least 2, not 1"),
        ({"attacker_force": [1.0, 2.0, 3.0]}, "do not broadcast against a contest of shape"),
    ],
)
def test_bad_input_is_named(arguments, said):
    with pytest.raises(tm.TiltmeterError, match=said):
        tm.battle(law(np.ones(2), 0.0), **({"attacker_force": 1.0, "defender_force": 1.0} | arguments))
