"""The derivatives of a formula for an equilibrium: the quickest way to them, and the only one where success has a step.

They are believed only where small joint moves of the parameters, up and down, change the formula's result alike and as
its derivatives say: not where the least move changes which efforts are played.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from tiltmeter.contests import AbstractContest
from tiltmeter.equilibrium._formula import formula

# The share by which parameters are moved; how far the changes may differ, as shares of their terms and of the output.
_STEP = 1e-6
_DIFFER = 3e-4
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
    theta, count = jnp.stack(leaves), len(leaves)

    def evaluated(values: Array) -> tuple[Array, Array]:
        known = formula(jax.tree.unflatten(structure, list(values)))
        return known.outputs, known.solved

    outputs, pushed, solved = jax.linearize(evaluated, theta, has_aux=True)
    derivatives = jax.vmap(pushed)(jnp.broadcast_to(jnp.eye(count)[..., None], (count, *theta.shape)))

    # All parameters at once, each by another share; at the border of its range one may be zero, and is not moved.
    way = jnp.linspace(0.4, 1.0, count) * (-1.0) ** jnp.arange(count)
    ways = jnp.stack([way, -way])
    changed = jax.lax.map(lambda way: (evaluated(theta * (1 + _STEP * way[:, None]))[0] - outputs) / _STEP, ways)
    terms = ways[:, :, None, None] * derivatives * theta[:, None]
    scales = outputs.at[4].set(contest.attacker_stake).at[5].set(contest.defender_stake)
    allowed = _DIFFER * jnp.sum(jnp.abs(terms), axis=1) + _ROUNDING * jnp.abs(scales)
    return FormulaSlopes(
        outputs.T,
        scales.T,
        jnp.transpose(derivatives, (2, 1, 0)),
        jnp.broadcast_to(solved, contest.shape),
        jnp.all(jnp.abs(changed - jnp.sum(terms, axis=1)) <= allowed, axis=(0, 1)),
    )
