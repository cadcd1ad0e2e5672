"""The catalogue as a folder: one page that shows all applications, its picture, and the answers as JSON."""

import json
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from tiltmeter import evidence
from tiltmeter.figures import _words as words
from tiltmeter.report._folder import CATALOGUE, FORMAT, MANIFEST, hashes, staging, write_picture
from tiltmeter.report._html import asset, template
from tiltmeter.report._svg import embedded
from tiltmeter.report._write import as_text

if TYPE_CHECKING:
    from tiltmeter.analysis import Entry, Influence, ReadingEntry

_TEMPLATE = "catalogue.html.j2"
_PICTURE = "catalogue"


def write_catalogue(
    entries: "Sequence[Entry]", fields: Mapping[str, Sequence[str]], out: Path, *, samples: int, seed: int, command: str
) -> Path:
    """Write index.html, catalogue.json, the picture as SVG and PNG, and manifest.json.

    Args:
        entries: the answers.
        fields: names of applications by field, in the order of the page; those in none come last.
        out: the folder. One that this function wrote is replaced; anything else that is there is left alone.
        samples: draws of each application.
        seed: of the draws.
        command: the command line that gives the same again.

    Returns:
        The page.

    Raises:
        OutputError: when it cannot be written; then nothing has been.
    """
    from tiltmeter import figures
    from tiltmeter.analysis import as_json

    chart = figures.catalogue(entries)
    finding = str(chart.to_dict(validate=False)["description"])
    svg, png = figures.render(chart)
    with staging(out, CATALOGUE) as folder:
        write_picture(folder, _PICTURE, svg, png)
        (folder / "catalogue.json").write_text(as_text([as_json(entry) for entry in entries]), encoding="utf-8")
        page = template(_TEMPLATE).render(
            _context(entries, fields),
            finding=finding,
            picture=Markup(embedded(svg, _PICTURE)),
            style=Markup(asset("report.css")),
            samples=words.count(samples),
            seed=seed,
            command=command,
            version=version("tiltmeter"),
        )
        (folder / "index.html").write_text(page, encoding="utf-8")
        manifest = {
            "kind": CATALOGUE,
            "format": FORMAT,
            "version": version("tiltmeter"),
            "samples": samples,
            "seed": seed,
            "command": command,
            "files": hashes(folder),
        }
        (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    return out / "index.html"


def _context(entries: "Sequence[Entry]", fields: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    rows = {entry.application: _row(entry) for entry in entries}
    groups = {title: [rows[name] for name in names if name in rows] for title, names in fields.items()}
    placed = {name for names in fields.values() for name in names}
    groups["Others"] = [row for name, row in rows.items() if name not in placed]
    guessed = [entry for entry in entries if entry.guess]
    return {
        "groups": {title: found for title, found in groups.items() if found},
        "differing": [rows[entry.application] for entry in guessed if not entry.agrees],
        "agreeing": [entry.short for entry in guessed if entry.agrees],
        "guesses": len(guessed),
        "certificate": _certificate(entries),
        "warnings": [
            f"{entry.short} leans on a figure that is marked {figure.status}: {figure.quantity} ({figure.id})."
            for entry in entries
            for figure in evidence.stale_among(entry.stale)
        ],
    }


def _row(entry: "Entry") -> dict[str, Any]:
    return {
        "name": entry.application,
        "title": entry.title,
        "short": entry.short,
        "question": entry.question,
        "guess": entry.guess or "",
        "verdict": entry.verdict,
        "probability": words.chance(entry.probability),
        "agrees": entry.agrees,
        "readings": [_reading(reading) for reading in entry.readings],
        "readings_agree": entry.readings_agree,
        "drivers": [_driver(driver) for driver in entry.drivers],
        "reason": entry.reason,
        "change": words.typeset(words.points(entry.change.median)),
        "stale": bool(entry.stale),
    }


def _reading(reading: "ReadingEntry") -> dict[str, str]:
    return {
        "title": reading.title,
        "contest": reading.contest,
        "weight": words.weight(reading.weight),
        "verdict": reading.verdict,
        "offense": words.chance(reading.offense),
        "defense": words.chance(reading.defense),
        "before": words.percent(reading.before),
        "after": words.percent(reading.after),
    }


def _driver(driver: "Influence") -> str:
    return f"{driver.label} {words.chance(driver.share)}"


def _certificate(entries: "Sequence[Entry]") -> str:
    counts: dict[str, int] = {}
    for entry in entries:
        for status, count in entry.statuses.items():
            counts[status] = counts.get(status, 0) + count
    told = words.listed([f"{words.count(count)} {status}" for status, count in counts.items() if count])
    worst = words.number(max(entry.worst_regret for entry in entries), 2)
    return words.typeset(
        f"{words.count(sum(counts.values()))} contests were solved, without and with the technology, and checked by a"
        f" search for the best deviation that shares no code with the solver: {told}. The most that anyone could still"
        f" gain is {worst} of the stake."
    )
