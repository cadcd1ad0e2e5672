"""From the cheapest to the dearest: a formula, a long computation, Newton's method from a sketch, the search.

Each is certified. What the verifier accepts is left alone; the next attempt is made on the rest, and kept where its
regret is smaller.
"""

import dataclasses
import itertools
from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np

from tiltmeter._status import MIXED_TOLERANCE, PURE_TOLERANCE
from tiltmeter.contests import AbstractContest, ClosedForm, Strategies
from tiltmeter.contests._strategies import widened
from tiltmeter.equilibrium._compact import compacted
from tiltmeter.equilibrium._double_oracle import double_oracle
from tiltmeter.equilibrium._draws import Takes, over_draws, some_rows, with_rows
from tiltmeter.equilibrium._one_each import one_each
from tiltmeter.equilibrium._settle import settle
from tiltmeter.equilibrium._sketch import PLAYED, first_lists, next_lists, sketch
from tiltmeter.equilibrium._verify import FEW, Certificate, certified

# For many draws more programs are worth their compilation.
_MANY = 512
# So few draws are searched sooner than sketches are compiled; how often one is sketched that stays unsettled.
_HANDFUL, _SKETCHES = 16, 4
# Efforts closer than this share of them are one even where they were computed.
_DISTINCT = 1e-9


def attempted(
    flat: AbstractContest, search: bool
) -> tuple[Strategies, Certificate, np.ndarray, np.ndarray, tuple[Strategies, ...]]:
    """The best strategies found for each draw.

    Args:
        flat: parameters of shape (draws,).
        search: whether to go beyond formulas.

    Returns:
        Strategies, their certificates, whether formulas did not do, whether there are several equilibria, and extreme
        ones of these.
    """
    (strategies, certificate), several, others = _computed(flat)
    left = _left(certificate, PURE_TOLERANCE)
    beyond = np.zeros(several.shape, bool)
    beyond[left] = True
    if search and left.size:
        # On these alone: what is found for few is not copied with all others.
        found, its = _beyond(*some_rows((flat, strategies, certificate), left), everywhere=left.size == several.size)
        width = max(_width(strategies), _width(found))
        strategies = with_rows(widened(strategies, width), left, widened(found, width))
        certificate = with_rows(certificate, left, its)
    others = tuple(widened(other, _width(strategies)) for other in others)
    return strategies, certificate, beyond, several, others


def _beyond(
    flat: AbstractContest, strategies: Strategies, certificate: Certificate, everywhere: bool
) -> tuple[Strategies, Certificate]:
    """Better strategies, where they are found, of draws that no formula covers, which may be all there are."""
    left = np.arange(certificate.regret.size)
    if type(flat).long_form is not AbstractContest.long_form:
        strategies, certificate = _at_length(flat, strategies, certificate, left)
        left = _left(certificate, MIXED_TOLERANCE)
    if left.size and type(flat).worked_form is not AbstractContest.worked_form:
        # One draw after the other, without anything to compile: for many a sketch is sooner done.
        if left.size > FEW and flat.only_success_counts:
            strategies, certificate = _outlined(flat, strategies, certificate, left)
            left = left[~(certificate.regret[left] <= MIXED_TOLERANCE)]
        strategies, certificate = _worked(flat, strategies, certificate, left)
        left = _left(certificate, MIXED_TOLERANCE)
    # What is sought are equilibria of a zero-sum game, which a contest with other gains is not.
    if flat.only_success_counts and left.size:
        everywhere = everywhere and left.size == certificate.regret.size
        strategies, certificate = _sought(flat, strategies, certificate, left, everywhere)
    return strategies, certificate


def _sought(
    flat: AbstractContest, strategies: Strategies, certificate: Certificate, left: np.ndarray, everywhere: bool
) -> tuple[Strategies, Certificate]:
    """Replace the strategies in these rows by others that are sought without any formula."""
    told = flat.card.exposure
    if everywhere and not told:
        strategies, certificate = _tried(one_each, "batches", flat, strategies, certificate, left)
        left = left[~(certificate.regret[left] <= PURE_TOLERANCE)]
    if (everywhere or left.size > _HANDFUL) and not told:
        strategies, certificate = _outlined(flat, strategies, certificate, left)
        left = left[~(certificate.regret[left] <= MIXED_TOLERANCE)]
    return _tried(double_oracle, "draws in turn", flat, strategies, certificate, left)


def _outlined(
    flat: AbstractContest, strategies: Strategies, certificate: Certificate, rows: np.ndarray
) -> tuple[Strategies, Certificate]:
    """Sketch which efforts are played and settle them by Newton's method; where that fails, sketch on from there."""
    few = rows.size <= FEW
    some = some_rows(flat, rows)
    lists = first_lists(some)
    # For few draws a program more is dearer than a few places more.
    between = (4,) if rows.size > _MANY else ()
    widths = (0, PLAYED) if few else (0, 2, *between, PLAYED)
    for _ in range(_SKETCHES):
        if not rows.size:
            break
        near = over_draws(sketch, some, lists, takes="small batches", seldom=few)[0]
        settled = jax.tree.map(np.array, near)
        counts = np.maximum(np.sum(near.attacker_weights > 0, axis=-1), np.sum(near.defender_weights > 0, axis=-1))
        for least, most in itertools.pairwise(widths):
            fits = np.flatnonzero((counts > least) & (counts <= most))
            if not fits.size:
                continue
            narrow = jax.tree.map(lambda x, fits=fits, most=most: x[fits, :most], near)
            found = over_draws(settle, some_rows(some, fits), narrow, takes="small batches", seldom=few)[0]
            settled = jax.tree.map(lambda x, y, fits=fits, most=most: _put(x, fits, y, most), settled, found)
            strategies, certificate = _bettered(flat, strategies, certificate, rows[fits], _certain(flat, found), few)
        left = np.flatnonzero(~(certificate.regret[rows] <= PURE_TOLERANCE))
        rows, some, lists = rows[left], some_rows(some, left), some_rows(next_lists(some, near, settled), left)
        widths = (0, *between, PLAYED)
    return strategies, certificate


def _put(wide: np.ndarray, rows: np.ndarray, narrow: np.ndarray, width: int) -> np.ndarray:
    wide[rows, :width] = narrow
    return wide


def _left(certificate: Certificate, tolerance: float) -> np.ndarray:
    return np.flatnonzero(~(certificate.regret <= tolerance))


def _computed(flat: AbstractContest) -> tuple[tuple[Strategies, Certificate], np.ndarray, tuple[Strategies, ...]]:
    # Solved and certified apart: two small programs compile sooner than a large one.
    known, _ = over_draws(by_formula, flat, takes="batches")
    # What the formulas do not cover must not pass for solved by accident.
    certificate = certified(flat, known.strategies, wanted=np.asarray(known.solved))
    return (known.strategies, certificate), known.several, known.others


def by_formula(contest: AbstractContest) -> ClosedForm:
    """What the contest's formula says of a batch of draws; nothing is solved where it has none."""
    nothing, nowhere = jnp.zeros((*contest.shape, 2)), jnp.zeros(contest.shape, bool)
    exposed = nothing + 1 if contest.card.exposure else None
    blank = Strategies(nothing, nothing, nothing + 0.5, nothing, nothing + 0.5, exposed)
    return contest.closed_form() or ClosedForm(blank, nowhere, nowhere)


def _at_length(
    flat: AbstractContest, strategies: Strategies, certificate: Certificate, rows: np.ndarray
) -> tuple[Strategies, Certificate]:
    """Replace the strategies in these rows by those of the long form, where that has the smaller regret."""
    known = over_draws(_long, some_rows(flat, rows), takes="draws in turn", seldom=rows.size <= FEW)[0]
    covered = np.flatnonzero(known.solved)
    # What was computed tells efforts apart that a search could not.
    found = compacted(some_rows(known.strategies, covered), same=_DISTINCT)
    return _bettered(flat, strategies, certificate, rows[covered], found, covered.size <= FEW)


def _worked(
    flat: AbstractContest, strategies: Strategies, certificate: Certificate, rows: np.ndarray
) -> tuple[Strategies, Certificate]:
    """Replace the strategies in these rows by those of the worked form, where that has the smaller regret."""
    if not rows.size:
        return strategies, certificate
    known = some_rows(flat, rows).worked_form()
    weights = known.strategies.attacker_weights, known.strategies.defender_weights
    narrow = np.maximum(*(np.sum(np.asarray(w) > 0, axis=-1) for w in weights)) <= 2
    # Apart, because what fits in two places is certified by what formulas have compiled.
    for covered in (np.flatnonzero(known.solved & narrow), np.flatnonzero(known.solved & ~narrow)):
        if covered.size:
            found = compacted(some_rows(known.strategies, covered), same=_DISTINCT)
            few = covered.size <= FEW
            strategies, certificate = _bettered(flat, strategies, certificate, rows[covered], found, few)
    return strategies, certificate


def _long(contest: AbstractContest) -> ClosedForm:
    known = contest.long_form()
    assert known is not None, "only asked where a contest has one"
    return known


def _tried(
    way: Callable[[AbstractContest], Strategies],
    takes: Takes,
    flat: AbstractContest,
    strategies: Strategies,
    certificate: Certificate,
    rows: np.ndarray,
) -> tuple[Strategies, Certificate]:
    """Replace the strategies in these rows by those of another way, where that has the smaller regret."""
    if not rows.size:
        return strategies, certificate
    # A search is so long that good code pays for one draw.
    few = rows.size <= FEW and takes == "batches"
    found = over_draws(way, some_rows(flat, rows), takes=takes, seldom=few)[0]
    return _bettered(flat, strategies, certificate, rows, _certain(flat, compacted(found)), rows.size <= FEW)


def _certain(flat: AbstractContest, found: Strategies) -> Strategies:
    """The same, in the form of a contest whose strategies may be drawn from intervals."""
    if not flat.card.spread:
        return found
    none = np.zeros_like(found.attacker_efforts)
    return dataclasses.replace(found, attacker_spreads=none, defender_spreads=none)


def _bettered(
    flat: AbstractContest,
    strategies: Strategies,
    certificate: Certificate,
    rows: np.ndarray,
    found: Strategies,
    few: bool,
) -> tuple[Strategies, Certificate]:
    """Certify what was found for these rows, and take it where its regret is the smaller."""
    checked = certified(some_rows(flat, rows), found, seldom=few and _width(found) > 2)
    better = ~(checked.regret >= certificate.regret[rows])
    taken = _trimmed(some_rows(found, better))
    width = max(_width(strategies), _width(taken))
    wide, new = widened(strategies, width), widened(taken, width)
    taken_over = with_rows(certificate, rows[better], some_rows(checked, np.flatnonzero(better)))
    return with_rows(wide, rows[better], new), taken_over


def _width(strategies: Strategies) -> int:
    return max(np.shape(strategies.attacker_weights)[-1], np.shape(strategies.defender_weights)[-1])


def _trimmed(strategies: Strategies) -> Strategies:
    """The same without places at the end that nobody plays, up to a power of two, so that few widths are compiled."""
    weights = (np.asarray(x) for x in (strategies.attacker_weights, strategies.defender_weights))
    last = max(int(np.max(np.nonzero(np.any(x != 0, axis=0))[0], initial=0)) for x in weights)
    places = 2 ** max(1, last.bit_length())
    return widened(jax.tree.map(lambda x: np.asarray(x)[..., :places], strategies), places)
