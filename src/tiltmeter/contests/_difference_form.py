"""Difference-form contest: the odds depend on by how much one effort exceeds the other."""

from typing import ClassVar

import jax
import jax.numpy as jnp
from jaxtyping import Array

from tiltmeter.contests._base import POSITIVE, AbstractContest, Card, ClosedForm, Strategies, param, two_point
from tiltmeter.contests._steep_difference import steep_difference


class DifferenceForm(AbstractContest):
    r"""Each unit of effort moves the log-odds of success by the same amount, however much there is already.

    Success      $P = 1 / (1 + e^{k_D d - k_A a})$, one half wherever $k_A a = k_D d$, also at (0, 0)
    Equilibrium  with marginal costs $\kappa_A = c_A / (V_A k_A)$, $\kappa_D = c_D / (V_D k_D)$: two positive
                 efforts are never both certain (Hirshleifer 1989). Nobody makes an effort where both are at least ¼;
                 the side with the lower one alone does where the other is at least ¼ (Baik 1998), or so much higher
                 that overtaking does not pay; in a band next to that the other side overtakes with a probability
                 (our derivation); elsewhere both mix over finitely many efforts (Ewerhart & Sun 2018; Sun 2025): the
                 smaller κ, the more efforts, and the nearer to [`AllPay`][tiltmeter.AllPay], as Che & Gale (2000) show
                 for a success that rises in a straight line. Where the larger κ is from 1/120 to 0.16 these are
                 computed, mostly to a regret of 1e-6 of the stake or less; above, two efforts a side are searched for.
    Technology   sharper tools on both sides raise both decisivenesses: luck counts for less, and defending a little
                 becomes pointless, so that a side either stays out or races; one side's alone raises what its effort
                 is worth, like cheaper effort.
    Limits       a side that makes no effort still succeeds half the time against another that makes none, and never
                 surely loses; the log-odds have no ceiling, and what counts is the difference, not the ratio. Where
                 both κ are below 1/120 the search mostly fails and says so; `AllPay` is then the better model.

    Use it when what counts is the lead, as in battles where troops fight one another directly; if doubling both
    efforts should leave the odds as they are use [`Tullock`][tiltmeter.Tullock], if the larger effort surely wins use
    [`AllPay`][tiltmeter.AllPay]. It leaves out effort that is lost on the way.

    Example:
        An attack that is cheap enough deters the defender altogether; next to that it is only sometimes overtaken.

        >>> import tiltmeter as tm
        >>> for stake in (1000.0, 20.0):
        ...     found = tm.solve(tm.DifferenceForm(attacker_stake=stake, defender_stake=6.0))
        ...     print(f"{found.attack_success:.4f} {found.defender_effort:.4f} {found.kind}")
        0.9990 0.0000 pure
        0.8929 0.4018 semi-mixed
    """

    attacker_decisiveness: Array = param(
        "k_A", "1/effort", POSITIVE, (0.1, 1.0), "How much a unit of attack effort moves the log-odds."
    )
    defender_decisiveness: Array = param(
        "k_D", "1/effort", POSITIVE, (0.1, 1.0), "How much a unit of defense effort moves the log-odds."
    )

    card: ClassVar[Card] = Card(
        title="Difference-form contest",
        aliases=("logit contest", "Hirshleifer contest"),
        cites=("Hirshleifer1989", "Baik1998", "CheGale2000", "EwerhartSun2018", "Sun2025"),
    )

    def success(self, attacker_effort: Array, defender_effort: Array) -> Array:
        attack, defense = self.attacker_decisiveness * attacker_effort, self.defender_decisiveness * defender_effort
        return jax.nn.sigmoid(attack - defense)

    def closed_form(self) -> ClosedForm:
        attack_cost, defense_cost = self._costs()
        attacker_leads = attack_cost <= defense_cost
        lower, higher = jnp.minimum(attack_cost, defense_cost), jnp.maximum(attack_cost, defense_cost)

        # The side with the lower cost leads by as much as pays against nobody, but at least so far that overtaking
        # does not pay the other. Where it takes the second to deter, the other overtakes just often enough for it.
        alone, deterrent = _lead(lower), _deterrent(higher)
        lead = jnp.maximum(alone, deterrent)
        unopposed = _variance(deterrent)
        worth = higher - unopposed
        share = jnp.clip((lower - unopposed) / jnp.where(worth > 0, worth, 1.0), 0.0, 1.0)
        overtakes = jnp.where(deterrent > alone, share, 0.0)
        further = lead + _lead(higher)

        # A leader who is overtaken too often no longer has a peak of its payoff here; then both mix. That it has no
        # higher peak elsewhere is left to the verifier.
        bends = (1 - overtakes) * _variance(lead) * jnp.tanh(lead / 2)
        settled = bends >= overtakes * higher * jnp.tanh(_lead(higher) / 2)
        strategies = two_point(
            jnp.where(attacker_leads, lead, further) / self.attacker_decisiveness,
            jnp.where(attacker_leads, 1.0, overtakes),
            jnp.where(attacker_leads, further, lead) / self.defender_decisiveness,
            jnp.where(attacker_leads, overtakes, 1.0),
        )
        solved = jnp.broadcast_to(settled, self.shape)
        return ClosedForm(strategies, solved=solved, several=jnp.zeros(self.shape, bool))

    def long_form(self) -> ClosedForm:
        attack_cost, defense_cost = self._costs()
        higher = jnp.maximum(attack_cost, defense_cost)
        covered = (higher > _STEEPEST) & (higher < _GENTLEST)
        played = steep_difference(
            jnp.where(covered, attack_cost, _GENTLEST), jnp.where(covered, defense_cost, _GENTLEST)
        )
        attack, defense = played.attack / self.attacker_decisiveness, played.defense / self.defender_decisiveness
        entered = jnp.where(attack > 0, 1.0, 0.0)
        strategies = Strategies(attack, entered, played.attack_weights, defense, played.defense_weights)
        return ClosedForm(strategies, solved=covered, several=jnp.zeros((), bool))

    def _costs(self) -> tuple[Array, Array]:
        """What a unit of log-odds costs each side, as a share of its stake."""
        attack = self.attacker_cost / (self.attacker_stake * self.attacker_decisiveness)
        return attack, self.defender_cost / (self.defender_stake * self.defender_decisiveness)


# The deterrent is found to rounding in at most 5 steps, whatever the cost.
_STEPS = 6
# Between these costs of a unit of log-odds, of the side for which it is dearer, mixtures are computed at length: above,
# two efforts are enough, which are found sooner; below, there would be too many.
_STEEPEST, _GENTLEST = 1 / 120, 0.16


def _variance(log_odds: Array) -> Array:
    """P(1 − P), the marginal success of effort."""
    return jax.nn.sigmoid(log_odds) * jax.nn.sigmoid(-log_odds)


def _lead(cost: Array) -> Array:
    """The log-odds x ≥ 0 at which the marginal success P(1 − P) has fallen to the cost; 0 from a cost of ¼ on."""
    pays = cost < 0.25
    # 2 P − 1 = tanh(x/2)
    excess = jnp.sqrt(jnp.where(pays, 1 - 4 * cost, 1.0))
    return jnp.where(pays, 2 * jnp.log1p(excess) - jnp.log(4 * cost), 0.0)


def _deterrent(cost: Array) -> Array:
    """The least lead s that a rival with this cost does not overtake: it is as well off with no effort at all.

    Overtaking, by the rival's own best lead x, wins tanh(s/2)/2 + tanh(x/2)/2 more for an effort of s + x. What that
    earns is concave in s, and falls from s = x on. Newton's method overshoots at most once, and then falls to the root.
    """
    own = _lead(cost)

    def step(_: int, lead: Array) -> Array:
        gain = (jnp.tanh(lead / 2) + jnp.tanh(own / 2)) / 2 - cost * (lead + own)
        slope = _variance(lead) - cost
        return lead - gain / jnp.where(slope < 0, slope, -jnp.inf)

    return jax.lax.fori_loop(0, _STEPS, step, 2 * own)
