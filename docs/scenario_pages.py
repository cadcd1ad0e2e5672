"""What mkdocs adds to the pages on scenarios: their numbers, the catalogue's table, and the evidence behind both.

The verdicts are those of `docs/catalogue/catalogue.json`, which `make catalogue` writes; everything else comes from the
scenario files and the evidence store when the site is built.
"""

import json
import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

import tiltmeter as tm
from tiltmeter.evidence import STATUSES, Figure
from tiltmeter.figures import _words as words
from tiltmeter.scenarios import Input, Scenario

DOCS = Path(__file__).parent
ANSWERS = DOCS / "catalogue" / "catalogue.json"


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Replace the pages by what they become with their tables."""
    scenarios = {name: tm.load(name) for name in tm.scenarios.bundled()}
    made = {f"scenarios/{name}.md": scenario_page(scenario) for name, scenario in scenarios.items()}
    made["catalogue/index.md"] = catalogue_page(json.loads(ANSWERS.read_text(encoding="utf-8")))
    made["reference/evidence.md"] = evidence_page(scenarios)
    for path, text in made.items():
        old = files.get_file_from_path(path)
        if old:
            files.remove(old)
        files.append(File.generated(config, path, content=text))
    return files


def scenario_page(scenario: Scenario) -> str:
    """What is written about a scenario, and a table of all its numbers."""
    parts = [(DOCS / "scenarios" / f"{scenario.name}.md").read_text(encoding="utf-8").rstrip(), "## Every number"]
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
            f"| {_cell(one.label)} | {_cell(_value(one))} | {_figures(one)} | {_cell(_reasons(one))} |"
            for one in inputs
        ]
        parts.append(
            "\n".join([f"### {title}", "", "| number | value | figures | how it follows |", "|---|---|---|---|", *rows])
        )
    parts += ["## Notes", "\n".join(f"- {note}" for note in scenario.notes)]
    return "\n\n".join(parts) + "\n"


def catalogue_page(answers: list[dict[str, Any]]) -> str:
    """The table of all applications, by field."""
    by_name = {answer["application"]: answer for answer in answers}
    parts = [(DOCS / "catalogue" / "index.md").read_text(encoding="utf-8").rstrip()]
    for field, names in tm.scenarios.FIELDS.items():
        rows = [_answer(by_name[name]) for name in names]
        head = ["| application | guess | verdict | probability | readings | main driver |", "|---|---|---|---|---|---|"]
        parts.append("\n".join([f"## {field}", "", *head, *rows]))
    differing = [answer for answer in answers if answer["agrees"] is False]
    reasons = [f"- [{one['application']}](../scenarios/{one['application']}.md): {one['reason']}" for one in differing]
    parts += ["## Where the verdict is not what had been guessed", "\n".join(reasons)]
    return "\n\n".join(parts) + "\n"


def evidence_page(scenarios: dict[str, Scenario]) -> str:
    """Every figure with its source, and what leans on it."""
    leaning: dict[str, dict[str, None]] = {}
    for scenario in scenarios.values():
        for use in tm.scenarios.uses(scenario):
            for id in use.figures:
                leaning.setdefault(id, {})[use.name] = None
    parts = [(DOCS / "reference" / "evidence.md").read_text(encoding="utf-8").rstrip()]
    parts += ["\n".join(f"- **{status}**: {meaning}" for status, meaning in STATUSES.items())]
    for id, figure in sorted(tm.evidence.load().items()):
        parts.append(_figure(figure, list(leaning.get(id, ()))))
    return "\n\n".join(parts) + "\n"


def _figure(figure: Figure, leaning: list[str]) -> str:
    source = f"[{figure.source}]({figure.source.url})" if figure.source.url else str(figure.source)
    used = ", ".join(f"[{name}](../scenarios/{name}.md)" for name in leaning) or "nothing that is bundled"
    return (
        f"### {figure.id} {{ #{figure.id} }}\n\n{figure.quantity}: {figure.text}. "
        f"{_escaped(figure.caveat)} {source}. **{figure.status}**. Leaning on it: {used}."
    )


def _answer(answer: dict[str, Any]) -> str:
    name = answer["application"]
    driver = answer["drivers"][0] if answer["drivers"] else None
    mark = " (stale)" if answer["stale"] else ""
    cells = [
        f"[{answer['title']}](../scenarios/{name}.md){mark}",
        answer["guess"] or "none",
        f"**{answer['verdict']}**",
        words.chance(answer["probability"]),
        "agree" if answer["readings_agree"] else "differ",
        f"{driver['label']} {words.chance(driver['share'])}" if driver else "–",
    ]
    return f"| {' | '.join(cells)} |"


def _value(given: Input) -> str:
    unit = "" if given.unit in ("", "1") or given.role == "change" else f" {given.unit}"
    return re.sub(r"^x ", "× ", given.text) + unit


def _figures(given: Input) -> str:
    links = [f"[{id}](../reference/evidence.md#{id})" for id in given.evidence]
    return ", ".join(links) if links else "guess"


def _reasons(given: Input) -> str:
    return " ".join([given.why, f"*Guess:* {given.guess}" if given.guess else ""]).strip()


def _cell(text: str) -> str:
    return _escaped(text).replace("|", "\\|").replace("\n", " ")


def _escaped(text: str) -> str:
    """The text with what Markdown would take for a tag or formula made plain."""
    return text.replace("<", "&lt;").replace("$", "&#36;")
