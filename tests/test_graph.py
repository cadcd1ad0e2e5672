"""The influence graph: its file, its fixed points against other solvers, bounds, derivatives, cycles, and structure."""

import dataclasses

import jax.numpy as jnp
import numpy as np
import pytest
import xgi
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import root

from tiltmeter.errors import AssessmentError
from tiltmeter.framework import (
    Graph,
    cascade,
    centrality,
    fixed_points,
    load_graph,
    places,
    require_one,
    responses,
    settle,
    structure,
)
from tiltmeter.framework._dynamics import Weights, central, rest_levels, shape_of, step
from tiltmeter.framework._graph import loads
from tiltmeter.framework._settle import contraction

GRAPH = load_graph()
RUBRIC = GRAPH.rubric
FREE = jnp.zeros(12, bool)

PAIR = """\
format: 1
version: pair
gain: {{value: {gain}, why: a test}}
edges:
  - {{from: raw-capability-potential, to: adaptability, weight: {first}, why: a test}}
  - {{from: adaptability, to: raw-capability-potential, weight: {second}, why: a test}}
"""


def profiles(count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    ratings = np.random.default_rng(seed).uniform(0.02, 0.98, (12, count))
    return ratings, rest_levels(RUBRIC, ratings)


def drawn(count: int, seed: int = 1) -> Weights:
    u = np.random.default_rng(seed).uniform(size=(len(GRAPH.influences) + 1, count))
    each = [one.quantity.ppf(row) for one, row in zip(GRAPH.influences, u[:-1], strict=True)]
    edges = len(GRAPH.edges)
    return Weights(np.stack(each[:edges]), np.stack(each[edges:]), 1.0 + u[-1])


def by_hand(levels: np.ndarray, ratings: np.ndarray, rest: np.ndarray) -> np.ndarray:
    """One round for one graph at its central weights, written down again without any of the library's code."""
    owner = [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    sign = np.array([1, 1, 1, -1, 1, 1, -1, 1, 1, 1, 1, 1])

    def elements(x: np.ndarray) -> np.ndarray:
        turned = np.where(sign > 0, x, 1 - x)
        return turned.reshape(6, 2).mean(axis=1)

    def nodes(x: np.ndarray) -> dict[str, float]:
        names = [*RUBRIC.element_names, *RUBRIC.names]
        return dict(zip(names, [*elements(x), *x], strict=True))

    now, before = nodes(levels), nodes(rest)
    push = dict.fromkeys(RUBRIC.element_names, 0.0)
    for one in GRAPH.influences:
        carried = np.prod([now[name] for name in one.sources]) - np.prod([before[name] for name in one.sources])
        push[one.target] += 1.5 * one.weight * carried
    after = np.empty(12)
    for k in range(12):
        odds = ratings[k] / (1 - ratings[k]) * np.exp(sign[k] * push[RUBRIC.element_names[owner[k]]])
        after[k] = odds / (1 + odds)
    return after


def test_every_pair_of_elements_is_joined_in_both_directions_each_with_a_reason() -> None:
    pairs = {(one.sources[0], one.target) for one in GRAPH.edges}
    names = RUBRIC.element_names
    assert pairs == {(a, b) for a in names for b in names if a != b}
    assert all(one.why and one.low <= one.weight <= one.high for one in GRAPH.influences)
    gates = {one.id: set(one.sources) for one in GRAPH.gates}
    assert gates["usable-capability"] == {"raw-capability-potential", "accessibility-and-control", "adaptability"}
    assert gates["misuse-restraint"] == {"technical-safeguards", "monitoring-and-auditing", "regulatory-strength"}


def test_one_round_is_what_the_equation_says() -> None:
    ratings, rest = profiles(1)
    levels = np.linspace(0.1, 0.9, 12)
    flat = Weights(*(np.asarray(x) for x in central(GRAPH)))
    found = step(shape_of(GRAPH), flat, FREE, ratings[:, 0], rest[:, 0], levels)  # type: ignore[arg-type]
    assert np.asarray(found) == pytest.approx(by_hand(levels, ratings[:, 0], rest[:, 0]), abs=1e-14)


def test_fixed_points_agree_with_scipys_root_finder() -> None:
    ratings, rest = profiles(5)
    levels, moved = fixed_points(GRAPH, ratings, rest)
    assert moved.max() <= 1e-12
    for column in range(5):
        r, b = ratings[:, column], rest[:, column]
        other = root(lambda x, r=r, b=b: by_hand(x, r, b) - x, r, tol=1e-13)
        assert levels[:, column] == pytest.approx(other.x, abs=1e-10)


def test_many_graphs_at_once_are_as_one_by_one_and_do_not_depend_on_the_start() -> None:
    ratings, rest = profiles(1500)
    weights = drawn(1500)
    levels, moved = fixed_points(GRAPH, ratings, rest, weights)
    assert moved.max() <= 1e-12
    start = np.random.default_rng(5).uniform(size=(12, 1500))
    again, _ = fixed_points(GRAPH, ratings, rest, weights, start=start)
    assert again == pytest.approx(levels, abs=1e-10)
    one = Weights(weights.edges[:, 77:78], weights.gates[:, 77:78], weights.gain[77:78])
    alone, _ = fixed_points(GRAPH, ratings[:, 77:78], rest[:, 77:78], one)
    assert alone[:, 0] == pytest.approx(levels[:, 77], abs=1e-12)


def test_nothing_moves_without_connections_nor_without_the_system() -> None:
    ratings, rest = profiles(20)
    cut = GRAPH.without(*(one.id for one in GRAPH.influences))
    assert fixed_points(cut, ratings, rest)[0] == pytest.approx(ratings, abs=1e-15)
    assert fixed_points(GRAPH, rest, rest)[0] == pytest.approx(rest, abs=1e-15)


def test_what_is_absent_or_complete_stays_whatever_pushes() -> None:
    ratings, rest = profiles(8)
    ratings[2], ratings[8] = 0.0, 1.0
    levels, _ = fixed_points(GRAPH, ratings, rest)
    assert np.all(levels[2] == 0)
    assert np.all(levels[8] == 1)
    clamped, _ = fixed_points(GRAPH, ratings, rest, clamped=["modifiability"])
    assert clamped[4] == pytest.approx(ratings[4], abs=0)


@settings(max_examples=20)
@given(st.integers(0, 10_000), st.floats(0.1, 4))
def test_the_bound_bounds_how_far_rounds_bring_states_together(seed: int, gain: float) -> None:
    rng = np.random.default_rng(seed)
    ratings, rest = profiles(1, seed)
    weights = Weights(np.asarray(central(GRAPH).edges), np.asarray(central(GRAPH).gates), np.asarray(gain))
    bound = float(contraction(GRAPH, weights)[0])
    one, other = rng.uniform(size=(2, 12))
    first = np.abs(one - other).max()
    shape = shape_of(GRAPH)
    for _ in range(3):
        one, other = (np.asarray(step(shape, weights, FREE, ratings[:, 0], rest[:, 0], x)) for x in (one, other))  # type: ignore[arg-type]
        if bound < 0.95:  # in the plain norm only where no power of the matrix was needed
            assert np.abs(one - other).max() <= bound * first + 1e-12
        first = np.abs(one - other).max()


def test_the_default_graph_is_proved_to_settle_in_one_place_for_all_plausible_weights() -> None:
    ratings, rest = profiles(2000)
    found = settle(GRAPH, ratings, rest, drawn(2000)._replace(gain=np.full(2000, 1.5)))
    assert np.mean(found.status == 0) > 0.99
    assert found.usable.all()


def test_derivatives_of_the_fixed_point_agree_with_differences() -> None:
    ratings, rest = profiles(3)
    levels, _ = fixed_points(GRAPH, ratings, rest)
    found = responses(GRAPH, central(GRAPH), ratings, rest, levels, follows=["geopolitical-stability"])
    for k in range(12):
        ends = []
        for shift in (1e-6, -1e-6):
            moved = ratings.copy()
            moved[k] += shift
            ends.append(fixed_points(GRAPH, moved, rest_levels(RUBRIC, moved))[0])
        assert pytest.approx((ends[0] - ends[1]) / 2e-6, abs=1e-5) == found[:, :, k].T


def test_several_fixed_points_are_all_reported_and_never_averaged() -> None:
    graph = loads(PAIR.format(gain=12, first=1, second=1))
    ratings = np.full(12, 0.03)
    rest = np.zeros(12)
    found = places(graph, ratings, rest)
    assert found.status == "several"
    assert len(found.points) >= 2
    for point in found.points:
        again, moved = fixed_points(graph, ratings[:, None], rest[:, None], start=point[:, None])
        assert again[:, 0] == pytest.approx(point, abs=1e-6)
        assert moved[0] <= 1e-12
    settled = settle(graph, ratings[:, None], rest[:, None])
    assert np.isnan(settled.levels).all()
    assert not settled.usable[0]
    with pytest.raises(AssessmentError, match=r"has [2-9] fixed points.*: \(1\) capability-breadth .*Nothing is"):
        require_one(graph, found, RUBRIC.names)


def test_a_cycle_is_reported_with_its_states() -> None:
    graph = loads(PAIR.format(gain=40, first=1, second=-1))
    ratings, rest = np.full(12, 0.7), np.full(12, 0.5)
    found = places(graph, ratings, rest)
    assert found.status == "cycle"
    assert not found.points
    assert len(found.cycle) == 4
    assert np.abs(found.cycle[0] - found.cycle[1]).max() > 0.1
    with pytest.raises(AssessmentError, match="go through 4 states in a circle"):
        require_one(graph, found, RUBRIC.names)


def test_the_parts_of_a_cascade_sum_to_the_moves_and_end_at_the_fixed_point() -> None:
    ratings, rest = profiles(1, 3)
    start = fixed_points(GRAPH, ratings, rest)[0][:, 0]
    held = ratings[:, 0].copy()
    held[11] = 1.0
    path = cascade(GRAPH, held, rest[:, 0], start, ["regulatory-strength"])
    end, _ = fixed_points(GRAPH, held[:, None], rest, clamped=["regulatory-strength"])
    assert path.levels[-1] == pytest.approx(end[:, 0], abs=1e-10)
    for before, after, moves in zip(path.levels, path.levels[1:], path.moves, strict=False):
        total = dict.fromkeys(RUBRIC.element_names, 0.0)
        for one in moves:
            total[one.target] += one.by
        moved = RUBRIC.element_levels(after) - RUBRIC.element_levels(before)
        assert [total[name] for name in RUBRIC.element_names] == pytest.approx(moved, abs=1e-12)
    first = {one.source for one in path.moves[0]}
    assert first == {"sociotechnical-context", "misuse-restraint"}  # only what was set pushes in the first round


def test_structure_is_held_by_xgi_and_centrality_agrees_with_its_matrix() -> None:
    made = structure(GRAPH)
    assert isinstance(made, xgi.DiHypergraph)
    assert made.num_edges == len(GRAPH.influences)
    tail, head = made.edges.dimembers("usable-capability")
    assert (tail, head) == (set(GRAPH.influence("usable-capability").sources), {"proliferation-diffusion-release"})
    found = centrality(GRAPH)
    # The same by hand: the leading eigenvector of how many weighted edges join two dimensions.
    members = {e: [d.name for d in RUBRIC.dimensions if d.element == e] for e in RUBRIC.element_names}
    members |= {name: [name] for name in RUBRIC.names}
    joined = np.zeros((12, 12))
    for one in GRAPH.influences:
        nodes = sorted({RUBRIC.names.index(name) for end in (*one.sources, one.target) for name in members[end]})
        joined[np.ix_(nodes, nodes)] += round(abs(one.weight) * 20)
    np.fill_diagonal(joined, 0)
    values, vectors = np.linalg.eigh(joined)
    leading = np.abs(vectors[:, np.argmax(values)])
    assert [found[name] for name in RUBRIC.names] == pytest.approx(leading / leading.sum(), abs=1e-6)
    assert sum(found[name] for name in RUBRIC.element_names) == pytest.approx(1)


@pytest.mark.parametrize(
    ("old", "new", "said", "field"),
    [
        ("weight: 0.5", "weight: 1.5", "between -1 and 1", "weight"),
        ("weight: 0.5", "weight: 0.5, low: 0.7, high: 0.9", "must lie in its range", "weight"),
        ("weight: 0.5", "weight: 0.5, low: 0.9, high: 0.1", "the range is reversed", "low"),
        (
            "from: raw-capability-potential",
            "from: raw-capability-potent",
            "did you mean 'raw-capability-potential'",
            "from",
        ),
        ("to: adaptability", "to: raw-capability-potential", "cannot push itself", "1"),
        ("value: 2", "value: -2", "the gain must be a positive value", "value"),
        ("why: a first", "wy: a first", "unknown field 'wy'", "wy"),
        (
            "adaptability, to: raw-capability-potential",
            "raw-capability-potential, to: adaptability",
            "given twice",
            "2",
        ),
    ],
)
def test_mistakes_in_a_graph_are_reported_with_line_and_field(old: str, new: str, said: str, field: str) -> None:
    text = (
        PAIR.format(gain=2, first=0.5, second=0.4).replace("a test}", "a first}", 2).replace("a first}", "a test}", 1)
    )
    assert old in text
    with pytest.raises(AssessmentError) as caught:
        loads(text.replace(old, new, 1), "graph.yaml")
    error = caught.value
    assert said in str(error), str(error)
    assert error.file == "graph.yaml"
    assert error.line is not None
    assert error.field is not None
    assert error.field.endswith(field), str(error)


def test_a_file_overrides_some_weights_of_the_bundled_graph(tmp_path: object) -> None:
    own = loads(
        "format: 1\nversion: mine\nbased_on: 1\nedges:\n"
        "  - {from: adaptability, to: safeguards-and-mitigations, weight: 0.9, why: tuned guards}\n"
    )
    assert own.influence("adaptability -> safeguards-and-mitigations").weight == 0.9
    assert len(own.influences) == len(GRAPH.influences)
    assert own.gain == GRAPH.gain
    others = [one for one in own.influences if one.id != "adaptability -> safeguards-and-mitigations"]
    assert all(GRAPH.influence(one.id) == one for one in others)
    assert isinstance(dataclasses.replace(own), Graph)
