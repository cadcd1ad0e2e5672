"""From the cheapest to the dearest: a formula, a long computation, Newton's method from a sketch, the search.

Each is certified. What the verifier accepts is left alone; the next attempt is made on the rest, and kept where its
regret is smaller.
"""

import dataclasses
import itertools
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from math import prod
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from tiltmeter._status import MIXED_TOLERANCE, PURE_TOLERANCE
from tiltmeter.contests import AbstractContest, ClosedForm, Strategies
from tiltmeter.contests._strategies import widened
from tiltmeter.equilibrium._compact import compacted
from tiltmeter.equilibrium._double_oracle import double_oracle
from tiltmeter.equilibrium._draws import FEW, MANY, Code, Takes, code_for, over_draws, shapes_of, some_rows
from tiltmeter.equilibrium._found import Found, trimmed, width
from tiltmeter.equilibrium._one_each import one_each
from tiltmeter.equilibrium._settle import settle
from tiltmeter.equilibrium._sketch import PLAYED, first_lists, next_lists, sketch
from tiltmeter.equilibrium._verify import Certificate, certified, first_look

# For many draws more programs are worth their compilation.
_MANY = 512
# So few draws are searched sooner than sketches are compiled; how often one is sketched that stays unsettled.
_HANDFUL, _SKETCHES = 16, 4
# Efforts closer than this share of them are one even where they were computed.
_DISTINCT = 1e-9


def attempted(
    flat: AbstractContest, search: bool, alone: bool = False
) -> tuple[Strategies, Certificate, np.ndarray, np.ndarray, tuple[Strategies, ...]]:
    """The best strategies found for each draw.

    Args:
        flat: parameters of shape (draws,).
        search: whether to go beyond formulas.
        alone: whether this is a single contest, which is no reason to compile any better than in the least time.

    Returns:
        Strategies, their certificates, whether formulas did not do, whether there are several equilibria, and extreme
        ones of these.
    """
    found, several, others = _computed(flat, alone)
    left = found.left(PURE_TOLERANCE)
    beyond = np.zeros(several.shape, bool)
    beyond[left] = True
    if search and left.size:
        # On these alone: what is found for few is not copied with all others.
        some = _beyond(found.some(left), everywhere=left.size == several.size)
        found = found.with_some(left, some._replace(strategies=trimmed(some.strategies)))
    others = tuple(widened(other, width(found.strategies)) for other in others)
    return found.strategies, found.certificate, beyond, several, others


def _computed(flat: AbstractContest, alone: bool) -> tuple[Found, np.ndarray, tuple[Strategies, ...]]:
    # Solved and certified apart: two small programs compile sooner than a large one, and at the same time.
    code = "quick" if alone else "bulk" if prod(flat.shape) >= MANY else "good"
    _certificates_ahead(jax.tree.structure(flat), code)
    known, _ = over_draws(by_formula, flat, takes="batches", code="quick" if alone else None)
    # What the formulas do not cover must not pass for solved by accident.
    certificate = certified(flat, known.strategies, code, wanted=np.asarray(known.solved))
    return Found(flat, known.strategies, certificate, code), known.several, known.others


@cache
def _certificates_ahead(kind: Any, code: Code) -> threading.Thread:
    """Compile, beside the solver, what looks first at its results for this kind of contest."""
    one: AbstractContest = jax.tree.unflatten(kind, [np.ones(1)] * kind.num_leaves)
    played = jax.tree.map(lambda x: np.zeros(x.shape, x.dtype), shapes_of(by_formula, one).strategies)

    def compiled() -> None:
        # What goes wrong here goes wrong again where somebody waits for it.
        with suppress(Exception):
            first_look(one, played, code)

    beside = threading.Thread(target=compiled)
    beside.start()
    return beside


def by_formula(contest: AbstractContest) -> ClosedForm:
    """What the contest's formula says of a batch of draws; nothing is solved where it has none."""
    nothing, nowhere = jnp.zeros((*contest.shape, 2)), jnp.zeros(contest.shape, bool)
    exposed = nothing + 1 if contest.card.exposure else None
    blank = Strategies(nothing, nothing, nothing + 0.5, nothing, nothing + 0.5, exposed)
    return contest.closed_form() or ClosedForm(blank, nowhere, nowhere)


def _beyond(found: Found, everywhere: bool) -> Found:
    """Better strategies, where they are found, of draws that no formula covers, which may be all there are."""
    contest = found.contest
    left = np.arange(found.draws)
    if type(contest).long_form is not AbstractContest.long_form:
        found = _at_length(found, left)
        left = found.left(MIXED_TOLERANCE)
    if left.size and type(contest).worked_form is not AbstractContest.worked_form:
        # One draw after the other, without anything to compile: for many a sketch is sooner done.
        if left.size > FEW and contest.only_success_counts:
            found = _outlined(found, left)
            left = found.left(MIXED_TOLERANCE, left)
        found = _worked(found, left)
        left = found.left(MIXED_TOLERANCE)
    # What is sought are equilibria of a zero-sum game, which a contest with other gains is not.
    if contest.only_success_counts and left.size:
        found = _sought(found, left, everywhere and left.size == found.draws)
    return found


def _at_length(found: Found, rows: np.ndarray) -> Found:
    """What the long form says of these rows."""
    some = some_rows(found.contest, rows)
    return _known(found, rows, over_draws(_long, some, takes="draws in turn", code=code_for(rows.size))[0])


def _worked(found: Found, rows: np.ndarray) -> Found:
    """What the worked form says of these rows."""
    if not rows.size:
        return found
    known = some_rows(found.contest, rows).worked_form()
    weights = known.strategies.attacker_weights, known.strategies.defender_weights
    narrow = np.maximum(*(np.sum(np.asarray(w) > 0, axis=-1) for w in weights)) <= 2
    # Apart, so that what fits in two places is certified by what has been compiled for these.
    for fits in (narrow, ~narrow):
        found = _known(found, rows, dataclasses.replace(known, solved=known.solved & fits))
    return found


def _known(found: Found, rows: np.ndarray, known: ClosedForm) -> Found:
    covered = np.flatnonzero(known.solved)
    if not covered.size:
        return found
    # What was computed tells efforts apart that a search could not.
    exact = compacted(some_rows(known.strategies, covered), same=_DISTINCT)
    return found.bettered(rows[covered], exact, covered.size <= FEW)


def _long(contest: AbstractContest) -> ClosedForm:
    known = contest.long_form()
    assert known is not None, "only asked where a contest has one"
    return known


def _sought(found: Found, left: np.ndarray, everywhere: bool) -> Found:
    """What is found for these rows without any formula."""
    told = found.contest.card.exposure
    if everywhere and not told:
        found = _tried(one_each, "batches", found, left, code_for(left.size))
        left = found.left(PURE_TOLERANCE, left)
    if (everywhere or left.size > _HANDFUL) and not told:
        found = _outlined(found, left)
        left = found.left(MIXED_TOLERANCE, left)
    # Which is so long that good code pays for one draw.
    return _tried(double_oracle, "draws in turn", found, left)


def _outlined(found: Found, rows: np.ndarray) -> Found:
    """Sketch which efforts are played and settle them by Newton's method; where that fails, sketch on from there."""
    code = code_for(rows.size)
    some = some_rows(found.contest, rows)
    lists = first_lists(some)
    # For few draws a program more is dearer than a few places more.
    between = (4,) if rows.size > _MANY else ()
    widths = (0, PLAYED) if code == "quick" else (0, 2, *between, PLAYED)
    for _ in range(_SKETCHES):
        if not rows.size:
            break
        near = over_draws(sketch, some, lists, takes="small batches", code=code)[0]
        settled = jax.tree.map(np.array, near)
        counts = np.maximum(np.sum(near.attacker_weights > 0, axis=-1), np.sum(near.defender_weights > 0, axis=-1))
        for least, most in itertools.pairwise(widths):
            fits = np.flatnonzero((counts > least) & (counts <= most))
            if not fits.size:
                continue
            narrow = jax.tree.map(lambda x, fits=fits, most=most: x[fits, :most], near)
            exact = over_draws(settle, some_rows(some, fits), narrow, takes="small batches", code=code)[0]
            settled = jax.tree.map(lambda x, y, fits=fits, most=most: _put(x, fits, y, most), settled, exact)
            found = found.bettered(rows[fits], _certain(found.contest, exact), code == "quick")
        left = np.flatnonzero(~(found.certificate.regret[rows] <= PURE_TOLERANCE))
        rows, some, lists = rows[left], some_rows(some, left), some_rows(next_lists(some, near, settled), left)
        widths = (0, *between, PLAYED)
    return found


def _put(wide: np.ndarray, rows: np.ndarray, narrow: np.ndarray, width: int) -> np.ndarray:
    wide[rows, :width] = narrow
    return wide


def _tried(
    way: Callable[[AbstractContest], Strategies],
    takes: Takes,
    found: Found,
    rows: np.ndarray,
    code: Code | None = None,
) -> Found:
    """What another way finds for these rows."""
    if not rows.size:
        return found
    candidates = over_draws(way, some_rows(found.contest, rows), takes=takes, code=code)[0]
    return found.bettered(rows, _certain(found.contest, compacted(candidates)), rows.size <= FEW)


def _certain(contest: AbstractContest, found: Strategies) -> Strategies:
    """The same, in the form of a contest whose strategies may be drawn from intervals."""
    if not contest.card.spread:
        return found
    none = np.zeros_like(found.attacker_efforts)
    return dataclasses.replace(found, attacker_spreads=none, defender_spreads=none)
