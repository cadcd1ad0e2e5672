"""All applications of the catalogue in one picture: whom each favors, how surely, and what had been guessed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import altair as alt

from tiltmeter.figures import _words as words
from tiltmeter.figures._colors import DEFENSE, FAINT, INK, MUTED, NEUTRAL, OFFENSE, SIDE_COLORS
from tiltmeter.figures._theme import WIDTH, at, finish, over

if TYPE_CHECKING:
    from tiltmeter.analysis import Entry

_NAMES, _GUESS, _LEFT, _RIGHT, _SAID = 0, 218, 268, 556, 570
_ROW, _HEAD, _GAP = 22, 30, 10
# So many letters of a name fit left of the guesses.
_LETTERS = 30
_PALE = 0.4
# Offense on top, as red is what readers look for first.
_GROUPS = (
    ("offense", "The attacker gains"),
    ("depends", "It depends"),
    ("unchanged", "Nothing changes"),
    ("defense", "The defender gains"),
)


def catalogue(entries: "Sequence[Entry]") -> alt.TopLevelMixin:
    """A bar for each application, from the probability of defense on the left to that of offense on the right.

    Args:
        entries: the answers; those that favor a side are drawn in full color, the others pale.
    """
    placed, heads, height = _placed(entries)
    scale = alt.Scale(domain=[-1, 1], range=[_LEFT, _RIGHT])
    axis = alt.Axis(
        values=[-1, -0.5, 0, 0.5, 1],
        labelExpr="format(100 * abs(datum.value), 'd') + ' %'",
        title="← leans to defense · probability · leans to offense →",
        domain=False,
        grid=False,
    )
    rows_scale = alt.Scale(domain=[0, height], range=[0, height])
    y = alt.Y("y:Q", axis=None, scale=rows_scale)
    color = alt.Color("color:N", scale=None)
    bars = [bar for entry, place in placed for bar in _bars(entry, place)]
    rows = [_row(entry, place) for entry, place in placed]
    text = alt.Text("text:N")

    def column(field: str, x: int, shown: list[dict[str, Any]], **mark: Any) -> Any:
        style = {"align": "left", "baseline": "middle", "fontSize": 12} | mark
        chosen = [{"y": row["y"], "text": row[field], "color": row.get(f"{field}_color", INK)} for row in shown]
        return over(chosen).mark_text(**style).encode(x=alt.value(x), y=y, text=text, color=color)

    middle = [{"x": 0.0, "low": 0.0, "high": float(height)}]
    chart = alt.layer(
        over(bars)
        .mark_bar(size=15)
        .encode(
            x=alt.X("from:Q", scale=scale, axis=axis),
            y=y,
            color=color,
            opacity=alt.Opacity("opacity:Q", scale=None),
            **at(x2="until:Q"),
        ),
        over(middle)
        .mark_rule(color=FAINT)
        .encode(
            x=alt.X("x:Q", scale=scale, axis=axis),
            y=alt.Y("low:Q", axis=None, scale=rows_scale),
            **at(y2="high:Q"),
        ),
        column("name", _NAMES, rows),
        column("guess", _GUESS, rows, align="center"),
        column("said", _SAID, rows),
        column("text", _NAMES, heads, fontWeight=600),
        column("guess", _GUESS, heads[:1], align="center", fontSize=11),
    ).properties(width=WIDTH, height=height)
    return finish(chart, finding(entries), _subtitle(entries))


def finding(entries: "Sequence[Entry]") -> str:
    """What the catalogue says, in a sentence."""
    count = {side: sum(entry.verdict == side for entry in entries) for side in SIDE_COLORS}
    name = _technology(entries)
    total = len(entries)
    sure = [
        f"{who} in {count[side]}" for side, who in (("offense", "attackers"), ("defense", "defenders")) if count[side]
    ]
    if not sure:
        return f"Whom {name} favors is open in all {total} applications" if total > 1 else f"Whom {name} favors is open"
    told = f"Of {total} applications, {name} clearly favors {words.listed(sure)}"
    rest = total - count["offense"] - count["defense"]
    return f"{told}; in {rest} it depends" if rest else told


def _technology(entries: "Sequence[Entry]") -> str:
    names = {entry.technology for entry in entries}
    return names.pop() if len(names) == 1 else "AI" if "AI" in names else "the technology"


def _subtitle(entries: "Sequence[Entry]") -> str:
    guessed = [entry for entry in entries if entry.guess]
    held = sum(entry.guess == entry.verdict for entry in guessed)
    against = sum({entry.guess, entry.verdict} == {"offense", "defense"} for entry in guessed)
    told = (
        f" Of {len(guessed)} guesses made before anything was computed, {held or 'none'} hold,"
        f" {len(guessed) - held - against or 'none'} are left open, {against or 'none'} contradicted."
        if guessed
        else ""
    )
    return (
        "How likely each application leans to defense (blue), to offense (red), or stays as it is (gray), over"
        f" uncertain numbers and readings. Pale: no side is likely enough, or readings contradict each other.{told}"
    )


def _placed(entries: "Sequence[Entry]") -> tuple[list[tuple["Entry", float]], list[dict[str, Any]], int]:
    """The entries with the middles of their rows, the headings of the groups, and the height of all."""
    placed: list[tuple[Entry, float]] = []
    heads: list[dict[str, Any]] = []
    top = 0
    for side, title in _GROUPS:
        group = [entry for entry in entries if entry.verdict == side]
        if not group:
            continue
        top += _GAP if heads else 0
        heads.append(
            {
                "y": top + _HEAD / 2,
                "text": title,
                "text_color": SIDE_COLORS[side],
                "guess": "guess",
                "guess_color": MUTED,
            }
        )
        top += _HEAD
        for entry in sorted(group, key=lambda one: one.defense - one.offense):
            placed.append((entry, top + _ROW / 2))
            top += _ROW
    return placed, heads, top


def _row(entry: "Entry", y: float) -> dict[str, Any]:
    side = "offense" if entry.offense >= entry.defense else "defense"
    share = words.chance(max(entry.offense, entry.defense))
    stale = " (stale)" if entry.stale else ""
    return {
        "y": y,
        "name": words.shortened(entry.short, _LETTERS - len(stale)) + stale,
        "guess": entry.guess or "–",
        "guess_color": SIDE_COLORS[entry.guess] if entry.guess else MUTED,
        "said": f"{share} {side}",
        "said_color": SIDE_COLORS[side] if entry.verdict == side else MUTED,
    }


def _bars(entry: "Entry", y: float) -> list[dict[str, Any]]:
    """Defense to the left of the middle, offense to the right, half of what stays unchanged on either side."""
    opacity = _PALE if entry.verdict == "depends" else 1.0
    half = entry.unchanged / 2
    parts = [
        (-half - entry.defense, -half, DEFENSE),
        (-half, half, NEUTRAL),
        (half, half + entry.offense, OFFENSE),
    ]
    return [
        {"y": y, "from": low, "until": high, "color": color, "opacity": opacity}
        for low, high, color in parts
        if high > low
    ]
