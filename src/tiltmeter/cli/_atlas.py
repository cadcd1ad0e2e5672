"""`tiltmeter atlas`: a picture of every contest."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from tiltmeter.cli import _print


def atlas(names: Sequence[str], out: Path, as_json: bool) -> None:
    """Draw the contests of these names, or all, write the folder, and say what the pictures show."""
    with _print.progress(quiet=as_json) as progress:
        progress("reading the contests", 0, 1)
        from tiltmeter import figures, report

        chosen = figures.atlas.pictures(names)
        report.check_target(out, report.ATLAS)
        progress("reading the contests", 1, 1)
        drawn = report.write_atlas(chosen, out, progress)
    page = out / "index.html"
    if as_json:
        files = [{"svg": str(out / f"{one.name}.svg"), "png": str(out / f"{one.name}.png")} for one in drawn]
        pictures = [dataclasses.asdict(one) | paths for one, paths in zip(drawn, files, strict=True)]
        _print.as_json({"folder": str(out), "page": str(page), "pictures": pictures})
        return
    _print.lines(_print.aligned([(one.name, one.finding) for one in drawn]))
    _print.lines([f"atlas: {page}"])
