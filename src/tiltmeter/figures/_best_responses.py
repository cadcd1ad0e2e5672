"""Best-response curves of both sides with their jumps, and the equilibria on them."""

from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np
from numpy.typing import NDArray

from tiltmeter.equilibrium import best_response
from tiltmeter.figures import _words as words
from tiltmeter.figures._colors import DEFENSE, OFFENSE
from tiltmeter.figures._plane import Plane, Side, equilibrium_points, panels, planes_of
from tiltmeter.figures._theme import at, finish, labels, over

if TYPE_CHECKING:
    from tiltmeter.figures._plane import Asked

_POINTS = 161
_STEEP = 0.04
_CLOSER = 65
_ROUNDS = 2
# Half the length of a curve's name, as a share of the frame's width, and places along it.
_REACH = 0.17
_ALONG = np.linspace(-1.0, 1.0, 7)
_ACROSS = np.array([-1.1, 0.0, 1.1])

Array = NDArray[np.float64]
Curve = tuple[Array, Array, NDArray[np.bool_], NDArray[np.bool_]]


def best_responses(result: "Asked") -> alt.TopLevelMixin:
    """Each side's best response to any effort of the other, at the median inputs, before and after."""
    planes = planes_of(result.scenario)
    drawn = [(curves(item, "attacker"), curves(item, "defender")) for item in planes]

    def draw(item: Plane, state: int) -> list[Any]:
        attacker, defender = (curve[state] for curve in drawn[planes.index(item)])
        rows = [*_rows(attacker, OFFENSE, False), *_rows(defender, DEFENSE, True)]
        color = alt.Color("color:N", scale=None)
        line = over(rows).mark_line(strokeWidth=2.5, clip=True)
        dash = alt.StrokeDash("dash:N", scale=None)
        fields = at(x="x:Q", y="y:Q", detail="piece:N", order="order:Q")
        return [
            line.encode(color=color, strokeDash=dash, **fields),
            *labels(_names(item, state, attacker, defender), fontSize=11, fontWeight=600),
            *equilibrium_points(item, state),
        ]

    name = words.technology(result.scenario)
    apart = "" if all(item.shared for item in planes) else " The axes of the panels differ."
    return finish(
        panels(planes, name, draw),
        _finding(name, planes),
        "At the median inputs: the effort that pays each side most against any effort of the other. Where a curve"
        " breaks off, the best response jumps. Points: what is played at the equilibrium, larger where it is likelier;"
        f" hollow, and dashed lines: the attacker stays out.{apart}",
    )


def _finding(name: str, planes: list[Plane]) -> str:
    solved = [item for item in planes if item.usable(0) and item.usable(1)]
    if not solved:
        return "No equilibrium was found at the median inputs, before and after"
    efforts = [
        (np.asarray(item.equilibrium.attacker_effort), np.asarray(item.equilibrium.defender_effort)) for item in solved
    ]
    if len(solved) > 2:
        attack, defense = (sum(pair[side][1] > pair[side][0] for pair in efforts) for side in range(2))
        total = len(solved)
        return f"With {name}, attack effort rises in {attack} of {total} readings, defense effort in {defense}"
    told = [
        f"attack {_move(attack)}, defense {_move(defense)}{f' ({item.reading.title})' if len(planes) > 1 else ''}"
        for item, (attack, defense) in zip(solved, efforts, strict=True)
    ]
    return f"Effort with {name}: {'; '.join(told)}"


def _move(efforts: Array) -> str:
    before, after = float(efforts[0]), float(efforts[1])
    if before == after or (before > 0 and abs(after / before - 1) < 0.005):
        return "unchanged"
    if before == 0 or after == 0:
        return f"from {words.number(before, 2)} to {words.number(after, 2)}"
    times = after / before
    if 1 / 1.5 < times < 1.5:
        return f"{words.change(round(100 * (times - 1)), 'number')} %"
    return words.factor(times)


def curves(item: Plane, side: Side) -> list[Curve]:
    """One side's best response, without and with the technology.

    Returns:
        For each state the opponent's efforts, the response, whether that is to stay out, and whether the curve
        jumps behind each point.
    """
    tops = item.defender_top if side == "attacker" else item.attacker_top
    own = item.attacker_top if side == "attacker" else item.defender_top
    # A response to no effort at all is often to make the least effort there is, so a curve starts just beside it; and
    # there it may be steep.
    shares = np.concatenate([np.geomspace(1e-15, 0.5 / _POINTS, 40), np.linspace(0.0, 1.0, _POINTS)[1:]])
    efforts = shares[:, None] * tops
    reply = best_response(item.contest, side, efforts)
    y, out = np.asarray(reply.effort), np.asarray(reply.stays_out)
    steps = [np.flatnonzero(np.abs(np.diff(y[:, state])) > _STEEP * own[state]) for state in range(2)]
    ends = _closer(item, side, efforts, steps)
    return [
        _with_jumps((efforts[:, state], y[:, state], out[:, state]), steps[state], ends[state]) for state in range(2)
    ]


def _closer(item: Plane, side: Side, efforts: Array, steps: list[NDArray[np.intp]]) -> list[Array]:
    """The steepest part of each step, magnified.

    Returns:
        For each state an array of shape (2, 3, steps): left and right of it the opponent's effort, the response, and
        whether that is to stay out.
    """
    most = max(len(found) for found in steps)
    if most == 0:
        return [np.zeros((2, 3, 0)), np.zeros((2, 3, 0))]
    # Both states are asked at once; where one has fewer steps its first places are asked again.
    places = np.stack([np.concatenate([found, np.arange(most - len(found))]) for found in steps], axis=-1).astype(int)
    low, high = np.take_along_axis(efforts, places, axis=0), np.take_along_axis(efforts, places + 1, axis=0)
    ends = np.zeros((2, 3, *low.shape))
    for _ in range(_ROUNDS):
        finer = low + (high - low) * np.linspace(0.0, 1.0, _CLOSER)[:, None, None]
        reply = best_response(item.contest, side, finer)
        y = np.asarray(reply.effort)
        at = np.abs(np.diff(y, axis=0)).argmax(axis=0)[None]
        for end in range(2):
            for row, field in enumerate((finer, y, np.asarray(reply.stays_out, dtype=float))):
                ends[end, row] = np.take_along_axis(field, at + end, axis=0)[0]
        low, high = ends[0, 0], ends[1, 0]
    return [ends[..., : len(found), state] for state, found in enumerate(steps)]


def _with_jumps(curve: tuple[Array, Array, NDArray[np.bool_]], steps: NDArray[np.intp], ends: Array) -> Curve:
    """The curve with the points on both sides of its jumps added.

    A step that stays as large when it is looked at a thousand times closer is a jump; a steep slope is not.
    """
    x, y, out = curve
    jumps = np.abs(ends[1, 1] - ends[0, 1]) > 0.5 * np.abs(y[steps + 1] - y[steps])
    added = ends[:, :, jumps]
    columns = [np.concatenate([old, added[0, row], added[1, row]]) for row, old in enumerate((x, y, out.astype(float)))]
    behind = np.concatenate([np.zeros(x.size, dtype=bool), np.ones(jumps.sum(), bool), np.zeros(jumps.sum(), bool)])
    order = np.argsort(columns[0], kind="stable")
    return columns[0][order], columns[1][order], columns[2][order] > 0, behind[order]


def _rows(curve: Curve, color: str, turned: bool) -> list[dict[str, Any]]:
    """The curve's points; `turned` puts the opponent's effort on the vertical axis."""
    x, y, out, jumps = curve
    # A line breaks at a jump, and changes its stroke where the attacker starts to stay out.
    breaks = jumps[:-1] | (out[1:] != out[:-1])
    piece = np.concatenate([[0], np.cumsum(breaks)])
    return [
        {
            "x": float(v if turned else u),
            "y": float(u if turned else v),
            "piece": f"{color}{p}",
            "order": i,
            "color": color,
            "dash": [3, 3] if o else [1, 0],
        }
        for i, (u, v, p, o) in enumerate(zip(x, y, piece, out, strict=True))
    ]


def _names(item: Plane, state: int, attacker: Curve, defender: Curve) -> list[dict[str, Any]]:
    """The name of each curve, where it is clear of both curves and of the other name."""
    frame = np.array([item.defender_top[state], item.attacker_top[state]])
    lines = [np.stack([attacker[0], attacker[1]], axis=-1), np.stack([defender[1], defender[0]], axis=-1)]
    taken = np.concatenate(lines) / frame
    names: list[dict[str, Any]] = []
    named = (("attacker replies", OFFENSE), ("defender replies", DEFENSE))
    for line, (text, color) in zip(lines, named, strict=True):
        x, y = _clear_spot(line / frame, taken)
        box = [np.stack([x + _REACH * _ALONG, np.full(_ALONG.size, y + up)], axis=-1) for up in (-0.03, 0.0, 0.03)]
        taken = np.concatenate([taken, *box])
        names.append({"x": float(x * frame[0]), "y": float(y * frame[1]), "text": text, "color": color})
    return names


def _clear_spot(line: Array, taken: Array) -> tuple[float, float]:
    """The middle of a name beside a curve, where the least distance to whatever is drawn is greatest.

    Args:
        line: the curve, as shares of the frame's width and height; shape (point, 2).
        taken: all points that are drawn, likewise.
    """
    inside = line[((line >= 0) & (line <= 1)).all(axis=1)]
    moves = np.array([[across, up] for across in _REACH * _ACROSS for up in (-0.12, -0.06, 0.0, 0.06, 0.12)])
    spots = (inside[::6, None] + moves).reshape(-1, 2)
    fits = (np.abs(spots[:, 0] - 0.5) < 0.49 - _REACH) & (np.abs(spots[:, 1] - 0.5) < 0.44)
    spots = spots[fits] if fits.any() else np.array([[0.5, 0.9]])
    along = np.stack([_REACH * _ALONG, np.zeros(_ALONG.size)], axis=-1)
    # Letters are wide rather than high: a distance upwards counts more.
    apart = ((spots[:, None] + along)[:, :, None] - taken) * np.array([1.0, 1.6])
    room = np.sqrt((apart**2).sum(axis=-1)).min(axis=(1, 2))
    best = int(np.argmax(np.minimum(room, 0.07)))
    return float(spots[best, 0]), float(spots[best, 1])
