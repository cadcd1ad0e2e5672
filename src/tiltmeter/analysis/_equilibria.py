"""The range of the tilt over several equilibria of one draw."""

import numpy as np
import numpy.typing as npt

from tiltmeter.contests import AbstractContest
from tiltmeter.equilibrium import STATUSES, Equilibrium, verify
from tiltmeter.tilt import Tilt

FloatArray = npt.NDArray[np.float64]


def tilt_range(
    found: Tilt, before: AbstractContest, after: AbstractContest, draws: int
) -> tuple[FloatArray, FloatArray]:
    """The least and the greatest tilt, whichever of their equilibria the two states are in; shape (draws,) each.

    Args:
        found: the tilt with its equilibria.
        before: the contest without the technology.
        after: the contest with it.
        draws: how many draws.
    """
    low_before, high_before = _success_range(before, found.equilibrium_before)
    low_after, high_after = _success_range(after, found.equilibrium_after)
    return np.broadcast_to(low_after - high_before, (draws,)), np.broadcast_to(high_after - low_before, (draws,))


def _success_range(contest: AbstractContest, found: Equilibrium) -> tuple[FloatArray, FloatArray]:
    chosen = np.asarray(found.attack_success, dtype=float)
    several = np.asarray(found.status_code) == STATUSES.index("several")
    low = high = chosen
    if several.any():
        for other in found.others:
            success = np.where(several, np.asarray(verify(contest, other).attack_success, dtype=float), chosen)
            low, high = np.minimum(low, success), np.maximum(high, success)
    return low, high
