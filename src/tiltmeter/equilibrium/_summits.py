"""Where a payoff is highest: the tops of its peaks, by golden sections, and what lies on a plateau."""

from typing import Any

import numpy as np

Vector = np.ndarray[Any, np.dtype[np.float64]]

# Payoffs within this of the best, in units of the stake, are as good as it.
AS_GOOD = 1e-8
# Efforts that differ by less, as a share of themselves or of the one that costs the stake, are the same best response.
_NEAR = 2e-2
_NEAR_NOTHING = 1e-6
# Payoffs that differ by less are flat.
_FLAT = 1e-12
# So many efforts stand for a plateau.
_LEVEL = 65
_SECTIONS = 50


def joined_with(own: Vector, found: Vector, limit: float) -> Vector:
    """The efforts played, exact as they are, and those found that are none of them."""

    def room(efforts: Vector) -> Vector:
        return np.maximum(_NEAR * efforts, _NEAR_NOTHING * limit)

    kept = list(own)
    # The least and the greatest come first: next to nothing is taken for nothing, and the ends of a plateau are exact.
    for effort in [*found[[0, -1]], *found[1:-1]]:
        if all(abs(effort - other) > room(np.maximum(effort, other)) for other in kept):
            kept.append(effort)
    return np.sort(kept)


def as_good(earns: Any, scan: Vector) -> Vector:
    """All efforts that earn as much as the best: tops of peaks, and what lies on a plateau."""
    heights = earns(scan)
    tops = peaks(earns, scan)
    crests = earns(tops)
    best = max(heights.max(), crests.max())
    level = np.abs(np.diff(heights)) <= _FLAT
    plateau = np.flatnonzero(np.append(level, False) & np.append(False, level) & (heights >= best - AS_GOOD))
    some = plateau[np.unique(np.linspace(0, plateau.size - 1, min(plateau.size, _LEVEL)).astype(int))]
    return np.unique(np.concatenate([tops[crests >= best - AS_GOOD], scan[some]]))


def peaks(earns: Any, scan: Vector) -> Vector:
    """The tops of all local peaks of a payoff, by golden sections of the gaps around them."""
    heights = earns(scan)
    left, right = np.append(-np.inf, heights[:-1]), np.append(heights[1:], -np.inf)
    at = np.flatnonzero((heights >= left) & (heights >= right))
    low, high = scan[np.maximum(at - 1, 0)], scan[np.minimum(at + 1, scan.size - 1)]
    share = (np.sqrt(5) - 1) / 2
    for _ in range(_SECTIONS):
        inner = np.stack([high - share * (high - low), low + share * (high - low)])
        first, second = earns(inner.reshape(-1)).reshape(inner.shape)
        low, high = np.where(first < second, inner[0], low), np.where(first < second, high, inner[1])
    return np.unique(np.concatenate([(low + high) / 2, scan[at]]))
