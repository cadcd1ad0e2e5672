"""Sobol indices against functions whose indices are known."""

import numpy as np
import pytest

from analysis_cases import model_of_tilt, normal_case, scores_of, uniform_case
from tiltmeter.analysis._sensitivity import drivers, sobol_indices

ONES = [[0], [1], [2]]


def ishigami(points: np.ndarray) -> np.ndarray:
    x = np.pi * (2 * points - 1)
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def ishigami_indices() -> tuple[np.ndarray, np.ndarray]:
    a, b = 7.0, 0.1
    first = np.array([0.5 * (1 + b * np.pi**4 / 5) ** 2, a**2 / 8, 0.0])
    mixed = b**2 * np.pi**8 * (1 / 18 - 1 / 50)
    variance = first.sum() + mixed
    return first / variance, (first + np.array([mixed, 0.0, mixed])) / variance


def test_ishigami() -> None:
    found = sobol_indices(ishigami, ONES, 32768, seed=0)
    first, total = ishigami_indices()
    assert found.first == pytest.approx(first, abs=0.02)
    assert found.total == pytest.approx(total, abs=0.02)
    assert np.all(np.abs(found.total - total) <= 2 * found.total_conf + 1e-3)
    assert found.evaluations <= 32768


def test_sobol_g() -> None:
    a = np.array([0.0, 1.0, 4.5, 9.0, 99.0])
    partial = 1 / (3 * (1 + a) ** 2)
    variance = np.prod(1 + partial) - 1
    total = partial * np.prod(1 + partial) / (1 + partial) / variance

    def g(points: np.ndarray) -> np.ndarray:
        return np.prod((np.abs(4 * points - 2) + a) / (1 + a), axis=1)

    found = sobol_indices(g, [[index] for index in range(5)], 65536, seed=3)
    assert found.first == pytest.approx(partial / variance, abs=0.02)
    assert found.total == pytest.approx(total, abs=0.02)


def test_groups_in_any_order() -> None:
    first, total = ishigami_indices()
    found = sobol_indices(ishigami, [[1], [2, 0]], 32768, seed=0)
    assert found.total == pytest.approx([total[1], 1 - first[1]], abs=0.02)
    assert found.first == pytest.approx([first[1], 1 - total[1]], abs=0.02)


def test_seed_zero_counts() -> None:
    one, same, other = (sobol_indices(ishigami, ONES, 2048, seed=seed) for seed in (0, 0, 1))
    assert np.array_equal(one.total, same.total)
    assert np.array_equal(one.total_conf, same.total_conf)
    assert not np.array_equal(one.total, other.total)


def test_blocks_with_a_failed_member_are_left_out_whole() -> None:
    def failing(points: np.ndarray) -> np.ndarray:
        return np.where(points[:, 1] > 0.98, np.nan, points[:, 0])

    found = sobol_indices(failing, ONES, 8192, seed=0)
    # A block survives if both its draws of the second variable do.
    assert found.lost / found.blocks == pytest.approx(1 - 0.98**2, abs=0.01)
    assert found.total == pytest.approx([1, 0, 0], abs=0.02)


def test_indices_are_withheld_when_too_many_draws_fail() -> None:
    case = uniform_case(2)
    found = drivers(
        case,
        model_of_tilt(lambda values, _: np.where(values["attacker_edge"] > 0.8, np.nan, values["defender_edge"])),
        8192,
        0,
    )
    assert found.items == ()
    assert not found.sufficient
    assert "not be valid" in found.note


def test_some_failures_are_said() -> None:
    case = uniform_case(2)
    model = model_of_tilt(lambda values, _: np.where(values["attacker_edge"] > 0.99, np.nan, values["defender_edge"]))
    found = drivers(case, model, 8192, 0)
    assert found.sufficient
    assert "left out" in found.note
    assert found.items[0].inputs == ("defender_edge",)
    assert found.items[0].total == pytest.approx(1.0, abs=0.02)


def test_a_tilt_that_does_not_vary_has_no_drivers() -> None:
    found = drivers(uniform_case(2), model_of_tilt(lambda values, _: np.array(0.25)), 2048, 0)
    assert found.items == ()
    assert "does not vary" in found.note


def test_nothing_uncertain() -> None:
    found = drivers(uniform_case(0), model_of_tilt(lambda values, _: np.array(0.25)), 2048, 0)
    assert (found.evaluations, found.items) == (0, ())


def test_correlated_inputs_are_judged_together() -> None:
    """y = z0 + z1 + z2 with ρ between the first two: their group explains (2 + 2ρ)/(3 + 2ρ)."""
    case = normal_case(3, correlations="correlations: [{between: [attacker_edge, defender_edge], value: 0.5}]")
    found = drivers(case, model_of_tilt(lambda values, _: 0.05 * scores_of(values, 3).sum(axis=-1)), 16384, 0)
    assert found.sufficient
    assert [item.inputs for item in found.items] == [("attacker_edge", "defender_edge"), ("attacker_returns",)]
    assert [item.total for item in found.items] == pytest.approx([0.75, 0.25], abs=0.02)
    assert [item.first for item in found.items] == pytest.approx([0.75, 0.25], abs=0.03)
    assert " and " in found.items[0].label


def test_the_choice_of_reading_is_an_input() -> None:
    """Means ±δ with weights w, 1 - w, plus an input of variance s²: the reading's share is 4 w (1 - w) δ² of both."""
    case = normal_case(1, weights={"one": 0.7, "two": 0.3})

    def tilt(values: dict, reading: str) -> np.ndarray:
        return (0.1 if reading == "one" else -0.1) + 0.1 * scores_of(values, 1)[..., 0]

    found = drivers(case, model_of_tilt(tilt), 16384, 0)
    by_input = {item.inputs[0]: item for item in found.items}
    share = 4 * 0.7 * 0.3
    assert by_input["reading"].total == pytest.approx(share / (share + 1), abs=0.03)
    assert by_input["attacker_edge"].total == pytest.approx(1 / (share + 1), abs=0.03)


def test_too_few_samples_are_said() -> None:
    """A rare large effect: the variance hangs on few draws."""
    case = uniform_case(3)
    model = model_of_tilt(
        lambda values, _: np.where((values["attacker_edge"] > 0.92) & (values["defender_edge"] > 0.92), 0.4, 0.0)
    )
    found = drivers(case, model, 2048, 0)
    assert not found.sufficient
    assert "raise the number of samples" in found.note
    assert found.items
