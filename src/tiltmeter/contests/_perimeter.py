"""Guarding a perimeter: the attacker needs a spot of the surface that it probes and the defender does not cover."""

from typing import ClassVar

import jax.numpy as jnp
from jaxtyping import Array, ArrayLike

from tiltmeter.contests._base import POSITIVE, AbstractContest, Card, ClosedForm, Shape, param, two_point


class Perimeter(AbstractContest):
    r"""Both sides spread their efforts at random over a surface; the attacker gains what it probes and nobody covers.

    Success      $P = (1 - e^{-k_A a/S}) e^{-k_D d/S}$ with the surface $S = R^m$, the share that is probed and not
                 covered (Koopman 1956); 0 for an attacker who does not probe, also at (0, 0)
    Equilibrium  pure and unique: success is concave in a and convex in d. In the costs $\alpha = c_A S / (k_A V_A)$ and
                 $\beta = c_D S / (k_D V_D)$ of going over the surface once, as shares of the stakes, it is
                 $P = \min(\beta, \max(1 - \alpha, 0))$; the defender covers anything only if $\alpha + \beta < 1$.
    Technology   AI and robots raise both sides' productivities. That helps the attacker as long as nobody defends, and
                 then the defender, whose cost alone decides. Growth of what is guarded does the same in reverse.
    Limits       our formalization of an idea in the appendix of Cunningham (2025). Efforts fall at random, all spots
                 are worth the same, and success is the share of the surface that is lost.

    Use it when something large must be guarded everywhere; if single holes are found and closed use
    [`PlugHoles`][tiltmeter.PlugHoles]. It leaves out patrols that follow a plan, weak spots, and reinforcements.

    Example:
        Success is highest in between: a small perimeter is covered, a large one not even probed.

        >>> import tiltmeter as tm
        >>> tm.solve(tm.Perimeter(radius=[0.5, 1.0, 1.2, 1.5, 2.0])).attack_success.round(4).tolist()
        [0.0833, 0.3333, 0.48, 0.25, 0.0]
    """

    attacker_productivity: Array = param(
        "k_A", "surface/effort", POSITIVE, (0.3, 30.0), "What a unit of attack effort probes.", 3.0
    )
    defender_productivity: Array = param(
        "k_D", "surface/effort", POSITIVE, (0.3, 30.0), "What a unit of defense effort covers.", 3.0
    )
    radius: Array = param("R", "length", POSITIVE, (0.3, 3.0), "How large what is guarded is.")
    dimension: Array = param("m", "1", POSITIVE, (1.0, 3.0), "How fast the surface grows with the radius.", 2.0)

    card: ClassVar[Card] = Card(title="Guarding a perimeter", cites=("Cunningham2025", "Koopman1956"))

    def success(self, attacker_effort: Array, defender_effort: Array) -> Array:
        probed = self.attacker_productivity / self._surface() * attacker_effort
        covered = self.defender_productivity / self._surface() * defender_effort
        return -jnp.expm1(-probed) * jnp.exp(-covered)

    def attack_shape(self, defender_effort: Array) -> ArrayLike:
        return Shape.CONCAVE

    def defense_shape(self, attacker_effort: Array) -> ArrayLike:
        return Shape.CONCAVE

    def closed_form(self) -> ClosedForm:
        # What it costs to probe or cover the surface once, as shares of the stakes.
        probing = self.attacker_cost * self._surface() / (self.attacker_productivity * self.attacker_stake)
        covering = self.defender_cost * self._surface() / (self.defender_productivity * self.defender_stake)
        both = probing + covering
        alone = jnp.maximum(-jnp.log(probing), 0.0)
        attack = (
            jnp.where(both < 1, jnp.log1p(covering / probing), alone) * self._surface() / self.attacker_productivity
        )
        defense = jnp.maximum(-jnp.log(both), 0.0) * self._surface() / self.defender_productivity
        everywhere = jnp.ones(self.shape, bool)
        return ClosedForm(two_point(attack, 1.0, defense), solved=everywhere, several=~everywhere)

    def _surface(self) -> Array:
        # Kept between 1e-100 and 1e100, so that no product overflows; beyond, nothing changes any more.
        return jnp.exp(jnp.clip(self.dimension * jnp.log(self.radius), -230.0, 230.0))
