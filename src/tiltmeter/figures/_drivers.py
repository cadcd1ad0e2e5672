"""What drives the tilt: total-order Sobol indices with their confidence intervals."""

from typing import TYPE_CHECKING

import altair as alt

from tiltmeter.figures import _words as words
from tiltmeter.figures._colors import INK, MUTED, NEUTRAL
from tiltmeter.figures._theme import PERCENT_LABEL, WIDTH, at, finish, over, text_column, two_lines

if TYPE_CHECKING:
    from tiltmeter.analysis import Drivers, Result

_LEFT, _RIGHT = 210, 570
_ROW = 34
_MOST = 14


def drivers(result: "Result") -> alt.TopLevelMixin:
    """Total-order shares as bars with 95 % confidence intervals, first-order shares as marks on them."""
    found = result.verdict.drivers
    rows = [
        {
            "row": place,
            "label": two_lines(item.label, 34),
            "zero": 0.0,
            "total": max(item.total, 0.0),
            "low": max(item.total - item.total_conf, 0.0),
            "high": item.total + item.total_conf,
            "first": max(item.first, 0.0),
            "text": f"{item.total:.2f} ± {item.total_conf:.2f}",
        }
        for place, item in enumerate(found.items[:_MOST])
    ]
    top = max([1.0, *(row["high"] for row in rows)])
    axis = alt.Axis(
        title="Share of the tilt's variance", values=[0, 0.25, 0.5, 0.75, 1], domain=False, labelExpr=PERCENT_LABEL
    )
    x = alt.X("total:Q", axis=axis, scale=alt.Scale(domain=[0, top], range=[_LEFT, _RIGHT], nice=False))
    y = alt.Y("row:O", axis=None)
    base = over(rows)
    chart = alt.layer(
        base.mark_bar(color=NEUTRAL, size=14, opacity=0.75).encode(x=x, y=y, **at(x2="zero:Q")),
        base.mark_rule(color=INK, strokeWidth=1.5).encode(x=alt.X("low:Q"), y=y, **at(x2="high:Q")),
        base.mark_tick(color=INK, thickness=2, size=14).encode(y=y, **at(x="first:Q")),
        text_column(rows, "label", 0, y),
        text_column(rows, "text", WIDTH, y, align="right", color=MUTED),
    ).properties(width=WIDTH, height=_ROW * max(len(rows), 1))
    return finish(chart, _finding(found), _explained(found, len(rows)))


def _finding(found: "Drivers") -> str:
    if not found.items:
        return "No shares can be given for what drives the tilt"
    first = found.items[0]
    if first.total <= 0:
        return "The tilt hardly varies, so nothing drives it"
    strong = [item for item in found.items if item.total >= first.total / 2 and item.total >= 0.1][:3] or [first]
    named = [f"{item.label} {words.chance(min(item.total, 1.0))}" for item in strong]
    return f"What drives the tilt{'' if found.sufficient else ', as far as the samples tell'}: {words.listed(named)}"


def _explained(found: "Drivers", shown: int) -> str:
    parts = ["Bar: share of the variance in which the input takes part (total-order Sobol index) with its 95 %"]
    parts += ["confidence interval; black tick: its share on its own."] if found.items else []
    left_out = len(found.items) - shown
    text = " ".join(parts) if found.items else ""
    if left_out > 0:
        text += f" {left_out} smaller ones are left out."
    if found.items and not found.sufficient:
        text += " The samples do not suffice to trust them."
    return f"{text} {found.note}".strip()
