"""The verifier: does either side gain by deviating? It shares no code with the solvers; only the model is common.

For each side it scans efforts from nothing up to the effort whose cost equals the stake, and staying out where that is
possible, then looks closer and closer around the best peaks it has seen. The largest gain found, as a share of that
side's stake, is its regret. A regret of 1e-8 says: no deviation was found that gains more than a hundred-millionth of
what is at stake.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from tiltmeter.contests import AbstractContest, Strategies
from tiltmeter.equilibrium._draws import over_draws, unflatten

# Where the stretches of efforts end, as shares of the effort that costs the stake: shorter where payoffs are decided,
# and many against many efforts, because a payoff then has many peaks. In each so many efforts are looked at, and then
# again, closer and closer around the best of them, and where a parabola through it and its neighbors has its top.
_ENDS = np.log([1e-13, 1e-6, 1e-4, 1e-2, 0.08, 0.3, 1.0])
_MANY_ENDS = np.log(np.concatenate([[1e-13, 1e-10], np.geomspace(1e-8, 1.0, 40)]))
_POINTS = 15
_LOOKS = 3


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
    present = entered if entry else jnp.ones_like(entered)
    fee = contest.entry_cost / stake_a if entry else jnp.zeros(())  # type: ignore[attr-defined]
    costs = jnp.stack([contest.attacker_cost / stake_a, contest.defender_cost / stake_d])

    def deviations(efforts: Array) -> Array:
        """What both sides' deviations earn, as shares of the stakes; efforts and result of shape (2, points)."""
        # Sums, not matrix products: they are computed while success is, and compile sooner.
        wins = jnp.sum(contest.success(efforts[0][:, None], d) * q, axis=1)
        loses = jnp.sum(contest.success(a, efforts[1][:, None]) * (present * p), axis=1)
        return jnp.stack([wins - fee, 1 - loses]) - costs[:, None] * efforts

    best = _best_of_all(deviations, 1 / costs, _ENDS if max(a.size, d.size) <= 2 else _MANY_ENDS)
    chance = jnp.sum(contest.success(a[:, None], d) * (present * p)[:, None] * q)
    attacker_payoff = chance - jnp.sum(p * (costs[0] * a + fee * entered))
    defender_payoff = 1 - chance - jnp.sum(q * costs[1] * d)
    attacker_best = jnp.maximum(best[0], 0.0) if entry else best[0]

    def proper(efforts: Array, weights: Array) -> Array:
        finite = jnp.all(jnp.isfinite(efforts) & (efforts >= 0) & (weights >= 0))
        return finite & (jnp.abs(jnp.sum(weights) - 1) < 1e-9)

    valid = proper(a, p) & proper(d, q) & (chance >= 0) & (chance <= 1 + 1e-12)
    return Certificate(
        jnp.where(valid, jnp.maximum(attacker_best - attacker_payoff, 0.0), jnp.inf),
        jnp.where(valid, jnp.maximum(best[1] - defender_payoff, 0.0), jnp.inf),
        chance,
        attacker_payoff,
        defender_payoff,
    )


def _best_of_all(earns: Callable[[Array], Array], limits: Array, stretch_ends: np.ndarray) -> Array:
    """The highest payoff of each side over efforts from 0 to its limit."""
    ends = jnp.asarray(stretch_ends)
    steps = jnp.linspace(0.0, 1.0, _POINTS)

    def look(_: int, state: tuple[Array, Array, Array, Array]) -> tuple[Array, Array, Array, Array]:
        low, width, top, best = state
        logs = jnp.concatenate([low[..., None] + width[..., None] * steps, top[..., None]], axis=-1)
        logs = jnp.minimum(logs, 0.0)
        heights = earns(limits[:, None] * jnp.exp(logs.reshape(2, -1))).reshape(logs.shape)
        step = width / (_POINTS - 1)
        at = jnp.clip(jnp.argmax(heights[..., :_POINTS], axis=-1), 1, _POINTS - 2)
        left, middle, right = jnp.moveaxis(
            jnp.take_along_axis(heights, at[..., None] + jnp.array([-1, 0, 1]), axis=-1), -1, 0
        )
        bend = left - 2 * middle + right
        aside = jnp.where(bend < 0, (left - right) / (2 * jnp.where(bend < 0, bend, -1.0)), 0.0)
        center = low + step * at
        closer = (center - step, 2 * step, center + step * jnp.clip(aside, -1.0, 1.0))
        return *closer, jnp.maximum(best, jnp.max(heights, axis=(1, 2)))

    nothing = earns(jnp.zeros((2, 1)))[:, 0]
    low, width = jnp.ones((2, 1)) * ends[:-1], jnp.ones((2, 1)) * jnp.diff(ends)
    return jax.lax.fori_loop(0, _LOOKS, look, (low, width, low, nothing))[3]
