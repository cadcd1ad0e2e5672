"""One suite over every contest in the index: a new contest needs no new test file."""

import doctest
import inspect

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

import tiltmeter as tm
from contest_cases import IDS, VARIANTS, drawn, one_of
from tiltmeter.contests import values_of
from tiltmeter.contests._prose import prose

every_contest = pytest.mark.parametrize(("name", "options"), VARIANTS, ids=IDS)
EFFORTS = np.concatenate([[0.0], np.geomspace(1e-6, 1e6, 25)])


@every_contest
@pytest.mark.parametrize("decades", [0.0, 2.0])
def test_success_is_a_probability_that_rises_with_attack_and_falls_with_defense(name, options, decades):
    contest = drawn(name, options, 200, decades=decades)
    wide = jax.tree.map(lambda x: jnp.broadcast_to(x, contest.shape)[:, None, None], contest)
    p = np.asarray(wide.success(EFFORTS[:, None], EFFORTS[None]))
    assert p.shape == (200, EFFORTS.size, EFFORTS.size)
    assert np.isfinite(p).all()
    assert p.min() >= 0
    assert p.max() <= 1
    rounding = 1e-12
    exempt = dict(contest.card.exemptions)
    assert (np.diff(p, axis=1).min() >= -rounding) != ("monotone in attack" in exempt)
    assert (np.diff(p, axis=2).max() <= rounding) != ("monotone in defense" in exempt)


@every_contest
def test_solving_is_certified_and_gives_numbers_over_the_typical_range(name, options):
    contest = drawn(name, options, 128)
    found = tm.solve(contest)
    assert found.usable.all()
    certified = np.isin(found.status, ["certified", "several"])
    assert (np.mean(certified) >= 0.95) != ("certified" in dict(contest.card.exemptions))
    pure = found.kind == "pure"
    assert found.regret[pure & certified].max(initial=0.0) <= 1e-8
    assert found.regret[certified].max(initial=0.0) <= 1e-6
    for field in ("attacker_effort", "defender_effort", "attack_probability", "attack_success"):
        values = getattr(found, field)
        assert values.shape == (128,)
        assert np.isfinite(values).all()
        assert values.min() >= 0
    assert max(found.attack_success.max(), found.attack_probability.max()) <= 1 + 1e-12


@every_contest
def test_payoffs_are_expected_gains_less_costs(name, options):
    contest = drawn(name, options, 64, seed=3)
    found = tm.solve(contest)
    played = jax.tree.map(lambda x: np.moveaxis(x, -1, 0), found.strategies)
    a, d = played.attacker_efforts, played.defender_efforts
    together = played.attacker_weights[:, None] * played.defender_weights
    present = played.attacker_entered[:, None] if contest.card.entry else 1.0
    exposed = played.defender_exposures if contest.card.exposure else 1.0
    fee = np.asarray(contest.entry_cost) * found.attack_probability if contest.card.entry else 0.0
    gained = np.sum(together * present * exposed * contest.attacker_gain(a[:, None], d), axis=(0, 1))
    lost = np.sum(together * present * exposed * (1 - contest.defender_gain(a[:, None], d)), axis=(0, 1))
    bonus = np.sum(played.defender_weights * contest.exposure_gain(exposed), axis=0) if contest.card.exposure else 0.0
    attacker = contest.attacker_stake * gained - contest.attacker_cost * found.attacker_effort - fee
    defender = contest.defender_stake * (1 - lost + bonus) - contest.defender_cost * found.defender_effort
    np.testing.assert_allclose(found.attacker_payoff, attacker, atol=1e-9 * np.max(contest.attacker_stake))
    np.testing.assert_allclose(found.defender_payoff, defender, atol=1e-9 * np.max(contest.defender_stake))
    if contest.only_success_counts:
        np.testing.assert_allclose(found.attack_success, gained, atol=1e-12)


@every_contest
def test_arrays_give_what_single_contests_give_and_shapes_broadcast(name, options):
    contest = drawn(name, options, 3, seed=5)
    together = tm.solve(contest)
    for i in range(3):
        alone = tm.solve(one_of(contest, i))
        assert alone.regret.shape == ()
        np.testing.assert_allclose(alone.attack_success, together.attack_success[i], rtol=1e-12, atol=1e-15)
    values = values_of(contest)
    values["attacker_stake"] = np.asarray(values["attacker_stake"])[:, None]
    grid = tm.build(name, values, **options)
    assert grid.shape == (3, 3)
    np.testing.assert_allclose(np.diag(tm.solve(grid).attack_success), together.attack_success, rtol=1e-12, atol=1e-15)


@every_contest
def test_no_draws_give_no_equilibria(name, options):
    assert tm.solve(tm.build(name, {"attacker_stake": np.zeros((0, 2)) + 1.0}, **options)).regret.shape == (0, 2)


@every_contest
def test_success_can_be_compiled_mapped_and_differentiated(name, options):
    contest = drawn(name, options, 20, seed=7)
    a, d = jnp.full(20, 0.7), jnp.full(20, 0.4)
    plain = contest.success(a, d)
    np.testing.assert_allclose(eqx.filter_jit(lambda c: c.success(a, d))(contest), plain, rtol=1e-12)
    mapped = jax.vmap(lambda c, x, y: c.success(x, y))(contest, a, d)
    np.testing.assert_allclose(mapped, plain, rtol=1e-12)
    slopes = eqx.filter_grad(lambda c: jnp.sum(c.success(a, d)))(contest)
    assert all(np.isfinite(leaf).all() for leaf in jax.tree.leaves(slopes))


@every_contest
def test_the_value_agrees_with_a_linear_program_over_a_fine_grid(name, options):
    """The game is strategically zero-sum: SciPy's linear programs on a grid must give the same value."""
    contest = drawn(name, options, 3, seed=11)
    if not contest.only_success_counts:
        assert dict(contest.card.exemptions)["zero-sum"]
        return
    found = tm.solve(contest)
    for i in range(3):
        one = one_of(contest, i)
        exact = _value(one, found, i)
        grid = _grid_value(one)
        assert grid == pytest.approx(exact, abs=1e-2)


def _value(contest, found, i):
    """What the attacker earns, and what the defender spends less what exposure brings it, in stakes."""
    spent = 1 - found.attack_success[i] - found.defender_payoff[i] / contest.defender_stake
    return float(found.attacker_payoff[i] / contest.attacker_stake + spent)


def _grid_value(contest) -> float:
    share = np.concatenate([[0.0], np.geomspace(1e-4, 1.0, 240)])
    a = share * float(contest.attacker_stake / contest.attacker_cost)
    d = share * float(contest.defender_stake / contest.defender_cost)
    chances, bills = np.asarray(contest.success(a[:, None], d[None])), share
    if contest.card.exposure:
        exposures = np.linspace(0.0, 1.0, 25)[:, None]
        chances = np.hstack([x * chances for x in exposures])
        bills = np.concatenate(share - np.asarray(contest.exposure_gain(exposures)))
    game = chances - share[:, None] + bills[None]
    if contest.card.entry:
        game[:] -= float(contest.entry_cost / contest.attacker_stake)
        game = np.vstack([bills[None], game])
    rows, columns = game.shape
    found = linprog(
        np.r_[np.zeros(rows), -1.0],
        A_ub=np.c_[-game.T, np.ones(columns)],
        b_ub=np.zeros(columns),
        A_eq=np.r_[np.ones(rows), 0.0][None],
        b_eq=[1.0],
        bounds=[(0, None)] * rows + [(None, None)],
    )
    assert found.status == 0
    return -found.fun


@settings(max_examples=40)
@given(data=st.data())
@pytest.mark.parametrize(("name", "options"), VARIANTS, ids=IDS)
def test_extreme_parameters_never_give_a_silent_wrong_number(name, options, data):
    """Twelve orders of magnitude up and down: a status always, and a small regret wherever it says certified."""
    values = {}
    for parameter in tm.parameters(name, **options).values():
        low = 1e-12 if parameter.domain.low == 0 else parameter.domain.low
        high = 1e12 if np.isinf(parameter.domain.high) else 1 - 1e-12
        exponent = data.draw(st.floats(np.log10(low), np.log10(high)), label=parameter.name)
        values[parameter.name] = float(np.clip(10**exponent, low, high))
    for returns in ("attacker_returns", "defender_returns", "imitation"):
        if returns in values:
            values[returns] = float(np.clip(values[returns], 1e-3, 2.0))
    found = tm.solve(tm.build(name, values, **options))
    assert str(found.status) in ("certified", "approximate", "several", "failed")
    if found.usable:
        numbers = [found.attacker_effort, found.defender_effort, found.attack_success, found.attacker_payoff]
        assert np.isfinite(numbers).all()
        assert 0 <= found.attack_success <= 1 + 1e-12
        assert tm.verify(tm.build(name, values, **options), found).regret <= 1e-3
    else:
        assert str(found.reason) != ""


@every_contest
def test_the_class_is_final_with_described_fields_and_a_card(name, options):
    contest = tm.contest_named(name)
    assert contest.__mro__[1] is tm.AbstractContest
    overridden = set(vars(contest)) & {
        n for n, member in vars(tm.AbstractContest).items() if inspect.isfunction(member)
    }
    gains = {"attacker_gain", "defender_gain", "exposure_gain", "best_exposure", "mean_success"}
    known = {"success", "closed_form", "long_form", "worked_form", "attack_shape", "defense_shape", "attack_steps"}
    assert overridden - {"__init__", "__check_init__", "__doc__"} <= known | gains
    for parameter in tm.parameters(name, **options).values():
        assert parameter.meaning.endswith(".")
        assert parameter.unit
        assert parameter.domain.contains(parameter.default)
        assert parameter.domain.contains(parameter.typical[0])
        assert parameter.domain.contains(parameter.typical[1])
    assert contest.card.title
    assert contest.card.cites


@pytest.mark.parametrize("contest", tm.CONTESTS, ids=lambda contest: contest.__name__)
def test_the_docstring_has_every_slot_and_an_example_that_holds(contest):
    said = prose(contest)
    assert list(said.slots) == ["Success", "Equilibrium", "Technology", "Limits"]
    assert "$" not in said.slots["Limits"], "the report shows the limits and cannot set formulas"
    assert any("Use it when" in paragraph for paragraph in said.paragraphs)
    (example,) = doctest.DocTestFinder(recurse=False).find(contest)
    assert example.examples
    said = []
    outcome = doctest.DocTestRunner().run(example, out=said.append)
    assert outcome.failed == 0, "".join(said)


@every_contest
def test_out_of_range_parameters_are_named_with_value_place_and_range(name, options):
    for parameter in tm.parameters(name, **options).values():
        for wrong in (np.nan, np.inf, -1.0):
            values = np.array([parameter.default, wrong, wrong])
            with pytest.raises(tm.TiltmeterError) as caught:
                tm.build(name, {parameter.name: values}, **options)
            message = str(caught.value)
            assert parameter.name.rpartition(".")[2] in message
            assert f"{wrong:g}" in message
            assert "index 1" in message
            assert str(parameter.domain) in message
