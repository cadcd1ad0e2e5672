"""What solving returns: efforts, success, payoffs, the strategies behind them, and the certificate."""

import dataclasses
from typing import Any, Literal

import jax
import numpy as np

from tiltmeter._status import APPROXIMATE_TOLERANCE, KINDS, MIXED_TOLERANCE, PURE_TOLERANCE, STATUSES
from tiltmeter.contests import Strategies
from tiltmeter.equilibrium._orders import Order

Kind = Literal["pure", "semi-mixed", "mixed", "uncertified"]
Status = Literal["certified", "approximate", "several", "failed"]


@dataclasses.dataclass(frozen=True, eq=False)
class Equilibrium:
    """Efforts from which neither side gains by deviating, for every element of the contest's parameters.

    If one side moves first, efforts where it gains by no other commitment, and the other by no other answer.

    All arrays have the contest's broadcast shape.

    Attributes:
        attacker_effort: expected effort of the attacker.
        defender_effort: expected effort of the defender.
        attack_probability: probability of a positive effort, or of entry where the attacker may stay out.
        attack_success: probability that the attack succeeds.
        attacker_payoff: expected payoff, in the unit of the stake.
        defender_payoff: expected payoff, in the unit of the stake.
        regret: the certificate: the largest gain from any deviation that the verifier found, as a share of the stake.
        kind_code: index into `KINDS`; read it as `kind`.
        status_code: index into `STATUSES`; read it as `status`.
        beyond_formula: where no formula gave it; it was then found, if at all, by Newton's method or a search.
        strategies: the supports and weights.
        others: where the status is "several", further equilibria between which, and this one, all lie; elsewhere
            they repeat this one.
        order: who moves first: simultaneous, defender-first or attacker-first.
    """

    attacker_effort: np.ndarray
    defender_effort: np.ndarray
    attack_probability: np.ndarray
    attack_success: np.ndarray
    attacker_payoff: np.ndarray
    defender_payoff: np.ndarray
    regret: np.ndarray
    kind_code: np.ndarray
    status_code: np.ndarray
    beyond_formula: np.ndarray
    strategies: Strategies
    others: tuple[Strategies, ...] = ()
    order: Order = "simultaneous"

    @property
    def kind(self) -> np.ndarray:
        """pure, semi-mixed (one side mixes), mixed (both do), or uncertified."""
        return np.asarray(KINDS)[self.kind_code]

    @property
    def status(self) -> np.ndarray:
        """Certified · approximate (`regret` is its ε) · several equilibria · failed."""
        return np.asarray(STATUSES)[self.status_code]

    @property
    def reason(self) -> np.ndarray:
        """Why the status is not "certified", in words; empty where it is."""
        reasons = np.asarray(
            [
                "",
                f"the regret exceeds {PURE_TOLERANCE:g} (pure) or {MIXED_TOLERANCE:g} (mixed) of the stake",
                "there are several equilibria; this is one of them",
                f"no strategies were found with a regret below {APPROXIMATE_TOLERANCE:g} of the stake",
            ]
        )
        return reasons[self.status_code]

    @property
    def usable(self) -> np.ndarray:
        """Where the numbers may be used: the status is not "failed"."""
        return self.status_code != STATUSES.index("failed")

    def __getitem__(self, place: int) -> "Equilibrium":
        """The equilibria of one place along the first axis."""
        taken = {
            name: value if name == "order" else jax.tree.map(lambda x: np.asarray(np.asarray(x)[place]), value)
            for name, value in vars(self).items()
        }
        return Equilibrium(**taken)

    def __repr__(self) -> str:
        order = "" if self.order == "simultaneous" else f"{self.order}, "
        if np.ndim(self.regret) == 0:
            return (
                f"Equilibrium({order}{self.kind}, {self.status}: success {float(self.attack_success):.4g}, "
                f"efforts {float(self.attacker_effort):.4g} and {float(self.defender_effort):.4g}, "
                f"payoffs {float(self.attacker_payoff):.4g} and {float(self.defender_payoff):.4g}, "
                f"regret {float(self.regret):.1e})"
            )
        return f"Equilibrium({order}shape {np.shape(self.regret)}: {tally(self.status)}; {tally(self.kind)})"


def tally(labels: Any) -> str:
    """How often each label occurs, in words."""
    names, counts = np.unique(labels, return_counts=True)
    return ", ".join(f"{count:,} {name}" for name, count in zip(names, counts, strict=True))
