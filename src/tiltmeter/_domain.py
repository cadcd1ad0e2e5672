"""The values that a number may have."""

import dataclasses

import numpy as np
from numpy.typing import ArrayLike


@dataclasses.dataclass(frozen=True)
class Domain:
    """An interval of allowed values; infinite ends are never included, so every allowed value is finite."""

    low: float
    high: float
    low_included: bool
    high_included: bool

    def contains(self, values: ArrayLike) -> np.ndarray:
        """Whether each value is finite and inside; False for NaN. Same shape as `values`."""
        x = np.asarray(values, dtype=float)
        above = x >= self.low if self.low_included else x > self.low
        below = x <= self.high if self.high_included else x < self.high
        return np.asarray(above & below & np.isfinite(x))

    def __str__(self) -> str:
        if self.high == np.inf:
            return f"{'≥' if self.low_included else '>'} {self.low:g}"
        ends = {(True, True): "both included", (False, False): "both excluded"}
        included = ends.get((self.low_included, self.high_included), "one included")
        return f"between {self.low:g} and {self.high:g}, {included}"


POSITIVE = Domain(0.0, np.inf, False, False)
NON_NEGATIVE = Domain(0.0, np.inf, True, False)
PROBABILITY = Domain(0.0, 1.0, True, True)
OPEN_PROBABILITY = Domain(0.0, 1.0, False, False)
