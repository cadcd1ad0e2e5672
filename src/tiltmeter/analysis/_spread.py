"""How the variance of the tilt splits between the inputs, the readings and the choice among several equilibria."""

import numpy as np
import numpy.typing as npt

from tiltmeter._status import UNCHANGED
from tiltmeter.analysis._findings import Spread
from tiltmeter.analysis._words import percent

FloatArray = npt.NDArray[np.float64]


def spread(tilt: FloatArray, low: FloatArray, high: FloatArray, weights: FloatArray) -> Spread:
    """The law of total variance, applied twice: over readings, and over equilibria within a draw.

    Args:
        tilt: of the equilibria that were chosen, shape (readings, draws); NaN where not usable.
        low: the least tilt over all equilibria that were found, same shape.
        high: the greatest.
        weights: of the readings, shape (readings,).

    Within a draw any tilt between `low` and `high` counts as equally likely, for nothing says which is played; that
    draw's tilt is then their middle. With one equilibrium everywhere the middle is the tilt.
    """
    usable = ~np.isnan(tilt)
    weight = usable * weights[:, None]
    if not weight.sum():
        return Spread(0.0, 0.0, 0.0, "No draw could be solved.")
    weight = weight / weight.sum()
    middle = np.where(usable, (low + high) / 2, 0.0)
    of_reading = weight.sum(axis=1)
    means = np.divide((weight * middle).sum(axis=1), of_reading, out=np.zeros(len(weights)), where=of_reading > 0)
    parameters = float((weight * (middle - means[:, None]) ** 2).sum())
    readings = float((of_reading * (means - of_reading @ means) ** 2).sum())
    equilibria = float((weight * np.where(usable, (high - low) ** 2 / 12, 0.0)).sum())
    total = parameters + readings + equilibria
    if total <= UNCHANGED**2:
        return Spread(0.0, 0.0, 0.0, "The tilt does not vary.")
    several = float(np.mean(usable & (high - low > UNCHANGED)))
    note = (
        f"{percent(several)} of the draws have several equilibria, any tilt between theirs counted as equally likely."
        if several
        else "No draw has several equilibria."
    )
    return Spread(parameters / total, readings / total, equilibria / total, note)
