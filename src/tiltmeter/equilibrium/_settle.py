"""From a sketch to an equilibrium: Newton's method on all conditions at once, for batches."""

import jax
import jax.numpy as jnp

from tiltmeter.contests import AbstractContest, Strategies
from tiltmeter.equilibrium._conditions import played_at, started
from tiltmeter.equilibrium._newton import settled

_STEPS = 8
# Weights that rounding makes negative.
_ROUNDING = 1e-9


def settle(contest: AbstractContest, near: Strategies) -> Strategies:
    """The equilibrium with these supports near these mixtures, for each contest of a batch.

    Args:
        contest: parameters of shape (B,).
        near: supports of shape (B, K); what is played stays so.

    Returns:
        The same supports; weights are not a number where they came out as no probabilities.
    """
    support, start = started(contest, jax.tree.map(lambda x: jnp.moveaxis(x, -1, 0), near))
    found, _ = settled(contest, support, start, _STEPS)
    weights = jnp.stack([found.attack_weights, found.defense_weights])
    kept = jnp.maximum(weights, 0.0)
    kept = jnp.where(jnp.all(weights >= -_ROUNDING, axis=(0, 1)), kept / jnp.sum(kept, axis=1, keepdims=True), jnp.nan)
    played = played_at(contest, support, found._replace(attack_weights=kept[0], defense_weights=kept[1]))
    return jax.tree.map(lambda x: jnp.moveaxis(x, 0, -1), played)
