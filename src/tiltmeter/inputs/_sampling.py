"""Scores from scrambled Sobol sequences, and a Gaussian copula that correlates them."""

import math
from collections.abc import Iterable, Sequence

import numpy as np

from tiltmeter.errors import ScenarioError
from tiltmeter.inputs._quantity import FloatArray

MOST = 2**20  # draws

_BITS = 30  # of a coordinate of the Sobol sequence

Pair = tuple[str, str]


def normal_scores(n: int, dimensions: int, seed: int) -> FloatArray:
    """Independent standard normal scores, shape (n, dimensions).

    Args:
        n: how many draws, 1 to `MOST`.
        dimensions: how many scores each.
        seed: an integer ≥ 0.
    """
    if not 1 <= _whole(n, "samples") <= MOST:
        raise ScenarioError(f"must be between 1 and {MOST:,} (2^20), not {n:,}.", field="samples")
    if _whole(seed, "seed") < 0:
        raise ScenarioError(f"must be at least 0, not {seed}.", field="seed")
    if dimensions == 0:
        return np.zeros((n, 0))
    from scipy.special import ndtri
    from scipy.stats import qmc

    sequence = qmc.Sobol(dimensions, scramble=True, bits=_BITS, rng=np.random.default_rng(seed))
    # A whole number of balanced blocks is drawn and cut, so that the first rows are the same for every n. Points are
    # moved to the middle of their cell, so that none is 0.
    points = sequence.random_base2(math.ceil(math.log2(n)))[:n] + 0.5 ** (_BITS + 1)
    return np.asarray(ndtri(points))


def correlated(scores: FloatArray, lower: FloatArray | None) -> FloatArray:
    """Probabilities of correlated scores.

    Args:
        scores: independent standard normal scores, shape (..., D).
        lower: the factor of the correlation matrix, shape (D, D), or None for no correlation.

    Returns:
        Array of the shape of `scores`, inside (0, 1).
    """
    from scipy.special import ndtr

    mixed = scores if lower is None else scores @ lower.T
    return np.asarray(np.clip(ndtr(mixed), np.finfo(float).tiny, 1 - np.finfo(float).epsneg))


def factor(names: Sequence[str], pairs: Sequence[tuple[Pair, float]]) -> FloatArray | None:
    """The lower triangular factor of the correlation matrix, shape (D, D); None when nothing is correlated.

    Raises:
        numpy.linalg.LinAlgError: when the matrix is not positive definite.
    """
    return np.asarray(np.linalg.cholesky(matrix(names, pairs)), dtype=np.float64) if pairs else None


def matrix(names: Sequence[str], pairs: Iterable[tuple[Pair, float]]) -> FloatArray:
    """The correlation matrix of the named inputs: 1 on the diagonal, 0 where no pair says otherwise."""
    position = {name: index for index, name in enumerate(names)}
    found = np.eye(len(position))
    for (one, other), value in pairs:
        row, column = position[one], position[other]
        found[row, column] = found[column, row] = value
    return found


def linked(names: Sequence[str], pairs: Iterable[Pair]) -> tuple[tuple[str, ...], ...]:
    """Names gathered into groups that pairs link, directly or through others, in the order of their first member."""
    group = {name: {name} for name in names}
    for one, other in pairs:
        merged = group[one] | group[other]
        for name in merged:
            group[name] = merged
    first_of_group = (name for name in names if name == next(other for other in names if other in group[name]))
    return tuple(tuple(name for name in names if name in group[first]) for first in first_of_group)


def _whole(given: object, field: str) -> int:
    if isinstance(given, bool) or not isinstance(given, int | np.integer):
        raise ScenarioError(f"must be a whole number, not {given!r}.", field=field)
    return int(given)
