"""Panels: one contest of a scene with its axes, its title, and the points of its equilibrium."""

from typing import Any, Literal

import altair as alt

from tiltmeter.figures._colors import DEFENSE, INK, MUTED, OFFENSE, PAPER
from tiltmeter.figures._scene import Scene, Size
from tiltmeter.figures._theme import at, over

_UNLABELED = {"title": None, "labels": False, "ticks": False}


def panel(
    scene: Scene,
    number: int,
    layers: list[Any],
    title: alt.TitleParams,
    size: Size,
    labeled: tuple[bool, bool] = (True, True),
) -> Any:
    """One of a scene's contests as a panel.

    Args:
        scene: the contests.
        number: of the contest.
        layers: what is drawn in the frame.
        title: as `panel_title` makes it.
        size: how large.
        labeled: whether the horizontal axis has labels, and the vertical one.
    """
    x = _axis("x", "Defender's effort", DEFENSE, scene.defender_top[number], labeled[0])
    y = _axis("y", "Attacker's effort", OFFENSE, scene.attacker_top[number], labeled[1])
    anchor = over([{"x": 0, "y": 0}]).mark_point(size=0, opacity=0).encode(x=x, y=y)
    return alt.layer(anchor, *layers).properties(width=size.width, height=size.height, title=title)


def panel_title(text: str, subtitle: str, size: Size) -> alt.TitleParams:
    """What stands over a panel."""
    return alt.TitleParams(
        text=text,
        subtitle=subtitle,
        anchor="start",
        frame="group",
        fontSize=size.title,
        fontWeight=600,
        color=INK,
        subtitleColor=MUTED,
        subtitleFontSize=size.label,
        offset=8,
    )


def _axis(channel: Literal["x", "y"], title: str, color: str, top: float, labeled: bool) -> Any:
    shown: dict[str, Any] = {"title": title, "titleColor": color} if labeled else _UNLABELED
    axis = alt.Axis(**shown, tickCount=5, format=",.4~g" if top >= 1e-3 else ".1e")
    scale = alt.Scale(domain=[0, float(top)], nice=False)
    return alt.X("x:Q", axis=axis, scale=scale) if channel == "x" else alt.Y("y:Q", axis=axis, scale=scale)


def equilibrium_points(scene: Scene, number: int) -> list[alt.Chart]:
    """What is played at the equilibrium: points sized by how likely the pair of efforts is, hollow where the attacker
    stays out.
    """
    if not scene.usable[number]:
        return []
    hollow, full = {"fill": PAPER, "stroke": INK}, {"fill": INK, "stroke": PAPER}
    rows = [{**row, **(hollow if row["out"] else full)} for row in scene.played[number]]
    points = over(rows).mark_point(strokeWidth=1.5, opacity=1, clip=False)
    return [
        points.encode(
            size=alt.Size("weight:Q", scale=alt.Scale(domain=[0, 1], range=[12, 150]), legend=None),
            fill=alt.Fill("fill:N", scale=None),
            stroke=alt.Stroke("stroke:N", scale=None),
            **at(x="x:Q", y="y:Q"),
        )
    ]
