"""Arms burden: two equal states arm to deter each other; where no arms can deter there is war."""

from typing import ClassVar

import jax.numpy as jnp
from jaxtyping import Array

from tiltmeter.contests._base import POSITIVE, PROBABILITY, AbstractContest, Card, ClosedForm, param, two_point
from tiltmeter.contests._standoff import Standoff, Strike, gain, stable, strikes


class ArmsBurden(AbstractContest):
    r"""Two equal states arm, then keep the peace or fight; the arms that deter grow with the advantage of offense.

    Success      with the burdens $x = c_A a/V_A$ and $y = c_D d/V_D$ and the chance
                 $P(x, y) = (\omega x)^r/((\omega x)^r + y^r)$ that arms x, if they strike first, defeat arms y: the
                 probability that there is war, the attacker strikes first, and wins; 0 in peace. At (0, 0) there is
                 peace if $\delta \ge 1/2$ and war otherwise. Peace gives each state half of its stake, war leaves
                 $1 - \delta$ to the winner
    Equilibrium  pure, closed form. Peace up to $\bar\omega = (1 - 2\delta)^{-1/r}$, with the least equal burdens
                 against which no surprise pays, one equation; beyond it war, with burdens $(1 - \delta)\,r\,p(1 - p)$,
                 $p = \omega^r/(1 + \omega^r)$. Proved for $r \le 1$, and if ω ≥ 1 to be the only pure one, but that at
                 $\bar\omega$ exactly heavier equal arms deter as well. Greater r leave war without a pure equilibrium
                 if ω is large, and peace if deterring costs more than peace is worth
    Technology   AI that helps whoever strikes first raises `offense_advantage`. Precise weapons lower `destruction`,
                 and may end a peace that rests on the fear of it
    Limits       our formalization of an idea that the source states in words. That wars are shorter and destroy less
                 under offensive advantage, as it says, enters only if `destruction` is lowered too. The states are
                 equal: arms count by the share of its stake that a state spends on them, its burden, so that stakes
                 and costs only set units. It leaves out budgets, bargains, mistakes and secrets

    A state is tempted if with some further arms, bought at the same cost, a surprise attack is worth more to it than
    peace. There is peace where neither is tempted. Elsewhere, if offense has the advantage (ω ≥ 1), each would rather
    strike than be struck (the reciprocal fear of surprise attack, Schelling 1960): both strike with the arms they have,
    and chance decides who is first. If defense has it, a tempted state arms and attacks, and chance decides only
    between two. So fewer arms than deter invite an attack, and more of them only tempt oneself.

    Use it when arms are to deter and war or peace is the question; if the fight is certain use
    [`Tullock`][tiltmeter.Tullock], if ground has to be held [`GroundInvasion`][tiltmeter.GroundInvasion].

    Example:
        Both states together are worst off in between: under a great advantage of offense there is war, but few arms.

        >>> import tiltmeter as tm
        >>> contest = tm.ArmsBurden(offense_advantage=[0.1, 1.0, 1.6, 1.7, 10.0, 100.0], destruction=0.2)
        >>> print(tm.balance(contest)["welfare"].round(2))
        [0.99 0.9  0.73 0.43 0.67 0.78]
    """

    offense_advantage: Array = param(
        "ω", "1", POSITIVE, (0.2, 5.0), "What arms are worth more to whoever strikes first."
    )
    destruction: Array = param("δ", "1", PROBABILITY, (0.02, 0.6), "Share of the stakes that war destroys.", 0.2)
    returns: Array = param("r", "1", POSITIVE, (0.3, 1.0), "How much the ratio of arms decides.")

    card: ClassVar[Card] = Card(
        title="Arms burden",
        aliases=("deterrence", "security dilemma"),
        cites=("BresslerTragerDafoe2021", "Fearon2018", "Schelling1960"),
        exemptions=(
            ("monotone in attack", "the unarmed are attacked, arms that deter keep the peace, and more tempt"),
            ("monotone in defense", "arms that deter keep the peace, and more of them may end it"),
            ("strictly monotone", "in peace there is no success, whatever the arms"),
            ("zero-sum", "war destroys part of what peace would share out"),
        ),
    )

    def success(self, attacker_effort: Array, defender_effort: Array) -> Array:
        strike, _ = self._strikes(attacker_effort, defender_effort)
        return strike.chance * strike.wins

    def attacker_gain(self, attacker_effort: Array, defender_effort: Array) -> Array:
        strike, reverse = self._strikes(attacker_effort, defender_effort)
        return gain(self._standoff(), strike, reverse)

    def defender_gain(self, attacker_effort: Array, defender_effort: Array) -> Array:
        strike, reverse = self._strikes(attacker_effort, defender_effort)
        return gain(self._standoff(), reverse, strike)

    def _strikes(self, attacker_effort: Array, defender_effort: Array) -> tuple[Strike, Strike]:
        attacker_burden = attacker_effort * self.attacker_cost / self.attacker_stake
        defender_burden = defender_effort * self.defender_cost / self.defender_stake
        return strikes(self._standoff(), attacker_burden, defender_burden)

    def _standoff(self) -> Standoff:
        return Standoff(jnp.log(self.offense_advantage), self.destruction, self.returns)

    def closed_form(self) -> ClosedForm:
        burden, several, heaviest = stable(self._standoff())
        attack, defense = self.attacker_stake / self.attacker_cost, self.defender_stake / self.defender_cost
        found, other = (two_point(x * attack, 1.0, x * defense, 1.0) for x in (burden, heaviest))
        everywhere = jnp.ones(self.shape, bool)
        return ClosedForm(found, solved=everywhere, several=several & everywhere, others=(other,))
