"""Certificates by proof: where a gain has a known shape, tangents bound what any deviation could earn.

A gain that is convex first and concave after that, less a linear cost, is highest at no effort, next to none, or at its
one peak. Slopes beside the effort played show that the peak is there, and tangents bound its height; who makes none
has a peak elsewhere, which is closed in upon until its height is known to be too low. No effort escapes, as one between
those of a scan could; in return the contest must say, and its author prove, what the shape is.
"""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, ArrayLike

from tiltmeter.contests import AbstractContest, Shape, Strategies

# How far the tangents beside an effort are from it, and the slope that shows where it bends, as shares of it.
_ASIDE, _FURTHER = 1e-5, 3e-5
_BESIDE = np.array([[1 - _FURTHER], [1 - _ASIDE], [1.0], [1 + _ASIDE]])
# The least effort looked at, as a share of the one that costs the stake: what costs less costs nothing.
_LEAST = 1e-16
_PLACES = 2
# Where a peak is first looked for, as shares of the effort that costs the stake; then between two of these.
_STAIRS = np.array([[1e-5], [1e-3], [0.02], [0.12], [0.4], [1.0]])
_BETWEEN = np.linspace(0.0, 1.0, len(_STAIRS) + 2)[1:-1, None]
# In so many rounds a peak is found roughly, which does for most, and to the last digit that matters.
ROUGHLY, CLOSELY = 4, 14


def provable(contest: AbstractContest, played: Strategies) -> bool:
    """Whether the contest states shapes, and these strategies are short enough to profit from it."""
    kind = type(contest)
    stated = kind.attack_shape is not AbstractContest.attack_shape
    stated &= kind.defense_shape is not AbstractContest.defense_shape
    widest = max(np.shape(played.attacker_weights)[-1], np.shape(played.defender_weights)[-1])
    return stated and widest <= _PLACES and not (contest.card.exposure or contest.card.spread)


class _Bracket(NamedTuple):
    """The efforts between which a payoff may be highest; arrays of shape (2, 2, B): side, end, draw.

    Attributes:
        efforts: the lower and the upper end.
        payoffs: there.
        slopes: there.
        past: whether the payoff is concave from the lower end on, (2, B).
    """

    efforts: Array
    payoffs: Array
    slopes: Array
    past: Array


class _Sides(NamedTuple):
    """What each side plays, and what is known of its gains; arrays of shape (2, B), the attacker's first.

    Attributes:
        own: the effort played, beside which only none is; 0 if there is none.
        shaped: whether it is so, and the gain's shape against all that the other side plays is known.
        concave: whether that gain is concave.
        least: the least effort that is looked at.
    """

    own: Array
    shaped: Array
    concave: Array
    least: Array

    @property
    def around(self) -> Array:
        """The effort at and beside which payoffs are looked at."""
        return jnp.where(self.own > 0, self.own, self.least)

    @property
    def places(self) -> Array:
        """Efforts to look at first, (2, n, B): none, next to none, and those at and beside the effort played."""
        none = jnp.zeros_like(self.own)[:, None]
        return jnp.concatenate([none, self.least[:, None], self.around[:, None] * _BESIDE], axis=1)

    def at_peak(self, slopes: Array) -> Array:
        """Whether the effort played is at the one peak of its payoff, by the slopes at the places.

        Where the gain bends before that effort it is concave from there on; up to there its payoff has no other peak,
        for it rises there.
        """
        before, rising, falling = slopes[:, 2], slopes[:, 3], slopes[:, 5]
        bent = self.concave | ((before >= rising) & (rising > falling))
        return self.shaped & (self.own > 0) & (rising >= 0) & (falling <= 0) & bent


def highest_possible(
    contest: AbstractContest,
    played: Strategies,
    earned: Callable[[Array], Array],
    limits: Array,
    rounds: ArrayLike = CLOSELY,
) -> tuple[Array, list[Array]]:
    """An upper bound of both sides' payoff over all efforts; infinite where there is no proof.

    Args:
        contest: with shapes.
        played: at most two efforts a side, on the first axis, draws on the last.
        earned: what efforts of shape (2, n, B), the attacker's first, earn their sides.
        limits: the efforts that cost the stakes, (2, B).
        rounds: how closely to look for peaks.

    Returns:
        The bounds, (2, B), and what the efforts played earn, (K, B) and (L, B).
    """
    sides = _sides(contest, played, limits)
    payoffs, slopes, bracket = _seen(sides, earned, limits, jnp.max(jnp.asarray(rounds)))
    none, little, _, left, there, right = jnp.moveaxis(payoffs, 1, 0)
    _, _, _, rising, level, falling = jnp.moveaxis(slopes, 1, 0)
    aside = sides.around * _ASIDE
    to_the_right, to_the_left = (
        _crossing(level, right - there, falling, aside),
        _crossing(-level, left - there, -rising, aside),
    )
    peak = there + jnp.maximum(to_the_right, to_the_left)
    # Next to no effort no more can be gained than by the least looked at.
    beside = jnp.maximum(none, little + sides.least / limits)
    best = jnp.maximum(beside, jnp.where(sides.at_peak(slopes), peak, _highest(bracket, limits)))
    best = jnp.where(sides.shaped & jnp.isfinite(best), best, jnp.inf)
    efforts = played.attacker_efforts, played.defender_efforts
    earns = [
        jnp.where((x == own) & (own > 0), top, idle)
        for x, own, top, idle in zip(efforts, sides.own, there, none, strict=True)
    ]
    return best, earns


def _sides(contest: AbstractContest, played: Strategies, limits: Array) -> _Sides:
    a, p, d, q = played.attacker_efforts, played.attacker_weights, played.defender_efforts, played.defender_weights
    present = played.attacker_entered * p if contest.card.entry else p
    concave, peaked = _combined((contest.attack_shape(d), contest.defense_shape(a)), present, q)
    sides = (a, p), (d, q)
    own = jnp.stack([jnp.max(jnp.where(weights > 0, x, 0.0), axis=0) for x, weights in sides])
    single = jnp.stack(
        [
            jnp.all((weights <= 0) | (x == 0) | (x == most), axis=0)
            for (x, weights), most in zip(sides, own, strict=True)
        ]
    )
    least = _LEAST * limits
    least = jnp.where(own > 0, jnp.minimum(least, own * (1 - _FURTHER)), least)
    return _Sides(own, single & (concave | peaked), concave, least)


def _seen(
    sides: _Sides, earned: Callable[[Array], Array], limits: Array, rounds: Array
) -> tuple[Array, Array, _Bracket]:
    """Payoffs and slopes at the places, (2, n, B), and where else the payoff may be highest after so many rounds."""
    places = sides.places

    # Efforts one set after the other, so that gains are compiled once.
    def look(state: tuple[Array, tuple[Array, Array, _Bracket]]) -> tuple[Array, tuple[Array, Array, _Bracket]]:
        turn, (first_payoffs, first_slopes, bracket) = state
        efforts = jax.lax.cond(turn == 0, lambda: places, lambda: _inside(bracket, limits, turn == 1))
        payoffs, slopes = jax.jvp(earned, (efforts,), (jnp.ones_like(efforts),))

        def first() -> tuple[Array, Array, _Bracket]:
            begun = _begun(sides.least, payoffs[:, 1], slopes[:, 1], limits, sides.concave)
            return payoffs, slopes, begun

        def later() -> tuple[Array, Array, _Bracket]:
            return first_payoffs, first_slopes, _closer(bracket, efforts, payoffs, slopes, limits, turn == 1)

        return turn + 1, jax.lax.cond(turn == 0, first, later)

    def open_yet(state: tuple[Array, tuple[Array, Array, _Bracket]]) -> Array:
        turn, (_, slopes, bracket) = state
        # A concave payoff that falls from the start needs no further look.
        falls = sides.concave & (bracket.slopes[:, 0] <= 0)
        return (turn < rounds) & ((turn == 0) | jnp.any(sides.shaped & ~sides.at_peak(slopes) & ~falls))

    blank = jnp.ones_like(places)
    nothing = _begun(sides.least, sides.least, sides.least, limits, sides.concave)
    return jax.lax.while_loop(open_yet, look, (jnp.array(0), (blank, blank, nothing)))[1]


def _begun(least: Array, payoff: Array, slope: Array, limits: Array, concave: Array) -> _Bracket:
    """From next to nothing up to all that the stake pays, of which nothing is known yet."""
    return _Bracket(
        jnp.stack([least, limits], axis=1),
        jnp.stack([payoff, jnp.full_like(payoff, jnp.inf)], axis=1),
        jnp.stack([slope, jnp.zeros_like(slope)], axis=1),
        concave,
    )


def _inside(bracket: _Bracket, limits: Array, anywhere: Array) -> Array:
    """Efforts to look at in a bracket, (2, n, B), up to all that the stake pays if the peak may be anywhere."""
    low, high = jnp.log(bracket.efforts[:, :1]), jnp.log(bracket.efforts[:, 1:])
    return jnp.where(anywhere, limits[:, None] * _STAIRS, jnp.exp(low + (high - low) * _BETWEEN))


def _closer(
    bracket: _Bracket, efforts: Array, payoffs: Array, slopes: Array, limits: Array, anywhere: Array
) -> _Bracket:
    """The part of a bracket where the peak may be, after a look at efforts in between, (2, n, B), in rising order.

    Slopes rise to the steepest and fall from there on. The payoff so has its peak behind the last place where it rises;
    if it rises nowhere that was looked at, it may have one between the steepest places or beside them.
    """
    # What costs the whole stake is not exceeded.
    upper = (
        bracket.efforts[:, 1:],
        jnp.where(anywhere, payoffs[:, -1:], bracket.payoffs[:, 1:]),
        jnp.where(anywhere, jnp.minimum(slopes[:, -1:], 0.0), bracket.slopes[:, 1:]),
    )
    every = [
        jnp.concatenate([ends[:, :1], inner, end], axis=1)
        for ends, inner, end in zip(bracket[:3], (efforts, payoffs, slopes), upper, strict=True)
    ]
    slope = every[2]
    places = jnp.arange(slope.shape[1])[:, None]
    rises = jnp.max(jnp.where(slope > 0, places, -1), axis=1)
    most = jnp.max(slope, axis=1, keepdims=True)
    steepest = jnp.where(slope >= most - _rounding(most, limits[:, None]), places, jnp.nan)
    first, last = jnp.nanmin(steepest, axis=1), jnp.nanmax(steepest, axis=1)
    low = jnp.where(rises >= 0, rises, jnp.maximum(first - 1, 0))
    high = jnp.minimum(jnp.where(rises >= 0, rises, last) + 1, len(places) - 1)

    def at(place: Array, x: Array) -> Array:
        return jnp.sum(jnp.where(places == place[:, None], x, 0.0), axis=1)

    here = at(low, slope)
    before = jnp.max(jnp.where(places <= low[:, None], slope, -jnp.inf), axis=1)
    bent = before - here > _rounding(before, limits)
    ends = [jnp.stack([at(low, x), at(high, x)], axis=1) for x in every]
    # What cannot be computed somewhere is known nowhere.
    blurred = jnp.any(jnp.isnan(slope) | jnp.isnan(every[1]), axis=1)
    return _Bracket(jnp.where(blurred[:, None], jnp.nan, ends[0]), ends[1], ends[2], bracket.past | bent)


def _rounding(slope: Array, limits: Array) -> Array:
    """By how much slopes may differ though the gains' slopes, which are these less those of the costs, are equal."""
    return _NOISE * (jnp.abs(slope) + 1 / limits) + _SAME * jnp.abs(slope + 1 / limits)


_NOISE, _SAME = 1e-15, 1e-9


def _highest(bracket: _Bracket, limits: Array) -> Array:
    """A bound for a payoff between two efforts: the gain at the upper one, at the cost of the lower; where it is
    concave, also where the tangents at both cross.
    """
    (low, high), (payoff, there), (slope, slope_there) = (jnp.moveaxis(x, 1, 0) for x in bracket[:3])
    step = there + (high - low) / limits
    tangents = payoff + _crossing(slope, there - payoff, slope_there, high - low)
    return jnp.where(bracket.past, jnp.minimum(step, tangents), step)


def _crossing(slope: Array, rise: Array, slope_there: Array, aside: Array) -> Array:
    """How high the tangent at an effort and that at one aside of it cross, above the former; 0 if it does not rise."""
    at = (rise - slope_there * aside) / jnp.where(slope > slope_there, slope - slope_there, 1.0)
    return jnp.maximum(slope, 0.0) * jnp.clip(at, 0.0, aside)


def _combined(shapes: tuple[ArrayLike, ArrayLike], present: Array, q: Array) -> tuple[Array, Array]:
    """Whether the gains against all that is played are concave, and whether they have one peak; (2, B) each."""
    concave, peaked = [], []
    for shape, weights in zip(shapes, (q, present), strict=True):
        against = jnp.where(weights > 0, jnp.asarray(shape), Shape.FLAT)
        bent = jnp.sum(against == Shape.CONCAVE, axis=0)
        peaks = jnp.sum(against == Shape.ONE_PEAK, axis=0)
        known = jnp.all(against != Shape.UNKNOWN, axis=0)
        concave.append(known & (peaks == 0))
        # A sum of two such gains may have two peaks.
        peaked.append(known & (peaks == 1) & (bent == 0))
    return jnp.stack(concave), jnp.stack(peaked)
