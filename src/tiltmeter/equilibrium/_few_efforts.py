"""Equilibria in which each side plays one effort, or one effort and none, of any smooth contest, for batches.

A side's best effort meets a first-order condition, and a side that mixes is indifferent. With the probabilities solved
for, which enter linearly, two equations in the two efforts remain, for Newton's method in logarithms. Whether what it
finds is an equilibrium is the verifier's to say: a stationary effort need not be the best.
"""

from collections.abc import Callable
from functools import partial

import jax
import jax.numpy as jnp
from jaxtyping import Array

from tiltmeter.contests import AbstractContest, Strategies
from tiltmeter.equilibrium._payoffs import attack_limit, attack_share, chance, defense_limit, defense_share

_POINTS = 24
_LEAST = 1e-9
_STEPS = 14
_LONGEST = 0.7
_TINY = 1e-300
# A scan over pairs of efforts: how many of each, and from which share of the limit on, where sides play one effort and
# where both mix; and how far out of [0, 1] the probabilities may be at the pair from which the latter goes on.
_SCANNED, _LEAST_PLAYED, _LEAST_MIXED, _SLACK = 32, 1e-7, 1e-3, 0.05


def few_efforts(
    contest: AbstractContest,
    attacker_mixes: bool,
    defender_mixes: bool,
    idle_enters: bool = False,
    scanned: bool = False,
) -> Strategies:
    """A candidate for each contest of a batch.

    Args:
        contest: parameters of shape (B,).
        attacker_mixes: whether the attacker plays an effort and also none (or stays out), else one effort, or none.
        defender_mixes: likewise.
        idle_enters: whether an attacker without effort takes part, and pays the entry cost.
        scanned: whether Newton's method starts where a scan over pairs of efforts misses the conditions least, for both
            sides mixing.

    Returns:
        Supports of two places, (B, 2); weights are not a number where Newton's method left what is allowed.
    """
    sides = _Sides(contest, 1.0 if idle_enters else 0.0)
    if attacker_mixes or defender_mixes:
        a, d = sides.scanned() if scanned else sides.indifferent(attacker_mixes, defender_mixes)
        attacks = defends = jnp.ones(a.shape, bool)
    else:
        a, d = sides.saddle()
        attacks, defends = a > 0, d > 0
    conditions = partial(sides.conditions, attacker_mixes, defender_mixes, attacks, defends)
    a, d = _newton(conditions, jnp.where(attacks, a, sides.most_attack), jnp.where(defends, d, sides.most_defense))
    a, d = jnp.where(attacks, a, 0.0), jnp.where(defends, d, 0.0)
    _, p, q = conditions(a, d)
    # What is no strategy gets no weights, for the verifier to refuse.
    proper = jnp.isfinite(a) & jnp.isfinite(d) & (p >= 0) & (p <= 1) & (q >= 0) & (q <= 1)
    a, d, p, q = (jnp.where(proper, x, no) for x, no in ((a, 0.0), (d, 0.0), (p, jnp.nan), (q, jnp.nan)))
    zero, entered = jnp.zeros_like(a), (jnp.ones_like(a) if not contest.card.entry else (attacks + 0.0))
    return Strategies(
        attacker_efforts=jnp.stack([zero, a], axis=-1),
        attacker_entered=jnp.stack([zero + sides.idle, entered], axis=-1),
        attacker_weights=jnp.stack([1 - p, p], axis=-1),
        defender_efforts=jnp.stack([zero, d], axis=-1),
        defender_weights=jnp.stack([1 - q, q], axis=-1),
    )


def one_each(contest: AbstractContest) -> Strategies:
    """Candidates in which no side mixes."""
    return few_efforts(contest, attacker_mixes=False, defender_mixes=False)


def attacker_mixes(contest: AbstractContest) -> Strategies:
    """Candidates in which the attacker mixes."""
    return few_efforts(contest, attacker_mixes=True, defender_mixes=False)


def defender_mixes(contest: AbstractContest) -> Strategies:
    """Candidates in which the defender mixes."""
    return few_efforts(contest, attacker_mixes=False, defender_mixes=True)


def attacker_switches(contest: AbstractContest) -> Strategies:
    """Candidates in which the attacker always takes part, and mixes an effort with none."""
    return few_efforts(contest, attacker_mixes=True, defender_mixes=False, idle_enters=True)


def both_mix(contest: AbstractContest) -> Strategies:
    """Candidates in which both sides mix."""
    return few_efforts(contest, attacker_mixes=True, defender_mixes=True)


def both_mix_scanned(contest: AbstractContest) -> Strategies:
    """The same, from a start that takes longer to find and is nearer."""
    return few_efforts(contest, attacker_mixes=True, defender_mixes=True, scanned=True)


def ways(contest: AbstractContest, many: bool) -> tuple[Callable[[AbstractContest], Strategies], ...]:
    """What to try, from what is most common to what is least; after formulas, on a few draws, only what they leave."""
    if contest.card.exposure:
        return ()
    by_entry = (attacker_switches,) if contest.card.entry else ()
    if many:
        return (one_each, attacker_mixes, *by_entry, defender_mixes, both_mix, both_mix_scanned)
    return (*by_entry, defender_mixes) if by_entry else ()


class _Sides:
    """Payoffs of both sides of a batch of contests, as shares of their stakes."""

    def __init__(self, contest: AbstractContest, idle: float) -> None:
        self.contest, self.idle = contest, idle
        self.most_attack = jnp.broadcast_to(attack_limit(contest), contest.shape)
        self.most_defense = jnp.broadcast_to(defense_limit(contest), contest.shape)

    def attack(self, a: Array, entered: Array | float, d: Array) -> Array:
        return chance(self.contest, a, jnp.asarray(entered), d) - attack_share(self.contest, a, jnp.asarray(entered))

    def defense(self, a: Array, entered: Array | float, d: Array) -> Array:
        return -chance(self.contest, a, jnp.asarray(entered), d) - defense_share(self.contest, d)

    def saddle(self) -> tuple[Array, Array]:
        """Efforts that roughly answer each other, 0 where none is best: the security levels of a coarse game."""
        shares = jnp.concatenate([jnp.zeros(1), jnp.exp(jnp.linspace(jnp.log(_LEAST_PLAYED), 0.0, _SCANNED))])[:, None]
        a, d = shares * self.most_attack, shares * self.most_defense
        entered = jnp.where(shares > 0, 1.0, self.idle)[:, None]
        # What the attacker earns and what the defender spends: of this both play a zero-sum game.
        worth = self.attack(a[:, None], entered, d[None]) + defense_share(self.contest, d)
        at_a, at_d = jnp.argmax(jnp.min(worth, axis=1), axis=0), jnp.argmin(jnp.max(worth, axis=0), axis=0)
        return _taken(a, at_a), _taken(d, at_d)

    def indifferent(self, attacker: bool, defender: bool) -> tuple[Array, Array]:
        """Efforts at which the sides that mix earn as much as with none, roughly."""
        efforts = jnp.exp(jnp.linspace(jnp.log(_LEAST), 0.0, _POINTS))[:, None]
        a, d = efforts * self.most_attack, efforts * self.most_defense
        # First axis: the attacker's effort; second: the defender's.
        attack = self.attack(a[:, None], 1.0, d[None])
        defense = self.defense(a[:, None], 1.0, d[None])
        attack_gain = jnp.max(attack, axis=0) - self.attack(jnp.zeros_like(d), self.idle, d)
        defense_gain = jnp.max(defense, axis=1) - self.defense(a, 1.0, jnp.zeros_like(a))
        at_d, at_a = _last_gain(attack_gain), _last_gain(defense_gain)
        if not attacker:
            at_d = _taken(jnp.argmax(defense, axis=1), at_a)
        if not defender:
            at_a = _taken(jnp.argmax(attack, axis=0), at_d)
        return _taken(a, at_a), _taken(d, at_d)

    def scanned(self) -> tuple[Array, Array]:
        """Of many pairs of efforts the one that misses the conditions of both mixing least, beside costs."""
        efforts = jnp.exp(jnp.linspace(jnp.log(_LEAST_MIXED), 0.0, _SCANNED))[:, None]
        a, d = jnp.broadcast_arrays((efforts * self.most_attack)[:, None], (efforts * self.most_defense)[None])
        everywhere = jnp.ones(a.shape, bool)
        (by_a, by_d), p, q = self.conditions(True, True, everywhere, everywhere, a, d)
        missed = (by_a * self.most_attack / a) ** 2 + (by_d * self.most_defense / d) ** 2
        likely = jnp.isfinite(missed)
        for chance_of_effort in (p, q):
            likely &= (chance_of_effort >= -_SLACK) & (chance_of_effort <= 1 + _SLACK)
        missed, a, d = (x.reshape(_SCANNED**2, -1) for x in (jnp.where(likely, missed, jnp.inf), a, d))
        best = jnp.argmin(missed, axis=0)
        return _taken(a, best), _taken(d, best)

    def conditions(
        self, attacker_mixes: bool, defender_mixes: bool, attacks: Array, defends: Array, a: Array, d: Array
    ) -> tuple[tuple[Array, Array], Array, Array]:
        """By how much two efforts miss the two conditions, and the probabilities that meet the others."""
        one, none = jnp.ones_like(a), jnp.zeros_like(a)
        a, d, entered = jnp.where(attacks, a, 0.0), jnp.where(defends, d, 0.0), attacks + 0.0

        def by_attack(at: Array) -> tuple[Array, Array]:
            return jax.jvp(lambda x: self.attack(x, 1.0, at), (a,), (one,))

        def by_defense(at: Array, entered: Array) -> tuple[Array, Array]:
            return jax.jvp(lambda x: self.defense(at, entered, x), (d,), (one,))

        (earns, slope), (idle, flat) = by_attack(d), by_attack(none)
        (saves, drop), (spared, wasted) = by_defense(a, entered), by_defense(none, none + self.idle)
        # What effort gains over none, against the other's effort and against none.
        gain, idle_gain = earns - self.attack(none, self.idle, d), idle - self.attack(none, self.idle, none)
        keep, spare_keep = saves - self.defense(a, entered, none), spared - self.defense(none, none + self.idle, none)
        p, q = one, one
        if attacker_mixes and defender_mixes:
            p, q = _balancing(keep, spare_keep), _balancing(gain, idle_gain)
        elif attacker_mixes:
            p = _balancing(drop, wasted)
        elif defender_mixes:
            q = _balancing(slope, flat)
        first_attack = jnp.where(attacks, a * (q * slope + (1 - q) * flat), 0.0)
        first_defense = jnp.where(defends, d * (p * drop + (1 - p) * wasted), 0.0)
        if attacker_mixes and not defender_mixes:
            return (first_attack, gain), p, q
        if defender_mixes and not attacker_mixes:
            return (keep, first_defense), p, q
        return (first_attack, first_defense), p, q


def _newton(
    conditions: Callable[[Array, Array], tuple[tuple[Array, Array], Array, Array]], a: Array, d: Array
) -> tuple[Array, Array]:
    """Efforts that meet both conditions, from a rough start."""

    def missed(x: Array, y: Array) -> tuple[Array, Array]:
        return conditions(jnp.exp(x), jnp.exp(y))[0]

    def step(_: int, point: tuple[Array, Array]) -> tuple[Array, Array]:
        one, none = jnp.ones_like(point[0]), jnp.zeros_like(point[0])
        (f, g), (f_x, g_x) = jax.jvp(missed, point, (one, none))
        _, (f_y, g_y) = jax.jvp(missed, point, (none, one))
        # A condition that always holds has no derivative: its effort stays.
        f_x, g_y = jnp.where((f_x == 0) & (f_y == 0), 1.0, f_x), jnp.where((g_x == 0) & (g_y == 0), 1.0, g_y)
        area = f_x * g_y - f_y * g_x
        area = jnp.where(jnp.abs(area) > _TINY, area, _TINY)
        moves = (f_y * g - g_y * f) / area, (g_x * f - f_x * g) / area
        x, y = (at + jnp.clip(move, -_LONGEST, _LONGEST) for at, move in zip(point, moves, strict=True))
        return x, y

    x, y = jax.lax.fori_loop(0, _STEPS, step, (jnp.log(a), jnp.log(d)))
    return jnp.exp(x), jnp.exp(y)


def _last_gain(gains: Array) -> Array:
    """The place of the largest of the other side's efforts against which effort still pays."""
    return jnp.maximum(gains.shape[0] - 1 - jnp.argmax((gains > 0)[::-1], axis=0), 0)


def _taken(values: Array, places: Array) -> Array:
    return jnp.take_along_axis(values, places[None], axis=0)[0]


def _balancing(played: Array, unplayed: Array) -> Array:
    """The probability t with t · played + (1 − t) · unplayed = 0."""
    apart = unplayed - played
    return unplayed / jnp.where(jnp.abs(apart) > _TINY, apart, _TINY)
