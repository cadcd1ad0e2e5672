"""The answer to a scenario, as plain records. Their fields are the keys of `summary.json`.

Numbers without a bound of their own are `null` in the file where they are not finite. Probabilities and shares lie in
[0, 1]. "Tilt" is the change in attack success that the technology makes; a tilt within 1e-9 of zero is unchanged.
"""

import dataclasses

from tiltmeter.analysis._findings import Artifact, Certificate, Drivers, Failures, Flip, Reversal, Side, Spread


@dataclasses.dataclass(frozen=True)
class Interval:
    """Where a quantity lies over the usable draws.

    Attributes:
        median: the middle value.
        low: the 5 % quantile.
        high: the 95 % quantile.
    """

    median: float
    low: float
    high: float


@dataclasses.dataclass(frozen=True)
class MeasureVerdict:
    """One measure of the balance, before and after the technology.

    Attributes:
        name: the measure's name in code and data, such as `attack_success`.
        title: its name in prose.
        unit: what it is measured in; "1" for a pure number.
        form: "percent" where a value is best shown as a percentage, else "number".
        leans: +1 where a rise leans to offense, -1 where it leans to defense, 0 where it leans to neither.
        before: its value without the technology.
        after: its value with the technology.
        change: after minus before, draw by draw.
    """

    name: str
    title: str
    unit: str
    form: str
    leans: int
    before: Interval
    after: Interval
    change: Interval


@dataclasses.dataclass(frozen=True)
class ReadingVerdict:
    """The answer if one reading of the scenario is right.

    Attributes:
        name: the reading's name in the scenario file.
        title: its name in prose.
        contest: the contest it takes the application to be.
        weight: how much it counts; the weights of all readings sum to one.
        why: why one would read the application so.
        side: "offense", "defense", "unchanged" or "depends", by the rule of the whole verdict.
        offense: probability, among the usable draws, that the tilt leans to offense.
        defense: probability that it leans to defense.
        unchanged: probability that there is no tilt.
        failed: share of this reading's draws that have no usable equilibrium; left out of the probabilities.
        measures: every measure of the balance under this reading.
    """

    name: str
    title: str
    contest: str
    weight: float
    why: str
    side: Side
    offense: float
    defense: float
    unchanged: float
    failed: float
    measures: tuple[MeasureVerdict, ...]


@dataclasses.dataclass(frozen=True)
class Verdict:
    """Who gains from the technology, how sure that is, where it turns round and what drives it.

    Attributes:
        side: "offense" or "defense" where that side gains with a probability of at least two thirds and no reading
            of weight 0.2 or more says the opposite as surely; "unchanged" likewise; otherwise "depends".
        sentence: the answer in a sentence.
        probability: probability of the side; where it depends, of the likeliest side.
        offense: probability, over usable draws and weighted readings, that the tilt leans to offense.
        defense: probability that it leans to defense.
        unchanged: probability that there is no tilt.
        measures: every measure of the balance, over draws and weighted readings.
        readings: the answer under each reading.
        flips: where each input alone turns the verdict round; those of the mean first, the likeliest first.
        reversal: the smallest joint change that turns it round.
        drivers: which inputs the spread of the tilt goes back to.
        spread: how that spread splits between inputs, readings and equilibria.
        artifacts: findings of the artifact test.
        failures: the draws without a usable equilibrium.
        certificate: how well the equilibria are certified.
    """

    side: Side
    sentence: str
    probability: float
    offense: float
    defense: float
    unchanged: float
    measures: tuple[MeasureVerdict, ...]
    readings: tuple[ReadingVerdict, ...]
    flips: tuple[Flip, ...]
    reversal: Reversal
    drivers: Drivers
    spread: Spread
    artifacts: tuple[Artifact, ...]
    failures: Failures
    certificate: Certificate
