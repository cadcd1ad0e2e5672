"""The region of a claim: which inputs vary, between which ends, and draws that fill it evenly."""

import dataclasses
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
from scipy.stats import qmc

from tiltmeter.contests import AbstractContest, parameters
from tiltmeter.errors import ClaimError, unknown

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
# The inputs at n points, by name; shape (n,) each.
Points = Mapping[str, FloatArray]

EFFORTS = ("attacker_effort", "defender_effort")


@dataclasses.dataclass(frozen=True)
class Span:
    """An interval that is searched, both ends included; evenly in logarithms where the low end is above zero.

    Attributes:
        low: the low end.
        high: the high end.
        plain: the simplest value, to which a counterexample is moved as far as it goes; the middle when left out.
    """

    low: float
    high: float
    plain: float | None = None

    def __post_init__(self) -> None:
        if not (np.isfinite(self.low) and np.isfinite(self.high) and self.low < self.high):
            raise ClaimError(
                f"an interval runs from a lower to a higher finite number; {self.low:g} to {self.high:g} does not."
            )

    def at(self, share: FloatArray) -> FloatArray:
        """The values at these shares of the way from low to high."""
        if self.low > 0:
            values = np.exp(np.log(self.low) + share * (np.log(self.high) - np.log(self.low)))
        else:
            values = self.low + share * (self.high - self.low)
        return np.clip(values, self.low, self.high)

    def share(self, value: float) -> float:
        """How far on the way from low to high a value is."""
        if self.low > 0:
            return float(np.log(value / self.low) / np.log(self.high / self.low))
        return (value - self.low) / (self.high - self.low)


@dataclasses.dataclass(frozen=True)
class Region:
    """What is searched: inputs that vary, and inputs that are fixed.

    Attributes:
        spans: the inputs that vary, by name.
        fixed: the others, by name.
    """

    spans: Mapping[str, Span]
    fixed: Mapping[str, float]

    def __post_init__(self) -> None:
        object.__setattr__(self, "spans", MappingProxyType(dict(self.spans)))
        object.__setattr__(self, "fixed", MappingProxyType(dict(self.fixed)))

    @property
    def names(self) -> tuple[str, ...]:
        """The inputs that vary."""
        return tuple(self.spans)

    def draws(self, count: int, *seed: int) -> FloatArray:
        """Scrambled Sobol points in the unit cube; shape (count, inputs)."""
        return np.asarray(qmc.Sobol(len(self.spans), rng=np.random.default_rng(seed)).random(count), dtype=float)

    def points(self, cube: FloatArray) -> dict[str, FloatArray]:
        """The inputs at points of the unit cube."""
        varied = {name: span.at(cube[:, column]) for column, (name, span) in enumerate(self.spans.items())}
        return varied | {name: np.full(len(cube), value) for name, value in self.fixed.items()}

    def plain(self) -> FloatArray:
        """The simplest point, in the unit cube."""
        shares = [0.5 if span.plain is None else span.share(span.plain) for span in self.spans.values()]
        return np.asarray(shares, dtype=float)

    def said(self) -> dict[str, list[float] | float]:
        """The region for JSON."""
        return {name: [span.low, span.high] for name, span in self.spans.items()} | dict(self.fixed)


def region(given: Mapping[str, Span | tuple[float, float] | float]) -> Region:
    """A region from intervals (or their two ends) and fixed numbers, by name."""
    spans = {name: _span(value) for name, value in given.items() if isinstance(value, Span | tuple)}
    fixed = {name: float(value) for name, value in given.items() if not isinstance(value, Span | tuple)}
    return Region(spans, fixed)


def _span(value: Span | tuple[float, float]) -> Span:
    return value if isinstance(value, Span) else Span(*value)


def check_region(
    claim: str, searched: Region, contest: type[AbstractContest] | None, own: tuple[str, ...], **options: str
) -> None:
    """Raise `ClaimError` where a claim speaks of inputs that its contest does not have, or of values it does not allow.

    Args:
        claim: its id.
        searched: the region.
        contest: the contest, if it is about one.
        own: inputs of the claim itself, such as the size of an improvement.
        options: the parts that are chosen for the contest.
    """
    known = {} if contest is None else parameters(contest, **options)
    owner = "the claim" if contest is None else contest.__name__
    ends = {name: (span.low, span.high) for name, span in searched.spans.items()}
    ends |= {name: (value, value) for name, value in searched.fixed.items()}
    for name, (low, high) in ends.items():
        if name in EFFORTS and name in own and low < 0:
            raise ClaimError(f"an effort is at least 0, not {low:g}.", claim, f"region.{name}")
        if name in own:
            continue
        if name not in known:
            raise ClaimError(str(unknown(f"input of {owner}", name, [*known, *own])), claim, "region")
        if not known[name].domain.contains(np.asarray([low, high])).all():
            raise ClaimError(
                f"{owner} is undefined where {name} is {low:g} to {high:g}; it must be finite and "
                f"{known[name].domain}. Search where the contest is defined.",
                claim,
                f"region.{name}",
            )
