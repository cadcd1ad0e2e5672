"""The draws as the page holds them: few bytes each, for a script that filters, weighs and counts them."""

import base64
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tiltmeter.analysis._side import HEARD, SURE, Chances, sentence
from tiltmeter.figures import _words as words
from tiltmeter.figures._draws import draws

if TYPE_CHECKING:
    from tiltmeter.analysis import Drivers, Result, Verdict
    from tiltmeter.scenarios import Input

MOST = 16384
"""Draws that a page holds at most; of a longer run the first ones, which cover the space as well."""

FEW = 200
"""Below so many draws the page warns that its numbers are rough."""

_STEPS = 100


def payload(result: "Result") -> dict[str, Any]:
    """What the page's script needs, ready for JSON.

    Keys: `draws` (how many the page holds), `samples` (how many there were), `few`, `sure` and `heard` (thresholds of
    warning and verdict), `technology` (its short name), `headline` (the verdict's numbers as text), `answers` (side to
    sentence), `readings` (title and weight), `inputs` (label, unit, and the
    values at each percent of the distribution, as text), and four arrays in base64, little-endian: `ranks` (uint16 per
    input and draw: the draw's place among all draws by that input), `before`, `after` and `tilt` (float32 per reading
    and draw; NaN where the draw could not be solved, a tilt of exactly 0 where it counts as unchanged).
    """
    found = draws(result)
    held = min(result.samples, MOST)
    uncertain = _in_order(result)
    values = np.asarray(result.data["inputs"].sel(input=[given.id for given in uncertain]).values, dtype=float)
    solved = found.usable[:, :held]
    return {
        "draws": held,
        "samples": result.samples,
        "few": FEW,
        "sure": SURE,
        "heard": HEARD,
        "technology": words.technology(result.scenario),
        "headline": _headline(result.verdict),
        "answers": _answers(words.technology(result.scenario), result.scenario.technology_plural),
        "readings": [{"title": reading.title, "weight": reading.weight} for reading in result.verdict.readings],
        "inputs": [_described(given, row) for given, row in zip(uncertain, values, strict=True)],
        "ranks": _packed(_ranks(values[:, :held]), "<u2"),
        "before": _packed(np.where(solved, found.before[:, :held], np.nan), "<f4"),
        "after": _packed(np.where(solved, found.after[:, :held], np.nan), "<f4"),
        "tilt": _packed(found.tilt[:, :held], "<f4"),
    }


def _headline(verdict: "Verdict") -> dict[str, str]:
    """The numbers of the verdict as the page shows them while nothing is moved."""
    success = verdict.measures[0]
    sides = {side: words.chance(getattr(verdict, side)) for side in ("offense", "defense", "unchanged")}
    change = success.change
    return sides | {
        "sentence": verdict.sentence,
        "before": words.percent(success.before.median),
        "after": words.percent(success.after.median),
        "change": words.points(change.median),
        "low": words.points(change.low),
        "high": words.points(change.high),
    }


def _in_order(result: "Result") -> list["Input"]:
    """The uncertain inputs, those that matter most first."""
    order = _importance(result.verdict.drivers)
    uncertain = [result.scenario.input(name) for name in result.scenario.uncertain]
    return sorted(uncertain, key=lambda given: order.get(given.id, len(order)))


def _importance(found: "Drivers") -> dict[str, int]:
    return {name: place for place, item in enumerate(found.items) for name in item.inputs}


def _described(given: "Input", drawn: NDArray[np.float64]) -> dict[str, Any]:
    steps = np.quantile(drawn, np.linspace(0.0, 1.0, _STEPS + 1))
    sign = {"multiply": "× ", "add": "+ "}.get(given.operation or "", "")
    return {
        "label": given.label,
        "unit": "" if given.unit in ("", "1") else given.unit,
        "values": [f"{sign}{words.number(float(step))}" for step in steps],
    }


def _ranks(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """The place of each draw in its row, from 0."""
    order = np.argsort(values, axis=1, kind="stable")
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.arange(values.shape[1])[None], axis=1)
    return ranks


def _answers(technology: str, plural: bool) -> dict[str, str]:
    """The sentence for each side; where it depends, on what is shown beside it."""
    nobody = Chances(0.0, 0.0, 0.0)
    sides = ("offense", "defense", "unchanged")
    sure = {side: sentence(side, technology, nobody, [], 0.0, plural) for side in sides}
    return sure | {"depends": "It depends", "nothing": "No draw is left that could be solved"}


def _packed(array: NDArray[Any], dtype: str) -> str:
    return base64.b64encode(np.ascontiguousarray(array, dtype=dtype).tobytes()).decode("ascii")
