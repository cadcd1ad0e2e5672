"""The normal distribution's probabilities and quantiles, in little code to compile."""

import jax
import jax.scipy.special as special
from jaxtyping import Array

_ROOT_HALF = 0.7071067811865476

# Compiled apart, because its many terms would be traced anew wherever a contest asks for it.
_quantile = jax.jit(special.ndtri)


def normal_below(x: Array) -> Array:
    """Φ(x), accurate in both tails, by one call that compiles to less code than the library's two branches."""
    return jax.lax.erfc(-_ROOT_HALF * x) / 2


def normal_quantile(p: Array) -> Array:
    """Φ⁻¹(p); −∞ at 0 and ∞ at 1."""
    return _quantile(p)
