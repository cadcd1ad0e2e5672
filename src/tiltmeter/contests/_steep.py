"""What both sides play in a Tullock contest with equal strengths and equal returns above 2.

Neither can afford one effort, nor to stay out: both mix over countably many efforts that pile up at zero, and earn
nothing (Baye, Kovenock & de Vries 1994; Ewerhart 2015). At each of these the chance of success equals the effort's cost
as a share of the stake, and so do their derivatives. Downwards the efforts follow one law ever more exactly, which we
found by computing them: the inverse squares of their distances in log-odds, and of each effort's share of the
probability that is left, rise by constants. So a few are solved for, and the law gives the others; the certificate says
how good that is.
"""

import jax
import jax.numpy as jnp
from jaxtyping import Array

EFFORTS = 63
_FIRST, _SOLVED = 3, 12
_STEPS = 12
_LONGEST = 1.0
# Probabilities that no longer change a sum.
_NOTHING = 1e-18


def steep(returns: Array) -> tuple[Array, Array, Array]:
    """The mixture for equal sides.

    Args:
        returns: r > 2, a scalar.

    Returns:
        Efforts as shares of the one that costs the stake, from the largest down, shape (EFFORTS,); their probabilities,
        which leave to no effort what is missing to one; and by how much the conditions are missed.
    """
    costs, shares = _start(returns)
    left = jnp.zeros(())
    for count in (_FIRST, _SOLVED):
        costs, shares, left = _newton(returns, *_prolonged(costs, shares, count))
    costs, shares = _prolonged(costs, shares, EFFORTS)
    weights, _ = _weights(shares)
    played = weights > _NOTHING
    return jnp.where(played, jnp.exp(costs), 0.0), jnp.where(played, weights, 0.0), left


def _start(returns: Array) -> tuple[Array, Array]:
    """Logarithms of the three largest efforts and log-odds of their shares: the largest if the others were none (exact
    in the limit of r = 2), the distances fitted to solutions.
    """
    steepness = 1 - 2 / returns
    first = returns * jnp.log((returns + 2) / (returns - 2)) - 1.2 * steepness**0.75
    gaps = jnp.stack([first, 0.77 * first]) / returns
    largest = 4 / (2 + returns)
    second = 0.98 * jnp.minimum(-jnp.expm1(-jnp.sum(gaps) / 2), largest)
    shares = jnp.stack([largest, second, (2 * second**-2 - largest**-2) ** -0.5])
    costs = jnp.log(returns / (2 + returns)) - jnp.concatenate([jnp.zeros(1), jnp.cumsum(gaps)])
    return costs, jnp.log(shares) - jnp.log1p(-shares)


def _prolonged(costs: Array, shares: Array, count: int) -> tuple[Array, Array]:
    """The first `count` efforts, by the law that the last three known follow."""
    further = jnp.arange(1, count - costs.size + 1)

    def law(last: Array, before: Array) -> Array:
        return (last**-2 + further * jnp.maximum(last**-2 - before**-2, 0.0)) ** -0.5

    gaps, share = -jnp.diff(costs), jax.nn.sigmoid(shares)
    below = costs[-1] - jnp.cumsum(law(gaps[-1], gaps[-2]))
    share = law(share[-1], share[-2])
    return jnp.concatenate([costs, below]), jnp.concatenate([shares, jnp.log(share) - jnp.log1p(-share)])


def _weights(shares: Array) -> tuple[Array, Array]:
    """The probability of each effort, and what is left below the least."""
    left = jnp.cumsum(-jax.nn.softplus(shares))
    above = jnp.concatenate([jnp.zeros(1), left[:-1]])
    return jnp.exp(above - jax.nn.softplus(-shares)), jnp.exp(left[-1])


def _newton(returns: Array, costs: Array, shares: Array) -> tuple[Array, Array, Array]:
    """Efforts and shares that meet the conditions, and by how much they miss them."""
    count = costs.size
    start = jnp.concatenate([costs, shares])
    # Efforts too small to matter stay where they are.
    matters = jnp.tile(costs > jnp.log(_NOTHING), 2)

    def conditions(x: Array) -> tuple[Array, Array]:
        every, share = _prolonged(x[:count], x[count:], EFFORTS)
        weights, left = _weights(share)
        success = jax.nn.sigmoid(returns * (every[:count, None] - every))
        earned = (success @ weights + left) * jnp.exp(-every[:count]) - 1
        slope = returns * ((success * (1 - success)) @ weights) * jnp.exp(-every[:count]) - 1
        missed = jnp.where(matters, jnp.concatenate([earned, slope]), x - start)
        return missed, missed

    def step(_: int, x: Array) -> Array:
        slopes, missed = jax.jacfwd(conditions, has_aux=True)(x)
        way = jnp.nan_to_num(jnp.linalg.solve(slopes, -missed))
        return x + way * jnp.minimum(1.0, _LONGEST / jnp.maximum(jnp.max(jnp.abs(way)), 1e-9))

    x = jax.lax.fori_loop(0, _STEPS, step, start)
    return x[:count], x[count:], jnp.max(jnp.abs(conditions(x)[0]))
