"""What is drawn of attack success: level curves with their labels, as on a map, and the equilibrium."""

from collections.abc import Callable
from typing import Any

import altair as alt
import numpy as np

from tiltmeter.figures._colors import DEFENSE, NEUTRAL, OFFENSE
from tiltmeter.figures._map_layers import map_layers
from tiltmeter.figures._panel import equilibrium_points
from tiltmeter.figures._scene import LEVELS, Array, Scene, Size
from tiltmeter.figures._theme import at, labels, over

_COLORS = dict(zip(LEVELS, (DEFENSE, DEFENSE, DEFENSE, NEUTRAL, OFFENSE, OFFENSE), strict=True))
# A label is so wide and high, in units of its type; nothing else may come closer to its middle than this.
_BOX = np.array([1.5, 0.85])
_CLEAR = np.array([1.75, 0.9])
_MARGIN = np.array([1.9, 1.2])
# Parts of a line with fewer points, which are two pixels apart, have no label.
_SHORTEST = 6

Record = dict[str, Any]


def level_layers(scene: Scene, size: Size) -> Callable[[int], list[Any]]:
    """Level curves with their labels, and the equilibrium: what is drawn in each contest's panel.

    Where more effort may help less, a map of success takes the place of curves.
    """
    if scene.levels is None:
        return map_layers(scene, size)
    found = scene.levels

    def draw(number: int) -> list[Any]:
        frame = scene.frame(number)
        rows = [row for level, curves in found.items() for row in _rows(level, curves[number], frame)]
        color = alt.Color("color:N", scale=None)
        lines = over(rows).mark_line(strokeWidth=1.6, opacity=0.85, clip=True)
        return [
            lines.encode(color=color, **at(x="x:Q", y="y:Q", order="x:Q", detail="level:N")),
            *labels(_names(rows, scene.played[number], frame, size), rim=6, fontSize=size.label - 1),
            *equilibrium_points(scene, number),
        ]

    return draw


def _rows(level: float, curve: tuple[Array, Array], frame: Array) -> list[Record]:
    """The points of one level curve; none where it does not exist."""
    x, y = curve
    top = frame[1]
    # A line that goes up without end leaves the frame where it was last seen; beyond the frame nothing is drawn.
    up = np.minimum(y, 1.1 * top)
    # A line begins on the axis, at the last effort against which no attack effort is needed.
    begun = (y > 0) | np.append(y[1:] > 0, False)
    drawn = begun & np.concatenate([[True], y[:-1] <= top])
    look = {"level": level, "color": _COLORS[level]}
    return [{"x": float(u), "y": float(v), **look} for u, v in zip(x[drawn], up[drawn], strict=True)]


def _names(rows: list[Record], points: list[Record], frame: Array, size: Size) -> list[Record]:
    """Labels on the lines, as on a map, each as far out on its line as it is clear of everything else."""
    edge, type_size = np.array([size.width, size.height], dtype=float), size.label - 1
    scale = edge / frame
    lines = {level: np.array([[r["x"], r["y"]] for r in rows if r["level"] == level]) for level in LEVELS}
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
            names.append(name(f"{100 * level:.0f} %", _COLORS[level], spot))
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
