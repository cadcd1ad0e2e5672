"""Printing: JSON, and lines of text that are colored on a terminal and never wrapped in a pipe."""

import json
import math
import re
import sys
import textwrap
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from rich.cells import cell_len
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TaskProgressColumn, TextColumn
from rich.text import Text

# With less room than this, a cell is better read below its row, set in from the left.
_ROOM, _BELOW = 40, "    "


class Report(Protocol):
    """What long work calls to say how far it is."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Say that `done` of `total` steps of a stage are done."""
        ...


def as_json(value: Any) -> None:
    """Print one JSON document on stdout."""
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n")
    sys.stdout.flush()


def lines(texts: Iterable[Text | str]) -> None:
    """Print lines on stdout."""
    console = Console(highlight=False, markup=False, emoji=False)
    for text in texts:
        console.print(text, soft_wrap=True)


def aligned(rows: Sequence[Sequence[str]], right: frozenset[int] = frozenset(), gap: int = 2) -> list[str]:
    """Rows of cells as lines with the columns under each other.

    On a terminal that is too narrow the last cell of a row goes on below itself, or where little room is left for it
    below the row, with the cells before it that do not fit either; the lines of a row are in one string.

    Args:
        rows: cells; rows may have fewer cells than others.
        right: numbers of the columns that are flush right.
        gap: spaces between columns.
    """
    columns = range(max(map(len, rows), default=0))
    widths = [max(cell_len(row[column]) for row in rows if column < len(row)) for column in columns]

    def cell(column: int, text: str) -> str:
        pad = " " * (widths[column] - cell_len(text))
        return pad + text if column in right else text + pad

    def line(row: Sequence[str]) -> str:
        filled = max((place + 1 for place, text in enumerate(row) if text), default=0)
        cells = [cell(column, text) + " " * gap for column, text in enumerate(row[:filled])]
        whole = "".join(cells).rstrip()
        return whole if cell_len(whole) <= width else _folded(cells)

    width = _width()
    return [line(row) if row else "" for row in rows]


def paragraph(text: str, stderr: bool = False) -> str:
    """A text of some sentences, broken between words where a terminal would break them within."""
    width = _width(stderr)
    return text if width == math.inf else "\n".join(_wrapped(text, int(width)))


def folded(text: Text) -> Text:
    """A styled text, broken between words where a terminal would break it within."""
    width = _width()
    if width == math.inf or cell_len(text.plain) <= width:
        return text
    parts: list[Text] = []
    start = 0
    for line in _wrapped(text.plain, int(width)):
        start = text.plain.index(line, start)
        parts.append(text[start : start + len(line)])
        start += len(line)
    return Text("\n").join(parts)


def _folded(cells: Sequence[str]) -> str:
    """A row that is too long for its line, on several lines."""
    width, starts = int(_width()), ["".join(cells[:place]) for place in range(len(cells))]
    start = starts[-1]
    if width - cell_len(start) >= _ROOM:
        return start + f"\n{' ' * cell_len(start)}".join(_wrapped(cells[-1], width - cell_len(start)))
    kept = max(place for place, one in enumerate(starts) if cell_len(one.rstrip()) <= width)
    below = _wrapped("  ".join(one.strip() for one in cells[kept:] if one.strip()), width - len(_BELOW))
    return "\n".join(filter(None, (starts[kept].rstrip(), *(_BELOW + part for part in below))))


def _wrapped(text: str, width: int) -> list[str]:
    """Lines of at most so many characters, but for long words; a number stays with its unit."""
    kept = re.sub(" (?=[%×])", "\N{NO-BREAK SPACE}", text.strip())
    parts = textwrap.wrap(kept, max(width, _ROOM), break_long_words=False, break_on_hyphens=False)
    return [part.replace("\N{NO-BREAK SPACE}", " ") for part in parts]


def _width(stderr: bool = False) -> float:
    """How many characters fit on a line: those of the terminal, any number in a pipe."""
    console = Console(stderr=stderr)
    return console.width if console.is_terminal else math.inf


@contextmanager
def progress(quiet: bool) -> Generator[Report, None, None]:
    """A progress bar on stderr, where that is a terminal, one line per stage; it vanishes at the end."""
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal) as bar:
        tasks: dict[str, TaskID] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=total)
            bar.update(tasks[stage], completed=done, total=total)

        yield report
