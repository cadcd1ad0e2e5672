"""The verifier: does either side gain by deviating? It shares no code with the solvers; only the model is common.

For each side it evaluates every effort of a dense scan, from nothing up to the effort whose cost equals the stake, and
staying out where that is possible, then climbs by golden section from the best local peaks of the scan. The largest
gain found, as a share of that side's stake, is its regret. A regret of 1e-8 says: nobody found a deviation that
gains more than a hundred-millionth of what is at stake.
"""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from tiltmeter.contests import AbstractContest, Strategies
from tiltmeter.equilibrium._draws import over_draws, unflatten

_SCAN = np.concatenate([np.geomspace(1e-13, 1e-5, 40, endpoint=False), np.geomspace(1e-5, 1.0, 180)])
# Peaks climbed: a payoff against few efforts has few peaks, one against many has many.
_FEW, _MANY = 4, 16
_CLIMBS = 34
_GOLDEN = 0.6180339887498949


class Certificate(NamedTuple):
    """What the verifier found, arrays of the contest's shape, as shares of each side's stake.

    Attributes:
        attacker_regret: the attacker's largest gain from deviating.
        defender_regret: the defender's.
        attack_success: the probability of success that the strategies give.
        attacker_payoff: the attacker's payoff, in units of its stake.
        defender_payoff: the defender's payoff, in units of its stake.
    """

    attacker_regret: Array | np.ndarray
    defender_regret: Array | np.ndarray
    attack_success: Array | np.ndarray
    attacker_payoff: Array | np.ndarray
    defender_payoff: Array | np.ndarray

    @property
    def regret(self) -> np.ndarray:
        """The larger of the two regrets; infinite where the strategies are no strategies."""
        return np.maximum(np.asarray(self.attacker_regret), np.asarray(self.defender_regret))


def verify(contest: AbstractContest, equilibrium: Any) -> Certificate:
    """Recompute the certificate of an equilibrium from the contest alone.

    Args:
        contest: any shape.
        equilibrium: an `Equilibrium`, or `Strategies` of the contest's shape with the support as last axis.

    Returns:
        Regrets, success and payoffs. Strategies with negative or non-finite entries, or with weights that do not
        sum to one, have an infinite regret.
    """
    strategies: Strategies = getattr(equilibrium, "strategies", equilibrium)
    certificate, shape = over_draws(certify_one, contest, strategies)
    return unflatten(certificate, shape)


def certify_one(contest: AbstractContest, played: Strategies) -> Certificate:
    """The certificate for scalar parameters and supports of shape (K,) and (L,)."""
    a, entered, p = played.attacker_efforts, played.attacker_entered, played.attacker_weights
    d, q = played.defender_efforts, played.defender_weights
    stake_a, stake_d = contest.attacker_stake, contest.defender_stake
    entry = contest.card.entry
    fee = contest.entry_cost if entry else 0.0  # type: ignore[attr-defined]

    def success(effort: Array, present: Array, defense: Array) -> Array:
        return (
            jnp.where(present > 0, contest.success(effort, defense), 0.0) if entry else contest.success(effort, defense)
        )

    def attacker_earns(effort: Array) -> Array:
        return jnp.dot(success(effort, jnp.ones(()), d), q) - (contest.attacker_cost * effort + fee) / stake_a

    def defender_earns(effort: Array) -> Array:
        return 1 - jnp.dot(success(a, entered, effort), p) - contest.defender_cost * effort / stake_d

    chance = jnp.dot(p, success(a[:, None], entered[:, None], d[None]) @ q)
    attacker_payoff = chance - jnp.dot(p, contest.attacker_cost * a + fee * entered) / stake_a
    defender_payoff = 1 - chance - jnp.dot(q, contest.defender_cost * d) / stake_d

    attacker_best = _best_of_all(attacker_earns, stake_a / contest.attacker_cost, d.size)
    if entry:
        attacker_best = jnp.maximum(attacker_best, 0.0)
    defender_best = _best_of_all(defender_earns, stake_d / contest.defender_cost, a.size)

    def proper(efforts: Array, weights: Array) -> Array:
        finite = jnp.all(jnp.isfinite(efforts) & (efforts >= 0) & (weights >= 0))
        return finite & (jnp.abs(jnp.sum(weights) - 1) < 1e-9)

    valid = proper(a, p) & proper(d, q) & (chance >= 0) & (chance <= 1 + 1e-12)
    return Certificate(
        jnp.where(valid, jnp.maximum(attacker_best - attacker_payoff, 0.0), jnp.inf),
        jnp.where(valid, jnp.maximum(defender_best - defender_payoff, 0.0), jnp.inf),
        chance,
        attacker_payoff,
        defender_payoff,
    )


def _best_of_all(earns: Any, limit: Array, against: int) -> Array:
    """The highest payoff over efforts from 0 to `limit`, against so many efforts of the opponent."""
    scan = jnp.asarray(_SCAN)
    heights = jax.vmap(earns)(limit * scan)
    lower = jnp.concatenate([scan[:1], scan[:-1]])
    upper = jnp.concatenate([scan[1:], scan[-1:]])
    peak = (heights >= jnp.roll(heights, 1)) & (heights >= jnp.roll(heights, -1))
    _, where = jax.lax.top_k(jnp.where(peak, heights, -jnp.inf), _FEW if against <= 2 else _MANY)

    def climb(_: int, bracket: tuple[Array, Array]) -> tuple[Array, Array]:
        low, high = bracket
        inner_low, inner_high = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
        rises = jax.vmap(earns)(limit * inner_high) > jax.vmap(earns)(limit * inner_low)
        return jnp.where(rises, inner_low, low), jnp.where(rises, high, inner_high)

    low, high = jax.lax.fori_loop(0, _CLIMBS, climb, (lower[where], upper[where]))
    climbed = jax.vmap(earns)(limit * (low + high) / 2)
    return jnp.max(jnp.concatenate([heights, climbed, earns(jnp.zeros(()))[None]]))
