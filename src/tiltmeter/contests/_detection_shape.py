"""How the chance to pass an examination bends in each side's effort.

In A = 1 + a or B = 1 + d, with δ = C B^ψ / A^θ, what a further unit of effort adds is in proportion to
δ Φ(z − δ)^(m−1) φ(z − δ) over A or B. The derivative of its logarithm by log A is θ δ b(δ) − (θ + 1), that by log B
ψ − 1 − ψ δ b(δ), with b(δ) = (m − 1) λ(z − δ) + δ − z and λ = φ/Φ. Because λ falls and is convex (Sampford 1953), b
rises and is convex; so δ b rises where it is positive, and is convex where it is negative.
"""

import jax.numpy as jnp
from jaxtyping import Array

from tiltmeter.contests._detection import LOG_ROOT_TWO_PI, Detection, log_normal_below
from tiltmeter.contests._shape import Shape


def attack_bends(g: Detection, defender_effort: Array) -> Array:
    """The shape of the chance to pass over refinement, against these defenses."""
    shown = g.untouched * jnp.exp(g.defense_returns * jnp.log1p(defender_effort))
    # Refinement lowers δ, and the derivative with it: below zero it stays there.
    falling = g.attack_returns * shown * _bend(g, shown)[0] <= g.attack_returns + 1
    return jnp.where(falling, Shape.CONCAVE, Shape.ONE_PEAK)


def defense_bends(g: Detection, attacker_effort: Array) -> Array:
    """The shape of the chance to be found out over the defender's effort, against these attacks."""
    shown = g.untouched / jnp.exp(g.attack_returns * jnp.log1p(attacker_effort))
    bend, slope = _bend(g, shown)
    psi = g.defense_returns
    # Effort raises δ. −δ b is concave up to where it is zero and falls beyond: once it falls it falls for good.
    rising = psi - 1 - psi * shown * bend >= 0
    past = bend + shown * slope >= 0
    # b lies above its tangent at δ = 0, which bounds −δ b by a parabola.
    at_none, least_slope = _bend(g, jnp.zeros_like(shown))
    never = psi * at_none**2 < 4 * (1 - psi) * least_slope
    return jnp.where(rising, Shape.ONE_PEAK, jnp.where(past | never, Shape.CONCAVE, Shape.UNKNOWN))


def _bend(g: Detection, shown: Array) -> tuple[Array, Array]:
    """b and its derivative."""
    x = g.criterion - shown
    if g.items is None:
        return -x, jnp.ones_like(x)
    mills = jnp.exp(-(x**2) / 2 - LOG_ROOT_TWO_PI - log_normal_below(x))
    return (g.items - 1) * mills - x, 1 + (g.items - 1) * mills * (x + mills)
