"""Level curves of attack success, in the planes of efforts."""

from collections.abc import Callable
from typing import Any

import altair as alt
import numpy as np

from tiltmeter.equilibrium import isovalue
from tiltmeter.figures._colors import DEFENSE, NEUTRAL, OFFENSE
from tiltmeter.figures._plane import Array, Plane, Size, equilibrium_points, played
from tiltmeter.figures._success_map import has_order, map_layers
from tiltmeter.figures._theme import at, labels, over

_LEVELS = {0.05: DEFENSE, 0.1: DEFENSE, 0.25: DEFENSE, 0.5: NEUTRAL, 0.75: OFFENSE, 0.9: OFFENSE}
_POINTS = 81
_CLOSER = 33
_ROUNDS = 2
# A label is so wide and high, in units of its type; nothing else may come closer to its middle than this.
_BOX = np.array([1.5, 0.85])
_CLEAR = np.array([1.75, 0.9])
_MARGIN = np.array([1.9, 1.2])
# Parts of a line with fewer points, which are two pixels apart, have no label.
_SHORTEST = 6

Record = dict[str, Any]


def level_layers(plane: Plane, size: Size) -> Callable[[int], list[Any]]:
    """Level curves with their labels, and the equilibrium: what is drawn in each contest's panel.

    Where more effort may help less, a map of success takes the place of curves.
    """
    if not has_order(plane.contest):
        return map_layers(plane, size)
    found = level_curves(plane)

    def draw(number: int) -> list[Any]:
        frame = np.array([plane.defender_top[number], plane.attacker_top[number]])
        rows = [row for level, curves in found.items() for row in _rows(level, curves[number], frame)]
        color = alt.Color("color:N", scale=None)
        lines = over(rows).mark_line(strokeWidth=1.6, opacity=0.85, clip=True)
        return [
            lines.encode(color=color, **at(x="x:Q", y="y:Q", order="x:Q", detail="level:N")),
            *labels(_names(rows, played(plane, number), frame, size), rim=6, fontSize=size.label - 1),
            *equilibrium_points(plane, number),
        ]

    return draw


def level_curves(plane: Plane) -> dict[float, list[tuple[Array, Array]]]:
    """For each level and contest the defender's efforts and the attacker's at which attacks succeed so often.

    The attacker's are infinite where no effort is enough, and 0 where none is needed. Where a curve leaves the frame,
    goes up without end, or begins on the axis, it is looked at closer.
    """
    levels = np.array(list(_LEVELS))[:, None, None] / plane.exposure
    x = np.linspace(0.0, 1.0, _POINTS)[:, None] * np.ones((len(_LEVELS), 1, 1)) * plane.defender_top

    def needed(at: Array) -> Array:
        return np.where(levels <= 1, isovalue(plane.contest, np.minimum(levels, 1.0), at), np.inf)

    y = needed(x)
    for _ in range(_ROUNDS):
        # The last place inside the frame, the last where no attack effort is needed, and those behind them.
        numbers = np.arange(x.shape[1])[:, None]
        last = [np.where(so, numbers, -1).max(axis=1) for so in (y <= plane.attacker_top, y == 0)]
        place = np.clip(np.stack(last, axis=1), 0, x.shape[1] - 2)
        low, high = (np.take_along_axis(x, place + end, axis=1)[:, :, None] for end in range(2))
        finer = (low + (high - low) * np.linspace(0.0, 1.0, _CLOSER)[:, None]).reshape(x.shape[0], -1, x.shape[2])
        x, y = np.concatenate([x, finer], axis=1), np.concatenate([y, needed(finer)], axis=1)
        order = np.argsort(x, axis=1, kind="stable")
        x, y = np.take_along_axis(x, order, axis=1), np.take_along_axis(y, order, axis=1)
    return {
        level: [(x[row, :, number], y[row, :, number]) for number in range(x.shape[2])]
        for row, level in enumerate(_LEVELS)
    }


def _rows(level: float, curve: tuple[Array, Array], frame: Array) -> list[Record]:
    """The points of one level curve; none where it does not exist."""
    x, y = curve
    top = frame[1]
    # A line that goes up without end leaves the frame where it was last seen; beyond the frame nothing is drawn.
    up = np.minimum(y, 1.1 * top)
    # A line begins on the axis, at the last effort against which no attack effort is needed.
    begun = (y > 0) | np.append(y[1:] > 0, False)
    drawn = begun & np.concatenate([[True], y[:-1] <= top])
    look = {"level": level, "color": _LEVELS[level]}
    return [{"x": float(u), "y": float(v), **look} for u, v in zip(x[drawn], up[drawn], strict=True)]


def _names(rows: list[Record], points: list[Record], frame: Array, size: Size) -> list[Record]:
    """Labels on the lines, as on a map, each as far out on its line as it is clear of everything else."""
    edge, type_size = np.array([size.width, size.height], dtype=float), size.label - 1
    scale = edge / frame
    lines = {level: np.array([[r["x"], r["y"]] for r in rows if r["level"] == level]) for level in _LEVELS}
    paths = [
        (level, path) for level, line in lines.items() if line.size for path in _inside(_dense(line * scale), edge)
    ]
    taken = np.array([[point["x"], point["y"]] for point in points]).reshape(-1, 2) * scale
    names: list[Record] = []

    def name(text: str, color: str, spot: Array) -> Record:
        return {"x": float(spot[0] / scale[0]), "y": float(spot[1] / scale[1]), "text": text, "color": color}

    for number, (level, path) in enumerate(paths):
        others = np.concatenate([taken, *(other for i, (_, other) in enumerate(paths) if i != number)])
        spot = _clear_spot(path, others, edge, type_size)
        if spot is not None:
            taken = np.concatenate([taken, spot + _BOX * type_size * np.array([[-0.8, 0], [0, 0], [0.8, 0]])])
            names.append(name(f"{100 * level:.0f} %", _LEVELS[level], spot))
    if paths and not names:
        # Where the least lead decides, all lines are one.
        levels, (_, path) = [level for level, _ in paths], paths[-1]
        spot = _clear_spot(path, np.zeros((0, 2)), edge - [2 * type_size, 0], type_size)
        if spot is not None:
            names.append(name(f"{100 * min(levels):.0f} … {100 * max(levels):.0f} %", NEUTRAL, spot))
    return names


def _inside(path: Array, edge: Array) -> list[Array]:
    """The parts of a path that lie in the frame; short ones are left out."""
    within = np.asarray(((path >= 0) & (path <= edge)).all(axis=1))
    cuts = np.flatnonzero(np.diff(within)) + 1
    parts = zip(np.split(path, cuts), np.split(within, cuts), strict=True)
    return [part for part, seen in parts if len(part) > _SHORTEST and seen.all()]


def _clear_spot(path: Array, others: Array, edge: Array, type_size: int) -> Array | None:
    """Where a label is clear of everything else: on its line or, where that hugs the axis, on the right of it."""
    aside = np.array([(_CLEAR[0] + 0.1) * type_size, 0.0])
    for shift, obstacles in ((0 * aside, others), (aside, np.concatenate([others, path]))):
        spots = path + shift
        spots = spots[((spots > _BOX * type_size) & (spots < edge - _MARGIN * type_size)).all(axis=1)]
        for spot in spots[::-1]:
            away = np.abs(obstacles - spot)
            free = (away / (_CLEAR * type_size)).max(axis=1).min(initial=1.0) >= 1
            # Nothing may come between a label and its line.
            left = (obstacles[:, 0] < spot[0]) & (obstacles[:, 0] > spot[0] - shift[0] + 1)
            if free and not (left & (away[:, 1] < type_size / 2)).any():
                return spot
    return None


def _dense(path: Array) -> Array:
    """A path with a point every other pixel."""
    length = np.concatenate([[0.0], np.cumsum(np.sqrt((np.diff(path, axis=0) ** 2).sum(axis=1)))])
    steps = np.arange(0.0, length[-1], 2.0)
    return np.stack([np.interp(steps, length, path[:, axis]) for axis in range(2)], axis=-1)
