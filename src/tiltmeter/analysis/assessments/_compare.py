"""Two assessments side by side: what differs, and what the difference in the answer goes back to."""

import dataclasses
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

import numpy as np
import numpy.typing as npt

from tiltmeter.analysis._json import as_json
from tiltmeter.analysis._measures import usable_draws
from tiltmeter.analysis._progress import Progress
from tiltmeter.analysis._verdict import Interval
from tiltmeter.analysis.assessments._assess import FORMAT, Assessed, assess, solved
from tiltmeter.errors import AssessmentError
from tiltmeter.framework import Assessment, Graph
from tiltmeter.scenarios import Scenario
from tiltmeter.scenarios._assessed import scenario_of

FloatArray = npt.NDArray[np.float64]

_DRAWS = 2048
# What a comparison keeps of the record of either answer.
_KEPT = ("assessment", "graph", "baseline", "side", "sentence", "chances", "failed", "interplay", "certificate")
# Parts of a difference smaller than this share of it are left out of the sentence.
_SMALL = 0.1


@dataclasses.dataclass(frozen=True)
class Pair:
    """One quantity of both assessments.

    Attributes:
        name: of the element, dimension, parameter, measure or lever.
        title: its name in prose.
        kind: "element", "dimension", "parameter", "measure" or "lever".
        first: of the first assessment; null where it has none.
        second: of the second.
        difference: of the medians, second less first; null where one is missing.
    """

    name: str
    title: str
    kind: str
    first: Interval | None
    second: Interval | None
    difference: float | None


@dataclasses.dataclass(frozen=True)
class Part:
    """What one thing contributes to the difference of the mean tilts.

    Attributes:
        name: of an element; "contest" for the domain with its numbers; "together" for what only several do together.
        title: its name in prose.
        tilt: the contribution.
    """

    name: str
    title: str
    tilt: float


@dataclasses.dataclass(frozen=True, eq=False)
class Comparison:
    """Two assessments side by side.

    Attributes:
        first: the first answer.
        second: the second.
        profile: settled levels of elements and dimensions.
        bridge: factors or additions, by parameter.
        balance: changes of every measure.
        leverage: total-order Sobol indices, by dimension.
        difference: mean tilt of the second less that of the first, on the same draws, raters pooled.
        parts: what it goes back to, the largest first; they sum to it.
        sentence: what differs and why.
    """

    first: Assessed
    second: Assessed
    profile: tuple[Pair, ...]
    bridge: tuple[Pair, ...]
    balance: tuple[Pair, ...]
    leverage: tuple[Pair, ...]
    difference: float
    parts: tuple[Part, ...]
    sentence: str

    def record(self) -> dict[str, Any]:
        """What `tiltmeter compare --json` prints: JSON-ready."""
        both = (("first", self.first.record()), ("second", self.second.record()))
        sides = {name: {key: record[key] for key in _KEPT} for name, record in both}
        return as_json(
            {
                "format": FORMAT,
                "tiltmeter": version("tiltmeter"),
                **sides,
                "samples": self.first.samples,
                "seed": self.first.seed,
                "sentence": self.sentence,
                "difference": self.difference,
                "parts": self.parts,
                "profile": self.profile,
                "bridge": self.bridge,
                "balance": self.balance,
                "leverage": self.leverage,
            }
        )


def compare(
    first: Assessment | str,
    second: Assessment | str,
    *,
    graph: Graph | str | int | None = None,
    baseline: Assessment | str | None = None,
    samples: int = 16384,
    seed: int = 0,
    progress: Progress | None = None,
) -> Comparison:
    """Put two assessments side by side, and say what differs and why.

    Args:
        first: a loaded assessment, or the name or path of one.
        second: another.
        graph: as for `assess`, for both.
        baseline: as for `assess`, for both.
        samples: number of draws.
        seed: of the draws, the same for both.
        progress: as for `assess`.

    The difference of the mean tilts is split by exchanging the contest, and then one element after the other: each
    alone from the first to the second, and alone from the second back to the first, of which the mean counts. What the
    parts leave over is what only several do together.

    Raises:
        AssessmentError: when one is wrong, or they use different versions of the rubric.
    """
    one, other = (
        assess(each, graph=graph, baseline=baseline, samples=samples, seed=seed, progress=progress)
        for each in (first, second)
    )
    versions = [each.assessment.rubric.version for each in (one, other)]
    if versions[0] != versions[1]:
        raise AssessmentError(
            f"{one.assessment.name} uses version {versions[0]} of the rubric, {other.assessment.name} version "
            f"{versions[1]}; ratings by different anchors cannot be compared. Rate one of them anew."
        )
    difference, parts = _parts(one, other, min(samples, _DRAWS), seed)
    return Comparison(
        one,
        other,
        _pairs(_profile(one), _profile(other)),
        _pairs(_bridge(one), _bridge(other)),
        _pairs(_balance(one), _balance(other)),
        _pairs(_levers(one), _levers(other)),
        difference,
        parts,
        _sentence(one, other, difference, parts),
    )


Row = tuple[str, str, Interval]


def _profile(assessed: Assessed) -> dict[str, Row]:
    return {row.name: (row.title, row.kind, row.settled) for row in assessed.profile}


def _bridge(assessed: Assessed) -> dict[str, Row]:
    return {row.parameter: (row.parameter.replace("_", " "), "parameter", row.value) for row in assessed.bridge}


def _balance(assessed: Assessed) -> dict[str, Row]:
    return {measure.name: (measure.title, "measure", measure.change) for measure in assessed.balance}


def _levers(assessed: Assessed) -> dict[str, Row]:
    assert assessed.leverage is not None
    rows: dict[str, Row] = {}
    for one in assessed.leverage.dimensions:
        rows[one.name] = (
            one.title,
            "lever",
            Interval(one.sobol, one.sobol - one.sobol_conf, one.sobol + one.sobol_conf),
        )
    return rows


def _pairs(first: Mapping[str, Row], second: Mapping[str, Row]) -> tuple[Pair, ...]:
    rows: list[Pair] = []
    for name in dict.fromkeys((*first, *second)):
        title, kind, _ = first.get(name) or second[name]
        a, b = first.get(name), second.get(name)
        gap = b[2].median - a[2].median if a and b else None
        rows.append(Pair(name, title, kind, a[2] if a else None, b[2] if b else None, gap))
    return tuple(rows)


def _parts(one: Assessed, other: Assessed, samples: int, seed: int) -> tuple[float, tuple[Part, ...]]:
    """The difference of the mean tilts, and what it goes back to."""
    scenarios = [scenario_of(each.system, apart=False) for each in (one, other)]
    drawn = [scenario.values(scenario.scores(samples, seed)) for scenario in scenarios]
    rubric = one.assessment.rubric
    names = rubric.names
    ratings = [{name: values[name] for name in names} for values in drawn]

    def mean(place: int, own: Mapping[str, FloatArray]) -> float:
        return _mean_tilt(scenarios[place], drawn[place] | dict(own), samples)

    ends = [mean(place, ratings[place]) for place in (0, 1)]
    same = one.assessment.domain == other.assessment.domain
    crossed = list(ends) if same else [mean(1, ratings[0]), mean(0, ratings[1])]
    # With the ratings of the first, and with those of the second.
    contest = 0.0 if same else ((crossed[0] - ends[0]) + (ends[1] - crossed[1])) / 2
    parts = [] if same else [Part("contest", "the contest with its numbers", contest)]
    for element in rubric.elements:
        members = [one.name for one in rubric.dimensions if one.element == element.name]
        forward = ratings[0] | {name: ratings[1][name] for name in members}
        backward = ratings[1] | {name: ratings[0][name] for name in members}
        grounds = (0,) if same else (0, 1)
        moves: list[float] = []
        for place in grounds:
            low = ends[0] if place == 0 else crossed[0]
            high = ends[1] if place == 1 or same else crossed[1]
            moves += [mean(place, forward) - low, high - mean(place, backward)]
        parts.append(Part(element.name, element.title, float(np.mean(moves))))
    difference = ends[1] - ends[0]
    rest = difference - sum(part.tilt for part in parts)
    parts.append(Part("together", "what only several do together", rest))
    return difference, tuple(sorted(parts, key=lambda part: -abs(part.tilt)))


def _mean_tilt(scenario: Scenario, values: dict[str, FloatArray], samples: int) -> float:
    data = solved(scenario, values, samples)
    tilt = np.where(usable_draws(data), data["attack_success"][:, 1] - data["attack_success"][:, 0], np.nan)
    return float(np.nanmean(tilt)) if np.isfinite(tilt).any() else float("nan")


def _sentence(one: Assessed, other: Assessed, difference: float, parts: tuple[Part, ...]) -> str:
    names = (one.assessment.title, other.assessment.title)
    size = abs(difference) * 100
    if size < 0.05:
        return f"{names[1]} leans as {names[0]} does: on average their tilts differ by less than 0.05 points."
    toward = "offense" if difference > 0 else "defense"
    told = [
        f"{part.title if part.name in ('contest', 'together') else part.title.lower()} for {_points(part.tilt)}"
        for part in parts
        if abs(part.tilt) >= _SMALL * abs(difference)
    ][:4]
    return (
        f"{names[1]} leans {size:.2g} points more to {toward} than {names[0]}, on average over the draws; of that "
        f"difference of {_points(difference)} points, {', '.join(told)}."
    )


def _points(tilt: float) -> str:
    return f"{tilt * 100:+.2g}".replace("-", "\N{MINUS SIGN}")
