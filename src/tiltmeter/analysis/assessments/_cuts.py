"""Which connections could be cut without changing the verdict: true leverage points against spurious ones."""

import dataclasses
from typing import Any

import numpy as np
import numpy.typing as npt

from tiltmeter.analysis._json import as_json
from tiltmeter.analysis._measures import usable_draws
from tiltmeter.analysis._side import Chances, chances, side
from tiltmeter.analysis.assessments._assess import solved, system_of
from tiltmeter.framework import Assessment, Graph
from tiltmeter.scenarios import Scenario
from tiltmeter.scenarios._assessed import scenario_of

FloatArray = npt.NDArray[np.float64]

TOLERATED = 0.02
"""A verdict is unchanged when its side stays and the probability of offense moves by no more than this."""


@dataclasses.dataclass(frozen=True)
class Cut:
    """One edge or gate, and what happens without it.

    Attributes:
        id: `from -> to`, or the name of the gate.
        weight: its central weight.
        shift: change of the mean tilt when it is cut.
        turned: share of the draws in which the side changes.
        offense: probability of offense without it.
        side: who gains without it.
        spurious: whether the verdict stays without it.
    """

    id: str
    weight: float
    shift: float
    turned: float
    offense: float
    side: str
    spurious: bool


@dataclasses.dataclass(frozen=True)
class Cuts:
    """What the connections do to a verdict.

    Attributes:
        side: who gains with all of them.
        offense: the probability of offense with all of them.
        each: every edge and gate, the one with the largest shift first.
        together: those that can be cut all at once without changing the verdict, found by cutting those with the
            smallest shift first; a larger set may exist.
        needed: the others.
        without_any: the verdict without any connection.
    """

    side: str
    offense: float
    each: tuple[Cut, ...]
    together: tuple[str, ...]
    needed: tuple[str, ...]
    without_any: Cut

    def record(self) -> dict[str, Any]:
        """Ready for JSON."""
        return as_json(self)


def spurious(
    assessment: Assessment | str,
    *,
    graph: Graph | str | int | None = None,
    baseline: Assessment | str | None = None,
    samples: int = 1024,
    seed: int = 0,
) -> Cuts:
    """Cut every connection by itself, then as many as possible together.

    Args:
        assessment: a loaded assessment, or the name or path of one.
        graph: as for `assess`.
        baseline: as for `assess`.
        samples: number of draws; the same are used for every cut.
        seed: of the draws.
    """
    system = system_of(assessment, graph=graph, baseline=baseline)
    scenario = scenario_of(system, apart=False)
    values = scenario.values(scenario.scores(samples, seed))
    whole = _tilt(scenario, values, samples)
    known = chances(whole[None], np.ones(1))
    influences = system.graph.influences

    def cut(ids: tuple[str, ...], name: str, weight: float) -> Cut:
        # A weight of zero in every draw is a cut, and needs no other program to be compiled.
        tilt = _tilt(scenario, values | {id: np.asarray(0.0) for id in ids}, samples)
        return _compared(name, weight, whole, tilt, known)

    each = sorted((cut((one.id,), one.id, one.weight) for one in influences), key=lambda one: -abs(one.shift))
    together, needed = _most(each, lambda ids: cut(ids, "", 0.0).spurious)
    everything = cut(tuple(one.id for one in influences), "all of them", 0.0)
    return Cuts(str(side(known)), known.offense, tuple(each), together, needed, everything)


def _most(each: list[Cut], stays: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """As many as can go together: the weakest first, by halves while that holds."""
    order = [one.id for one in reversed(each)]
    low, high = 0, len(order)
    while low < high:
        middle = (low + high + 1) // 2
        if stays(tuple(order[:middle])):
            low = middle
        else:
            high = middle - 1
    return tuple(order[:low]), tuple(reversed(order[low:]))


def _tilt(scenario: Scenario, values: dict[str, FloatArray], samples: int) -> FloatArray:
    data = solved(scenario, values, samples)
    change = data["attack_success"][:, 1] - data["attack_success"][:, 0]
    return np.where(usable_draws(data), change, np.nan)[0]


def _compared(name: str, weight: float, whole: FloatArray, tilt: FloatArray, known: Chances) -> Cut:
    now = chances(tilt[None], np.ones(1))
    both = ~np.isnan(whole) & ~np.isnan(tilt)
    turned = float(np.mean(np.sign(whole[both]) != np.sign(tilt[both]))) if both.any() else 0.0
    shift = float(np.mean(tilt[both] - whole[both])) if both.any() else 0.0
    stays = side(now) == side(known) and abs(now.offense - known.offense) <= TOLERATED
    return Cut(name, weight, shift, turned, now.offense, str(side(now)), stays)
