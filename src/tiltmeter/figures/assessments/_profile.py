"""The profile: every dimension as rated and as it settles, by element."""

from typing import TYPE_CHECKING, Any

import altair as alt

from tiltmeter.figures import _words as words
from tiltmeter.figures._colors import DEFENSE, FAINT, INK, MUTED, NEUTRAL, OFFENSE
from tiltmeter.figures._theme import WIDTH, at, finish, over, text_column

if TYPE_CHECKING:
    from tiltmeter.analysis.assessments import Assessed, ProfileRow

_LEFT, _RIGHT = 230, 540
_ROW = 26
# A level that moves by less, in points of the scale, is not said to move.
_MOVED = 0.25


def profile(found: "Assessed") -> alt.TopLevelMixin:
    """Medians and 90 % intervals of all levels from 0 to 4, as rated in gray and as they settle in ink."""
    rows = [_row(row, place) for place, row in enumerate(found.profile)]
    height = _ROW * (len(rows) + 2)
    axis = alt.Axis(values=[0, 1, 2, 3, 4], title="level, from 0 to 4", domain=False)
    x = alt.X("low:Q", axis=axis, scale=alt.Scale(domain=[0, 4], range=[_LEFT, _RIGHT], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[height, 0], nice=False))
    layers: list[Any] = []
    for state, color, shift in (("rated", NEUTRAL, -4), ("settled", INK, 4)):
        marks = [
            {
                "low": row[state][0],
                "median": row[state][1],
                "high": row[state][2],
                "y": row["y"] + shift,
                "heavy": row["heavy"],
            }
            for row in rows
        ]
        layers += [
            over(marks).mark_rule(color=color, strokeWidth=3, opacity=0.4).encode(x=x, y=y, **at(x2="high:Q")),
            over(marks).mark_point(filled=True, size=45, color=color, opacity=1).encode(y=y, **at(x="median:Q")),
        ]
    bands = over([{"low": 0, "high": 4, "y": row["y"] + _ROW / 2} for row in rows])
    layers.insert(0, bands.mark_rule(color=FAINT).encode(x=x, y=y, **at(x2="high:Q")))
    for heavy in (True, False):
        own = [row for row in rows if row["heavy"] == heavy]
        weight: dict[str, Any] = {"fontWeight": 600} if heavy else {}
        layers.append(text_column(own, "label", 0 if heavy else 12, y, **weight))
    layers.append(text_column(rows, "text", WIDTH, y, align="right", color=MUTED))
    layers += _sides(found, height, x, y)
    return finish(alt.layer(*layers).properties(width=WIDTH, height=height), _finding(found), _explained(found))


def _sides(found: "Assessed", height: float, x: Any, y: Any) -> list[Any]:
    """What each side can use of it: capability after access, adaptability and safeguards, on the same scale."""
    values = {row.name: row.value for row in found.drivers}
    layers: list[Any] = []
    for place, (side, color) in enumerate((("attacker", OFFENSE), ("defender", DEFENSE))):
        span = values[f"{side}-capability"]
        ends = {"low": 4 * span.low, "median": 4 * span.median, "high": 4 * span.high}
        row = {
            **ends,
            "y": height - _ROW * (1.5 - place),
            "label": f"Usable by the {side}",
            "text": f"{ends['median']:.1f}",
        }
        bar, point = over([row]).mark_rule(color=color, strokeWidth=4, opacity=0.45), over([row])
        layers += [
            bar.encode(x=x, y=y, **at(x2="high:Q")),
            point.mark_point(filled=True, size=60, color=color, opacity=1).encode(y=y, **at(x="median:Q")),
            text_column([row], "label", 0, y, fontWeight=600, color=color),
            text_column([row], "text", WIDTH, y, align="right", color=color),
        ]
    return layers


def _row(row: "ProfileRow", place: int) -> dict[str, Any]:
    rated, settled = row.rated, row.settled
    return {
        "label": words.shortened(row.title, 36),
        "heavy": row.kind == "element",
        "y": _ROW * (place + 0.5),
        "rated": (rated.low, rated.median, rated.high),
        "settled": (settled.low, settled.median, settled.high),
        "text": f"{rated.median:.1f} → {settled.median:.1f}",
    }


def _finding(found: "Assessed") -> str:
    elements = [row for row in found.profile if row.kind == "element"]
    moves = {row.title: row.settled.median - row.rated.median for row in elements}
    strong = sorted((title for title, by in moves.items() if abs(by) >= _MOVED), key=lambda title: -abs(moves[title]))
    name = found.assessment.title
    if not strong:
        return f"{name}: the elements stay about where they were rated"
    told = [
        f"{title.lower()} {words.MINUS if moves[title] < 0 else '+'}{abs(moves[title]):.1f}" for title in strong[:3]
    ]
    return f"{name}: the influences among the elements move {words.listed(told)}"


def _explained(found: "Assessed") -> str:
    raters = len(found.assessment.raters)
    who = "one rater" if raters == 1 else f"{raters} raters"
    return (
        f"Gray: as rated by {who}; black: where the elements' influences on each other settle. Points are medians, "
        "bars 90 % of the draws. Interaction complexity and distribution control make their element less the higher "
        "they are. In color: what each side can use, after access, adaptability and safeguards."
    )
