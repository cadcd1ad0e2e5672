"""What the figures read out of a result: attack success draw by draw, and its histograms."""

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tiltmeter._status import STATUSES, UNCHANGED
from tiltmeter.figures._words import percent

if TYPE_CHECKING:
    from tiltmeter.analysis import Result


@dataclasses.dataclass(frozen=True)
class Draws:
    """Attack success before and after the technology.

    Attributes:
        weights: of the readings; shape (reading,).
        before: attack success without the technology; shape (reading, sample).
        after: with it; likewise.
        usable: whether both have an equilibrium that holds; likewise.
    """

    weights: NDArray[np.float64]
    before: NDArray[np.float64]
    after: NDArray[np.float64]
    usable: NDArray[np.bool_]

    @property
    def tilt(self) -> NDArray[np.float64]:
        """Change in attack success; exactly zero where it counts as unchanged, NaN where it is not usable."""
        tilt = np.where(self.usable, self.after - self.before, np.nan)
        return np.where(np.abs(tilt) <= UNCHANGED, 0.0, tilt)


def usable(result: "Result") -> NDArray[np.bool_]:
    """Whether each draw has a usable equilibrium before and after; shape (reading, sample)."""
    status = result.data["status"].transpose("reading", "state", "sample").values
    return np.all(np.asarray(status) != STATUSES.index("failed"), axis=1)


def draws(result: "Result") -> Draws:
    """Attack success of every draw, reading by reading."""
    success = np.asarray(result.data["attack_success"].transpose("reading", "state", "sample").values, dtype=float)
    weights = np.asarray(result.data["weight"].values, dtype=float)
    return Draws(weights, success[:, 0], success[:, 1], usable(result))


@dataclasses.dataclass(frozen=True)
class Histogram:
    """Shares of the weight in bins.

    Attributes:
        edges: of the bins; shape (bin + 1,).
        shares: of all usable weight; shape (bin,); zeros where there is none.
    """

    edges: NDArray[np.float64]
    shares: NDArray[np.float64]

    def rows(self, **also: Any) -> list[dict[str, Any]]:
        """One record per bin that is not empty, for a chart."""
        return [
            {"from": float(low), "to": float(high), "share": float(share), **also}
            for low, high, share in zip(self.edges[:-1], self.edges[1:], self.shares, strict=True)
            if share > 0
        ]


def bin_edges(low: float, high: float, bins: int = 60) -> NDArray[np.float64]:
    """Edges of equal bins that cover [low, high], with zero on an edge; some more around where all is equal."""
    if not (np.isfinite(low) and np.isfinite(high)):
        return np.array([0.0, 1.0])
    width = (high - low) / bins
    if width <= 1e-9 * max(abs(low), abs(high), 1e-6):
        width = max(abs(high), 0.01) / bins
        low, high = low - width * (bins // 2), high + width * (bins // 2)
    first, last = np.floor(low / width + 1e-9), np.ceil(high / width - 1e-9)
    return np.arange(first, max(last, first + 1) + 1) * width


def histogram(given: NDArray[np.float64], weights: NDArray[np.float64], edges: NDArray[np.float64]) -> Histogram:
    """Weighted shares of the finite values; those beyond the edges count in the outermost bins.

    Args:
        given: the values, NaN where there is none; shape (reading, sample).
        weights: of the readings; shape (reading,).
        edges: of the bins.
    """
    kept = np.isfinite(given)
    each = np.broadcast_to(weights[:, None], given.shape)[kept]
    inside = np.clip(given[kept], edges[0], edges[-1])
    counts, _ = np.histogram(inside, bins=edges, weights=each)
    return Histogram(edges, counts / counts.sum() if counts.sum() > 0 else counts)


@dataclasses.dataclass(frozen=True)
class Limits:
    """Where an axis begins and ends, and the share of the values that lie beyond."""

    low: float
    high: float
    beyond: float

    @property
    def note(self) -> str:
        """A sentence on what lies beyond, to put behind another one; empty where nothing does."""
        return f" The outermost bars hold the {percent(self.beyond)} beyond the axis." if self.beyond > 0 else ""


_TAILS = (0.01, 0.99)
_MUCH_WIDER = 1.3


def limits(*arrays: NDArray[np.float64]) -> Limits:
    """The range of the finite values; without the outermost where these make it much wider; (0, 1) where none is."""
    together = np.concatenate([np.ravel(array[np.isfinite(array)]) for array in arrays])
    if not together.size:
        return Limits(0.0, 1.0, 0.0)
    low, high = float(together.min()), float(together.max())
    inner = [float(end) for end in np.quantile(together, _TAILS)]
    if high - low <= _MUCH_WIDER * (inner[1] - inner[0]) or inner[0] == inner[1]:
        return Limits(low, high, 0.0)
    return Limits(inner[0], inner[1], float(np.mean((together < inner[0]) | (together > inner[1]))))
