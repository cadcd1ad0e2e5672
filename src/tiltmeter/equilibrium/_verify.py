"""The verifier: does either side gain by deviating? It shares no code with the solvers; only the model is common.

A side's regret is its largest gain from deviating, as a share of its stake. Where the contest says what shape gains
have, and each side plays at most one effort beside none, tangents bound it; elsewhere it is the largest gain found by
a scan of efforts, from nothing up to the one whose cost equals the stake. Staying out is a deviation too where it is
possible.
A regret of 1e-8 says: no deviation gains more than a hundred-millionth of what is at stake, or none found does.
"""

from collections.abc import Callable
from functools import partial, reduce
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from tiltmeter._status import PURE_TOLERANCE
from tiltmeter.contests import AbstractContest, Strategies
from tiltmeter.contests._strategies import widened
from tiltmeter.equilibrium._draws import MANY, Code, flatten, over_draws, some_rows, unflatten, with_rows
from tiltmeter.equilibrium._orders import Order, Side, leader_of
from tiltmeter.equilibrium._prove import CLOSELY, ROUGHLY, highest_possible, provable
from tiltmeter.equilibrium._scan import highest_seen
from tiltmeter.equilibrium._verify_led import best_commitment

# Against so many efforts payoffs are computed one by one.
_ONE_BY_ONE = 2
# What a first proof leaves uncertain by more than this is looked at closely.
_EXACT = 1e-12
# For so few that a proof leaves it is not worth it either; and for so few not even code for two efforts a side, where
# there is some for more.
_THOUSANDS, _HUNDREDS, _NARROW, _WIDER = 4096, 512, 2, 4


class Certificate(NamedTuple):
    """What the verifier found, arrays of the contest's shape, as shares of each side's stake.

    Attributes:
        attacker_regret: the attacker's largest gain from deviating; if it moves first, from another commitment.
        defender_regret: the defender's.
        attack_success: the probability of success that the strategies give.
        attacker_payoff: the attacker's payoff, in units of its stake.
        defender_payoff: the defender's payoff, in units of its stake.
        proved: whether the regrets bound what any deviation could gain; else they are what a scan found.
    """

    attacker_regret: Array | np.ndarray
    defender_regret: Array | np.ndarray
    attack_success: Array | np.ndarray
    attacker_payoff: Array | np.ndarray
    defender_payoff: Array | np.ndarray
    proved: Array | np.ndarray

    @property
    def regret(self) -> np.ndarray:
        """The larger of the two regrets; infinite where the strategies are no strategies."""
        return np.maximum(np.asarray(self.attacker_regret), np.asarray(self.defender_regret))


def verify(contest: AbstractContest, equilibrium: Any, order: Order | None = None) -> Certificate:
    """Recompute the certificate of an equilibrium from the contest alone.

    Args:
        contest: any shape.
        equilibrium: an `Equilibrium`, or `Strategies` of the contest's shape with the support as last axis.
        order: who moves first, as for `solve`; that of the equilibrium when left out, and simultaneous for strategies.

    Returns:
        Regrets, success and payoffs. Strategies with negative or non-finite entries, or with weights that do not
        sum to one, have an infinite regret. The regret of a side that moves first is what it would gain by any other
        commitment to one effort, to which the other side then gives its best response; a mixture of that side stands
        for a commitment to a lottery.

    Raises:
        UnknownNameError: for an order that does not exist.
    """
    leader = leader_of(order or getattr(equilibrium, "order", "simultaneous"))
    strategies: Strategies = getattr(equilibrium, "strategies", equilibrium)
    shape = contest.shape
    # A single contest is no reason to compile any better than in the least time.
    flat = certified(flatten(contest, shape), flatten(strategies, shape), "good" if shape else "quick")
    certificate: Certificate = unflatten(flat, shape)
    return certificate if leader is None else _of_commitment(certificate, best_commitment(contest, leader), leader)


def _of_commitment(certificate: Certificate, best: np.ndarray, leader: Side) -> Certificate:
    """The same certificate, in which the leader compares with its best commitment."""
    attacks = leader == "attacker"
    payoff = certificate.attacker_payoff if attacks else certificate.defender_payoff
    # What is no strategy stays none.
    invalid = ~np.isfinite(certificate.regret)
    regret = np.where(invalid, np.inf, np.maximum(best - np.asarray(payoff), 0.0))
    # What it could commit to is scanned.
    certificate = certificate._replace(proved=np.zeros_like(invalid))
    return certificate._replace(attacker_regret=regret) if attacks else certificate._replace(defender_regret=regret)


def certified(
    contest: AbstractContest, played: Strategies, code: Code = "good", wanted: np.ndarray | None = None
) -> Certificate:
    """The certificates of flattened draws: parameters of shape (draws,), supports of shape (draws, K).

    Args:
        contest: any.
        played: what is to be certified.
        code: how well to compile for scans: "bulk" for a part of very many draws, too, whose proofs have such code.
        wanted: which draws are to be certified; of others nothing is known, and regrets are infinite. All when left
            out.
    """
    if contest.shape[0] >= MANY:
        code = "bulk"
    if wanted is not None and not wanted.all():
        rows, some = np.flatnonzero(wanted), partial(certified, code=code)
        return _with(_unknown(wanted.size), rows, some, contest, played)
    if _width(played) > _NARROW and (narrow := _narrow(played)).any():
        # What the certificate of a draw says must not depend on how many efforts are played in others.
        some, certificate = partial(certified, code=code), _unknown(narrow.size)
        certificate = _with(certificate, np.flatnonzero(~narrow), some, contest, played)
        few = jax.tree.map(lambda x: np.asarray(x)[:, :_NARROW], played)
        return _with(certificate, np.flatnonzero(narrow), some, contest, few)
    certificate = first_look(contest, played, code)
    if provable(contest, played):
        # Where there is no proof at all a closer look finds none.
        uncertain = np.isfinite(certificate.regret) & (certificate.regret > _EXACT)
        closely = partial(proved, rounds=CLOSELY, code=code)
        certificate = _with(certificate, np.flatnonzero(uncertain), closely, contest, played)
        left = np.flatnonzero(~(certificate.regret <= PURE_TOLERANCE))
        certificate = _with(certificate, left, partial(_left_scanned, code=code), contest, played)
    return certificate


def first_look(contest: AbstractContest, played: Strategies, code: Code) -> Certificate:
    """The certificates that all flattened draws get, some of which a closer look makes better."""
    if provable(contest, played):
        return proved(contest, played, ROUGHLY, code)
    return _scanned(contest, played, 2, code)


def _unknown(count: int) -> Certificate:
    """The certificates of draws of which nothing is known."""
    endless, nothing = np.full(count, np.inf), np.full(count, np.nan)
    return Certificate(endless, endless, nothing, nothing, nothing, np.zeros(count, bool))


def every_draw(
    way: Callable[..., Certificate], contest: AbstractContest, *played: Any, code: Code = "good"
) -> Certificate:
    """Certificates of flattened draws in one of the two ways, `certify_by_scan` or `certify_by_proof`."""
    return Certificate(*over_draws(way, contest, *played, takes="batches", code=code)[0])


def _with(
    certificate: Certificate,
    rows: np.ndarray,
    way: Callable[[AbstractContest, Strategies], Certificate],
    contest: AbstractContest,
    played: Strategies,
) -> Certificate:
    """The same, in which these draws are certified in another way."""
    return with_rows(certificate, rows, way(*some_rows((contest, played), rows))) if rows.size else certificate


def _left_scanned(contest: AbstractContest, played: Strategies, code: Code) -> Certificate:
    """The certificates by scan of what proofs leave: a few draws by what wider strategies are compiled for anyway."""
    count = contest.shape[0]
    return _scanned(contest, played, _WIDER if count <= _HUNDREDS else 2, "quick" if count <= _THOUSANDS else code)


def _scanned(contest: AbstractContest, played: Strategies, places: int, code: Code) -> Certificate:
    """The certificates by scan, of as many efforts on either side, so that fewer shapes are compiled for.

    Who plays two positive efforts is looked at as closely as those with more: peaks may then stand side by side.
    """
    widest = max(_width(played), places)
    close = _close(played)
    if widest > _NARROW or not close.any():
        return every_draw(certify_by_scan, contest, widened(played, widest), code=code)
    certificate = _unknown(close.size)
    for rows, wide in ((np.flatnonzero(close), _WIDER), (np.flatnonzero(~close), _NARROW)):
        way = partial(every_draw, certify_by_scan, code=code)
        certificate = _with(certificate, rows, way, contest, widened(played, wide))
    return certificate


def _width(played: Strategies) -> int:
    return max(weights.shape[-1] for weights in _weights(played))


def _weights(played: Strategies) -> list[np.ndarray]:
    return [np.asarray(x) for x in (played.attacker_weights, played.defender_weights)]


def _narrow(played: Strategies) -> np.ndarray:
    """Whether no more than the first two places are played."""
    return ~np.any([np.any(weights[..., _NARROW:] != 0, axis=-1) for weights in _weights(played)], axis=0)


def _close(played: Strategies) -> np.ndarray:
    """Whether either side plays two positive efforts or more."""
    efforts = (np.asarray(x) for x in (played.attacker_efforts, played.defender_efforts))
    used = ((weights > 0) & (x > 0) for weights, x in zip(_weights(played), efforts, strict=True))
    return np.any([np.sum(x, axis=-1) > 1 for x in used], axis=0)


def proved(
    contest: AbstractContest, played: Strategies, rounds: int = CLOSELY, code: Code | None = None
) -> Certificate:
    """The certificates of flattened draws by proof alone, after so many looks for peaks."""
    # A proof is so quick that only for very many draws more than the quickest compilation is worth it.
    quickest = "bulk" if code == "bulk" else "quick"
    return every_draw(certify_by_proof, contest, played, np.full(contest.shape, rounds), code=quickest)


def certify_by_scan(contest: AbstractContest, played: Strategies) -> Certificate:
    """The certificates of a batch: parameters of shape (B,), supports of shape (B, K) and (B, L)."""
    return _certificate(contest, played, highest_seen)


def certify_by_proof(contest: AbstractContest, played: Strategies, rounds: Array) -> Certificate:
    """The same by proof, after so many looks for peaks, (B,); regrets are infinite where there is none."""
    return _certificate(contest, played, partial(highest_possible, rounds=rounds), True)


def _certificate(
    contest: AbstractContest, played: Strategies, highest: Callable[..., Any], bounds: bool = False
) -> Certificate:
    # Draws on the last axis, where the processor works on several at once.
    played = jax.tree.map(lambda x: jnp.moveaxis(x, -1, 0), played)
    a, entered, p = played.attacker_efforts, played.attacker_entered, played.attacker_weights
    d, q, exposed = played.defender_efforts, played.defender_weights, played.defender_exposures
    entry, exposure, spread = contest.card.entry, contest.card.exposure, contest.card.spread
    a_spread = jnp.zeros_like(a) if played.attacker_spreads is None else played.attacker_spreads
    d_spread = jnp.zeros_like(d) if played.defender_spreads is None else played.defender_spreads
    present = entered * p if entry else p
    open_q = q if exposed is None else exposed * q
    bonus = 0.0 if exposed is None else jnp.sum(q * contest.exposure_gain(exposed), axis=0)
    fee = contest.entry_cost / contest.attacker_stake if entry else 0.0  # type: ignore[attr-defined]
    costs = jnp.stack([contest.attacker_cost / contest.attacker_stake, contest.defender_cost / contest.defender_stake])

    def wins_of(effort: Array, against: Array, drawn: Array) -> Array:
        return contest.mean_success(effort, 0.0, against, drawn) if spread else contest.attacker_gain(effort, against)

    def keeps_of(effort: Array, against: Array, drawn: Array) -> Array:
        if spread:
            return 1 - contest.mean_success(against, drawn, effort, 0.0)
        return contest.defender_gain(against, effort)

    def earned(efforts: Array) -> Array:
        """What both sides earn with these efforts against the other's strategy, but for the fee; shape (2, n, B)."""
        wins = _averaged(wins_of, efforts[0], (d, d_spread), open_q)
        keeps = _averaged(keeps_of, efforts[1], (a, a_spread), present)
        if entry:
            keeps = keeps + jnp.sum(p - present, axis=0)
        if exposure:
            chosen = contest.best_exposure(1 - keeps)
            keeps = 1 - chosen * (1 - keeps) + contest.exposure_gain(chosen)
        return jnp.stack([wins, keeps]) - costs[:, None] * efforts

    (attack_best, defense_best), (attack_payoffs, defense_payoffs) = highest(contest, played, earned, 1 / costs)
    attacker_best = jnp.maximum(attack_best - fee, 0.0) if entry else attack_best
    if spread:
        each = contest.mean_success(a[:, None], a_spread[:, None], d, d_spread)
        gained = jnp.sum(each * present[:, None] * open_q, axis=(0, 1))
    else:
        gained = jnp.sum(present * (attack_payoffs[: len(a)] + costs[0] * a), axis=0)
    attacker_payoff = gained - jnp.sum(p * (costs[0] * a + fee * entered), axis=0)
    if contest.only_success_counts:
        chance = gained
    else:
        chance = jnp.sum(contest.success(a[:, None], d) * present[:, None] * open_q, axis=(0, 1))
    if exposure or spread:
        # The efforts looked at are certain and have the best exposure, those played have their own.
        defender_payoff = 1 - chance + bonus - jnp.sum(q * costs[1] * d, axis=0)
    else:
        defender_payoff = jnp.sum(q * defense_payoffs[: len(d)], axis=0)

    valid = _proper(played, 1.0 if spread else 0.0) & (chance >= -1e-12) & (chance <= 1 + 1e-12)
    attacker_regret = jnp.where(valid, jnp.maximum(attacker_best - attacker_payoff, 0.0), jnp.inf)
    defender_regret = jnp.where(valid, jnp.maximum(defense_best - defender_payoff, 0.0), jnp.inf)
    proved = jnp.isfinite(attacker_regret + defender_regret) & bounds
    return Certificate(
        attacker_regret, defender_regret, jnp.maximum(chance, 0.0), attacker_payoff, defender_payoff, proved
    )


def _averaged(gain: Callable[..., Array], efforts: Array, others: tuple[Array, ...], weights: Array) -> Array:
    """What each effort gains, (n, B), against all that the other side plays."""
    if len(weights) > _ONE_BY_ONE:
        return jnp.sum(gain(efforts[:, None], *others) * weights, axis=1)

    def term(weight: Array, *other: Array) -> Array:
        """Where no draw of the batch plays this effort, nothing is computed for it."""
        nothing = jnp.zeros(efforts.shape)
        return jax.lax.cond(jnp.any(weight != 0), lambda: gain(efforts, *other) * weight, lambda: nothing)

    return reduce(jnp.add, [term(weight, *other) for *other, weight in zip(*others, weights, strict=True)])


def _proper(played: Strategies, widest: float) -> Array:
    """Whether these are strategies, with draws from intervals no wider than this."""

    def side(efforts: Array, weights: Array, spreads: Array | None) -> Array:
        fine = jnp.isfinite(efforts) & (efforts >= 0) & (weights >= 0)
        if spreads is not None:
            fine &= (spreads >= 0) & (spreads <= widest)
        return jnp.all(fine, axis=0) & (jnp.abs(jnp.sum(weights, axis=0) - 1) < 1e-9)

    attack = side(played.attacker_efforts, played.attacker_weights, played.attacker_spreads)
    proper = attack & side(played.defender_efforts, played.defender_weights, played.defender_spreads)
    exposed = played.defender_exposures
    return proper if exposed is None else proper & jnp.all((exposed >= 0) & (exposed <= 1), axis=0)
