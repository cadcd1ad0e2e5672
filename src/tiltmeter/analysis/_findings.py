"""What stands behind a verdict: where it flips, what drives it, what may be wrong with it.

Their fields are keys of `summary.json`. "Tilt" is the change in attack success that the technology makes.
"""

import dataclasses
from typing import Literal

Side = Literal["offense", "defense", "depends", "unchanged"]


@dataclasses.dataclass(frozen=True)
class Flip:
    """Where the sign of the tilt changes when one input moves alone, the others at their medians.

    Attributes:
        reading: the reading it holds for; null for the weighted mean of the tilt over the readings, which in a
            scenario with a single reading is that reading.
        input: the input's id.
        label: its name in prose.
        central: its median.
        unit: what it is measured in.
        value: the value nearest the median, on the scale of the search, at which the sign has changed; null where it
            does not flip.
        factor: value over central; null where there is no value or the median is not positive.
        direction: "≥" where larger values flip it, "≤" where smaller ones do, "" where it does not flip.
        to: the side to which it flips: "offense", "defense" or "unchanged"; null where it does not flip.
        searched: the lowest and highest value at which the tilt is known and was looked at. Both equal the median
            where there was nothing to look for, because the tilt at the medians is not known.
        within: probability, by the input's own distribution, that it lies beyond the value; 0 where it does not flip
            and for inputs that are given as one number.
    """

    reading: str | None
    input: str
    label: str
    central: float
    unit: str
    value: float | None
    factor: float | None
    direction: str
    to: Side | None
    searched: tuple[float, float]
    within: float


@dataclasses.dataclass(frozen=True)
class Move:
    """What one input does in a reversal.

    Attributes:
        input: the input's id.
        label: its name in prose.
        central: its median.
        value: its value at the reversal.
        sds: how far that is from the median in standard deviations of its own distribution, on the normal scale; for
            correlated inputs it includes what the others bring with them.
    """

    input: str
    label: str
    central: float
    value: float
    sds: float


@dataclasses.dataclass(frozen=True)
class Reversal:
    """The smallest joint change of the inputs, away from their medians, that puts the mean tilt on the other side.

    Attributes:
        found: whether there is one within the radius that was searched.
        distance: its length in standard deviations of the joint distribution (1 is an ordinary deviation, 3 a rare
            one); 0 where the medians themselves already lie on the other side; where none was found, the radius
            that was searched in vain.
        moves: the inputs that move, the largest move first.
        probability: share of the usable draws on the other side.
        to: the side it reverses to; null where none was found.
        tilt: the weighted mean tilt at the reversal, or at the medians where none was found; null where that draw has
            no usable equilibrium.
    """

    found: bool
    distance: float
    moves: tuple[Move, ...]
    probability: float
    to: Side | None
    tilt: float | None


@dataclasses.dataclass(frozen=True)
class Driver:
    """How much of the tilt's variance goes back to one input, or to several that are correlated.

    Attributes:
        inputs: ids of the inputs; several where they are correlated and can only be judged together; "reading"
            stands for the choice of reading.
        label: their name in prose.
        total: total-order Sobol index: share of the variance that would go if they were known, interactions included.
        total_conf: half-width of its 95 % confidence interval.
        first: first-order Sobol index: the share they explain on their own.
        first_conf: half-width of its 95 % confidence interval.
    """

    inputs: tuple[str, ...]
    label: str
    total: float
    total_conf: float
    first: float
    first_conf: float


@dataclasses.dataclass(frozen=True)
class Drivers:
    """What drives the tilt.

    Attributes:
        method: how the indices were computed.
        evaluations: how many contests were solved for it, each before and after the technology.
        sufficient: whether these suffice to trust the indices.
        note: what to know about them, in words.
        items: one entry per independent group of inputs, the largest total first; empty where the indices would not
            be valid.
    """

    method: str
    evaluations: int
    sufficient: bool
    note: str
    items: tuple[Driver, ...]


@dataclasses.dataclass(frozen=True)
class Spread:
    """How the variance of the tilt splits; the shares sum to one unless the tilt does not vary at all.

    Attributes:
        parameters: share from the uncertain inputs, within the readings.
        readings: share from which reading is right.
        equilibria: share from which of several equilibria is played.
        note: what to know about the split, in words.
    """

    parameters: float
    readings: float
    equilibria: float
    note: str


@dataclasses.dataclass(frozen=True)
class Artifact:
    """One finding of the test whether a conclusion comes from the functional form rather than from the numbers.

    Attributes:
        reading: the reading that was tested.
        test: "sign", "effect", "saturation", "blow-up" or "zero".
        finding: what was found, in a sentence.
        severity: "none" where the test is passed, "note" where it is worth knowing, "warning" where it weakens the
            verdict.
    """

    reading: str
    test: str
    finding: str
    severity: Literal["none", "note", "warning"]


@dataclasses.dataclass(frozen=True)
class Failures:
    """The draws without a usable equilibrium.

    Attributes:
        share: their share of all draws, readings weighted.
        count: how many pairs of draw and reading failed.
        rule: a readable rule for where they lie; null where none failed.
        accuracy: balanced accuracy of that rule (0.5 is chance, 1 is exact); null where there is none.
    """

    share: float
    count: int
    rule: str | None
    accuracy: float | None


@dataclasses.dataclass(frozen=True)
class Certificate:
    """How well the equilibria are certified, over all readings, both states and all draws.

    Attributes:
        worst_regret: the largest regret of any draw that is not failed, as a share of the stake.
        median_regret: the median regret of the same.
        statuses: how many solved contests have each status.
        tolerance: regret up to which an equilibrium counts as certified, by kind of equilibrium.
    """

    worst_regret: float
    median_regret: float
    statuses: dict[str, int]
    tolerance: dict[str, float]
