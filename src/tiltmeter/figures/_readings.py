"""The readings side by side: how likely each side gains if one of them is right."""

from typing import TYPE_CHECKING, Any

import altair as alt

from tiltmeter.figures import _words as words
from tiltmeter.figures._colors import DEFENSE, MUTED, NEUTRAL, OFFENSE
from tiltmeter.figures._theme import PERCENT_LABEL, WIDTH, at, finish, over, text_column, two_lines

if TYPE_CHECKING:
    from tiltmeter.analysis import Result

_LEFT, _RIGHT = 200, 490
_ROW = 48
_ORDER = (("defense", DEFENSE), ("unchanged", NEUTRAL), ("offense", OFFENSE))


def readings(result: "Result") -> alt.TopLevelMixin:
    """Probabilities of the sides as bars, one row per reading and one for all of them."""
    verdict = result.verdict
    parts: list[tuple[str, Any]] = [(words.weighted(reading), reading) for reading in verdict.readings]
    if len(parts) > 1:
        parts.append(("All readings, weighted", verdict))
    bars = [bar for place, (_, part) in enumerate(parts) for bar in _bars(place, part)]
    rows = [
        {"row": place, "label": two_lines(label, 32), "text": _said(part)} for place, (label, part) in enumerate(parts)
    ]
    axis = alt.Axis(
        title="Probability, among draws that could be solved", labelExpr=PERCENT_LABEL, tickCount=5, domain=False
    )
    x = alt.X("from:Q", axis=axis, scale=alt.Scale(domain=[0, 1], range=[_LEFT, _RIGHT]))
    y = alt.Y("row:O", axis=None)
    inside = [bar for bar in bars if bar["until"] - bar["from"] >= 0.12]
    chart = alt.layer(
        over(bars).mark_bar(size=24, opacity=0.92).encode(x=x, y=y, color=_own_color(), **at(x2="until:Q")),
        over(inside).mark_text(color="#FFFFFF", fontWeight=600).encode(y=y, **at(x="middle:Q", text="text:N")),
        text_column(rows, "label", 0, y),
        text_column(rows, "text", _RIGHT + 14, y, color=MUTED, fontSize=11),
    ).properties(width=WIDTH, height=_ROW * len(parts))
    name = words.technology(result.scenario)
    return finish(
        chart,
        _finding(verdict),
        f"If a reading is right: how likely the contest leans to defense (blue), stays as it is (gray) or leans to"
        f" offense (red) with {name}. On the right the median attack success before and after.",
    )


def _own_color() -> alt.Color:
    return alt.Color("color:N", scale=None)


def _bars(place: int, part: Any) -> list[dict[str, Any]]:
    bars: list[dict[str, Any]] = []
    start = 0.0
    for side, color in _ORDER:
        share = float(getattr(part, side))
        if share > 0:
            text = f"{side} {words.chance(share)}" if share >= 0.3 else words.chance(share)
            bars.append(
                {
                    "row": place,
                    "from": start,
                    "until": start + share,
                    "middle": start + share / 2,
                    "color": color,
                    "text": text,
                }
            )
            start += share
    return bars


def _said(part: Any) -> str:
    success = part.measures[0]
    if success.before.median != success.before.median:
        return "no draw could be solved"
    text = f"{words.percent(success.before.median)} → {words.percent(success.after.median)}"
    failed = float(getattr(part, "failed", 0.0))
    return f"{text}\n{words.percent(failed)} failed" if failed > 0 else text


_SAYS = {
    "offense": "favors offense",
    "defense": "favors defense",
    "unchanged": "sees no change",
    "depends": "gives no clear answer",
}


def _finding(verdict: Any) -> str:
    sides = {reading.side for reading in verdict.readings}
    count = len(verdict.readings)
    if count == 1:
        return f"The only reading, {verdict.readings[0].title}, {_SAYS[verdict.readings[0].side]}"
    if len(sides) == 1:
        same = next(iter(sides))
        if same == "depends":
            return (
                f"{'Neither' if count == 2 else f'None of the {count}'} reading{'s' * (count > 2)} gives a clear answer"
            )
        plural = {"offense": "favor offense", "defense": "favor defense", "unchanged": "see no change"}
        return f"{'Both' if count == 2 else f'All {count}'} readings {plural[same]}"
    verb = "disagree" if {"offense", "defense"} <= sides else "differ"
    says = [f"{reading.title} {_SAYS[reading.side]}" for reading in verdict.readings]
    return f"The readings {verb}: {words.listed(says)}"
