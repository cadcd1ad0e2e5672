"""Many chances for one success, and a defender who thins all of them out at once.

An attacker has N chances, each of which succeeds with a probability q of its own; one is enough. A defender who makes
an effort y leaves q = s e^{−y} of a chance s, at a cost β per unit of y. The loss 1 − (1 − q)^N is concave in y as long
as q > 1/N, because removing one of many sure chances is no use, and convex after that. So a defender either does
nothing or leaves the same q = q₀ whatever s is, the smaller root of N q (1 − q)^{N−1} = β. It does nothing where s is
below q₀ already, and where s is so large that driving it down to q₀ costs more than it saves.
"""

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from tiltmeter.contests._halving import last_where
from tiltmeter.contests._parameter import Domain
from tiltmeter.contests._shape import Shape

COUNT = Domain(1.0, np.inf, True, False)

# The largest double below one: the logarithm of what it misses is finite.
_NEARLY_ONE = 1 - 2.0**-53
# From here on 1 − e^{−x} is one.
_FARTHEST = 40.0


def at_least_one(chance: Array, count: Array) -> Array:
    """1 − (1 − chance)^count: the probability that one of `count` ≥ 1 independent chances succeeds."""
    return -jnp.expm1(count * log_missed(chance))


def log_missed(chance: Array) -> Array:
    """log(1 − chance), finite also where the chance is one."""
    return jnp.log1p(-jnp.minimum(chance, _NEARLY_ONE))


def thinning_shape(count: Array, chance: Array) -> Array:
    """The shape of what thinning out saves, where it has one peak: with less than one sure success it only falls."""
    return jnp.where(chance > 0, jnp.where(count * chance <= 1, Shape.CONCAVE, Shape.ONE_PEAK), Shape.FLAT)


class Thinning(NamedTuple):
    """When and how far it pays to thin out chances; a chance s is written as x = −log(1 − s).

    Attributes:
        left: q₀, what is left of every chance that is thinned out; 1 where it never pays.
        begins: x from which on thinning pays; infinite where it never does.
        gives_up: x from which on it costs more than it saves; infinite where it never does.
    """

    left: Array
    begins: Array
    gives_up: Array


def thinned(count: Array, cost: Array) -> Thinning:
    """A defender's best replies to `count` chances.

    Args:
        count: N ≥ 1.
        cost: β > 0, what a unit of y costs as a share of the stake.
    """
    # N q (1 − q)^{N−1} rises up to q = 1/N, and lies between N q / e and N q there.
    peak = -log_missed(1 / count)
    worthwhile = cost < jnp.exp(-(count - 1) * peak)
    log_cost = jnp.log(jnp.where(worthwhile, cost, 0.1))

    def too_little(log_left: Array) -> Array:
        return log_cost - (jnp.log(count) + log_left + (count - 1) * log_missed(jnp.exp(log_left)))

    least = log_cost - jnp.log(count)
    log_left = last_where(too_little, least, jnp.minimum(least + 1.0, -jnp.log(count)))
    begins = -log_missed(jnp.exp(log_left))

    def pays(log_x: Array) -> Array:
        x = jnp.exp(log_x)
        saved = jnp.exp(-count * begins) - jnp.exp(-count * x)
        return saved - jnp.exp(log_cost) * (jnp.log(-jnp.expm1(-x)) - log_left)

    farthest = jnp.log(_FARTHEST) + jnp.zeros_like(peak)
    gives_up = last_where(pays, jnp.log(peak), farthest)
    return Thinning(
        left=jnp.where(worthwhile, jnp.exp(log_left), 1.0),
        begins=jnp.where(worthwhile, begins, jnp.inf),
        gives_up=jnp.where(worthwhile & (pays(farthest) <= 0), jnp.exp(gives_up), jnp.inf),
    )
