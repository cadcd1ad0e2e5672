"""Printing: JSON, and lines of text that are colored on a terminal and never wrapped in a pipe."""

import json
import sys
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from rich.cells import cell_len
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TaskProgressColumn, TextColumn
from rich.text import Text


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

    return [(" " * gap).join(cell(column, text) for column, text in enumerate(row)).rstrip() for row in rows]


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
