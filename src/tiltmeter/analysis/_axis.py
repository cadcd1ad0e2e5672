"""How far, and on which scale, one input of a scenario is moved away from its median."""

import dataclasses
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit

from tiltmeter.contests import parameters
from tiltmeter.scenarios import Input, Reading, Scenario

FloatArray = npt.NDArray[np.float64]

# Searches go this many times above and below the median, in value or in odds ...
REACH = 1000.0
# ... or, on linear scales, this many widths of the input's 90 % interval.
WIDTHS = 10.0
# Ends that are not allowed themselves are missed by this share of the range.
MARGIN = 1e-9


@dataclasses.dataclass(frozen=True)
class Axis:
    """The values of one input that are allowed and near enough to look at, on a scale where steps compare.

    Attributes:
        input: the input's id.
        scale: "log" for positive inputs, "logit" for those between 0 and 1, else "linear".
        center: the input's median.
        low: the least value to look at.
        high: the greatest.
    """

    input: str
    scale: Literal["log", "logit", "linear"]
    center: float
    low: float
    high: float

    def forward(self, value: npt.ArrayLike) -> FloatArray:
        """From values to the scale."""
        x = np.asarray(value, dtype=float)
        return np.asarray({"log": np.log, "logit": logit, "linear": np.positive}[self.scale](x))

    def back(self, position: npt.ArrayLike) -> FloatArray:
        """From the scale to values, which never leave [low, high]."""
        x = np.asarray(position, dtype=float)
        return np.clip(
            np.asarray({"log": np.exp, "logit": expit, "linear": np.positive}[self.scale](x)), self.low, self.high
        )


def axis_of(scenario: Scenario, moved: Input) -> Axis:
    """The axis along which an input can move while all others stay at their medians.

    No parameter leaves its allowed range, before or after the technology, in any reading that has it.

    Args:
        scenario: whose inputs.
        moved: one of them.
    """
    center = scenario.medians()[moved.id]
    low, high, typical = _allowed(scenario, moved)
    if moved.operation == "add" or center <= 0:
        # A range that holds the input's own spread, or for a certain zero the values that are typical.
        q05, q95 = moved.quantity.interval()
        reach = WIDTHS * (max(abs(q95 - center), abs(center - q05)) or abs(center) or typical)
        return _axis(moved.id, "linear", center, max(low, center - reach), min(high, center + reach))
    if (low, high) == (0.0, 1.0):
        odds = logit(center)
        ends = (float(expit(odds - np.log(REACH))), float(expit(odds + np.log(REACH))))
        return _axis(moved.id, "logit", center, *ends)
    return _axis(moved.id, "log", center, max(low, center / REACH), min(high, center * REACH))


def _axis(name: str, scale: Literal["log", "logit", "linear"], center: float, low: float, high: float) -> Axis:
    return Axis(name, scale, center, min(low, center), max(high, center))


def _allowed(scenario: Scenario, moved: Input) -> tuple[float, float, float]:
    """Ends of the values that all readings allow, a little inside, and a typical size of the parameter."""
    low, high, typical = moved.domain.low, moved.domain.high, 1.0
    for reading in scenario.readings:
        if reading.name in moved.readings:
            known = parameters(reading.contest, **reading.options)
            typical = known[moved.parameter].typical[1] if moved.parameter in known else 1.0
            least, most = _after_change(scenario, moved, reading)
            low, high = max(low, least), min(high, most)
    if (low, high) == (0.0, 1.0):
        return low, high, typical
    inset = MARGIN * (high - low) if np.isfinite(high - low) else 0.0
    return low + inset, high - inset, typical


def _after_change(scenario: Scenario, moved: Input, reading: Reading) -> tuple[float, float]:
    """Values of a parameter, or of a change, for which the parameter is in its domain with the technology too."""
    partner = _partner(scenario, moved, reading)
    if partner is None:
        return -np.inf, np.inf
    change, parameter = (moved, partner) if moved.role == "change" else (partner, moved)
    low, high = parameter.domain.low, parameter.domain.high
    other = scenario.medians()[partner.id]
    if change.operation == "add":
        return low - other, high - other
    if change.operation == "multiply":
        return (low / other, high / other) if other > 0 else (-np.inf, np.inf)
    return (low, high) if moved is change else (-np.inf, np.inf)


def _partner(scenario: Scenario, moved: Input, reading: Reading) -> Input | None:
    """The change of a parameter, or the parameter of a change, in the same reading."""
    for other in scenario.inputs:
        if other.parameter == moved.parameter and reading.name in other.readings and other.role != moved.role:
            return other
    return None
