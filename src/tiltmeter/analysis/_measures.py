"""The measures of the balance over draws and readings, and the certificate of all draws, read from the dataset."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from tiltmeter.analysis._findings import Certificate
from tiltmeter.analysis._quantiles import intervals
from tiltmeter.analysis._verdict import MeasureVerdict
from tiltmeter.balance import MEASURES
from tiltmeter.contests._parameter import in_money
from tiltmeter.equilibrium import MIXED_TOLERANCE, PURE_TOLERANCE, STATUSES

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
# Arrays of shape (readings, states, draws) by variable name, such as a dataset.
Data = Mapping[Any, Any]


def usable_draws(data: Data) -> BoolArray:
    """Where both equilibria may be used, shape (readings, draws)."""
    status = np.asarray(data["status"])
    return np.asarray((status != STATUSES.index("failed")).all(axis=1))


def measure_verdicts(
    data: Data, rows: Sequence[int], usable: BoolArray, weights: FloatArray, money: str = ""
) -> tuple[MeasureVerdict, ...]:
    """Every measure before and after the technology, over the usable draws of some readings.

    Args:
        data: the dataset of the run.
        rows: indices of the readings.
        usable: shape (readings, draws).
        weights: of the readings, shape (readings,).
        money: what money is counted in, such as "USD"; "" for just money.
    """
    chosen = list(rows)
    keep = usable[chosen].ravel()
    weight = np.repeat(weights[chosen], usable.shape[1])[keep]
    verdicts: list[MeasureVerdict] = []
    for measure in MEASURES:
        states = np.asarray(data[measure.name], dtype=float)[chosen]
        before, after = (states[:, state].ravel()[keep] for state in (0, 1))
        with np.errstate(invalid="ignore"):
            change = np.where(after == before, 0.0, after - before)
        found = intervals(np.stack([before, after, change]), weight)
        unit = in_money(measure.unit, money)
        verdicts.append(MeasureVerdict(measure.name, measure.title, unit, measure.form, measure.leans, *found))
    return tuple(verdicts)


def certificate(data: Data) -> Certificate:
    """Regrets and statuses of all equilibria, from the dataset of the run."""
    status, regret = np.asarray(data["status"]), np.asarray(data["regret"], dtype=float)
    known = regret[status != STATUSES.index("failed")]
    return Certificate(
        worst_regret=float(known.max()) if known.size else float("nan"),
        median_regret=float(np.median(known)) if known.size else float("nan"),
        statuses={name: int(np.sum(status == code)) for code, name in enumerate(STATUSES)},
        tolerance={"pure": PURE_TOLERANCE, "semi-mixed": MIXED_TOLERANCE, "mixed": MIXED_TOLERANCE},
    )
