"""Check a claim: draw its region, look for violations, find the condition and the smallest counterexample."""

import dataclasses

import numpy as np
from scipy import stats

from tiltmeter.claims._claim import Axis, Case, Claim, Outcome, Picture
from tiltmeter.claims._condition import EXACT, GOOD_ENOUGH, agreement, learnt
from tiltmeter.claims._finding import CaseShares, Condition, Counterexample, Drawn, Finding, Verdict
from tiltmeter.claims._region import BoolArray, FloatArray, Region
from tiltmeter.claims._seek import plainest, worst
from tiltmeter.errors import ClaimError

_LEAST = 64
_SHOWN = 256
_MOST_SEARCHED = 128


@dataclasses.dataclass(eq=False)
class _Searched:
    """One case: its draws, and the claim there."""

    case: Case
    cube: FloatArray
    outcome: Outcome

    def held(self, claim: Claim) -> BoolArray:
        return self.outcome.certified & (self.outcome.margin > claim.tolerance)

    def violated(self, claim: Claim) -> BoolArray:
        return self.outcome.certified & (self.outcome.margin < -claim.tolerance)

    def unchanged(self, claim: Claim) -> BoolArray:
        return self.outcome.certified & (np.abs(self.outcome.margin) <= claim.tolerance)

    def feature(self, values: Axis) -> FloatArray:
        return values.of(self.case.region.points(self.cube))


def check(claim: Claim, samples: int | None = None, seed: int = 0) -> Finding:
    """Search a claim's region for where it holds; the same seed gives the same finding.

    Args:
        claim: what is claimed.
        samples: how many draws, rounded to powers of two for each case; as many as the claim asks for by default.
        seed: of the draws and of the search.

    Raises:
        ClaimError: where the claim speaks of nothing: the technology changes nothing anywhere, or leads where the
            contest is undefined.
    """
    wanted = max((claim.samples if samples is None else samples) // len(claim.cases), _LEAST)
    each = 2 ** int(np.log2(wanted))
    parts = [_searched(claim, case, each, seed, place) for place, case in enumerate(claim.cases)]
    if not any(part.violated(claim).any() for part in parts):
        parts = [_certified_by_search(claim, part) for part in parts]
    held, violated, unchanged = (
        np.concatenate([which(part, claim) for part in parts])
        for which in (_Searched.held, _Searched.violated, _Searched.unchanged)
    )
    _refuse_idle(claim, parts, unchanged)
    example, seen, lowest = _violation(claim, parts, seed)
    decisive = len(held) - int(unchanged.sum())
    share = int(held.sum()) / decisive
    interval = stats.binomtest(int(held.sum()), decisive).proportion_ci(0.95, "exact")
    uncertified = len(held) - int((held | violated | unchanged).sum())
    condition = _condition(claim, parts, seed) if violated.any() and held.any() else None
    return Finding(
        claim=claim,
        finding=_verdict(example is not None, condition, uncertified, int(held.sum())),
        share=share,
        share_low=float(interval.low),
        share_high=float(interval.high),
        unchanged=float(unchanged.mean()),
        violated=float(violated.mean()),
        uncertified=uncertified / len(held),
        draws=len(held),
        searched=seen,
        lowest=lowest,
        condition=condition,
        counterexample=None if example is None else _counterexample(claim, *example),
        regret=_worst_regret(parts),
        cases=tuple(_shares(claim, part) for part in parts),
        drawn=_drawn(claim, parts, example),
        seed=seed,
    )


def _searched(claim: Claim, case: Case, count: int, seed: int, place: int) -> _Searched:
    cube = case.region.draws(count, seed, place)
    return _Searched(case, cube, _named(claim, case, cube))


def _certified_by_search(claim: Claim, part: _Searched) -> _Searched:
    """The same draws; those that formulas leave open are searched for equilibria, unless they are many."""
    rows = np.flatnonzero(~part.outcome.certified)
    if not 0 < rows.size <= _MOST_SEARCHED:
        return part
    found = claim.test(part.case, part.case.region.points(part.cube[rows]), search=True)
    outcome = part.outcome

    def merged(old: FloatArray, new: FloatArray) -> FloatArray:
        values = np.array(old)
        values[rows] = new
        return values

    certified = outcome.certified.copy()
    certified[rows] = found.certified
    better = Outcome(
        merged(outcome.margin, found.margin),
        certified,
        merged(outcome.regret, found.regret),
        {name: merged(values, found.said[name]) for name, values in outcome.said.items()},
        None if outcome.score is None or found.score is None else merged(outcome.score, found.score),
    )
    return dataclasses.replace(part, outcome=better)


def _named(claim: Claim, case: Case, cube: FloatArray) -> Outcome:
    """The claim at draws; what is refused there is refused in the claim's name."""
    try:
        return claim.test(case, case.region.points(cube))
    except ClaimError as error:
        raise ClaimError(error.message, claim.id, error.field) from None


def _refuse_idle(claim: Claim, parts: list[_Searched], unchanged: BoolArray) -> None:
    certified = np.concatenate([part.outcome.certified for part in parts])
    if certified.any() and unchanged[certified].all():
        raise ClaimError(
            f"nothing changes: {claim.measure} is the same in all {int(certified.sum()):,} certified draws. "
            "Name a technology that moves it, or search where it does.",
            claim.id,
            "technology" if claim.technology else "region",
        )


def _violation(
    claim: Claim, parts: list[_Searched], seed: int
) -> tuple[tuple[_Searched, FloatArray] | None, int, float]:
    """A case and a point of it at which the claim is violated, plain; how many points were looked at beside the draws;
    and the lowest margin that was seen.
    """
    seen, lowest = 0, min(float(np.min(part.outcome.margin[part.outcome.certified], initial=np.inf)) for part in parts)
    if not any(part.violated(claim).any() for part in parts):
        for part in parts:
            point, looked = worst(claim, part.case, part.cube, part.outcome, seed)
            seen += looked
            found = _named(claim, part.case, point[None])
            if found.certified[0]:
                lowest = min(lowest, float(found.margin[0]))
                if found.margin[0] < -claim.tolerance:
                    return (part, plainest(claim, part.case, point[None], found.margin)), seen, lowest
        return None, seen, lowest
    part = max(parts, key=lambda one: float(one.violated(claim).mean()))
    rows = part.violated(claim)
    return (part, plainest(claim, part.case, part.cube[rows], part.outcome.margin[rows])), seen, lowest


def _counterexample(claim: Claim, part: _Searched, point: FloatArray) -> Counterexample:
    case = part.case
    # What is printed is what was checked.
    inputs = {name: float(f"{values[0]:.10g}") for name, values in case.region.points(point[None]).items()}
    found = claim.test(case, {name: np.asarray([value]) for name, value in inputs.items()})
    at_plain = np.abs(point - case.region.plain()) < 1e-12
    return Counterexample(
        case=case.title,
        inputs=inputs,
        plain=tuple(name for name, plain in zip(case.region.names, at_plain, strict=True) if plain),
        said={name: float(values[0]) for name, values in found.said.items()},
        margin=float(found.margin[0]),
        regret=float(found.regret[0]),
    )


def _verdict(refuted: bool, condition: Condition | None, uncertified: int, held: int) -> Verdict:
    if refuted:
        return "holds-if" if condition is not None and held else "fails"
    return "holds" if held and not uncertified else "undecided"


def _condition(claim: Claim, parts: list[_Searched], seed: int) -> Condition | None:
    if claim.formula is not None:
        compared = [
            agreement(claim, claim.formula, part.case, part.cube, part.outcome.margin, part.outcome.certified)
            for part in parts
        ]
        right, error = min(one[0] for one in compared), max(one[1] for one in compared)
        if right == 1 and error <= EXACT:
            return Condition(claim.formula.text, "formula", right, error)
    by_case = _rule_of_cases(claim, parts)
    if by_case is not None:
        return by_case
    clear = np.concatenate([part.held(claim) | part.violated(claim) for part in parts])
    holds = np.concatenate([part.held(claim) for part in parts])[clear]
    for ratios in (False, True):
        table = {name: values[clear] for name, values in _features(claim, parts, ratios).items()}
        rule = learnt(table, holds, seed) if table else None
        if rule is not None:
            return rule
    return None


def _rule_of_cases(claim: Claim, parts: list[_Searched]) -> Condition | None:
    """The cases in which the claim mostly holds, where that is as good as a rule must be."""
    if len(parts) < 2:
        return None
    counts = {part.case.title: (int(part.held(claim).sum()), int(part.violated(claim).sum())) for part in parts}
    holding = [name for name, (held, violated) in counts.items() if held > violated]
    held, violated = (sum(pair[which] for pair in counts.values()) for which in (0, 1))
    promised, broken = (sum(counts[name][which] for name in holding) for which in (0, 1))
    if not holding or len(holding) == len(counts):
        return None
    accuracy, kept = (promised / held + 1 - broken / violated) / 2, promised / (promised + broken)
    named = f"the contest is {', '.join(holding)}"
    return Condition(named, "rule", accuracy) if min(accuracy, kept) >= GOOD_ENOUGH else None


def _features(claim: Claim, parts: list[_Searched], ratios: bool) -> dict[str, FloatArray]:
    """What a rule may speak of, at all draws: inputs that all cases have, functions of them, and which case it is."""
    common = [name for name in parts[0].case.region.names if all(name in part.case.region.names for part in parts)]
    axes = {name: Axis(name, name) for name in common} | {name: Axis(name, of) for name, of in claim.features.items()}
    if ratios:
        axes |= _ratios(parts[0].case.region, common)
    found = {name: np.concatenate([part.feature(axis) for part in parts]) for name, axis in axes.items()}
    if len(parts) > 1:
        for one in parts:
            marks = [np.full(len(part.cube), float(part is one)) for part in parts]
            found[f"contest is {one.case.title}"] = np.concatenate(marks)
    return found


def _ratios(searched: Region, names: list[str]) -> dict[str, Axis]:
    """What the attacker has as a multiple of what the defender has, where both vary and are above zero."""
    pairs = [(name, name.replace("attacker_", "defender_")) for name in names if name.startswith("attacker_")]
    return {
        f"{a}/{d}": Axis(f"{a}/{d}", lambda points, a=a, d=d: points[a] / points[d])
        for a, d in pairs
        if d in names and min(searched.spans[a].low, searched.spans[d].low) > 0
    }


def _shares(claim: Claim, part: _Searched) -> CaseShares:
    held, violated, unchanged = (float(which(claim).mean()) for which in (part.held, part.violated, part.unchanged))
    return CaseShares(part.case.title, held, violated, unchanged, float((~part.outcome.certified).mean()))


def _worst_regret(parts: list[_Searched]) -> float:
    return max(float(np.max(part.outcome.regret[part.outcome.certified], initial=0.0)) for part in parts)


def _drawn(claim: Claim, parts: list[_Searched], example: tuple[_Searched, FloatArray] | None) -> Drawn:
    """Some draws of every case, over the axes of the claim's picture or the two inputs that tell most."""
    parts = parts if claim.picture else parts[:1]
    picture = claim.picture or _telling(claim, parts)
    each = max(_SHOWN // len(parts), 1)
    first = {id(part): part.case.region.points(part.cube[:each]) for part in parts}
    x, y = (np.concatenate([axis.of(first[id(part)]) for part in parts]) for axis in (picture.x, picture.y))
    codes = [
        np.where(part.outcome.certified, 1 * part.held(claim) - 1 * part.violated(claim), -2)[:each] for part in parts
    ]
    line: list[tuple[float, float]] = []
    if picture.boundary is not None:
        spread = np.geomspace if picture.x.logarithmic else np.linspace
        along = spread(float(x.min()), float(x.max()), 81)
        across = np.asarray(picture.boundary(along), dtype=float)
        inside = np.isfinite(across) & (across >= y.min()) & (across <= y.max())
        line = [(_short(a), _short(b)) for a, b in zip(along[inside], across[inside], strict=True)]
    where: tuple[float, ...] = ()
    if example is not None and example[0] in parts:
        at = example[0].case.region.points(example[1][None])
        where = (_short(float(picture.x.of(at)[0])), _short(float(picture.y.of(at)[0])))
    return Drawn(
        x=tuple(map(_short, x.tolist())),
        y=tuple(map(_short, y.tolist())),
        found=tuple(int(code) for code in np.concatenate(codes)),
        boundary=tuple(line),
        counterexample=where,
        titles=(picture.x.title, picture.y.title),
        logarithmic=(picture.x.logarithmic, picture.y.logarithmic),
    )


def _telling(claim: Claim, parts: list[_Searched]) -> Picture:
    """The two inputs by which draws of the first case that hold and draws that do not differ most."""
    part = parts[0]
    names, held, violated = part.case.region.names, part.held(claim), part.violated(claim)
    gap = np.zeros(len(names))
    if held.any() and violated.any():
        gap = np.abs(part.cube[held].mean(axis=0) - part.cube[violated].mean(axis=0))
    first, second = (names[place] for place in np.resize(np.argsort(-gap, kind="stable"), 2))
    spans = part.case.region.spans
    return Picture(Axis(first, first, spans[first].low > 0), Axis(second, second, spans[second].low > 0))


def _short(value: float) -> float:
    return float(f"{value:.3g}")
