"""The derivatives of a formula for an equilibrium, for contests whose success is not smooth where the efforts meet.

An all-pay auction has a step there, and arms that just keep the peace lie at one: no condition on marginal gains holds.
The formula itself is then differentiated, and believed only where small moves of each parameter, up and down, change
the formula's result alike and as its derivative says. Formulas that search for a root by halving have none to give, and
fail that test.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from tiltmeter.contests import AbstractContest
from tiltmeter.equilibrium._formula import formula

# The share by which a parameter is moved; how far the changes may differ, as shares of themselves and of the output.
_STEP = 1e-6
_DIFFER = 1e-3
_ROUNDING = 1e-7


class FormulaSlopes(NamedTuple):
    """For a batch of B contests with m parameters, in the order of their leaves.

    Attributes:
        outputs: in the order of `OUTPUTS`, shape (B, 6).
        scales: what each is small or large in comparison with, shape (B, 6).
        derivatives: shape (B, 6, m).
        solved: whether the formula holds, shape (B,).
        straight: whether the result turns neither here nor nearby, and moves as its derivative says, shape (B,).
    """

    outputs: Array | np.ndarray
    scales: Array | np.ndarray
    derivatives: Array | np.ndarray
    solved: Array | np.ndarray
    straight: Array | np.ndarray


def formula_slopes(contest: AbstractContest) -> FormulaSlopes:
    """The derivatives of the closed form, for a contest with parameters of shape (B,) that has one."""
    leaves, structure = jax.tree.flatten(contest)
    theta = jnp.stack(leaves)

    def evaluated(values: Array) -> Array:
        return formula(jax.tree.unflatten(structure, list(values))).outputs

    outputs, each = evaluated(theta), jnp.eye(len(leaves))[..., None]
    derivatives = jax.lax.map(lambda one: jax.jvp(evaluated, (theta,), (one + 0 * theta,))[1], each)

    def changed(step: float) -> Array:
        return jax.lax.map(lambda one: (evaluated(theta * (1 + step * one)) - outputs) / step, each)

    # At the border of its range a parameter may be zero, and is then not moved.
    changes = derivatives * theta[:, None]
    scales = outputs.at[4].set(contest.attacker_stake).at[5].set(contest.defender_stake)
    allowed = _DIFFER * jnp.abs(changes) + _ROUNDING * jnp.abs(scales)
    straight = jnp.maximum(jnp.abs(changed(_STEP) - changes), jnp.abs(changed(-_STEP) - changes)) <= allowed
    return FormulaSlopes(
        outputs.T,
        scales.T,
        jnp.transpose(derivatives, (2, 1, 0)),
        jnp.broadcast_to(formula(contest).solved, contest.shape),
        jnp.all(straight, axis=(0, 1)),
    )
