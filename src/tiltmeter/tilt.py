"""The tilt: how a technology changes the balance; positive leans to offense."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import jax
import numpy as np

from tiltmeter.balance import balance
from tiltmeter.contests import AbstractContest
from tiltmeter.equilibrium import Equilibrium, Order, solve
from tiltmeter.technology import Technology

# A change of attack success up to this is no change: it is within the certificates of the two equilibria.
UNCHANGED = 1e-9


@dataclasses.dataclass(frozen=True, eq=False)
class Tilt:
    """The balance before and after a technology, and its change; arrays of the contests' broadcast shape.

    Attributes:
        before: measures by name, without the technology.
        after: measures by name, with it.
        change: after less before, by name; the change of `attack_success` is the tilt proper.
        equilibrium_before: with its certificate.
        equilibrium_after: with its certificate.
    """

    before: Mapping[str, np.ndarray]
    after: Mapping[str, np.ndarray]
    change: Mapping[str, np.ndarray]
    equilibrium_before: Equilibrium
    equilibrium_after: Equilibrium

    @property
    def value(self) -> np.ndarray:
        """The tilt: the change of the probability that the attack succeeds; positive leans to offense."""
        return self.change["attack_success"]

    @property
    def certified(self) -> np.ndarray:
        """Where both equilibria may be used."""
        return self.equilibrium_before.usable & self.equilibrium_after.usable


def tilt(contest: AbstractContest, technology: Technology, search: bool = True, order: Order = "simultaneous") -> Tilt:
    """Solve a contest without and with a technology and compare.

    Args:
        contest: without the technology; parameters of any shapes that broadcast.
        technology: its changes broadcast against the contest.
        search: as for `solve`.
        order: who moves first, as for `solve`; the same without and with the technology.
    """
    changed = technology.apply(contest)
    at_before, at_after, before, after = _both(contest, changed, search, order)
    with np.errstate(invalid="ignore"):
        change = {name: _difference(after[name], before[name]) for name in before}
    return Tilt(before, after, change, at_before, at_after)


def _difference(after: np.ndarray, before: np.ndarray) -> np.ndarray:
    """After − before, and 0 where both are the same infinity."""
    return np.where(after == before, 0.0, np.asarray(after) - np.asarray(before))


def _both(contest: AbstractContest, changed: AbstractContest, search: bool, order: Order) -> tuple[Any, Any, Any, Any]:
    """The equilibria and balances of two contests; of one shape they are solved as one, in half as many rounds."""
    if contest.shape != changed.shape:
        first, second = solve(contest, search, order), solve(changed, search, order)
        return first, second, balance(contest, first), balance(changed, second)
    shape = contest.shape
    both = jax.tree.map(lambda *leaves: np.stack([np.broadcast_to(x, shape) for x in leaves]), contest, changed)
    found = solve(both, search, order)
    measured = balance(both, found)
    before, after = ({name: values[place] for name, values in measured.items()} for place in (0, 1))
    return found[0], found[1], before, after
