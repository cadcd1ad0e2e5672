"""Examination: the defender can only look at the item; the attacker refines the forgery against a classifier."""

from collections.abc import Callable
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
from tiltmeter.contests._detection import Detection, examined, passing
from tiltmeter.contests._detection_mixed import mixed
from tiltmeter.contests._detection_shape import attack_bends, defense_bends
from tiltmeter.contests._normal import normal_quantile


class Examination(AbstractContest):
    r"""A forgery passes when its remaining flaws hide in the noise of a detector that may accuse few genuine items.

    Success      $P = \Phi(z - \delta)$, $z = \Phi^{-1}(1 - \text{cap})$,
                 $\delta = \text{flaw} \cdot k_D (1 + d)^{\psi} / (k_A^{\eta} (1 + a)^{\theta})$; 0 for an attacker who
                 stays out
    Equilibrium  one equation in the detectability δ where efforts are pure, or where the attacker is indifferent
                 to staying out, or to leaving the item as it is, and refines it only sometimes; where the defender
                 mixes too, a coarse game names the efforts and Newton's method refines them; seldom by search.
    Technology   AI sharpens the classifiers of both sides. At given efforts equal progress hides more than it shows if
                 `imitation` exceeds 1, and shows more than it hides if it is less.
    Limits       signals of forged and genuine items are normal with equal variance, and only the share of genuine
                 items that are accused is limited.

    Use it when authenticity cannot be looked up, only judged by appearance; if it can be looked up use
    [`Verification`][tiltmeter.Verification]. It leaves out signals of unequal variance, what an accused genuine
    item costs beyond the cap, and learning over time.

    Example:
        The same progress on both sides helps the defender or the attacker: it depends on how well forgers imitate.

        >>> import tiltmeter as tm
        >>> both = {"attacker_accuracy": [1.0, 2.0, 4.0], "defender_accuracy": [1.0, 2.0, 4.0]}
        >>> for imitation in (0.5, 1.5):
        ...     tm.solve(tm.Examination(imitation=imitation, **both)).attack_success.round(2).tolist()
        [0.74, 0.59, 0.36]
        [0.74, 0.83, 0.87]
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
        return passing(self.detection(), attacker_effort, defender_effort)

    def detection(self) -> Detection:
        """The same examination in detectabilities and in shares of the stakes."""
        return self._detection(jnp, normal_quantile)

    def detection_in_numpy(self) -> Detection:
        """The same in NumPy, which compiles nothing."""
        # Loaded here: what formulas cover does not need it.
        from scipy.special import ndtri

        return jax.tree.map(np.asarray, self)._detection(np, ndtri)

    def _detection(self, xp: Any, quantile: Callable[[Any], Any]) -> Detection:
        refined = xp.exp(-self.imitation * xp.log(self.attacker_accuracy))
        return Detection(
            criterion=-quantile(self.false_positive_cap),
            untouched=self.flaw * self.defender_accuracy * refined,
            attack_returns=self.attacker_returns,
            defense_returns=self.defender_returns,
            attack_cost=self.attacker_cost / self.attacker_stake,
            defense_cost=self.defender_cost / self.defender_stake,
            entry=self.entry_cost / self.attacker_stake,
        )

    def attack_shape(self, defender_effort: Array) -> ArrayLike:
        return attack_bends(self.detection(), defender_effort)

    def defense_shape(self, attacker_effort: Array) -> ArrayLike:
        return defense_bends(self.detection(), attacker_effort)

    def closed_form(self) -> ClosedForm:
        found = examined(self.detection())
        strategies = two_point(found.attack, found.often, found.defense, idle_enters=found.idles)
        return ClosedForm(strategies, solved=jnp.ones(self.shape, bool), several=jnp.zeros(self.shape, bool))

    def worked_form(self) -> ClosedForm:
        return mixed(self.detection_in_numpy())
