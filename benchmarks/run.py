"""`make bench`: how long the main job takes, and how the solvers compare with what one would use instead.

Every row is measured in this run, on this machine; ratios compare rows of one run. Nothing here is a test. Sections
that are named as arguments are run alone.
"""

import os
import platform
import sys

from rich.console import Console
from rich.table import Table

import tiltmeter as tm
from _derivatives import derivatives
from _graphs import graphs
from _mixed import mixed
from _program import first_calls, program
from _tullock import tullock

SECTIONS = {
    "program": program,
    "first-calls": first_calls,
    "tullock": tullock,
    "mixed": mixed,
    "derivatives": derivatives,
    "graphs": graphs,
}


def main() -> None:
    """Measure everything and print one table."""
    wanted = sys.argv[1:] or list(SECTIONS)
    for name in wanted:
        if name not in SECTIONS:
            raise SystemExit(f"{name!r} is no section; there are {', '.join(SECTIONS)}.")
    console = Console(width=None if sys.stdout.isatty() else 170)
    console.print(f"tiltmeter {tm.__version__}, {os.cpu_count()} cores, Python {platform.python_version()}")
    for name in wanted:
        table = Table("what", "measured", "against", "note", title=name)
        for row in SECTIONS[name]():
            table.add_row(*row)
        console.print(table)


if __name__ == "__main__":
    main()
