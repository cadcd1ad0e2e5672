"""The tilt: how a technology changes the balance; positive leans to offense."""

import dataclasses
from collections.abc import Mapping
from functools import cached_property

import jax
import numpy as np

from tiltmeter.balance import balance
from tiltmeter.contests import AbstractContest
from tiltmeter.equilibrium import Equilibrium, Order, solve
from tiltmeter.technology import Technology


@dataclasses.dataclass(frozen=True, eq=False)
class Tilt:
    """The balance before and after a technology, and its change; arrays of the contests' broadcast shape.

    Measures are computed when they are first asked for; the tilt proper needs none.

    Attributes:
        contest_before: without the technology.
        contest_after: with it.
        equilibrium_before: of the former, with its certificate.
        equilibrium_after: of the latter, with its certificate.
    """

    contest_before: AbstractContest
    contest_after: AbstractContest
    equilibrium_before: Equilibrium
    equilibrium_after: Equilibrium

    @cached_property
    def before(self) -> Mapping[str, np.ndarray]:
        """Measures of the balance by name, without the technology."""
        return balance(self.contest_before, self.equilibrium_before)

    @cached_property
    def after(self) -> Mapping[str, np.ndarray]:
        """Measures of the balance by name, with the technology."""
        return balance(self.contest_after, self.equilibrium_after)

    @cached_property
    def change(self) -> Mapping[str, np.ndarray]:
        """After less before, by name; the change of `attack_success` is the tilt proper."""
        with np.errstate(invalid="ignore"):
            return {name: _difference(self.after[name], self.before[name]) for name in self.before}

    @property
    def value(self) -> np.ndarray:
        """The tilt: the change of the probability that the attack succeeds; positive leans to offense."""
        after = self.equilibrium_after.attack_success
        return np.asarray(after - self.equilibrium_before.attack_success)

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
    return Tilt(contest, changed, *_both(contest, changed, search, order))


def _difference(after: np.ndarray, before: np.ndarray) -> np.ndarray:
    """After − before, and 0 where both are the same infinity."""
    return np.where(after == before, 0.0, np.asarray(after) - np.asarray(before))


def _both(
    contest: AbstractContest, changed: AbstractContest, search: bool, order: Order
) -> tuple[Equilibrium, Equilibrium]:
    """The equilibria of two contests; of one shape they are solved as one, in half as many rounds."""
    if contest.shape != changed.shape:
        return solve(contest, search, order), solve(changed, search, order)
    shape = contest.shape
    both = jax.tree.map(lambda *leaves: np.stack([np.broadcast_to(x, shape) for x in leaves]), contest, changed)
    found = solve(both, search, order)
    return found[0], found[1]
