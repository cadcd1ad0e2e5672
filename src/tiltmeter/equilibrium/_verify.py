"""The verifier: does either side gain by deviating? It shares no code with the solvers; only the model is common.

For each side it scans efforts from nothing up to the effort whose cost equals the stake, and staying out where that is
possible, then looks closer and closer around the best peaks it has seen. The largest gain found, as a share of that
side's stake, is its regret. A regret of 1e-8 says: no deviation was found that gains more than a hundred-millionth of
what is at stake.
"""

from collections.abc import Callable
from functools import reduce
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from tiltmeter.contests import AbstractContest, Strategies
from tiltmeter.equilibrium._draws import over_draws, unflatten
from tiltmeter.equilibrium._orders import Order, Side, leader_of
from tiltmeter.equilibrium._verify_led import best_commitment

# Where the stretches of efforts end, as shares of the effort that costs the stake: shorter where payoffs are decided,
# and many against many efforts, because a payoff then has many peaks. In each so many efforts are looked at; then the
# neighborhood of the best peaks (of two, or of all against many efforts) is looked at again so many times, at as many
# efforts, and where a parabola through the highest and its neighbors has its top.
_ENDS = np.log([1e-13, 1e-6, 1e-4, 1e-2, 0.08, 0.3, 1.0])
_MANY_ENDS = np.log(np.concatenate([[1e-13, 1e-10], np.geomspace(1e-8, 1.0, 40)]))
_POINTS = 15
_CLOSER_LOOKS = 2
# Against so many efforts payoffs are computed one by one.
_FEW = 2


class Certificate(NamedTuple):
    """What the verifier found, arrays of the contest's shape, as shares of each side's stake.

    Attributes:
        attacker_regret: the attacker's largest gain from deviating; if it moves first, from another commitment.
        defender_regret: the defender's.
        attack_success: the probability of success that the strategies give.
        attacker_payoff: the attacker's payoff, in units of its stake.
        defender_payoff: the defender's payoff, in units of its stake.
    """

    attacker_regret: Array | np.ndarray
    defender_regret: Array | np.ndarray
    attack_success: Array | np.ndarray
    attacker_payoff: Array | np.ndarray
    defender_payoff: Array | np.ndarray

    @property
    def regret(self) -> np.ndarray:
        """The larger of the two regrets; infinite where the strategies are no strategies."""
        return np.maximum(np.asarray(self.attacker_regret), np.asarray(self.defender_regret))


def verify(contest: AbstractContest, equilibrium: Any, order: Order | None = None) -> Certificate:
    """Recompute the certificate of an equilibrium from the contest alone.

    Args:
        contest: any shape.
        equilibrium: an `Equilibrium`, or `Strategies` of the contest's shape with the support as last axis.
        order: who moves first, as for `solve`; that of the equilibrium when left out, and simultaneous for strategies.

    Returns:
        Regrets, success and payoffs. Strategies with negative or non-finite entries, or with weights that do not
        sum to one, have an infinite regret. The regret of a side that moves first is what it would gain by any other
        commitment to one effort, to which the other side then gives its best response; a mixture of that side stands
        for a commitment to a lottery.

    Raises:
        UnknownNameError: for an order that does not exist.
    """
    leader = leader_of(order or getattr(equilibrium, "order", "simultaneous"))
    strategies: Strategies = getattr(equilibrium, "strategies", equilibrium)
    certificate: Certificate = unflatten(*over_draws(certify, contest, strategies, takes="batches", well=True))
    return certificate if leader is None else _of_commitment(certificate, best_commitment(contest, leader), leader)


def _of_commitment(certificate: Certificate, best: np.ndarray, leader: Side) -> Certificate:
    """The same certificate, in which the leader compares with its best commitment."""
    attacks = leader == "attacker"
    payoff = certificate.attacker_payoff if attacks else certificate.defender_payoff
    # What is no strategy stays none.
    invalid = ~np.isfinite(certificate.regret)
    regret = np.where(invalid, np.inf, np.maximum(best - np.asarray(payoff), 0.0))
    return certificate._replace(attacker_regret=regret) if attacks else certificate._replace(defender_regret=regret)


def certify(contest: AbstractContest, played: Strategies) -> Certificate:
    """The certificates of a batch: parameters of shape (B,), supports of shape (B, K) and (B, L)."""
    # Draws on the last axis, where the processor works on several at once.
    played = jax.tree.map(lambda x: jnp.moveaxis(x, -1, 0), played)
    a, entered, p = played.attacker_efforts, played.attacker_entered, played.attacker_weights
    d, q, exposed = played.defender_efforts, played.defender_weights, played.defender_exposures
    entry, exposure, spread = contest.card.entry, contest.card.exposure, contest.card.spread
    a_spread = jnp.zeros_like(a) if played.attacker_spreads is None else played.attacker_spreads
    d_spread = jnp.zeros_like(d) if played.defender_spreads is None else played.defender_spreads
    present = entered * p if entry else p
    open_q = q if exposed is None else exposed * q
    bonus = 0.0 if exposed is None else jnp.sum(q * contest.exposure_gain(exposed), axis=0)
    fee = contest.entry_cost / contest.attacker_stake if entry else 0.0  # type: ignore[attr-defined]
    costs = jnp.stack([contest.attacker_cost / contest.attacker_stake, contest.defender_cost / contest.defender_stake])

    def wins_of(effort: Array, against: Array, drawn: Array) -> Array:
        return contest.mean_success(effort, 0.0, against, drawn) if spread else contest.attacker_gain(effort, against)

    def keeps_of(effort: Array, against: Array, drawn: Array) -> Array:
        if spread:
            return 1 - contest.mean_success(against, drawn, effort, 0.0)
        return contest.defender_gain(against, effort)

    def earned(efforts: Array) -> Array:
        """What both sides earn with these efforts against the other's strategy, but for the fee; shape (2, n, B)."""
        wins = _averaged(wins_of, efforts[0], (d, d_spread), open_q)
        keeps = _averaged(keeps_of, efforts[1], (a, a_spread), present)
        if entry:
            keeps = keeps + jnp.sum(p - present, axis=0)
        if exposure:
            chosen = contest.best_exposure(1 - keeps)
            keeps = 1 - chosen * (1 - keeps) + contest.exposure_gain(chosen)
        return jnp.stack([wins, keeps]) - costs[:, None] * efforts

    (attack_best, defense_best), (attack_payoffs, defense_payoffs) = _best_of_all(earned, 1 / costs, a, d)
    attacker_best = jnp.maximum(attack_best - fee, 0.0) if entry else attack_best
    if spread:
        each = contest.mean_success(a[:, None], a_spread[:, None], d, d_spread)
        gained = jnp.sum(each * present[:, None] * open_q, axis=(0, 1))
    else:
        gained = jnp.sum(present * (attack_payoffs[: len(a)] + costs[0] * a), axis=0)
    attacker_payoff = gained - jnp.sum(p * (costs[0] * a + fee * entered), axis=0)
    if contest.only_success_counts:
        chance = gained
    else:
        chance = jnp.sum(contest.success(a[:, None], d) * present[:, None] * open_q, axis=(0, 1))
    if exposure or spread:
        # The efforts looked at are certain and have the best exposure, those played have their own.
        defender_payoff = 1 - chance + bonus - jnp.sum(q * costs[1] * d, axis=0)
    else:
        defender_payoff = jnp.sum(q * defense_payoffs[: len(d)], axis=0)

    valid = _proper(played, 1.0 if spread else 0.0) & (chance >= -1e-12) & (chance <= 1 + 1e-12)
    return Certificate(
        jnp.where(valid, jnp.maximum(attacker_best - attacker_payoff, 0.0), jnp.inf),
        jnp.where(valid, jnp.maximum(defense_best - defender_payoff, 0.0), jnp.inf),
        jnp.maximum(chance, 0.0),
        attacker_payoff,
        defender_payoff,
    )


def _averaged(gain: Callable[..., Array], efforts: Array, others: tuple[Array, ...], weights: Array) -> Array:
    """What each effort gains, (n, B), against all that the other side plays."""
    if len(weights) > _FEW:
        return jnp.sum(gain(efforts[:, None], *others) * weights, axis=1)

    def term(weight: Array, *other: Array) -> Array:
        """Where no draw of the batch plays this effort, nothing is computed for it."""
        nothing = jnp.zeros(efforts.shape)
        return jax.lax.cond(jnp.any(weight != 0), lambda: gain(efforts, *other) * weight, lambda: nothing)

    return reduce(jnp.add, [term(weight, *other) for *other, weight in zip(*others, weights, strict=True)])


def _proper(played: Strategies, widest: float) -> Array:
    """Whether these are strategies, with draws from intervals no wider than this."""

    def side(efforts: Array, weights: Array, spreads: Array | None) -> Array:
        fine = jnp.isfinite(efforts) & (efforts >= 0) & (weights >= 0)
        if spreads is not None:
            fine &= (spreads >= 0) & (spreads <= widest)
        return jnp.all(fine, axis=0) & (jnp.abs(jnp.sum(weights, axis=0) - 1) < 1e-9)

    attack = side(played.attacker_efforts, played.attacker_weights, played.attacker_spreads)
    proper = attack & side(played.defender_efforts, played.defender_weights, played.defender_spreads)
    exposed = played.defender_exposures
    return proper if exposed is None else proper & jnp.all((exposed >= 0) & (exposed <= 1), axis=0)


def _best_of_all(earned: Callable[[Array], Array], limits: Array, a: Array, d: Array) -> tuple[Array, Array]:
    """Both sides' highest payoff over efforts from 0 to the limit, (2, B), and what the efforts played earn."""
    many = max(len(a), len(d)) > 2
    ends = _MANY_ENDS if many else _ENDS
    peaks = len(ends) - 1 if many else 2
    lows, widths = (jnp.asarray(x).reshape(-1, peaks, 1) for x in (ends[:-1], np.diff(ends)))
    scans, draws = len(lows), limits.shape[-1]
    places = jnp.arange(_POINTS)[:, None, None]
    # No effort at all, and the efforts played, are looked at as well.
    others = jnp.zeros((2, 1 + max(len(a), len(d)), draws)).at[0, 1 : 1 + len(a)].set(a).at[1, 1 : 1 + len(d)].set(d)

    def look(turn: Array, state: tuple[_Peaks, Array, Array]) -> tuple[_Peaks, Array, Array]:
        known, best, _ = state
        scanning, stretch = turn < scans, jnp.minimum(turn, scans - 1)
        low = jnp.where(scanning, lows[stretch], known.low)
        step = jnp.where(scanning, widths[stretch], known.width) / (_POINTS - 1)
        shares = (low[:, None] + step[:, None] * places).reshape(2, -1, draws)
        shares = jnp.concatenate([shares, jnp.where(scanning, low, known.top)], axis=1)
        efforts = limits[:, None] * jnp.exp(jnp.minimum(shares, 0.0))
        payoffs = earned(jnp.concatenate([efforts, others], axis=1))
        seen = _highest(low, step, payoffs[:, : _POINTS * peaks].reshape(2, _POINTS, peaks, draws))
        kept = seen if many else _two_of(known, seen, scanning)
        return kept, jnp.maximum(best, jnp.max(payoffs, axis=1)), payoffs[:, efforts.shape[1] + 1 :]

    blank = jnp.zeros((2, peaks, draws))
    start = _Peaks(blank, blank, blank, blank - jnp.inf), blank[:, 0] - jnp.inf, others[:, 1:]
    _, best, own = jax.lax.fori_loop(0, scans + _CLOSER_LOOKS, look, start)
    return best, own


class _Peaks(NamedTuple):
    """Where to look closer, each (2, peaks, B), in logarithms of the share of the limit."""

    low: Array
    width: Array
    top: Array
    height: Array


def _highest(low: Array, step: Array, heights: Array) -> _Peaks:
    """Around the highest of the efforts looked at in each stretch; the top is that of a parabola through three."""
    rows = [heights[:, place] for place in range(_POINTS)]
    at, before, peak, after = jnp.zeros_like(rows[0]), *rows[:3]
    # One after the other: the compiler joins comparisons, but not a search with what it is made of.
    for place in range(1, _POINTS - 2):
        higher = rows[place + 1] > peak
        at = jnp.where(higher, float(place), at)
        before, peak, after = (
            jnp.where(higher, new, old) for new, old in zip(rows[place : place + 3], (before, peak, after), strict=True)
        )
    bend = jnp.minimum(before - 2 * peak + after, -1e-300)
    aside = jnp.clip((before - after) / (2 * bend), -1.0, 1.0)
    center = low + step * (at + 1)
    return _Peaks(center - step, 2 * step, center + step * aside, peak - bend * aside**2 / 2)


def _two_of(known: _Peaks, seen: _Peaks, scanning: Array) -> _Peaks:
    """While scanning, the two highest peaks of those known and those just seen; afterwards the latter, seen closer."""
    heights = jnp.concatenate([known.height, seen.height], axis=1)
    places = jnp.arange(4)[:, None]
    first = places == jnp.argmax(heights, axis=1)[:, None]
    second = places == jnp.argmax(jnp.where(first, -jnp.inf, heights), axis=1)[:, None]

    def chosen(old: Array, new: Array) -> Array:
        both = jnp.concatenate([old, new], axis=1)
        two = [jnp.sum(jnp.where(which, both, 0.0), axis=1) for which in (first, second)]
        return jnp.where(scanning, jnp.stack(two, axis=1), new)

    return jax.tree.map(chosen, known, seen)
