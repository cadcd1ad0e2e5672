"""Best-response curves and isovalue curves: what the pictures of a contest are drawn from."""

import dataclasses
from typing import Literal

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, ArrayLike

from tiltmeter.contests import AbstractContest, Strategies
from tiltmeter.equilibrium._draws import over_draws, unflatten
from tiltmeter.equilibrium._efforts import broadcast_to_efforts, checked_efforts
from tiltmeter.equilibrium._payoffs import attack_limit
from tiltmeter.equilibrium._response import best_replies
from tiltmeter.errors import ParameterError, unknown


@dataclasses.dataclass(frozen=True, eq=False)
class Response:
    """A global best response, arrays of the shape to which contest and opponent's efforts broadcast.

    Attributes:
        effort: the effort that earns most; at a tie the smallest.
        payoff: what it earns, in the unit of the stake.
        stays_out: whether the best is not to take part at all.
    """

    effort: np.ndarray
    payoff: np.ndarray
    stays_out: np.ndarray


def best_response(
    contest: AbstractContest, side: Literal["attacker", "defender"], opponent_effort: ArrayLike
) -> Response:
    """The effort that earns a side most against a given effort of the other, among all efforts, zero included.

    Args:
        contest: parameters of any shapes that broadcast.
        side: whose response.
        opponent_effort: efforts ≥ 0 of the other side, broadcast against the contest.

    Raises:
        UnknownNameError: for another side.
        ParameterError: for efforts that are negative or not finite, or do not broadcast.
    """
    if side not in ("attacker", "defender"):
        raise unknown("side", side, ("attacker", "defender"))
    efforts = checked_efforts(opponent_effort, "opponent_effort")
    wide, shape = broadcast_to_efforts(contest, efforts)
    # Both sides' replies come from one compiled function, whichever is asked for.
    replies, _ = over_draws(_replies_one, wide, np.broadcast_to(efforts, shape), seldom=True)
    return Response(*unflatten(replies[0 if side == "attacker" else 1], shape))


def isovalue(contest: AbstractContest, success: ArrayLike, defender_effort: ArrayLike) -> np.ndarray:
    """The attacker's effort at which the attack succeeds with a given probability: a level curve of success.

    Args:
        contest: parameters of any shapes that broadcast.
        success: levels in [0, 1], broadcast against the contest and the efforts.
        defender_effort: efforts ≥ 0 of the defender.

    Returns:
        Efforts of the attacker; 0 where no effort already succeeds more often, infinite where no effort is enough.
    """
    levels, efforts = np.asarray(success, dtype=float), checked_efforts(defender_effort, "defender_effort")
    if not np.all((levels >= 0) & (levels <= 1)):
        raise ParameterError(f"success is a probability between 0 and 1, not {success!r}.")
    levels, efforts = np.broadcast_arrays(levels, efforts)
    wide, shape = broadcast_to_efforts(contest, efforts)
    asked = np.broadcast_to(levels, shape), np.broadcast_to(efforts, shape)
    found, _ = over_draws(_isovalue_one, wide, *asked, seldom=True)
    return unflatten(found, shape)


def _replies_one(contest: AbstractContest, effort: Array) -> tuple[tuple[Array, Array, Array], ...]:
    """Effort, payoff and whether it stays out: of the attacker, then of the defender, against this effort."""
    one, against = jnp.ones(1), effort[None]
    reply = best_replies(contest, Strategies(against, one, one, against, one))
    out = reply.entered == 0 if contest.card.entry else jnp.zeros((), bool)
    return (
        (reply.attack, reply.attacker_payoff * contest.attacker_stake, out),
        (reply.defense, (1 + reply.defender_payoff) * contest.defender_stake, jnp.zeros((), bool)),
    )


def _isovalue_one(contest: AbstractContest, level: Array, d: Array) -> Array:
    """Bisection on the logarithm of the effort, over 24 orders of magnitude around the effort that costs the stake."""
    limit = jnp.log(attack_limit(contest))

    def halve(_: int, bracket: tuple[Array, Array]) -> tuple[Array, Array]:
        lower, upper = bracket
        middle = (lower + upper) / 2
        short = contest.success(jnp.exp(middle), d) < level
        return jnp.where(short, middle, lower), jnp.where(short, upper, middle)

    lower, upper = jax.lax.fori_loop(0, 70, halve, (limit - 36.0, limit + 20.0))
    effort = jnp.exp((lower + upper) / 2)
    unreachable = contest.success(jnp.exp(limit + 20.0), d) < level
    return jnp.where(contest.success(jnp.zeros(()), d) >= level, 0.0, jnp.where(unreachable, jnp.inf, effort))
