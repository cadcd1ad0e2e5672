"""Global best responses: a scan over efforts of every order of magnitude, then the slope followed to its zero."""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from tiltmeter.contests import AbstractContest, Strategies
from tiltmeter.equilibrium._payoffs import (
    attack_limit,
    attack_share,
    chance,
    defense_limit,
    defense_share,
)

# Efforts below 1e-14 of the limit cost and change less than rounding does; those above 1e-5 of it decide payoffs.
SCAN = np.log(np.concatenate([np.geomspace(1e-14, 1e-5, 32, endpoint=False), np.geomspace(1e-5, 1.0, 144)]))
# So many of the highest peaks are followed, to a billionth of the effort: payoffs are flat there to second order.
FOLLOWED = 12
HALVINGS = 28


class Replies(NamedTuple):
    """Both sides' best responses; payoffs as shares of the stake, the defender's less one: −P − cost.

    Besides, `attacks` and `defenses` hold the efforts, FOLLOWED of them, at which payoffs peak, and what these are.
    """

    attack: Array
    entered: Array
    attacker_payoff: Array
    defense: Array
    exposure: Array | None
    defender_payoff: Array
    attacks: Array
    defenses: Array
    exposures: Array | None
    attack_payoffs: Array
    defense_payoffs: Array


def best_replies(contest: AbstractContest, played: Strategies) -> Replies:
    """Each side's best response to the other's mixed strategy, for scalar parameters and supports (K,) and (L,)."""
    a, entered, rows = played.attacker_efforts, played.attacker_entered, played.attacker_weights
    d, columns = played.defender_efforts, played.defender_weights
    if played.defender_exposures is not None:
        columns = columns * played.defender_exposures
    one = jnp.ones(())

    zero_sum = contest.only_success_counts

    def risk(defense: Array) -> Array:
        attack, present = a[:, None], entered[:, None]
        lost = chance(contest, attack, present, defense) if zero_sum else 1 - contest.defender_gain(attack, defense)
        return jnp.sum(lost * rows[:, None], axis=0)

    def payoffs(efforts: Array) -> Array:
        attack, defense = efforts
        won = chance(contest, attack, one, d[:, None]) if zero_sum else contest.attacker_gain(attack, d[:, None])
        wins = jnp.sum(won * columns[:, None], axis=0)
        loses = risk(defense)
        if contest.card.exposure:
            exposure = contest.best_exposure(loses)
            loses = exposure * loses - contest.exposure_gain(exposure)
        return jnp.stack([wins - attack_share(contest, attack, one), -loses - defense_share(contest, defense)])

    limits = jnp.stack([attack_limit(contest), defense_limit(contest)])
    (attack, defense), (attacker_payoff, defender_payoff), peaks = _highest(payoffs, limits)
    attacks, defenses = peaks
    if contest.card.entry:
        stays_in = attacker_payoff > 0
        attack = jnp.where(stays_in, attack, 0.0)
        attacker_payoff = jnp.maximum(attacker_payoff, 0.0)
    else:
        stays_in = attack > 0
    exposure = exposures = None
    if contest.card.exposure:
        exposure, exposures = (contest.best_exposure(risk(x)) for x in (defense[None], defenses))
        exposure = exposure[0]
    return Replies(
        attack,
        jnp.where(stays_in, 1.0, 0.0),
        attacker_payoff,
        defense,
        exposure,
        defender_payoff,
        attacks,
        defenses,
        exposures,
        *payoffs(peaks),
    )


def _highest(payoffs: Callable[[Array], Array], limits: Array) -> tuple[Array, Array, Array]:
    """For both sides the effort in [0, limit] with the highest payoff, and that payoff, shapes (2,); and all peaks."""
    scan = jnp.asarray(SCAN)
    efforts = jnp.concatenate([jnp.zeros((2, 1)), limits[:, None] * jnp.exp(scan)], axis=1)
    heights = payoffs(efforts)
    # At equal payoffs the smaller effort is taken, zero first.
    best = jnp.argmax(heights, axis=1)[:, None]
    found = (jnp.take_along_axis(efforts, best, 1)[:, 0], jnp.take_along_axis(heights, best, 1)[:, 0])
    peaks = jax.lax.top_k(crests(heights[:, 1:]), FOLLOWED)[1]

    def halve(_: int, state: tuple[Array, Array, tuple[Array, Array]]) -> tuple[Array, Array, tuple[Array, Array]]:
        lower, upper, (best_effort, best_height) = state
        middle = (lower + upper) / 2
        effort = limits[:, None] * jnp.exp(middle)
        height, slope = jax.jvp(payoffs, (effort,), (effort,))
        top = jnp.argmax(height, axis=1)[:, None]
        top_height = jnp.take_along_axis(height, top, 1)[:, 0]
        better = top_height > best_height
        known = (
            jnp.where(better, jnp.take_along_axis(effort, top, 1)[:, 0], best_effort),
            jnp.where(better, top_height, best_height),
        )
        return jnp.where(slope > 0, middle, lower), jnp.where(slope > 0, upper, middle), known

    bracket = scan[jnp.maximum(peaks - 1, 0)], scan[jnp.minimum(peaks + 1, scan.size - 1)]
    lower, upper, best = jax.lax.fori_loop(0, HALVINGS, halve, (*bracket, found))
    return *best, limits[:, None] * jnp.exp((lower + upper) / 2)


def crests(heights: Array) -> Array:
    """How high each local peak of a scan rises between its points, by the parabola through it; −∞ off the peaks."""
    left = jnp.concatenate([heights[:, :1], heights[:, :-1]], axis=1)
    right = jnp.concatenate([heights[:, 1:], heights[:, -1:]], axis=1)
    bend = left - 2 * heights + right
    rise = jnp.where(bend < 0, -((right - left) ** 2) / (8 * jnp.where(bend < 0, bend, -1.0)), 0.0)
    return jnp.where((heights >= left) & (heights >= right), heights + rise, -jnp.inf)
