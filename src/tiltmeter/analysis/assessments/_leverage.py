"""Which ratings move the answer: three rankings side by side, and where they disagree."""

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri
from scipy.stats import rankdata

from tiltmeter._status import UNCHANGED
from tiltmeter.analysis._evaluate import model_of
from tiltmeter.analysis._quantiles import intervals
from tiltmeter.analysis._sensitivity import LOST, WIDE, Indices, sobol_indices
from tiltmeter.analysis._verdict import Interval
from tiltmeter.analysis.assessments._slopes import slopes
from tiltmeter.framework import System, centrality
from tiltmeter.scenarios import Scenario
from tiltmeter.scenarios._assessed import scenario_of

FloatArray = npt.NDArray[np.float64]

RANKINGS = ("derivative", "sobol", "centrality")
# Draws at which derivatives are taken; evaluations of each Sobol design.
_DRAWS, _EVALUATIONS = 512, 8192
# Ranks that differ by so much disagree, as a share of how many there are.
_APART = 1 / 3


@dataclasses.dataclass(frozen=True)
class Lever:
    """How much one element or dimension moves the answer.

    Attributes:
        name: of the element or dimension.
        title: its name in prose.
        kind: "element" or "dimension".
        derivative: change of the tilt per point of the rating, through the fixed point; for an element per point of all
            its dimensions, each in the direction that makes the element more.
        sobol: total-order Sobol index of the tilt over the ratings' ranges and everything else that is uncertain.
        sobol_conf: half-width of its 95 % interval.
        centrality: clique eigenvector centrality in the influence graph.
        ranks: 1 for the strongest, by ranking: the derivative's by its median size.
    """

    name: str
    title: str
    kind: str
    derivative: Interval
    sobol: float
    sobol_conf: float
    centrality: float
    ranks: Mapping[str, int]


@dataclasses.dataclass(frozen=True)
class Leverage:
    """Three rankings of elements and of dimensions.

    Attributes:
        dimensions: the levers, the largest Sobol index first.
        elements: the same for elements.
        others: total-order Sobol indices of what is no rating: "influences", "bridge", "contest".
        agreement: Spearman's correlation of the rankings of the dimensions, by pair such as "derivative, sobol".
        disagreements: sentences on dimensions and elements that the rankings place far apart.
        evaluations: how many contests the Sobol indices took, each before and after.
        sufficient: whether these suffice: no index of a rating has an interval wider than ± 0.1.
    """

    dimensions: tuple[Lever, ...]
    elements: tuple[Lever, ...]
    others: Mapping[str, float]
    agreement: Mapping[str, float]
    disagreements: tuple[str, ...]
    evaluations: int
    sufficient: bool


def leverage_of(system: System, samples: int, seed: int) -> Leverage:
    """The three rankings for a system, raters pooled.

    Args:
        system: what is assessed.
        samples: of the run; fewer samples make the rankings coarser.
        seed: of the designs.
    """
    scenario = scenario_of(system, apart=False)
    rubric = system.assessment.rubric
    draws = min(samples, _DRAWS)
    values = scenario.values(scenario.scores(draws, seed))
    by_rating = slopes(scenario, system, values, draws)
    direction, owner = np.array(rubric.direction), np.array(rubric.owner)
    by_element = np.stack(
        [(direction[:, None] * by_rating)[owner == e].sum(axis=0) for e in range(len(rubric.elements))]
    )
    central = centrality(system.graph)
    budget = min(samples, _EVALUATIONS)
    each = {name: [name] for name in rubric.names}
    grouped = {one.name: [d.name for d in rubric.dimensions if d.element == one.name] for one in rubric.elements}
    rows: list[tuple[Lever, ...]] = []
    evaluations, sufficient, others = 0, True, dict[str, float]()
    for kind, groups, slope in (("dimension", each, by_rating), ("element", grouped, by_element)):
        found, names = _sobol(scenario, system, groups, budget, seed)
        evaluations += found.evaluations
        total = dict(zip(names, found.total, strict=True))
        conf = dict(zip(names, found.total_conf, strict=True))
        sufficient &= max(conf[name] for name in groups) <= WIDE and found.lost <= LOST * found.blocks
        if kind == "dimension":
            others = {name: float(total[name]) for name in names if name not in groups}
        titles = {one.name: one.title for one in (*rubric.dimensions, *rubric.elements)}
        rows.append(_levers(kind, list(groups), titles, intervals(slope, np.ones(draws)), total, conf, central))
    dimensions, elements = rows
    return Leverage(
        dimensions,
        elements,
        others,
        _agreement(dimensions),
        (*_disagreements(elements), *_disagreements(dimensions)),
        evaluations,
        sufficient,
    )


def _sobol(
    scenario: Scenario, system: System, groups: Mapping[str, Sequence[str]], budget: int, seed: int
) -> tuple[Indices, list[str]]:
    """Total-order indices of the groups of dimensions, and of the influences, the bridge and the contest."""
    position = {id: index for index, id in enumerate(scenario.uncertain)}
    columns: dict[str, list[int]] = {
        name: [position[id] for id in members if id in position] for name, members in groups.items()
    }
    for name, role in (("influences", "influence"), ("bridge", "bridge"), ("contest", "parameter")):
        columns[name] = [position[g.id] for g in scenario.inputs if g.role == role and g.id in position]
    names = [name for name, own in columns.items() if own]
    (reading,) = scenario.readings

    def tilt(points: FloatArray) -> FloatArray:
        values = scenario.values(ndtri(points), checked=False)
        return model_of(scenario, ())(values, reading.name).tilt

    found = sobol_indices(tilt, [columns[name] for name in names], budget, seed)
    missing = [name for name in columns if name not in names]
    nothing = np.zeros(len(missing))
    padded = {f: np.concatenate([getattr(found, f), nothing]) for f in ("total", "total_conf", "first", "first_conf")}
    return dataclasses.replace(found, **padded), [*names, *missing]


def _levers(
    kind: str,
    names: Sequence[str],
    titles: Mapping[str, str],
    derivative: Sequence[Interval],
    total: Mapping[str, float],
    conf: Mapping[str, float],
    central: Mapping[str, float],
) -> tuple[Lever, ...]:
    scores = {
        "derivative": [abs(one.median) for one in derivative],
        "sobol": [float(total[name]) for name in names],
        "centrality": [central[name] for name in names],
    }
    ranks = {ranking: _ranks(values) for ranking, values in scores.items()}
    levers = [
        Lever(
            name,
            titles[name],
            kind,
            derivative[place],
            float(total[name]),
            float(conf[name]),
            central[name],
            {ranking: ranks[ranking][place] for ranking in RANKINGS},
        )
        for place, name in enumerate(names)
    ]
    return tuple(sorted(levers, key=lambda one: one.ranks["sobol"]))


def _ranks(values: Sequence[float]) -> list[int]:
    """1 for the largest; equal values have the rank of the first of them."""
    return [1 + sum(other > value + UNCHANGED for other in values) for value in values]


def _agreement(levers: Sequence[Lever]) -> dict[str, float]:
    found: dict[str, float] = {}
    for first, second in (RANKINGS[:2], RANKINGS[::2], RANKINGS[1:]):
        a, b = ([one.ranks[ranking] for one in levers] for ranking in (first, second))
        constant = len(set(a)) == 1 or len(set(b)) == 1
        found[f"{first}, {second}"] = float("nan") if constant else float(np.corrcoef(rankdata(a), rankdata(b))[0, 1])
    return found


def _disagreements(levers: Sequence[Lever]) -> list[str]:
    found: list[tuple[int, str]] = []
    for one in levers:
        high, low = min(one.ranks.values()), max(one.ranks.values())
        if low - high >= max(2, _APART * len(levers)):
            best = next(name for name in RANKINGS if one.ranks[name] == high)
            worst = next(name for name in RANKINGS if one.ranks[name] == low)
            text = (
                f"{one.title} is number {high} by {_WORDS[best]}, but number {low} of {len(levers)} by {_WORDS[worst]}."
            )
            found.append((high - low, text))
    return [text for _, text in sorted(found)]


_WORDS = {"derivative": "its derivative", "sobol": "its share of the spread", "centrality": "its place in the graph"}
