"""Measures at equilibria that may be used: certified, and without rivals."""

import dataclasses
from collections.abc import Mapping

import numpy as np

from tiltmeter.balance import balance
from tiltmeter.claims._region import BoolArray, FloatArray
from tiltmeter.contests import AbstractContest
from tiltmeter.equilibrium import STATUSES, Equilibrium, solve


@dataclasses.dataclass(frozen=True)
class Solved:
    """Measures at the equilibria of n contests; arrays of shape (n,).

    Attributes:
        values: measures by name.
        certified: where they may be used.
        regret: the certificate.
    """

    values: Mapping[str, FloatArray]
    certified: BoolArray
    regret: FloatArray


def at_equilibrium(contest: AbstractContest, *measures: str, search: bool) -> Solved:
    """Measures at the equilibria of a contest with parameters of shape (n,).

    Args:
        contest: the contests.
        measures: names of measures of the balance.
        search: whether to search, which takes a thousand times longer, for equilibria that no formula gives.
    """
    at = solve(contest, search=search)
    values = {name: _measured(contest, at, name) for name in measures}
    certified = np.asarray(at.status_code) == STATUSES.index("certified")
    return Solved(values, certified, np.asarray(at.regret, dtype=float))


def _measured(contest: AbstractContest, at: Equilibrium, name: str) -> FloatArray:
    """A measure; those that solving gives already without a further computation."""
    known = getattr(at, name, None)
    return np.array(balance(contest, at)[name] if known is None else known, dtype=float)
