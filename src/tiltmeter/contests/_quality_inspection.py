"""Quality inspection: a supplier mixes bad items into a lot, and the recipient looks at some of them."""

from typing import ClassVar

import jax.numpy as jnp
from jaxtyping import Array

from tiltmeter.contests._base import (
    NON_NEGATIVE,
    POSITIVE,
    PROBABILITY,
    AbstractContest,
    Card,
    ClosedForm,
    param,
    two_point,
)
from tiltmeter.contests._halving import last_where

# The log of the smallest share of bad items.
_LEAST = -41.0


class QualityInspection(AbstractContest):
    r"""A supplier chooses the share of bad items in a lot, the recipient how many to look at; one found refuses all.

    Success      $P = b\,(1 - s b)^m$, the chance that a given item is bad and gets through, with the bad share
                 $b = \min(a, 1)$ and $m = \min(d, L)$ items looked at; 0 without bad items
    Equilibrium  pure, by one equation in the bad share: whatever the number of items looked at, the supplier's payoff
                 has one peak, and whatever the share, the recipient's has; so neither ever mixes.
    Technology   AI raises `accuracy` and lowers `defender_cost` where items can be judged by machine; it lowers
                 `attacker_cost` where bad items can be made to look good
    Limits       the supplier is caught or not by this lot alone, without a record of earlier ones; a good item is never
                 refused; looking at a fraction of an item stands for looking at it with that probability

    A supplier that is caught pays `penalty`, so that its gain is not the recipient's loss: unlike the other contests
    this one is not a zero-sum game in disguise. It is an inspection game (Dresher 1962; Avenhaus, von Stengel &
    Zamir 2002) with a share to choose in place of a violation. Use it when the defender samples from many items of one
    origin; if a single forgery tries to pass use [`Examination`][tiltmeter.Examination], if all items of a lot are
    forged alike [`Certification`][tiltmeter.Certification].

    Example:
        Better inspection deters; it also lets the recipient look at fewer items.

        >>> import tiltmeter as tm
        >>> found = tm.solve(tm.QualityInspection(attacker_stake=4.0, defender_stake=40.0, accuracy=[0.5, 0.9]))
        >>> print(found.attacker_effort.round(3), found.defender_effort.round(3))
        [0.252 0.182] [2.293 1.455]
    """

    lot_size: Array = param("L", "items", POSITIVE, (20.0, 500.0), "Items in the lot; no more can be looked at.", 100.0)
    accuracy: Array = param("s", "probability", PROBABILITY, (0.3, 1.0), "How often a bad item is recognized.", 0.8)
    penalty: Array = param("F", "money", NON_NEGATIVE, (0.1, 5.0), "What a supplier pays that is caught.", 1.0)

    card: ClassVar[Card] = Card(
        title="Quality inspection",
        aliases=("inspection game", "acceptance sampling"),
        cites=("Cunningham2025", "Dresher1962", "AvenhausStengelZamir2002"),
        exemptions=(
            ("monotone in attack", "with more bad items the lot is likelier refused"),
            ("zero-sum", "the fine that the supplier pays is no gain of the recipient"),
            ("strictly monotone", "looking at items of a lot that is all good finds nothing"),
        ),
    )

    def success(self, attacker_effort: Array, defender_effort: Array) -> Array:
        return jnp.minimum(attacker_effort, 1.0) * self._accepted(attacker_effort, defender_effort)

    def attacker_gain(self, attacker_effort: Array, defender_effort: Array) -> Array:
        accepted = self._accepted(attacker_effort, defender_effort)
        fine = self.penalty / self.attacker_stake
        return jnp.minimum(attacker_effort, 1.0) * accepted - fine * (1 - accepted)

    def _accepted(self, attacker_effort: Array, defender_effort: Array) -> Array:
        """(1 − s b)^m, where nothing that is certain to be found passes once it is looked at."""
        looked_at = jnp.minimum(defender_effort, self.lot_size)
        return jnp.exp(-looked_at * self._odds_of_being_seen(attacker_effort))

    def _odds_of_being_seen(self, attacker_effort: Array) -> Array:
        """−log(1 − s b), kept finite."""
        return -jnp.log(jnp.maximum(1 - self.accuracy * jnp.minimum(attacker_effort, 1.0), 1e-300))

    def closed_form(self) -> ClosedForm:
        # The recipient's payoff is concave in m: it looks at log(V_D b ℓ / c_D) / ℓ items, with ℓ = −log(1 − s b).
        # The supplier's slope in b falls through zero once; put together they are one equation in b.
        cost = self.attacker_cost / self.attacker_stake
        fine = self.penalty / self.attacker_stake

        def inspected(share: Array) -> Array:
            seen = self._odds_of_being_seen(share)
            worth = self.defender_stake * share * seen / self.defender_cost
            items = jnp.log(jnp.maximum(worth, 1.0)) / jnp.where(seen > 0, seen, 1.0)
            return jnp.minimum(items, self.lot_size)

        def slope(log_share: Array) -> Array:
            share = jnp.exp(log_share)
            items, left = inspected(share), jnp.maximum(1 - self.accuracy * share, 1e-300)
            accepted = jnp.exp(-items * self._odds_of_being_seen(share))
            return accepted * (1 - items * self.accuracy * (share + fine) / left) - cost

        # In logarithms, for with heavy fines the share is tiny.
        whole = jnp.zeros(self.shape)
        log_share = last_where(slope, jnp.full(self.shape, _LEAST), whole)
        share = jnp.where(cost >= 1, 0.0, jnp.where(slope(whole) > 0, 1.0, jnp.exp(log_share)))
        everywhere = jnp.ones(self.shape, bool)
        strategies = two_point(share, 1.0, inspected(share), 1.0)
        return ClosedForm(strategies, solved=everywhere, several=~everywhere)
