"""What the two sides play: finitely many efforts each, with the probability of each."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, ArrayLike


class Strategies(eqx.Module):
    """A pair of mixed strategies with finite support; a pure strategy is a support of one.

    The last axis runs over the support; a weight of zero marks an unused place. The other axes broadcast against
    the contest's parameters.

    Attributes:
        attacker_efforts: efforts of the attacker.
        attacker_entered: 1 where the attacker takes part, 0 where it stays out; only contests whose card says
            `entry` tell the two apart at zero effort.
        attacker_weights: probabilities, summing to one.
        defender_efforts: efforts of the defender.
        defender_weights: probabilities, summing to one.
        defender_exposures: how far the defender exposes itself with each effort, in [0, 1]; only contests whose card
            says `exposure` have it, elsewhere it is None.
        attacker_spreads: half the width of an even draw around each effort, as a share of it, in [0, 1]: 0 for that
            very effort, 1 for anything from nothing to twice as much; only contests whose card says `spread` have them.
        defender_spreads: likewise.
    """

    attacker_efforts: Array
    attacker_entered: Array
    attacker_weights: Array
    defender_efforts: Array
    defender_weights: Array
    defender_exposures: Array | None = None
    attacker_spreads: Array | None = None
    defender_spreads: Array | None = None


def two_point(
    attack: ArrayLike,
    attack_probability: ArrayLike,
    defense: ArrayLike,
    defense_probability: ArrayLike = 1.0,
    spread: float | None = None,
    idle_enters: ArrayLike = 0.0,
) -> Strategies:
    """Each side plays one effort with some probability and zero effort (or stays out) otherwise.

    Args:
        attack: the attacker's effort when it attacks.
        attack_probability: the probability that it does.
        defense: the defender's effort when it defends.
        defense_probability: the probability that it does.
        spread: half the width of even draws around the two efforts, as a share of them.
        idle_enters: 1 where an attacker who makes no effort takes part all the same, 0 where it stays out.
    """
    given = (attack, attack_probability, defense, defense_probability, idle_enters)
    a, p, d, q, idle = jnp.broadcast_arrays(*map(jnp.asarray, given))
    zero, one = jnp.zeros_like(a), jnp.ones_like(a)
    spreads = None if spread is None else jnp.stack([zero, spread * one], axis=-1)
    return Strategies(
        attacker_efforts=jnp.stack([zero, a], axis=-1),
        attacker_entered=jnp.stack([idle * one, one], axis=-1),
        attacker_weights=jnp.stack([1 - p, p], axis=-1),
        defender_efforts=jnp.stack([zero, d], axis=-1),
        defender_weights=jnp.stack([1 - q, q], axis=-1),
        attacker_spreads=spreads,
        defender_spreads=spreads,
    )


def widened(strategies: Strategies, places: int) -> Strategies:
    """The same with unused places added until all supports have at least so many; NumPy's arrays."""

    def leaf(x: Any) -> np.ndarray:
        x = np.asarray(x)
        return np.pad(x, [(0, 0)] * (x.ndim - 1) + [(0, max(places - x.shape[-1], 0))])

    return jax.tree.map(leaf, strategies)


def in_points(strategies: Strategies, parts: int = 64) -> Strategies:
    """The same with certain efforts only: an even draw becomes the middles of so many equal parts, equally likely.

    Expected efforts stay what they are; what is played against such points is not quite what was played.
    """
    if strategies.attacker_spreads is None or strategies.defender_spreads is None:
        return strategies
    inside = (2 * jnp.arange(parts) + 1) / parts - 1

    def split(efforts: Array, weights: Array, spreads: Array) -> tuple[Array, Array]:
        points = efforts[..., None] * (1 + spreads[..., None] * inside)
        shares = jnp.broadcast_to(weights[..., None] / parts, points.shape)
        flat = (*efforts.shape[:-1], -1)
        return points.reshape(flat), shares.reshape(flat)

    s = strategies
    attack, attack_weights = split(s.attacker_efforts, s.attacker_weights, strategies.attacker_spreads)
    defense, defense_weights = split(s.defender_efforts, s.defender_weights, strategies.defender_spreads)
    entered = jnp.repeat(s.attacker_entered, parts, axis=-1)
    exposed = None if s.defender_exposures is None else jnp.repeat(s.defender_exposures, parts, axis=-1)
    return Strategies(attack, entered, attack_weights, defense, defense_weights, exposed)


class ClosedForm(eqx.Module):
    """What a contest knows of its own equilibria without a search.

    Attributes:
        strategies: an equilibrium, wherever `solved`.
        solved: whether the formulas cover these parameters; elsewhere the engine searches.
        several: whether there are further equilibria; `others` then holds extreme ones, so that every measure
            over the whole set lies between the least and the greatest over `strategies` and `others`.
        others: further equilibria; where not `several` they repeat `strategies`.
        success: the probability of success, where the formulas know it; computed from the strategies where it is None.
    """

    strategies: Strategies
    solved: Array
    several: Array
    others: tuple[Strategies, ...] = ()
    success: Array | None = None
