"""A rating as a distribution over the scale, and how several are pooled."""

import dataclasses
import functools
from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from tiltmeter.framework._scale import HIGHEST

FloatArray = npt.NDArray[np.float64]
Pool = Literal["linear", "median"]

# Cells of the scale on which distributions are kept; fine enough that nobody rates more finely.
_CELLS = 4096
_GRID = np.linspace(0.0, HIGHEST, _CELLS + 1)


@dataclasses.dataclass(frozen=True)
class Spread:
    """What one rater says of one dimension.

    Attributes:
        low: the lower end of the range.
        high: its upper end.
        mode: the likeliest value.
        confidence: the probability that the truth lies in the range; within it the distribution is triangular.
        least: the least value that is possible at all.
        most: the largest; what lies outside the range is uniform between these two.
    """

    low: float
    high: float
    mode: float
    confidence: float = 0.9
    least: float = 0.0
    most: float = HIGHEST

    @property
    def certain(self) -> bool:
        """Whether this is one number."""
        return self.low == self.high and self.confidence == 1

    def cdf(self, x: npt.ArrayLike) -> FloatArray:
        """The probability that the truth lies at or below `x`."""
        at = np.asarray(x, dtype=float)
        low, mode, high = self.low, self.mode, self.high
        if high > low:
            left = (at - low) ** 2 / ((high - low) * max(mode - low, 1e-12))
            right = 1 - (high - at) ** 2 / ((high - low) * max(high - mode, 1e-12))
            within = np.where(at <= low, 0.0, np.where(at >= high, 1.0, np.where(at < mode, left, right)))
        else:
            within = np.where(at >= low, 1.0, 0.0)
        width = self.most - self.least
        outside = np.clip((at - self.least) / width, 0.0, 1.0) if width > 0 else np.where(at >= self.least, 1.0, 0.0)
        return np.asarray(self.confidence * within + (1 - self.confidence) * outside)


@dataclasses.dataclass(frozen=True)
class Distribution:
    """A distribution over the scale: what `scipy.stats` calls frozen, as far as it is needed here.

    Attributes:
        members: what the raters say.
        weights: of the raters; they sum to 1.
        pool: "linear" mixes the distributions (linear opinion pool), "median" takes the median of their quantiles.
    """

    members: tuple[Spread, ...]
    weights: tuple[float, ...]
    pool: Pool = "linear"

    @property
    def certain(self) -> bool:
        """Whether all say the same one number."""
        return all(one.certain and one.low == self.members[0].low for one in self.members)

    def cdf(self, x: npt.ArrayLike) -> FloatArray:
        """The probability at or below `x`."""
        return np.asarray(np.interp(np.asarray(x, dtype=float), *self._table))

    def ppf(self, u: npt.ArrayLike) -> FloatArray:
        """Quantiles."""
        if self.certain:
            return np.full(np.shape(u), self.members[0].low)
        places, shares = self._table
        return np.asarray(np.interp(np.asarray(u, dtype=float), shares, places))

    def median(self) -> float:
        """The middle."""
        return float(self.ppf(0.5))

    def mean(self) -> float:
        """The expected value."""
        if self.certain:
            return self.members[0].low
        places, shares = self._table
        return float(np.sum(np.diff(shares) * (places[1:] + places[:-1]) / 2))

    @functools.cached_property
    def _table(self) -> tuple[FloatArray, FloatArray]:
        """Places on the scale, and the probabilities at or below them."""
        each = [one.cdf(_GRID) for one in self.members]
        if self.pool == "linear":
            shares = np.einsum("r,rg->g", np.asarray(self.weights), np.stack(each))
            return _GRID, _pinned(shares)
        levels = np.linspace(0.0, 1.0, _CELLS + 1)
        quantiles = np.stack([np.interp(levels, _pinned(shares), _GRID) for shares in each])
        return np.asarray(_weighted_median(quantiles, np.asarray(self.weights))), levels


def _pinned(shares: FloatArray) -> FloatArray:
    """Probabilities that start at 0, end at 1, and rise strictly, so that they can be inverted."""
    rising = np.concatenate([[0.0], shares[1:]])
    rising = rising + np.linspace(0.0, 1e-9, len(rising))
    return rising / rising[-1]


def _weighted_median(values: FloatArray, weights: FloatArray) -> FloatArray:
    """The median over the first axis; between two values their mean where the weights tie."""
    order = np.argsort(values, axis=0, kind="stable")
    ordered = np.take_along_axis(values, order, axis=0)
    reached = np.cumsum(weights[order], axis=0)
    below = np.argmax(reached >= 0.5 - 1e-12, axis=0)
    above = np.argmax(reached > 0.5 + 1e-12, axis=0)
    columns = np.arange(values.shape[1])
    return (ordered[below, columns] + ordered[above, columns]) / 2


def pooled(spreads: Sequence[Spread], weights: Sequence[float], pool: Pool = "linear") -> Distribution:
    """The distribution of several raters, whose weights need not sum to 1 yet."""
    total = sum(weights)
    return Distribution(tuple(spreads), tuple(weight / total for weight in weights), pool)
