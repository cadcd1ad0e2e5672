"""Two equal states that may strike first: who is tempted, what then becomes of both, and which equal arms are stable.

Written in burdens, the shares of its stake that each state spends on arms. Peace gives each half of its stake, war
leaves the share L = 1 − δ to the winner, and arms x that strike arms y first win with P = (ω x)^r / ((ω x)^r + y^r).
A state with arms x is tempted if max over z ≥ x of L P(z, y) − (z − x) exceeds 1/2. The best surprise has a chance q of
losing and arms z = L r q (1 − q), or those that the state has if these are more; no surprise is worth the destruction
unless q ≤ q̄ = (1/2 − δ) / (1 − δ).
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array

from tiltmeter.contests._halving import last_where

_PEACE_STEPS = 40
_SURPRISE_STEPS = 4
_LOG_4 = 1.3862943611198906
_NEXT_TO_NOTHING = 1e-300
# Arms below this are none.
_LEAST_ARMS = 1e-250


class Standoff(NamedTuple):
    """The parameters: log ω, δ, and r."""

    edge: Array
    destruction: Array
    returns: Array


class Strike(NamedTuple):
    """A state's first strike: how likely it is, how likely it then wins, and the arms bought for it."""

    chance: Array
    wins: Array
    further_arms: Array


def strikes(g: Standoff, x: Array, y: Array) -> tuple[Strike, Strike]:
    """What becomes of these burdens: the first strike of the state with arms x, and that of the other."""
    # With the advantage on their side both strike at once, with the arms they have, if either is tempted.
    at_once = g.edge >= 0
    short = jnp.exp(-_slack(g))
    tempted, threatened = y < short * _least_deterrent(g, x), x < short * _least_deterrent(g, y)
    first = jnp.where(tempted | threatened, 0.5, 0.0)
    undisputed = jnp.where(tempted & threatened, 0.5, 1.0)

    def strike(own: Array, other: Array, own_tempted: Array) -> Strike:
        arms = jnp.where(at_once, own, _surprise(g, own, other))
        chance = jnp.where(at_once, first, jnp.where(own_tempted, undisputed, 0.0))
        return Strike(chance, jax.nn.sigmoid(g.returns * (g.edge + _log(arms) - _log(other))), arms - own)

    return strike(x, y, tempted), strike(y, x, threatened)


def gain(g: Standoff, own: Strike, other: Strike) -> Array:
    """What a state gets, as a share of its stake, before what its arms cost it in peace."""
    left = 1 - g.destruction
    at_war = own.chance * (left * own.wins - own.further_arms) + other.chance * left * (1 - other.wins)
    return 0.5 * (1 - own.chance - other.chance) + at_war


def stable(g: Standoff) -> tuple[Array, Array, Array]:
    """Equal burdens that no state wants to change: the least, whether there are others, and then the greatest."""
    beyond = g.edge + jnp.log(jnp.maximum(1 - 2 * g.destruction, _NEXT_TO_NOTHING)) / g.returns
    harmless = g.destruction >= 0.5
    room = _slack(g) / 2
    least = jnp.where(harmless, 0.0, jnp.where(beyond <= room, _deterring(g), _fighting(g)))
    # At the last advantage that leaves peace possible all equal arms deter that are heavy enough.
    several = (jnp.abs(beyond) <= room) & ~harmless & (g.destruction > 0) & (g.returns <= 1)
    return least, several, jnp.where(several, _heaviest(g), least)


def _least_deterrent(g: Standoff, burden: Array) -> Array:
    """The other's least burden that leaves a state with this burden untempted."""
    # A surprise is worth the peace where L (1 − q) = 1/2 + z − burden, a quadratic in q. A state with L r q̄ (1 − q̄) or
    # more needs no further arms, and is deterred by what leaves it the chance q̄ of losing.
    left, r, doubt = 1 - g.destruction, g.returns, _doubt(g)
    needed = doubt + jnp.minimum(burden, left * r * doubt * (1 - doubt)) / jnp.maximum(left, 0.5)
    q = 2 * needed / (1 + r + jnp.sqrt((1 + r) ** 2 - 4 * r * needed))
    arms = jnp.maximum(burden, left * r * q * (1 - q))
    matched = jnp.exp(_log(arms) + g.edge + (_log(q) - jnp.log1p(-q)) / r)
    return jnp.where((g.destruction < 0.5) & (matched > _LEAST_ARMS), matched, 0.0)


def _slack(g: Standoff) -> Array:
    """How far, in logarithms, arms may fall short of deterring and still deter: rounding starts no war."""
    return 1e-9 + 1e-14 / g.returns


def _doubt(g: Standoff) -> Array:
    """q̄, next to nothing where no war is worth its destruction."""
    return jnp.maximum(0.5 - g.destruction, 1e-200) / jnp.maximum(1 - g.destruction, 0.5)


def _surprise(g: Standoff, own: Array, other: Array) -> Array:
    """The arms with which a tempted state attacks."""
    # z = L r P (1 − P) is one equation in the log-odds ℓ ≥ 0 of winning, ℓ − r log(P (1 − P)) = k, convex and solved
    # from the right.
    r, parity = g.returns, _log(other) - g.edge
    k = r * (_log((1 - g.destruction) * r) - parity)

    odds = jnp.maximum(jnp.minimum(k / (1 + r), k - r * _LOG_4), 0.0)
    for _ in range(_SURPRISE_STEPS):
        excess = (1 + r) * odds + 2 * r * jnp.log1p(jnp.exp(-odds)) - k
        odds = jnp.maximum(odds - excess / (1 + r * jnp.tanh(odds / 2)), 0.0)
    return jnp.maximum(own, jnp.exp(parity + odds / r))


def _deterring(g: Standoff) -> Array:
    """The burden that leaves a state with the same burden just untempted."""
    # One equation in q, concave if r ≤ 1: from the left Newton's method rises to its root, which is double at ω̄.
    r, doubt = g.returns, _doubt(g)

    def match(q: Array) -> Array:
        return r * jnp.exp(g.edge + (1 + 1 / r) * _log(q) + (1 - 1 / r) * jnp.log1p(-q))

    def step(_: int, q: Array) -> Array:
        arms = match(q)
        excess = (1 + r) * q - r * q**2 - doubt - arms
        slope = 1 + r - 2 * r * q - arms * ((1 + 1 / r) / q - (1 - 1 / r) / (1 - q))
        return jnp.minimum(q - jnp.minimum(excess / jnp.where(slope > 0, slope, jnp.inf), 0.0), doubt)

    start = doubt / (1 + r) + jnp.zeros_like(g.edge)
    arms = (1 - g.destruction) * match(jax.lax.fori_loop(0, _PEACE_STEPS, step, start))
    return jnp.where(arms > _LEAST_ARMS, arms, 0.0)


def _fighting(g: Standoff) -> Array:
    """The burden in war: that of a Tullock contest in which either state, as chance has it, has the edge ω."""
    wins = jax.nn.sigmoid(g.returns * g.edge)
    return (1 - g.destruction) * g.returns * wins * (1 - wins)


def _heaviest(g: Standoff) -> Array:
    """The heaviest equal arms that deter at ω̄ and that no state would rather cut, at the price of war."""
    # A state that cuts its arms to the share s has a war worth a concave function of s; the line from peace that
    # touches it has the slope sought.
    r, left = g.returns, 1 - g.destruction

    def war(s: Array) -> tuple[Array, Array]:
        first, second = jax.nn.sigmoid(r * (_log(s) + g.edge)), jax.nn.sigmoid(r * (_log(s) - g.edge))
        slope = r * (first * (1 - first) + second * (1 - second)) / s
        return left * (first + second) / 2, left * slope / 2

    def reaches_peace(s: Array) -> Array:
        worth, slope = war(s)
        return worth + slope * (1 - s) - 0.5

    zero = jnp.zeros_like(g.edge)
    return war(last_where(reaches_peace, zero, zero + 1))[1]


def _log(x: Array) -> Array:
    """log, finite at zero."""
    return jnp.log(jnp.maximum(x, _NEXT_TO_NOTHING))
