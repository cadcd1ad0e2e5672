"""The rule that says which side is favoured, and the sentence that says it."""

import dataclasses
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from tiltmeter._status import UNCHANGED
from tiltmeter.analysis._findings import Side
from tiltmeter.analysis._words import percent, sentence_case

FloatArray = npt.NDArray[np.float64]

# A side is favoured when it gains with this probability ...
SURE = 2 / 3
# ... and no reading with this weight says the opposite as surely.
HEARD = 0.2


@dataclasses.dataclass(frozen=True)
class Chances:
    """Probabilities of the three outcomes among usable draws; all zero where there is no usable draw.

    Attributes:
        offense: that the tilt leans to offense.
        defense: that it leans to defense.
        unchanged: that there is none.
    """

    offense: float
    defense: float
    unchanged: float

    def of(self, side: Side) -> float:
        """The probability of a side; for "depends" that of the likeliest."""
        if side == "depends":
            return max(self.offense, self.defense, self.unchanged)
        return {"offense": self.offense, "defense": self.defense, "unchanged": self.unchanged}[side]


def signs(tilt: FloatArray) -> FloatArray:
    """+1 where a tilt leans to offense, -1 to defense, 0 where it is unchanged; NaN stays NaN."""
    return np.where(np.isnan(tilt), np.nan, np.where(np.abs(tilt) <= UNCHANGED, 0.0, np.sign(tilt)))


def side_of(sign: float) -> Side:
    """The side to which a tilt of this sign leans."""
    return "offense" if sign > 0 else "defense" if sign < 0 else "unchanged"


def chances(tilt: FloatArray, weights: FloatArray) -> Chances:
    """How likely each outcome is.

    Args:
        tilt: tilts, NaN where a draw is not usable; shape (readings, draws).
        weights: weight of each reading, shape (readings,).
    """
    sign = signs(tilt)
    weight = np.broadcast_to(weights[:, None], tilt.shape)
    usable = float(weight[~np.isnan(sign)].sum())
    if usable == 0:
        return Chances(0.0, 0.0, 0.0)
    return Chances(*(float(weight[sign == outcome].sum()) / usable for outcome in (1, -1, 0)))


def side(overall: Chances, readings: Sequence[tuple[float, Chances]] = ()) -> Side:
    """The side that a verdict names, see `Verdict.side`.

    Args:
        overall: probabilities over all readings.
        readings: weight and probabilities of each reading.
    """
    outcomes: tuple[Side, ...] = ("offense", "defense", "unchanged")
    for outcome in outcomes:
        others: list[Side] = [other for other in outcomes if other not in (outcome, "unchanged")]
        opposed = any(
            weight >= HEARD and any(given.of(other) >= SURE for other in others) for weight, given in readings
        )
        if overall.of(outcome) >= SURE and not opposed:
            return outcome
    return "depends"


def sentence(
    chosen: Side,
    technology: str,
    overall: Chances,
    readings: Sequence[tuple[str, float, Side]],
    failed: float,
    plural: bool = False,
) -> str:
    """The answer in a sentence, with the share of failed draws where there are any.

    Args:
        chosen: the side that the verdict names.
        technology: short name of the technology, such as "AI".
        overall: probabilities over all readings.
        readings: title, weight and side of each reading.
        failed: share of the draws without a usable equilibrium.
        plural: whether the technology's name is a plural, as of drones.
    """
    name = sentence_case(technology)
    favours, leaves = ("favour", "leave") if plural else ("favours", "leaves")
    answers: dict[Side, str] = {
        "offense": f"{name} {favours} the attacker",
        "defense": f"{name} {favours} the defender",
        "unchanged": f"{name} {leaves} the balance as it is",
        "depends": f"It depends: {_on_what(overall, readings)}",
    }
    if failed == 0:
        return answers[chosen]
    return f"{answers[chosen]} ({percent(failed)} of the draws could not be solved)"


def _on_what(overall: Chances, readings: Sequence[tuple[str, float, Side]]) -> str:
    if overall == Chances(0.0, 0.0, 0.0):
        return "no draw could be solved"
    if len({named for _, _, named in readings}) > 1:
        says: dict[Side, str] = {
            "offense": "leans to the attacker",
            "defense": "leans to the defender",
            "unchanged": "sees no change",
            "depends": "is open",
        }
        return ", ".join(f"{title} (weight {weight:.2g}) {says[named]}" for title, weight, named in readings)
    return f"the attacker gains with probability {overall.offense:.2f}, the defender with {overall.defense:.2f}" + (
        f", nothing changes with {overall.unchanged:.2f}" if overall.unchanged >= 0.005 else ""
    )
