"""Is a contest's success function one? Asked once before a contest of the user's own is solved.

The library's contests are asked the same, and more, by its test suite.
"""

from math import prod
from typing import Literal

import jax
import numpy as np

from tiltmeter.contests import CONTESTS, AbstractContest
from tiltmeter.equilibrium._draws import flatten
from tiltmeter.equilibrium._shapes import contradicted
from tiltmeter.errors import SuccessFunctionError

_SHARES = np.concatenate([[0.0], np.geomspace(1e-6, 1.0, 13)])
_DRAWS = 32
_ROUNDING = 1e-9


def check_success(contest: AbstractContest) -> None:
    """Raise `SuccessFunctionError` that says what is wrong with a success function, or its shapes, and where.

    It must return a number between 0 and 1 for every pair of efforts, of the shape to which efforts and parameters
    broadcast, that does not fall with the attacker's effort nor rise with the defender's. A card may exempt a contest
    from the latter ("monotone in attack", "monotone in defense").
    """
    count = prod(contest.shape)
    if type(contest) in CONTESTS or count == 0:
        return
    rows = np.unique(np.linspace(0, count - 1, min(count, _DRAWS)).astype(int))
    some = jax.tree.map(lambda x: x[rows], flatten(contest, contest.shape))
    a = (np.asarray(some.attacker_stake / some.attacker_cost) * _SHARES[:, None])[:, None]
    d = np.asarray(some.defender_stake / some.defender_cost) * _SHARES[:, None]
    p = np.asarray(some.success(a, d))
    owner = f"{type(contest).__name__}.success"
    expected = (_SHARES.size, _SHARES.size, rows.size)
    if p.shape != expected:
        raise SuccessFunctionError(
            f"{owner} returns shape {p.shape} for efforts of shapes {a.shape} and {d.shape} and parameters of shape "
            f"{some.shape}; it must broadcast them to {expected}. Write it with operations on each element."
        )
    exempt = {what for what, _ in contest.card.exemptions}
    steps_up = np.diff(p, axis=0, prepend=p[:1]) < -_ROUNDING
    steps_down = np.diff(p, axis=1, prepend=p[:, :1]) > _ROUNDING
    faults = {
        "is not a finite number": ~np.isfinite(p),
        "is not between 0 and 1": (p < -_ROUNDING) | (p > 1 + _ROUNDING),
        "falls with the attacker's effort": steps_up & ("monotone in attack" not in exempt),
        "rises with the defender's effort": steps_down & ("monotone in defense" not in exempt),
    }
    for fault, places in faults.items():
        if places.any():
            i, j, k = np.argwhere(places)[0]
            where = f" in draw {rows[k]}" if count > 1 else ""
            raise SuccessFunctionError(
                f"{owner} {fault}: it is {p[i, j, k]:g} at attacker's effort {a[i, 0, k]:g} and defender's effort "
                f"{d[j, k]:g}{where}. It must be the chance that the attack succeeds: in [0, 1], rising with the "
                "attacker's effort and falling with the defender's."
            )
    _check_shape(some, "attack", d, rows)
    _check_shape(some, "defense", a[:, 0], rows)


def _check_shape(
    contest: AbstractContest, side: Literal["attack", "defense"], against: np.ndarray, rows: np.ndarray
) -> None:
    """Raise the same error where a stated shape is not the one that the gains have."""
    places = contradicted(contest, side, against)
    if places.any():
        i, k = np.argwhere(places)[0]
        opponent = "attacker" if side == "defense" else "defender"
        raise SuccessFunctionError(
            f"{type(contest).__name__}.{side}_shape states a shape that success does not have against the {opponent}'s "
            f"effort {against[i, k]:g} in draw {rows[k]}: what a further unit of effort adds bends otherwise. State "
            "what can be proved, or leave the method out: certificates are then found by a scan."
        )
