"""The derivatives of one contest's equilibrium by its parameters, and what tells whether they exist.

Where an equilibrium meets its conditions F(z, θ) = 0 with a regular derivative F_z, and nothing that is not played
earns as much, it moves with the parameters as dz/dθ = −F_z⁻¹ F_θ (the implicit function theorem).
"""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.flatten_util import ravel_pytree
from jaxtyping import Array

from tiltmeter.contests import AbstractContest, Strategies
from tiltmeter.equilibrium._conditions import Point, Support, linearized, pair_gains, played_at, started
from tiltmeter.equilibrium._hills import hills
from tiltmeter.equilibrium._newton import settled, solved
from tiltmeter.equilibrium._payoffs import attack_share

# How far from a risk, as a share of it, the exposure is asked again whether it moves alike on both sides.
_BESIDE = 1e-7
_ALIKE = 1e-3


class Slopes(NamedTuple):
    """Derivatives for one contest with m parameters, in the order of its leaves.

    Attributes:
        outputs: in the order of `OUTPUTS`, shape (6,).
        scales: what each is small or large in comparison with, shape (6,).
        derivatives: shape (6, m).
        left: the largest of what is left of the conditions.
        pivot: the smallest pivot of the conditions' derivative, near zero where they are singular.
        margin: how far another kind of equilibrium is, as a share of a parameter or of what payoffs consist of.
    """

    outputs: Array | np.ndarray
    scales: Array | np.ndarray
    derivatives: Array | np.ndarray
    left: Array | np.ndarray
    pivot: Array | np.ndarray
    margin: Array | np.ndarray


def slopes_one(contest: AbstractContest, strategies: Strategies) -> Slopes:
    """The derivatives at strategies that meet the conditions."""
    return _slopes(contest, *started(contest, strategies))


def settled_slopes_one(contest: AbstractContest, strategies: Strategies) -> Slopes:
    """The derivatives at the equilibrium near strategies that nearly meet the conditions."""
    support, start = started(contest, strategies)
    return _slopes(contest, support, settled(contest, support, start)[0])


def movable(contest: AbstractContest) -> tuple[Callable[[Array], AbstractContest], Array]:
    """The contest as a function of what is added to its parameters, and these."""
    leaves, structure = jax.tree.flatten(contest)
    theta = jnp.stack(leaves)
    return lambda shift: jax.tree.unflatten(structure, list(theta + shift)), theta


def _slopes(contest: AbstractContest, support: Support, point: Point) -> Slopes:
    moved, theta = movable(contest)
    at = linearized(moved, theta.size, support, point)
    moves, pivot = solved(at.by_unknown, -at.by_parameter)
    flat, unflatten = ravel_pytree(point)

    def evaluated(step: Array) -> tuple[Array, Array]:
        values = _outputs(moved(step[flat.size :]), support, unflatten(flat + step[: flat.size]))
        return values, values

    slopes, outputs = jax.jacfwd(evaluated, has_aux=True)(jnp.zeros(flat.size + theta.size))
    stakes = jnp.stack([contest.attacker_stake, contest.defender_stake])
    margin = jnp.minimum(_distance(contest, support, point), _slowness(support, point, moves * theta))
    return Slopes(
        outputs,
        jnp.concatenate([outputs[:4], stakes]),
        slopes @ jnp.concatenate([moves, jnp.eye(theta.size)]),
        jnp.max(jnp.abs(at.residual)),
        pivot,
        margin,
    )


def _outputs(contest: AbstractContest, support: Support, point: Point) -> Array:
    """What `OUTPUTS` names, from efforts, weights and payoffs."""
    played = played_at(contest, support, point)
    a, p, d, q = played.attacker_efforts, point.attack_weights, played.defender_efforts, point.defense_weights
    active = played.attacker_entered if contest.card.entry else jnp.where(support.attack_positive, 1.0, 0.0)
    return jnp.stack(
        [
            p @ a,
            q @ d,
            p @ active,
            _success(contest, support, point, played),
            contest.attacker_stake * point.attacker_payoff,
            contest.defender_stake * (1 - point.defender_loss),
        ]
    )


def _success(contest: AbstractContest, support: Support, point: Point, played: Strategies) -> Array:
    a, p, q = played.attacker_efforts, point.attack_weights, point.defense_weights
    if contest.only_success_counts:
        return point.attacker_payoff + p @ attack_share(contest, a, played.attacker_entered)
    exposed = 1.0 if played.defender_exposures is None else played.defender_exposures
    chance = contest.success(jnp.exp(point.attack)[:, None], jnp.exp(point.defense))
    return (p * jnp.where(support.attack_present, 1.0, 0.0)) @ chance @ (q * exposed)


def _distance(contest: AbstractContest, support: Support, point: Point) -> Array:
    """How far the best of what is not played is from being played, as a share of the terms in which it differs."""
    found = hills(contest, played_at(contest, support, point))
    unplayed = found.there & (found.weight == 0)
    shortfall = found.level[:, None] - found.height
    dearer = found.cost - found.level_cost[:, None]
    terms = jnp.abs(dearer) + jnp.abs(dearer - shortfall)
    shares = jnp.where(unplayed, shortfall / jnp.where(unplayed, terms, 1.0), 1.0)
    # Where no effort is played, the first must not pay.
    rests = found.there[:, -2] & (found.weight[:, -2] > 0)
    nearest = jnp.minimum(jnp.min(shares), jnp.min(jnp.where(rests, -found.first_gain, 1.0)))
    if not contest.card.exposure:
        return nearest
    return jnp.where(_exposure_bends(contest, support, point), 0.0, nearest)


def _exposure_bends(contest: AbstractContest, support: Support, point: Point) -> Array:
    """Whether the exposure that pays turns at the risk that is run, as where full exposure ceases to pay."""
    lost = pair_gains(contest, support, jnp.exp(point.attack)[:, None], jnp.exp(point.defense))[1]
    risk = point.attack_weights @ lost

    def slope(at: Array) -> Array:
        return jax.jvp(contest.best_exposure, (at,), (risk,))[1]

    bends = jnp.abs(slope(risk * (1 + _BESIDE)) - slope(risk * (1 - _BESIDE))) > _ALIKE
    return jnp.any(bends & support.defense_played)


def _slowness(support: Support, point: Point, moves: Array) -> Array:
    """The share by which a parameter must change at least to change an effort, or a weight, by its own size."""
    _, unflatten = ravel_pytree(point)
    by = jax.vmap(unflatten, in_axes=1, out_axes=-1)(jnp.abs(moves))
    p = jnp.where(support.attack_played, point.attack_weights, 1.0)[:, None]
    q = jnp.where(support.defense_played, point.defense_weights, 1.0)[:, None]
    fastest = [jnp.max(x) for x in (by.attack, by.defense, by.attack_weights / p, by.defense_weights / q)]
    return 1 / jnp.maximum(jnp.max(jnp.stack(fastest)), 1.0)
