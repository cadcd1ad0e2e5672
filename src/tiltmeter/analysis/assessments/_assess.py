"""From an assessment to its answer: the profile, what it does to the contest, who gains, and what that rests on."""

import dataclasses
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

import numpy as np
import numpy.typing as npt

from tiltmeter.analysis._dataset import variables_of
from tiltmeter.analysis._evaluate import allowed, evaluate, weights_of
from tiltmeter.analysis._findings import Certificate, Side
from tiltmeter.analysis._json import as_json
from tiltmeter.analysis._measures import certificate, measure_verdicts, usable_draws
from tiltmeter.analysis._progress import Progress, silent
from tiltmeter.analysis._side import Chances, chances, sentence, side
from tiltmeter.analysis._verdict import MeasureVerdict
from tiltmeter.analysis.assessments._leverage import Leverage, leverage_of
from tiltmeter.analysis.assessments._profile import (
    BridgeRow,
    DriverRow,
    ProfileRow,
    bridge_rows,
    driver_rows,
    profile_rows,
)
from tiltmeter.analysis.assessments._raters import Raters, raters_of
from tiltmeter.analysis.assessments._robust import Robustness, robustness
from tiltmeter.balance import MEASURES
from tiltmeter.equilibrium import STATUSES
from tiltmeter.framework import Assessment, Graph, Places, System, places, require_one
from tiltmeter.framework import load as load_assessment
from tiltmeter.framework import load_graph as load_graph
from tiltmeter.scenarios import Scenario
from tiltmeter.scenarios._assessed import scenario_of

FloatArray = npt.NDArray[np.float64]
Data = dict[str, npt.NDArray[Any]]

FORMAT = 1
"""The version of the form of what `tiltmeter assess --json` prints."""
_FAILED = STATUSES.index("failed")


@dataclasses.dataclass(frozen=True)
class Interplay:
    """What the elements' influences on each other do to the answer.

    Attributes:
        tilt_as_rated: median tilt when nothing pushes anything.
        tilt_settled: median tilt where the influences settle.
        offense_as_rated: probability of offense when nothing pushes anything.
        offense_settled: the same where they settle.
        turned: share of the draws in which the side changes.
        places: what was found of fixed points at the central values: "proved" or "searched".
        bound: the contraction bound at the central values; below 1 the fixed point is the only one.
        worst_bound: the largest bound of any draw.
    """

    tilt_as_rated: float
    tilt_settled: float
    offense_as_rated: float
    offense_settled: float
    turned: float
    places: str
    bound: float
    worst_bound: float


@dataclasses.dataclass(frozen=True, eq=False)
class Assessed:
    """An assessment's answer with all that it was computed from.

    Attributes:
        system: what was assessed, with its graph and baseline.
        scenario: the same as a scenario, whose readings are the raters where there are several.
        samples: number of draws.
        seed: of every random sequence.
        values: the inputs at the draws, by id.
        tilt: of every reading at every draw, shape (readings, draws); NaN where not usable.
        side: who gains, by the rule of `Verdict.side`.
        sentence: the answer in a sentence.
        chances: probabilities of offense, defense and no change.
        failed: share of the draws that could not be solved.
        profile: levels of elements and dimensions, as rated and settled.
        drivers: what acts on these, from 0 to 1, such as what each side can use of the capability.
        bridge: what the system does to the contest's parameters.
        balance: every measure of the balance before and after.
        leverage: which ratings move the answer, by three rankings; None where it was not asked for.
        interplay: what the influences do to the answer.
        robustness: which conclusions hold whatever the influences' weights; None where it was not asked for.
        raters: agreement of the raters, and what their disagreement does to the answer.
        certificate: how well the equilibria are certified.
    """

    system: System
    scenario: Scenario
    samples: int
    seed: int
    values: Mapping[str, FloatArray]
    tilt: FloatArray
    side: Side
    sentence: str
    chances: Chances
    failed: float
    profile: tuple[ProfileRow, ...]
    drivers: tuple[DriverRow, ...]
    bridge: tuple[BridgeRow, ...]
    balance: tuple[MeasureVerdict, ...]
    leverage: Leverage | None
    interplay: Interplay
    robustness: Robustness | None
    raters: Raters
    certificate: Certificate

    @property
    def assessment(self) -> Assessment:
        """What was assessed."""
        return self.system.assessment

    def record(self) -> dict[str, Any]:
        """What `tiltmeter assess --json` prints: JSON-ready, the same for the same input, seed and version."""
        return as_json(
            {
                "format": FORMAT,
                "tiltmeter": version("tiltmeter"),
                "assessment": self.assessment.record(),
                "graph": self.system.graph.version,
                "baseline": self.system.baseline.name if self.system.baseline else "no-ai",
                "samples": self.samples,
                "seed": self.seed,
                "side": self.side,
                "sentence": self.sentence,
                "chances": self.chances,
                "failed": self.failed,
                "profile": self.profile,
                "drivers": self.drivers,
                "bridge": self.bridge,
                "balance": self.balance,
                "leverage": self.leverage,
                "interplay": self.interplay,
                "robustness": self.robustness,
                "raters": self.raters,
                "certificate": self.certificate,
            }
        )


def assess(
    assessment: Assessment | str,
    *,
    settings: Mapping[str, str] | None = None,
    graph: Graph | str | int | None = None,
    baseline: Assessment | str | None = None,
    samples: int = 16384,
    seed: int = 0,
    deep: bool = True,
    progress: Progress | None = None,
) -> Assessed:
    """Answer whether an assessed system leans its domain to offense or to defense.

    Args:
        assessment: a loaded assessment, or the name or path of one.
        settings: dimensions to set, such as `{"regulatory-strength": "4"}`; one number is held there while the others
            respond.
        graph: how the elements push each other: a loaded graph, a version, or the path of a file.
        baseline: what the system is compared with: another assessment, or "no-ai", a world without it.
        samples: number of draws; powers of two cover the space best.
        seed: an integer from 0; the same seed gives the same result.
        deep: whether to rank the levers and to test the robustness as well.
        progress: called with the name of a stage, how much of it is done, and of how much.

    Raises:
        AssessmentError: for a mistake in a file or a setting, or a graph without exactly one fixed point.
    """
    tell = progress or silent
    system = system_of(assessment, settings=settings, graph=graph, baseline=baseline)
    scenario = scenario_of(system)
    tell("drawing", 0, 1)
    values = scenario.values(scenario.scores(samples, seed))
    tell("drawing", 1, 1)
    found_places = central_places(system)
    require_one(system.graph, found_places, system.assessment.rubric.names)
    tell("solving", 0, 1)
    data = solved(scenario, values, samples, search=True)
    cut = {one.id: np.asarray(0.0) for one in system.graph.influences}
    bare = solved(scenario, values | cut, samples)
    tell("solving", 1, 1)
    tell("ranking the levers", 0, 1)
    lever = leverage_of(system, samples, seed) if deep else None
    robust = robustness(system, lever, seed) if lever else None
    tell("ranking the levers", 1, 1)
    return _assessed(system, scenario, values, (samples, seed), (data, bare), found_places, (lever, robust))


def _assessed(
    system: System,
    scenario: Scenario,
    values: Mapping[str, FloatArray],
    drawn: tuple[int, int],
    data: tuple[Data, Data],
    found: Places,
    ranked: tuple[Leverage | None, Robustness | None],
) -> Assessed:
    """Everything put together; `drawn` are samples and seed, `data` that with the influences and without them."""
    samples, seed = drawn
    usable, weights = usable_draws(data[0]), weights_of(scenario)
    tilt = _tilt(data[0])
    overall, chosen, said = _answer(scenario, tilt, usable)
    return Assessed(
        system=system,
        scenario=scenario,
        samples=samples,
        seed=seed,
        values=values,
        tilt=tilt,
        side=chosen,
        sentence=said,
        chances=overall,
        failed=float(weights @ (~usable).mean(axis=1)),
        profile=profile_rows(scenario, system, values, samples),
        drivers=driver_rows(scenario, system, values, samples),
        bridge=bridge_rows(scenario, system, values, samples),
        balance=measure_verdicts(data[0], range(len(weights)), usable, weights, scenario.money),
        leverage=ranked[0],
        interplay=_interplay(scenario, tilt, _tilt(data[1]), found, system, values),
        robustness=ranked[1],
        raters=raters_of(system.assessment, scenario, tilt, ranked[0]),
        certificate=certificate(data[0]),
    )


def _tilt(data: Data) -> FloatArray:
    """The tilt of every reading at every draw; NaN where it is not usable."""
    success = data["attack_success"]
    return np.where(usable_draws(data), success[:, 1] - success[:, 0], np.nan)


def leverage(
    assessment: Assessment | str,
    *,
    settings: Mapping[str, str] | None = None,
    graph: Graph | str | int | None = None,
    baseline: Assessment | str | None = None,
    samples: int = 8192,
    seed: int = 0,
) -> Leverage:
    """Which ratings move the answer, by three rankings; see `assess` for the arguments."""
    return leverage_of(system_of(assessment, settings=settings, graph=graph, baseline=baseline), samples, seed)


def system_of(
    assessment: Assessment | str,
    *,
    settings: Mapping[str, str] | None = None,
    graph: Graph | str | int | None = None,
    baseline: Assessment | str | None = None,
) -> System:
    """The system that is asked about; see `assess` for the arguments."""
    loaded = load_assessment(assessment) if isinstance(assessment, str) else assessment
    held: tuple[str, ...] = ()
    if settings:
        loaded = loaded.with_settings(settings)
        certain = {name for name, _ in loaded.settings if loaded.distribution(name).members[0].certain}
        held = tuple(name for name in loaded.rubric.names if name in certain)
    chosen = graph if isinstance(graph, Graph) else load_graph() if graph is None else load_graph(graph)
    if isinstance(baseline, str):
        baseline = None if baseline == "no-ai" else load_assessment(baseline)
    return System(loaded, chosen, baseline, held)


def central_places(system: System) -> Places:
    """Where the graph settles at the middle of everything."""
    names = system.assessment.rubric.names
    rated = np.array([system.assessment.distribution(name).median() for name in names])[:, None] / 4
    return places(system.graph, rated[:, 0], system.rest(rated)[:, 0], clamped=system.clamped)


def solved(scenario: Scenario, values: Mapping[str, FloatArray], samples: int, search: bool = False) -> Data:
    """Measures, regrets and statuses before and after, each of shape (readings, 2, draws).

    Draws that leave the range of a parameter, or whose graph has not one fixed point, are failed.

    Args:
        scenario: whose contests.
        values: of its inputs, by id.
        samples: how many draws.
        search: whether to search for equilibria that no formula gives, which takes a thousand times as long for each;
            such draws are failed otherwise.
    """
    parts: list[dict[str, npt.NDArray[Any]]] = []
    for reading in scenario.readings:
        spread = {name: np.broadcast_to(value, (samples,)) for name, value in values.items()}
        rows = allowed(scenario, spread, reading.name)
        # Rows that are not allowed take the place of one that is, and are failed afterwards.
        index = np.where(rows, np.arange(samples), int(np.argmax(rows)))
        part = _measured(scenario, {name: value[index] for name, value in spread.items()}, reading.name, samples)
        left = np.flatnonzero(rows & (part["status"] == _FAILED).any(axis=0)) if search else np.zeros(0, int)
        if left.size:
            some = {name: value[left] for name, value in spread.items()}
            found = _measured(scenario, some, reading.name, left.size, search=True)
            for name, known in part.items():
                known[:, left] = found[name]
        part["status"] = np.where(rows, part["status"], _FAILED).astype(np.int8)
        parts.append(part)
    return {name: np.stack([part[name] for part in parts]) for name in parts[0]}


def _measured(
    scenario: Scenario, values: Mapping[str, FloatArray], reading: str, samples: int, search: bool = False
) -> Data:
    """As `solved`, of one reading, for draws that are all allowed."""
    variables = variables_of(evaluate(scenario, values, (reading,), search)[reading], samples)
    return {name: np.array(variables[name]) for name in (*(m.name for m in MEASURES), "regret", "status")}


def _answer(scenario: Scenario, tilt: FloatArray, usable: npt.NDArray[np.bool_]) -> tuple[Chances, Side, str]:
    weights = weights_of(scenario)
    overall = chances(tilt, weights)
    each = [chances(row[None], np.ones(1)) for row in tilt]
    chosen = side(overall, [(float(weight), one) for weight, one in zip(weights, each, strict=True)])
    told: list[tuple[str, float, Side]] = [
        (r.title, r.weight, side(one)) for r, one in zip(scenario.readings, each, strict=True)
    ]
    share = float(weights @ (~usable).mean(axis=1))
    return (
        overall,
        chosen,
        sentence(chosen, scenario.technology_short, overall, told, share, scenario.technology_plural),
    )


def _interplay(
    scenario: Scenario,
    tilt: FloatArray,
    rated: FloatArray,
    found: Places,
    system: System,
    values: Mapping[str, FloatArray],
) -> Interplay:
    weights = weights_of(scenario)
    # What was searched for with the influences was not without them.
    both = ~np.isnan(rated) & ~np.isnan(tilt)
    rated, tilt = (np.where(both, one, np.nan) for one in (rated, tilt))
    weight = np.broadcast_to(weights[:, None], tilt.shape)[both]
    turned = np.sign(rated[both]) != np.sign(tilt[both])
    bounds = [system.settled(scenario.of_system(one, values)).bound.max() for one in scenario.readings]
    return Interplay(
        _median(rated),
        _median(tilt),
        chances(rated, weights).offense,
        chances(tilt, weights).offense,
        float(weight @ turned / weight.sum()) if weight.size else 0.0,
        found.status,
        found.bound,
        float(max(bounds)),
    )


def _median(tilt: FloatArray) -> float:
    return float(np.nanmedian(tilt)) if np.isfinite(tilt).any() else float("nan")
