"""`tiltmeter list`: what can be run, and what it can be made of."""

import inspect

from tiltmeter import evidence, framework, scenarios
from tiltmeter.cli import _print
from tiltmeter.contests import CONTESTS


def list_all(as_json: bool) -> None:
    """Print the bundled scenarios and assessments, and the contests."""
    loaded = [scenarios.load(name) for name in scenarios.bundled()]
    systems = {name: framework.load(name) for name in framework.bundled()}
    meanings = {contest: (inspect.getdoc(contest) or "").partition("\n")[0] for contest in CONTESTS}
    if as_json:
        _print.as_json(
            {
                "scenarios": [
                    {
                        "name": scenario.name,
                        "title": scenario.title,
                        "question": scenario.question,
                        "domain": scenario.domain,
                        "stale": [figure.id for figure in scenarios.stale(scenario)],
                        "readings": {reading.name: reading.contest for reading in scenario.readings},
                    }
                    for scenario in loaded
                ],
                "assessments": [
                    {
                        "name": one.name,
                        "title": one.title,
                        "system": one.system,
                        "domain": one.domain,
                        "stale": _stale(one.name),
                    }
                    for one in systems.values()
                ],
                "contests": [
                    {"name": contest.__name__, "title": contest.card.title, "meaning": meaning}
                    for contest, meaning in meanings.items()
                ],
            }
        )
        return
    readings = [", ".join(reading.contest for reading in scenario.readings) for scenario in loaded]
    marks = ["stale" if scenarios.stale(scenario) else "" for scenario in loaded]
    rows = [("", one.name, one.short, *more) for one, *more in zip(loaded, readings, marks, strict=True)]
    _print.lines(["scenarios, for `tiltmeter run NAME`:", *_print.aligned(rows)])
    rows = [("", one.name, one.title, "stale" if _stale(one.name) else "") for one in systems.values()]
    _print.lines(["", "assessments, for `tiltmeter assess NAME`:", *_print.aligned(rows)])
    rows = [("", contest.__name__, meaning) for contest, meaning in meanings.items()]
    _print.lines(["", "contests, for the readings of a scenario:", *_print.aligned(rows)])


def _stale(assessment: str) -> list[str]:
    """Ids of the doubtful and withdrawn figures that an assessment leans on."""
    uses = scenarios.uses_of_assessment(assessment)
    return [figure.id for figure in evidence.stale_among(id for use in uses for id in use.figures)]
