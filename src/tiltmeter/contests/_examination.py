"""Examination: the defender can only look at the item; the attacker refines the forgery against a classifier."""

from typing import ClassVar

import jax.numpy as jnp
import jax.scipy.special as special
from jaxtyping import Array

from tiltmeter.contests._base import (
    NON_NEGATIVE,
    OPEN_PROBABILITY,
    POSITIVE,
    AbstractContest,
    Card,
    ClosedForm,
    param,
    two_point,
)
from tiltmeter.contests._detection import Detection, examined, normal_below


class Examination(AbstractContest):
    r"""A forgery passes when its remaining flaws hide in the noise of a detector that may accuse few genuine items.

    Success      $P = \Phi(z - \delta)$, $z = \Phi^{-1}(1 - \text{cap})$,
                 $\delta = \text{flaw} \cdot k_D (1 + d)^{\psi} / (k_A^{\eta} (1 + a)^{\theta})$
    Equilibrium  one equation in the detectability δ where efforts are pure, or where the attacker is indifferent
                 to trying and tries only sometimes; by search otherwise.

    Use it when authenticity cannot be looked up, only judged by appearance; if it can be looked up use
    [`Verification`][tiltmeter.Verification]. It leaves out signals of unequal variance, what an accused genuine
    item costs beyond the cap, and learning over time.
    """

    flaw: Array = param("δ₀", "standard deviations", POSITIVE, (0.5, 4.0), "How far a raw forgery is from genuine.")
    attacker_accuracy: Array = param("k_A", "1", POSITIVE, (0.3, 3.0), "The classifier that forgers refine against.")
    defender_accuracy: Array = param("k_D", "1", POSITIVE, (0.3, 3.0), "The classifier that defenders examine with.")
    imitation: Array = param("η", "1", NON_NEGATIVE, (0.0, 1.5), "How well refining hides flaws as accuracy grows.")
    attacker_returns: Array = param("θ", "1", NON_NEGATIVE, (0.1, 1.0), "How fast attack effort hides flaws.", 0.5)
    defender_returns: Array = param("ψ", "1", NON_NEGATIVE, (0.1, 1.0), "How fast defense effort shows flaws.", 0.5)
    false_positive_cap: Array = param(
        "cap", "probability", OPEN_PROBABILITY, (0.001, 0.2), "Share of genuine items that may be accused.", 0.05
    )
    entry_cost: Array = param("e", "money", NON_NEGATIVE, (0.0, 1.0), "What it costs the attacker to try at all.", 0.0)

    card: ClassVar[Card] = Card(
        title="Examination",
        aliases=("forging and examining",),
        cites=("Cunningham2025", "JabarianImas2025", "GreenSwets1966"),
        entry=True,
    )

    def success(self, attacker_effort: Array, defender_effort: Array) -> Array:
        shown = jnp.exp(self.defender_returns * jnp.log1p(defender_effort))
        hidden = jnp.exp(self.attacker_returns * jnp.log1p(attacker_effort))
        return normal_below(self._criterion() - self._untouched() * shown / hidden)

    def _criterion(self) -> Array:
        return -special.ndtri(self.false_positive_cap)

    def _untouched(self) -> Array:
        """The detectability when neither side makes an effort."""
        return self.flaw * self.defender_accuracy * jnp.exp(-self.imitation * jnp.log(self.attacker_accuracy))

    def closed_form(self) -> ClosedForm:
        found = examined(
            Detection(
                criterion=self._criterion(),
                untouched=self._untouched(),
                attack_returns=self.attacker_returns,
                defense_returns=self.defender_returns,
                attack_cost=self.attacker_cost / self.attacker_stake,
                defense_cost=self.defender_cost / self.defender_stake,
                entry=self.entry_cost / self.attacker_stake,
            )
        )
        strategies = two_point(found.attack, found.entry, found.defense)
        return ClosedForm(strategies, solved=jnp.ones(self.shape, bool), several=jnp.zeros(self.shape, bool))
