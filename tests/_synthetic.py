"""Results with draws that are made up, so that each figure and the report can be shown every odd case."""

import dataclasses

import numpy as np
import xarray as xr

from tiltmeter.analysis import Drivers, Result, Reversal, Spread, Verdict
from tiltmeter.analysis._findings import Certificate, Failures
from tiltmeter.analysis._measures import certificate, measure_verdicts, usable_draws
from tiltmeter.analysis._side import chances, sentence, side
from tiltmeter.equilibrium import STATUSES


def with_draws(result: Result, **variables: np.ndarray) -> Result:
    """The result with some variables of its dataset replaced, and the verdict that follows from them.

    What would need the model, such as flips and drivers, is kept.
    """
    data = result.data.copy()
    for name, values in variables.items():
        data[name] = xr.DataArray(
            np.broadcast_to(values, data[name].shape), dims=data[name].dims, attrs=data[name].attrs
        )
    return dataclasses.replace(result, data=data, verdict=_verdict(result, data))


def all_failed(result: Result) -> Result:
    """No draw has a usable equilibrium, and so nothing can be said."""
    failed = with_draws(result, status=np.int8(STATUSES.index("failed")), attack_success=np.nan, regret=np.inf)
    return with_verdict(
        failed,
        flips=tuple(
            dataclasses.replace(
                flip, value=None, factor=None, direction="", to=None, searched=(flip.central, flip.central), within=0.0
            )
            for flip in result.verdict.flips
        ),
        reversal=Reversal(False, 4.0, (), 0.0, None, None),
        drivers=Drivers("", 0, False, "No draw could be solved.", ()),
        spread=Spread(0.0, 0.0, 0.0, "No draw could be solved."),
        failures=Failures(1.0, 2 * result.samples, None, None),
        certificate=Certificate(np.nan, np.nan, failed.verdict.certificate.statuses, {"pure": 1e-8}),
    )


def with_verdict(result: Result, **parts: object) -> Result:
    """The result with some parts of its verdict replaced."""
    return dataclasses.replace(result, verdict=dataclasses.replace(result.verdict, **parts))


def _verdict(result: Result, data: xr.Dataset) -> Verdict:
    usable = usable_draws(data)
    success = np.asarray(data["attack_success"], dtype=float)
    tilt = np.where(usable, success[:, 1] - success[:, 0], np.nan)
    weights = np.asarray(data["weight"], dtype=float)
    overall = chances(tilt, weights)
    each = [chances(row[None], np.ones(1)) for row in tilt]
    chosen = side(overall, list(zip(weights, each, strict=True)))
    readings = tuple(
        dataclasses.replace(
            reading,
            side=side(found),
            **dataclasses.asdict(found),
            failed=float(1 - usable[row].mean()),
            measures=measure_verdicts(data, [row], usable, weights),
        )
        for row, (reading, found) in enumerate(zip(result.verdict.readings, each, strict=True))
    )
    titles = [(reading.title, reading.weight, reading.side) for reading in readings]
    failed = float((weights[:, None] * ~usable).sum() / usable.shape[1])
    return dataclasses.replace(
        result.verdict,
        side=chosen,
        sentence=sentence(chosen, result.scenario.technology_short, overall, titles, failed),
        probability=overall.of(chosen),
        **dataclasses.asdict(overall),
        measures=measure_verdicts(data, range(len(weights)), usable, weights),
        readings=readings,
        failures=Failures(failed, int((~usable).sum()), None, None),
        certificate=certificate(data),
    )
