"""From a scenario to its verdict: draw, solve before and after, and ask what the answer rests on."""

import dataclasses
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from types import SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt

from tiltmeter.analysis._artifact import artifacts
from tiltmeter.analysis._dataset import Variables, dataset, variables_of
from tiltmeter.analysis._equilibria import tilt_range
from tiltmeter.analysis._evaluate import Outcome, evaluate, mean_tilt, model_of, outcome_of, weights_of
from tiltmeter.analysis._failures import failures
from tiltmeter.analysis._progress import Progress, silent
from tiltmeter.analysis._recount import counted as count_draws
from tiltmeter.analysis._result import Counted, Result
from tiltmeter.analysis._reversal import reversal
from tiltmeter.analysis._sensitivity import drivers
from tiltmeter.analysis._side import chances, sentence
from tiltmeter.analysis._spread import spread
from tiltmeter.analysis._tipping import flips
from tiltmeter.analysis._verdict import Verdict
from tiltmeter.scenarios import Scenario
from tiltmeter.tilt import Tilt

FloatArray = npt.NDArray[np.float64]

# Draws that are solved at once, so that memory stays flat.
CHUNK = 65536
# Shares of the draws that formulas may miss: for further points like the draws to be solved without a search, and for
# points far away from them.
NEGLIGIBLE, MISSED = 0.002, 0.05


def run(
    scenario: Scenario,
    samples: int = 16384,
    seed: int = 0,
    progress: Progress | None = None,
    counted: Callable[[Counted], None] | None = None,
) -> Result:
    """Answer a scenario.

    Args:
        scenario: the question.
        samples: number of draws; powers of two cover the space best.
        seed: an integer from 0; the same seed gives the same result.
        progress: called with the name of a stage, how much of it is done, and of how much.
        counted: called with what is known once the draws are counted.

    Raises:
        ScenarioError: for a number of samples or a seed that is not allowed, or when a change carries a parameter out
            of its range in some draw.
    """
    tell = progress or silent
    tell("drawing", 0, 1)
    scores = scenario.scores(samples, seed)
    values = scenario.values(scores)
    tell("drawing", 1, 1)
    solved = _solved(scenario, values, samples, tell)
    data = dataset(
        scenario, values, solved.chunks, {"scenario": scenario.name, "seed": seed, "tiltmeter": version("tiltmeter")}
    )

    def know(**found: Any) -> None:
        if counted:
            counted(Counted(scenario, samples, data, SimpleNamespace(**found)))

    verdict = _verdict(scenario, scores, values, solved, count_draws(scenario, data), seed, tell, know)
    return Result(scenario, samples, seed, data, verdict)


@dataclasses.dataclass(frozen=True)
class _Solved:
    """The main evaluation.

    Attributes:
        chunks: the dataset's variables by reading, for consecutive blocks of draws.
        outcomes: attack success at all draws, by reading.
        low: the least tilt over all equilibria, shape (readings, draws).
        high: the greatest.
        missed: share of the draws that formulas alone do not give, by reading.
    """

    chunks: list[dict[str, Variables]]
    outcomes: dict[str, Outcome]
    low: FloatArray
    high: FloatArray
    missed: dict[str, float]


def _solved(scenario: Scenario, values: Mapping[str, FloatArray], samples: int, tell: Progress) -> _Solved:
    names = [reading.name for reading in scenario.readings]
    starts = range(0, samples, CHUNK)
    chunks: list[dict[str, Variables]] = []
    parts: dict[str, list[FloatArray]] = {name: [] for name in names}
    tell("solving", 0, len(starts) * len(names))
    for start in starts:
        rows = slice(start, min(start + CHUNK, samples))
        count = rows.stop - rows.start
        drawn = {name: value[rows] if np.ndim(value) else value for name, value in values.items()}
        chunk: dict[str, Variables] = {}
        # Readings side by side: what one has compiled, another need not wait for.
        with ThreadPoolExecutor(len(names)) as pool:
            solving = {name: pool.submit(evaluate, scenario, drawn, (name,)) for name in names}
        for name, solved in solving.items():
            found = solved.result()[name]
            chunk[name] = variables_of(found, count)
            contest = scenario.contest(name, drawn)
            changed = scenario.technology(name, drawn).apply(contest)
            outcome = outcome_of(found, count)
            ends = tilt_range(found, contest, changed, count)
            parts[name].append(np.stack([outcome.before, outcome.after, *ends, _beyond(found, count)]))
            tell("solving", len(chunks) * len(names) + len(chunk), len(starts) * len(names))
        chunks.append(chunk)
    joined = {name: np.concatenate(arrays, axis=1) for name, arrays in parts.items()}
    return _Solved(
        chunks,
        {name: Outcome(rows[0], rows[1]) for name, rows in joined.items()},
        np.stack([rows[2] for rows in joined.values()]),
        np.stack([rows[3] for rows in joined.values()]),
        {name: float(np.mean(rows[4])) for name, rows in joined.items()},
    )


def _beyond(found: Tilt, draws: int) -> FloatArray:
    """1 where a tilt is known, and not by formulas alone."""
    beyond = found.equilibrium_before.beyond_formula | found.equilibrium_after.beyond_formula
    return np.broadcast_to(np.asarray(beyond & found.certified, dtype=float), (draws,))


def _verdict(
    scenario: Scenario,
    scores: FloatArray,
    values: Mapping[str, FloatArray],
    solved: _Solved,
    found: dict[str, Any],
    seed: int,
    tell: Progress,
    know: Callable[..., None],
) -> Verdict:
    weights = weights_of(scenario)
    # Far away from the draws formulas miss more, and what is asked there bears it.
    near = frozenset(name for name, share in solved.missed.items() if share > NEGLIGIBLE)
    far = frozenset(name for name, share in solved.missed.items() if share > MISSED)
    model, far_model = model_of(scenario, near), model_of(scenario, far)
    tilt = np.stack([outcome.tilt for outcome in solved.outcomes.values()])
    failed = {name: np.isnan(outcome.tilt) for name, outcome in solved.outcomes.items()}
    stages: dict[str, Callable[[], Any]] = {
        "failures": lambda: failures(scenario, values, failed, seed),
        "drivers": lambda: drivers(scenario, model, len(scores), seed),
        "flips": lambda: flips(scenario, far_model),
        "reversal": lambda: reversal(scenario, far_model, found["side"], scores, mean_tilt(tilt, weights), seed),
        "artifacts": lambda: artifacts(scenario, far_model, solved.outcomes, far, seed),
    }
    parts: dict[str, Any] = {}
    # Two at a time: while one solves, the other thinks.
    with ThreadPoolExecutor(2) as pool:
        working = {stage: pool.submit(work) for stage, work in stages.items()}
        for stage, work in working.items():
            tell(stage, 0, 1)
            parts[stage] = work.result()
            if stage == "failures":
                know(**found, **parts)
            tell(stage, 1, 1)
    return Verdict(
        sentence=sentence(
            found["side"],
            scenario.technology_short,
            chances(tilt, weights),
            [(reading.title, reading.weight, reading.side) for reading in found["readings"]],
            parts["failures"].share,
            scenario.technology_plural,
        ),
        spread=spread(tilt, solved.low, solved.high, weights),
        **found,
        **parts,
    )
