"""The smallest reversal against limit states whose most probable point is known."""

import numpy as np
import pytest

from analysis_cases import model_of_tilt, normal_case, scores_of
from tiltmeter.analysis._findings import Reversal, Side
from tiltmeter.analysis._reversal import RADIUS, reversal
from tiltmeter.scenarios import Scenario


def search(case: Scenario, tilt, n: int = 2048, seed: int = 0, side: Side = "depends") -> Reversal:
    """The reversal of a tilt that is a function of the scores of the inputs."""
    dimension = len(case.uncertain)
    model = model_of_tilt(lambda values, _: tilt(scores_of(values, dimension)))
    scores = case.scores(n, seed)
    return reversal(case, model, side, scores, tilt(scores_of(case.values(scores), dimension)), seed)


@pytest.mark.parametrize(("dimension", "beta"), [(2, 1.0), (3, 2.5), (8, 2.0), (8, 4.0)])
def test_linear_limit_states(dimension: int, beta: float) -> None:
    slope = np.linspace(-1.0, 2.0, dimension)
    length = np.linalg.norm(slope)
    found = search(normal_case(dimension), lambda z: 0.1 * (beta * length - z @ slope))
    assert found.found
    assert found.to == "defense"
    assert found.tilt is not None
    assert found.tilt < 0
    assert beta <= found.distance <= beta * 1.01
    moved = {move.input: move.sds for move in found.moves}
    expected = dict(zip(normal_case(dimension).uncertain, beta * slope / length, strict=True))
    for name, sds in expected.items():
        assert moved.get(name, 0.0) == pytest.approx(sds, abs=0.15 * beta)
    assert found.moves[0].input == normal_case(dimension).uncertain[-1]


def test_the_values_of_the_moves_are_those_of_their_scores() -> None:
    found = search(normal_case(2), lambda z: 2.0 - z[..., 0])
    (move,) = found.moves
    assert move.input == "attacker_edge"
    assert move.central == pytest.approx(1.0)
    assert move.value == pytest.approx(np.exp(0.4 * 2.0), rel=1e-3)
    assert move.sds == pytest.approx(2.0, rel=1e-3)


def test_inputs_that_do_nothing_do_not_move() -> None:
    found = search(normal_case(8), lambda z: 2.0 - z[..., 3])
    assert [move.input for move in found.moves] == ["defender_returns"]
    assert found.distance == pytest.approx(2.0, rel=1e-3)


def test_jumps_and_corners() -> None:
    found = search(normal_case(4), lambda z: np.where((z[..., 0] > 2) & (z[..., 1] < -1), -0.1, 0.3))
    assert np.sqrt(5) <= found.distance <= np.sqrt(5) * 1.02
    assert {move.input for move in found.moves} == {"attacker_edge", "defender_edge"}


def test_the_nearer_of_two_regions() -> None:
    found = search(normal_case(3), lambda z: np.where((z[..., 0] > 2.4) | (z[..., 2] < -1.8), -0.1, 0.1))
    assert found.distance == pytest.approx(1.8, rel=2e-3)


def test_curved_limit_state() -> None:
    found = search(normal_case(3), lambda z: 3.0**2 - (z[..., 0] - 1) ** 2 - 2 * z[..., 1] ** 2 - z[..., 2] ** 2)
    # On the axis of z1 the surface lies at 3/√2 and less with a little z0; solved by hand with a multiplier.
    grid = np.linspace(-4, 1, 200001)
    rest = (9 - (grid - 1) ** 2) / 2
    nearest = np.sqrt(np.min(np.where(rest >= 0, grid**2 + np.maximum(rest, 0), np.inf)))
    assert nearest * (1 - 1e-6) <= found.distance <= nearest * 1.01


def test_distance_counts_the_joint_distribution() -> None:
    """Two inputs that move together reach their sum more easily: β = c / √(2 + 2ρ)."""
    rho = 0.8
    case = normal_case(2, correlations=f"correlations: [{{between: [attacker_edge, defender_edge], value: {rho}}}]")
    found = search(case, lambda z: 3.0 - z.sum(axis=-1))
    beta = 3.0 / np.sqrt(2 + 2 * rho)
    assert beta <= found.distance <= beta * 1.005
    assert [move.sds for move in found.moves] == pytest.approx([1.5, 1.5], abs=0.05)


def test_probability_is_the_share_of_the_draws_on_the_other_side() -> None:
    found = search(normal_case(3), lambda z: 1.0 - z[..., 0], n=4096)
    assert found.probability == pytest.approx(0.1587, abs=0.003)


def test_draws_that_fail_are_left_out() -> None:
    found = search(normal_case(2), lambda z: np.where(z[..., 1] > 0.5, np.nan, 1.0 - z[..., 0]), n=4096)
    assert found.probability == pytest.approx(0.1587, abs=0.01)
    assert found.distance == pytest.approx(1.0, rel=1e-3)


def test_medians_on_the_minority_side() -> None:
    found = search(normal_case(2), lambda z: np.where(np.abs(z[..., 0]) < 0.2, -0.1, 0.1))
    assert (found.found, found.distance, found.moves, found.to) == (True, 0.0, (), "defense")
    assert found.tilt == pytest.approx(-0.1)


def test_the_side_of_the_verdict_is_the_one_that_is_reversed() -> None:
    """Most draws lean to offense, but the verdict may not, when readings of another kind outweigh them."""
    found = search(normal_case(2), lambda z: 1.0 - z[..., 0], side="offense")
    assert found.to == "defense"
    assert found.distance == pytest.approx(1.0, rel=1e-3)
    found = search(normal_case(2), lambda z: 1.0 - z[..., 0], side="defense")
    assert (found.to, found.distance) == ("offense", 0.0)


def test_never_found_says_how_far_it_looked() -> None:
    found = search(normal_case(3), lambda z: 0.1 + 0.0 * z[..., 0])
    assert (found.found, found.distance, found.to, found.probability) == (False, RADIUS, None, 0.0)
    assert found.tilt == pytest.approx(0.1)


def test_farther_than_any_draw() -> None:
    found = search(normal_case(4), lambda z: 5.0 - z[..., 1])
    assert found.probability == 0.0
    assert found.distance == pytest.approx(5.0, rel=1e-3)


def test_any_tilt_reverses_no_tilt() -> None:
    found = search(normal_case(2), lambda z: np.maximum(z[..., 0] - 1.5, 0.0))
    assert found.to == "offense"
    assert found.distance == pytest.approx(1.5, rel=2e-3)


def test_no_usable_draw() -> None:
    found = search(normal_case(2), lambda z: np.full(z.shape[:-1], np.nan))
    assert (found.found, found.tilt, found.probability) == (False, None, 0.0)


def test_the_seed_decides() -> None:
    case, slope = normal_case(5), np.array([1.0, 2.0, -1.0, 0.5, 0.1])
    one, same, other = (search(case, lambda z: 3.0 - z @ slope + 0.1 * z[..., 0] ** 2, seed=seed) for seed in (0, 0, 1))
    assert one == same
    assert one != other
    assert one.distance == pytest.approx(other.distance, rel=0.01)
