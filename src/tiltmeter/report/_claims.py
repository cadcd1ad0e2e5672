"""Findings about claims as a folder: every finding in one file, and every figure as SVG and PNG."""

import json
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from tiltmeter.analysis._json import as_json
from tiltmeter.analysis._progress import Progress
from tiltmeter.claims import Finding
from tiltmeter.report._folder import CLAIMS, FORMAT, MANIFEST, hashes, staging, write_picture

FINDINGS = "findings.json"


def write_claims(findings: Sequence[Finding], out: Path, progress: Progress | None = None) -> None:
    """Write findings and their figures into a folder, with findings.json and manifest.json.

    Args:
        findings: what was found.
        out: the folder. One that this function wrote is replaced; anything else that is there is left alone.
        progress: called with a stage, and the figures done and in all.

    Raises:
        OutputError: when it cannot be written; then nothing has been.
    """
    from tiltmeter import figures

    with staging(out, CLAIMS) as folder:
        for done, found in enumerate(findings):
            if progress:
                progress("drawing the figures", done, len(findings))
            svg, png = figures.render(figures.claim(found))
            write_picture(folder, found.claim.id, svg, png)
        if progress:
            progress("drawing the figures", len(findings), len(findings))
        lines = ",\n".join(_line(found) for found in findings)
        (folder / FINDINGS).write_text(f"[\n{lines}\n]\n", encoding="utf-8")
        manifest = {"kind": CLAIMS, "format": FORMAT, "version": version("tiltmeter"), "files": hashes(folder)}
        (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def _line(found: Finding) -> str:
    """One finding with its figure's draws; a line each, so that changes can be read."""
    return json.dumps(as_json(found.record() | {"drawn": found.drawn}), ensure_ascii=False, allow_nan=False)
