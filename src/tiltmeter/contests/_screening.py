"""Equilibria of screening many actors, where at most one side mixes.

In log-odds z ≥ z₀ of an unscreened actor's success s = 1/(1 + e^{−z}) and a screening effort y ≥ 0, with costs α and β
per unit as shares of the stakes, the attacker wins 1 − (1 − q)^N with q = s e^{−y}. Write h(q) = N q (1 − q)^{N−1}. The
slope of success in y is −h(q), its slope in z is (1 − s) h(q). As functions of z and of y alone both first steepen and
then flatten, so that a best reply to one effort is to make none or the effort on the flattening side where the slope is
the cost. That leaves two kinds of equilibria in which only one side mixes: between no effort and one effort.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array

from tiltmeter.contests._chances import Thinning, at_least_one, log_missed, thinned
from tiltmeter.contests._halving import last_where


class Screening(NamedTuple):
    """The parameters in the units above: N, z₀, α and β."""

    actors: Array
    start: Array
    attack_cost: Array
    defense_cost: Array


class Outcome(NamedTuple):
    """Each side's effort z − z₀ or y, and how often it is made; no effort otherwise."""

    attack: Array
    attack_often: Array
    defense: Array
    defense_often: Array


def screened(g: Screening) -> Outcome:
    """Efforts that are an equilibrium unless both sides mix, or the attacker does between two positive efforts."""
    certain, (deterred, holds) = _attacker_certain(g), _attacker_deterred(g)
    return Outcome(*(jnp.where(holds, x, y) for x, y in zip(deterred, certain, strict=True)))


def _attacker_certain(g: Screening) -> Outcome:
    """The attacker's effort with the best worst case; the defender may mix between giving up and screening."""
    reply = thinned(g.actors, g.defense_cost)
    unopposed, gives_up = _unopposed(g), reply.gives_up < jnp.inf
    undecided = jnp.where(gives_up, jnp.log(jnp.expm1(jnp.where(gives_up, reply.gives_up, 1.0))), -jnp.inf)
    # Against a defender who leaves q₀ whatever z is, only the cost of doing so rises: by β (1 − s).
    share = jnp.minimum(g.attack_cost / g.defense_cost, 1.0)
    opposed = log_missed(share) - jnp.log(share)
    tries = [jnp.maximum(z, g.start) for z in (g.start, unopposed, opposed, undecided)]
    worst = jnp.stack([_worst_case(g, reply, z) for z in tries])
    best = jnp.argmax(worst, axis=0)
    z = jnp.choose(best, tries, mode="clip")
    defense = _thinning(reply, z)
    mixes = (best == 3) & (z > g.start)
    if_screened, if_not = g.defense_cost * jax.nn.sigmoid(-z), jnp.exp(_log_slope(g, z))
    spread = jnp.where(mixes, if_screened - if_not, 1.0)
    defends = _loss_screened(g, reply, z) < _loss_alone(g, z)
    often = jnp.where(mixes, jnp.clip((g.attack_cost - if_not) / spread, 0.0, 1.0), jnp.where(defends, 1.0, 0.0))
    return Outcome(z - g.start, jnp.ones_like(z), defense, often)


def _attacker_deterred(g: Screening) -> tuple[Outcome, Array]:
    """The screening against which trying is worth just its cost, tried just so often; and whether both sides agree."""
    log_count = jnp.log(g.actors)

    def log_h(log_q: Array) -> Array:
        return log_count + log_q + (g.actors - 1) * log_missed(jnp.exp(log_q))

    def too_steep(log_q: Array) -> Array:
        q = jnp.exp(log_q)
        return g.attack_cost * (2 - (g.actors + 1) * q) - jnp.exp(log_h(log_q)) * (1 - q)

    def attack(log_q: Array) -> tuple[Array, Array]:
        """z where the attacker's slope is its cost, and the y that leaves q of it."""
        log_missing = jnp.minimum(jnp.log(g.attack_cost) - log_h(log_q), -1e-15)
        log_able = jnp.log(-jnp.expm1(log_missing))
        return log_able - log_missing, log_able - log_q

    def without(y: Array) -> Array:
        return jax.nn.log_sigmoid(g.start) - y

    def tempting(log_q: Array) -> Array:
        z, y = attack(log_q)
        gains = at_least_one(jnp.exp(log_q), g.actors) - at_least_one(jnp.exp(without(y)), g.actors)
        return jnp.where(log_h(without(y)) > log_h(log_q), 1.0, gains - g.attack_cost * (z - g.start))

    # Along the attacker's flattening side q falls from where there is no screening to where that side ends.
    end = last_where(too_steep, -log_count - 80.0, -log_count)
    open_door = jnp.maximum(jax.nn.log_sigmoid(_unopposed(g)), end)
    log_q = last_where(tempting, open_door, end)
    z, y = attack(log_q)
    if_tried, if_not = jnp.exp(log_h(log_q)), jnp.exp(log_h(without(y)))
    spread = jnp.where(if_tried > if_not, if_tried - if_not, 1.0)
    often = (g.defense_cost - if_not) / spread

    def loss(y: Array) -> Array:
        tried = at_least_one(jax.nn.sigmoid(z) * jnp.exp(-y), g.actors)
        return often * tried + (1 - often) * at_least_one(jnp.exp(without(y)), g.actors) + g.defense_cost * y

    agreed = (
        (tempting(open_door) > 0) & (z > g.start) & (often > 0) & (often < 1) & (loss(y) <= loss(jnp.zeros_like(y)))
    )
    return Outcome(z - g.start, often, y, jnp.ones_like(y)), agreed


def _unopposed(g: Screening) -> Array:
    """The z at which a further unit gains just its cost when nobody is screened."""
    top = -jnp.log(g.actors)
    log_cost = jnp.log(g.attack_cost)
    return last_where(lambda z: _log_slope(g, z) - log_cost, top, jnp.maximum(jnp.log(g.actors) - log_cost, top))


def _log_slope(g: Screening, z: Array) -> Array:
    return jnp.log(g.actors) + jax.nn.log_sigmoid(z) - g.actors * jax.nn.softplus(z)


def _thinning(reply: Thinning, z: Array) -> Array:
    return jnp.maximum(jax.nn.log_sigmoid(z) - jnp.log(reply.left), 0.0)


def _loss_alone(g: Screening, z: Array) -> Array:
    return -jnp.expm1(-g.actors * jax.nn.softplus(z))


def _loss_screened(g: Screening, reply: Thinning, z: Array) -> Array:
    y = _thinning(reply, z)
    return jnp.where(y > 0, at_least_one(reply.left, g.actors) + g.defense_cost * y, jnp.inf)


def _worst_case(g: Screening, reply: Thinning, z: Array) -> Array:
    """What the attacker earns, and the defender pays, when the defender replies to z."""
    return jnp.minimum(_loss_alone(g, z), _loss_screened(g, reply, z)) - g.attack_cost * (z - g.start)
