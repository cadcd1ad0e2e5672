"""`tiltmeter catalogue`: every application of the catalogue, answered side by side."""

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from tiltmeter.cli import _print
from tiltmeter.figures import _words as words
from tiltmeter.figures._colors import SIDE_COLORS

if TYPE_CHECKING:
    from tiltmeter.analysis import Entry

_HEAD = ("application", "guess", "verdict", "probability", "readings", "main driver")


def catalogue(names: Sequence[str], *, out: Path, samples: int, seed: int, as_json: bool) -> None:
    """Answer the scenarios of these names, or the whole catalogue; write the overview and print the table."""
    with _print.progress(quiet=as_json) as progress:
        progress("reading the scenarios", 0, 1)
        from tiltmeter import analysis, report, scenarios

        asked = [scenarios.load(name) for name in dict.fromkeys(names)] if names else scenarios.catalogue()
        report.check_target(out, report.CATALOGUE)
        progress("reading the scenarios", 1, 1)
        entries = analysis.catalogue(asked, samples, seed, progress)
        progress("writing the overview", 0, 1)
        command = shlex.join(["tiltmeter", "catalogue", *names, "--samples", str(samples), "--seed", str(seed)])
        page = report.write_catalogue(entries, scenarios.FIELDS, out, samples=samples, seed=seed, command=command)
        progress("writing the overview", 1, 1)
    if as_json:
        _print.as_json([analysis.as_json(entry) for entry in entries])
        return
    _print.lines([*_table(entries), "", *_reasons(entries), f"overview: {page}"])


def _table(entries: "Sequence[Entry]") -> list[Text | str]:
    lines = _print.aligned([_HEAD, *(_row(entry) for entry in entries)], right=frozenset({3}))
    rows = [Text(line) for line in lines[1:]]
    for row, entry in zip(rows, entries, strict=True):
        # The second of two words that may be the same is the verdict.
        at = row.plain.index(entry.verdict, row.plain.index(entry.guess or "none") + 1)
        row.stylize(SIDE_COLORS[entry.verdict], at, at + len(entry.verdict))
    return [Text(lines[0], style="bold"), *rows]


def _row(entry: "Entry") -> tuple[str, ...]:
    driver = entry.drivers[0] if entry.drivers else None
    return (
        entry.application,
        entry.guess or "none",
        entry.verdict,
        words.chance(entry.probability),
        "agree" if entry.readings_agree else "differ",
        f"{driver.input} {words.chance(driver.share)}" if driver else "–",
        "stale" if entry.stale else "",
    )


def _reasons(entries: "Sequence[Entry]") -> list[str]:
    """Why verdicts are not what was guessed."""
    differing = [entry for entry in entries if entry.guess and not entry.agrees]
    if not differing:
        return []
    rows = [("", entry.application, f"{entry.guess} → {entry.verdict}", entry.reason) for entry in differing]
    return ["not what was guessed:", *_print.aligned(rows), ""]
