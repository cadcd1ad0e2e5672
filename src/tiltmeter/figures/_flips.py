"""Where one input alone turns the tilt round, as factors on its central value."""

import math
from typing import TYPE_CHECKING, Any

import altair as alt

from tiltmeter.figures import _words as words
from tiltmeter.figures._colors import FAINT, INK, MUTED, NEUTRAL, SIDE_COLORS
from tiltmeter.figures._theme import WIDTH, at, finish, over, text_column, two_lines

if TYPE_CHECKING:
    from tiltmeter.analysis import Flip, Result

_LEFT, _RIGHT = 180, 480
_ROW = 36
_MOST = 16
_WIDEST = 1e4


def flips(result: "Result") -> alt.TopLevelMixin:
    """For each input its central value, its 90 % range and the value that flips the tilt, others at their medians."""
    found = [flip for flip in result.verdict.flips if flip.reading is None]
    shown = found[:_MOST]
    ranges = {given.id: given.quantity.interval() for given in result.scenario.inputs}
    rows = [_record(place, flip, ranges.get(flip.input)) for place, flip in enumerate(shown)]
    low, high = _reach(rows)
    for row in rows:
        row["label"] = two_lines(row["label"], 29)
        for key in ("low", "high", "from", "until", "at"):
            if row[key] is not None:
                row[key] = min(max(row[key], low), high)
    chart = alt.layer(*_layers(rows, low, high)).properties(width=WIDTH, height=_ROW * max(len(rows), 1))
    left_out = f" {len(found) - len(shown)} further inputs are left out." if len(found) > len(shown) else ""
    return finish(
        chart,
        _finding(found),
        "Each input moves alone, the others stay at their medians. Dot: central value; gray bar: its 90 % range; thin"
        f" line: what was searched; diamond: where the tilt flips, in the color of the side it flips to.{left_out}",
    )


def _finding(found: list["Flip"]) -> str:
    turning = [flip for flip in found if flip.value is not None]
    if not found:
        return "There is no input to move"
    if all(flip.searched[0] == flip.searched[1] for flip in found):
        return "Nothing could be searched for what turns the tilt: the draw at the medians could not be solved"
    if not turning:
        return "No input, moved alone, turns the tilt to another side within the range that was searched"
    likeliest = max(turning, key=lambda flip: flip.within)
    which = "every input" if len(turning) == len(found) else f"{len(turning)} of {len(found)} inputs"
    many = f"Moved alone, {which} can turn the tilt to another side"
    if likeliest.within <= 0:
        return f"{many}, but none within the range it is thought to have"
    return f"{many}; likeliest: {likeliest.label}, probability {words.chance(likeliest.within)}"


def _record(place: int, flip: "Flip", interval: tuple[float, float] | None) -> dict[str, Any]:
    def times(value: float | None) -> float | None:
        if value is None or flip.central <= 0 or value <= 0 or not math.isfinite(value):
            return None
        return value / flip.central

    low, high = interval or (flip.central, flip.central)
    return {
        "row": place,
        "label": flip.label,
        "text": _said(flip),
        "low": times(low),
        "high": times(high),
        "from": times(flip.searched[0]),
        "until": times(flip.searched[1]),
        "one": 1.0 if flip.central > 0 else None,
        "at": times(flip.value),
        "color": SIDE_COLORS[flip.to or "unchanged"],
    }


def _said(flip: "Flip") -> str:
    if flip.value is not None:
        times = f"flips at {words.factor(flip.factor)}" if flip.factor else "flips"
        return f"{times}\n{flip.direction} {words.number(flip.value)} ({words.chance(flip.within)} likely)"
    low, high = flip.searched
    if low == high:
        return "not searched"
    if flip.central > 0 and low > 0:
        return f"does not flip in\n{words.factor(low / flip.central)} … {words.factor(high / flip.central)}"
    return f"does not flip in\n{words.number(low)} … {words.number(high)}"


def _reach(rows: list[dict[str, Any]]) -> tuple[float, float]:
    """The axis: what was searched, at most four orders of magnitude either way, and at least a factor of ten."""
    known = [row[key] for row in rows for key in ("low", "high", "from", "until", "at") if row[key] is not None]
    low, high = min([0.1, *known]), max([10.0, *known])
    return max(low, 1 / _WIDEST), min(high, _WIDEST)


def _layers(rows: list[dict[str, Any]], low: float, high: float) -> list[Any]:
    exponents = range(math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9) + 1)
    axis = alt.Axis(
        title="Factor on the central value",
        values=[10.0**exponent for exponent in exponents],
        labelExpr="datum.value < 1 ? '÷' + format(1 / datum.value, ',d') : format(datum.value, ',d') + '×'",
        labelOverlap=False,
        labelFontSize=10,
        domain=False,
    )
    x = alt.X("one:Q", axis=axis, scale=alt.Scale(type="log", domain=[low, high], range=[_LEFT, _RIGHT], nice=False))
    y = alt.Y("row:O", axis=None)

    def having(*keys: str) -> alt.Chart:
        return over([row for row in rows if all(row[key] is not None for key in keys)])

    def rule(first: str, last: str, **mark: Any) -> alt.Chart:
        return having(first, last).mark_rule(**mark).encode(x=alt.X(f"{first}:Q"), x2=alt.X2(f"{last}:Q"), y=y)

    diamond = having("at").mark_point(shape="diamond", filled=True, size=130, opacity=1, stroke="white", strokeWidth=1)
    return [
        having("one").mark_point(filled=True, size=1, opacity=0).encode(x=x, y=y),
        rule("from", "until", color=FAINT, strokeWidth=2),
        rule("low", "high", color=NEUTRAL, strokeWidth=7, opacity=0.75),
        having("one").mark_point(filled=True, color=INK, size=36, opacity=1).encode(y=y, **at(x="one:Q")),
        diamond.encode(y=y, color=alt.Color("color:N", scale=None), **at(x="at:Q")),
        text_column(rows, "label", 0, y),
        text_column([row for row in rows if row["at"] is None], "text", _RIGHT + 14, y, color=MUTED, fontSize=11),
        text_column([row for row in rows if row["at"] is not None], "text", _RIGHT + 14, y, fontSize=11),
    ]
