"""Medians and 90 % intervals over weighted draws."""

import numpy as np
import numpy.typing as npt

from tiltmeter.analysis._verdict import Interval

FloatArray = npt.NDArray[np.float64]

LEVELS = (0.5, 0.05, 0.95)


def intervals(values: FloatArray, weights: FloatArray) -> list[Interval]:
    """The interval of each row.

    Args:
        values: shape (rows, draws); NaN where there is none, infinities are allowed.
        weights: of the draws, shape (draws,).

    Returns:
        Quantiles that are values of draws, so that they are exact for infinities and for point masses; NaN in a row
        without any value.
    """
    if not weights.size:
        return [Interval(np.nan, np.nan, np.nan)] * len(values)
    known = np.logical_and(~np.isnan(values), weights > 0)
    if np.ptp(weights) == 0 and known.all():
        found = np.quantile(values, LEVELS, axis=1, method="inverted_cdf")
    else:
        empty = np.asarray(known.sum(axis=1) == 0)
        share = np.where(empty[:, None], 1.0, known * weights)
        found = np.quantile(np.where(known, values, 0.0), LEVELS, axis=1, weights=share, method="inverted_cdf")
        found = np.where(empty, np.nan, found)
    return [Interval(*(float(level) for level in row)) for row in found.T]
