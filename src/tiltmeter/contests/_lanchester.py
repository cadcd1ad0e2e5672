"""Lanchester combat: forces wear each other down, and nobody knows the lethalities exactly."""

from typing import ClassVar

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, ArrayLike

from tiltmeter.contests._base import NON_NEGATIVE, POSITIVE, AbstractContest, Card, ClosedForm, Shape, param, two_point
from tiltmeter.contests._normal import normal_below
from tiltmeter.contests._parameter import PROBABILITY
from tiltmeter.contests._steep import MET, of_unequals, steep


class Lanchester(AbstractContest):
    r"""Two forces fight until one is gone; which one depends on numbers and on lethalities that are known only roughly.

    Success      $P = \Phi\left(\frac{1}{\sigma}\left[\log\frac{\lambda_A}{\lambda_D} + e \log\frac{a}{d}\right]\right)$
                 with $e = 1 + p - q$: in a battle $\dot a = -\lambda_D d^p a^q$, $\dot d = -\lambda_A a^p d^q$ the
                 difference $\lambda_A a^e - \lambda_D d^e$ keeps its sign, which says who wins, and the log of
                 $\lambda_A/\lambda_D$ is normal with standard deviation σ. $\Phi(\log(\lambda_A/\lambda_D)/\sigma)$
                 at (0, 0), and everywhere at the logarithmic law, e = 0, where numbers do not count
    Equilibrium  a probit contest in the logs of the efforts (Dixit 1987), with returns s = e/σ. With
                 $\sigma x = \log(\lambda_A/\lambda_D) + e \log((V_A/c_A)/(V_D/c_D))$ both spend $s \varphi(x)$ of
                 their stakes, as long as that leaves the weaker side something: $\Phi(-|x|) \ge s \varphi(x)$. Else,
                 for $s \le \sqrt{\pi/2}$, the weaker side fights only sometimes and earns nothing. For larger s both
                 mix and earn what they would in an all-pay auction (Alcalde & Dahm 2010), over countably many
                 efforts that are computed; by search where s is about 10 or more
    Technology   AI raises lethalities, `attacker_lethality` and `defender_lethality`; better surveillance lowers
                 `lethality_spread`, which makes numbers decisive; precision turns area fire into aimed fire, lowers
                 `area_fire` and so makes numbers count for more.
    Limits       one battle of homogeneous forces without terrain, reinforcements, withdrawal or maneuver; effort is
                 force. Fits to the daily losses of real campaigns (Bracken 1995) do not settle p and q: several fit
                 about equally well, none very well (Lucas & Turkes 2004). Values of q above 1 are left out: a losing
                 force then fades without end.

    Use it when forces meet and attrition decides; how long the battle lasts and who is left is told by
    [`battle`][tiltmeter.battle]. If ground must be held and the front is limited use
    [`GroundInvasion`][tiltmeter.GroundInvasion]; if luck has no such source use [`Tullock`][tiltmeter.Tullock].

    Example:
        >>> import tiltmeter as tm
        >>> aimed = tm.Lanchester(attacker_lethality=4.0)
        >>> area = tm.Lanchester(attacker_lethality=4.0, area_fire=1.0)
        >>> print(f"{aimed.success(1.0, 2.0):.2f} {area.success(1.0, 2.0):.2f}")
        0.50 0.64
    """

    attacker_lethality: Array = param("λ_A", "1/time", POSITIVE, (0.3, 3.0), "Losses that an attacker inflicts.")
    defender_lethality: Array = param("λ_D", "1/time", POSITIVE, (0.3, 3.0), "Losses that a defender inflicts.")
    aimed_fire: Array = param(
        "p", "1", NON_NEGATIVE, (0.5, 1.5), "How losses grow with the enemy's number: 1 if every enemy can fire."
    )
    area_fire: Array = param(
        "q", "1", PROBABILITY, (0.0, 1.0), "How losses grow with one's own number: 0 if all fire is aimed.", 0.0
    )
    lethality_spread: Array = param(
        "σ", "1", POSITIVE, (1.5, 5.0), "Standard deviation of the log of the lethality ratio.", 2.0
    )

    card: ClassVar[Card] = Card(
        title="Lanchester combat",
        aliases=("square law", "linear law", "logarithmic law", "probit contest"),
        cites=("Lanchester1916", "Helmbold1965", "Bracken1995", "LucasTurkes2004", "Dixit1987", "AlcaldeDahm2010"),
    )

    def success(self, attacker_effort: Array, defender_effort: Array) -> Array:
        a, d = jnp.broadcast_arrays(jnp.asarray(attacker_effort), jnp.asarray(defender_effort))
        numbers = self.exponent() * (_log_force(a) - _log_force(d))
        return normal_below((self._log_lethality_ratio() + numbers) / self.lethality_spread)

    def exponent(self) -> Array:
        """The exponent e of the forces in what a battle conserves: 2 square law, 1 linear law, 0 logarithmic law."""
        return (1 - self.area_fire) + self.aimed_fire

    def attack_shape(self, defender_effort: Array) -> ArrayLike:
        # A lognormal distribution of the effort, whose density has one mode.
        return jnp.where(defender_effort > 0, Shape.ONE_PEAK, Shape.FLAT)

    def defense_shape(self, attacker_effort: Array) -> ArrayLike:
        return jnp.where(attacker_effort > 0, Shape.ONE_PEAK, Shape.FLAT)

    def closed_form(self) -> ClosedForm:
        returns = self.exponent() / self.lethality_spread
        attack_cost = self.attacker_cost / self.attacker_stake
        defense_cost = self.defender_cost / self.defender_stake
        ratio = self._log_lethality_ratio() / self.lethality_spread
        x = ratio + returns * jnp.log(defense_cost / attack_cost)

        # Beyond this lead of the stronger side the weaker one fights only sometimes, and wins what it spends. The
        # stronger spends its share of that, just so much that the weaker is indifferent.
        lead, widest = jnp.abs(x), _widest_lead(returns)
        pure = lead <= widest
        density = jnp.exp(-(x**2) / 2) / _ROOT_TWO_PI
        spent = jnp.where(pure, returns * density, normal_below(-widest))
        positive = jnp.where(returns > 0, returns, 1.0)
        often = jnp.where(pure, 1.0, jnp.exp(jnp.clip((widest - lead) / positive, _LEAST, 0.0)))
        # However small the efforts are, they are not zero where their ratio decides.
        least = jnp.where(returns > 0, jnp.exp(_LEAST), 0.0)
        spent, matching = jnp.maximum(spent, least), jnp.maximum(spent * often, least)
        attacker_leads = x > 0
        attack = jnp.where(attacker_leads, matching, spent) / attack_cost
        defense = jnp.where(attacker_leads, spent, matching) / defense_cost
        return ClosedForm(
            two_point(attack, jnp.where(attacker_leads, 1.0, often), defense, jnp.where(attacker_leads, often, 1.0)),
            solved=jnp.broadcast_to(returns <= _ROOT_HALF_PI, self.shape),
            several=jnp.zeros(self.shape, bool),
        )

    def long_form(self) -> ClosedForm:
        returns = self.exponent() / self.lethality_spread
        steep_enough = returns > _ROOT_HALF_PI
        *mixture, missed = steep(jnp.where(steep_enough, returns, 2.0), normal_below)
        attack, defense = self.attacker_stake / self.attacker_cost, self.defender_stake / self.defender_cost
        exponent = jnp.where(steep_enough, self.exponent(), 1.0)
        stronger = jnp.exp(self._log_lethality_ratio() / exponent) * attack / defense
        strategies = of_unequals((mixture[0], mixture[1]), attack, defense, stronger)
        return ClosedForm(strategies, solved=steep_enough & (missed < MET), several=jnp.zeros((), bool))

    def _log_lethality_ratio(self) -> Array:
        return jnp.log(self.attacker_lethality) - jnp.log(self.defender_lethality)


_ROOT_TWO_PI = np.sqrt(2 * np.pi)
_ROOT_HALF_PI = np.sqrt(np.pi / 2)
# The log of the smallest shares and probabilities that leave room for a multiplication.
_LEAST = -600.0
# The log that stands for no force: more than any other, and twice the same where there is none on either side.
_NONE = -1e30
_STEPS = 8


def _log_force(effort: Array) -> Array:
    some = effort > 0
    return jnp.where(some, jnp.log(jnp.where(some, effort, 1.0)), _NONE)


def _widest_lead(returns: Array) -> Array:
    """t ≥ 0 with Φ(−t)/φ(t) = returns; 0 where there is none."""
    # Mills' ratio is convex and exceeds 2/(t + √(t² + 4)), so that Newton's method climbs to the root from there.
    start = jnp.maximum(1 / jnp.maximum(returns, 1e-300) - returns, 0.0)
    # Beyond this the start is the root.
    near = start < 36.0

    def step(_: int, t: Array) -> Array:
        mills = normal_below(-t) * jnp.exp(t**2 / 2) * _ROOT_TWO_PI
        return jnp.clip(t + (mills - returns) / (1 - t * mills), 0.0, 37.0)

    return jnp.where(near, jax.lax.fori_loop(0, _STEPS, step, jnp.where(near, start, 0.0)), start)
