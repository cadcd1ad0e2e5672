"""Which input the spread of the tilt goes back to, read from draws that are there anyway.

First-order indices from given data (RBD-FAST of SALib, after Plischke 2010) need no further contest to be solved, where
total-order ones need thousands. They miss what inputs do only together; `tiltmeter run` has the total-order ones.
"""

import dataclasses
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

from tiltmeter._status import UNCHANGED
from tiltmeter.analysis._evaluate import weights_of
from tiltmeter.scenarios import Scenario

FloatArray = npt.NDArray[np.float64]

# Fewer draws than this say nothing of what drives them; more than that many say it no better than to the percent.
FEWEST, MOST = 64, 4096


@dataclasses.dataclass(frozen=True)
class Influence:
    """What knowing one input would tell of the tilt.

    Attributes:
        input: the input's id; "reading" stands for the choice of reading.
        label: its name in prose.
        share: the share of the tilt's variance that it explains alone; all shares of independent inputs, and that of
            the choice of reading, sum to one at most.
        leans: +1 where larger values go with a tilt to offense, -1 to defense, 0 where neither can be said.
    """

    input: str
    label: str
    share: float
    leans: int


def influences(scenario: Scenario, values: Mapping[str, FloatArray], tilt: FloatArray) -> tuple[Influence, ...]:
    """The influence of every uncertain input and of the choice of reading, the largest first.

    Args:
        scenario: whose inputs and readings.
        values: of the inputs at the draws, by id.
        tilt: shape (readings, draws); NaN where not usable.

    Returns:
        Nothing where the tilt does not vary, or too few draws are usable.

    With the choice of reading R the variance is that of the readings' means plus the mean of the variances within the
    readings; an input's share is the mean over R of what it explains within them.
    """
    weights, names = weights_of(scenario), [reading.name for reading in scenario.readings]
    usable = ~np.isnan(tilt)
    heard = usable.sum(axis=1) >= FEWEST
    if not heard.any():
        return ()
    weights = np.where(heard, weights, 0.0) / weights[heard].sum()
    means = np.array([row[use].mean() if seen else 0.0 for row, use, seen in zip(tilt, usable, heard, strict=True)])
    within = np.array([row[use].var() if seen else 0.0 for row, use, seen in zip(tilt, usable, heard, strict=True)])
    between = float(weights @ (means - weights @ means) ** 2)
    total = float(weights @ within) + between
    if total <= UNCHANGED**2:
        return ()
    found = [Influence("reading", "choice of reading", between / total, 0)] if len(names) > 1 else []
    for id in scenario.uncertain:
        given = scenario.input(id)
        explained, direction = 0.0, 0.0
        for place, name in enumerate(names):
            if name in given.readings and within[place] > UNCHANGED**2:
                x, y = np.asarray(values[id])[usable[place]], tilt[place][usable[place]]
                explained += weights[place] * within[place] * _first_order(x, y)
                direction += weights[place] * within[place] * _rank_correlation(x, y)
        found.append(Influence(id, given.label, explained / total, _sign(direction / total)))
    return tuple(sorted(found, key=lambda one: -one.share))


def _first_order(x: FloatArray, y: FloatArray) -> float:
    """Share of the variance of y that x explains, in [0, 1]."""
    x, y = x[:MOST], y[:MOST]
    problem: dict[str, Any] = {"num_vars": 1, "names": ["x"], "bounds": [[0.0, 1.0]]}
    # SALib always resamples for an interval, which nobody reads here: twice is the least.
    found = import_module("SALib.analyze.rbd_fast").analyze(problem, x[:, None], y, num_resamples=2, seed=1)
    return float(np.clip(found["S1"][0], 0.0, 1.0))


def _rank_correlation(x: FloatArray, y: FloatArray) -> float:
    return float(np.corrcoef(rankdata(x), rankdata(y))[0, 1])


def _sign(value: float) -> int:
    """The sign of a weighted rank correlation, 0 within the noise of some thousand draws."""
    return 0 if abs(value) < 0.02 else int(np.sign(value))
