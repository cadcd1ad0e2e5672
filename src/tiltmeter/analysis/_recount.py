"""What of a verdict follows from the draws alone: probabilities, measures, the answer by reading, the certificate."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from tiltmeter.analysis._evaluate import weights_of
from tiltmeter.analysis._json import as_json
from tiltmeter.analysis._measures import certificate, measure_verdicts, usable_draws
from tiltmeter.analysis._side import Chances, chances, side
from tiltmeter.analysis._verdict import ReadingVerdict
from tiltmeter.scenarios import Scenario

FloatArray = npt.NDArray[np.float64]
# Arrays of shape (readings, states, draws) by variable name, such as a dataset.
Data = Mapping[Any, Any]


def counted(scenario: Scenario, data: Data) -> dict[str, Any]:
    """The fields of `Verdict` that follow from the draws, by name.

    Args:
        scenario: what was asked.
        data: the dataset of the run.
    """
    usable, weights = usable_draws(data), weights_of(scenario)
    success = np.asarray(data["attack_success"], dtype=float)
    tilt = np.where(usable, success[:, 1] - success[:, 0], np.nan)
    readings = tuple(_reading(scenario, index, tilt, data, usable) for index in range(len(weights)))
    overall = chances(tilt, weights)
    chosen = side(overall, [(one.weight, Chances(one.offense, one.defense, one.unchanged)) for one in readings])
    return {
        "side": chosen,
        "probability": overall.of(chosen),
        **dataclasses.asdict(overall),
        "measures": measure_verdicts(data, range(len(weights)), usable, weights, scenario.money),
        "readings": readings,
        "certificate": certificate(data),
    }


def recount(scenario: Scenario, data: Data) -> dict[str, Any]:
    """`counted` in the form of `summary.json`, to compare with what stands there."""
    return as_json(counted(scenario, data))


def _reading(
    scenario: Scenario, index: int, tilt: FloatArray, data: Data, usable: npt.NDArray[np.bool_]
) -> ReadingVerdict:
    reading = scenario.readings[index]
    own = chances(tilt[index : index + 1], np.ones(1))
    return ReadingVerdict(
        name=reading.name,
        title=reading.title,
        contest=reading.contest,
        weight=reading.weight,
        why=reading.why,
        side=side(own),
        **dataclasses.asdict(own),
        failed=float(np.isnan(tilt[index]).mean()),
        measures=measure_verdicts(data, [index], usable, np.ones(len(scenario.readings)), scenario.money),
    )
