"""When a claim holds: a derived formula, compared to the numbers, or a rule learnt from draws."""

import re
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

import numpy as np

from tiltmeter.analysis._failures import conditions
from tiltmeter.claims._claim import Case, Claim, Formula
from tiltmeter.claims._finding import Condition
from tiltmeter.claims._region import BoolArray, FloatArray, Points

# A formula must agree with the numbers to this.
EXACT = 1e-9
DEPTH = 3
# A rule that is right less often, or of whose promises fewer are kept, tells a reader little.
GOOD_ENOUGH = 0.9
_PAIRS = 128
_HALVINGS = 34


def agreement(
    claim: Claim, formula: Formula, case: Case, cube: FloatArray, margin: FloatArray, certified: BoolArray
) -> tuple[float, float]:
    """How well a formula agrees with the numbers over a case: the share of draws that it gets right, and its error.

    The error is the largest distance between the boundary of the formula and that of the numbers, along lines between
    draws where the claim holds and draws where it is violated, as a share of the intervals searched; and the largest
    difference from the margins where the formula gives these too.

    Args:
        claim: whose formula.
        formula: the formula.
        case: the case.
        cube: the draws, in the unit cube.
        margin: the claim's margins there.
        certified: where they mean anything.
    """
    points = case.region.points(cube)
    clear = certified & (np.abs(margin) > claim.tolerance)
    predicted = np.asarray(formula.above_zero(case, points), dtype=float)
    right = float(np.mean((predicted > 0)[clear] == (margin > 0)[clear])) if clear.any() else 1.0
    error = _boundary_error(claim, formula, case, cube[clear & (margin > 0)], cube[clear & (margin < 0)])
    if formula.value is not None and certified.any():
        difference = np.asarray(formula.value(case, points), dtype=float) - margin
        error = max(error, float(np.max(np.abs(difference[certified]))))
    return right, error


def _boundary_error(claim: Claim, formula: Formula, case: Case, holding: FloatArray, violating: FloatArray) -> float:
    """The largest distance between the two boundaries on lines between draws."""
    pairs = min(len(holding), len(violating), _PAIRS)
    if pairs == 0:
        return 0.0
    here, there = holding[:pairs], violating[:pairs]

    def point(share: FloatArray) -> Points:
        return case.region.points(here + share[:, None] * (there - here))

    low, high = np.zeros(pairs), np.ones(pairs)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        holds = claim.test(case, point(middle)).margin > 0
        low, high = np.where(holds, middle, low), np.where(holds, high, middle)
    # Where the claim passes into a stretch without change, the formula says nothing.
    beyond = claim.test(case, point(np.minimum(high + 1e-3, 1.0)))
    real = beyond.certified & (np.abs(beyond.margin) > claim.tolerance)
    aside = EXACT / np.max(np.abs(there - here), axis=1)
    inside = formula.above_zero(case, point(np.maximum(low - aside, 0.0))) > 0
    outside = formula.above_zero(case, point(np.minimum(high + aside, 1.0))) <= 0
    return 0.0 if (inside & outside)[real].all() else _distance(formula, case, here, there, (low + high) / 2, real)


def _distance(
    formula: Formula, case: Case, here: FloatArray, there: FloatArray, found: FloatArray, real: BoolArray
) -> float:
    """How far the formula's own boundary lies from the one that was found, at most; 1 where it has none nearby."""
    low, high = np.maximum(found - 0.01, 0.0), np.minimum(found + 0.01, 1.0)

    def above(share: FloatArray) -> BoolArray:
        return np.asarray(formula.above_zero(case, case.region.points(here + share[:, None] * (there - here))) > 0)

    brackets = above(low) & ~above(high)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        holds = above(middle)
        low, high = np.where(holds, middle, low), np.where(holds, high, middle)
    off = np.abs((low + high) / 2 - found) * np.max(np.abs(there - here), axis=1)
    return float(np.max(np.where(brackets, off, 1.0)[real]))


def learnt(features: Mapping[str, FloatArray], holds: BoolArray, seed: int) -> Condition | None:
    """A rule from a shallow tree, with its accuracy on the half of the draws that it was not learnt from.

    Args:
        features: inputs, and functions of them, at the draws, by name.
        holds: where the claim holds, among draws where it does or does not.
        seed: of the tree.

    Returns:
        None where there are too few draws of either kind, or where the rule is not good enough: neither right often
        enough, nor kept often enough where it promises.
    """
    few = min(int(holds.sum()), int((~holds).sum()))
    if few < 8:
        return None
    names = tuple(features)
    table = np.column_stack([features[name] for name in names])
    first = np.arange(len(holds)) % 2 == 0
    tree: Any = import_module("sklearn.tree").DecisionTreeClassifier(
        max_depth=DEPTH, class_weight="balanced", min_samples_leaf=max(2, few // 20), random_state=seed
    )
    tree.fit(table[first], holds[first])
    predicted = np.asarray(tree.predict(table), dtype=bool)
    leaves = np.asarray(tree.apply(table))
    inside = [int(leaf) for leaf in np.unique(leaves) if predicted[leaves == leaf].all()]
    rest = ~first
    if not inside or not (holds & rest).any() or not (~holds & rest).any():
        return None
    accuracy = float((predicted[rest & holds].mean() + (~predicted[rest & ~holds]).mean()) / 2)
    kept = float(holds[rest & predicted].mean()) if (rest & predicted).any() else 0.0
    if min(accuracy, kept) < GOOD_ENOUGH:
        return None
    inside.sort(key=lambda leaf: -int((leaves == leaf).sum()))
    texts = [" and ".join(conditions(tree.tree_, names, leaf)) for leaf in _merged(tree.tree_, inside)]
    return Condition("; or ".join(_worded(text) for text in texts), "rule", accuracy)


def _merged(tree: Any, leaves: Sequence[int]) -> list[int]:
    """The nodes that stand for all of these leaves: two of one parent become the parent."""
    nodes = list(leaves)
    while True:
        for node in range(len(tree.children_left)):
            pair = [int(tree.children_left[node]), int(tree.children_right[node])]
            if all(child in nodes for child in pair):
                nodes = [other for other in nodes if other not in pair] + [node]
                break
        else:
            return nodes


def _worded(text: str) -> str:
    """Conditions on which contest it is, written as such."""
    marks = {r"contest is (.*) > [\d.]+": r"the contest is \1", r"contest is (.*) ≤ [\d.]+": r"the contest is not \1"}
    parts = text.split(" and ")
    for pattern, words in marks.items():
        parts = [re.sub(f"^{pattern}$", words, part) for part in parts]
    return " and ".join(parts)
