"""Equilibria of examination in which the defender plays one effort, by the defender's security level.

An item passes with the probability Φ(z − δ); where several items must all pass, with the same power of it.

Written in the detectability δ of the forgery as the defender sees it, in A = 1 + a and B = 1 + d, and in costs as
shares of the stake. A forgery that δ₀ would show if left untouched shows δ = δ₀ / A^θ; the attacker's marginal gain is
then A = S(δ)·θ/κ_A with S(δ) = δ g(z − δ), where g is the density of passing, a maximum only for δ up to δ⁺. A
defender's effort is optimal against the best attack if it minimizes v(δ₀) + κ_D (B − 1) with δ₀ = C B^ψ, where v is
the attacker's best payoff.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from tiltmeter.contests._halving import last_where
from tiltmeter.contests._normal import normal_below, normal_quantile

_ROOTS = 3
# Where to look for roots, in logarithms from the largest δ that matters.
_SCAN = np.concatenate([np.linspace(-72.0, -7.0, 40, endpoint=False), np.linspace(-7.0, 0.0, 80)])
# How far below δ⁺, in logarithms, detectabilities matter.
_FARTHEST = 80.0
LOG_ROOT_TWO_PI = 0.9189385332046727


class Detection(NamedTuple):
    """The parameters of an examination, in the units above.

    `entry` is the entry cost's share of the stake; `items` is how many items must all pass, None for one.
    """

    criterion: Array
    untouched: Array
    attack_returns: Array
    defense_returns: Array
    attack_cost: Array
    defense_cost: Array
    entry: Array
    items: Array | None = None


class Outcome(NamedTuple):
    """What is played where the defender plays one effort.

    Attributes:
        attack: the attacker's effort when it makes one.
        often: the probability of that effort.
        idles: 1 where the attacker else takes part without effort, 0 where it stays out.
        defense: the defender's effort.
    """

    attack: Array
    often: Array
    idles: Array
    defense: Array


def passing(g: Detection, attacker_effort: Array, defender_effort: Array) -> Array:
    """The probability that the forgery passes, given both efforts."""
    shown = jnp.exp(g.defense_returns * jnp.log1p(defender_effort))
    hidden = jnp.exp(g.attack_returns * jnp.log1p(attacker_effort))
    return _passes(g, g.criterion - g.untouched * shown / hidden)


def examined(g: Detection) -> Outcome:
    """The efforts at the defender's best single effort; an equilibrium unless the defender would rather mix."""
    wide, ends = _wide(g), _ends(g)
    deterrence, switch = _deterring(g, ends[..., 1]), _switching(g, ends[..., 0], ends[..., 1])
    none = jnp.zeros_like(g.untouched)[..., None]
    kinks = jnp.stack([_defense_for(g, switch.untouched), _defense_for(g, deterrence.untouched)], axis=-1)
    # Logarithms of B: no defense, both sides stationary, and where the attacker turns from one effort to another.
    candidates = jnp.concatenate([none, _stationary(g), kinks], axis=-1)
    untouched = jnp.log(wide.untouched) + wide.defense_returns * candidates
    payoff, attack = _attacker_best(wide, untouched, ends[..., 1:])
    places = jnp.arange(candidates.shape[-1])
    # Where it deters, the attacker earns nothing by construction; rounding must not hide it.
    lost = jnp.where(places == places[-1], 0.0, jnp.maximum(payoff, 0.0))
    security = lost + wide.defense_cost * jnp.expm1(candidates)
    best = jnp.argmin(jnp.where(jnp.isfinite(security), security, jnp.inf), axis=-1)

    def chosen(x: Array) -> Array:
        return jnp.max(jnp.where(places == best[..., None], x, -jnp.inf), axis=-1)

    def worth(log_shown: Array) -> Array:
        """The defense that pays against what is shown, as a multiple of the effort B that is made."""
        return jnp.exp(_log_gain(g.defense_returns, g.defense_cost, g, log_shown) - defense)

    defense = chosen(candidates)
    switches, deters = best == places[-2], best == places[-1]
    turn = _Turn(*(jnp.where(deters, x, y) for x, y in zip(deterrence, switch, strict=True)))
    # At a kink the attacker is indifferent, and makes its effort just so often that the defense pays.
    moving = worth(turn.untouched - g.attack_returns * turn.attack)
    still = jnp.where(deters, 0.0, worth(turn.untouched))
    apart = jnp.where(moving == still, 1.0, moving - still)
    often = jnp.clip((1 - still) / apart, 0.0, 1.0)
    attacks = jnp.where(switches | deters, often, jnp.where(chosen(payoff) > 0, 1.0, 0.0))
    effort = jnp.expm1(jnp.where(switches | deters, turn.attack, chosen(attack)))
    return Outcome(jnp.where(attacks > 0, effort, 0.0), attacks, jnp.where(switches, 1.0, 0.0), jnp.expm1(defense))


def _wide(g: Detection) -> Detection:
    """The same parameters with one more axis, for candidates."""
    return jax.tree.map(lambda x: x[..., None], g)


def _passes(g: Detection, x: Array) -> Array:
    """Φ(x) for one item, Φ(x)^m for m items."""
    return normal_below(x) if g.items is None else jnp.exp(g.items * log_normal_below(x))


def log_normal_below(x: Array) -> Array:
    """log Φ(x) by one call, accurate up to x = −37 and constant below, where no m ≥ 1 items ever pass."""
    tail = jnp.maximum(normal_below(-jnp.abs(x)), 1e-300)
    return jnp.where(x > 0, jnp.log1p(-tail), jnp.log(tail))


def _log_gain(returns: Array, cost: Array, g: Detection, log_shown: Array) -> Array:
    """log of returns · δ g(z − δ) / cost, the marginal gain by log effort over its marginal cost at effort one."""
    x = g.criterion - jnp.exp(log_shown)
    # Substituted where there are no returns, so that no NaN reaches a derivative.
    able = returns > 0
    worth = jnp.where(able, jnp.log(jnp.where(able, returns, 1.0) / cost), -jnp.inf)
    one = worth + log_shown - x**2 / 2 - LOG_ROOT_TWO_PI
    return one if g.items is None else one + jnp.log(g.items) + (g.items - 1) * log_normal_below(x)


def _log_attack(g: Detection, log_shown: Array) -> Array:
    """log A that is stationary for the attacker where δ is shown, or 0."""
    return jnp.maximum(0.0, _log_gain(g.attack_returns, g.attack_cost, g, log_shown))


def _ends(g: Detection) -> Array:
    """log δ at which S is largest, and log δ⁺: stationary attacks that show more than this are minima; last axis."""
    branch_end = 1 / jnp.maximum(g.attack_returns, 1e-12)
    return _falling(_wide(g), jnp.stack([jnp.zeros_like(branch_end), branch_end], axis=-1))


def _falling(g: Detection, elasticity: Array) -> Array:
    """log of the δ from which on S falls at least with this elasticity."""
    z = g.criterion
    one = jnp.log((z + jnp.sqrt(z**2 + 4 * (1 + elasticity))) / 2)
    if g.items is None:
        return one
    more = g.items - 1

    def rising(log_shown: Array) -> Array:
        # Further items only make the elasticity smaller.
        shown = jnp.exp(log_shown)
        x = z - shown
        inverse_mills = jnp.exp(-(x**2) / 2 - LOG_ROOT_TWO_PI - log_normal_below(x))
        return 1 + shown * (x - more * inverse_mills) + elasticity

    return last_where(rising, one - _FARTHEST, one)


def _earned(g: Detection, log_shown: Array, log_attack: Array) -> Array:
    return _passes(g, g.criterion - jnp.exp(log_shown)) - g.attack_cost * jnp.expm1(log_attack) - g.entry


def _attacker_best(g: Detection, log_untouched: Array, end: Array) -> tuple[Array, Array]:
    """The attacker's best payoff and log A against log δ₀, among no effort and the stationary effort."""
    end = jnp.broadcast_to(end, log_untouched.shape)

    def too_little(log_shown: Array) -> Array:
        return log_untouched - log_shown - g.attack_returns * _log_attack(g, log_shown)

    # Along the branch δ A(δ)^θ rises with δ; beyond its end no stationary effort exists.
    low = jnp.minimum(log_untouched, end) - g.attack_returns * jnp.log1p(1 / g.attack_cost)
    attack = _log_attack(g, last_where(too_little, low, end))
    moving = jnp.where(attack > 0, _earned(g, log_untouched - g.attack_returns * attack, attack), -jnp.inf)
    still = _earned(g, log_untouched, jnp.zeros_like(log_untouched))
    return jnp.maximum(moving, still), jnp.where(moving > still, attack, 0.0)


def _quantile(g: Detection) -> Array:
    """x at which a forgery passes just often enough to pay for entry."""
    worth = jnp.clip(g.entry, 0.0, 1.0)
    if g.items is None:
        return normal_quantile(worth)
    return -normal_quantile(-jnp.expm1(jnp.log(worth) / g.items))


class _Turn(NamedTuple):
    """Where the attacker is indifferent between an effort and another choice.

    Attributes:
        untouched: log δ₀ there; infinite where there is no such δ₀.
        attack: log A of the effort.
    """

    untouched: Array
    attack: Array


def _deterring(g: Detection, end: Array) -> _Turn:
    """The least δ₀ at which no attack pays, and the attack that then just breaks even."""

    def pays(log_shown: Array) -> Array:
        return _earned(g, log_shown, _log_attack(g, log_shown))

    shown = last_where(pays, end - _FARTHEST, end)
    attack = _log_attack(g, shown)
    moving = jnp.where(shown >= end - 1e-12, -jnp.inf, shown + g.attack_returns * attack)
    still = jnp.log(jnp.maximum(g.criterion - _quantile(g), 1e-300))
    return _Turn(jnp.maximum(moving, still), jnp.where(moving > still, attack, 0.0))


def _switching(g: Detection, peak: Array, end: Array) -> _Turn:
    """The δ₀ from which on no effort at all is better than the stationary one.

    Where S is largest the stationary effort, if there is one, grew out of none and is better; further along the branch
    less and less so, and there may come a point from which on it is worse.
    """

    def better(log_shown: Array) -> Array:
        attack = _log_attack(g, log_shown)
        still = _earned(g, log_shown + g.attack_returns * attack, jnp.zeros_like(attack))
        return jnp.where(attack > 0, _earned(g, log_shown, attack) - still, -1.0)

    shown = last_where(better, peak, end)
    attack = _log_attack(g, shown)
    turns = (better(peak) > 0) & (attack > 0)
    return _Turn(jnp.where(turns, shown + g.attack_returns * attack, jnp.inf), attack)


def _defense_for(g: Detection, log_untouched: Array) -> Array:
    """log B that makes an untouched forgery show δ₀; infinite where no effort does."""
    excess = jnp.maximum(log_untouched - jnp.log(g.untouched), 0.0)
    able = g.defense_returns > 0
    return jnp.where(able, excess / jnp.where(able, g.defense_returns, 1.0), jnp.where(excess > 0, jnp.inf, 0.0))


def _stationary(g: Detection) -> Array:
    """Up to three log B at which both sides' slopes vanish, last axis; zeros where there are fewer."""
    wide = _wide(g)

    def log_defense(log_shown: Array) -> Array:
        return jnp.maximum(0.0, _log_gain(wide.defense_returns, wide.defense_cost, wide, log_shown))

    def short(log_shown: Array) -> Array:
        """By how much more than δ the forgery would show if both answered δ, in logarithms."""
        faced = jnp.log(wide.untouched) + wide.defense_returns * log_defense(log_shown)
        return faced - log_shown - wide.attack_returns * _log_attack(wide, log_shown)

    # Roots lie where δ can be: fine steps where the normal density bends, decades below, where all are powers.
    middle = (wide.criterion + jnp.sqrt(wide.criterion**2 + 4)) / 2
    scan = jnp.log(middle + 14.0) + _SCAN
    sign = short(scan) > 0
    crossing = sign[..., :-1] & ~sign[..., 1:]
    order = jnp.cumsum(crossing, axis=-1) * crossing
    here = order[..., None, :] == jnp.arange(1, _ROOTS + 1)[:, None]
    low = jnp.max(jnp.where(here, scan[..., None, :-1], -jnp.inf), axis=-1)
    high = jnp.max(jnp.where(here, scan[..., None, 1:], -jnp.inf), axis=-1)
    return jnp.where(low > -jnp.inf, log_defense(last_where(short, low, high)), 0.0)
