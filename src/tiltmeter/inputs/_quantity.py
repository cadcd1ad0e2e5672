"""A quantity: a certain number, or a distribution truncated to the values that are allowed."""

import dataclasses
import functools
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from tiltmeter.inputs._family import FAMILIES, INTERVAL, Family

if TYPE_CHECKING:
    import tiltmeter.contests

FloatArray = npt.NDArray[np.float64]

_TAIL = 1e-9  # quantiles that far out must still be finite


@dataclasses.dataclass(frozen=True)
class Quantity:
    """What is known of a number.

    Attributes:
        text: how the scenario writes it.
        family: "number", "interval", a named distribution, or "other".
        arguments: of the family, in order; for a number its `value`.
        domain: the allowed values, to which the distribution is truncated; None allows all.
        other: for the family "other" a distribution with `ppf`, `cdf` and `median`, as those of scipy.stats have.
    """

    text: str
    family: str
    arguments: tuple[tuple[str, float], ...]
    domain: "tiltmeter.contests.Domain | None" = None
    other: Any = None

    @property
    def certain(self) -> bool:
        """Whether this is one number."""
        return self.family == "number"

    @functools.cached_property
    def median(self) -> float:
        """The number, or the middle of the truncated distribution."""
        return float(self.ppf(np.asarray(0.5)))

    def ppf(self, u: FloatArray | float) -> FloatArray:
        """Quantiles of the truncated distribution.

        Args:
            u: probabilities in [0, 1], any shape, which the result takes.
        """
        share = np.asarray(u, dtype=float)
        if self.certain:
            return np.full(share.shape, self.arguments[0][1])
        below, above = self._ends
        # Rounding, and ends that are excluded, must not carry a draw out of the domain.
        return np.asarray(np.clip(self._frozen.ppf(below + share * (above - below)), *self._limits))

    def cdf(self, value: FloatArray | float) -> FloatArray:
        """The probability that the truncated distribution lies at or below `value`, of whose shape it is."""
        x = np.asarray(value, dtype=float)
        if self.certain:
            return np.asarray(np.where(x >= self.arguments[0][1], 1.0, 0.0))
        below, above = self._ends
        return np.asarray(np.clip((self._frozen.cdf(x) - below) / (above - below), 0.0, 1.0))

    def interval(self) -> tuple[float, float]:
        """The 5 % and the 95 % quantile of the truncated distribution."""
        return self._interval

    @functools.cached_property
    def _interval(self) -> tuple[float, float]:
        low, high = self.ppf(np.array([0.05, 0.95]))
        return float(low), float(high)

    def problem(self, domain: "tiltmeter.contests.Domain") -> str | None:
        """Why this is no quantity with values in `domain`; None when it is.

        A number must lie in it, and so must both ends of an interval and the median of a distribution.
        """
        if self.certain:
            return None if domain.contains(self.arguments[0][1]) else f"{self.text} is out of range"
        with np.errstate(all="ignore"):
            extremes = self._frozen.ppf([_TAIL, 0.5, 1 - _TAIL])
        if not np.isfinite(extremes).all():
            return f"{self.text} is so wide that its values overflow"
        if self.family == "interval":
            outside = [end for _, end in self.arguments if not domain.contains(end)]
            if outside:
                return f"the end {outside[0]:g} of {self.text} is out of range"
        middle = float(self._frozen.median())
        return None if domain.contains(middle) else f"the median {middle:g} of {self.text} is out of range"

    def within(self, domain: "tiltmeter.contests.Domain") -> "Quantity":
        """The same quantity truncated to `domain`."""
        return dataclasses.replace(self, domain=domain)

    def __getstate__(self) -> dict[str, Any]:
        """All but the distribution, which is made again when it is asked for: a copy may never be."""
        return {name: value for name, value in vars(self).items() if name != "_frozen"}

    @functools.cached_property
    def _frozen(self) -> Any:
        if self.other is not None:
            return self.other
        family: Family = INTERVAL if self.family == "interval" else FAMILIES[self.family]
        return family.frozen(dict(self.arguments))

    @functools.cached_property
    def _ends(self) -> tuple[float, float]:
        """The probabilities below the domain's two ends."""
        if self.domain is None:
            return 0.0, 1.0
        return float(self._frozen.cdf(self.domain.low)), float(self._frozen.cdf(self.domain.high))

    @functools.cached_property
    def _limits(self) -> tuple[float, float]:
        """The least and the largest finite number in the domain."""
        if self.domain is None:
            return -sys.float_info.max, sys.float_info.max
        low, high = max(self.domain.low, -sys.float_info.max), min(self.domain.high, sys.float_info.max)
        if not self.domain.contains(low):
            # The smallest normal number rather than a subnormal one, which fast arithmetic may flush to 0.
            low = sys.float_info.min if low == 0 else float(np.nextafter(low, np.inf))
        if not self.domain.contains(high):
            high = float(np.nextafter(high, -np.inf))
        return low, high
