"""Solve a contest: by formula where it has one, by search elsewhere, and certify every answer."""

import dataclasses
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from tiltmeter.contests import AbstractContest, ClosedForm, Strategies
from tiltmeter.equilibrium._check import check_success
from tiltmeter.equilibrium._compact import SAME, compacted
from tiltmeter.equilibrium._double_oracle import double_oracle, short_double_oracle
from tiltmeter.equilibrium._draws import flatten, over_draws, unflatten
from tiltmeter.equilibrium._equilibrium import (
    APPROXIMATE_TOLERANCE,
    KINDS,
    MIXED_TOLERANCE,
    PURE_TOLERANCE,
    STATUSES,
    Equilibrium,
)
from tiltmeter.equilibrium._few_efforts import WAYS, WAYS_WITH_ENTRY
from tiltmeter.equilibrium._verify import Certificate, certify

# So few draws are solved by the last way sooner than programs that are faster, or come before it, are compiled.
_FEW = 128
# So few draws are searched sooner than good code for the search is compiled.
_HANDFUL = 16


def solve(contest: AbstractContest, search: bool = True) -> Equilibrium:
    """The equilibrium of every contest that the parameters describe, each with its certificate.

    Args:
        contest: parameters of any shapes that broadcast.
        search: whether to search, which takes a thousand times longer, where no formula holds; such draws have the
            status "failed" otherwise.

    Returns:
        An `Equilibrium` with arrays of the broadcast shape. Where there are several equilibria (status "several")
        it is the one in which the attacker attacks least.

    Raises:
        SuccessFunctionError: for a contest of your own whose success function is none; the message says why.

    A contest with a closed form is solved by it; what the formulas do not cover, or the verifier does not accept, goes
    to the double-oracle search. Every contest here has the equilibria of a zero-sum game (Moulin & Vial 1978), so that
    equilibria of either route are interchangeable.
    """
    shape = contest.shape
    check_success(contest)
    flat = flatten(contest, shape)
    found, several, others = _by_formula(flat)
    strategies, certificate = found
    unsolved = np.flatnonzero(~(certificate.regret <= PURE_TOLERANCE))
    if unsolved.size and type(contest).long_form is not AbstractContest.long_form:
        strategies, certificate = _at_length(flat, strategies, certificate, unsolved)
        others = tuple(_widened(other, _width(strategies)) for other in others)
        unsolved = unsolved[~(certificate.regret[unsolved] <= MIXED_TOLERANCE)]
    # What is searched for are equilibria of a zero-sum game, which a contest with other gains is not.
    if unsolved.size and search and contest.only_success_counts:
        # Where formulas leave little, the search alone costs less than compiling what is tried before it.
        many = unsolved.size == certificate.regret.size or unsolved.size > _FEW
        if many and not flat.card.exposure:
            for tried in WAYS_WITH_ENTRY if flat.card.entry else WAYS:
                if unsolved.size:
                    found = over_draws(tried, _some(flat, unsolved), takes="batches", seldom=unsolved.size <= _FEW)[0]
                    strategies, certificate = _bettered(flat, strategies, certificate, unsolved, _certain(flat, found))
                    unsolved = unsolved[~(certificate.regret[unsolved] <= PURE_TOLERANCE)]
        if unsolved.size:
            strategies, certificate = _searched(flat, strategies, certificate, unsolved)
        others = tuple(_widened(other, _width(strategies)) for other in others)
    return unflatten_equilibrium(_assembled(flat, strategies, certificate, several, others), shape)


def _by_formula(flat: AbstractContest) -> tuple[tuple[Strategies, Certificate], np.ndarray, tuple[Strategies, ...]]:
    # Solved and certified apart: two small programs compile sooner than a large one.
    known, _ = over_draws(_formula, flat, takes="batches")
    certificate = Certificate(*over_draws(certify, flat, known.strategies, takes="batches")[0])
    # What the formulas do not cover must not pass for solved by accident.
    unknown = np.where(known.solved, 0.0, np.inf)
    certificate = certificate._replace(
        attacker_regret=certificate.attacker_regret + unknown, defender_regret=certificate.defender_regret + unknown
    )
    return (known.strategies, certificate), known.several, known.others


def _formula(contest: AbstractContest) -> ClosedForm:
    nothing, nowhere = jnp.zeros((*contest.shape, 2)), jnp.zeros(contest.shape, bool)
    exposed = nothing + 1 if contest.card.exposure else None
    blank = Strategies(nothing, nothing, nothing + 0.5, nothing, nothing + 0.5, exposed)
    return contest.closed_form() or ClosedForm(blank, nowhere, nowhere)


def _at_length(
    flat: AbstractContest, strategies: Strategies, certificate: Certificate, rows: np.ndarray
) -> tuple[Strategies, Certificate]:
    """Replace the strategies in these rows by those of the long form, where that has the smaller regret."""
    known = over_draws(_long, _some(flat, rows), takes="draws in turn", seldom=rows.size <= _FEW)[0]
    covered = np.flatnonzero(known.solved)
    return _bettered(flat, strategies, certificate, rows[covered], compacted(_some(known.strategies, covered)))


def _long(contest: AbstractContest) -> ClosedForm:
    known = contest.long_form()
    assert known is not None, "only asked where a contest has one"
    return known


def _searched(
    flat: AbstractContest, strategies: Strategies, certificate: Certificate, rows: np.ndarray
) -> tuple[Strategies, Certificate]:
    """Replace the strategies in these rows by what the search finds, where that has the smaller regret."""
    # Short lists of efforts suffice for most draws; only where there are many is that worth another program.
    for search in (short_double_oracle, double_oracle) if rows.size > _FEW else (double_oracle,):
        if rows.size:
            seldom = rows.size <= _HANDFUL
            found = compacted(over_draws(search, _some(flat, rows), takes="draws in turn", seldom=seldom)[0])
            strategies, certificate = _bettered(flat, strategies, certificate, rows, _certain(flat, found))
            rows = rows[~(certificate.regret[rows] <= MIXED_TOLERANCE)]
    return strategies, certificate


def _certain(flat: AbstractContest, found: Strategies) -> Strategies:
    """The same, in the form of a contest whose strategies may be drawn from intervals."""
    if not flat.card.spread:
        return found
    none = np.zeros_like(found.attacker_efforts)
    return dataclasses.replace(found, attacker_spreads=none, defender_spreads=none)


def _bettered(
    flat: AbstractContest, strategies: Strategies, certificate: Certificate, rows: np.ndarray, found: Strategies
) -> tuple[Strategies, Certificate]:
    """Certify what was found for these rows, and take it where its regret is the smaller."""
    checked = Certificate(*over_draws(certify, _some(flat, rows), found, takes="batches", seldom=rows.size <= _FEW)[0])
    better = ~(checked.regret >= certificate.regret[rows])
    width = max(_width(strategies), _width(found))
    wide, new = _widened(strategies, width), _widened(found, width)
    replaced = jax.tree.map(lambda x, y: _replaced(x, rows[better], y[better]), wide, new)
    return replaced, jax.tree.map(lambda x, y: _replaced(x, rows[better], y[better]), certificate, checked)


def _some(tree: Any, rows: np.ndarray) -> Any:
    return jax.tree.map(lambda x: np.asarray(x)[rows], tree)


def _assembled(
    flat: AbstractContest,
    played: Strategies,
    certificate: Certificate,
    several: np.ndarray,
    others: tuple[Strategies, ...],
) -> Equilibrium:
    regret = certificate.regret
    attacker_mixes, defender_mixes = _mixes(played, attacker=True), _mixes(played, attacker=False)
    mixing = attacker_mixes.astype(int) + defender_mixes
    tolerance = np.where(mixing > 0, MIXED_TOLERANCE, PURE_TOLERANCE)
    failed = ~(regret <= APPROXIMATE_TOLERANCE)
    status = np.where(regret <= tolerance, np.where(several, 2, 0), np.where(failed, STATUSES.index("failed"), 1))
    active = played.attacker_entered if flat.card.entry else played.attacker_efforts > 0
    return Equilibrium(
        attacker_effort=_mean(played.attacker_efforts, played.attacker_weights),
        defender_effort=_mean(played.defender_efforts, played.defender_weights),
        attack_probability=_mean(active, played.attacker_weights),
        attack_success=np.asarray(certificate.attack_success),
        attacker_payoff=np.asarray(certificate.attacker_payoff) * np.asarray(flat.attacker_stake),
        defender_payoff=np.asarray(certificate.defender_payoff) * np.asarray(flat.defender_stake),
        regret=regret,
        kind_code=np.where(failed, KINDS.index("uncertified"), mixing),
        status_code=status,
        strategies=played,
        others=others,
    )


def unflatten_equilibrium(equilibrium: Equilibrium, shape: tuple[int, ...]) -> Equilibrium:
    """Give every array of an equilibrium over flattened draws the contest's shape."""
    fields: dict[str, Any] = {name: unflatten(value, shape) for name, value in vars(equilibrium).items()}
    return Equilibrium(**fields)


def _mean(values: Any, weights: Any) -> np.ndarray:
    return np.sum(np.asarray(values) * np.asarray(weights), axis=-1)


def _mixes(played: Strategies, attacker: bool) -> np.ndarray:
    """Whether a side plays efforts that differ by more than the search's resolution."""
    weights = np.asarray(played.attacker_weights if attacker else played.defender_weights)
    efforts = np.asarray(played.attacker_efforts if attacker else played.defender_efforts)
    used = weights > 1e-7
    most = np.max(np.where(used, efforts, -np.inf), axis=-1)
    least = np.min(np.where(used, efforts, np.inf), axis=-1)
    spreads = played.attacker_spreads if attacker else played.defender_spreads
    drawn = np.zeros_like(used) if spreads is None else used & (np.asarray(spreads) > 0)
    apart = (most - least > SAME * most) | np.any(drawn, axis=-1)
    if not attacker:
        return apart
    entered = np.asarray(played.attacker_entered)
    return apart | (np.any(used & (entered > 0), axis=-1) & np.any(used & (entered == 0), axis=-1))


def _width(strategies: Strategies) -> int:
    return max(np.shape(strategies.attacker_weights)[-1], np.shape(strategies.defender_weights)[-1])


def _widened(narrow: Strategies, places: int) -> Strategies:
    """Add unused places until all supports have so many."""

    def leaf(x: Any) -> np.ndarray:
        x = np.asarray(x)
        missing = max(places - x.shape[-1], 0)
        return np.pad(x, [(0, 0)] * (x.ndim - 1) + [(0, missing)])

    return jax.tree.map(leaf, narrow)


def _replaced(old: Any, rows: np.ndarray, new: Any) -> np.ndarray:
    changed = np.array(old)
    changed[rows] = new
    return changed
