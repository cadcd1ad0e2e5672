"""Where to look for a nearer reversal: candidate points in the space of independent standard normals."""

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

# Points along a straight way out; random candidates per round; pool points that get the more costly proposals.
ALONG = 12
RANDOM = 64
FAVORED = 3


def first_proposals(scores: FloatArray, tilt: FloatArray, starts: FloatArray, radius: float) -> FloatArray:
    """Straight ways out of the medians: one input at a time, along the slope of the draws, and towards the starts.

    Args:
        scores: the draws, shape (n, D).
        tilt: their tilts, shape (n,); NaN where not usable.
        starts: draws that are known to lie on the other side, shape (m, D).
        radius: how far to go where nothing is known to lie on the other side.
    """
    axes = np.eye(scores.shape[1])
    slope = _plane(scores, tilt)[0]
    steep = slope / max(float(np.linalg.norm(slope)), 1e-300)
    out = np.concatenate([axes, -axes, steep[None], -steep[None]]) * radius
    share = np.arange(1, ALONG + 1) / ALONG
    ways = np.concatenate([out, starts])
    fine = np.arange(1, 4 * ALONG + 1) / (4 * ALONG)
    return np.concatenate([_along(ways, share), _along(np.stack([steep, -steep]) * radius, fine)])


def next_proposals(
    seen: FloatArray, tilt: FloatArray, pool: FloatArray, generator: np.random.Generator, width: float
) -> FloatArray:
    """Candidates around the best points known so far.

    Args:
        seen: all points evaluated so far, shape (n, D).
        tilt: their tilts, shape (n,); NaN where not usable.
        pool: the best points on the other side, the nearest first, shape (m, D).
        generator: of the random candidates.
        width: how far these stray, relative to their distance.
    """
    favored = pool[:FAVORED]
    return np.concatenate(
        [
            _strayed(pool, generator, width),
            _along(pool[: 2 * FAVORED], 1 - width * np.geomspace(1e-3, 1.0, 8)),
            _with_less(favored, width),
            *(_towards(point, _foot(seen, tilt, point), width) for point in favored),
            *(_around(point, 0.2 * width) for point in favored),
        ]
    )


def _along(ends: FloatArray, share: FloatArray) -> FloatArray:
    """Points at these shares of the ways from the medians to the ends."""
    return (ends[:, None, :] * share[:, None]).reshape(-1, ends.shape[1])


def _strayed(pool: FloatArray, generator: np.random.Generator, width: float) -> FloatArray:
    """Random points around those of the pool, most of them a little nearer to the medians."""
    base = pool[generator.integers(len(pool), size=RANDOM)]
    distance = np.linalg.norm(base, axis=1, keepdims=True)
    turned = base + width * distance * generator.standard_normal(base.shape) / np.sqrt(base.shape[1])
    turned *= distance / np.linalg.norm(turned, axis=1, keepdims=True)
    return turned * (1 - 0.5 * width * generator.random((RANDOM, 1)) ** 2)


def _with_less(favored: FloatArray, width: float) -> FloatArray:
    """Each point with one coordinate back at its median or part of the way, or with all its small ones there."""
    dimension = favored.shape[1]
    one = (favored[:, None, :] * (1 - np.eye(dimension))).reshape(-1, dimension)
    some = [favored[:1] * (1 - share * np.eye(dimension)) for share in (width, width / 8)]
    most = np.abs(favored).max(axis=1, keepdims=True)
    small = [np.where(np.abs(favored) < share * most, 0.0, favored) for share in (0.02, 0.05, 0.1, 0.2, 0.4)]
    return np.concatenate([one, *some, *small])


def _around(point: FloatArray, step: float) -> FloatArray:
    """A step in either direction of every coordinate: what the next round takes the slope from."""
    steps = np.eye(point.size) * step
    return np.concatenate([point + steps, point - steps])


def _towards(point: FloatArray, foot: FloatArray, width: float) -> FloatArray:
    """Points part of the way to the foot, and all of it, a little nearer to the medians and a little farther."""
    part = point + (foot - point) * np.array([[0.25], [0.5], [0.75], [1.0]])
    return (part[:, None, :] * (1 + width * np.array([-0.3, -0.03, 0.0, 0.01, 0.1, 0.3]))[:, None]).reshape(
        -1, point.size
    )


def _foot(seen: FloatArray, tilt: FloatArray, point: FloatArray) -> FloatArray:
    """The point nearest the medians on the plane where the tilt, made linear around `point`, is zero."""
    count = 3 * seen.shape[1] + 3
    close = np.argsort(np.linalg.norm(seen - point, axis=1), kind="stable")[:count]
    slope, level = _plane(seen[close], tilt[close])
    steepness = float(slope @ slope)
    return point if steepness == 0 else -slope * level / steepness


def _plane(points: FloatArray, tilt: FloatArray) -> tuple[FloatArray, float]:
    """Slope and level at the origin of the least-squares plane through the tilts that are known."""
    known = ~np.isnan(tilt)
    table = np.column_stack([points[known], np.ones(int(known.sum()))])
    solved: FloatArray = np.asarray(np.linalg.lstsq(table, tilt[known], rcond=None)[0], dtype=np.float64)
    return solved[:-1], float(solved[-1])
