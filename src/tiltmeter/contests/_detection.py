"""Equilibria of examination in which the defender plays one effort, by the defender's security level.

An item passes with the probability Φ(z − δ); where several items must all pass, with the same power of it.

Written in the detectability δ of the forgery as the defender sees it, in A = 1 + a and B = 1 + d, and in costs as
shares of the stake. A forgery that δ₀ would show if left untouched shows δ = δ₀ / A^θ; the attacker's marginal gain is
then A = S(δ)·θ/κ_A with S(δ) = δ g(z − δ), where g is the density of passing, a maximum only for δ up to δ⁺. A
defender's effort is optimal against the best attack if it minimizes v(δ₀) + κ_D (B − 1) with δ₀ = C B^ψ, where v is
the attacker's best payoff.
"""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import jax.scipy.special as special
from jaxtyping import Array

_HALVINGS = 50
_ROOTS = 3
# How far below δ⁺, in logarithms, detectabilities matter.
_FARTHEST = 80.0
_LOG_ROOT_TWO_PI = 0.9189385332046727
_ROOT_HALF = 0.7071067811865476


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
    """Efforts and the probability of entry, where the defender plays one effort."""

    attack: Array
    entry: Array
    defense: Array


def passing(g: Detection, attacker_effort: Array, defender_effort: Array) -> Array:
    """The probability that the forgery passes, given both efforts."""
    shown = jnp.exp(g.defense_returns * jnp.log1p(defender_effort))
    hidden = jnp.exp(g.attack_returns * jnp.log1p(attacker_effort))
    return _passes(g, g.criterion - g.untouched * shown / hidden)


def examined(g: Detection) -> Outcome:
    """The efforts at the defender's best single effort; an equilibrium unless the defender would rather mix."""
    threshold, threshold_attack = _deterring(g)
    none = jnp.zeros_like(g.untouched)[..., None]
    # Logarithms of B: no defense, both sides stationary, and the defense that just deters.
    candidates = jnp.concatenate([none, _stationary(g), _defense_for(g, threshold)[..., None]], axis=-1)
    wide = _wide(g)
    payoff, attack = _attacker_best(wide, jnp.log(wide.untouched) + wide.defense_returns * candidates)
    places = jnp.arange(candidates.shape[-1])
    last = places == places[-1]
    # At the threshold the attacker earns nothing by construction; rounding must not hide it.
    security = jnp.where(last, 0.0, jnp.maximum(payoff, 0.0)) + wide.defense_cost * jnp.expm1(candidates)
    best = jnp.argmin(jnp.where(jnp.isfinite(security), security, jnp.inf), axis=-1)[..., None]

    def chosen(x: Array) -> Array:
        return jnp.max(jnp.where(places == best, x, -jnp.inf), axis=-1)

    deterring = best[..., 0] == places[-1]
    defense = chosen(candidates)
    visible = threshold - g.attack_returns * threshold_attack
    often = jnp.exp(defense - _log_gain(g.defense_returns, g.defense_cost, g, visible))
    attacks = jnp.where(deterring, jnp.clip(often, 0.0, 1.0), jnp.where(chosen(payoff) > 0, 1.0, 0.0))
    effort = jnp.expm1(jnp.where(deterring, threshold_attack, chosen(attack)))
    return Outcome(jnp.where(attacks > 0, effort, 0.0), attacks, jnp.expm1(defense))


def normal_below(x: Array) -> Array:
    """Φ(x), accurate in both tails, by one call that compiles to less code than the library's two branches."""
    return jax.lax.erfc(-_ROOT_HALF * x) / 2


def _wide(g: Detection) -> Detection:
    """The same parameters with one more axis, for candidates."""
    return jax.tree.map(lambda x: x[..., None], g)


def _passes(g: Detection, x: Array) -> Array:
    """Φ(x) for one item, Φ(x)^m for m items."""
    return normal_below(x) if g.items is None else jnp.exp(g.items * _log_normal_below(x))


def _log_normal_below(x: Array) -> Array:
    """log Φ(x) by one call, accurate up to x = −37 and constant below, where no m ≥ 1 items ever pass."""
    tail = jnp.maximum(normal_below(-jnp.abs(x)), 1e-300)
    return jnp.where(x > 0, jnp.log1p(-tail), jnp.log(tail))


def _log_gain(returns: Array, cost: Array, g: Detection, log_shown: Array) -> Array:
    """log of returns · δ g(z − δ) / cost, the marginal gain by log effort over its marginal cost at effort one."""
    x = g.criterion - jnp.exp(log_shown)
    one = jnp.log(returns / cost) + log_shown - x**2 / 2 - _LOG_ROOT_TWO_PI
    return one if g.items is None else one + jnp.log(g.items) + (g.items - 1) * _log_normal_below(x)


def _log_attack(g: Detection, log_shown: Array) -> Array:
    """log A that is stationary for the attacker where δ is shown, or 0."""
    return jnp.maximum(0.0, _log_gain(g.attack_returns, g.attack_cost, g, log_shown))


def _branch_end(g: Detection) -> Array:
    """log δ⁺: stationary attacks that show more than this are minima."""
    z = g.criterion
    returns = jnp.maximum(g.attack_returns, 1e-12)
    one = jnp.log((z + jnp.sqrt(z**2 + 4 * (1 + 1 / returns))) / 2)
    if g.items is None:
        return one
    more = g.items - 1

    def rising(log_shown: Array) -> Array:
        # The elasticity of S exceeds −1/θ; further items only make it smaller.
        shown = jnp.exp(log_shown)
        x = z - shown
        inverse_mills = jnp.exp(-(x**2) / 2 - _LOG_ROOT_TWO_PI - _log_normal_below(x))
        return 1 + shown * (x - more * inverse_mills) > -1 / returns

    return _bisect(rising, one - _FARTHEST, one)


def _earned(g: Detection, log_shown: Array, log_attack: Array) -> Array:
    return _passes(g, g.criterion - jnp.exp(log_shown)) - g.attack_cost * jnp.expm1(log_attack) - g.entry


def _attacker_best(g: Detection, log_untouched: Array) -> tuple[Array, Array]:
    """The attacker's best payoff and log A against log δ₀, among no effort and the stationary effort."""
    end = jnp.broadcast_to(_branch_end(g), log_untouched.shape)

    def too_little(log_shown: Array) -> Array:
        return log_shown + g.attack_returns * _log_attack(g, log_shown) < log_untouched

    # Along the branch δ A(δ)^θ rises with δ; beyond its end no stationary effort exists.
    low = jnp.minimum(log_untouched, end) - g.attack_returns * jnp.log1p(1 / g.attack_cost)
    attack = _log_attack(g, _bisect(too_little, low, end))
    moving = jnp.where(attack > 0, _earned(g, log_untouched - g.attack_returns * attack, attack), -jnp.inf)
    still = _earned(g, log_untouched, jnp.zeros_like(log_untouched))
    return jnp.maximum(moving, still), jnp.where(moving > still, attack, 0.0)


def _quantile(g: Detection) -> Array:
    """x at which a forgery passes just often enough to pay for entry."""
    worth = jnp.clip(g.entry, 0.0, 1.0)
    if g.items is None:
        return special.ndtri(worth)
    return -special.ndtri(-jnp.expm1(jnp.log(worth) / g.items))


def _deterring(g: Detection) -> tuple[Array, Array]:
    """log of the least δ₀ at which no attack pays, and log A of the attack that then just breaks even."""
    end = _branch_end(g)

    def pays(log_shown: Array) -> Array:
        return _earned(g, log_shown, _log_attack(g, log_shown)) > 0

    shown = _bisect(pays, end - _FARTHEST, end)
    attack = _log_attack(g, shown)
    moving = jnp.where(shown >= end - 1e-12, -jnp.inf, shown + g.attack_returns * attack)
    still = jnp.log(jnp.maximum(g.criterion - _quantile(g), 1e-300))
    return jnp.maximum(moving, still), jnp.where(moving > still, attack, 0.0)


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
        """Whether the forgery would show more than δ if both answered δ."""
        faced = jnp.log(wide.untouched) + wide.defense_returns * log_defense(log_shown)
        return log_shown + wide.attack_returns * _log_attack(wide, log_shown) < faced

    # Roots lie where δ can be: fine steps where the normal density bends, decades below.
    middle = (wide.criterion + jnp.sqrt(wide.criterion**2 + 4)) / 2
    fine = jnp.log(jnp.linspace(0.25, 1.0, 48) * (middle + 14.0))
    coarse = fine[..., :1] - jnp.linspace(70.0, 0.0, 72, endpoint=False)
    scan = jnp.concatenate([coarse, fine], axis=-1)
    sign = short(scan)
    crossing = sign[..., :-1] & ~sign[..., 1:]
    order = jnp.cumsum(crossing, axis=-1) * crossing
    here = order[..., None, :] == jnp.arange(1, _ROOTS + 1)[:, None]
    low = jnp.max(jnp.where(here, scan[..., None, :-1], -jnp.inf), axis=-1)
    high = jnp.max(jnp.where(here, scan[..., None, 1:], -jnp.inf), axis=-1)
    return jnp.where(low > -jnp.inf, log_defense(_bisect(short, low, high)), 0.0)


def _bisect(below: Callable[[Array], Array], low: Array, high: Array) -> Array:
    """Where a condition that holds at `low` and not at `high` ceases to hold."""

    def halve(_: int, bracket: tuple[Array, Array]) -> tuple[Array, Array]:
        lower, upper = bracket
        middle = (lower + upper) / 2
        still = below(middle)
        return jnp.where(still, middle, lower), jnp.where(still, upper, middle)

    lower, upper = jax.lax.fori_loop(0, _HALVINGS, halve, (low, high))
    return (lower + upper) / 2
