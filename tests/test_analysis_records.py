"""Records to JSON, weighted quantiles, the split of the variance, and the rule for failures."""

import dataclasses
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis_cases import scenario
from tiltmeter import analysis
from tiltmeter.analysis._failures import failures, rule
from tiltmeter.analysis._json import as_json
from tiltmeter.analysis._quantiles import intervals
from tiltmeter.analysis._spread import spread


def test_json_has_no_number_that_is_none() -> None:
    found = as_json({"a": np.inf, "b": (np.nan, -np.inf, 1.0), "c": np.float64(np.nan), "d": np.arange(2), "e": True})
    assert found == {"a": None, "b": [None, None, 1.0], "c": None, "d": [0, 1], "e": True}
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_json_of_records() -> None:
    move = analysis.Move("AI:x", "x", 1.0, 2.0 / 3.0, -0.0)
    assert as_json((move,)) == [{"input": "AI:x", "label": "x", "central": 1.0, "value": 0.666666666667, "sds": 0.0}]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_json_keeps_twelve_digits(value: float) -> None:
    found = as_json(value)
    assert found == pytest.approx(value, rel=1e-11)
    assert as_json(found) == found


def test_json_refuses_what_it_does_not_know() -> None:
    with pytest.raises(TypeError, match="set"):
        as_json({1, 2})


def test_every_field_of_every_record_is_documented() -> None:
    records = [item for item in vars(analysis).values() if dataclasses.is_dataclass(item) and isinstance(item, type)]
    assert len(records) > 10
    for record in records:
        _, _, attributes = (record.__doc__ or "").partition("Attributes:")
        for field in dataclasses.fields(record):
            assert f"{field.name}: " in attributes, f"{record.__name__}.{field.name}"


@given(
    st.lists(st.tuples(st.floats(-1e6, 1e6), st.integers(1, 5)), min_size=1, max_size=40),
)
def test_weights_count_like_repetitions(draws: list[tuple[float, int]]) -> None:
    values, counts = np.array([value for value, _ in draws]), np.array([count for _, count in draws])
    (weighted,) = intervals(values[None], counts.astype(float))
    (repeated,) = intervals(np.repeat(values, counts)[None], np.ones(counts.sum()))
    assert weighted == repeated


def test_quantiles_leave_unknown_values_out_and_keep_infinities() -> None:
    values = np.array([[np.nan, *range(1, 100)], [np.inf] * 100, [np.nan] * 100])
    known, infinite, unknown = intervals(values, np.ones(100))
    assert (known.low, known.median, known.high) == (5.0, 50.0, 95.0)
    assert (infinite.low, infinite.median) == (np.inf, np.inf)
    assert np.isnan(unknown.median)


def test_spread_splits_the_variance() -> None:
    tilt = np.array([[0.0, 0.2], [0.5, 0.7]])
    found = spread(tilt, tilt, tilt, np.array([0.5, 0.5]))
    assert found.parameters == pytest.approx(0.1**2 / (0.1**2 + 0.25**2))
    assert found.readings == pytest.approx(0.25**2 / (0.1**2 + 0.25**2))
    assert found.equilibria == 0.0


def test_spread_sums_to_the_variance_of_all_draws() -> None:
    generator = np.random.default_rng(0)
    tilt = generator.normal(size=(3, 500)) * np.array([[0.1], [0.2], [0.3]])
    weights = np.array([0.2, 0.5, 0.3])
    found = spread(tilt, tilt, tilt, weights)
    mean = weights @ tilt.mean(axis=1)
    total = weights @ ((tilt - mean) ** 2).mean(axis=1)
    assert found.parameters == pytest.approx(weights @ tilt.var(axis=1) / total)
    assert found.parameters + found.readings == pytest.approx(1.0)


def test_spread_counts_several_equilibria() -> None:
    tilt = np.array([[0.0, 0.0, np.nan]])
    found = spread(tilt, tilt - 0.3, tilt + 0.3, np.ones(1))
    assert (found.parameters, found.readings) == (0.0, 0.0)
    assert found.equilibria == pytest.approx(1.0)
    assert "several equilibria" in found.note


def test_spread_of_nothing() -> None:
    still = np.full((1, 4), 0.25)
    assert spread(still, still, still, np.ones(1)).parameters == 0.0
    lost = np.full((1, 4), np.nan)
    assert "No draw" in spread(lost, lost, lost, np.ones(1)).note


def test_the_rule_finds_the_region_of_failures() -> None:
    generator = np.random.default_rng(1)
    values = {"alpha": generator.uniform(size=4000), "beta": generator.uniform(size=4000)}
    failed = (values["alpha"] > 0.8) & (values["beta"] <= 0.3)
    text, accuracy = rule(values, failed, 0)
    assert accuracy == pytest.approx(1.0, abs=0.01)
    assert "alpha > 0.8" in text
    assert "beta ≤ 0.3" in text


def test_failures_are_counted_by_reading() -> None:
    case = scenario({"attacker_edge": "0.5 to 2"}, weights={"one": 0.75, "two": 0.25})
    values = case.values(case.scores(1000, 0))
    edge = values["attacker_edge"]
    found = failures(case, values, {"one": edge > 1.5, "two": np.zeros(1000, dtype=bool)}, 0)
    assert found.count == np.sum(edge > 1.5)
    assert found.share == pytest.approx(0.75 * np.mean(edge > 1.5))
    assert found.rule is not None
    assert found.rule.startswith("one: where attacker_edge > 1.5")
    assert found.accuracy == pytest.approx(1.0)


def test_no_failures() -> None:
    case = scenario({"attacker_edge": "0.5 to 2"})
    found = failures(case, case.values(case.scores(8, 0)), {"only": np.zeros(8, dtype=bool)}, 0)
    assert found == analysis.Failures(0.0, 0, None, None)
