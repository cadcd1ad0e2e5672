"""The conditions that an equilibrium meets for given supports: as many equations as unknowns, and their derivatives.

Every effort that is played earns its side the same, at a positive effort the marginal gain is the marginal cost, and
the weights sum to one. These are necessary, not sufficient: they know nothing of efforts outside the supports.

An exposure is no unknown: it is the best one for the risk, and by the envelope theorem its own moves do not count.

Supports come first; further axes, those of the contest's parameters, belong to draws and stay last.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array

from tiltmeter.contests import AbstractContest, Strategies
from tiltmeter.equilibrium._payoffs import attack_limit, attack_share, defense_limit, defense_share

# Stands for no effort in logarithms: this share of the effort that costs the stake.
NOTHING = 1e-100


class Support(NamedTuple):
    """Which places are played, and how.

    Attributes:
        attack_played: shape (K,).
        attack_present: whether the attacker takes part there; everywhere, where a contest has no entry.
        attack_positive: played with a positive effort; elsewhere no effort is made.
        defense_played: shape (L,).
        defense_positive: played with a positive effort.
    """

    attack_played: Array
    attack_present: Array
    attack_positive: Array
    defense_played: Array
    defense_positive: Array


class Point(NamedTuple):
    """The unknowns, 2K + 2L + 2 numbers.

    Attributes:
        attack: logarithms of the attacker's efforts, shape (K,).
        attack_weights: their probabilities.
        defense: logarithms of the defender's efforts, shape (L,).
        defense_weights: their probabilities.
        attacker_payoff: what the attacker earns, as a share of its stake.
        defender_loss: what the defender loses, to the attack and in cost, as a share of its stake.
    """

    attack: Array
    attack_weights: Array
    defense: Array
    defense_weights: Array
    attacker_payoff: Array
    defender_loss: Array


class Gains(NamedTuple):
    """What the attacker gains and the defender loses for each pair of efforts under full exposure, before costs.

    Shares of the stakes, shape (K, L), and each one's derivative by the logarithm of that side's own effort.
    """

    won: Array
    lost: Array
    won_by_attack: Array
    lost_by_defense: Array


class Linear(NamedTuple):
    """The conditions near a point: what is left of them, and the derivatives by the unknowns and the parameters."""

    residual: Array
    by_unknown: Array
    by_parameter: Array


def started(contest: AbstractContest, played: Strategies) -> tuple[Support, Point]:
    """The supports and the point that strategies describe, with supports on their first axis."""
    a, d = played.attacker_efforts, played.defender_efforts
    attack_played, defense_played = played.attacker_weights > 0, played.defender_weights > 0
    present = played.attacker_entered > 0 if contest.card.entry else jnp.ones_like(a, bool)
    attack_positive, defense_positive = attack_played & (a > 0) & present, defense_played & (d > 0)
    support = Support(attack_played, present, attack_positive, defense_played, defense_positive)
    attack = jnp.log(jnp.where(attack_positive, a, NOTHING * attack_limit(contest)))
    defense = jnp.log(jnp.where(defense_positive, d, NOTHING * defense_limit(contest)))
    nothing = jnp.zeros(a.shape[1:])
    point = Point(attack, played.attacker_weights, defense, played.defender_weights, nothing, nothing)
    earned, lost = _levels(contest, support, point, pair_gains(contest, support, a[:, None], d[None]))
    payoffs = jnp.sum(point.attack_weights * earned, axis=0), jnp.sum(point.defense_weights * lost, axis=0)
    return support, point._replace(attacker_payoff=payoffs[0], defender_loss=payoffs[1])


def played_at(contest: AbstractContest, support: Support, point: Point) -> Strategies:
    """The strategies at a point."""
    a = jnp.where(support.attack_positive, jnp.exp(point.attack), 0.0)
    d = jnp.where(support.defense_positive, jnp.exp(point.defense), 0.0)
    present = jnp.where(support.attack_present, 1.0, 0.0)
    exposures = None
    if contest.card.exposure:
        lost = pair_gains(contest, support, a[:, None], d[None])[1]
        exposures = contest.best_exposure(_against_attacks(point, lost))
    return Strategies(a, present, point.attack_weights, d, point.defense_weights, exposures)


def pair_gains(contest: AbstractContest, support: Support, a: Array, d: Array) -> tuple[Array, Array]:
    """What the attacker gains and the defender loses, before costs, with all pairs of efforts, (K, 1) and (1, L)."""
    present = jnp.where(support.attack_present, 1.0, 0.0)[:, None]
    if contest.only_success_counts:
        chance = contest.success(a, d) * present
        return chance, chance
    return contest.attacker_gain(a, d) * present, (1 - contest.defender_gain(a, d)) * present


def linearized(moved: Callable[[Array], AbstractContest], count: int, support: Support, point: Point) -> Linear:
    """The conditions and their exact derivatives at a point.

    Args:
        moved: the contest, with scalar parameters, after `count` parameters have moved by so much.
        count: how many parameters those are; 0 for none.
        support: which places are played.
        point: efforts and weights.

    Returns:
        Shapes (n,), (n, n) and (n, count) for n = 2K + 2L + 2 unknowns, in the order of `Point`.
    """
    here, slopes = _gains(moved, count, support, point)
    flat = joined(point)
    size = len(flat)

    # Each gain depends on two efforts only: it is differentiated by itself, what is made of the gains by autodiff.
    def near(step: Array) -> tuple[Array, Array]:
        at, shift = parted(flat + _beside(step[:size], flat.ndim - 1), point), step[size:]
        attack, defense = (at.attack - point.attack)[:, None], (at.defense - point.defense)[None]

        def moved_gain(gain: Array, by: Array) -> Array:
            changes = by[0] * attack + by[1] * defense
            return gain + changes + jnp.sum(by[2:] * _beside(shift, gain.ndim), axis=0)

        residual = conditions(moved(shift), support, at, jax.tree.map(moved_gain, here, slopes))
        return residual, residual

    derivatives, residual = _derivatives(near, jnp.zeros(size + count), axis=1)
    return Linear(residual, derivatives[:, :size], derivatives[:, size:])


def joined(point: Point) -> Array:
    """The unknowns on one axis, the first."""
    *efforts_and_weights, payoff, loss = point
    return jnp.concatenate([*efforts_and_weights, payoff[None], loss[None]])


def parted(flat: Array, like: Point) -> Point:
    """The point with these unknowns, and with supports of the same length as another."""
    many, few = len(like.attack), len(like.defense)
    attack, p, defense, q, payoffs = jnp.split(flat, [many, 2 * many, 2 * many + few, 2 * (many + few)])
    return Point(attack, p, defense, q, payoffs[0], payoffs[1])


def _beside(vector: Array, axes: int) -> Array:
    """The same with so many more axes behind the first."""
    return vector.reshape(-1, *[1] * axes)


def conditions(contest: AbstractContest, support: Support, point: Point, gains: Gains) -> Array:
    """What is zero at an equilibrium with these supports: 2K + 2L + 2 equations.

    Whether each place of the attack earns the same, shape (K,), whether its effort is best, (K,), the same for the
    defense, (L,) each, and whether the weights sum to one. For an unused place: whether its weight is zero.
    """
    p, q = point.attack_weights, point.defense_weights
    earned, lost = _levels(contest, support, point, (gains.won, gains.lost))
    exposed = _exposures(contest, _against_attacks(point, gains.lost))
    # Marginal gain over marginal cost, so that tiny efforts are placed as exactly as large ones.
    attack_slope = jnp.sum(gains.won_by_attack * (q * exposed)[None], axis=1)
    attack_gain = attack_slope * attack_limit(contest) / jnp.exp(point.attack)
    defense_slope = -exposed * _against_attacks(point, gains.lost_by_defense)
    defense_gain = defense_slope * defense_limit(contest) / jnp.exp(point.defense)
    return jnp.concatenate(
        [
            jnp.where(support.attack_played, earned - point.attacker_payoff, p),
            jnp.where(support.attack_positive, attack_gain - 1, _unmoved(point.attack)),
            jnp.where(support.defense_played, lost - point.defender_loss, q),
            jnp.where(support.defense_positive, defense_gain - 1, _unmoved(point.defense)),
            jnp.stack([jnp.sum(p, axis=0) - 1, jnp.sum(q, axis=0) - 1]),
        ]
    )


def _levels(
    contest: AbstractContest, support: Support, point: Point, gains: tuple[Array, Array]
) -> tuple[Array, Array]:
    """What each place of the attack earns, (K,), and each of the defense loses, (L,), after costs."""
    won, lost = gains
    risk = _against_attacks(point, lost)
    exposed = _exposures(contest, risk)
    bonus = contest.exposure_gain(exposed) if contest.card.exposure else 0.0
    attack, defense = (jnp.exp(x) for x in (point.attack, point.defense))
    gained = jnp.sum(won * (point.defense_weights * exposed)[None], axis=1)
    earned = gained - attack_share(contest, attack, support.attack_present)
    return earned, exposed * risk - bonus + defense_share(contest, defense)


def _against_attacks(point: Point, losses: Array) -> Array:
    """The mean over what the attacker plays, of shape (K, L)."""
    return jnp.sum(point.attack_weights[:, None] * losses, axis=0)


def _exposures(contest: AbstractContest, risk: Array) -> Array:
    return contest.best_exposure(risk) if contest.card.exposure else jnp.ones_like(risk)


def _unmoved(x: Array) -> Array:
    return x - jax.lax.stop_gradient(x)


def _gains(
    moved: Callable[[Array], AbstractContest], count: int, support: Support, point: Point
) -> tuple[Gains, Gains]:
    """The gains, and their derivatives by log effort of the attacker, of the defender, and by the parameters."""
    a, d = jnp.exp(point.attack)[:, None], jnp.exp(point.defense)[None]

    def first(step: Array) -> tuple[Gains, Gains]:
        contest = moved(step[2:])

        def both(logs: Array) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
            pairs = pair_gains(contest, support, a * jnp.exp(logs[0]), d * jnp.exp(logs[1]))
            return pairs, pairs

        (by_won, by_lost), (won, lost) = _derivatives(both, step[:2])
        gains = Gains(won, lost, by_won[0], by_lost[1])
        return gains, gains

    slopes, here = _derivatives(first, jnp.zeros(2 + count))
    return here, slopes


def _derivatives(function: Callable[[Array], tuple[Any, Any]], at: Array, axis: int = 0) -> tuple[Any, Any]:
    """Derivatives of the first result by each argument, along this axis, and the second result."""

    def push(direction: Array) -> tuple[Any, Any]:
        return jax.jvp(function, (at,), (direction,), has_aux=True)[1:]

    return jax.vmap(push, out_axes=(axis, None))(jnp.eye(at.size))
