"""Level curves of attack success over both efforts, and the equilibria among them."""

from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np
from numpy.typing import NDArray

from tiltmeter.equilibrium import isovalue
from tiltmeter.figures import _words as words
from tiltmeter.figures._colors import DEFENSE, NEUTRAL, OFFENSE
from tiltmeter.figures._plane import Plane, equilibrium_points, panels, planes_of
from tiltmeter.figures._theme import at, finish, labels, over

if TYPE_CHECKING:
    from tiltmeter.figures._plane import Asked

_LEVELS = {0.05: DEFENSE, 0.1: DEFENSE, 0.25: DEFENSE, 0.5: NEUTRAL, 0.75: OFFENSE, 0.9: OFFENSE}
_POINTS = 81
_CLOSER = 33
_ROUNDS = 2

Array = NDArray[np.float64]
Record = dict[str, Any]


def isovalues(result: "Asked") -> alt.TopLevelMixin:
    """Pairs of efforts at which an attack succeeds as often, at the median inputs, before and after."""
    planes = planes_of(result.scenario)
    found = [_levels(item) for item in planes]

    def draw(item: Plane, state: int) -> list[Any]:
        rows: list[Record] = []
        names: list[Record] = []
        for level, curves in zip(_LEVELS, found[planes.index(item)], strict=True):
            line, label = _line(level, curves[state], item, state)
            rows += line
            names += [spot for spot in label if not _crowded(spot, names, item, state)][:1]
        color = alt.Color("color:N", scale=None)
        lines = over(rows).mark_line(strokeWidth=1.6, opacity=0.85, clip=True)
        return [
            lines.encode(color=color, **at(x="x:Q", y="y:Q", order="x:Q", detail="level:N")),
            *labels(names, fontSize=10, align="right", dx=-3, dy=-6),
            *equilibrium_points(item, state),
        ]

    name = words.technology(result.scenario)
    apart = "" if all(item.shared for item in planes) else " The axes of the panels differ."
    return finish(
        panels(planes, name, draw),
        _finding(name, planes),
        "At the median inputs: along a line the attack succeeds equally often, blue below one half, red above. Points:"
        f" what is played at the equilibrium, larger where it is likelier; hollow: the attacker stays out.{apart}",
    )


def _finding(name: str, planes: list[Plane]) -> str:
    solved = [item for item in planes if item.usable(0) and item.usable(1)]
    if not solved:
        return "No equilibrium was found at the median inputs, before and after"
    success = [np.asarray(item.equilibrium.attack_success, dtype=float) for item in solved]
    if len(solved) > 2:
        rises = sum(pair[1] > pair[0] for pair in success)
        return f"With {name}, attack success at the median inputs rises in {rises} of {len(solved)} readings"
    told = [
        f"from {words.percent(pair[0])} to {words.percent(pair[1])}"
        f"{f' ({item.reading.title})' if len(planes) > 1 else ''}"
        for item, pair in zip(solved, success, strict=True)
    ]
    return f"With {name}, attack success at the median inputs goes {words.listed(told)}"


def _levels(item: Plane) -> list[list[tuple[Array, Array]]]:
    """For each level and state the defender's efforts and the attacker's that belong to them.

    Where a curve leaves the frame, or goes up without end, it is looked at closer.
    """
    levels = np.array(list(_LEVELS))[:, None, None]
    efforts = np.linspace(0.0, 1.0, _POINTS)[:, None] * np.ones((len(_LEVELS), 1, 1)) * item.defender_top
    x, y = efforts, isovalue(item.contest, levels, efforts)
    for _ in range(_ROUNDS):
        inside = np.isfinite(y) & (y <= item.attacker_top)
        # The last place inside the frame, and the one behind it.
        last = np.where(inside, np.arange(x.shape[1])[:, None], -1).max(axis=1, keepdims=True)
        low = np.take_along_axis(x, np.maximum(last, 0), axis=1)
        high = np.take_along_axis(x, np.minimum(last + 1, x.shape[1] - 1), axis=1)
        finer = low + (high - low) * np.linspace(0.0, 1.0, _CLOSER)[:, None]
        x, y = np.concatenate([x, finer], axis=1), np.concatenate([y, isovalue(item.contest, levels, finer)], axis=1)
        order = np.argsort(x, axis=1, kind="stable")
        x, y = np.take_along_axis(x, order, axis=1), np.take_along_axis(y, order, axis=1)
    return [[(x[row, :, state], y[row, :, state]) for state in range(2)] for row in range(len(_LEVELS))]


def _line(level: float, curve: tuple[Array, Array], item: Plane, state: int) -> tuple[list[Record], list[Record]]:
    """The points of one level curve and places for its label, the best first; neither where it does not exist."""
    x, y = curve
    top, right = float(item.attacker_top[state]), float(item.defender_top[state])
    look = {"level": level, "color": _LEVELS[level]}
    # A line that goes up without end leaves the frame where it was last seen; beyond the frame nothing is drawn.
    up = np.minimum(y, 1.1 * top)
    # A line begins on the axis, at the last effort against which no attack effort is needed.
    begun = (y > 0) | np.append(y[1:] > 0, False)
    drawn = begun & np.concatenate([[True], y[:-1] <= top])
    rows: list[Record] = [{"x": float(u), "y": float(v), **look} for u, v in zip(x[drawn], up[drawn], strict=True)]
    inside = [row for row in rows if row["y"] <= 0.93 * top and row["x"] <= 0.99 * right]
    if not inside:
        return rows, []
    # The end of the line is best, further down is second best; what hugs the axis cannot be told apart.
    spots = [[row for row in inside if row["y"] <= share * top] for share in (0.93, 0.75, 0.55)]
    ends = [rows_below[-1] for rows_below in spots if rows_below and rows_below[-1]["x"] > 0.03 * right]
    text = f"{100 * level:.0f} %"
    return rows, [
        # At the left edge there is room on the right of the line only.
        end | {"text": text, "x": end["x"] + (0.0 if end["x"] > 0.13 * right else 0.13 * right)}
        for end in ends
    ]


def _crowded(spot: Record, names: list[Record], item: Plane, state: int) -> bool:
    """Whether a label would cover one that is there already."""
    return any(
        abs(spot["x"] - other["x"]) < 0.12 * item.defender_top[state]
        and abs(spot["y"] - other["y"]) < 0.06 * item.attacker_top[state]
        for other in names
    )
