"""`tiltmeter catalogue`: every application of the catalogue, answered side by side."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from tiltmeter.cli import _print
from tiltmeter.figures import _words as words
from tiltmeter.figures._colors import SIDE_COLORS

if TYPE_CHECKING:
    from tiltmeter.analysis import Entry

_HEAD = ("application", "guess", "verdict", "probability", "readings", "main driver")


def catalogue(names: Sequence[str], *, samples: int, seed: int, as_json: bool) -> None:
    """Answer the scenarios of these names, or the whole catalogue, and print the table."""
    with _print.progress(quiet=as_json) as progress:
        progress("reading the scenarios", 0, 1)
        from tiltmeter import analysis, scenarios

        asked = [scenarios.load(name) for name in names] if names else scenarios.catalogue()
        progress("reading the scenarios", 1, 1)
        entries = analysis.catalogue(asked, samples, seed, progress)
    if as_json:
        _print.as_json([analysis.as_json(entry) for entry in entries])
        return
    _print.lines(_table(entries))


def _table(entries: "Sequence[Entry]") -> list[Text | str]:
    rows = [_HEAD, *(_row(entry) for entry in entries)]
    lines = _print.aligned(rows, right=frozenset({3}))
    colored = [Text(line) for line in lines[1:]]
    for text, entry in zip(colored, entries, strict=True):
        text.highlight_words([entry.verdict], SIDE_COLORS[entry.verdict])
    return [Text(lines[0], style="bold"), *colored]


def _row(entry: "Entry") -> tuple[str, ...]:
    driver = entry.drivers[0] if entry.drivers else None
    return (
        entry.application,
        entry.guess or "none",
        entry.verdict,
        words.chance(entry.probability),
        "agree" if entry.readings_agree else "differ",
        f"{driver.input} {words.chance(driver.share)}" if driver else "–",
    )
