"""Where a value lies in an input's own distribution."""

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from tiltmeter.scenarios import Input

# Scores are not told apart beyond this: rounding of probabilities near 1 ends there.
FARTHEST = 8.0


def score(given: Input, value: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Standard normal scores of values of an uncertain input: 0 at the median, 1 at the 84 % quantile, ±8 at most."""
    return np.clip(np.asarray(ndtri(given.quantity.cdf(np.asarray(value, dtype=float)))), -FARTHEST, FARTHEST)


def beyond(given: Input, value: float, direction: str) -> float:
    """Probability that an input lies beyond a value: above it for "≥", below it for "≤"; 0 if it is certain."""
    if given.quantity.certain:
        return 0.0
    below = float(given.quantity.cdf(value))
    return 1.0 - below if direction == "≥" else below
