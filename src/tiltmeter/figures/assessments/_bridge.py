"""What the system does to the parameters of both sides."""

import math
from typing import TYPE_CHECKING, Any

import altair as alt

from tiltmeter.figures import _words as words
from tiltmeter.figures._colors import DEFENSE, INK, MUTED, NEUTRAL, OFFENSE
from tiltmeter.figures._theme import WIDTH, at, finish, over, text_column

if TYPE_CHECKING:
    from tiltmeter.analysis.assessments import Assessed, BridgeRow

_LEFT, _RIGHT = 200, 500
_ROW = 34
_COLORS = {"attacker": OFFENSE, "defender": DEFENSE, "both": NEUTRAL}


def bridge(found: "Assessed") -> alt.TopLevelMixin:
    """Medians and 90 % intervals of the factors on the contest's parameters, in the sides' colors."""
    shown = [row for row in found.bridge if row.operation == "multiply"]
    added = [row for row in found.bridge if row.operation != "multiply"]
    rows = [_row(row, place) for place, row in enumerate([*shown, *added])]
    ends = [abs(math.log(row[end])) for row in rows if row["factor"] for end in ("low", "high")]
    reach = max([math.log(1.5), *ends])
    scale = alt.Scale(type="log", domain=[math.exp(-reach), math.exp(reach)], range=[_LEFT, _RIGHT], nice=False)
    axis = alt.Axis(title="factor on the parameter", tickCount=5, format="~g", domain=False)
    x = alt.X("low:Q", axis=axis, scale=scale)
    y = alt.Y("row:O", axis=None)
    color = alt.Color("color:N", scale=None)
    factors = over([row for row in rows if row["factor"]])
    layers: list[Any] = [
        over([{"low": 1.0}]).mark_rule(color=MUTED, strokeDash=[2, 2]).encode(x=x),
        factors.mark_rule(strokeWidth=4, opacity=0.45).encode(x=x, y=y, color=color, **at(x2="high:Q")),
        factors.mark_point(filled=True, size=60, opacity=1).encode(y=y, color=color, **at(x="median:Q")),
        text_column(rows, "label", 0, y),
        text_column(rows, "text", WIDTH, y, align="right", color=INK),
    ]
    chart = alt.layer(*layers).properties(width=WIDTH, height=_ROW * max(len(rows), 1))
    return finish(chart, _finding(found), _EXPLAINED)


_EXPLAINED = (
    "Factors beside a world without the system, with 90 % intervals; red: the attacker's parameters, blue: the "
    "defender's, gray: neither's. What is added rather than multiplied is written on the right only."
)


def _row(row: "BridgeRow", place: int) -> dict[str, Any]:
    factor = row.operation == "multiply"
    write = words.factor if factor else lambda value: words.change(value, "number")
    return {
        "row": place,
        "label": row.parameter.rpartition(".")[2].replace("_", " "),
        "factor": factor,
        "low": max(row.value.low, 1e-12),
        "median": max(row.value.median, 1e-12),
        "high": max(row.value.high, 1e-12),
        "color": _COLORS[row.side],
        "text": f"{write(row.value.median)}  ({write(row.value.low)} … {write(row.value.high)})",
    }


def _finding(found: "Assessed") -> str:
    sides: dict[str, list[str]] = {"attacker": [], "defender": []}
    for row in found.bridge:
        if row.side in sides and row.operation == "multiply" and abs(math.log(row.value.median)) > math.log(1.05):
            label = row.parameter.removeprefix(f"{row.side}_").replace("_", " ")
            sides[row.side].append(f"{label} {words.factor(row.value.median)}")
    parts = [f"the {side} {words.listed(told)}" for side, told in sides.items() if told]
    return f"{found.assessment.title} gives {', '.join(parts)}" if parts else "No side's own parameters change much"
