"""What both sides play in a contest of equals in which only the ratio of efforts counts, and counts for much.

Such are a Tullock contest with equal strengths and equal returns above 2, and one in which a normal error instead
of a logistic one adds to the logarithm of the ratio.

Neither can afford one effort, nor to stay out: both mix over countably many efforts that pile up at zero, and earn
nothing (Baye, Kovenock & de Vries 1994; Ewerhart 2015). At each of these the chance of success equals the effort's cost
as a share of the stake, and so do their derivatives. Downwards the efforts follow one law ever more exactly, which we
found by computing them: the inverse squares of their distances in log-odds, and of each effort's share of the
probability that is left, rise by constants. So a few are solved for, and the law gives the others; the certificate says
how good that is.
"""

from collections.abc import Callable

import jax
import jax.numpy as jnp
from jaxtyping import Array

from tiltmeter.contests._strategies import Strategies

EFFORTS = 63
# How many efforts are solved for: first few, from which a start for more is prolonged.
_SOLVED = (3, 6, 12)
_STEPS = 12
_LONGEST = 1.0
# Probabilities that no longer change a sum.
_NOTHING = 1e-18
# What the conditions may be missed by, for a mixture to be worth a certificate.
MET = 1e-6


def steep(returns: Array, below: Callable[[Array], Array] = jax.nn.sigmoid) -> tuple[Array, Array, Array]:
    """The mixture for equal sides.

    Args:
        returns: by which the log ratio of efforts is multiplied, a scalar; so large that one effort each is too dear.
        below: the chance that the error is less; smooth, and the same upwards as downwards.

    Returns:
        Efforts as shares of the one that costs the stake, from the largest down, shape (EFFORTS,); their probabilities,
        which leave to no effort what is missing to one; and by how much the conditions are missed.
    """
    # A logistic error with the same density in the middle is near enough to start from.
    middle = jax.jvp(below, (jnp.zeros(()),), (jnp.ones(()),))[1]
    costs, shares = _start(4 * middle * returns)
    left = jnp.zeros(())
    for count in _SOLVED:
        costs, shares, left = _newton(returns, below, *_prolonged(costs, shares, count))
    costs, shares = _prolonged(costs, shares, EFFORTS)
    weights, _ = _weights(shares)
    played = weights > _NOTHING
    return jnp.where(played, jnp.exp(costs), 0.0), jnp.where(played, weights, 0.0), left


def of_unequals(mixture: tuple[Array, Array], attack_limit: Array, defense_limit: Array, stronger: Array) -> Strategies:
    """What unequal sides play, from what equal ones do.

    The stronger side plays as if both had the weaker's strength; so does the weaker, with the probability of the ratio
    of strengths, and else nothing. The other's chances and costs are then what they are among equals.

    Args:
        mixture: efforts as shares of the one that costs the stake, and their probabilities.
        attack_limit: the attack that costs the stake.
        defense_limit: likewise.
        stronger: how many times more than the defender's limit the attacker's counts.
    """
    efforts, weights = mixture

    def side(reach: Array, strength: Array) -> tuple[Array, Array]:
        """With a reach, for a strength relative to the other side's."""
        played = jnp.minimum(strength, 1.0) * weights
        efforts_played = jnp.append(reach * jnp.minimum(1 / strength, 1.0) * efforts, 0.0)
        return efforts_played, jnp.append(played, jnp.maximum(1 - jnp.sum(played), 0.0))

    a, p = side(attack_limit, stronger)
    d, q = side(defense_limit, 1 / stronger)
    return Strategies(a, jnp.where(a > 0, 1.0, 0.0), p, d, q)


def _start(returns: Array) -> tuple[Array, Array]:
    """Logarithms of the three largest efforts and log-odds of their shares, for a logistic error: the largest if the
    others were none (exact in the limit of r = 2), the distances fitted to solutions.
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


def _newton(returns: Array, below: Callable[[Array], Array], costs: Array, shares: Array) -> tuple[Array, Array, Array]:
    """Efforts and shares that meet the conditions, and by how much they miss them."""
    count = costs.size
    start = jnp.concatenate([costs, shares])
    # Efforts too small to matter stay where they are.
    matters = jnp.tile(costs > jnp.log(_NOTHING), 2)

    def conditions(x: Array) -> tuple[Array, Array]:
        every, share = _prolonged(x[:count], x[count:], EFFORTS)
        weights, left = _weights(share)
        ahead = returns * (every[:count, None] - every)
        success, density = jax.jvp(below, (ahead,), (jnp.ones_like(ahead),))
        earned = (success @ weights + left) * jnp.exp(-every[:count]) - 1
        slope = returns * (density @ weights) * jnp.exp(-every[:count]) - 1
        missed = jnp.where(matters, jnp.concatenate([earned, slope]), x - start)
        return missed, missed

    def step(_: int, x: Array) -> Array:
        slopes, missed = jax.jacfwd(conditions, has_aux=True)(x)
        way = jnp.nan_to_num(jnp.linalg.solve(slopes, -missed))
        return x + way * jnp.minimum(1.0, _LONGEST / jnp.maximum(jnp.max(jnp.abs(way)), 1e-9))

    x = jax.lax.fori_loop(0, _STEPS, step, start)
    return x[:count], x[count:], jnp.max(jnp.abs(conditions(x)[0]))
