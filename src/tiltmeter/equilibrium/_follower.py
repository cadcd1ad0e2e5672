"""A follower's best response to a commitment that it sees: global, and the leader's favorite at a tie."""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from tiltmeter.contests import AbstractContest
from tiltmeter.equilibrium._orders import Side
from tiltmeter.equilibrium._payoffs import attack_limit, attack_share, defense_limit, defense_share

# Logarithms of efforts as shares of the one that costs the stake; finer where payoffs are decided.
_SHARES = (np.geomspace(1e-14, 1e-9, 6)[:-1], np.geomspace(1e-9, 1e-4, 46)[:-1], np.geomspace(1e-4, 1.0, 64))
SCAN = np.log(np.concatenate(_SHARES))
# So many peaks of a scan are climbed, in so many halvings of the gap between scanned efforts.
_PEAKS = 3
_HALVINGS = 46
# Payoffs that differ by no more than this share of themselves are equal; those that differ by more than this share of
# the stake tell where the top is; efforts are this share beyond a step.
_TIE = 1e-15
_TELLING = 1e-12
_MARGIN = 1e-13

# Logarithms of efforts, and what they earn.
_Seen = tuple[Array, Array]


class Reply(NamedTuple):
    """The answer to a commitment, whether the follower takes part at all, how far it exposes itself, and what is left.

    The last is what the leader gets before its costs, up to a constant, as a share of its stake.
    """

    effort: Array
    enters: Array
    exposure: Array
    leaves: Array


def gain_and_loss(contest: AbstractContest, a: Array, d: Array) -> tuple[Array, Array]:
    """What success gives the attacker and takes from the defender, as shares of the stakes."""
    if contest.only_success_counts:
        chance = contest.success(a, d)
        return chance, chance
    return contest.attacker_gain(a, d), 1 - contest.defender_gain(a, d)


def reply(contest: AbstractContest, leader: Side, committed: Array) -> Reply:
    """The best of all efforts against the leader's effort, both scalars; of equally good ones the leader's favorite."""
    attacks = leader == "defender"
    limit = (attack_limit if attacks else defense_limit)(contest)

    def earns(effort: Array) -> tuple[Array, Array]:
        """What the follower earns and what it leaves to the leader, up to constants and before the leader's costs."""
        if attacks:
            gain, loss = gain_and_loss(contest, effort, committed)
            return gain - attack_share(contest, effort, jnp.ones(())), -loss
        gain, loss = gain_and_loss(contest, committed, effort)
        if contest.card.exposure:
            exposure = contest.best_exposure(loss)
            gain, loss = exposure * gain, exposure * loss - contest.exposure_gain(exposure)
        return -loss - defense_share(contest, effort), gain

    logs = jnp.asarray(SCAN)
    scan = jnp.concatenate([jnp.zeros(1), limit * jnp.exp(logs)])
    scanned, left = earns(scan)
    peaks = peaks_of(scanned)
    around = (logs[jnp.maximum(peaks - 2, 0)], logs[jnp.minimum(peaks, logs.size - 1)])
    tops = _tops(lambda effort: earns(effort)[0], limit, around, (logs[peaks - 1], scanned[peaks]))
    # Beside a top, what was scanned could tie with it by rounding.
    places = jnp.arange(scan.size)[:, None]
    beside = (jnp.abs(places - peaks) <= 1) & (scanned[:, None] <= scanned[peaks]) & (places > 0)
    scanned = jnp.where(jnp.any(beside, axis=1), -jnp.inf, scanned)
    efforts, heights, leaves = (
        jnp.concatenate(pair) for pair in zip((scan, scanned, left), (tops, *earns(tops)), strict=True)
    )
    # What rounding may have added to, or taken from, a payoff goes with the numbers that it is the difference of.
    bills = attack_share(contest, efforts, jnp.ones(())) if attacks else defense_share(contest, efforts)
    rounding = _TIE * (jnp.abs(jnp.maximum(heights, -1e300)) + bills)
    highest = jnp.argmax(heights)
    ties = heights + rounding >= heights[highest] - rounding[highest]
    best = jnp.argmax(jnp.where(ties, leaves, -jnp.inf))
    one = jnp.ones(())
    if attacks and contest.card.entry:
        enters = jnp.where(heights[highest] > rounding[highest], 1.0, 0.0)
        return Reply(enters * efforts[best], enters, one, enters * leaves[best])
    exposure = one
    if contest.card.exposure and not attacks:
        exposure = contest.best_exposure(gain_and_loss(contest, committed, efforts[best])[1])
    return Reply(efforts[best], one, exposure, leaves[best])


def peaks_of(heights: Array) -> Array:
    """Where a scan has its highest peaks, never at its first place, which stands for no effort."""
    before, here = heights[:-1], heights[1:]
    after = jnp.concatenate([heights[2:], jnp.full(1, -jnp.inf)])
    return 1 + jax.lax.top_k(jnp.where((here > before) & (here >= after), here, -jnp.inf), _PEAKS)[1]


def _tops(earns: Callable[[Array], Array], limit: Array, around: tuple[Array, Array], known: _Seen) -> Array:
    """The efforts at the tops of peaks, given the ends of the stretches around them and the best known in each.

    They are found by the payoff while that tells, then by its slope. The payoff alone leads to the edge of a step in
    success, where slopes mislead; slopes find a smooth top more exactly than payoffs, which are flat there.
    """

    def halve(_: int, state: tuple[Array, Array, _Seen, _Seen]) -> tuple[Array, Array, _Seen, _Seen]:
        lower, upper, (log, height) = state[:3]
        middle = (lower + upper) / 2
        effort = limit * jnp.exp(middle)
        here, slope = jax.jvp(earns, (effort,), (effort,))
        rises = jnp.where(here < height - _TELLING, log > middle, slope > 0)
        higher = here > height
        known = jnp.where(higher, middle, log), jnp.where(higher, here, height)
        return jnp.where(rises, middle, lower), jnp.where(rises, upper, middle), known, (middle, here)

    known, last = jax.lax.fori_loop(0, _HALVINGS, halve, (*around, known, known))[2:]
    # Beyond the edge of a step by more than rounding, in whatever order things are computed.
    return limit * jnp.exp(jnp.where(last[1] >= known[1] - _TELLING, last[0], known[0])) * (1 + _MARGIN)
