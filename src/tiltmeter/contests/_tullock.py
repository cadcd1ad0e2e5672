"""Tullock contest: each side's chance is its share of the weighted efforts."""

from typing import ClassVar

import jax
import jax.numpy as jnp
from jaxtyping import Array, ArrayLike

from tiltmeter.contests._base import POSITIVE, AbstractContest, Card, ClosedForm, Shape, param, two_point
from tiltmeter.contests._log_odds import GENTLE, condition, log_odds
from tiltmeter.contests._steep import MET, of_unequals, steep


class Tullock(AbstractContest):
    r"""Two sides burn effort; luck decides in proportion to what they put in.

    Success      $P = \alpha_A a^{r_A} / (\alpha_A a^{r_A} + \alpha_D d^{r_D})$, one half at (0, 0)
    Equilibrium  pure where $r_A (1 - P) \le 1$ and $r_D P \le 1$ (for equal returns Nti 1999): one equation in the
                 log-odds of P; where one of these fails and $1/r_A + 1/r_D \ge 1$, semi-mixed: the weaker side stays
                 out with a probability and earns nothing (Wang 2010; for equal returns there is no other equilibrium:
                 Feng & Lu 2017); steeper still, both mix over countably many efforts that pile up at zero (Ewerhart
                 2015), by search. For equal returns of at least 2 the expected efforts, success and payoffs are those
                 of [`AllPay`][tiltmeter.AllPay] with edges $\alpha^{1/r}$ (Alcalde & Dahm 2010), and what is played
                 is computed instead of searched. In all of them the two sides' spending, as shares of their stakes, is
                 in the ratio $r_A : r_D$.
    Technology   cheaper efforts, or larger edges; what scales with computing moves the returns, which decide how much
                 is burnt and whether the weaker side gives up.
    Limits       success depends on the ratio of efforts, so that the least effort beats none; it leaves out budgets and
                 what is at stake beyond the prize.

    Use it when both efforts matter everywhere and luck never vanishes; if holes are searched for one by one use
    [`HoleSearch`][tiltmeter.HoleSearch], if the larger effort surely wins [`AllPay`][tiltmeter.AllPay].

    Example:
        An edge lowers both efforts; with steep returns it makes the other side give up half the time.

        >>> import tiltmeter as tm
        >>> for edge, returns in ((1.0, 1.0), (4.0, 1.0), (4.0, 2.0)):
        ...     at = tm.solve(tm.Tullock(attacker_edge=edge, attacker_returns=returns, defender_returns=returns))
        ...     print(f"{at.attack_success:.2f} {at.attacker_effort:.2f} {at.defender_effort:.2f} {at.kind}")
        0.50 0.25 0.25 pure
        0.80 0.16 0.16 pure
        0.75 0.25 0.25 semi-mixed
    """

    attacker_returns: Array = param("r_A", "1", POSITIVE, (0.3, 1.0), "How fast the attacker's effort pays.")
    defender_returns: Array = param("r_D", "1", POSITIVE, (0.3, 1.0), "How fast the defender's effort pays.")
    attacker_edge: Array = param("α_A", "1", POSITIVE, (0.5, 2.0), "What a unit of the attacker's effort is worth.")
    defender_edge: Array = param("α_D", "1", POSITIVE, (0.5, 2.0), "What a unit of the defender's effort is worth.")

    card: ClassVar[Card] = Card(
        title="Tullock contest",
        aliases=("lottery contest", "ratio form"),
        cites=("Tullock1980", "Skaperdas1996", "Nti1999", "Wang2010", "FengLu2017", "Ewerhart2015", "AlcaldeDahm2010"),
    )

    def success(self, attacker_effort: Array, defender_effort: Array) -> Array:
        a, d = jnp.broadcast_arrays(jnp.asarray(attacker_effort), jnp.asarray(defender_effort))
        # Substituted where they are zero, so that no NaN reaches a derivative.
        odds = self._log_odds(jnp.where(a > 0, a, 1.0), jnp.where(d > 0, d, 1.0))
        undefended = jnp.where(a > 0, 1.0, 0.5)
        return jnp.where(d > 0, jnp.where(a > 0, jax.nn.sigmoid(odds), 0.0), undefended)

    def attack_shape(self, defender_effort: Array) -> ArrayLike:
        # x^r/(x^r + k): concave for r ≤ 1, else convex up to x^r = k (r − 1)/(r + 1) and then concave.
        return jnp.where(defender_effort > 0, Shape.ONE_PEAK, Shape.FLAT)

    def defense_shape(self, attacker_effort: Array) -> ArrayLike:
        return jnp.where(attacker_effort > 0, Shape.ONE_PEAK, Shape.FLAT)

    def closed_form(self) -> ClosedForm:
        # A pure equilibrium solves x = K + (r_A − r_D) log(P(1 − P)) in the log-odds x of P, and both sides take part
        # only if r_A (1 − P) ≤ 1 and r_D P ≤ 1. Between these bounds the equation has at most one solution.
        high_returns = jnp.maximum(self.attacker_returns, self.defender_returns) > 1
        uneven = jnp.abs(self.attacker_returns - self.defender_returns) > GENTLE
        # What most contests do without is computed only where there is one that needs it.
        general = jnp.any(high_returns | uneven)
        attack, often, defense, guarded, success = jax.lax.cond(general, Tullock._bounded, Tullock._interior, self)
        steep_attack, steep_defense = self.attacker_returns - 1, self.defender_returns - 1
        # 1/r_A + 1/r_D ≥ 1, but for rounding.
        solved = (jnp.minimum(steep_attack, steep_defense) <= 0) | (steep_attack * steep_defense <= 1 + _ROUNDING)
        solved = jnp.broadcast_to(solved, self.shape)
        several = jnp.zeros(self.shape, bool)
        return ClosedForm(two_point(attack, often, defense, guarded), solved, several, success=success)

    def long_form(self) -> ClosedForm:
        equal = (self.attacker_returns == self.defender_returns) & (self.attacker_returns > 2)
        returns = jnp.where(equal, self.attacker_returns, 3.0)
        *mixture, missed = steep(returns)
        attack, defense = self.attacker_stake / self.attacker_cost, self.defender_stake / self.defender_cost
        stronger = jnp.exp((jnp.log(self.attacker_edge) - jnp.log(self.defender_edge)) / returns) * attack / defense
        strategies = of_unequals((mixture[0], mixture[1]), attack, defense, stronger)
        return ClosedForm(strategies, solved=equal & (missed < MET), several=jnp.zeros((), bool))

    def _log_odds(self, a: Array, d: Array) -> Array:
        edge = jnp.log(self.attacker_edge / self.defender_edge)
        return edge + self.attacker_returns * jnp.log(a) - self.defender_returns * jnp.log(d)

    def _interior(self) -> tuple[Array, ...]:
        """Both sides' efforts and how often they make them, and success, where no returns exceed 1."""
        side, bend, k = self._mirrored()
        y = log_odds(k, bend, jnp.asarray(-_FARTHEST), jnp.asarray(_FARTHEST), True)
        return self._played(*_chances(side * y))

    def _bounded(self) -> tuple[Array, ...]:
        """The same for any returns: at a bound the side that earns nothing takes part only with a probability."""
        low, high = _least_odds(self.attacker_returns), -_least_odds(self.defender_returns)
        side, bend, k = self._mirrored()
        below = jnp.maximum(jnp.where(side > 0, low, -high), -_FARTHEST)
        above = jnp.minimum(jnp.where(side > 0, high, -low), _FARTHEST)
        y = log_odds(k, bend, below, above, False)
        odds, beyond = side * y, -side * condition(y, k, bend)[0]
        attack, _, defense, _, success = self._played(*_chances(odds))
        attack_matching = self._matching(odds, defense, attacker=True)
        defense_matching = self._matching(odds, attack, attacker=False)
        shy_attacker = (odds <= low) & (beyond < 0)
        shy_defender = (odds >= high) & (beyond > 0)
        sometimes_attack = jnp.where(shy_attacker, jnp.minimum(defense_matching / defense, 1.0), 1.0)
        sometimes_defend = jnp.where(shy_defender, jnp.minimum(attack_matching / attack, 1.0), 1.0)
        return (
            jnp.where(shy_defender, attack_matching, attack),
            sometimes_attack,
            jnp.where(shy_attacker, defense_matching, defense),
            sometimes_defend,
            # No effort wins against one, and an effort against none.
            sometimes_attack * (sometimes_defend * success + (1 - sometimes_defend)),
        )

    def _mirrored(self) -> tuple[Array, Array, Array]:
        """The equation as y + bend · T(y) = k with T(y) = −log(P(1 − P)), where y is side · log-odds."""
        attack = self.attacker_stake * self.attacker_returns / self.attacker_cost
        defense = self.defender_stake * self.defender_returns / self.defender_cost
        spread = self.attacker_returns - self.defender_returns
        side = jnp.where(spread < 0, -1.0, 1.0)
        return side, jnp.abs(spread), side * self._log_odds(attack, defense)

    def _played(self, success: Array, variance: Array) -> tuple[Array, ...]:
        attack = self.attacker_stake * self.attacker_returns * variance / self.attacker_cost
        defense = self.defender_stake * self.defender_returns * variance / self.defender_cost
        always = jnp.ones_like(attack)
        return attack, always, defense, always, success

    def _matching(self, odds: Array, opponent: Array, attacker: bool) -> Array:
        """The effort that gives these log-odds against the opponent's effort."""
        edge = jnp.log(self.attacker_edge / self.defender_edge)
        if attacker:
            effort = (odds - edge + self.defender_returns * jnp.log(opponent)) / self.attacker_returns
        else:
            effort = (edge - odds + self.attacker_returns * jnp.log(opponent)) / self.defender_returns
        return jnp.exp(jnp.maximum(effort, _LEAST))


def _chances(odds: Array) -> tuple[Array, Array]:
    """P and P (1 − P) for these log-odds."""
    small = jnp.exp(-jnp.abs(odds))
    large = 1 / (1 + small)
    return jnp.where(odds < 0, small, 1.0) * large, small * large * large


# Beyond these log-odds a side's chance is below 1e-299, and efforts would underflow.
_FARTHEST = 690.0
# The logarithm of the least effort that still is one: none at all would win half the time against none.
_LEAST = -690.0
# On the line 1/r_A + 1/r_D = 1 the two bounds are one, but for rounding.
_ROUNDING = 1e-12


def _least_odds(returns: Array) -> Array:
    """The log-odds below which a side with these returns earns nothing; −∞ where it earns something at any."""
    # Substituted where there are none, so that no NaN reaches a derivative.
    return jnp.where(returns > 1, jnp.log(jnp.where(returns > 1, returns - 1, 1.0)), -jnp.inf)
