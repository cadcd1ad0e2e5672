"""The pages on scenarios: what is written about each, and a table of all its numbers."""

import re

import tiltmeter as tm
from _pages.files import read
from _pages.markdown import cell
from tiltmeter.figures import _words as words
from tiltmeter.scenarios import Input, Scenario


def scenario_page(scenario: Scenario) -> str:
    """What is written about a scenario, and a table of all its numbers."""
    parts = [read(f"scenarios/{scenario.name}.md").rstrip(), "## Every number"]
    parts += [
        "From the scenario file. Intervals hold 90 percent of the probability; × multiplies. Each figure leads to its "
        "source, its check status and what it does not show."
    ]
    if tm.scenarios.stale(scenario):
        parts += ["**Stale:** a figure that this scenario leans on is doubtful or was withdrawn."]
    titles = {reading.name: reading.title for reading in scenario.readings}
    groups: dict[str, list[Input]] = {}
    for given in scenario.inputs:
        shared = len(given.readings) == len(titles)
        groups.setdefault(
            "In every reading" if shared else words.listed([titles[n] for n in given.readings]), []
        ).append(given)
    for title, inputs in groups.items():
        rows = [
            f"| {cell(one.label)} | {cell(_value(one))} | {_figures(one)} | {cell(_reasons(one))} |" for one in inputs
        ]
        parts.append(
            "\n".join([f"### {title}", "", "| number | value | figures | how it follows |", "|---|---|---|---|", *rows])
        )
    parts += ["## Notes", "\n".join(f"- {note}" for note in scenario.notes)]
    return "\n\n".join(parts) + "\n"


def _value(given: Input) -> str:
    unit = "" if given.unit in ("", "1") or given.role == "change" else f" {given.unit}"
    return re.sub(r"^x ", "× ", given.text) + unit


def _figures(given: Input) -> str:
    links = [f"[{id}](../reference/evidence.md#{id})" for id in given.evidence]
    return ", ".join(links) if links else "guess"


def _reasons(given: Input) -> str:
    return " ".join([given.why, f"*Guess:* {given.guess}" if given.guess else ""]).strip()
