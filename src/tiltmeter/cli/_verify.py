"""`tiltmeter verify`: whether a result folder holds what was computed."""

import dataclasses
from pathlib import Path

from tiltmeter.cli import _print


def verify(folder: Path, as_json: bool) -> bool:
    """Print what was recomputed; whether all of it agrees with what is stored."""
    with _print.progress(quiet=as_json) as progress:
        progress("reading the folder", 0, 1)
        from tiltmeter import report

        found = report.verify(folder, progress)
    if as_json:
        _print.as_json({"ok": found.ok} | dataclasses.asdict(found))
        return found.ok
    rows = [(check.name, "ok" if check.ok else "WRONG", check.finding) for check in found.checks]
    _print.lines(_print.aligned(rows))
    _print.lines([f"{folder}: {'verified' if found.ok else 'NOT verified'}"])
    return found.ok
