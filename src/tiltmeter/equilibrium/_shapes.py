"""Is the shape that a contest states the shape that its gains have? Slopes along each side's efforts tell."""

from typing import Literal

import jax
import jax.numpy as jnp
import numpy as np

from tiltmeter.contests import AbstractContest, Shape
from tiltmeter.equilibrium._payoffs import attack_limit, defense_limit

# Where slopes are compared, as shares of the effort that costs the stake, and what rounding may do to them.
_ALONG = np.geomspace(1e-6, 1.0, 97)
_ROUNDING = 1e-6


def contradicted(contest: AbstractContest, side: Literal["attack", "defense"], against: np.ndarray) -> np.ndarray:
    """Where a side's gain has not the shape that is stated.

    Args:
        contest: parameters of shape (B,).
        side: whose gain.
        against: efforts of the other side, (n, B).

    Returns:
        Whether the slopes over this side's efforts contradict what is stated against these efforts, (n, B).
    """
    attacks = side == "attack"
    limit = attack_limit(contest) if attacks else defense_limit(contest)
    own, other = limit * _ALONG[:, None, None], jnp.asarray(against)
    own = jnp.broadcast_to(own, (_ALONG.size, *other.shape))

    def gain(effort: jax.Array) -> jax.Array:
        return contest.attacker_gain(effort, other) if attacks else contest.defender_gain(other, effort)

    slopes = np.asarray(limit * jax.jvp(gain, (own,), (jnp.ones_like(own),))[1])
    stated = np.broadcast_to(contest.attack_shape(other) if attacks else contest.defense_shape(other), other.shape)
    before, after = np.maximum.accumulate(slopes), np.maximum.accumulate(slopes[::-1])[::-1]
    # What a slope must not fall short of, or exceed.
    valley = np.any(slopes < np.minimum(before, after) * (1 - _ROUNDING) - _ROUNDING, axis=0)
    climb = np.any(slopes > np.minimum.accumulate(slopes) * (1 + _ROUNDING) + _ROUNDING, axis=0)
    steep = np.any(np.abs(slopes) > _ROUNDING, axis=0)
    broken = {Shape.FLAT: steep, Shape.CONCAVE: climb, Shape.ONE_PEAK: valley}
    return np.select([stated == shape for shape in broken], list(broken.values()), False)
