"""Mixed equilibria of any contest: the double-oracle loop on the continuous game.

Each side keeps a list of efforts; the matrix game on the two lists is solved exactly, and each side's global best
response to the other's mixture joins its list, with other peaks of its payoff, until neither would gain (McMahan,
Gordon & Blum 2003).
"""

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array

from tiltmeter.contests import AbstractContest, Strategies
from tiltmeter.equilibrium._matrix_game import matrix_game
from tiltmeter.equilibrium._payoffs import attack_limit, attack_share, chance, defense_limit, defense_share
from tiltmeter.equilibrium._response import FOLLOWED, best_replies

_PLACES = 40
_ROUNDS = 90
_ENOUGH = 1e-9
_FIRST = 10
_FEW = 8
_SAME = 1e-9


class _State(NamedTuple):
    a: Array
    entered: Array
    d: Array
    exposed: Array | None
    best: Strategies
    gap: Array
    round: Array
    stuck: Array


def double_oracle(contest: AbstractContest) -> Strategies:
    """An equilibrium for scalar parameters, as near as the rounds allow; certify it afterwards."""
    first = jnp.concatenate([jnp.zeros(1), jnp.logspace(-5.0, 0.0, _FIRST - 1), jnp.zeros(_PLACES - _FIRST)])
    a, d = attack_limit(contest) * first, defense_limit(contest) * first
    entered = jnp.where(a > 0, 1.0, 0.0)
    nobody = jnp.zeros(_PLACES).at[0].set(1.0)
    exposed = jnp.ones(_PLACES) if contest.card.exposure else None
    start = _State(
        a,
        entered,
        d,
        exposed,
        Strategies(a, entered, nobody, d, nobody, exposed),
        jnp.array(jnp.inf),
        jnp.zeros((), int),
        jnp.zeros((), bool),
    )

    def unfinished(state: _State) -> Array:
        return (state.gap > _ENOUGH) & (state.round < _ROUNDS) & ~state.stuck

    def one_round(state: _State) -> _State:
        a, entered, d, exposed = state.a, state.entered, state.d, state.exposed
        attack_bill, defense_bill = attack_share(contest, a, entered), defense_share(contest, d)
        wins = chance(contest, a[:, None], entered[:, None], d[None])
        if exposed is not None:
            wins, defense_bill = wins * exposed, defense_bill - contest.exposure_gain(exposed)
        worth = wins - attack_bill[:, None] + defense_bill[None]
        rows, columns = matrix_game(worth)
        played = Strategies(a, entered, rows, d, columns, exposed)
        reply = best_replies(contest, played)
        gap = (
            reply.attacker_payoff + jnp.dot(columns, defense_bill) + reply.defender_payoff + jnp.dot(rows, attack_bill)
        )
        best = jax.tree.map(lambda new, old: jnp.where(gap < state.gap, new, old), played, state.best)
        known_attack = jnp.any(_near(a, reply.attack) & (entered == reply.entered))
        as_exposed = exposed is None or reply.exposure is None or _near(exposed, reply.exposure)
        known_defense = jnp.any(_near(d, reply.defense) & as_exposed)
        attack_gains = reply.attack_payoffs - jnp.max(worth @ columns) + columns @ defense_bill
        defense_gains = reply.defense_payoffs + jnp.min(rows @ worth) + rows @ attack_bill
        with_attacks = partial(_with, rows, state.round, attack_gains)
        with_defenses = partial(_with, columns, state.round, defense_gains)
        return _State(
            with_attacks(a, reply.attack, reply.attacks),
            with_attacks(entered, reply.entered, jnp.ones(FOLLOWED)),
            with_defenses(d, reply.defense, reply.defenses),
            None
            if exposed is None or reply.exposures is None or reply.exposure is None
            else with_defenses(exposed, reply.exposure, reply.exposures),
            best,
            jnp.minimum(gap, state.gap),
            state.round + 1,
            known_attack & known_defense,
        )

    return jax.lax.while_loop(unfinished, one_round, start).best


def _near(efforts: Array, newcomer: Array) -> Array:
    return jnp.abs(efforts - newcomer) <= _SAME * newcomer


def _with(weights: Array, turn: Array, gains: Array, values: Array, best: Array, others: Array) -> Array:
    """The list with newcomers: in unplayed places, and in rotation, so that none is overwritten at once.

    The best reply joins; others as well if they gain and so few are played that there is room for them to stay.
    """
    order = jnp.mod(jnp.arange(_PLACES) - _FIRST - turn * (FOLLOWED + 1), _PLACES)
    places = jax.lax.top_k(-jnp.where(weights > 0, _PLACES, 0) - order, FOLLOWED + 1)[1]
    joins = jnp.append(True, (gains > 0) & (weights[places[1:]] == 0) & (jnp.sum(weights > 0) <= _FEW))
    return values.at[places].set(jnp.where(joins, jnp.append(best, others), values[places]))
