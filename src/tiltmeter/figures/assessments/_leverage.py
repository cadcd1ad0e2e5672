"""Three rankings of the levers, side by side."""

from typing import TYPE_CHECKING, Any

import altair as alt

from tiltmeter.figures import _words as words
from tiltmeter.figures._colors import DEFENSE, MUTED, NEUTRAL, OFFENSE
from tiltmeter.figures._theme import WIDTH, at, finish, over, text_column

if TYPE_CHECKING:
    from tiltmeter.analysis.assessments import Assessed, Lever

_LEFT, _GAP, _PANEL = 220, 24, 124
_ROW = 26


def leverage(found: "Assessed") -> alt.TopLevelMixin:
    """Derivative, total-order Sobol share and centrality of every dimension, the largest Sobol share first."""
    assert found.leverage is not None
    levers = found.leverage.dimensions
    panels = {
        "tilt per point of the rating": [one.derivative.median for one in levers],
        "share of the tilt's variance": [max(one.sobol, 0.0) for one in levers],
        "centrality in the graph": [one.centrality for one in levers],
    }
    height = _ROW * len(levers)
    layers: list[Any] = []
    for place, (title, values) in enumerate(panels.items()):
        start = _LEFT + place * (_PANEL + _GAP)
        largest = max([*(abs(value) for value in values), 1e-12])
        layers += _panel(title, values, start, largest, place == 0, height)
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[height, -_ROW], nice=False))
    names = [{"y": _ROW * (place + 0.5), "label": words.shortened(one.title, 32)} for place, one in enumerate(levers)]
    layers.append(text_column(names, "label", 0, y))
    chart = alt.layer(*layers).properties(width=WIDTH, height=height + _ROW)
    return finish(chart, _finding(levers), _explained(found))


def _panel(title: str, values: list[float], start: float, largest: float, signed: bool, height: float) -> list[Any]:
    rows = [
        {
            "y": _ROW * (place + 0.5),
            "from": start,
            "to": start + _PANEL * 0.68 * abs(value) / largest,
            "color": (OFFENSE if value > 0 else DEFENSE) if signed else NEUTRAL,
            "x": start + _PANEL * 0.68 * abs(value) / largest + 4,
            "text": words.points(value) if signed else f"{value:.2f}",
        }
        for place, value in enumerate(values)
    ]
    across = alt.Scale(domain=[0, WIDTH], nice=False)
    x, beside = (alt.X(field, axis=None, scale=across) for field in ("from:Q", "x:Q"))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[height, -_ROW], nice=False))
    color = alt.Color("color:N", scale=None)
    heading = over([{"x": start, "y": -_ROW / 2, "text": title}])
    return [
        over(rows).mark_rule(strokeWidth=12, opacity=0.8).encode(x=x, y=y, color=color, **at(x2="to:Q")),
        over(rows).mark_text(align="left", fontSize=10, color=MUTED).encode(x=beside, y=y, **at(text="text:N")),
        heading.mark_text(align="left", fontSize=11, color=MUTED).encode(x=beside, y=y, **at(text="text:N")),
    ]


def _finding(levers: tuple["Lever", ...]) -> str:
    firsts = {
        name: min(levers, key=lambda one: one.ranks[name]).title for name in ("derivative", "sobol", "centrality")
    }
    told = list(dict.fromkeys(firsts.values()))
    if len(told) == 1:
        return f"All three rankings put {told[0].lower()} first"
    return (
        f"The strongest lever is {firsts['derivative'].lower()} by derivative, {firsts['sobol'].lower()} by share of "
        f"the spread, {firsts['centrality'].lower()} by place in the graph"
    )


def _explained(found: "Assessed") -> str:
    assert found.leverage is not None
    doubt = "" if found.leverage.sufficient else " The samples do not suffice to trust the shares."
    return (
        "Left: change of attack success per point of the rating, through the fixed point; red where a higher rating "
        "leans to offense, blue to defense. Middle: total-order Sobol index. Right: clique eigenvector centrality, "
        f"which knows neither sign nor direction.{doubt}"
    )
