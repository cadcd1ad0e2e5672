"""A cascade over its rounds: how every element answers when one dimension is set."""

from typing import TYPE_CHECKING, Any

import altair as alt

from tiltmeter.figures import _words as words
from tiltmeter.figures._colors import FAINT, INK, MUTED, NEUTRAL
from tiltmeter.figures._theme import WIDTH, at, finish, over, text_column
from tiltmeter.framework import rubric

if TYPE_CHECKING:
    from tiltmeter.analysis.assessments import WhatIf

_RIGHT = 420
_HEIGHT = 280
_SHOWN = 8
# Nothing has moved at first; then dimensions are set; then rounds are counted as in the list of moves.
_LABELS = "datum.value == 0 ? 'before' : datum.value == 1 ? 'set' : datum.value - 1"
# End labels are at least so many pixels apart.
_APART = 15


def cascade(found: "WhatIf") -> alt.TopLevelMixin:
    """Change of every element's level since before, round by round; the elements that were set are drawn heavy."""
    rounds = found.rounds[: _SHOWN + 1]
    names = list(rounds[0])
    own = set(found.direct)
    rows = [
        {"round": place, "change": levels[name] - rounds[0][name], "name": name, "set": name in own}
        for place, levels in enumerate(rounds)
        for name in names
    ]
    changes = [levels[name] - rounds[0][name] for levels in rounds for name in names]
    low, high = min([*changes, -0.1]), max([*changes, 0.1])
    x = alt.X(
        "round:Q",
        axis=alt.Axis(title="round", values=list(range(len(rounds))), labelExpr=_LABELS, domain=False, grid=False),
        scale=alt.Scale(domain=[0, len(rounds) - 1], range=[20, _RIGHT]),
    )
    y = alt.Y(
        "change:Q",
        axis=alt.Axis(title="change of the level, in points", domain=False, grid=False),
        scale=alt.Scale(domain=[low, high], nice=False),
    )
    zero = over([{"change": 0.0, "round": 0, "end": len(rounds) - 1}])
    layers: list[Any] = [zero.mark_rule(color=FAINT).encode(x=x, y=y, **at(x2="end:Q"))]
    for heavy in (False, True):
        lines = over([row for row in rows if row["set"] == heavy])
        style: dict[str, Any] = {"color": INK, "strokeWidth": 2.5} if heavy else {"color": NEUTRAL, "strokeWidth": 1.5}
        layers.append(
            lines.mark_line(point={"size": 20, "color": style["color"]}, **style).encode(
                x=x, y=y, **at(detail="name:N")
            )
        )
    layers += _ends(rounds[-1], rounds[0], low, high, own)
    chart = alt.layer(*layers).properties(width=WIDTH, height=_HEIGHT)
    return finish(chart, _finding(found), _explained(found))


def _ends(last: Any, first: Any, low: float, high: float, own: set[str]) -> list[Any]:
    """The elements' names at the right, moved apart where lines end close together."""
    unit = (high - low) / _HEIGHT
    order = sorted(last, key=lambda name: last[name] - first[name])
    spots = [last[name] - first[name] for name in order]
    for index in range(1, len(spots)):
        spots[index] = max(spots[index], spots[index - 1] + _APART * unit)
    rows = [
        {"change": spot, "label": f"{_title(name)} {_told(last[name] - first[name])}", "set": name in own}
        for name, spot in zip(order, spots, strict=True)
    ]
    y = alt.Y("change:Q")
    return [
        text_column([row for row in rows if row["set"] == heavy], "label", _RIGHT + 8, y, color=color, fontSize=11)
        for heavy, color in ((True, INK), (False, MUTED))
    ]


def _title(name: str) -> str:
    (title,) = (one.title for one in rubric().elements if one.name == name)
    return title


def _told(by: float) -> str:
    return f"{by:+.2f}".replace("-", words.MINUS)


def _finding(found: "WhatIf") -> str:
    told = words.listed(
        [f"{name.replace('-', ' ')} at {words.number(level, 2)}" for name, level in found.settings.items()]
    )
    moved = {move.target for move in found.moves} - set(found.direct)
    change = words.points(found.change.median)
    return f"With {told}, {len(moved)} other elements move, and attack success changes by {change} (median)"


def _explained(found: "WhatIf") -> str:
    first = found.moves[0] if found.moves else None
    told = (
        f" The largest first move: {first.source.replace('-', ' ')} moves {first.target.replace('-', ' ')} by "
        f"{_told(first.by)}."
        if first
        else ""
    )
    return f"Levels at the central ratings and weights; black: the element of what was set, gray: the others.{told}"
