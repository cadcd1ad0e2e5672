"""A whole run: the dataset, the verdict, and the summary."""

import dataclasses
import json

import numpy as np
import pytest

import tiltmeter as tm
from analysis_cases import scenario
from tiltmeter.analysis import Result, run
from tiltmeter.analysis._dataset import dataset, variables_of
from tiltmeter.analysis._equilibria import tilt_range
from tiltmeter.analysis._evaluate import FEW, allowed, evaluate, model_of
from tiltmeter.analysis._side import signs
from tiltmeter.errors import UnknownNameError
from tiltmeter.scenarios import Scenario

SAMPLES = 256
RETURNS = {"attacker_returns": "0.3 to 0.9", "defender_returns": "0.3 to 0.9", "defender_edge": "1 to 4"}


def two_readings() -> Scenario:
    return scenario(
        RETURNS,
        weights={"one": 0.75, "two": 0.25},
        changes={"attacker_cost": "x 0.2 to 0.6", "defender_cost": "x 0.5 to 0.9"},
    )


@pytest.fixture(scope="module")
def result() -> Result:
    return run(two_readings(), samples=SAMPLES, seed=0)


def test_dimensions_and_units_of_the_dataset(result: Result) -> None:
    data = result.data
    inputs = len(result.scenario.inputs)
    assert dict(data.sizes) == {"reading": 2, "state": 2, "sample": SAMPLES, "support": 2, "input": inputs}
    assert list(data.reading.values) == ["one", "two"]
    assert list(data.state.values) == ["before", "after"]
    assert list(data.input.values) == [given.id for given in result.scenario.inputs]
    for measure in tm.MEASURES:
        assert data[measure.name].dims == ("reading", "state", "sample")
        assert data[measure.name].attrs["units"] == measure.unit
    for name in ("status", "kind"):
        assert data[name].dtype == np.int8
        meanings = data[name].attrs["flag_meanings"].split()
        assert len(meanings) == len(data[name].attrs["flag_values"])
        assert int(data[name].max()) < len(meanings)
    for variable in data.data_vars.values():
        assert variable.attrs["long_name"]
        assert np.isfinite(variable.values).all()


def test_the_dataset_holds_what_the_contests_say(result: Result) -> None:
    row, case = 17, result.scenario
    values = {name: float(result.data["inputs"].sel(input=name)[row]) for name in case.medians()}
    contest = case.contest("two", values)
    found = tm.solve(contest)
    stored = result.data.sel(reading="two", state="before").isel(sample=row)
    assert float(stored["attack_success"]) == pytest.approx(float(found.attack_success))
    assert float(stored["regret"]) <= 1e-8
    after = tm.solve(case.technology("two", values).apply(contest))
    stored = result.data.sel(reading="two", state="after").isel(sample=row)
    assert float(stored["defender_payoff"]) == pytest.approx(float(after.defender_payoff))


def test_stored_strategies_can_be_verified_again(result: Result) -> None:
    case, data = result.scenario, result.data
    values = {name: data["inputs"].sel(input=name).values for name in case.medians()}
    stored = data.sel(reading="one", state="before")
    names = ("attacker_support", "attacker_entered", "attacker_weight", "defender_support", "defender_weight")
    strategies = tm.Strategies(*(stored[name].values for name in names))
    certificate = tm.verify(case.contest("one", values), strategies)
    assert np.max(certificate.regret) <= 1e-8
    assert np.asarray(certificate.attack_success) == pytest.approx(stored["attack_success"].values)


def test_probabilities_count_draws_by_the_weights_of_their_readings(result: Result) -> None:
    success, verdict = result.data["attack_success"], result.verdict
    sign = signs((success.sel(state="after") - success.sel(state="before")).values)
    weights = np.array([0.75, 0.25])
    assert verdict.offense == pytest.approx(weights @ (sign > 0).mean(axis=1))
    assert verdict.defense == pytest.approx(weights @ (sign < 0).mean(axis=1))
    assert verdict.offense + verdict.defense + verdict.unchanged == pytest.approx(1.0)
    assert [reading.offense for reading in verdict.readings] == pytest.approx((sign > 0).mean(axis=1))


def test_measures_are_intervals_of_the_draws(result: Result) -> None:
    # Both readings are the same contest on the same draws, so that weights do not matter.
    success = result.data["attack_success"].sel(reading="one", state="before").values
    measure = result.verdict.measures[0]
    assert measure.name == "attack_success"
    assert measure.before.median == pytest.approx(np.quantile(success, 0.5, method="inverted_cdf"))
    assert measure.before.low == pytest.approx(np.quantile(success, 0.05, method="inverted_cdf"))
    for measure in result.verdict.measures:
        for interval in (measure.before, measure.after, measure.change):
            assert interval.low <= interval.median <= interval.high


def test_parts_of_the_verdict_agree(result: Result) -> None:
    verdict = result.verdict
    assert verdict.side == "offense"
    assert verdict.sentence == "AI favours the attacker"
    assert verdict.probability == verdict.offense
    assert verdict.failures.count == 0
    assert verdict.certificate.statuses["certified"] == 4 * SAMPLES
    assert verdict.certificate.worst_regret <= 1e-8
    assert verdict.spread.readings == pytest.approx(0.0, abs=1e-12)
    by_input = {item.inputs[0]: item for item in verdict.drivers.items}
    assert by_input["reading"].total == pytest.approx(0.0, abs=1e-12)
    assert by_input["AI:attacker_cost"].total > by_input["defender_edge"].total > 0
    assert verdict.reversal.found
    assert verdict.reversal.to == "defense"
    assert {flip.reading for flip in verdict.flips} == {None, "one", "two"}
    assert {artifact.reading for artifact in verdict.artifacts} == {"one", "two"}


def test_the_reversal_reverses(result: Result) -> None:
    case, moves = result.scenario, result.verdict.reversal.moves
    values = case.medians() | {move.input: move.value for move in moves}
    tilt = [float(found.value) for found in evaluate(case, values).values()]
    assert np.dot([0.75, 0.25], tilt) < 1e-3
    assert result.verdict.reversal.distance == pytest.approx(np.linalg.norm([move.sds for move in moves]), rel=0.01)


def test_the_same_seed_gives_the_same_summary_in_any_chunks(result: Result, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, int, int]] = []
    monkeypatch.setattr("tiltmeter.analysis._run.CHUNK", 100)
    again = run(two_readings(), samples=SAMPLES, seed=0, progress=lambda *stage: told.append(stage))
    assert again.data.equals(result.data)
    text = json.dumps(result.summary(), allow_nan=False)
    assert json.dumps(again.summary(), allow_nan=False) == text
    summary = json.loads(text)
    assert summary["format"] == 1
    assert summary["tiltmeter"] == tm.__version__
    assert summary["verdict"].keys() == {field.name for field in dataclasses.fields(tm.Verdict)}
    assert [given["id"] for given in summary["scenario"]["inputs"]] == list(result.scenario.medians())
    for stage in ("drawing", "solving", "drivers", "flips", "reversal", "artifacts"):
        parts = [(done, total) for name, done, total in told if name == stage]
        assert parts[0][0] == 0
        assert parts[-1][0] == parts[-1][1] > 0


def test_a_scenario_without_uncertainty() -> None:
    found = run(scenario({"attacker_edge": "2"}), samples=16).verdict
    assert (found.side, found.offense) == ("offense", 1.0)
    assert found.drivers.items == ()
    assert not found.reversal.found
    assert found.spread.parameters == 0.0
    measure = found.measures[0]
    assert measure.change.low == measure.change.high > 0


def test_evaluate_takes_some_readings() -> None:
    case = two_readings()
    assert list(evaluate(case, case.medians(), ["two"])) == ["two"]
    with pytest.raises(UnknownNameError, match="did you mean 'two'"):
        evaluate(case, case.medians(), ["twoo"])


def test_the_model_says_where_values_are_not_allowed() -> None:
    case = scenario({"attacker_edge": "2"}, changes={"attacker_cost": "+ 1 to 2"})
    values = case.medians() | {"AI:attacker_cost": np.array([-2.0, -1.0, -0.5, 1.0])}
    assert allowed(case, values, "only").tolist() == [False, False, True, True]
    found = model_of(case)(values, "only").tilt
    assert np.isnan(found).tolist() == [True, True, False, False]
    assert found[2] > 0 > found[3]


def test_few_points_are_the_same_as_many() -> None:
    case = scenario({"attacker_edge": "0.5 to 2"})
    edges = np.linspace(0.5, 2, 2 * FEW)
    many = model_of(case)(case.medians() | {"attacker_edge": edges}, "only")
    few = model_of(case)(case.medians() | {"attacker_edge": edges[:3]}, "only")
    assert few.after == pytest.approx(many.after[:3], abs=1e-15)
    assert few.after.shape == (3,)


def test_supports_of_different_widths_fit_one_dataset() -> None:
    case = two_readings()
    values = case.values(case.scores(8, 0))
    narrow = variables_of(evaluate(case, values, ("one",))["one"], 8)
    wide = {
        name: np.pad(array, [(0, 0), (0, 0), (0, 3)]) if name == "defender_weight" else array
        for name, array in narrow.items()
    }
    data = dataset(case, values, [{"one": narrow, "two": wide}, {"one": narrow, "two": narrow}][:1], {})
    assert data.sizes["support"] == 5
    assert data["attacker_weight"].sum("support").values == pytest.approx(np.ones((2, 2, 8)))


def test_several_equilibria_widen_the_tilt() -> None:
    case = scenario({"attacker_edge": "2"})
    found = evaluate(case, case.medians())["only"]
    contest = case.contest("only", case.medians())
    changed = case.technology("only", case.medians()).apply(contest)
    assert [float(end[0]) for end in tilt_range(found, contest, changed, 1)] == pytest.approx([float(found.value)] * 2)
    # The equilibrium of the changed contest stands for a second one of the contest before the technology.
    several = dataclasses.replace(
        found.equilibrium_before,
        status_code=np.asarray(2),
        others=(found.equilibrium_after.strategies,),
    )
    other = float(np.asarray(tm.verify(contest, found.equilibrium_after).attack_success))
    before, after = float(found.before["attack_success"]), float(found.after["attack_success"])
    low, high = tilt_range(dataclasses.replace(found, equilibrium_before=several), contest, changed, 1)
    assert (float(low[0]), float(high[0])) == pytest.approx((after - max(before, other), after - min(before, other)))
