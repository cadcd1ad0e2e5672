"""Best-response curves with their jumps, in the planes of efforts."""

from collections.abc import Callable
from typing import Any

import altair as alt
import numpy as np
from numpy.typing import NDArray

from tiltmeter.figures._colors import DEFENSE, OFFENSE
from tiltmeter.figures._plane import Array, Plane, Side, Size, equilibrium_points, played
from tiltmeter.figures._theme import at, labels, over

_POINTS = 161
_STEEP = 0.04
_CLOSER = 65
_ROUNDS = 2
# Places along a curve's name, as multiples of half its length, and where it may stand beside its curve.
_ALONG = np.linspace(-1.0, 1.0, 7)
_ACROSS = np.array([-1.1, 0.0, 1.1])
# Half the width of a letter, as a share of its height.
_LETTER = 45.56 / 16 / 11

Curve = tuple[Array, Array, NDArray[np.bool_], NDArray[np.bool_]]


def reply_layers(
    plane: Plane, size: Size, names: tuple[str, str] = ("attacker replies", "defender replies")
) -> Callable[[int], list[Any]]:
    """Both sides' best-response curves, their names, and the equilibrium: what is drawn in each contest's panel.

    Args:
        plane: the contests.
        size: of the panels.
        names: of the attacker's curve and of the defender's.
    """
    attackers, defenders = reply_curves(plane, "attacker"), reply_curves(plane, "defender")

    def draw(number: int) -> list[Any]:
        attacker, defender = attackers[number], defenders[number]
        rows = [*_rows(attacker, OFFENSE, False), *_rows(defender, DEFENSE, True)]
        color = alt.Color("color:N", scale=None)
        line = over(rows).mark_line(strokeWidth=2.5, clip=True)
        dash = alt.StrokeDash("dash:N", scale=None)
        fields = at(x="x:Q", y="y:Q", detail="piece:N", order="order:Q")
        named = _names(plane, number, attacker, defender, names, size)
        return [
            line.encode(color=color, strokeDash=dash, **fields),
            *labels(named, fontSize=size.label, fontWeight=600),
            *equilibrium_points(plane, number),
        ]

    return draw


def reply_curves(plane: Plane, side: Side) -> list[Curve]:
    """One side's best response in each contest.

    Returns:
        For each contest the opponent's efforts, the response, whether that is to stay out, and whether the curve
        jumps behind each point.
    """
    tops, own = (plane.top("defender"), plane.top("attacker"))[:: 1 if side == "attacker" else -1]
    # A response to no effort at all is often to make the least effort there is, so a curve starts just beside it; and
    # there it may be steep.
    shares = np.concatenate([np.geomspace(1e-15, 0.5 / _POINTS, 40), np.linspace(0.0, 1.0, _POINTS)[1:]])
    efforts = shares[:, None] * tops
    reply = plane.replies(side, efforts)
    y, out = np.asarray(reply.effort), np.asarray(reply.stays_out)
    numbers = range(tops.size)
    steps = [np.flatnonzero(np.abs(np.diff(y[:, i])) > _STEEP * own[i]) for i in numbers]
    ends = _closer(plane, side, efforts, steps)
    return [_with_jumps((efforts[:, i], y[:, i], out[:, i]), steps[i], ends[i]) for i in numbers]


def _closer(plane: Plane, side: Side, efforts: Array, steps: list[NDArray[np.intp]]) -> list[Array]:
    """The steepest part of each step, magnified.

    Returns:
        For each contest an array of shape (2, 3, steps): left and right of it the opponent's effort, the response, and
        whether that is to stay out.
    """
    most = max(len(found) for found in steps)
    if most == 0:
        return [np.zeros((2, 3, 0)) for _ in steps]
    # All contests are asked at once; where one has fewer steps its first places are asked again.
    places = np.stack([np.concatenate([found, np.arange(most - len(found))]) for found in steps], axis=-1).astype(int)
    low, high = np.take_along_axis(efforts, places, axis=0), np.take_along_axis(efforts, places + 1, axis=0)
    ends = np.zeros((2, 3, *low.shape))
    for _ in range(_ROUNDS):
        finer = low + (high - low) * np.linspace(0.0, 1.0, _CLOSER)[:, None, None]
        reply = plane.replies(side, finer)
        y = np.asarray(reply.effort)
        steepest = np.abs(np.diff(y, axis=0)).argmax(axis=0)[None]
        for end in range(2):
            for row, field in enumerate((finer, y, np.asarray(reply.stays_out, dtype=float))):
                ends[end, row] = np.take_along_axis(field, steepest + end, axis=0)[0]
        low, high = ends[0, 0], ends[1, 0]
    return [ends[..., : len(found), number] for number, found in enumerate(steps)]


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


def _names(
    plane: Plane, number: int, attacker: Curve, defender: Curve, names: tuple[str, str], size: Size
) -> list[dict[str, Any]]:
    """The name of each curve, where it is clear of both curves, of the equilibrium and of the other name."""
    frame = np.array([plane.defender_top[number], plane.attacker_top[number]])
    lines = [np.stack([attacker[0], attacker[1]], axis=-1), np.stack([defender[1], defender[0]], axis=-1)]
    points = np.array([[point["x"], point["y"]] for point in played(plane, number)]).reshape(-1, 2)
    taken = np.concatenate([*lines, points]) / frame
    placed: list[dict[str, Any]] = []
    for line, text, color in zip(lines, names, (OFFENSE, DEFENSE), strict=True):
        reach = _LETTER * size.label * len(text) / size.width
        x, y = _clear_spot(line / frame, taken, reach, size)
        high = 6.3 / size.height
        box = [np.stack([x + reach * _ALONG, np.full(_ALONG.size, y + up)], axis=-1) for up in (-high, 0.0, high)]
        taken = np.concatenate([taken, *box])
        placed.append({"x": float(x * frame[0]), "y": float(y * frame[1]), "text": text, "color": color})
    return placed


def _clear_spot(line: Array, taken: Array, reach: float, size: Size) -> tuple[float, float]:
    """The middle of a name beside a curve, where the least distance to whatever is drawn is greatest.

    Args:
        line: the curve, as shares of the frame's width and height; shape (point, 2).
        taken: all points that are drawn, likewise.
        reach: half the name's length, as a share of the frame's width.
        size: of the frame.
    """
    inside = line[((line >= 0) & (line <= 1)).all(axis=1)]
    above = 25.2 / size.height * np.array([-1.0, -0.5, 0.0, 0.5, 1.0])
    moves = np.array([[across, up] for across in reach * _ACROSS for up in above])
    spots = (inside[::6, None] + moves).reshape(-1, 2)
    fits = (np.abs(spots[:, 0] - 0.5) < 0.49 - reach) & (np.abs(spots[:, 1] - 0.5) < 0.44)
    spots = spots[fits] if fits.any() else np.array([[0.5, 0.9]])
    along = np.stack([reach * _ALONG, np.zeros(_ALONG.size)], axis=-1)
    # Letters are wide rather than high: a distance upwards counts more.
    pixels = np.array([size.width / 268, 1.6 * size.height / 210])
    apart = ((spots[:, None] + along)[:, :, None] - taken) * pixels
    room = np.sqrt((apart**2).sum(axis=-1)).min(axis=(1, 2))
    best = int(np.argmax(np.minimum(room, 0.07)))
    return float(spots[best, 0]), float(spots[best, 1])
