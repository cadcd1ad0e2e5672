"""The framework as data: elements, anchors, versions, and the maps from indicators."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tiltmeter import evidence
from tiltmeter.errors import TiltmeterError
from tiltmeter.framework import rubric, versions
from tiltmeter.framework._scale import Scale


@pytest.mark.parametrize("version", versions())
def test_every_version_has_six_elements_of_two_dimensions_with_five_anchors(version: int) -> None:
    found = rubric(version)
    assert len(found.elements) == 6
    assert [one.element for one in found.dimensions] == [name for name in found.element_names for _ in range(2)]
    for one in found.dimensions:
        assert len(set(one.anchors)) == 5
        assert one.question.endswith("?")
        assert one.indicators, one.name
    less = [one.name for one in found.dimensions if one.raises == "less"]
    assert less == ["interaction-complexity", "distribution-control"]


def test_versions_keep_the_dimensions_and_say_what_changed() -> None:
    old, new = rubric(1), rubric(2)
    assert old.names == new.names
    different = {one.name for one in new.dimensions if old.dimension(one.name) != one}
    assert different == set(new.changed) != set()


def test_names_with_underscores_and_names_that_do_not_exist() -> None:
    assert rubric().dimension("regulatory_strength").name == "regulatory-strength"
    with pytest.raises(TiltmeterError, match="did you mean 'access-level'"):
        rubric().dimension("acces-level")
    with pytest.raises(TiltmeterError, match="version of the rubric '7'"):
        rubric(7)


def test_levels_of_elements_are_means_with_some_dimensions_turned_round() -> None:
    levels = np.linspace(0.05, 0.6, 12)
    found = rubric().element_levels(levels)
    assert found[0] == pytest.approx((levels[0] + levels[1]) / 2)
    assert found[1] == pytest.approx((levels[2] + 1 - levels[3]) / 2)
    assert found[3] == pytest.approx((1 - levels[6] + levels[7]) / 2)


def test_maps_of_each_form_in_closed_form() -> None:
    assert Scale(form="linear", points=[[0, 0], [10, 4]]).rating(2.5) == pytest.approx(1)
    assert Scale(form="log", points=[[1, 0], [100, 4]]).rating(10) == pytest.approx(2)
    curve = Scale(form="logistic", middle=50, width=10)
    assert curve.rating(60) == pytest.approx(4 / (1 + math.exp(-1)))


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_every_map_stays_on_the_scale_and_is_monotone(one: float, other: float) -> None:
    low, high = sorted((one, other))
    for dimension in rubric().dimensions:
        for indicator in dimension.indicators:
            a, b = indicator.map.rating(low), indicator.map.rating(high)
            assert 0 <= a <= 4
            assert 0 <= b <= 4
            ends = indicator.map.rating(-1e9), indicator.map.rating(1e9)
            assert (b - a) * (ends[1] - ends[0]) >= 0, indicator.name


def test_anchored_facts_of_the_rubric_hold_for_the_figures() -> None:
    horizon = rubric().dimension("capability-depth").indicator("metr-time-horizon").map
    assert horizon.rating(480) == pytest.approx(3)  # a working day is anchor 3
    public = rubric().dimension("distribution-control").indicator("weights-public").map
    value = evidence.figure("weights-deepseek-r1").value
    assert value is not None
    assert public.rating(value) < 0.5


@pytest.mark.parametrize(
    "wrong",
    [
        {"form": "linear", "points": [[1, 0], [0, 4]]},
        {"form": "log", "points": [[0, 0], [1, 4]]},
        {"form": "linear", "points": [[0, 0], [1, 5]]},
        {"form": "linear", "points": [[0, 0]]},
        {"form": "logistic", "middle": 1, "width": 0},
        {"form": "logistic", "middle": 1, "width": 2, "points": [[0, 0], [1, 1]]},
    ],
)
def test_maps_that_are_none_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Scale.model_validate(wrong)
