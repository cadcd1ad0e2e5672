"""Hole search: the attacker wins with a hole that it finds and the defender has not."""

from typing import ClassVar

import jax.numpy as jnp
from jaxtyping import Array, ArrayLike

from tiltmeter.contests._base import POSITIVE, AbstractContest, Card, ClosedForm, Shape, param, two_point
from tiltmeter.contests.holes import AbstractDensity, Exponential


class HoleSearch(AbstractContest):
    r"""Both sides search the same holes from the easiest on; the attacker needs to get further than the defender.

    Success      $P = \max(F(k_A a) - F(k_D d), 0)$ with F the distribution of the effort at which a hole is found;
                 0 at (0, 0)
    Equilibrium  closed form: the defender searches just far enough that attacking no longer pays, and the attacker
                 attacks just often enough to keep it searching; pure where that much defense is not worth its cost.
    Technology   AI that searches raises both productivities. At first that brings attackers in; as easy holes run
                 out it helps the defender, the more slowly the fatter the tail of holes that are hard to find.
    Limits       both sides find holes in the same order, easiest first, and one search is like another.

    Use it when what the defender finds first is closed for good; if efforts only shift the odds use
    [`Tullock`][tiltmeter.Tullock], if both sides look in different places use [`PlugHoles`][tiltmeter.PlugHoles]. It
    leaves out the time between finding and closing, for which there is [`PatchRace`][tiltmeter.PatchRace].

    Example:
        Better search on both sides helps the defender less where some holes are very hard to find.

        >>> import tiltmeter as tm
        >>> for k in (10.0, 100.0, 1000.0):
        ...     both = {"attacker_productivity": k, "defender_productivity": k}
        ...     thin = tm.solve(tm.HoleSearch(holes=tm.holes.Exponential(), **both))
        ...     fat = tm.solve(tm.HoleSearch(holes=tm.holes.Lomax(shape=0.5), **both))
        ...     print(f"{thin.attack_success:.4f} {fat.attack_success:.4f}")
        0.0697 0.0820
        0.0082 0.0401
        0.0009 0.0187
    """

    attacker_productivity: Array = param("k_A", "1", POSITIVE, (0.3, 3.0), "Search done by a unit of attack effort.")
    defender_productivity: Array = param("k_D", "1", POSITIVE, (0.3, 3.0), "Search done by a unit of defense effort.")
    holes: AbstractDensity = Exponential()

    card: ClassVar[Card] = Card(
        title="Hole search",
        aliases=("finding holes",),
        cites=("Cunningham2025", "MoulinVial1978"),
        exemptions=(("strictly monotone", "an attacker who searches less than the defender never succeeds"),),
    )

    def success(self, attacker_effort: Array, defender_effort: Array) -> Array:
        missed_by_defender = self.holes.survival(self.defender_productivity * defender_effort)
        missed_by_attacker = self.holes.survival(self.attacker_productivity * attacker_effort)
        return jnp.maximum(missed_by_defender - missed_by_attacker, 0.0)

    def attack_shape(self, defender_effort: Array) -> ArrayLike:
        # What more effort adds is the density of holes beyond what the defender found: it has one mode.
        return jnp.where(self._falls() & (defender_effort == 0), Shape.CONCAVE, Shape.ONE_PEAK)

    def defense_shape(self, attacker_effort: Array) -> ArrayLike:
        # It is the density as far as the attacker gets, and nothing beyond.
        against = jnp.where(self._falls(), Shape.CONCAVE, Shape.ONE_PEAK)
        return jnp.where(attacker_effort > 0, against, Shape.FLAT)

    def closed_form(self) -> ClosedForm:
        # In units of search done and of the stake a unit of search costs κ. Whatever the defender does, the attacker's
        # best search is x̂, the last one that pays at the margin, or none; `surplus` is what x̂ earns unopposed.
        attack_cost = self.attacker_cost / (self.attacker_productivity * self.attacker_stake)
        search_cost = self.defender_cost / (self.defender_productivity * self.defender_stake)
        attack_search = self.holes.reach(attack_cost)
        missed = self.holes.survival(attack_search)
        surplus = 1 - missed - attack_cost * attack_search

        # Search between 0 and `threshold` is never worthwhile to a defender: the average hole there is dearer than at
        # `threshold`, where a unit of search finds `best` holes.
        threshold, best = self.holes.best_average()
        willing = jnp.where(search_cost < best, self.holes.reach(search_cost), 0.0)
        deterrent = self.holes.quantile(jnp.clip(surplus, 0.0, 1.0), jnp.clip(1 - surplus, 0.0, 1.0))

        attacked = surplus > 0
        undeterred = attacked & (1 - self.holes.survival(willing) <= surplus)
        defense_search = jnp.where(attacked, jnp.where(undeterred, willing, jnp.maximum(deterrent, threshold)), 0.0)
        reached = deterrent >= threshold
        marginal = jnp.where(reached, self.holes.density(deterrent), best)
        attack = jnp.where(attacked, jnp.where(undeterred, 1.0, jnp.minimum(search_cost / marginal, 1.0)), 0.0)
        found = 1 - self.holes.survival(threshold)
        sometimes = surplus / jnp.where(found > 0, found, 1.0)
        defense = jnp.where(attacked & ~undeterred & ~reached, sometimes, 1.0)

        attack_effort = attack_search / self.attacker_productivity
        strategies = two_point(attack_effort, attack, defense_search / self.defender_productivity, defense)

        # Ties: an attack worth exactly its cost may be made or not; a flat density leaves the defender indifferent.
        worthless = (surplus == 0) & (attack_search > 0)
        several = worthless | (attacked & (search_cost <= best) & self.holes.flat)
        willing_at_most = jnp.where(worthless, 0.0, attack_search) / self.defender_productivity
        other = two_point(attack_effort, jnp.minimum(search_cost / best, 1.0), willing_at_most, surplus)
        everywhere = jnp.ones(self.shape, bool)
        return ClosedForm(strategies, solved=everywhere, several=several & everywhere, others=(other,))

    def _falls(self) -> Array:
        """Whether the density decreases everywhere."""
        return self.holes.best_average()[0] == 0
