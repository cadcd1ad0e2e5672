"""Best-response curves with their jumps, in the planes of efforts."""

import numpy as np
from numpy.typing import NDArray

from tiltmeter.figures._plane import Plane
from tiltmeter.figures._scene import Array, Curve, Side

_POINTS = 161
_STEEP = 0.04
_CLOSER = 65
_ROUNDS = 2


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
