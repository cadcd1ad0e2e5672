"""All-pay auction: the larger effective effort wins for sure, and both sides pay."""

from typing import ClassVar

import jax.numpy as jnp
from jaxtyping import Array, ArrayLike

from tiltmeter.contests._base import POSITIVE, AbstractContest, Card, ClosedForm, param, two_point


class AllPay(AbstractContest):
    r"""Whoever brings the larger effective effort wins, by however little; the loser's effort is lost as well.

    Success      $P = 1$ where $\alpha_A a > \alpha_D d$, 0 where it is less, one half at ties, also at (0, 0)
    Equilibrium  mixed and unique (Hillman & Riley 1989; Baye, Kovenock & de Vries 1996). With strengths
                 $v_A = \alpha_A V_A / c_A$, $v_D = \alpha_D V_D / c_D$ and $\rho = \min(v_A, v_D) / \max(v_A, v_D)$
                 the stronger side's effective effort is uniform from 0 to $\min(v_A, v_D)$; the weaker side does
                 the same with probability ρ, and nothing otherwise. The stronger wins with $1 - \rho/2$ and earns
                 $1 - \rho$ of its stake, the weaker earns nothing, and each spends $\rho/2$ of its stake.
    Technology   cheaper efforts or edges move strength; making the stronger side stronger still lowers both sides'
                 spending and makes success more certain, helping the weaker side makes the race fiercer.
    Limits       no luck at all: what either side does must be kept secret, for a known effort can be beaten by a hair.

    Use it when the better side surely wins and effort is sunk, as in races to be first; if luck matters use
    [`Tullock`][tiltmeter.Tullock], whose returns say how little. It leaves out budgets and prizes for the second.

    Example:
        With equal strengths everything is burnt, on average; at twice the strength, half of it.

        >>> import tiltmeter as tm
        >>> for stake in (1.0, 2.0):
        ...     found = tm.solve(tm.AllPay(attacker_stake=stake))
        ...     print(f"{found.attack_success:.4f} {found.attacker_payoff:.4f} {found.defender_effort:.4f}")
        0.5000 0.0000 0.5000
        0.7500 1.0000 0.2500
    """

    attacker_edge: Array = param("α_A", "1", POSITIVE, (0.5, 2.0), "What a unit of the attacker's effort is worth.")
    defender_edge: Array = param("α_D", "1", POSITIVE, (0.5, 2.0), "What a unit of the defender's effort is worth.")

    card: ClassVar[Card] = Card(
        title="All-pay auction",
        aliases=("perfectly discriminating contest", "race"),
        cites=("HillmanRiley1989", "BayeKovenockDeVries1996"),
        spread=True,
        unique="Baye, Kovenock & de Vries (1996, theorem 1 for two sides)",
        exemptions=(("strictly monotone", "only being ahead counts, not by how much"),),
    )

    def success(self, attacker_effort: Array, defender_effort: Array) -> Array:
        attack, defense = self.attacker_edge * attacker_effort, self.defender_edge * defender_effort
        # A lead within rounding of none is none.
        ahead = jnp.where(jnp.abs(attack - defense) > _ROUNDING * (attack + defense), attack - defense, 0.0)
        return (1 + jnp.sign(ahead)) / 2

    def mean_success(
        self,
        attacker_effort: Array,
        attacker_spread: ArrayLike,
        defender_effort: Array,
        defender_spread: ArrayLike,
    ) -> Array:
        """The probability that the attack succeeds when each effort is drawn evenly from effort · (1 ± spread).

        Args:
            attacker_effort: mean efforts ≥ 0 of the attacker.
            attacker_spread: half the width of the draw, in [0, 1] of the effort; 0 for that very effort.
            defender_effort: mean efforts ≥ 0 of the defender.
            defender_spread: likewise; all shapes broadcast, against the parameters too.
        """
        attack, defense = self.attacker_edge * attacker_effort, self.defender_edge * defender_effort
        ahead = jnp.abs(attack - defense)
        widths = attack * attacker_spread, defense * defender_spread
        wide, narrow = jnp.maximum(*widths), jnp.minimum(*widths)
        # The lead is the sum of two even draws: its density is level up to wide − narrow, then falls to 0 in a straight
        # line.
        level = ahead / jnp.where(wide > 0, wide, 1.0)
        falling = (wide + narrow - ahead) / jnp.sqrt(jnp.where(narrow > 0, wide * narrow, 1.0))
        beyond = jnp.where(ahead < wide + narrow, 1 - falling**2 / 4, 1.0)
        excess = jnp.sign(attack - defense) * jnp.where(ahead <= wide - narrow, level, beyond)
        return jnp.where(wide > 0, jnp.clip((1 + excess) / 2, 0.0, 1.0), self.success(attacker_effort, defender_effort))

    def closed_form(self) -> ClosedForm:
        attacker = self.attacker_edge * self.attacker_stake / self.attacker_cost
        defender = self.defender_edge * self.defender_stake / self.defender_cost
        mean = jnp.minimum(attacker, defender) / 2
        strategies = two_point(
            mean / self.attacker_edge,
            jnp.minimum(attacker / defender, 1.0),
            mean / self.defender_edge,
            jnp.minimum(defender / attacker, 1.0),
            spread=1.0,
        )
        everywhere = jnp.ones(self.shape, bool)
        return ClosedForm(strategies, solved=everywhere, several=~everywhere)


_ROUNDING = 1e-15
