"""Certification: a lot is accepted if every item that is looked at appears genuine."""

from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, ArrayLike

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
from tiltmeter.contests._chances import COUNT
from tiltmeter.contests._detection import Detection, examined, passing
from tiltmeter.contests._detection_mixed import mixed
from tiltmeter.contests._detection_shape import attack_bends, defense_bends
from tiltmeter.contests._examination import Examination


class Certification(AbstractContest):
    r"""A lot of forgeries must get every item that is examined past a detector that may refuse few genuine lots.

    Success      $P = \Phi(z - \delta)^m$ with $z = \Phi^{-1}((1 - \text{cap})^{1/m})$, so that a genuine lot is refused
                 with the probability cap, and
                 $\delta = \text{flaw} \cdot k_D (1 + d)^{\psi} / (k_A^{\eta} (1 + a)^{\theta})$; 0 for an attacker who
                 stays out
    Equilibrium  that of [`Examination`][tiltmeter.Examination] with another density of passing: one equation in the
                 detectability δ where efforts are pure, or where the attacker tries only sometimes; Newton's method
                 where the defender mixes too, seldom a search. With m = 1 it is Examination.
    Technology   AI sharpens both classifiers, `attacker_accuracy` and `defender_accuracy`; with `imitation` above 1
                 equal progress hides more than it shows. More `items` help the defender, but slowly: each must be
                 judged more softly, for the cap holds for the whole lot.
    Limits       items are judged independently and share one detectability. Efforts go into the method of forging and
                 the method of examining, so their costs do not depend on m. It leaves out that an examiner may accept
                 a lot with a few suspects, and what a refused genuine lot costs beyond the cap.

    Use it when many items stand or fall together and authenticity is a fact outside them, such as provenance or
    authorship; for a single item use [`Examination`][tiltmeter.Examination], and if the item itself can be tested use
    [`Verification`][tiltmeter.Verification].

    Example:
        >>> import tiltmeter as tm
        >>> for accuracy in (1.0, 4.0):
        ...     sharp = {"attacker_accuracy": accuracy, "defender_accuracy": accuracy, "imitation": 1.5}
        ...     one, many = (tm.solve(tm.Certification(items=m, **sharp)).attack_success for m in (1, 100))
        ...     print(f"{one:.2f} {many:.2f}")
        0.74 0.32
        0.87 0.76
    """

    items: Array = param("m", "items", COUNT, (1.0, 1000.0), "How many items are examined; all must pass.", 10.0)
    flaw: Array = param("δ₀", "standard deviations", POSITIVE, (0.5, 4.0), "How far a raw forgery is from genuine.")
    attacker_accuracy: Array = param("k_A", "1", POSITIVE, (0.3, 3.0), "The classifier that forgers refine against.")
    defender_accuracy: Array = param("k_D", "1", POSITIVE, (0.3, 3.0), "The classifier that defenders examine with.")
    imitation: Array = param("η", "1", NON_NEGATIVE, (0.0, 1.5), "How well refining hides flaws as accuracy grows.")
    attacker_returns: Array = param("θ", "1", NON_NEGATIVE, (0.1, 1.0), "How fast attack effort hides flaws.", 0.5)
    defender_returns: Array = param("ψ", "1", NON_NEGATIVE, (0.1, 1.0), "How fast defense effort shows flaws.", 0.5)
    false_positive_cap: Array = param(
        "cap", "probability", OPEN_PROBABILITY, (0.001, 0.2), "Share of genuine lots that may be refused.", 0.05
    )
    entry_cost: Array = param("e", "money", NON_NEGATIVE, (0.0, 1.0), "What it costs the attacker to try at all.", 0.0)

    card: ClassVar[Card] = Card(
        title="Certification",
        aliases=("inspecting items for certification",),
        cites=("Cunningham2025", "GreenSwets1966"),
        entry=True,
    )

    def success(self, attacker_effort: Array, defender_effort: Array) -> Array:
        return passing(self._detection(), attacker_effort, defender_effort)

    def attack_shape(self, defender_effort: Array) -> ArrayLike:
        return attack_bends(self._detection(), defender_effort)

    def defense_shape(self, attacker_effort: Array) -> ArrayLike:
        return defense_bends(self._detection(), attacker_effort)

    def closed_form(self) -> ClosedForm:
        found = examined(self._detection())
        strategies = two_point(found.attack, found.often, found.defense, idle_enters=found.idles)
        return ClosedForm(strategies, solved=jnp.ones(self.shape, bool), several=jnp.zeros(self.shape, bool))

    def worked_form(self) -> ClosedForm:
        # In NumPy throughout, which compiles nothing.
        one: Certification = jax.tree.map(np.asarray, self)
        return mixed(one._each(np).detection_in_numpy()._replace(items=one.items))

    def _detection(self) -> Detection:
        return self._each(jnp).detection()._replace(items=self.items)

    def _each(self, xp: Any) -> Examination:
        """Items are examined one by one, each at the cap that leaves the lot with the whole one."""
        return Examination(
            attacker_stake=self.attacker_stake,
            defender_stake=self.defender_stake,
            attacker_cost=self.attacker_cost,
            defender_cost=self.defender_cost,
            flaw=self.flaw,
            attacker_accuracy=self.attacker_accuracy,
            defender_accuracy=self.defender_accuracy,
            imitation=self.imitation,
            attacker_returns=self.attacker_returns,
            defender_returns=self.defender_returns,
            false_positive_cap=-xp.expm1(xp.log1p(-self.false_positive_cap) / self.items),
            entry_cost=self.entry_cost,
        )
