"""Orders of moves: one side commits to an effort, the other sees it and answers with a global best response.

The strong Stackelberg solution: where the follower is indifferent it does what the leader likes best (Leitmann 1978;
von Stengel & Zamir 2010; Conitzer & Sandholm 2006 for security games). Without that rule a best commitment need not
exist: it often lies where the answer jumps, such as at the least defense that keeps the attacker out.

Commitments are to one effort; a lottery over efforts, which can be worth more, is left out. How much more is bounded:
in shares of the stakes, with M of the module `_payoffs`, a leading defender earns 1 − M − (what the attacker spends).
So no commitment, lotteries included, is worth more than 1 − (value of the simultaneous game), and deterrence at the
defender's own equilibrium effort is worth exactly that.
"""

import dataclasses
from collections.abc import Callable
from math import prod
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array

from tiltmeter.contests import AbstractContest, Strategies, two_point
from tiltmeter.equilibrium._draws import code_for, over_draws, unflatten
from tiltmeter.equilibrium._follower import SCAN, Reply, gain_and_loss, peaks_of, reply
from tiltmeter.equilibrium._orders import Side
from tiltmeter.equilibrium._payoffs import attack_limit, attack_share, defense_limit, defense_share
from tiltmeter.errors import ParameterError

# So many gaps of the scan in which the answer jumps are looked into; so many halvings find jumps and peaks.
_JUMPS = 3
_HALVINGS = 48
# So few draws are solved sooner than good code for many is compiled.
_FEW = 32
# Logarithms: farther from all efforts than these from each other, and a difference that is none.
_FAR = 1e3
_STILL = 1e-6


class _Tried(NamedTuple):
    """Commitments: logarithms of shares of the limit, efforts, answers, and what the leader earns up to a constant."""

    log: Array
    effort: Array
    answer: Reply
    worth: Array


# The ends of a stretch of commitments and the best known one in it.
_Bracket = tuple[Array, _Tried, Array]
# One such, the commitments just below and just above jumps, and what to try next.
_State = tuple[_Bracket, _Tried, _Tried, tuple[Array, Array]]


def led(contest: AbstractContest, leader: Side) -> Strategies:
    """The leader's best commitment to one effort, and the follower's answer to it.

    Args:
        contest: parameters of any shapes that broadcast.
        leader: who moves first.

    Returns:
        Strategies of the contest's shape with two places each; a side that takes part plays the second.

    Raises:
        ParameterError: for a defender who leads and chooses its exposure too.
    """
    if contest.card.exposure and leader == "defender":
        raise ParameterError(
            f"in {type(contest).__name__} the defender chooses how far to expose itself beside its effort; orders of "
            "moves are for commitments to an effort alone. Let the attacker move first, or both at once."
        )
    function = _defender_leads if leader == "defender" else _attacker_leads
    played, shape = over_draws(function, contest, takes="draws in turn", code=code_for(prod(contest.shape), few=_FEW))
    return unflatten(played, shape)


def _defender_leads(contest: AbstractContest) -> Strategies:
    best = _best(contest, "defender")
    return two_point(best.answer.effort, best.answer.enters, best.effort)


def _attacker_leads(contest: AbstractContest) -> Strategies:
    best = _best(contest, "attacker")
    enters = jnp.where(best.worth > 0, 1.0, 0.0) if contest.card.entry else jnp.ones(())
    played = two_point(enters * best.effort, enters, enters * best.answer.effort)
    if not contest.card.exposure:
        return played
    exposures = jnp.stack([best.answer.exposure, best.answer.exposure])
    return dataclasses.replace(played, defender_exposures=exposures)


def _best(contest: AbstractContest, leader: Side) -> _Tried:
    """The best commitment from nothing to the limit; of equally good ones the first found, nothing first."""
    limit = (defense_limit if leader == "defender" else attack_limit)(contest)

    def attempt(log: Array, effort: Array) -> _Tried:
        answer = reply(contest, leader, effort)
        return _Tried(log, effort, answer, _cost_deducted(contest, leader, effort, answer.leaves))

    logs = jnp.concatenate([jnp.full(1, -jnp.inf), jnp.asarray(SCAN)])
    scan = jax.vmap(attempt)(logs, limit * jnp.exp(logs))
    candidates = _searched(jax.vmap(attempt), limit, scan, *_gaps_with_jumps(contest, leader, scan))
    joined = jax.tree.map(lambda first, other: jnp.concatenate([first[:1], other]), scan, candidates)
    return _at(joined, jnp.argmax(joined.worth))


def _cost_deducted(contest: AbstractContest, leader: Side, effort: Array, left: Array) -> Array:
    """The leader's payoff as a share of its stake, up to a constant."""
    if leader == "defender":
        return left - defense_share(contest, effort)
    return left - attack_share(contest, effort, jnp.ones(()))


def _gaps_with_jumps(contest: AbstractContest, leader: Side, scan: _Tried) -> tuple[_Tried, _Tried]:
    """Both ends of the most promising gaps of the scan in which the answer jumps.

    A gap promises what one of its ends would earn with the answer to the other end: a jump from a bad answer to a good
    one may leave no trace in the payoffs at the ends, if they fall on both sides of it.
    """
    low, high = _at(scan, slice(1, -1)), _at(scan, slice(2, None))
    efforts = jnp.stack([low.effort, high.effort])
    answers = jax.tree.map(lambda x, y: jnp.stack([x, y]), high.answer, low.answer)
    if leader == "defender":
        left = -answers.enters * gain_and_loss(contest, answers.effort, efforts)[1]
    else:
        left = answers.exposure * gain_and_loss(contest, efforts, answers.effort)[0]
    promise = jnp.max(_cost_deducted(contest, leader, efforts, left), axis=0)
    moved = jnp.abs(_place(high.answer) - _place(low.answer))
    beside = jnp.minimum(jnp.concatenate([moved[:1], moved[:-1]]), jnp.concatenate([moved[1:], moved[-1:]]))
    gaps = jax.lax.top_k(jnp.where(moved > 2 * beside + _STILL, promise, -jnp.inf), _JUMPS)[1]
    return _at(low, gaps), _at(high, gaps)


def _place(answer: Reply) -> Array:
    """Answers on one line: staying out lies far from no effort, and that far from any effort."""
    log = jnp.log(jnp.where(answer.effort > 0, answer.effort, 1.0))
    return jnp.where(answer.effort > 0, log, jnp.where(answer.enters > 0, -_FAR, -2 * _FAR))


def _searched(
    attempt: Callable[[Array, Array], _Tried], limit: Array, scan: _Tried, low: _Tried, high: _Tried
) -> _Tried:
    """The peaks of the scan, climbed by payoffs alone, and both sides of the jumps between `low` and `high`."""
    peaks = peaks_of(scan.worth)
    around = (scan.log[jnp.maximum(peaks - 1, 1)], _at(scan, peaks), scan.log[jnp.minimum(peaks + 1, SCAN.size)])

    def probes(bracket: _Bracket, below: _Tried, above: _Tried) -> tuple[Array, Array]:
        left, middle, right = bracket
        logs = jnp.concatenate([(left + middle.log) / 2, (middle.log + right) / 2, (below.log + above.log) / 2])
        return logs, limit * jnp.exp(logs)

    # Probes travel with the state: computed where they are used, an effort at the edge of a step could be rounded to
    # one side of it in one place and to the other in another.
    def halve(_: int, state: _State) -> _State:
        (left, middle, right), below, above, probed = state
        tried, size = attempt(*probed), left.size
        lower, upper, between = (_at(tried, slice(i, i + n)) for i, n in ((0, size), (size, size), (2 * size, _JUMPS)))
        to_below, to_above = (jnp.abs(_place(between.answer) - _place(end.answer)) for end in (below, above))
        jumped = to_above < to_below
        narrowed = _narrowed(left, lower, middle, upper, right)
        below, above = _where(jumped, below, between), _where(jumped, between, above)
        return narrowed, below, above, probes(narrowed, below, above)

    start = (around, low, high, probes(around, low, high))
    (_, tops, _), below, above, _ = jax.lax.fori_loop(0, _HALVINGS, halve, start)
    return jax.tree.map(lambda *x: jnp.concatenate(x), tops, below, above)


def _narrowed(left: Array, lower: _Tried, middle: _Tried, upper: _Tried, right: Array) -> _Bracket:
    """The neighborhood of the best of three commitments; at equal payoffs the middle one stays."""
    falls = lower.worth > jnp.maximum(middle.worth, upper.worth)
    rises = ~falls & (upper.worth > middle.worth)
    return (
        jnp.where(falls, left, jnp.where(rises, middle.log, lower.log)),
        _where(falls, lower, _where(rises, upper, middle)),
        jnp.where(falls, middle.log, jnp.where(rises, right, upper.log)),
    )


def _at(tried: _Tried, index: Any) -> _Tried:
    return jax.tree.map(lambda x: x[index], tried)


def _where(condition: Array, yes: _Tried, no: _Tried) -> _Tried:
    return jax.tree.map(lambda x, y: jnp.where(condition, x, y), yes, no)
