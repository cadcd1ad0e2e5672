"""The two sides' payoffs as shares of their stakes, for one contest with scalar parameters.

Dividing each payoff by its stake and adding the opponent's cost share, on which a side has no influence, leaves
M = P − (attacker's cost share) + (defender's cost share), which one side maximizes and the other minimizes: every
contest here has the equilibria of a zero-sum game (a strategically zero-sum game, Moulin & Vial 1978).
"""

import jax.numpy as jnp
from jaxtyping import Array

from tiltmeter.contests import AbstractContest


def chance(contest: AbstractContest, a: Array, entered: Array, d: Array) -> Array:
    """The probability of success of an attacker who may have stayed out; arguments broadcast."""
    p = contest.success(a, d)
    return jnp.where(entered > 0, p, 0.0) if contest.card.entry else p


def attack_share(contest: AbstractContest, a: Array, entered: Array) -> Array:
    """What the attack costs, as a share of the attacker's stake."""
    effort = contest.attacker_cost * a
    fee = entered * contest.entry_cost if contest.card.entry else 0.0  # type: ignore[attr-defined]
    return (effort + fee) / contest.attacker_stake


def defense_share(contest: AbstractContest, d: Array) -> Array:
    """What the defense costs, as a share of the defender's stake."""
    return contest.defender_cost * d / contest.defender_stake


def attack_limit(contest: AbstractContest) -> Array:
    """The effort whose cost equals the attacker's stake; more can never pay."""
    return contest.attacker_stake / contest.attacker_cost


def defense_limit(contest: AbstractContest) -> Array:
    """The effort whose cost equals the defender's stake; more can never pay."""
    return contest.defender_stake / contest.defender_cost
