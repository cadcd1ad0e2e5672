"""Certification against SciPy's normal distribution and against examination."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.special import log_ndtr

import tiltmeter as tm
from contest_cases import drawn
from tiltmeter.contests import values_of


@given(
    a=st.floats(0, 1e4), d=st.floats(0, 1e4), m=st.floats(1, 1e9), flaw=st.floats(0.01, 10), k_a=st.floats(0.1, 10),
    k_d=st.floats(0.1, 10), eta=st.floats(0, 2), theta=st.floats(0, 2), psi=st.floats(0, 2), cap=st.floats(1e-4, 0.5),
)  # fmt: skip
def test_every_item_must_pass_at_the_cap_that_leaves_the_lot_with_its_own(
    a, d, m, flaw, k_a, k_d, eta, theta, psi, cap
):
    contest = tm.Certification(
        items=m, flaw=flaw, attacker_accuracy=k_a, defender_accuracy=k_d, imitation=eta, attacker_returns=theta,
        defender_returns=psi, false_positive_cap=cap,
    )  # fmt: skip
    shown = flaw * k_d * (1 + d) ** psi / (k_a**eta * (1 + a) ** theta)
    each = -np.expm1(np.log1p(-cap) / m)
    all_pass = np.exp(m * log_ndtr(stats.norm.isf(each) - shown))
    assert contest.success(a, d) == pytest.approx(all_pass, rel=1e-7, abs=1e-14)


@given(m=st.floats(1, 1e12), cap=st.floats(1e-6, 0.99))
def test_a_genuine_lot_is_refused_with_the_cap_however_many_items_are_examined(m, cap):
    genuine = tm.Certification(items=m, flaw=1e-12, false_positive_cap=cap)
    assert genuine.success(0.0, 0.0) == pytest.approx(1 - cap, rel=1e-9)


def test_one_item_is_an_examination():
    certification = drawn("Certification", {}, 200, seed=2)
    values = {**values_of(certification), "items": 1.0}
    one = tm.build("Certification", values)
    examination = tm.Examination(**{name: value for name, value in values.items() if name != "items"})
    efforts = np.geomspace(1e-3, 1e3, 200)
    np.testing.assert_allclose(
        one.success(efforts, efforts[::-1]), examination.success(efforts, efforts[::-1]), rtol=1e-9, atol=1e-15
    )
    found, expected = tm.solve(one, search=False), tm.solve(examination, search=False)
    for field in ("attack_success", "attacker_effort", "defender_effort", "attack_probability", "regret"):
        np.testing.assert_allclose(getattr(found, field), getattr(expected, field), rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(found.kind, expected.kind)


@given(flaw=st.floats(0.05, 5), cap=st.floats(0.001, 0.5), a=st.floats(0, 10), d=st.floats(0, 10))
def test_more_items_show_more(flaw, cap, a, d):
    items = np.geomspace(1.0, 1e6, 40)
    passes = tm.Certification(items=items, flaw=flaw, false_positive_cap=cap).success(a, d)
    assert np.diff(passes[passes > 1e-12]).max(initial=-1.0) < 0


@pytest.mark.parametrize(("imitation", "leans"), [(0.5, -1), (1.0, 0), (1.5, 1)])
def test_equal_progress_helps_the_forger_where_imitation_exceeds_one(imitation, leans):
    sharper = tm.Technology("AI", {f"{side}_accuracy": tm.Change("multiply", 3.0) for side in ("attacker", "defender")})
    contest = tm.Certification(items=30.0, imitation=imitation, attacker_stake=4.0)
    assert np.sign(np.round(tm.tilt(contest, sharper).change["attack_success"], 9)) == leans


def test_deterrence_leaves_the_forger_with_nothing_and_tries_follow_the_examiner():
    contest = tm.Certification(items=20.0, attacker_stake=10.0, defender_stake=20.0, entry_cost=1.0, flaw=1.5)
    found = tm.solve(contest)
    assert found.kind == "semi-mixed"
    assert found.regret <= 1e-8
    assert found.attacker_payoff == pytest.approx(0.0, abs=1e-11)
    a, d = float(found.attacker_effort / found.attack_probability), float(found.defender_effort)
    step = 1e-6
    slope = (contest.success(a, d + step) - contest.success(a, d - step)) / (2 * step)
    assert -20.0 * found.attack_probability * slope == pytest.approx(1.0, rel=1e-6)


def test_enormous_lots_are_solved():
    found = tm.solve(tm.Certification(items=np.geomspace(1.0, 1e12, 13), attacker_stake=5.0, entry_cost=0.1))
    assert (found.regret <= 1e-8).all()
    assert np.diff(found.attacker_payoff).max() <= 1e-12
