"""Equilibria of examination in which the defender plays one effort, by the defender's security level.

Written in the detectability δ of the forgery as the defender sees it, in A = 1 + a and B = 1 + d, and in costs as
shares of the stake. A forgery that δ₀ would show if left untouched shows δ = δ₀ / A^θ; the attacker's marginal gain is
then A = S(δ)·θ/κ_A with S(δ) = δ φ(z − δ), a maximum only for δ up to δ⁺. A defender's effort is optimal against the
best attack if it minimizes v(δ₀) + κ_D (B − 1) with δ₀ = C B^ψ, where v is the attacker's best payoff.
"""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import jax.scipy.special as special
from jax.scipy.stats import norm
from jaxtyping import Array

_HALVINGS = 50
_ROOTS = 3


class Detection(NamedTuple):
    """The parameters of an examination, in the units above; `entry` is the entry cost's share of the stake."""

    criterion: Array
    untouched: Array
    attack_returns: Array
    defense_returns: Array
    attack_cost: Array
    defense_cost: Array
    entry: Array


class Outcome(NamedTuple):
    """Efforts and the probability of entry, where the defender plays one effort."""

    attack: Array
    entry: Array
    defense: Array


def examined(g: Detection) -> Outcome:
    """The efforts at the defender's best single effort; an equilibrium unless the defender would rather mix."""
    threshold, threshold_attack = _deterring(g)
    candidates = jnp.concatenate(
        [jnp.ones_like(g.untouched)[..., None], _stationary(g), _defense_for(g, threshold)[..., None]], axis=-1
    )
    wide = Detection(*(x[..., None] for x in g))
    shown = _shown_untouched(wide, candidates)
    payoff, attack = _attacker_best(wide, shown)
    security = jnp.maximum(payoff, 0.0) + wide.defense_cost * (candidates - 1)
    # At the threshold the attacker earns nothing by construction; rounding must not hide it.
    security = security.at[..., -1].set(g.defense_cost * (candidates[..., -1] - 1))
    best = jnp.argmin(jnp.where(jnp.isfinite(security), security, jnp.inf), axis=-1)

    def chosen(x: Array) -> Array:
        return jnp.take_along_axis(x, best[..., None], axis=-1)[..., 0]

    deterring = best == candidates.shape[-1] - 1
    defense = chosen(candidates)
    visible = threshold * threshold_attack ** (-g.attack_returns)
    often = g.defense_cost * defense / (g.defense_returns * _steepness(g, visible))
    attacks = jnp.where(deterring, jnp.clip(often, 0.0, 1.0), jnp.where(chosen(payoff) > 0, 1.0, 0.0))
    effort = jnp.where(deterring, threshold_attack, chosen(attack)) - 1
    return Outcome(jnp.where(attacks > 0, effort, 0.0), attacks, defense - 1)


def _steepness(g: Detection, shown: Array) -> Array:
    """S(δ) = δ φ(z − δ): how fast success falls with log δ."""
    return shown * norm.pdf(g.criterion - shown)


def _attack_at(g: Detection, shown: Array) -> Array:
    """A that is stationary for the attacker where δ is shown, or 1."""
    return jnp.maximum(1.0, g.attack_returns / g.attack_cost * _steepness(g, shown))


def _branch_end(g: Detection) -> Array:
    """δ⁺: stationary attacks that show more than this are minima."""
    z = g.criterion
    returns = jnp.maximum(g.attack_returns, 1e-12)
    return (z + jnp.sqrt(z**2 + 4 * (1 + 1 / returns))) / 2


def _earned(g: Detection, shown: Array, attack: Array) -> Array:
    return special.ndtr(g.criterion - shown) - g.attack_cost * (attack - 1) - g.entry


def _shown_untouched(g: Detection, defense: Array) -> Array:
    return g.untouched * defense**g.defense_returns


def _attacker_best(g: Detection, untouched: Array) -> tuple[Array, Array]:
    """The attacker's best payoff and A against δ₀, among no effort and the stationary effort."""
    end = jnp.broadcast_to(_branch_end(g), untouched.shape)

    def too_little(log_shown: Array) -> Array:
        shown = jnp.exp(log_shown)
        return log_shown + g.attack_returns * jnp.log(_attack_at(g, shown)) < jnp.log(untouched)

    # Along the branch δ A(δ)^θ rises with δ; beyond its end no stationary effort exists.
    low = jnp.log(jnp.minimum(untouched, end)) - g.attack_returns * jnp.log1p(1 / g.attack_cost)
    shown = jnp.exp(_bisect(too_little, low, jnp.log(end)))
    attack = _attack_at(g, shown)
    moving = jnp.where(attack > 1, _earned(g, untouched / attack**g.attack_returns, attack), -jnp.inf)
    still = _earned(g, untouched, jnp.ones_like(untouched))
    return jnp.maximum(moving, still), jnp.where(moving > still, attack, 1.0)


def _deterring(g: Detection) -> tuple[Array, Array]:
    """The least δ₀ at which no attack pays, and the A of the attack that then just breaks even."""
    end = _branch_end(g)

    def pays(log_shown: Array) -> Array:
        shown = jnp.exp(log_shown)
        return _earned(g, shown, _attack_at(g, shown)) > 0

    shown = jnp.exp(_bisect(pays, jnp.log(end) - 80.0, jnp.log(end)))
    attack = _attack_at(g, shown)
    moving = jnp.where(pays(jnp.log(end)), 0.0, shown * attack**g.attack_returns)
    still = g.criterion - special.ndtri(jnp.clip(g.entry, 0.0, 1.0))
    return jnp.maximum(moving, still), jnp.where(moving > still, attack, 1.0)


def _defense_for(g: Detection, untouched: Array) -> Array:
    """B that makes an untouched forgery show δ₀; infinite where no effort does."""
    logs = jnp.log(jnp.maximum(untouched, 1e-300) / g.untouched) / jnp.where(
        g.defense_returns > 0, g.defense_returns, 1.0
    )
    reachable = (g.defense_returns > 0) | (untouched <= g.untouched)
    return jnp.where(reachable, jnp.exp(jnp.maximum(jnp.where(g.defense_returns > 0, logs, 0.0), 0.0)), jnp.inf)


def _stationary(g: Detection) -> Array:
    """Up to three B at which both sides' slopes vanish, last axis; repeated B = 1 where there are fewer."""
    wide = Detection(*(x[..., None] for x in g))

    def defense_at(shown: Array) -> Array:
        return jnp.maximum(1.0, wide.defense_returns / wide.defense_cost * _steepness(wide, shown))

    def short(log_shown: Array) -> Array:
        """Whether the forgery would show more than δ if both answered δ."""
        shown = jnp.exp(log_shown)
        faced = jnp.log(wide.untouched) + wide.defense_returns * jnp.log(defense_at(shown))
        return log_shown + wide.attack_returns * jnp.log(_attack_at(wide, shown)) < faced

    # Roots lie where δ can be: fine steps where the normal density bends, decades below.
    middle = (wide.criterion + jnp.sqrt(wide.criterion**2 + 4)) / 2
    fine = jnp.log(jnp.linspace(0.25, 1.0, 48) * (middle + 14.0))
    coarse = fine[..., :1] - jnp.linspace(70.0, 0.0, 72, endpoint=False)
    scan = jnp.concatenate([coarse, fine], axis=-1)
    sign = short(scan)
    crossing = sign[..., :-1] & ~sign[..., 1:]
    found, place = jax.lax.top_k(crossing.astype(float), _ROOTS)
    low = jnp.take_along_axis(scan, place, axis=-1)
    high = jnp.take_along_axis(scan, place + 1, axis=-1)
    return jnp.where(found > 0, defense_at(jnp.exp(_bisect(short, low, high))), 1.0)


def _bisect(below: Callable[[Array], Array], low: Array, high: Array) -> Array:
    """Where a condition that holds at `low` and not at `high` ceases to hold."""

    def halve(_: int, bracket: tuple[Array, Array]) -> tuple[Array, Array]:
        lower, upper = bracket
        middle = (lower + upper) / 2
        still = below(middle)
        return jnp.where(still, middle, lower), jnp.where(still, upper, middle)

    lower, upper = jax.lax.fori_loop(0, _HALVINGS, halve, (low, high))
    return (lower + upper) / 2
