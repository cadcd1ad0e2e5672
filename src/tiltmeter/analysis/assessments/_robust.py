"""Which conclusions hold whatever the weights of the influences are, within their ranges."""

import dataclasses

import numpy as np
import numpy.typing as npt

from tiltmeter.analysis._evaluate import model_of
from tiltmeter.analysis._side import side_of, signs
from tiltmeter.analysis.assessments._leverage import Leverage
from tiltmeter.analysis.assessments._slopes import slopes
from tiltmeter.framework import System
from tiltmeter.scenarios._assessed import scenario_of

FloatArray = npt.NDArray[np.float64]

# With the central one as many as derivatives are taken at elsewhere, so that nothing is compiled for another size.
_DRAWS = 511


@dataclasses.dataclass(frozen=True)
class Conclusion:
    """A conclusion at the middle of everything, and the share of the weights' draws in which it holds."""

    text: str
    holds: float


@dataclasses.dataclass(frozen=True)
class Robustness:
    """How far conclusions depend on the weights of the influences, which are guesses.

    Attributes:
        draws: how many sets of weights were drawn; everything else is at its median.
        conclusions: each with the share of these in which it holds.
    """

    draws: int
    conclusions: tuple[Conclusion, ...]


def robustness(system: System, leverage: Leverage, seed: int) -> Robustness:
    """Draw the influences alone, and count how often each conclusion stays.

    Args:
        system: what is assessed.
        leverage: whose first places are looked at too.
        seed: of the draws.
    """
    scenario = scenario_of(system, apart=False)
    scores = np.zeros((_DRAWS + 1, len(scenario.uncertain)))
    own = [scenario.uncertain.index(g.id) for g in scenario.inputs if g.role == "influence" and not g.quantity.certain]
    scores[1:, own] = scenario.scores(_DRAWS, seed)[:, own]
    values = scenario.values(scores, checked=False)
    (reading,) = scenario.readings
    count = len(scores)
    tilt = model_of(scenario, ())(values, reading.name).tilt
    by_rating = slopes(scenario, system, values, count)
    size = np.abs(by_rating)
    names = system.assessment.rubric.names
    titles = {one.name: one.title for one in system.assessment.rubric.dimensions}
    conclusions = [_sign("The system leans to {side}", tilt)]
    leading = int(np.nanargmax(size[:, 0])) if np.isfinite(size[:, 0]).any() else 0
    first = np.nanargmax(np.where(np.isnan(size), -1.0, size), axis=0)
    text = f"{titles[names[leading]]} is the lever with the largest derivative"
    conclusions.append(Conclusion(text, float(np.mean(first[1:] == leading))))
    for lever in leverage.dimensions[:3]:
        row = by_rating[names.index(lever.name)]
        conclusions.append(_sign(f"Raising {lever.title.lower()} leans to {{side}}", row))
    return Robustness(_DRAWS, tuple(conclusions))


def _sign(text: str, values: FloatArray) -> Conclusion:
    """A conclusion on a sign: that of the first value, compared with all others."""
    sign = signs(values)
    side = side_of(sign[0])
    words = {"offense": "offense", "defense": "defense", "unchanged": "neither side"}
    return Conclusion(text.format(side=words[str(side)]), float(np.mean(sign[1:] == sign[0])))
