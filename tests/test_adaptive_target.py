"""Adaptive target: against the wrapped contest, against calculus, and where the target would rather mix."""

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import expit

import tiltmeter as tm
from contest_cases import drawn
from tiltmeter.errors import ParameterError


def test_lottery_with_square_root_benefit_has_the_exposure_of_calculus():
    # Tullock with r = 1 and a common stake: P = c_D/(c_A + c_D) whatever is exposed, and γ B x^(γ−1) = V_D P.
    cost = np.array([2.0, 1.0, 0.5])
    found = tm.solve(tm.AdaptiveTarget(attacker_cost=cost, exposure_benefit=0.5))
    chance = 1 / (1 + cost)
    exposed = (0.25 / chance) ** 2
    np.testing.assert_allclose(found.strategies.defender_exposures[:, 1], exposed, rtol=1e-9)
    np.testing.assert_allclose(found.attack_success, exposed * chance, rtol=1e-9)
    np.testing.assert_allclose(found.defender_effort, exposed * chance * (1 - chance), rtol=1e-9)


def test_a_target_that_gains_enough_stays_and_is_the_wrapped_contest():
    wrapped = tm.Tullock(attacker_edge=2.0)
    found = tm.solve(tm.AdaptiveTarget(exposure_benefit=50.0, wrapped=wrapped))
    plain = tm.solve(wrapped)
    assert found.strategies.defender_exposures[1] == 1
    np.testing.assert_allclose(found.attack_success, plain.attack_success, rtol=1e-12)
    np.testing.assert_allclose(found.defender_payoff, plain.defender_payoff + 50.0, rtol=1e-12)


def test_a_target_that_gains_nothing_withdraws_wholly():
    found = tm.solve(tm.AdaptiveTarget(exposure_benefit=0.0))
    assert found.attack_success <= 1e-9
    assert found.defender_payoff == pytest.approx(1.0, abs=1e-9)


@pytest.mark.parametrize("wrapped", ["Tullock", "PlugHoles"])
def test_no_pair_of_effort_and_exposure_is_better_by_an_optimizer_of_scipy(wrapped):
    contests = drawn("AdaptiveTarget", {"wrapped": wrapped}, 24, seed=4)
    found = tm.solve(contests)
    for i in range(24):
        values = {name: np.broadcast_to(x, (24,))[i] for name, x in tm.contests.values_of(contests).items()}
        one = tm.build("AdaptiveTarget", values, wrapped=wrapped)
        a, p = found.strategies.attacker_efforts[i], found.strategies.attacker_weights[i]
        stake, cost = float(one.defender_stake), float(one.defender_cost)
        benefit, returns = float(one.exposure_benefit), float(one.exposure_returns)

        def loss(z, one=one, a=a, p=p, stake=stake, cost=cost, benefit=benefit, returns=returns):
            d, x = np.exp(min(z[0], 50.0)), expit(z[1])
            risk = float(np.sum(np.asarray(one.success(a, d)) * p))
            return stake * x * risk + cost * d - benefit * x**returns - stake

        starts = [(np.log(s * stake / cost), t) for s in (1e-4, 0.02, 0.2) for t in (-3.0, 0.0, 3.0)]
        best = -min(
            minimize(loss, z, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12}).fun for z in starts
        )
        assert best <= found.defender_payoff[i] + 1e-6 * stake


def test_what_cannot_be_wrapped_is_refused():
    with pytest.raises(ParameterError, match="cannot wrap Examination"):
        tm.AdaptiveTarget(wrapped=tm.Examination())
    with pytest.raises(ParameterError, match=r"wrapped\.attacker_stake would have no effect"):
        tm.AdaptiveTarget(wrapped=tm.Tullock(attacker_stake=2.0))
