"""Level curves of attack success, in the planes of efforts."""

import numpy as np

from tiltmeter.contests import AbstractContest
from tiltmeter.equilibrium import isovalue
from tiltmeter.figures._plane import Plane
from tiltmeter.figures._scene import LEVELS, Array, Levels

_POINTS = 81
_CLOSER = 33
_ROUNDS = 2


def has_order(contest: AbstractContest) -> bool:
    """Whether success rises with the attack and falls with the defense, so that level curves can be followed."""
    return not any(what in ("monotone in attack", "monotone in defense") for what, _ in contest.card.exemptions)


def level_curves(plane: Plane) -> Levels:
    """For each level and contest the defender's efforts and the attacker's at which attacks succeed so often.

    The attacker's are infinite where no effort is enough, and 0 where none is needed. Where a curve leaves the frame,
    goes up without end, or begins on the axis, it is looked at closer.
    """
    levels = np.array(LEVELS)[:, None, None] / plane.exposure
    x = np.linspace(0.0, 1.0, _POINTS)[:, None] * np.ones((len(LEVELS), 1, 1)) * plane.defender_top

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
        for row, level in enumerate(LEVELS)
    }
