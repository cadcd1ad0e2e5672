"""Best-response curves and isovalue curves: what the pictures of a contest are drawn from."""

import dataclasses
from collections.abc import Callable
from typing import Literal

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, ArrayLike

from tiltmeter.contests import AbstractContest
from tiltmeter.equilibrium._draws import over_draws, unflatten
from tiltmeter.equilibrium._efforts import broadcast_to_efforts, checked_efforts
from tiltmeter.equilibrium._payoffs import attack_limit, defense_limit
from tiltmeter.equilibrium._response import HALVINGS, SCAN, crests
from tiltmeter.errors import ParameterError, unknown

# Against one effort a payoff has a few peaks; so many are followed.
_PEAKS = 3


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
    asked = np.full(shape, side == "attacker"), np.broadcast_to(efforts, shape)
    replies, _ = over_draws(_replies, wide, *asked, takes="batches", code="quick")
    return Response(*unflatten(replies, shape))


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
    found, _ = over_draws(_isovalue, wide, *asked, takes="batches", code="quick")
    return unflatten(found, shape)


def _replies(contest: AbstractContest, attacks: Array, against: Array) -> tuple[Array, Array, Array]:
    """Of one side for each of a batch: effort, payoff in the unit of the stake, and whether it is not to take part.

    The side is data, so that both sides come from one compiled function: a scan, and around its highest peaks the slope
    followed to its zero.
    """
    zero_sum, card = contest.only_success_counts, contest.card
    stake = jnp.where(attacks, contest.attacker_stake, contest.defender_stake)
    limit = jnp.where(attacks, attack_limit(contest), defense_limit(contest))

    def payoff(effort: Array) -> Array:
        """As a share of the stake; the defender's less one, as long as it is small."""
        a, d = jnp.where(attacks, effort, against), jnp.where(attacks, against, effort)
        wins = contest.success(a, d) if zero_sum else contest.attacker_gain(a, d)
        loses = wins if zero_sum else 1 - contest.defender_gain(a, d)
        if card.exposure:
            exposure = contest.best_exposure(loses)
            loses = exposure * loses - contest.exposure_gain(exposure)
        return jnp.where(attacks, wins, -loses) - effort / limit

    effort, height = _highest(payoff, limit)
    out = jnp.zeros(effort.shape, bool)
    if card.entry:
        earned = height - contest.entry_cost / contest.attacker_stake  # type: ignore[attr-defined]
        out = attacks & ~(earned > 0)
        height = jnp.where(attacks, jnp.maximum(earned, 0.0), height)
    return jnp.where(out, 0.0, effort), jnp.where(attacks, height, 1 + height) * stake, out


def _highest(payoff: Callable[[Array], Array], limit: Array) -> tuple[Array, Array]:
    """For each of a batch the effort in [0, limit] with the highest payoff, and that payoff."""
    scan = jnp.asarray(SCAN)
    heights = payoff(jnp.concatenate([jnp.zeros((1, limit.size)), limit * jnp.exp(scan)[:, None]]))
    # At equal payoffs the smaller effort is taken, zero first.
    first = jnp.argmax(heights, axis=0)
    found = jnp.where(first > 0, limit * jnp.exp(scan[first - 1]), 0.0), jnp.max(heights, axis=0)
    _, peaks = jax.lax.top_k(crests(heights[1:].T), _PEAKS)

    def halve(_: int, state: tuple[Array, Array, tuple[Array, Array]]) -> tuple[Array, Array, tuple[Array, Array]]:
        lower, upper, (effort, height) = state
        middle = (lower + upper) / 2
        at = limit * jnp.exp(middle)
        there, slope = jax.jvp(payoff, (at,), (at,))
        for place in range(_PEAKS):
            better = there[place] > height
            effort, height = jnp.where(better, at[place], effort), jnp.where(better, there[place], height)
        return jnp.where(slope > 0, middle, lower), jnp.where(slope > 0, upper, middle), (effort, height)

    ends = (scan[jnp.clip(peaks.T + step, 0, scan.size - 1)] for step in (-1, 1))
    return jax.lax.fori_loop(0, HALVINGS, halve, (*ends, found))[2]


def _isovalue(contest: AbstractContest, level: Array, d: Array) -> Array:
    """Bisection on the logarithm of the effort, over 24 orders of magnitude around the effort that costs the stake."""
    limit = jnp.log(attack_limit(contest))
    low, high = (jnp.broadcast_to(limit + end, level.shape) for end in (-36.0, 20.0))

    def look(turn: Array, state: tuple[Array, Array, Array, Array]) -> tuple[Array, Array, Array, Array]:
        """First at no effort, then at the most, then in the middle."""
        lower, upper, none, unreachable = state
        middle = (lower + upper) / 2
        effort = jnp.where(turn == 0, 0.0, jnp.exp(jnp.where(turn == 1, high, middle)))
        short = contest.success(effort, d) < level
        halving = turn > 1
        return (
            jnp.where(halving & short, middle, lower),
            jnp.where(halving & ~short, middle, upper),
            jnp.where(turn == 0, ~short, none),
            jnp.where(turn == 1, short, unreachable),
        )

    nowhere = jnp.zeros(level.shape, bool)
    lower, upper, none, unreachable = jax.lax.fori_loop(
        0, 72, look, (low + 0 * level, high + 0 * level, nowhere, nowhere)
    )
    return jnp.where(none, 0.0, jnp.where(unreachable, jnp.inf, jnp.exp((lower + upper) / 2)))
