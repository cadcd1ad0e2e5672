"""Attack success before and after the technology, over all draws."""

from typing import TYPE_CHECKING

import altair as alt
import numpy as np

from tiltmeter.figures import _words as words
from tiltmeter.figures._colors import INK, MUTED, NEUTRAL, SIDE_COLORS
from tiltmeter.figures._draws import bin_edges, draws, histogram, limits
from tiltmeter.figures._ridge import BARS, Ridge
from tiltmeter.figures._theme import finish

if TYPE_CHECKING:
    from tiltmeter.analysis import Interval, Result

_HEADER, _BAND = 20.0, 30.0
_ROW = BARS + _HEADER + _BAND
_MUCH_HIGHER = 4.0


def distributions(result: "Result") -> alt.TopLevelMixin:
    """Attack success before and after, over draws and weighted readings: histogram, median and 90 % bar."""
    measure = result.verdict.measures[0]
    name = words.technology(result.scenario)
    found = draws(result)
    states = [np.where(found.usable, state, np.nan) for state in (found.before, found.after)]
    reach = limits(*states)
    edges = bin_edges(reach.low, reach.high)
    shown = [histogram(state, found.weights, edges) for state in states]
    heights = np.array([max(float(item.shares.max(initial=0)), 1e-12) for item in shown])
    # Equal areas where both can be seen, else each row to its own height.
    together = heights.max() / heights.min() <= _MUCH_HIGHER
    scales = np.full(2, heights.max()) if together else heights
    ridge = Ridge(edges, 2 * _ROW)
    rows = (
        (f"Before {name}", measure.before, NEUTRAL),
        (f"With {name}", measure.after, SIDE_COLORS[result.verdict.side]),
    )
    for place, (label, interval, color) in enumerate(rows):
        base = _ROW * (1 - place) + _BAND
        ridge.bars(shown[place], base, scales[place], color)
        ridge.interval(interval, base - 9)
        ridge.words(label, base + BARS + 10, INK, bold=True)
        ridge.words_at(_numbers(interval), base + BARS + 10, MUTED, 8.2 * (4 + len(name)) + 24)
    note = "" if together else " Each row is drawn to its own height."
    return finish(
        ridge.chart("Attack success (%)"),
        _finding(name, measure.before, measure.after),
        f"Attack success over {words.count(result.samples)} draws, readings weighted."
        f" Bar below: 90 % of draws, and the median.{note}{reach.note}{words.failures(result.verdict.failures.share)}",
    )


def _finding(name: str, before: "Interval", after: "Interval") -> str:
    if not (np.isfinite(before.median) and np.isfinite(after.median)):
        return "No draw could be solved, so there is no distribution of attack success to show"
    was, becomes = words.percent(before.median), words.percent(after.median)
    if was == becomes:
        return f"With {name}, the median attack success stays at {was}"
    verb = "rises" if after.median > before.median else "falls"
    return f"With {name}, the median attack success {verb} from {was} to {becomes}"


def _numbers(interval: "Interval") -> str:
    if not np.isfinite(interval.median):
        return "no draw could be solved"
    ends = words.span(interval.low, interval.high, "percent")
    return f"median {words.percent(interval.median)}, 90 % of draws {ends}"
