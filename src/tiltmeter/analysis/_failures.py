"""Where the draws lie that could not be solved: a rule that a person can read."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import numpy as np
import numpy.typing as npt

from tiltmeter.analysis._findings import Failures
from tiltmeter.analysis._words import percent
from tiltmeter.scenarios import Scenario

FloatArray = npt.NDArray[np.float64]

DEPTH = 3


def failures(
    scenario: Scenario,
    values: Mapping[str, FloatArray],
    failed: Mapping[str, npt.NDArray[np.bool_]],
    seed: int,
) -> Failures:
    """How many draws failed, and a rule for each reading in which some did.

    Args:
        scenario: whose inputs and readings.
        values: the inputs at the draws, by id.
        failed: which draws failed, by reading; shape (draws,).
        seed: of the tree.
    """
    weights = {reading.name: reading.weight for reading in scenario.readings}
    count = sum(int(rows.sum()) for rows in failed.values())
    share = sum(weights[name] * float(rows.mean()) for name, rows in failed.items())
    rules: list[str] = []
    accuracies: list[float] = []
    for name, rows in failed.items():
        if rows.all():
            rules.append(f"{name}: every draw")
            accuracies.append(1.0)
        elif rows.any():
            own = {
                given.id: np.asarray(values[given.id], dtype=float)
                for given in scenario.inputs
                if name in given.readings and given.id in scenario.uncertain
            }
            text, accuracy = rule(own, rows, seed) if own else ("without a pattern in the inputs", 0.5)
            rules.append(f"{name}: {text}")
            accuracies.append(accuracy)
    return Failures(share, count, "; ".join(rules) or None, min(accuracies, default=None))


def rule(values: dict[str, FloatArray], failed: npt.NDArray[np.bool_], seed: int) -> tuple[str, float]:
    """A rule for where draws fail, and its balanced accuracy, from a shallow tree in which both classes weigh the same.

    Args:
        values: inputs by name, shape (draws,) each.
        failed: which draws failed; some but not all.
        seed: of the tree.
    """
    names = tuple(values)
    table = np.column_stack([values[name] for name in names])
    tree: Any = import_module("sklearn.tree").DecisionTreeClassifier(
        max_depth=DEPTH, class_weight="balanced", min_samples_leaf=max(1, int(failed.sum()) // 20), random_state=seed
    )
    tree.fit(table, failed)
    predicted = np.asarray(tree.predict(table), dtype=bool)
    accuracy = float((predicted[failed].mean() + (~predicted[~failed]).mean()) / 2)
    leaves = np.asarray(tree.apply(table))
    worst = [leaf for leaf in np.unique(leaves) if predicted[leaves == leaf].all()]
    if not worst:
        return "without a pattern in the inputs", accuracy
    leaf = max(worst, key=lambda candidate: int(failed[leaves == candidate].sum()))
    inside = leaves == leaf
    where = " and ".join(conditions(tree.tree_, names, int(leaf)))
    held = float(failed[inside].sum() / failed.sum())
    return (
        f"where {where} ({percent(failed[inside].mean())} of the draws there fail, {percent(held)} of all that do)",
        accuracy,
    )


def conditions(tree: Any, names: tuple[str, ...], leaf: int) -> list[str]:
    """The splits on the way to a node of a tree, merged to one lower and one upper bound for each input."""
    low: dict[str, float] = {}
    high: dict[str, float] = {}
    node = leaf
    while node:
        parent = int(np.flatnonzero((tree.children_left == node) | (tree.children_right == node))[0])
        name, threshold = names[int(tree.feature[parent])], float(tree.threshold[parent])
        if tree.children_left[parent] == node:
            high[name] = min(high.get(name, np.inf), threshold)
        else:
            low[name] = max(low.get(name, -np.inf), threshold)
        node = parent
    return [
        f"{low[name]:.3g} < {name} ≤ {high[name]:.3g}"
        if name in low and name in high
        else f"{name} > {low[name]:.3g}"
        if name in low
        else f"{name} ≤ {high[name]:.3g}"
        for name in names
        if name in low or name in high
    ]
