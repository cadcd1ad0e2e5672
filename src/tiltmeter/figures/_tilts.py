"""The tilt of all draws, reading by reading."""

import dataclasses
from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np
from numpy.typing import NDArray

from tiltmeter.figures import _words as words
from tiltmeter.figures._colors import DEFENSE, INK, MUTED, NEUTRAL, OFFENSE
from tiltmeter.figures._draws import Histogram, bin_edges, draws, histogram, limits
from tiltmeter.figures._ridge import BARS, Ridge
from tiltmeter.figures._theme import finish

if TYPE_CHECKING:
    from tiltmeter.analysis import Result

_HEADER, _BAND = 38.0, 24.0
_ROW = BARS + _HEADER + _BAND


@dataclasses.dataclass(frozen=True)
class _Row:
    """One row: its label, the verdict's part on it, its tilts and the weights of their readings."""

    label: str
    part: Any
    tilt: NDArray[np.float64]
    weights: NDArray[np.float64]


def tilts(result: "Result") -> alt.TopLevelMixin:
    """The tilt's distribution, for all readings together and for each: bars colored by the side they lean to."""
    found, verdict = draws(result), result.verdict
    tilt = found.tilt
    rows = [_Row("All readings, weighted", verdict, tilt, found.weights)] if len(verdict.readings) > 1 else []
    for place, reading in enumerate(verdict.readings):
        label = words.weighted(reading) if rows else reading.title
        rows.append(_Row(label, reading, tilt[place : place + 1], np.ones(1)))
    reach = limits(tilt)
    edges = _roomy(reach.low, reach.high)
    ridge = Ridge(edges, _ROW * len(rows))
    for place, row in enumerate(rows):
        _draw(ridge, row, edges, _ROW * (len(rows) - 1 - place) + _BAND - 8)
    name = words.technology(result.scenario)
    return finish(
        ridge.chart(f"Tilt: change in attack success with {name} (percentage points)"),
        _finding(name, verdict),
        f"The tilt of {words.count(result.samples)} draws: right of zero leans to offense, left of it to defense."
        f" Bar below: 90 % of draws, and the median.{reach.note}{words.failures(verdict.failures.share)}",
    )


def _finding(name: str, part: Any) -> str:
    shares = {"offense": part.offense, "defense": part.defense, "unchanged": part.unchanged}
    if sum(shares.values()) == 0:
        return "No draw could be solved, so nothing can be said of the tilt"
    side = max(shares, key=lambda key: (shares[key], key))
    what = "nothing changes" if side == "unchanged" else f"the contest leans to {side}"
    return f"In {words.chance(shares[side])} of the draws, {what} with {name}"


def _roomy(low: float, high: float) -> NDArray[np.float64]:
    """Edges that hold all tilts and leave a quarter of the width on either side of zero, for the labels."""
    low, high = min(low, 0.0), max(high, 0.0)
    reach = (high - low) or 0.01
    return bin_edges(min(low, -reach / 3), max(high, reach / 3), 64)


def _draw(ridge: Ridge, row: _Row, edges: NDArray[np.float64], base: float) -> None:
    # Unchanged draws stand on the zero line itself; a bin would count them to a side.
    usable = np.isfinite(row.tilt)
    moved = histogram(np.where(row.tilt == 0, np.nan, row.tilt), row.weights, edges)
    shown = Histogram(edges, moved.shares * (1 - row.part.unchanged))
    ridge.tick(0.0, base - 18, base + BARS + 18, INK, width=1)
    scale = max(float(shown.shares.max(initial=0)), row.part.unchanged, 1e-12)
    left = edges[:-1] < -1e-12
    ridge.bars(Histogram(edges, np.where(left, shown.shares, 0.0)), base, scale, DEFENSE)
    ridge.bars(Histogram(edges, np.where(left, 0.0, shown.shares)), base, scale, OFFENSE)
    header = base + BARS + 10
    ridge.words(row.label, header + 18, INK, bold=True)
    if not usable.any():
        ridge.words("no draw could be solved", header, MUTED, bold=False)
        return
    gap = 0.012 * float(edges[-1] - edges[0])
    ridge.words(f"{words.chance(row.part.defense)} defense", header, DEFENSE, x=-gap, align="right", bold=True)
    ridge.words(f"{words.chance(row.part.offense)} offense", header, OFFENSE, x=gap, bold=True)
    if row.part.unchanged > 0:
        ridge.tick(0.0, base, base + row.part.unchanged / scale * BARS, NEUTRAL)
        ridge.words(f"{words.chance(row.part.unchanged)} unchanged", header, MUTED, bold=False)
    ridge.interval(row.part.measures[0].change, base - 9)
