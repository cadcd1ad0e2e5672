"""Two assessments side by side: their elements, and what the difference of their tilts goes back to."""

from typing import TYPE_CHECKING, Any

import altair as alt

from tiltmeter.analysis._words import sentence_case
from tiltmeter.figures import _words as words
from tiltmeter.figures._colors import DEFENSE, FAINT, INK, MUTED, NEUTRAL, OFFENSE
from tiltmeter.figures._theme import WIDTH, at, finish, over, text_column

if TYPE_CHECKING:
    from tiltmeter.analysis.assessments import Comparison

_LEFT, _RIGHT, _PARTS = 235, 415, 455
_ROW = 34


def comparison(found: "Comparison") -> alt.TopLevelMixin:
    """Settled levels of the elements, and each element's part in the difference of the mean tilts."""
    elements = [pair for pair in found.profile if pair.kind == "element"]
    part = {one.name: one for one in found.parts}
    order = [*(pair.name for pair in elements), *(name for name in ("contest", "together") if name in part)]
    titles = {pair.name: pair.title for pair in elements} | {one.name: one.title for one in found.parts}
    y_of = {name: _ROW * (place + 0.5) for place, name in enumerate(order)}
    height = _ROW * len(order)
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[height, -_ROW], nice=False))
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, WIDTH], nice=False))
    grid = [
        {"x": _LEFT + (_RIGHT - _LEFT) * level / 4, "y": 0, "end": _ROW * len(elements), "text": str(level)}
        for level in range(5)
    ]
    rules = over(grid).mark_rule(color=FAINT).encode(x=x, y=y, **at(y2="end:Q"))
    marks = over(grid).mark_text(fontSize=10, color=MUTED, dy=-8).encode(x=x, y=y, **at(text="text:N"))
    layers: list[Any] = [rules, marks]
    for shift, color, which in ((-5, NEUTRAL, "first"), (5, INK, "second")):
        rows: list[dict[str, Any]] = []
        for pair in elements:
            span = getattr(pair, which)
            ends = [_LEFT + (_RIGHT - _LEFT) * level / 4 for level in (span.low, span.median, span.high)]
            rows.append({"x": ends[0], "median": ends[1], "high": ends[2], "y": y_of[pair.name] + shift})
        bars = over(rows).mark_rule(strokeWidth=3, opacity=0.4, color=color)
        points = over(rows).mark_point(filled=True, size=45, color=color, opacity=1)
        layers += [bars.encode(x=x, y=y, **at(x2="high:Q")), points.encode(x=alt.X("median:Q", axis=None), y=y)]
    layers += _bars({name: part[name].tilt for name in order if name in part}, y_of, x, y)
    names = [{"y": y_of[name], "label": words.shortened(sentence_case(titles[name]), 40)} for name in order]
    heads = [
        {"x": _LEFT, "y": -_ROW * 0.8, "text": "level"},
        {"x": _PARTS, "y": -_ROW * 0.8, "text": "part of the difference"},
    ]
    heading = over(heads).mark_text(align="left", fontSize=11, color=MUTED)
    layers += [text_column(names, "label", 0, y), heading.encode(x=x, y=y, **at(text="text:N"))]
    chart = alt.layer(*layers).properties(width=WIDTH, height=height + _ROW)
    return finish(chart, _finding(found), _explained(found))


def _bars(parts: dict[str, float], y_of: dict[str, float], x: Any, y: Any) -> list[Any]:
    largest = max([*(abs(value) for value in parts.values()), 1e-12])
    rows = [
        {
            "x": _PARTS,
            "to": _PARTS + 110 * abs(value) / largest,
            "end": _PARTS + 110 * abs(value) / largest + 5,
            "y": y_of[name],
            "color": OFFENSE if value > 0 else DEFENSE,
            "text": words.points(value),
        }
        for name, value in parts.items()
    ]
    color = alt.Color("color:N", scale=None)
    return [
        over(rows).mark_rule(strokeWidth=13, opacity=0.85).encode(x=x, y=y, color=color, **at(x2="to:Q")),
        over(rows)
        .mark_text(align="left", fontSize=10, color=MUTED)
        .encode(x=alt.X("end:Q", axis=None), y=y, **at(text="text:N")),
    ]


def _finding(found: "Comparison") -> str:
    names = (found.first.assessment.title, found.second.assessment.title)
    if abs(found.difference) < 5e-4:
        return f"{names[1]} leans as {names[0]} does"
    toward = "offense" if found.difference > 0 else "defense"
    size = words.points(abs(found.difference)).removeprefix("+")
    return f"{names[1]} leans {size} more to {toward} than {names[0]}, mostly by {found.parts[0].title.lower()}"


def _explained(found: "Comparison") -> str:
    return (
        f"Gray: {found.first.assessment.title}; black: {found.second.assessment.title}; settled levels with 90 % "
        "intervals. Bars: what exchanging this alone does to the mean tilt, red to offense, blue to defense."
    )
