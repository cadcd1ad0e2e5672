"""Fixed points of influence graphs: tiltmeter against a loop in NumPy and against FCMpy, in the same run.

FCMpy pins versions of its dependencies that new Pythons do not have, and its simulator needs hardly any of them:
`pip install --no-deps fcmpy tqdm scikit-fuzzy`, and it is measured; else its row says so.
"""

import contextlib
import importlib.util
import io
import sys
import time
import types
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

import tiltmeter as tm
from tiltmeter import framework
from tiltmeter.framework._dynamics import Weights, rest_levels

MANY, FEW, FEWER = 1_000_000, 200, 20

Row = tuple[str, str, str, str]


def graphs() -> list[Row]:
    """Where a million graphs settle, and one assessment with all its uncertainty."""
    graph = framework.load_graph()
    draws = np.random.default_rng(0)
    ratings = draws.uniform(size=(12, MANY))
    rest = rest_levels(graph.rubric, ratings)
    drawn = [draws.triangular(one.low, one.weight, one.high, MANY) for one in graph.influences]
    edges = len(graph.edges)
    weights = Weights(np.stack(drawn[:edges]), np.stack(drawn[edges:]), np.full(MANY, 1.5))
    first = Weights(weights.edges[:, :2048], weights.gates[:, :2048], weights.gain[:2048])
    framework.fixed_points(graph, ratings[:, :2048], rest[:, :2048], first)  # compiles
    seconds, (levels, moved) = _timed(lambda: framework.fixed_points(graph, ratings, rest, weights))
    each = seconds / MANY
    loop_seconds, loop = _timed(lambda: [_by_numpy(graph, ratings, rest, weights, i) for i in range(FEW)])
    differs = max(np.abs(levels[:, i] - one).max() for i, one in enumerate(loop))
    looped = loop_seconds / FEW
    rows = [
        (
            f"fixed points of {MANY:,} graphs",
            f"{seconds:.2f} s",
            "at most 1 s",
            f"to 1e-12, last round moved at most {moved.max():.0e}",
        ),
        (
            "  a loop in NumPy",
            f"{looped * 1e6:,.0f} µs each",
            f"{looped / each:,.0f} × as long (goal: 50)",
            f"{FEW} graphs, the same equation; differs by at most {differs:.0e}",
        ),
        _fcmpy(graph, weights, each),
    ]
    tm.assess("gpt-4-cyber")  # compiles
    seconds, found = _timed(lambda: tm.assess("gpt-4-cyber"))
    note = f"{found.samples:,} samples through graph, bridge and contest, with leverage and robustness"
    return [*rows, ("tm.assess('gpt-4-cyber')", f"{seconds:.1f} s", "at most 5 s", note)]


def _by_numpy(graph: Any, ratings: np.ndarray, rest: np.ndarray, weights: Weights, i: int) -> np.ndarray:
    """One graph, written as one would in NumPy: matrices, and rounds until nothing moves."""
    rubric = graph.rubric
    direction = np.array(rubric.direction)
    owner = np.array(rubric.owner)
    members = np.eye(6)[owner] / 2
    matrix = np.zeros((6, 6))
    for weight, one in zip(weights.edges[:, i], graph.edges, strict=True):
        place = rubric.element_names.index
        matrix[place(one.sources[0]), place(one.target)] = weight
    nodes = [*rubric.element_names, *rubric.names]
    gates = [([nodes.index(n) for n in g.sources], rubric.element_names.index(g.target)) for g in graph.gates]
    r, b = ratings[:, i], rest[:, i]

    def carried(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        elements = np.where(direction > 0, x, 1 - x) @ members
        everything = np.concatenate([elements, x])
        return elements, np.array([everything[own].prod() for own, _ in gates])

    ground = carried(b)
    levels = r
    for _ in range(400):
        elements, products = carried(levels)
        push = (elements - ground[0]) @ matrix
        for weight, (_, target), now, before in zip(weights.gates[:, i], gates, products, ground[1], strict=True):
            push[target] += weight * (now - before)
        odds = np.exp(direction * 1.5 * push[owner])
        after = r * odds / (1 - r + r * odds)
        if np.abs(after - levels).max() <= 1e-12:
            break
        levels = after
    return levels


def _fcmpy(graph: Any, weights: Weights, each: float) -> Row:
    """FCMpy's simulator on the elements alone: its map has no gates and forgets the ratings, so that it does less."""
    what = "  FCMpy's simulator"
    try:
        simulate = _simulator()
    except ImportError as error:
        return (
            what,
            "not measured",
            "goal: 500",
            f"{error.name or error} is missing: pip install --no-deps fcmpy tqdm scikit-fuzzy",
        )
    import pandas as pd

    names = list(graph.rubric.element_names)

    def one(i: int) -> None:
        matrix = pd.DataFrame(np.zeros((6, 6)), index=names, columns=names)
        for weight, edge in zip(weights.edges[:, i], graph.edges, strict=True):
            matrix.loc[edge.sources[0], edge.target] = weight
        start = dict.fromkeys(names, 0.5)
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            simulate(
                initial_state=start,
                weight_matrix=matrix,
                transfer="sigmoid",
                inference="mKosko",
                thresh=1e-12,
                iterations=400,
                l=1,
            )

    seconds, _ = _timed(lambda: [one(i) for i in range(FEWER)])
    own = seconds / FEWER
    return what, f"{own * 1e6:,.0f} µs each", f"{own / each:,.0f} × as long (goal: 500)", f"{FEWER} graphs, no gates"


def _simulator() -> Callable[..., Any]:
    """`FcmSimulator.simulate` without the rest of its package, which wants TensorFlow."""
    found = importlib.util.find_spec("fcmpy")
    if found is None or not found.submodule_search_locations:
        raise ImportError("fcmpy")
    package = types.ModuleType("fcmpy")
    package.__path__ = list(found.submodule_search_locations)
    sys.modules["fcmpy"] = package
    from fcmpy.simulator.simulator import FcmSimulator  # type: ignore[import-not-found]

    return FcmSimulator.simulate


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result
