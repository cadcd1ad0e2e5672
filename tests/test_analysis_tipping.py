"""Tipping values against models whose tipping values are known."""

import numpy as np
import pytest

from analysis_cases import model_of_tilt, normal_case, scenario
from tiltmeter.analysis._axis import axis_of
from tiltmeter.analysis._evaluate import model_of
from tiltmeter.analysis._findings import Flip
from tiltmeter.analysis._tipping import first_change, flips

FACTORS = {"attacker_edge": "0.5 to 2", "defender_edge": "1 to 4"}


def flip_of(found: tuple[Flip, ...], name: str, reading: str | None = None) -> Flip:
    return next(flip for flip in found if flip.input == name and flip.reading == reading)


def test_finds_a_root_in_either_direction() -> None:
    case = scenario(FACTORS)
    found = flips(
        case, model_of_tilt(lambda values, _: 0.1 * np.log(3 * values["defender_edge"] / values["attacker_edge"] / 2))
    )
    rises = flip_of(found, "attacker_edge")
    assert rises.value == pytest.approx(3.0, rel=1e-5)
    assert rises.factor == pytest.approx(3.0, rel=1e-5)
    assert (rises.direction, rises.to) == ("≥", "defense")
    assert rises.within == pytest.approx(1 - case.input("attacker_edge").quantity.cdf(3.0), rel=1e-3)
    falls = flip_of(found, "defender_edge")
    assert falls.value == pytest.approx(2 / 3, rel=1e-5)
    assert (falls.direction, falls.to) == ("≤", "defense")
    assert falls.within == pytest.approx(case.input("defender_edge").quantity.cdf(2 / 3), rel=1e-3)


def test_the_sign_has_changed_at_the_value_that_is_reported() -> None:
    case = scenario(FACTORS)
    model = model_of_tilt(lambda values, _: 0.1 * np.cos(np.log(values["attacker_edge"])))
    found = flip_of(flips(case, model), "attacker_edge")
    assert found.value is not None
    assert np.cos(np.log(found.value)) < 1e-8 < 1e-6 < np.cos(np.log(found.value) * (1 - 1e-4))


def test_finds_jumps_like_roots() -> None:
    found = flips(
        scenario(FACTORS), model_of_tilt(lambda values, _: np.where(values["attacker_edge"] < 5.3, 0.2, -0.3))
    )
    assert flip_of(found, "attacker_edge").value == pytest.approx(5.3, rel=1e-5)
    assert flip_of(found, "defender_edge").value is None


def test_takes_the_change_that_is_nearest_the_median() -> None:
    def tilt(values: dict, _: str) -> np.ndarray:
        return np.where((values["attacker_edge"] > 0.4) & (values["attacker_edge"] < 7), 0.2, -0.2)

    found = flip_of(flips(scenario(FACTORS), model_of_tilt(tilt)), "attacker_edge")
    assert found.value == pytest.approx(0.4, rel=1e-5)
    assert found.direction == "≤"


def test_says_what_was_searched_where_nothing_flips() -> None:
    found = flips(scenario(FACTORS), model_of_tilt(lambda values, _: np.full_like(values["attacker_edge"], 0.1)))
    for flip in found:
        assert (flip.value, flip.factor, flip.to, flip.direction, flip.within) == (None, None, None, "", 0.0)
        assert flip.searched == pytest.approx((flip.central / 1000, flip.central * 1000))


def test_no_change_is_a_side_of_its_own() -> None:
    found = flips(
        scenario(FACTORS), model_of_tilt(lambda values, _: np.maximum(0.4 - 0.1 * values["attacker_edge"], 0.0))
    )
    flip = flip_of(found, "attacker_edge")
    assert flip.value == pytest.approx(4.0, rel=1e-4)
    assert flip.to == "unchanged"


@pytest.mark.parametrize("step", range(1, 12))
def test_a_root_that_a_point_of_the_search_hits_is_no_region_without_change(step: int) -> None:
    case = scenario(FACTORS)
    axis = axis_of(case, case.input("attacker_edge"))
    root = float(axis.forward(axis.center) + (axis.forward(axis.high) - axis.forward(axis.center)) * step / 48)
    found = flips(case, model_of_tilt(lambda values, _: 0.1 * (root - np.log(values["attacker_edge"]))))
    flip = flip_of(found, "attacker_edge")
    assert flip.value == pytest.approx(np.exp(root), rel=1e-5)
    assert flip.to == "defense"


def test_the_mean_and_every_reading_have_their_own_values() -> None:
    case = scenario(FACTORS, weights={"one": 0.75, "two": 0.25})

    def tilt(values: dict, reading: str) -> np.ndarray:
        return np.log(values["attacker_edge"]) - {"one": np.log(2.0), "two": np.log(8.0)}[reading]

    found = flips(case, model_of_tilt(tilt))
    assert flip_of(found, "attacker_edge", "one").value == pytest.approx(2.0, rel=1e-5)
    assert flip_of(found, "attacker_edge", "two").value == pytest.approx(8.0, rel=1e-5)
    assert flip_of(found, "attacker_edge").value == pytest.approx(2.0**1.5, rel=1e-5)
    order = [flip.reading for flip in found]
    assert order == sorted(order, key=[None, "one", "two"].index)


def test_draws_that_fail_hide_no_flip_and_make_none() -> None:
    def tilt(values: dict, _: str) -> np.ndarray:
        edge = values["attacker_edge"]
        return np.where((edge > 2.0) & (edge < 20.0), np.nan, 40.0 - edge)

    found = flips(scenario(FACTORS), model_of_tilt(tilt))
    assert flip_of(found, "attacker_edge").value == pytest.approx(40.0, rel=1e-5)
    assert flip_of(found, "defender_edge").value is None


def test_nothing_is_searched_where_the_median_itself_fails() -> None:
    found = flips(
        scenario(FACTORS),
        model_of_tilt(lambda values, _: np.where(np.isclose(values["attacker_edge"], 1), np.nan, 1.0)),
    )
    assert all(flip.value is None and flip.searched == (flip.central, flip.central) for flip in found)


def test_certain_inputs_flip_too_but_do_not_lie_beyond() -> None:
    case = scenario({"attacker_edge": "2"})
    found = flip_of(flips(case, model_of_tilt(lambda values, _: 3.0 - values["attacker_edge"])), "attacker_edge")
    assert found.value == pytest.approx(3.0, rel=1e-5)
    assert found.within == 0.0


def test_a_cheaper_defense_offsets_a_cheaper_attack_at_the_same_factor() -> None:
    """With equal returns success depends on the ratio of the costs alone, so that the tilt is 0 at equal factors."""
    case = scenario(
        {"attacker_returns": "0.7", "defender_returns": "0.7"},
        changes={"attacker_cost": "x 0.1 to 0.3", "defender_cost": "x 0.5"},
    )
    found = flips(case, model_of(case))
    flip = flip_of(found, "AI:attacker_cost")
    assert flip.value == pytest.approx(0.5, rel=1e-5)
    assert (flip.direction, flip.to) == ("≥", "defense")
    central = case.medians()["AI:attacker_cost"]
    assert flip_of(found, "AI:defender_cost").value == pytest.approx(central, rel=1e-5)
    assert flip_of(found, "attacker_stake").value is None


def test_axes_keep_parameters_in_their_ranges_with_the_technology() -> None:
    case = scenario(
        {"flaw": "2", "false_positive_cap": "0.01 to 0.1", "imitation": "0", "entry_cost": "0.1 to 0.2"},
        changes={"false_positive_cap": "x 4", "entry_cost": "+ -0.05 to 0.05"},
        contest="Examination",
    )
    cap = axis_of(case, case.input("false_positive_cap"))
    assert cap.low > 0
    assert cap.high < 0.25
    assert cap.high == pytest.approx(0.25)
    factor = axis_of(case, case.input("AI:false_positive_cap"))
    assert factor.high * case.medians()["false_positive_cap"] < 1
    shift = axis_of(case, case.input("AI:entry_cost"))
    assert shift.scale == "linear"
    assert shift.low == pytest.approx(-case.medians()["entry_cost"])
    none = axis_of(case, case.input("imitation"))
    assert (none.scale, none.low) == ("linear", 0.0)
    assert none.high > 1


def test_probabilities_move_in_odds() -> None:
    case = scenario({"false_positive_cap": "0.01 to 0.1"}, contest="Examination")
    axis = axis_of(case, case.input("false_positive_cap"))
    assert axis.scale == "logit"
    odds = axis.high / (1 - axis.high) / (axis.center / (1 - axis.center))
    assert odds == pytest.approx(1000)
    assert axis.back(axis.forward(0.3)) == pytest.approx(0.3)


def test_first_change_passes_over_what_is_unknown() -> None:
    nan = np.nan
    near, far, changed = first_change(
        np.array([[1, 1, nan, -1, 1], [1, nan, 1, 1, nan], [nan, 1, -1, 1, 1], [0, 0, 0, 0, 1]])
    )
    assert changed.tolist() == [True, False, False, True]
    assert near[[0, 3]].tolist() == [1, 3]
    assert far[[0, 3]].tolist() == [3, 4]


def test_flips_need_few_evaluations() -> None:
    points = 0

    def tilt(values: dict, _: str) -> np.ndarray:
        nonlocal points
        points += values["attacker_edge"].size
        return 0.1 * np.log(3 * values["defender_edge"] / values["attacker_edge"])

    flips(normal_case(8), model_of_tilt(tilt))
    assert points < 6000
