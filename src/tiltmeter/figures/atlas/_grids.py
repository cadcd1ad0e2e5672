"""Grids of Tullock contests: isovalue curves and best responses for returns, edges and costs of all sizes."""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import altair as alt
import numpy as np

from tiltmeter.contests import Tullock, build
from tiltmeter.figures import _words as words
from tiltmeter.figures._level_layers import level_layers
from tiltmeter.figures._panel import panel, panel_title
from tiltmeter.figures._plane import Plane, plane_of
from tiltmeter.figures._reply_layers import reply_layers
from tiltmeter.figures._scene import Array, Scene, Size
from tiltmeter.figures._staging import scene_of
from tiltmeter.figures._theme import finish

_SIZE = Size(width=176, height=140, title=12, label=10)
# With stakes of 2 and costs of 1 no best response exceeds a half of the returns.
_STAKE = 2.0

Values = Mapping[str, float]
Cells = tuple[tuple[str, Values], ...]


@dataclasses.dataclass(frozen=True)
class Grid:
    """Tullock contests in rows and columns.

    Attributes:
        rows: what is written over the panels of a row, and its parameter values.
        columns: likewise.
        note: what the words over the panels mean.
        top: where the axes of both efforts end.
    """

    rows: Cells
    columns: Cells
    note: str
    top: float = 1.25

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.rows), len(self.columns)

    def plane(self) -> Plane:
        """All contests, row by row, on the same axes."""
        cells = [dict(row) | dict(column) for _, row in self.rows for _, column in self.columns]
        names = sorted({name for cell in cells for name in cell})
        values = {name: np.array([cell.get(name, 1.0) for cell in cells]) for name in names}
        stakes = {"attacker_stake": _STAKE, "defender_stake": _STAKE}
        return plane_of(build(Tullock, values | stakes), tops=(self.top, self.top))


def _said(value: float) -> str:
    return {0.5: "½", 1.5: "1½"}.get(value, f"{value:g}")


def _cells(text: str, values: tuple[float, ...], *names: str) -> Cells:
    return tuple((text.format(_said(value)), dict.fromkeys(names, value)) for value in values)


def _both(returns: float) -> Values:
    return {"attacker_returns": returns, "defender_returns": returns}


_RETURNS, _TIMES = (0.5, 1.0, 2.0), (1.5, 3.0, 6.0)
_EQUAL_RETURNS = _cells(", returns {}", _RETURNS, "attacker_returns", "defender_returns")

GRIDS: dict[str, Grid] = {
    "returns": Grid(
        _cells("Returns {}", _RETURNS, "attacker_returns"),
        _cells(" against {}", _RETURNS, "defender_returns"),
        "Returns: the attacker's against the defender's.",
    ),
    "edges": Grid(_cells("Edge {}", _TIMES, "attacker_edge"), _EQUAL_RETURNS, "Edge: the attacker's."),
    "costs": Grid(_cells("Cost {}", _TIMES, "attacker_cost"), _EQUAL_RETURNS, "Cost: the attacker's."),
    "jumps": Grid(
        (("Returns ", {}),),
        (("1½", _both(1.5)), ("2, cost 1½", {**_both(2.0), "attacker_cost": 1.5}), ("3", _both(3.0))),
        "Cost: the attacker's.",
        1.6,
    ),
}
"""The grids by name: returns of both sides; an edge, or dearer effort, of one side at equal returns; and returns at
which best responses jump, with an equilibrium of every kind.
"""

_TIMES_SAID = words.listed([_said(value) for value in _TIMES])
_READ_LEVELS = "Along a line the attack succeeds equally often, blue below one half, red above."
_READ_REPLIES = (
    "Lines: the effort that pays each side most against any effort of the other; where one breaks off, it jumps."
)
_READ_POINTS = "Points: what is played at the equilibrium, larger where it is likelier. Stakes are 2, all else is 1."


def grid_levels(name: str) -> alt.TopLevelMixin:
    """Isovalue curves of attack success for every contest of a grid."""
    grid = GRIDS[name]
    scene = scene_of(grid.plane(), _SIZE)
    title = LEVELS_OF[name](_by_cell(grid, scene.attack_success))
    return finish(_panels(grid, scene, level_layers(scene, _SIZE)), title, f"{grid.note} {_READ_LEVELS} {_READ_POINTS}")


def grid_replies(name: str) -> alt.TopLevelMixin:
    """Best responses for every contest of a grid, with their jumps, and the equilibria on them."""
    grid = GRIDS[name]
    scene = scene_of(grid.plane(), _SIZE)
    title = REPLIES_OF[name](*(_by_cell(grid, side) for side in (scene.attacker_effort, scene.defender_effort)))
    layers = reply_layers(scene, _SIZE, names=("attacker", "defender"))
    return finish(_panels(grid, scene, layers), title, f"{grid.note} {_READ_REPLIES} {_READ_POINTS}")


def _panels(grid: Grid, scene: Scene, draw: Callable[[int], list[Any]]) -> alt.ConcatChart:
    rows, columns = grid.shape
    panels: list[Any] = []
    for number in range(rows * columns):
        row, column = divmod(number, columns)
        title = panel_title(grid.rows[row][0] + grid.columns[column][0], _outcome(scene, number), _SIZE)
        labeled = (row == rows - 1, column == 0)
        panels.append(panel(scene, number, draw(number), title, _SIZE, labeled))
    return alt.concat(*panels, columns=columns, spacing={"row": 14, "column": 16}).resolve_scale(
        x="independent", y="independent"
    )


def _outcome(scene: Scene, number: int) -> str:
    if not scene.usable[number]:
        return "no equilibrium found"
    return f"{scene.kinds[number]}: success {words.percent(float(scene.attack_success[number]))}"


def _by_cell(grid: Grid, values: Any) -> Array:
    return np.asarray(values, dtype=float).reshape(grid.shape)


def _returns_levels(success: Array) -> str:
    above = success[np.tril_indices(len(success), -1)]
    return (
        "Isovalue curves are straight where returns are equal and bend where they differ; with the higher returns the"
        f" attack succeeds in {words.percent(float(above.min()))} to {words.percent(float(above.max()))}"
    )


def _returns_replies(attack: Array, defense: Array) -> str:
    equal = words.listed([words.number(float(effort), 2) for effort in np.diag(attack)])
    return (
        f"Between equals efforts rise with returns ({equal} for ½, 1 and 2); at returns of 2 a best response jumps to"
        " no effort"
    )


def _edges_levels(success: Array) -> str:
    told = _at_returns_of_1(success)
    return f"An edge of {_TIMES_SAID} turns the isovalue curves: at returns of 1 the attack succeeds in {told}"


def _edges_replies(attack: Array, defense: Array) -> str:
    first, last = (words.number(float(attack[row, 1]), 2) for row in (0, -1))
    return f"The larger one side's edge, the less both exert themselves: from {first} to {last} each at returns of 1"


def _costs_levels(success: Array) -> str:
    return (
        f"Costs leave the isovalue curves as they are: at returns of 1 attacks that are {_TIMES_SAID} times as dear"
        f" succeed in {_at_returns_of_1(success)}"
    )


def _at_returns_of_1(success: Array) -> str:
    return words.listed([words.percent(float(share)) for share in success[:, 1]])


def _costs_replies(attack: Array, defense: Array) -> str:
    told = [" to ".join(words.number(float(side[row, 1]), 2) for row in (0, -1)) for side in (attack, defense)]
    return (
        f"Dearer attacks lower both efforts: at returns of 1 the attacker's from {told[0]}, the defender's from"
        f" {told[1]}"
    )


def _jumps_replies(attack: Array, defense: Array) -> str:
    return (
        "Above returns of 1 a best response gives up: it jumps to no effort where trying costs more than it brings;"
        " beyond 2 both sides mix"
    )


LEVELS_OF: dict[str, Callable[[Array], str]] = {
    "returns": _returns_levels,
    "edges": _edges_levels,
    "costs": _costs_levels,
}
"""Grids that are drawn with isovalue curves: name to what makes the finding of success by cell."""

REPLIES_OF: dict[str, Callable[[Array, Array], str]] = {
    "returns": _returns_replies,
    "edges": _edges_replies,
    "costs": _costs_replies,
    "jumps": _jumps_replies,
}
"""Grids that are drawn with best responses: name to what makes the finding of both efforts by cell."""
