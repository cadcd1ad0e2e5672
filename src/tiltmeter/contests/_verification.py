"""Verification: whether the item is genuine can be looked up; the attacker can only decide whether to try."""

from typing import ClassVar

import jax.numpy as jnp
from jaxtyping import Array, ArrayLike

from tiltmeter.contests._base import (
    NON_NEGATIVE,
    OPEN_PROBABILITY,
    POSITIVE,
    AbstractContest,
    Card,
    ClosedForm,
    param,
)
from tiltmeter.contests._examination import Examination


class Verification(AbstractContest):
    r"""The defender tests items against the ground truth; nobody can refine a forgery against that.

    Success      $P = \Phi(z - \delta)$, $z = \Phi^{-1}(1 - \text{cap})$,
                 $\delta = \text{flaw} \cdot k_D (1 + d)^{\psi}$; 0 for an attacker who stays out
    Equilibrium  that of [`Examination`][tiltmeter.Examination] without imitation and without returns to the
                 attacker's effort, which is therefore zero.
    Technology   AI makes the test more accurate. Nothing that the attacker could buy has any effect.
    Limits       the test looks at the fact itself, by a signal that is normal with equal variance.

    Use it when the defender has access to the fact itself; if only appearance can be judged use
    [`Examination`][tiltmeter.Examination]. It leaves out attacks on the record that the item is checked against.

    Example:
        A better test helps the defender, and nobody else.

        >>> import tiltmeter as tm
        >>> tm.solve(tm.Verification(defender_accuracy=[1.0, 2.0, 4.0])).attack_success.round(3).tolist()
        [0.74, 0.361, 0.009]
    """

    flaw: Array = param("δ₀", "standard deviations", POSITIVE, (0.5, 4.0), "How far a forgery is from genuine.")
    defender_accuracy: Array = param("k_D", "1", POSITIVE, (0.3, 3.0), "The test that the defender verifies with.")
    defender_returns: Array = param("ψ", "1", NON_NEGATIVE, (0.1, 1.0), "How fast defense effort shows flaws.", 0.5)
    false_positive_cap: Array = param(
        "cap", "probability", OPEN_PROBABILITY, (0.001, 0.2), "Share of genuine items that may be accused.", 0.05
    )
    entry_cost: Array = param("e", "money", NON_NEGATIVE, (0.0, 1.0), "What it costs the attacker to try.", 0.0)

    card: ClassVar[Card] = Card(
        title="Verification",
        aliases=("forging and verifying",),
        cites=("Cunningham2025", "GreenSwets1966"),
        entry=True,
        exemptions=(("strictly monotone", "the attacker's effort has no effect when the truth can be looked up"),),
    )

    def success(self, attacker_effort: Array, defender_effort: Array) -> Array:
        return self._examination().success(attacker_effort, defender_effort)

    def attack_shape(self, defender_effort: Array) -> ArrayLike:
        return self._examination().attack_shape(defender_effort)

    def defense_shape(self, attacker_effort: Array) -> ArrayLike:
        return self._examination().defense_shape(attacker_effort)

    def closed_form(self) -> ClosedForm:
        return self._examination().closed_form()

    def worked_form(self) -> ClosedForm:
        return self._examination().worked_form()

    def _examination(self) -> Examination:
        return Examination(
            attacker_stake=self.attacker_stake,
            defender_stake=self.defender_stake,
            attacker_cost=self.attacker_cost,
            defender_cost=self.defender_cost,
            flaw=self.flaw,
            attacker_accuracy=jnp.ones(()),
            defender_accuracy=self.defender_accuracy,
            imitation=jnp.zeros(()),
            attacker_returns=jnp.zeros(()),
            defender_returns=self.defender_returns,
            false_positive_cap=self.false_positive_cap,
            entry_cost=self.entry_cost,
        )
