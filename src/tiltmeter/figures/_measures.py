"""Every measure of the balance before and after, each on a scale of its own."""

import math
from typing import TYPE_CHECKING, Any

import altair as alt

from tiltmeter.figures import _words as words
from tiltmeter.figures._colors import DEFENSE, FAINT, INK, MUTED, NEUTRAL, OFFENSE
from tiltmeter.figures._theme import WIDTH, at, finish, over, text_column, two_lines

if TYPE_CHECKING:
    from tiltmeter.analysis import MeasureVerdict, Result

_LEFT, _RIGHT = 166, 420
_ROW = 46


def measures(result: "Result") -> alt.TopLevelMixin:
    """Median and 90 % interval of every measure before and after, and of its change."""
    shown = result.verdict.measures
    rows = [row for place, measure in enumerate(shown) for row in _states(measure, place)]
    labels = [
        {
            "row": place,
            "label": two_lines(words.titled(measure), 26),
            "text": _numbers(measure),
        }
        for place, measure in enumerate(shown)
    ]
    ends = [end for place, measure in enumerate(shown) for end in _ends(measure, place)]
    name = words.technology(result.scenario)
    height = _ROW * max(len(shown), 1)
    chart = alt.layer(*_tracks(rows, ends, height), *_texts(labels)).properties(width=WIDTH, height=height)
    return finish(
        chart,
        _finding(name, shown),
        f"Medians and 90 % intervals over draws and weighted readings; gray before {name}, colored with it: red where"
        " the change leans to offense, blue to defense. Each row has its own scale; its ends are written below it."
        " On the right the medians, and the median change with its 90 % interval.",
    )


def leaning(measure: "MeasureVerdict") -> str:
    """The side to which a measure's median change leans: "offense", "defense", or "unchanged"."""
    change = measure.change.median * measure.leans
    return "offense" if change > 0 else "defense" if change < 0 else "unchanged"


def sure(measure: "MeasureVerdict") -> bool:
    """Whether the 90 % interval of the change leaves out zero."""
    return measure.change.low > 0 or measure.change.high < 0


def _finding(name: str, shown: tuple["MeasureVerdict", ...]) -> str:
    if all(math.isnan(measure.change.median) for measure in shown):
        return "No draw could be solved, so no measure of the balance is known"
    judged = [measure for measure in shown if measure.leans]
    clear = {side: sum(leaning(m) == side and sure(m) for m in judged) for side in ("offense", "defense")}
    if not judged:
        return f"None of the measures that are shown takes a side on what changes with {name}"
    if not any(clear.values()):
        return f"With {name}, each of the {len(judged)} measures that take a side could go either way"
    parts = [f"{count} clearly to {side}" for side, count in clear.items() if count]
    rest = len(judged) - sum(clear.values())
    parts += [f"{rest} could go either way"] if rest else []
    return f"With {name}, {len(judged)} measures take a side: {words.listed(parts)}"


def _numbers(measure: "MeasureVerdict") -> str:
    """The medians, and below them the median change with its interval."""
    change = measure.change
    if math.isnan(measure.before.median):
        return "no draw could be solved"
    before, after = (words.value(part.median, measure.form) for part in (measure.before, measure.after))
    ends = words.span(change.low, change.high, measure.form, changes=True).removesuffix(" points")
    return f"{before} → {after}\n{words.change(change.median, measure.form)} ({ends})"


def _scale(measure: "MeasureVerdict") -> tuple[float, float]:
    """The row's ends: all its finite numbers, and zero where that is near."""
    numbers = [getattr(part, end) for part in (measure.before, measure.after) for end in ("low", "median", "high")]
    finite = [number for number in numbers if math.isfinite(number)] or [0.0]
    low, high = min(finite), max(finite)
    if low > 0 and low < high / 2:
        low = 0.0
    if high < 0 and high > low / 2:
        high = 0.0
    if high - low <= 1e-12 * max(abs(low), abs(high), 1e-300):
        reach = abs(high) or 1.0
        low, high = low - reach / 2, high + reach / 2
        if measure.form == "percent" and 0 <= finite[0] <= 1:
            low, high = max(low, 0.0), min(high, 1.0)
    return low, high


def _states(measure: "MeasureVerdict", place: int) -> list[dict[str, Any]]:
    low, high = _scale(measure)
    lean = leaning(measure)
    color = {"offense": OFFENSE, "defense": DEFENSE}.get(lean, INK)
    rows: list[dict[str, Any]] = []
    for offset, part, ink in ((-7, measure.before, NEUTRAL), (3, measure.after, color)):
        numbers = (part.low, part.median, part.high)
        if math.isnan(part.median):
            continue
        at = [_LEFT + (_RIGHT - _LEFT) * min(max((number - low) / (high - low), 0.0), 1.0) for number in numbers]
        y = _ROW * (place + 0.5) + offset
        rows.append({"low": at[0], "median": at[1], "high": at[2], "y": y, "color": ink})
    return rows


def _ends(measure: "MeasureVerdict", place: int) -> list[dict[str, Any]]:
    if math.isnan(measure.before.median):
        return []
    low, high = _scale(measure)
    y = _ROW * (place + 0.5)
    rows: list[dict[str, Any]] = [
        {"x": _LEFT, "y": y + 15, "text": words.value(low, measure.form), "align": "left"},
        {"x": _RIGHT, "y": y + 15, "text": words.value(high, measure.form), "align": "right"},
    ]
    if low < 0 < high:
        zero = _LEFT + (_RIGHT - _LEFT) * -low / (high - low)
        rows.append({"x": zero, "y": y + 15, "text": "0", "align": "center", "zero": 1})
    near = [end for end in rows[:2] if len(rows) == 3 and abs(end["x"] - rows[2]["x"]) < 45]
    return [row for row in rows if row not in near]


def _tracks(rows: list[dict[str, Any]], ends: list[dict[str, Any]], height: float) -> list[alt.Chart]:
    x = alt.X("low:Q", axis=None, scale=alt.Scale(domain=[0, WIDTH], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[height, 0], nice=False))
    color = alt.Color("color:N", scale=None)
    count = round(height / _ROW)
    track = over([{"low": _LEFT, "high": _RIGHT, "y": _ROW * (i + 0.5) + 7} for i in range(count)])
    zeros = over([{"low": end["x"], "y": end["y"] - 26, "y2": end["y"] - 8} for end in ends if "zero" in end])
    layers = [
        track.mark_rule(color=FAINT).encode(x=x, y=y, **at(x2="high:Q")),
        zeros.mark_rule(color=MUTED, strokeDash=[2, 2]).encode(x=x, y=y, **at(y2="y2:Q")),
        over(rows).mark_rule(strokeWidth=4, opacity=0.45).encode(x=x, y=y, color=color, **at(x2="high:Q")),
        over(rows).mark_point(filled=True, size=60, opacity=1).encode(y=y, color=color, **at(x="median:Q")),
    ]
    for align in ("left", "center", "right"):
        chosen = over([end for end in ends if end["align"] == align])
        text = chosen.mark_text(align=align, fontSize=10, color=MUTED, baseline="middle")
        layers.append(text.encode(y=y, **at(x="x:Q", text="text:N")))
    return layers


def _texts(labels: list[dict[str, Any]]) -> list[Any]:
    rows = [label | {"y": _ROW * (label["row"] + 0.5)} for label in labels]
    y = alt.Y("y:Q")
    return [text_column(rows, "label", 0, y), text_column(rows, "text", _RIGHT + 20, y, fontSize=11)]
