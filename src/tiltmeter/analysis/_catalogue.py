"""Many scenarios answered side by side: whom each favors, how surely, and whether that is what had been guessed.

The same contests are solved and certified as in `run`, for the same draws; flips, reversals, total-order indices and
the artifact test are left to that.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import cast

import numpy as np
import numpy.typing as npt

from tiltmeter.analysis._evaluate import weights_of
from tiltmeter.analysis._findings import Side
from tiltmeter.analysis._influence import Influence, influences
from tiltmeter.analysis._pooled import States, solve_pooled
from tiltmeter.analysis._progress import Progress, silent
from tiltmeter.analysis._quantiles import intervals
from tiltmeter.analysis._side import HEARD, Chances, chances, side
from tiltmeter.analysis._verdict import Interval
from tiltmeter.analysis._words import percent, sentence_case
from tiltmeter.equilibrium import STATUSES
from tiltmeter.scenarios import Scenario, stale

FloatArray = npt.NDArray[np.float64]

# So many influences are kept.
_TOLD = 3


@dataclasses.dataclass(frozen=True)
class ReadingEntry:
    """The answer if one reading is right.

    Attributes:
        name: the reading's name in the scenario file.
        title: its name in prose.
        contest: the contest it takes the application to be.
        weight: how much it counts.
        verdict: the side it names, by the rule of the whole verdict.
        offense: probability, among usable draws, that the tilt leans to offense.
        defense: probability that it leans to defense.
        unchanged: probability that there is no tilt.
        before: median attack success without the technology.
        after: median attack success with it.
        failed: share of the draws without a usable equilibrium.
    """

    name: str
    title: str
    contest: str
    weight: float
    verdict: Side
    offense: float
    defense: float
    unchanged: float
    before: float
    after: float
    failed: float


@dataclasses.dataclass(frozen=True)
class Entry:
    """One application: its verdict, and what had been guessed.

    Attributes:
        application: the scenario's name.
        title: its title.
        short: its title in a few words.
        question: what it asks.
        domain: the field it belongs to.
        technology: short name of the technology.
        sha256: hash of the scenario's file.
        guess: what was guessed before anything was computed; null where nothing was.
        verdict: "offense", "defense", "unchanged", or "depends" where no side is favored surely enough.
        probability: of the verdict; where it depends, of the likeliest side.
        offense: probability, over usable draws and weighted readings, that the tilt leans to offense.
        defense: probability that it leans to defense.
        unchanged: probability that there is no tilt.
        agrees: whether verdict and guess are the same; null where there is no guess.
        readings_agree: whether all readings name the same side.
        change: the tilt over usable draws and weighted readings.
        readings: the answer under each reading.
        drivers: the inputs that explain most of the tilt, the largest share first.
        reason: in a sentence, why the verdict is what it is.
        certified: share of the equilibria that are certified, one of several included.
        failed: share of the draws that could not be solved, readings weighted.
        worst_regret: the largest regret of an equilibrium that counts.
        statuses: how many equilibria have each status.
        stale: ids of the doubtful or withdrawn figures that the scenario leans on; it is stale where there are any.
    """

    application: str
    title: str
    short: str
    question: str
    domain: str
    technology: str
    sha256: str
    guess: Side | None
    verdict: Side
    probability: float
    offense: float
    defense: float
    unchanged: float
    agrees: bool | None
    readings_agree: bool
    change: Interval
    readings: tuple[ReadingEntry, ...]
    drivers: tuple[Influence, ...]
    reason: str
    certified: float
    failed: float
    worst_regret: float
    statuses: dict[str, int]
    stale: tuple[str, ...]


def catalogue(
    scenarios: Sequence[Scenario], samples: int = 16384, seed: int = 0, progress: Progress | None = None
) -> tuple[Entry, ...]:
    """Answer scenarios side by side, in the order given.

    Args:
        scenarios: the questions.
        samples: draws of each; the same as in `run`.
        seed: of the draws.
        progress: called with a stage, how much of it is done, and of how much.

    Raises:
        ScenarioError: as `run`.
    """
    tell = progress or silent
    asked: list[tuple[Scenario, Mapping[str, FloatArray]]] = []
    for done, scenario in enumerate(scenarios):
        tell("drawing", done, len(scenarios))
        asked.append((scenario, scenario.values(scenario.scores(samples, seed))))
    tell("drawing", len(scenarios), len(scenarios))
    solved = solve_pooled(asked, samples, lambda done, total: tell("solving and certifying", done, total))
    entries: list[Entry] = []
    for (scenario, values), states in zip(asked, solved, strict=True):
        tell("reading the answers", len(entries), len(scenarios))
        entries.append(_entry(scenario, values, states))
    tell("reading the answers", len(scenarios), len(scenarios))
    return tuple(entries)


def _entry(scenario: Scenario, values: Mapping[str, FloatArray], states: Mapping[str, States]) -> Entry:
    weights = weights_of(scenario)
    tilt = np.stack([states[reading.name].tilt for reading in scenario.readings])
    readings = tuple(_reading(scenario, place, states) for place in range(len(weights)))
    overall = chances(tilt, weights)
    chosen = side(overall, [(one.weight, Chances(one.offense, one.defense, one.unchanged)) for one in readings])
    drivers = influences(scenario, values, tilt)[:_TOLD]
    status = np.stack([one.status for one in states.values()])
    regret = np.stack([one.regret for one in states.values()])
    known = regret[status != STATUSES.index("failed")]
    counts = {name: int(np.sum(status == code)) for code, name in enumerate(STATUSES)}
    usable = ~np.isnan(tilt)
    guess = cast(Side, scenario.guess) if scenario.guess else None
    return Entry(
        application=scenario.name,
        title=scenario.title,
        short=scenario.short,
        question=scenario.question,
        domain=scenario.domain,
        technology=scenario.technology_short,
        sha256=scenario.sha256,
        guess=guess,
        verdict=chosen,
        probability=overall.of(chosen),
        **dataclasses.asdict(overall),
        agrees=None if guess is None else guess == chosen,
        readings_agree=len({one.verdict for one in readings}) == 1,
        change=intervals(tilt[usable][None], np.broadcast_to(weights[:, None], tilt.shape)[usable])[0],
        readings=readings,
        drivers=drivers,
        reason=reason(chosen, overall, readings, drivers),
        certified=(counts["certified"] + counts["several"]) / status.size,
        failed=float(weights @ np.isnan(tilt).mean(axis=1)),
        worst_regret=float(known.max()) if known.size else float("nan"),
        statuses=counts,
        stale=tuple(figure.id for figure in stale(scenario)),
    )


def _reading(scenario: Scenario, place: int, states: Mapping[str, States]) -> ReadingEntry:
    reading = scenario.readings[place]
    found = states[reading.name]
    own = chances(found.tilt[None], np.ones(1))
    usable = ~np.isnan(found.tilt)
    before, after = intervals(found.success[:, usable], np.ones(int(usable.sum())))
    return ReadingEntry(
        name=reading.name,
        title=reading.title,
        contest=reading.contest,
        weight=reading.weight,
        verdict=side(own),
        **dataclasses.asdict(own),
        before=before.median,
        after=after.median,
        failed=float(1 - usable.mean()),
    )


def reason(chosen: Side, overall: Chances, readings: Sequence[ReadingEntry], drivers: Sequence[Influence]) -> str:
    """Why the verdict is what it is: what the readings say, and what the answer turns on.

    Args:
        chosen: the verdict.
        overall: its probabilities.
        readings: the answers under the readings.
        drivers: the inputs that explain most, the largest share first.
    """
    return " ".join(part for part in (_by_readings(chosen, overall, readings), _by_drivers(drivers)) if part)


def _by_readings(chosen: Side, overall: Chances, readings: Sequence[ReadingEntry]) -> str:
    if overall == Chances(0.0, 0.0, 0.0):
        return "No draw could be solved."
    named = {one.verdict for one in readings}
    if len(readings) == 1:
        return f"The only reading {_SAYS[readings[0].verdict]}."
    if named == {"depends"}:
        return "No reading is sure of a side."
    if len(named) == 1:
        return f"{'Both' if len(readings) == 2 else f'All {len(readings)}'} readings {_SAY[readings[0].verdict]}."
    said = ", ".join(f"{one.title} ({percent(one.weight)}) {_SAYS[one.verdict]}" for one in readings)
    opposed = {"offense", "defense"} <= {one.verdict for one in readings if one.weight >= HEARD}
    return f"The readings {'contradict each other' if opposed and chosen == 'depends' else 'differ'}: {said}."


def _by_drivers(drivers: Sequence[Influence]) -> str:
    if not drivers:
        return ""
    first = drivers[0]
    if first.input == "reading":
        return f"Which reading is right explains {100 * first.share:.0f} % of the spread."
    towards = {1: ", larger values leaning to offense", -1: ", larger values leaning to defense", 0: ""}[first.leans]
    return f"{sentence_case(first.label)} alone explains {100 * first.share:.0f} % of the spread{towards}."


_SAY: dict[Side, str] = {"offense": "lean to offense", "defense": "lean to defense", "unchanged": "see no change"}
_SAYS: dict[Side, str] = {
    "offense": "leans to offense",
    "defense": "leans to defense",
    "unchanged": "sees no change",
    "depends": "is open",
}
