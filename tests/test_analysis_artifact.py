"""The artifact test on models that have, and that have not, what it looks for."""

import numpy as np
import pytest

from analysis_cases import model_of_tilt, scenario
from tiltmeter.analysis._artifact import artifacts
from tiltmeter.analysis._evaluate import Model, Outcome, model_of
from tiltmeter.analysis._findings import Artifact
from tiltmeter.scenarios import Scenario

VALUES = {"attacker_edge": "0.5 to 2", "defender_edge": "1 to 4"}


def findings(case: Scenario, model: Model, searched: tuple[str, ...] = (), seed: int = 0) -> list[Artifact]:
    values = case.values(case.scores(256, seed))
    return list(
        artifacts(case, model, {reading.name: model(values, reading.name) for reading in case.readings}, searched, seed)
    )


def of_test(found: list[Artifact], test: str) -> list[Artifact]:
    return [artifact for artifact in found if artifact.test == test]


def test_a_sign_that_the_form_fixes() -> None:
    """In a Tullock contest a cheaper attack always raises success, whatever else holds."""
    case = scenario(
        {**VALUES, "attacker_returns": "0.5", "defender_returns": "0.5"}, changes={"attacker_cost": "x 0.5"}
    )
    (found,) = of_test(findings(case, model_of(case, ())), "sign")
    assert found.severity == "warning"
    assert "never leans to defense" in found.finding


def test_a_sign_that_the_numbers_decide() -> None:
    case = scenario(VALUES)
    model = model_of_tilt(lambda values, _: np.tanh(np.log(values["attacker_edge"] / values["defender_edge"])) / 4)
    (found,) = of_test(findings(case, model), "sign")
    assert found.severity == "none"
    assert "not fixed" in found.finding


def test_a_technology_that_changes_nothing() -> None:
    (found,) = of_test(findings(scenario(VALUES), model_of_tilt(lambda values, _: np.array(0.0))), "zero")
    assert found.severity == "warning"


def test_inputs_without_effect() -> None:
    case = scenario(VALUES)
    model = model_of_tilt(lambda values, _: np.tanh(np.log(values["attacker_edge"])) / 4)
    found = of_test(findings(case, model), "effect")
    assert len(found) == len(case.inputs) - 1
    by_input = {
        given.id: next(entry for entry in found if f"({given.id})" in entry.finding)
        for given in case.inputs
        if given.id != "attacker_edge"
    }
    assert by_input["defender_edge"].severity == "warning"
    assert "anywhere" in by_input["defender_edge"].finding
    assert by_input["attacker_stake"].severity == "note"


def test_an_input_with_an_effect_elsewhere() -> None:
    def tilt(values: dict, _: str) -> np.ndarray:
        return np.where(values["attacker_edge"] > 10, 0.1 * np.tanh(values["defender_edge"]), 0.0) + 0.01

    found = of_test(findings(scenario(VALUES), model_of_tilt(tilt)), "effect")
    (edge,) = [entry for entry in found if "(defender_edge)" in entry.finding]
    assert "does elsewhere" in edge.finding
    assert edge.severity == "note"


def test_saturation() -> None:
    case = scenario(VALUES)

    def model(values: dict, _: str) -> Outcome:
        full = np.where(values["attacker_edge"] > 1.0, 1.0, 0.5)
        return Outcome(full, np.maximum(full, 0.6))

    (found,) = of_test(findings(case, model), "saturation")
    assert found.severity == "warning"
    assert "50" in found.finding
    (none,) = of_test(findings(case, model_of_tilt(lambda values, _: np.array(0.1))), "saturation")
    assert none.severity == "none"


def test_blow_up() -> None:
    case = scenario(VALUES)
    model = model_of_tilt(lambda values, _: np.where(values["attacker_edge"] > 100, np.nan, 0.1))
    (found,) = of_test(findings(case, model), "blow-up")
    assert found.severity == "note"
    assert "beyond the formulas" in found.finding
    (none,) = of_test(findings(case, model_of_tilt(lambda values, _: np.array(0.1))), "blow-up")
    assert none.severity == "none"
    assert none.finding.startswith("All ")


def test_nothing_can_be_solved() -> None:
    found = findings(scenario(VALUES), model_of_tilt(lambda values, _: np.array(np.nan)), searched=("only",))
    assert of_test(found, "sign")[0].severity == "warning"
    assert of_test(found, "blow-up")[0].severity == "warning"
    assert "could not be solved" in of_test(found, "blow-up")[0].finding


def test_readings_are_tested_apart_and_the_same_for_the_same_seed() -> None:
    case = scenario(VALUES, weights={"one": 0.5, "two": 0.5})
    model = model_of_tilt(
        lambda values, reading: np.tanh(np.log(values["attacker_edge"])) / 4 if reading == "one" else np.array(0.1)
    )
    found = findings(case, model)
    assert {entry.reading for entry in found} == {"one", "two"}
    assert [entry.severity for entry in of_test(found, "sign")] == ["none", "warning"]
    assert found == findings(case, model)


def test_all_points_stay_in_the_ranges() -> None:
    case = scenario(
        {"flaw": "2", "false_positive_cap": "0.01 to 0.1", "entry_cost": "0"},
        changes={"false_positive_cap": "x 4"},
        contest="Examination",
    )
    seen: list[dict] = []

    def tilt(values: dict, _: str) -> np.ndarray:
        seen.append(dict(values))
        return np.tanh(values["false_positive_cap"] - 0.05)

    findings(case, model_of_tilt(tilt))
    for values in seen:
        for given in case.inputs:
            assert given.domain.contains(values[given.id]).all()
    widest = max(seen, key=lambda values: np.size(values["flaw"]))
    assert (widest["false_positive_cap"] * widest["AI:false_positive_cap"] < 1).all()
    assert np.log10(widest["flaw"].max() / widest["flaw"].min()) == pytest.approx(6, abs=0.2)
