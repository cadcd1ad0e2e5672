"""Equilibria in which each side plays one effort, or none, of any smooth contest, for batches.

A side's best effort meets a first-order condition: two equations in two efforts, for Newton's method in logarithms.
Whether what it finds is an equilibrium is the verifier's to say: a stationary effort need not be the best.
"""

from collections.abc import Callable
from functools import partial

import jax
import jax.numpy as jnp
from jaxtyping import Array

from tiltmeter.contests import AbstractContest, Strategies
from tiltmeter.equilibrium._payoffs import attack_limit, attack_share, chance, defense_limit, defense_share

_STEPS = 14
_LONGEST = 0.7
_TINY = 1e-300
# Of how many efforts a side the coarse game consists, beside none, and from which share of the limit on.
_SCANNED, _LEAST = 32, 1e-7


def one_each(contest: AbstractContest) -> Strategies:
    """A candidate for each contest of a batch.

    Args:
        contest: parameters of shape (B,).

    Returns:
        Supports of two places, (B, 2); weights are not a number where Newton's method left what is allowed.
    """
    sides = _Sides(contest)
    a, d = sides.saddle()
    attacks, defends = a > 0, d > 0
    slopes = partial(sides.slopes, attacks, defends)
    a, d = _newton(slopes, jnp.where(attacks, a, sides.most_attack), jnp.where(defends, d, sides.most_defense))
    a, d = jnp.where(attacks, a, 0.0), jnp.where(defends, d, 0.0)
    # What is no strategy gets no weights, for the verifier to refuse.
    proper = jnp.isfinite(a) & jnp.isfinite(d)
    a, d = jnp.where(proper, a, 0.0), jnp.where(proper, d, 0.0)
    zero, one = jnp.zeros_like(a), jnp.where(proper, 1.0, jnp.nan)
    entered = zero + 1 if not contest.card.entry else attacks + 0.0
    return Strategies(
        attacker_efforts=jnp.stack([zero, a], axis=-1),
        attacker_entered=jnp.stack([zero, entered], axis=-1),
        attacker_weights=jnp.stack([zero, one], axis=-1),
        defender_efforts=jnp.stack([zero, d], axis=-1),
        defender_weights=jnp.stack([zero, one], axis=-1),
    )


class _Sides:
    """Payoffs of both sides of a batch of contests, as shares of their stakes."""

    def __init__(self, contest: AbstractContest) -> None:
        self.contest = contest
        self.most_attack = jnp.broadcast_to(attack_limit(contest), contest.shape)
        self.most_defense = jnp.broadcast_to(defense_limit(contest), contest.shape)

    def attack(self, a: Array, entered: Array, d: Array) -> Array:
        return chance(self.contest, a, entered, d) - attack_share(self.contest, a, entered)

    def saddle(self) -> tuple[Array, Array]:
        """Efforts that roughly answer each other, 0 where none is best: the security levels of a coarse game."""
        shares = jnp.concatenate([jnp.zeros(1), jnp.geomspace(_LEAST, 1.0, _SCANNED)])[:, None]
        a, d = shares * self.most_attack, shares * self.most_defense
        entered = jnp.where(shares > 0, 1.0, 0.0)[:, None]
        # What the attacker earns and what the defender spends: of this both play a zero-sum game.
        worth = self.attack(a[:, None], entered, d[None]) + defense_share(self.contest, d)
        at_a, at_d = jnp.argmax(jnp.min(worth, axis=1), axis=0), jnp.argmin(jnp.max(worth, axis=0), axis=0)
        return _taken(a, at_a), _taken(d, at_d)

    def slopes(self, attacks: Array, defends: Array, a: Array, d: Array) -> tuple[Array, Array]:
        """What both sides gain by a little more effort, as a share of it; 0 for those who make none."""
        one, entered = jnp.ones_like(a), attacks + 0.0
        a, d = jnp.where(attacks, a, 0.0), jnp.where(defends, d, 0.0)

        def spared(x: Array) -> Array:
            return -chance(self.contest, a, entered, x) - defense_share(self.contest, x)

        gain = jax.jvp(lambda x: self.attack(x, one, d), (a,), (one,))[1]
        return jnp.where(attacks, a * gain, 0.0), jnp.where(defends, d * jax.jvp(spared, (d,), (one,))[1], 0.0)


def _newton(conditions: Callable[[Array, Array], tuple[Array, Array]], a: Array, d: Array) -> tuple[Array, Array]:
    """Efforts that meet both conditions, from a rough start."""

    def missed(x: Array, y: Array) -> tuple[Array, Array]:
        return conditions(jnp.exp(x), jnp.exp(y))

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


def _taken(values: Array, places: Array) -> Array:
    return jnp.take_along_axis(values, places[None], axis=0)[0]
