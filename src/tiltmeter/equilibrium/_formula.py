"""What a contest's formula says, without a certificate: for inner loops, and to be differentiated."""

from functools import reduce
from operator import add
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from tiltmeter.contests import AbstractContest, Strategies
from tiltmeter.equilibrium._compact import SAME
from tiltmeter.equilibrium._in_blocks import in_blocks
from tiltmeter.errors import ParameterError


class Expected(NamedTuple):
    """What both sides do and get on average, in arrays of the contest's shape.

    Attributes:
        attacker_effort: expected effort of the attacker.
        defender_effort: expected effort of the defender.
        attack_probability: probability of a positive effort, or of entry where the attacker may stay out.
        attack_success: probability that the attack succeeds.
        attacker_payoff: expected payoff, in the unit of the stake.
        defender_payoff: expected payoff, in the unit of the stake.
        kind_code: how many sides mix: 0 for pure, 1 for semi-mixed, 2 for mixed.
        solved: whether the formula covers these parameters; where it does not, the numbers mean nothing.
    """

    attacker_effort: Array
    defender_effort: Array
    attack_probability: Array
    attack_success: Array
    attacker_payoff: Array
    defender_payoff: Array
    kind_code: Array
    solved: Array

    @property
    def outputs(self) -> Array:
        """Efforts, attack probability, success and payoffs, stacked on a first axis."""
        return jnp.stack(jnp.broadcast_arrays(*self[: len(OUTPUTS)]))


# What an equilibrium gives on average, in this order: efforts, attack probability, success, payoffs.
OUTPUTS = Expected._fields[:6]


@eqx.filter_jit
def formula(contest: AbstractContest) -> Expected:
    """The equilibrium by the contest's own formula: at once for millions of contests, and uncertified.

    A compiled JAX function, which `jax.jit`, `jax.grad` and `jax.vmap` take; `solve` certifies what it says, searches
    where no formula holds, and uses memory in small portions.

    Args:
        contest: parameters of any shapes that broadcast.

    Returns:
        Expected efforts, success and payoffs. Where there are several equilibria they are those of the one that
        `solve` reports.

    Raises:
        ParameterError: for a contest that has no formula.
    """
    return in_blocks(_by_closed_form, contest)


def _by_closed_form(contest: AbstractContest) -> Expected:
    form = contest.closed_form()
    if form is None:
        raise ParameterError(f"{type(contest).__name__} has no formula; use `solve`, which searches.")
    return expected(contest, form.strategies, form.solved, form.success)


def expected(contest: AbstractContest, played: Strategies, solved: Array, success: Array | None = None) -> Expected:
    """What these strategies come to; success is computed from them unless it is known."""
    a, entered, p = played.attacker_efforts, played.attacker_entered, played.attacker_weights
    active = entered if contest.card.entry else jnp.where(a > 0, 1.0, 0.0)
    attack, defense = expectation(a, p), expectation(played.defender_efforts, played.defender_weights)
    often = expectation(active, p)
    chance = _chance(contest, played) if success is None else success
    attacker_gain, defender_gain = _gains(contest, played, chance)
    fee = contest.entry_cost * expectation(entered, p) if contest.card.entry else 0.0  # type: ignore[attr-defined]
    return Expected(
        attack,
        defense,
        often,
        chance,
        contest.attacker_stake * attacker_gain - contest.attacker_cost * attack - fee,
        contest.defender_stake * defender_gain - contest.defender_cost * defense,
        sides_mixing(contest, played, jnp).astype(jnp.int8),
        solved,
    )


def sides_mixing(contest: AbstractContest, played: Strategies, xp: Any = np) -> Any:
    """How many sides play efforts that differ by more than the search's resolution; by numpy or jax.numpy."""
    attack, defense = (
        _apart(weights, efforts, spreads, xp)
        for weights, efforts, spreads in (
            (played.attacker_weights, played.attacker_efforts, played.attacker_spreads),
            (played.defender_weights, played.defender_efforts, played.defender_spreads),
        )
    )
    used = [w > _SELDOM for w in _places(played.attacker_weights)]
    enters = [x > 0 for x in _places(played.attacker_entered)]
    sometimes = reduce(xp.logical_or, [u & e for u, e in zip(used, enters, strict=True)])
    sometimes_not = reduce(xp.logical_or, [u & ~e for u, e in zip(used, enters, strict=True)])
    return (attack | (sometimes & sometimes_not)).astype(int) + defense


# What is played more seldom than this is not played.
_SELDOM = 1e-7


def _apart(weights: Array, efforts: Array, spreads: Array | None, xp: Any) -> Any:
    used, values = [w > _SELDOM for w in _places(weights)], _places(efforts)
    most = reduce(xp.maximum, [xp.where(u, x, -np.inf) for u, x in zip(used, values, strict=True)])
    least = reduce(xp.minimum, [xp.where(u, x, np.inf) for u, x in zip(used, values, strict=True)])
    apart = most - least > SAME * most
    if spreads is None:
        return apart
    return reduce(xp.logical_or, [u & (s > 0) for u, s in zip(used, _places(spreads), strict=True)], apart)


def _places(x: Any) -> list[Any]:
    """The places of a support, each an array of its own: what is stacked and taken apart again costs nothing."""
    return [x[..., place] for place in range(x.shape[-1])]


def expectation(values: Any, weights: Any) -> Any:
    """The mean over a support, of numpy's or JAX's arrays."""
    return reduce(add, [x * w for x, w in zip(_places(values), _places(weights), strict=True)])


def _chance(contest: AbstractContest, played: Strategies) -> Array:
    a, d, present, exposed = _pairs(contest, played)
    if not contest.card.spread:
        return jnp.sum(contest.success(a, d) * present * exposed, axis=(0, 1))
    attack, defense = (jnp.moveaxis(jnp.asarray(x), -1, 0) for x in (played.attacker_spreads, played.defender_spreads))
    return jnp.sum(contest.mean_success(a, attack[:, None], d, defense) * present * exposed, axis=(0, 1))


def _gains(contest: AbstractContest, played: Strategies, chance: Array) -> tuple[Array, Array]:
    """What both sides get before costs, as shares of their stakes."""
    bonus = 0.0
    if contest.card.exposure:
        shown = jnp.moveaxis(jnp.asarray(played.defender_exposures), -1, 0)
        bonus = jnp.sum(jnp.moveaxis(played.defender_weights, -1, 0) * contest.exposure_gain(shown), axis=0)
    if contest.only_success_counts:
        return chance, 1 - chance + bonus
    a, d, present, exposed = _pairs(contest, played)
    lost = 1 - contest.defender_gain(a, d)
    return (
        jnp.sum(contest.attacker_gain(a, d) * present * exposed, axis=(0, 1)),
        1 - jnp.sum(lost * present * exposed, axis=(0, 1)) + bonus,
    )


def _pairs(contest: AbstractContest, played: Strategies) -> tuple[Array, Array, Array, Array]:
    """All pairs of efforts on two leading axes, and how often each side plays its one where it can be attacked."""
    s = jax.tree.map(lambda x: jnp.moveaxis(x, -1, 0), played)
    present = s.attacker_entered * s.attacker_weights if contest.card.entry else s.attacker_weights
    exposed = s.defender_weights if s.defender_exposures is None else s.defender_exposures * s.defender_weights
    return s.attacker_efforts[:, None], s.defender_efforts[None], present[:, None], exposed[None]
