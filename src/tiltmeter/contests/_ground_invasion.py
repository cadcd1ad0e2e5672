"""Ground invasion: an attacker concentrates on one sector of a front, of which the defender must hold all."""

from typing import ClassVar

import jax
import jax.numpy as jnp
from jaxtyping import Array, ArrayLike

from tiltmeter.contests._base import NON_NEGATIVE, POSITIVE, AbstractContest, Card, ClosedForm, Shape, param, two_point
from tiltmeter.contests._chances import COUNT
from tiltmeter.contests._halving import last_where


class GroundInvasion(AbstractContest):
    r"""An invader needs a minimum of force to hold ground, and has a front only so wide to bring more to bear.

    Success      $P = a_e^r / (a_e^r + d_e^r)$ with $a_e = a' M / (a' + M)$, what of the force $a' = a - T$ beyond the
                 holding force T fits on a frontage M, and $d_e = \kappa d / N$, what stands in each of N sectors; 0
                 for an invader with no more than T, also at (0, 0)
    Equilibrium  with the cost shares $\alpha = c_A/V_A$, $\beta = c_D/V_D$: nobody moves if αT ≥ 1. Else one equation
                 in the log-odds of P gives both efforts if the invader earns something by them. If not, the defender
                 deploys just enough that the best invasion breaks even, and the invader comes only sometimes: a' then
                 solves a quadratic. For r ≤ 1 this is all, because P is concave in a' and convex in d. For r > 1 the
                 defender may be the one who only sometimes defends; where both would, or barely more than T would
                 beat a defender who gives up, by search: beyond the typical ranges often only approximately
    Technology   AI lowers `attacker_cost` and `defender_cost`, which scales both forces up; it may replace those who
                 hold ground (`holding_force`), pack more onto a front (`frontage`) or favor those who wait
                 (`defender_multiplier`).
    Limits       stylized after Garfinkel & Dafoe (2019), who tell this in words: that growing forces help the offense
                 first and the defense later is theirs, the formula is ours. It leaves out time, reserves that the
                 defender shifts to the sector under attack, and what is gained by a partial advance.

    Scaling both forces up helps the invader as long as its force is below $T + \sqrt{TM}$, and the defender from there
    on, whatever the defender's force.

    Use it when land must be taken and held; if forces simply wear each other out use
    [`Lanchester`][tiltmeter.Lanchester], and without threshold and front [`Tullock`][tiltmeter.Tullock].

    Example:
        >>> import tiltmeter as tm
        >>> invasion = tm.GroundInvasion(holding_force=1.0, frontage=9.0)
        >>> for scale in (0.5, 1.0, 2.0, 16.0):
        ...     print(f"{invasion.success(2.0 * scale, 1.0 * scale):.2f}")
        0.00
        0.47
        0.53
        0.30
    """

    holding_force: Array = param(
        "T", "effort", NON_NEGATIVE, (0.01, 0.3), "Force that holding ground takes before any fights on.", 0.1
    )
    frontage: Array = param("M", "effort", POSITIVE, (0.3, 30.0), "Force that fits on the front at most.")
    sectors: Array = param("N", "sectors", COUNT, (1.0, 10.0), "Sectors that the defender must hold at once.", 3.0)
    defender_multiplier: Array = param("κ", "1", POSITIVE, (1.0, 5.0), "What a defender is worth in attackers.", 3.0)
    returns: Array = param("r", "1", POSITIVE, (0.3, 1.5), "How decisive the balance of forces in the sector is.")

    card: ClassVar[Card] = Card(
        title="Ground invasion",
        aliases=("offensive-then-defensive scaling",),
        cites=("GarfinkelDafoe2019", "Tullock1980"),
        exemptions=(("strictly monotone", "an invader with less than the holding force never succeeds"),),
    )

    def success(self, attacker_effort: Array, defender_effort: Array) -> Array:
        beyond, d = jnp.broadcast_arrays(attacker_effort - self.holding_force, jnp.asarray(defender_effort))
        comes, defended = beyond > 0, d > 0
        attack = self._log_fighting(jnp.where(comes, beyond, 1.0))
        odds = attack - jnp.log(self._worth()) - jnp.log(jnp.where(defended, d, 1.0))
        return jnp.where(comes, jnp.where(defended, jax.nn.sigmoid(self.returns * odds), 1.0), 0.0)

    def attack_shape(self, defender_effort: Array) -> ArrayLike:
        # With u = 1/a', y = u + 1/M and success 1/(1 + K y^r), d log P'/du · y = r − 1 + 2y/u − 2r K y^r/(1 + K y^r)
        # falls with u; below the holding force success is flat.
        # Against no defense it jumps there.
        return jnp.where(defender_effort > 0, Shape.ONE_PEAK, Shape.UNKNOWN)

    def defense_shape(self, attacker_effort: Array) -> ArrayLike:
        # As in a Tullock contest.
        return jnp.where(attacker_effort > self.holding_force, Shape.ONE_PEAK, Shape.FLAT)

    def attack_steps(self) -> tuple[Array, ...]:
        # Against no defense it is enough to hold the ground.
        return (self.holding_force,)

    def closed_form(self) -> ClosedForm:
        attack_cost = self.attacker_cost / self.attacker_stake
        defense_cost = self.defender_cost / self.defender_stake
        never = attack_cost * self.holding_force >= 1
        x, beyond, giving_up = self._undeterred(attack_cost, defense_cost)
        variance = self.returns * jax.nn.sigmoid(x) * jax.nn.sigmoid(-x)
        deployed = variance / defense_cost

        # A defender who would rather give up defends just so often that one more invader is worth its cost.
        fighting = jnp.exp(x / self.returns) * self._worth() * deployed
        fits = giving_up & (fighting < self.frontage)
        beyond = jnp.where(fits, fighting / jnp.where(fits, 1 - fighting / self.frontage, 1.0), beyond)
        marginal = attack_cost * beyond * (1 + beyond / self.frontage)
        defends = jnp.where(fits, jnp.minimum(marginal / variance, 1.0), 1.0)
        pure = 1 - defends * jax.nn.sigmoid(-x) >= attack_cost * (self.holding_force + beyond)

        # Where the invader would lose by that, it wins just what it spends, P = α(T + a'), and the defender deploys
        # for that as long as the invader comes so often that the last defender is worth its cost.
        kept = jnp.where(pure | never, 0.5, 1 - attack_cost * self.holding_force)
        just = self._breaking_even(attack_cost, kept)
        lost = kept - attack_cost * just
        advantage = (jnp.log(lost) - jnp.log1p(-lost)) / self.returns - jnp.log(self._worth())
        # However little deters, nothing does not.
        deterrent = jnp.exp(jnp.maximum(self._log_fighting(just) + advantage, _LEAST))
        often = jnp.minimum(defense_cost * deterrent / (self.returns * lost * (1 - lost)), 1.0)

        comes = jnp.where(never, 0.0, jnp.where(pure, 1.0, often))
        attack = self.holding_force + jnp.where(pure, beyond, just)
        defense = jnp.where(never, 0.0, jnp.where(pure, deployed, deterrent))
        strategies = two_point(jnp.where(never, 0.0, attack), comes, defense, jnp.where(pure, defends, 1.0))
        everywhere = jnp.ones(self.shape, bool)
        return ClosedForm(strategies, solved=everywhere, several=~everywhere)

    def _worth(self) -> Array:
        """What a unit of the defender's effort is worth in the sector under attack."""
        return self.defender_multiplier / self.sectors

    def _log_fighting(self, beyond: Array) -> Array:
        """The log of the force that fights on, of a force beyond the one that holds."""
        return jnp.log(beyond) - jnp.log1p(beyond / self.frontage)

    def _undeterred(self, attack_cost: Array, defense_cost: Array) -> tuple[Array, Array, Array]:
        """The log-odds of success and the invader's force beyond T where both sides' slopes vanish.

        Odds beyond which the defender would rather give up, r P > 1, are cut off; the last result says where.

        With S = r P (1 − P) the defender deploys S/β, and the invader has a'(1 + a'/M) = S/α, so that
        x = r (log(βN/(ακ)) − 2 log(1 + a'/M)). For r ≤ 1 the right side rises less than x does.
        """
        even = jnp.log(defense_cost) - jnp.log(attack_cost * self._worth())

        def crowding(x: Array) -> Array:
            """1 + a'/M."""
            wanted = self.returns * jax.nn.sigmoid(x) * jax.nn.sigmoid(-x) / attack_cost
            return (1 + jnp.sqrt(1 + 4 * wanted / self.frontage)) / 2

        def too_low(x: Array) -> Array:
            return self.returns * (even - 2 * jnp.log(crowding(x))) - x

        steep = self.returns > 1
        bound = jnp.where(steep, -jnp.log(jnp.where(steep, self.returns - 1, 1.0)), _FARTHEST)
        high = jnp.clip(self.returns * even, -_FARTHEST, jnp.clip(bound, -_FARTHEST, _FARTHEST))
        low = jnp.maximum(self.returns * (even - 2 * jnp.log(crowding(jnp.zeros_like(high)))), -_FARTHEST)
        x = last_where(too_low, jnp.minimum(low, high), high)
        variance = jax.nn.sigmoid(x) * jax.nn.sigmoid(-x)
        return x, self.returns * variance / (attack_cost * crowding(x)), steep & (x >= bound - 1e-12)

    def _breaking_even(self, attack_cost: Array, kept: Array) -> Array:
        """a' > 0 at which P = α(T + a') and r P (1 − P) = α a'(1 + a'/M), where `kept` is 1 − αT."""
        square = 1 / self.frontage + self.returns * attack_cost
        linear = 1 - self.returns * (2 * kept - 1)
        constant = self.returns * self.holding_force * kept
        root = jnp.sqrt(linear**2 + 4 * square * constant)
        # Two ways to write it, each exact where the other cancels.
        rising = linear > 0
        return jnp.where(rising, 2 * constant / jnp.where(rising, linear + root, 1.0), (root - linear) / (2 * square))


# Beyond these log-odds a side's chance is below 1e-299, and efforts would underflow.
_FARTHEST = 690.0
_LEAST = -600.0
