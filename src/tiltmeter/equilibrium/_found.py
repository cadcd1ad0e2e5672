"""What has been found for many draws so far, and how something better takes its place."""

from typing import NamedTuple

import jax
import numpy as np

from tiltmeter.contests import AbstractContest, Strategies
from tiltmeter.contests._strategies import widened
from tiltmeter.equilibrium._draws import Code, some_rows, with_rows
from tiltmeter.equilibrium._verify import Certificate, certified


class Found(NamedTuple):
    """The best strategies found so far for some draws.

    Attributes:
        contest: parameters of shape (draws,).
        strategies: of these draws.
        certificate: what the verifier says of them.
        code: how well their certificates have been compiled: for few draws, for many, or for very many.
    """

    contest: AbstractContest
    strategies: Strategies
    certificate: Certificate
    code: Code

    @property
    def draws(self) -> int:
        """How many there are."""
        return self.certificate.regret.size

    def left(self, tolerance: float, rows: np.ndarray | None = None) -> np.ndarray:
        """The rows, or those among some, whose regret is above the tolerance or no number."""
        rows = np.arange(self.draws) if rows is None else rows
        return rows[~(self.certificate.regret[rows] <= tolerance)]

    def some(self, rows: np.ndarray) -> "Found":
        """What has been found for these rows."""
        contest, strategies, certificate = some_rows((self.contest, self.strategies, self.certificate), rows)
        return self._replace(contest=contest, strategies=strategies, certificate=certificate)

    def with_some(self, rows: np.ndarray, some: "Found") -> "Found":
        """The same, with what has been found for these rows."""
        before, now = (self.strategies, self.certificate), (some.strategies, some.certificate)
        strategies, certificate = with_rows(before, rows, now)
        return self._replace(strategies=strategies, certificate=certificate)

    def bettered(self, rows: np.ndarray, candidates: Strategies, few: bool) -> "Found":
        """The same with candidates for these rows, where their regret is the smaller."""
        contest = some_rows(self.contest, rows)
        # What fits in two places is certified by what formulas have compiled.
        certificate = certified(contest, candidates, "quick" if few and width(candidates) > 2 else self.code)
        better = np.flatnonzero(~(certificate.regret >= self.certificate.regret[rows]))
        taken, its = some_rows((candidates, certificate), better)
        return self.with_some(rows[better], Found(contest, trimmed(taken), its, self.code))


def width(strategies: Strategies) -> int:
    """How many places the wider side has."""
    return max(np.shape(strategies.attacker_weights)[-1], np.shape(strategies.defender_weights)[-1])


def trimmed(strategies: Strategies) -> Strategies:
    """The same without places at the end that nobody plays, up to a power of two, so that few widths are compiled."""
    weights = (np.asarray(x) for x in (strategies.attacker_weights, strategies.defender_weights))
    last = max(int(np.max(np.nonzero(np.any(x != 0, axis=0))[0], initial=0)) for x in weights)
    places = 2 ** max(1, last.bit_length())
    return widened(jax.tree.map(lambda x: np.asarray(x)[..., :places], strategies), places)
