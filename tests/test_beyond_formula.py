"""What contests get that formulas do not cover, against formulas, a game on a fine grid, and the verifier."""

import numpy as np
import pytest
from scipy.optimize import linprog

import tiltmeter as tm
from contest_cases import drawn
from tiltmeter.contests import AbstractContest
from tiltmeter.equilibrium._draws import flatten, over_draws
from tiltmeter.equilibrium._newton import solved
from tiltmeter.equilibrium._one_each import one_each
from tiltmeter.equilibrium._settle import settle
from tiltmeter.equilibrium._sketch import first_lists, sketch

COUNT = 256


def without_formula(contest):
    """The same contest, as if it were one of a user's own."""
    known = {"closed_form": AbstractContest.closed_form, "long_form": AbstractContest.long_form}
    return type(type(contest).__name__, (type(contest),), known)(**vars(contest))


def settled(contest):
    """What Newton's method makes of sketches, two places wide, with the certificate."""
    flat = flatten(contest, contest.shape)
    near, _ = over_draws(sketch, flat, first_lists(flat), takes="small batches")
    narrow = tm.Strategies(*(np.asarray(x)[:, :2] for x in vars(near).values() if x is not None))
    found, _ = over_draws(settle, flat, narrow, takes="small batches")
    few = (near.attacker_weights[:, 2:] == 0).all(axis=1) & (near.defender_weights[:, 2:] == 0).all(axis=1)
    return few, found, tm.verify(contest, found)


@pytest.mark.parametrize(
    ("name", "options", "share"),
    [
        ("Tullock", {}, 0.99),
        ("HoleSearch", {"holes": "Exponential"}, 0.98),
        ("HoleSearch", {"holes": "Lomax"}, 0.98),
        ("HoleSearch", {"holes": "LogNormal"}, 0.98),
        ("Examination", {}, 0.98),
    ],
)
def test_it_finds_what_the_formulas_say(name, options, share):
    contest = drawn(name, options, COUNT)
    exact = tm.solve(contest, search=False)
    found = tm.solve(without_formula(contest))
    good = found.usable & exact.usable
    assert good.sum() >= share * exact.usable.sum()
    np.testing.assert_allclose(found.attack_success[good], exact.attack_success[good], rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(found.defender_effort[good], exact.defender_effort[good], rtol=1e-2, atol=1e-4)


def test_one_effort_each_is_found_wherever_a_formula_says_so():
    contest = drawn("HoleSearch", {"holes": "LogNormal"}, COUNT)
    exact = tm.solve(contest, search=False)
    candidates, _ = over_draws(one_each, contest, takes="batches", code="quick")
    good = tm.verify(contest, candidates).regret <= 1e-9
    assert good[exact.kind == "pure"].mean() >= 0.95
    assert not good[(exact.kind == "semi-mixed") | (exact.kind == "mixed")].any()


def examinations(count, seed=0):
    """Typical examinations with stakes for which efforts are worth making; both sides of many mix."""
    draws = np.random.default_rng(seed)
    ranges = {parameter.name: parameter.typical for parameter in tm.parameters("Examination").values()}
    ranges |= {"attacker_stake": (2.0, 20.0), "defender_stake": (2.0, 20.0)}
    return tm.Examination(
        **{
            name: np.exp(draws.uniform(np.log(low), np.log(high), count))
            if low > 0
            else draws.uniform(low, high, count)
            for name, (low, high) in ranges.items()
        }
    )


def beyond(contest):
    """Those draws that formulas do not cover."""
    left = tm.solve(contest, search=False).status == "failed"
    return type(contest)(**{name: np.broadcast_to(x, left.shape)[left] for name, x in vars(contest).items()})


def test_examinations_in_which_both_sides_mix_are_settled_exactly():
    found = tm.solve(beyond(examinations(4096)))
    assert found.regret.size > 100
    assert (found.regret <= 1e-6).all()
    assert np.mean(found.regret <= 1e-10) >= 0.95


def test_the_value_is_that_of_a_linear_program_on_many_efforts():
    """What both sides earn, less what the other spends, is the value of a matrix game on 400 efforts a side."""
    contest = beyond(examinations(512))
    found = tm.solve(contest)
    for i in range(0, found.regret.size, 4):
        one = type(contest)(**{name: x[i] for name, x in vars(contest).items()})
        limit_a, limit_d = (
            float(getattr(one, f"{side}_stake") / getattr(one, f"{side}_cost")) for side in ("attacker", "defender")
        )
        shares = np.concatenate([[0.0], np.geomspace(1e-6, 1.0, 400)])
        a, d = np.append(0.0, shares) * limit_a, shares * limit_d
        enters = np.arange(a.size) > 0
        bill = np.append(0.0, shares) + enters * float(one.entry_cost / one.attacker_stake)
        game = np.asarray(one.success(a[:, None], d[None])) * enters[:, None] - bill[:, None] + shares
        value = -linprog(
            np.append(np.zeros(a.size), -1.0),
            A_ub=np.column_stack([-game.T, np.ones(d.size)]),
            b_ub=np.zeros(d.size),
            A_eq=np.append(np.ones(a.size), 0.0)[None],
            b_eq=[1.0],
            bounds=[(0, None)] * a.size + [(None, None)],
        ).fun
        ours = found.attacker_payoff[i] / float(one.attacker_stake) + found.defender_effort[i] / limit_d
        # The grid leaves either side a thousandth of what an effort in between would add at most.
        assert ours == pytest.approx(value, abs=2e-4)


def test_sketches_and_what_is_made_of_them_do_not_depend_on_their_neighbors():
    contest = beyond(examinations(512))
    _, played, _ = settled(contest)
    order = np.random.default_rng(0).permutation(contest.shape[0])
    _, mixed_up, _ = settled(type(contest)(**{name: x[order] for name, x in vars(contest).items()}))
    for name, x in vars(played).items():
        if x is not None:
            np.testing.assert_array_equal(x[order], vars(mixed_up)[name])


def test_settled_mixtures_are_exact_where_the_sketch_found_all_that_is_played():
    contest = beyond(examinations(1024))
    few, _, certificate = settled(contest)
    assert few.sum() > 20
    assert np.mean(certificate.regret[few] <= 1e-11) >= 0.85


def test_newtons_linear_systems_are_those_of_numpy():
    rng = np.random.default_rng(0)
    matrices, right = rng.normal(size=(9, 9, 20)), rng.normal(size=(9, 2, 20))
    # Rows and columns of very different sizes.
    matrices *= 10 ** rng.uniform(-8, 8, (9, 1, 20)) * 10 ** rng.uniform(-3, 3, (1, 9, 20))
    found, pivot = solved(matrices, right)
    for i in range(20):
        np.testing.assert_allclose(found[..., i], np.linalg.solve(matrices[..., i], right[..., i]), rtol=1e-6)
    assert (np.asarray(pivot) > 1e-3).all()
    matrices[3] = 2 * matrices[5]
    assert (np.asarray(solved(matrices, right)[1]) < 1e-12).all()


def test_threshold_weapons_in_which_both_sides_mix_are_solved_exactly():
    weapons = tm.ThresholdWeapon(
        attacker_stake=[7.87, 6.37, 10.64, 8.27, 5.92],
        defender_stake=[283.7, 63.5, 1585.6, 353.1, 119.5],
        defender_cost=[1.73, 0.89, 1.24, 2.35, 5.1],
        actors=[3.95, 5.15, 10.64, 10.28, 12.0],
        capability=[0.52, 0.437, 0.551, 0.388, 0.462],
        threshold=[5.8, 5.53, 7.49, 5.45, 5.89],
        steepness=[1.24, 0.961, 1.54, 1.92, 1.52],
        screening=[0.865, 0.301, 0.348, 1.6, 1.47],
    )
    assert (tm.solve(weapons, search=False).status == "failed").all()
    searched = tm.solve(weapons)
    assert (searched.regret <= 1e-8).all()
    few, _, certificate = settled(weapons)
    good = few & (certificate.regret <= 1e-12)
    assert good.sum() >= 3
    np.testing.assert_allclose(np.asarray(certificate.attack_success)[good], searched.attack_success[good], rtol=1e-4)


def test_efforts_that_no_valley_parts_become_one():
    """A Tullock contest's only efforts, from lists that hold none of them."""
    contest = tm.Tullock(attacker_stake=np.array([1.0, 2.0]), defender_stake=np.array([1.0, 3.0]))
    few, found, certificate = settled(contest)
    assert few.all()
    assert (np.asarray(found.attacker_weights) > 0).sum() == 2
    assert (certificate.regret <= 1e-12).all()
