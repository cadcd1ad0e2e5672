"""A map of attack success over both efforts, for contests in which more effort may help less: their level curves cannot
be followed, and are the borders of the map's areas.
"""

from collections.abc import Callable
from typing import Any

import altair as alt
import numpy as np
from numpy.typing import NDArray

from tiltmeter.figures import _words as words
from tiltmeter.figures._colors import ON_TINT
from tiltmeter.figures._panel import equilibrium_points
from tiltmeter.figures._scene import Array, Scene, Size
from tiltmeter.figures._theme import at, labels, over

# Success from each bound to the next is one area: blue below one half, red above, the stronger the farther from it.
_BOUNDS = np.array([0.05, 0.1, 0.25, 0.5, 0.75, 0.9])
_TINTS = ("#9DBBDB", "#BBD0E6", "#D5E2EF", "#EDF3F9", "#F9EAE5", "#F0C9BD", "#E4A592")
_FLAT = 0.005
# A label needs so many pixels on each side of its middle; smaller areas have none.
_ROOM = (7, 24)

Record = dict[str, Any]


def map_layers(scene: Scene, size: Size) -> Callable[[int], list[Any]]:
    """Areas of success with their labels, and the equilibrium: what is drawn in each contest's panel."""

    def draw(number: int) -> list[Any]:
        frame, success = scene.frame(number), scene.maps[number]
        areas = np.searchsorted(_BOUNDS, success, side="right")
        tinted = over(_rectangles(areas, frame, size)).mark_rect(clip=True)
        fields = at(x="x:Q", x2="x2:Q", y="y:Q", y2="y2:Q")
        return [
            tinted.encode(color=alt.Color("color:N", scale=None), **fields),
            *labels(_names(success, areas, scene.played[number], frame), rim=0, fontSize=size.label - 1),
            *equilibrium_points(scene, number),
        ]

    return draw


def _rectangles(areas: NDArray[np.intp], frame: Array, size: Size) -> list[Record]:
    """The areas as rectangles: pixels of a row that belong together, and rows below each other that are alike."""
    wide, high = frame / (size.width, size.height)
    rows: list[Record] = []
    open_runs: dict[tuple[int, int, int], Record] = {}
    for place, row in enumerate(areas):
        starts = np.flatnonzero(np.append(True, row[1:] != row[:-1]))
        runs = [(int(i), int(j), int(row[i])) for i, j in zip(starts, np.append(starts[1:], row.size), strict=True)]
        for run in runs:
            if run not in open_runs:
                begin, end, area = run
                corner = {"x": begin * wide, "x2": end * wide, "y": place * high, "y2": 0.0}
                open_runs[run] = corner | {"color": _TINTS[area]}
                rows.append(open_runs[run])
            # The next row covers what is too much; no gap can shine through.
            open_runs[run]["y2"] = (place + 1.4) * high
        open_runs = {run: open_runs[run] for run in runs}
    return rows


def _names(success: Array, areas: NDArray[np.intp], points: list[Record], frame: Array) -> list[Record]:
    """How often attacks succeed in each area that has room to say so."""
    # Imported here: few contests are drawn as maps.
    from scipy import ndimage

    height, width = areas.shape
    scale = np.array([width, height]) / frame
    free = np.ones(areas.shape, bool)
    for point in points:
        column, row = (np.array([point["x"], point["y"]]) * scale).astype(int)
        free[max(row - 8, 0) : row + 8, max(column - 8, 0) : column + 8] = False
    names: list[Record] = []
    for area in range(len(_TINTS)):
        parts: Any = ndimage.label(areas == area)
        for inside in (parts[0] == part for part in range(1, parts[1] + 1)):
            spot = _deepest(inside & free)
            if spot is not None:
                x, y = spot / scale
                names.append({"x": float(x), "y": float(y), "text": _text(success[inside], area), "color": ON_TINT})
    return names


def _deepest(inside: NDArray[np.bool_]) -> Array | None:
    """The middle of the pixel that has room for a label around it and is farthest from the border; None without one."""
    from scipy import ndimage

    framed = np.pad(inside, 1)
    high, wide = _ROOM
    fits = ndimage.binary_erosion(framed, structure=np.ones((2 * high + 1, 2 * wide + 1), bool))
    if not fits.any():
        return None
    far: Any = ndimage.distance_transform_edt(framed)
    depth = np.where(fits, far, -1.0)
    row, column = np.unravel_index(int(depth.argmax()), depth.shape)
    return np.array([column - 0.5, row - 0.5])


def _text(success: Array, area: int) -> str:
    if np.ptp(success) < _FLAT:
        return words.percent(float(success.mean()))
    bounds = [f"{100 * bound:.0f}" for bound in _BOUNDS]
    if area in (0, len(bounds)):
        return f"< {bounds[0]} %" if area == 0 else f"> {bounds[-1]} %"
    return f"{bounds[area - 1]}–{bounds[area]} %"
