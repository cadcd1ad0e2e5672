"""The course of a Lanchester battle: how long it lasts and who is left.

Written in what is left of the loser, l = e^{−θ}, and of the winner, w. With time in units of 1/(λ_W W^p L^{q−1}) the
equations are dl/dt = −w^p l^q and dw/dt = −β l^p w^q with β = (λ_L/λ_W)(L/W)^e ≤ 1. They conserve w^e − β l^e, which
gives w at every l, so that only time is left to integrate: along θ, because that is smooth however the battle ends.
"""

import dataclasses
from functools import partial
from math import ceil, log, prod
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, ArrayLike

from tiltmeter.contests._lanchester import Lanchester
from tiltmeter.errors import ParameterError

# A losing force that never quite dies out is followed down to this share of itself.
_FADED = 1e-6
# Shares below e^{−37} are lost in rounding.
_NEGLIGIBLE = 37.0
_TINY = 1e-300
_TOLERANCE = 1e-11


@dataclasses.dataclass(frozen=True, eq=False)
class Battle:
    """How a battle goes, for every element of the broadcast parameters and forces.

    Attributes:
        times: from 0 on, shape (…, points), not evenly spaced.
        attackers: force of the attacker at these times.
        defenders: force of the defender at these times.
        duration: when the battle ends, shape (…); infinite where the losing force only fades away.
        survivors: force of the stronger side at the end; 0 where the two wear each other out.
        attacker_wins: whether the attacker is the stronger side; False where none is.
    """

    times: np.ndarray
    attackers: np.ndarray
    defenders: np.ndarray
    duration: np.ndarray
    survivors: np.ndarray
    attacker_wins: np.ndarray


def battle(
    contest: Lanchester,
    attacker_force: ArrayLike,
    defender_force: ArrayLike,
    breaks_at: ArrayLike = 0.0,
    points: int = 65,
) -> Battle:
    """Fight a battle at the central lethalities, by the differential equations.

    Args:
        contest: the lethalities and the exponents p (`aimed_fire`) and q (`area_fire`); `lethality_spread`, stakes and
            costs play no part.
        attacker_force: a > 0, in the unit of effort; broadcasts against the contest.
        defender_force: d > 0, likewise.
        breaks_at: share of its initial force, at least 0 and below 1, at which a side gives up; 0 for a fight to the
            last.
        points: how many times to report, at least 2.

    Returns:
        A `Battle`. Its duration is finite if a side gives up (`breaks_at` > 0), if q < 1 and one side is stronger, or
        if both are equally strong and p + q < 1. Otherwise the losing force fades away without end, and its course is
        told until a millionth is left.

    Raises:
        ParameterError: for forces that are not positive and finite, numbers outside their ranges, or shapes that do
            not broadcast.

    Source: Lanchester (1916), and Helmbold (1965) for other exponents.
    """
    attackers, defenders = _forces(attacker_force, "attacker_force"), _forces(defender_force, "defender_force")
    share = np.asarray(breaks_at, dtype=float)
    if not np.all((share >= 0) & (share < 1)):
        raise ParameterError(f"breaks_at is a share of at least 0 and below 1, not {breaks_at!r}.")
    if points < 2:
        raise ParameterError(f"points must be at least 2, not {points!r}.")
    try:
        shape = np.broadcast_shapes(contest.shape, attackers.shape, defenders.shape, share.shape)
    except ValueError:
        raise ParameterError(
            f"forces of shapes {attackers.shape} and {defenders.shape} and shares of shape {share.shape} do not "
            f"broadcast against a contest of shape {contest.shape}."
        ) from None
    lethalities = contest.attacker_lethality, contest.defender_lethality
    given = (*lethalities, contest.aimed_fire, contest.area_fire, attackers, defenders, share)
    count = prod(shape)
    # Few sizes, so that few are ever compiled for, filled up with a battle that is thrown away.
    unwanted = np.full(4 ** ceil(log(max(count, 1), 4)) - count, 0.5)
    fought = _fight_all(*(np.append(np.broadcast_to(np.asarray(x), shape), unwanted) for x in given), points=points)
    return Battle(*(np.asarray(x)[:count].reshape((*shape, *x.shape[1:])) for x in fought))


def _forces(given: ArrayLike, name: str) -> np.ndarray:
    forces = np.asarray(given, dtype=float)
    if not np.all(np.isfinite(forces) & (forces > 0)):
        raise ParameterError(f"{name} must be finite and > 0; {given!r} is not.")
    return forces


@partial(jax.jit, static_argnames="points")
def _fight_all(*given: Any, points: int) -> tuple[Array, ...]:
    return jax.vmap(lambda *one: _fight(*one, points=points))(*given)


def _fight(
    attacker_lethality: Array,
    defender_lethality: Array,
    p: Array,
    q: Array,
    attackers: Array,
    defenders: Array,
    share: Array,
    points: int,
) -> tuple[Array, ...]:
    """One battle, in the order of `Battle`'s attributes."""
    e = jnp.maximum((1 - q) + p, _TINY)
    lead = jnp.log(attacker_lethality) - jnp.log(defender_lethality) + e * (jnp.log(attackers) - jnp.log(defenders))
    attacker_leads, lead = lead > 0, jnp.abs(lead)

    # The loser's course: to the share at which it gives up, to nothing, or, if that takes forever, to very little.
    gives_up = share > 0
    to_the_last = ~gives_up & jnp.where(lead > 0, q < 1, p + q < 1)
    end = -jnp.log(jnp.where(gives_up, share, _FADED))
    steps = jnp.arange(points - 1) / (points - 1)
    # Where the end is nothing, steps in l^{1−q}, which are even in time while the winner loses little.
    course = jnp.where(to_the_last, -jnp.log1p(-steps) / jnp.where(q < 1, 1 - q, 1.0), end * steps)
    # From `alone` on the winner loses nothing more, or, if none leads, both dwindle alike.
    alone = jnp.where(lead > 0, _NEGLIGIBLE - _log_lead(lead), 0.0) / e
    end = jnp.where(to_the_last, jnp.maximum(alone, course[-1]), end)
    course = jnp.append(course, end)
    clock = _clock(course, lead, e, p, q)

    slowing = jnp.where(lead > 0, 1 - q, (1 - q) - p)
    rest = jnp.exp(-(1 - q) * end - p * _log_winner(end, lead, e)) / jnp.where(to_the_last, slowing, 1.0)
    clock = clock.at[-1].add(jnp.where(to_the_last, rest, 0.0))
    lost = jnp.exp(-course).at[-1].set(jnp.where(to_the_last, 0.0, jnp.exp(-end)))
    forever = jnp.exp(_log_lead(lead) / e)
    left = jnp.exp(_log_winner(course, lead, e))
    left = left.at[-1].set(jnp.where(to_the_last, forever, left[-1]))

    winner, loser = jnp.where(attacker_leads, attackers, defenders), jnp.where(attacker_leads, defenders, attackers)
    lethality = jnp.where(attacker_leads, attacker_lethality, defender_lethality)
    log_unit = -jnp.log(lethality) - p * jnp.log(winner) + (1 - q) * jnp.log(loser)
    times = jnp.where(clock > 0, jnp.exp(jnp.log(jnp.where(clock > 0, clock, 1.0)) + log_unit), 0.0)
    strong, weak = winner * left, loser * lost
    return (
        times,
        jnp.where(attacker_leads, strong, weak),
        jnp.where(attacker_leads, weak, strong),
        jnp.where(gives_up | to_the_last, times[-1], jnp.inf),
        jnp.where(gives_up, strong[-1], winner * forever),
        attacker_leads,
    )


def _log_lead(lead: Array) -> Array:
    """log(1 − β), where β = e^{−lead}; very low where none leads."""
    some = jnp.where(lead > 0, lead, 1.0)
    # Two ways to write it, each exact where the other is not.
    written = jnp.where(some > 0.7, jnp.log1p(-jnp.exp(-some)), jnp.log(-jnp.expm1(-some)))
    return jnp.where(lead > 0, written, -1 / _TINY)


def _log_winner(theta: Array, lead: Array, e: Array) -> Array:
    """log w, by w^e = 1 − β + β l^e."""
    lost = jnp.exp(-lead) * jnp.expm1(-e * theta)
    few = lost > -0.5
    # Two ways to write it, each exact where the other cancels.
    nearly_all = jnp.log1p(jnp.where(few, lost, 0.0))
    return jnp.where(few, nearly_all, jnp.logaddexp(_log_lead(lead), -lead - e * theta)) / e


def _clock(course: Array, lead: Array, e: Array, p: Array, q: Array) -> Array:
    """When the loser's force has fallen to e^{−θ}, for increasing θ from 0 on: dt/dθ = l^{1−q} w^{−p}."""
    # Imported here, where it is needed, because it takes longer than all the rest.
    import diffrax

    def pace(theta: Any, _: Any, __: Any) -> Array:
        return jnp.exp(-(1 - q) * theta - p * _log_winner(theta, lead, e))

    solved = diffrax.diffeqsolve(
        diffrax.ODETerm(pace),
        diffrax.Dopri8(),
        t0=0.0,
        t1=course[-1],
        dt0=None,
        y0=jnp.zeros(()),
        saveat=diffrax.SaveAt(ts=course),
        stepsize_controller=diffrax.PIDController(rtol=_TOLERANCE, atol=1e-3 * _TOLERANCE),
        max_steps=10_000,
        throw=False,  # only times beyond the largest number fail, and those are reported as infinite
    )
    assert solved.ys is not None
    return solved.ys
