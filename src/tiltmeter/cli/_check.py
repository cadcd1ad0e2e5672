"""`tiltmeter check`: whether a scenario is right, and what its numbers rest on."""

from collections.abc import Sequence

from tiltmeter import scenarios
from tiltmeter.cli import _print
from tiltmeter.cli._run import parse_settings
from tiltmeter.scenarios import Input, Scenario

# Enough draws to meet a value that leaves its range, and done at once.
_DRAWN = 256


def check(name: str, settings: Sequence[str], as_json: bool) -> None:
    """Print what a scenario holds; `ScenarioError` for the first thing that is wrong with it."""
    chosen = parse_settings(settings)
    loaded = scenarios.load(name)
    scenario = loaded.with_settings(chosen) if chosen else loaded
    _build_all(scenario)
    unsourced = [given.id for given in scenario.inputs if not given.evidence]
    if as_json:
        _print.as_json(
            {
                "name": scenario.name,
                "title": scenario.title,
                "question": scenario.question,
                "sha256": scenario.sha256,
                "readings": [
                    {"name": reading.name, "contest": reading.contest, "weight": reading.weight}
                    for reading in scenario.readings
                ],
                "inputs": [given.record() for given in scenario.inputs],
                "without_evidence": unsourced,
                "stale": [figure.id for figure in scenarios.stale(scenario)],
            }
        )
        return
    _print.lines([f"{name}: right", scenario.title, _print.paragraph(scenario.question), ""])
    _print.lines(_print.aligned([(r.name, r.contest, f"weight {r.weight:g}") for r in scenario.readings]))
    _print.lines(["", *_print.aligned([(given.id, given.text, _rests_on(given)) for given in scenario.inputs])])
    _print.lines(["", f"{len(scenario.inputs)} inputs, {len(unsourced)} of them without evidence"])
    _print.lines(f"stale: it leans on {figure.id}, which is {figure.status}" for figure in scenarios.stale(scenario))


def _build_all(scenario: Scenario) -> None:
    """Make every contest that a run would solve, before and after, on a few draws; out-of-range values show here."""
    values = scenario.values(scenario.scores(_DRAWN, 0))
    for reading in scenario.readings:
        scenario.technology(reading, values).apply(scenario.contest(reading, values))


def _rests_on(given: Input) -> str:
    """How well a number is founded, and on what."""
    return ": ".join(part for part in (given.provenance, ", ".join(given.evidence) or given.guess) if part)
