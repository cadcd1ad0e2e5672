"""The panel of a sweep: success, both payoffs, and the kinds of equilibria above them."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import altair as alt
import numpy as np

from tiltmeter.figures._colors import DEFENSE, INK, MUTED, OFFENSE, ON_TINT, PAPER
from tiltmeter.figures._panel import panel_title
from tiltmeter.figures._scene import Array, Size
from tiltmeter.figures._theme import PERCENT_LABEL, at, over
from tiltmeter.figures.atlas._sweep import Sweep

_GRAYS = {"pure": "#D8DEE6", "semi-mixed": "#B9C1CC", "mixed": "#8B95A4", "unsolved": PAPER}
_BAND = (-18, -5)
_LINE_HEIGHT = 14.0
_LETTER = 5.6
# What changes by so much within so little of the axis jumps.
_JUMP, _AT_ONCE = 0.04, 0.003


class Line(NamedTuple):
    """One line of the panel."""

    name: str
    color: str
    values: Array
    width: float


def sweep_panel(swept: Sweep, size: Size) -> Any:
    """Lines of success and of both payoffs as shares of the stakes; what a technology does goes to the right."""
    # Thinner ones over thicker ones: where two are one line, both are seen.
    lines = (
        Line("attack success", INK, swept.success, 3.2),
        Line("defender's payoff", DEFENSE, swept.defender_payoff, 2.6),
        Line("attacker's payoff", OFFENSE, swept.attacker_payoff, 1.5),
    )
    low, high = _limits(lines)
    anchor = over([{"x": float(swept.values[0]), "y": low}]).mark_point(size=0, opacity=0)
    x, y = _axes(swept, low, high)
    drawn = over([row for line in lines for row in _rows(swept, line)]).mark_line(clip=True)
    layers = [
        anchor.encode(x=x, y=y),
        *_band(swept, size),
        over([{"x": swept.here}]).mark_rule(strokeDash=[2, 3], color=MUTED, strokeWidth=1.2).encode(**at(x="x:Q")),
        drawn.encode(
            color=alt.Color("color:N", scale=None),
            strokeWidth=alt.StrokeWidth("width:Q", scale=None),
            **at(x="x:Q", y="y:Q", detail="piece:N", order="x:Q"),
        ),
        *(_at_right_edge(row, size) for row in _ends(swept, lines, low, high, size)),
    ]
    moves = swept.course.moves
    title = panel_title(f"At the equilibrium, as {swept.course.subject} {moves}", _subtitle(swept), size)
    return alt.layer(*layers).properties(width=size.width, height=size.height, title=title)


def _limits(lines: Sequence[Line]) -> tuple[float, float]:
    """The ends of the vertical axis: none to all, and more where a payoff lies outside."""
    known = np.concatenate([line.values[np.isfinite(line.values)] for line in lines])
    return float(known.min(initial=0.0)), float(known.max(initial=1.0))


def _axes(swept: Sweep, low: float, high: float) -> tuple[alt.X, alt.Y]:
    what, unit = " = ".join(swept.course.names), swept.parameter.unit
    what = what if len(swept.course.names) > 1 else f"{what} ({swept.parameter.symbol})"
    scale = alt.Scale(
        type="log" if swept.ratios else "linear",
        domain=[float(swept.values[0]), float(swept.values[-1])],
        nice=False,
        reverse=swept.course.lowered,
    )
    title = what if unit == "1" else f"{what}, {unit}"
    return (
        alt.X("x:Q", scale=scale, axis=alt.Axis(title=title, tickCount=6, format=",.4~g", grid=False)),
        alt.Y(
            "y:Q",
            scale=alt.Scale(domain=[low, high], nice=False),
            axis=alt.Axis(title="Success; payoff / stake", tickCount=5, labelExpr=PERCENT_LABEL),
        ),
    )


def _rows(swept: Sweep, line: Line) -> list[dict[str, Any]]:
    """The points of a line, which breaks where nothing was found and where it jumps."""
    known = np.isfinite(line.values)
    jumps = (np.abs(np.diff(line.values, prepend=line.values[:1])) > _JUMP) & (
        np.diff(swept.places, prepend=0.0) < _AT_ONCE
    )
    piece = np.cumsum(~known | jumps)
    look = {"color": line.color, "width": line.width}
    return [
        {"x": float(swept.values[i]), "y": float(line.values[i]), "piece": f"{line.name} {piece[i]}", **look}
        for i in np.flatnonzero(known)
    ]


def _ends(swept: Sweep, lines: Sequence[Line], low: float, high: float, size: Size) -> list[dict[str, Any]]:
    """The names of the lines at their right ends, moved apart; heights in pixels from the top."""
    rows: list[dict[str, Any]] = []
    for line in lines:
        known = line.values[np.isfinite(line.values)]
        if known.size:
            end = float(known[0 if swept.course.lowered else -1])
            rows.append({"text": line.name, "color": line.color, "y": size.height * (high - end) / (high - low)})
    rows.sort(key=lambda row: row["y"])
    for above, below in pairwise(rows):
        below["y"] = max(below["y"], above["y"] + _LINE_HEIGHT)
    if rows:
        rows[-1]["y"] = min(rows[-1]["y"], float(size.height))
    for below, above in pairwise(rows[::-1]):
        above["y"] = min(above["y"], below["y"] - _LINE_HEIGHT)
    return rows


def _at_right_edge(row: dict[str, Any], size: Size) -> Any:
    text = over([row]).mark_text(align="left", baseline="middle", dx=8, fontSize=size.label, fontWeight=600)
    color = alt.Color("color:N", scale=None)
    return text.encode(x=alt.value(size.width), y=alt.value(row["y"]), color=color, **at(text="text:N"))


def _band(swept: Sweep, size: Size) -> list[Any]:
    """A band above the frame that names the kind of equilibrium, where there is room for the name."""
    top, bottom = alt.value(_BAND[0]), alt.value(_BAND[1])
    layers: list[Any] = []
    for kind, *ends in swept.regimes:
        begin, end = sorted(size.width * (1 - place if swept.course.lowered else place) for place in ends)
        layers.append(
            over([{}])
            .mark_rect(stroke=PAPER, strokeWidth=1.5, fill=_GRAYS[kind])
            .encode(x=alt.value(begin), x2=alt.value(end), y=top, y2=bottom)
        )
        if end - begin > _LETTER * len(kind) + 6:
            name = over([{}]).mark_text(text=kind, fontSize=size.label - 1, color=ON_TINT, baseline="middle")
            layers.append(name.encode(x=alt.value((begin + end) / 2), y=alt.value(sum(_BAND) / 2 + 0.5)))
    return layers


def _subtitle(swept: Sweep) -> str:
    """The kinds of equilibria in the order in which they follow each other, and how to find the panels above."""
    kinds = [kind for kind, _, _ in swept.regimes][:: -1 if swept.course.lowered else 1]
    following = ", then ".join(kinds) if len(kinds) > 1 else f"{kinds[0]} throughout"
    return f"{following}; dotted: the value in the panels above"
