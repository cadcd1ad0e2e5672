"""Two assessments side by side, as a folder: one page, the figure, and the comparison as data."""

from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from tiltmeter.figures import _words as words
from tiltmeter.report._folder import COMPARISON, FORMAT, MANIFEST, hashes, staging, write_picture
from tiltmeter.report._html import asset, template
from tiltmeter.report._inputs import input_files, stated
from tiltmeter.report._svg import embedded
from tiltmeter.report._write import as_text, made_with

if TYPE_CHECKING:
    from tiltmeter.analysis._verdict import Interval
    from tiltmeter.analysis.assessments import Assessed, Comparison, Pair

_TEMPLATE = "comparison.html.j2"


def write_comparison(found: "Comparison", out: Path, command: str = "") -> Path:
    """Write the folder of a comparison: report.html, comparison.json, figures/, manifest.json, and what was compared:
    first.yaml, second.yaml, graph.yaml, baseline.yaml where there is one, and files that these are based on.

    Args:
        found: what to report.
        out: the folder. One that this function wrote is replaced; anything else that is there is left alone.
        command: the command line that gives this comparison.

    Raises:
        OutputError: when it cannot be written; then nothing has been.
    """
    from tiltmeter.figures import assessments, render

    svg, png = render(assessments.comparison(found))
    with staging(out, COMPARISON) as folder:
        (folder / "figures").mkdir()
        write_picture(folder / "figures", "comparison", svg, png)
        page = template(_TEMPLATE).render(
            found=found,
            sections=[(title, [_row(pair) for pair in pairs]) for title, pairs in _sections(found)],
            figure=Markup(embedded(svg, "comparison")),
            command=command,
            style=Markup(asset("report.css")),
            version=version("tiltmeter"),
        )
        (folder / "report.html").write_text(page, encoding="utf-8")
        (folder / "comparison.json").write_text(as_text(found.record()), encoding="utf-8")
        both = {"first": found.first.assessment, "second": found.second.assessment}
        system = found.first.system
        for name, text in input_files(system.graph, both | {"baseline": system.baseline}).items():
            (folder / name).write_text(text, encoding="utf-8")
        manifest = _manifest(found, command) | {"files": hashes(folder)}
        (folder / MANIFEST).write_text(as_text(manifest), encoding="utf-8")
    return out


def _manifest(found: "Comparison", command: str) -> dict[str, Any]:
    def about(one: "Assessed") -> dict[str, Any]:
        given = one.assessment
        return {"name": given.name, "sha256": given.sha256, "settings": dict(given.settings)}

    return {
        "kind": COMPARISON,
        "format": FORMAT,
        "first": about(found.first),
        "second": about(found.second),
        **stated(found.first.system.graph, found.first.system.baseline),
        "samples": found.first.samples,
        "seed": found.first.seed,
        "command": command,
    } | made_with()


def _sections(found: "Comparison") -> tuple[tuple[str, "tuple[Pair, ...]"], ...]:
    return (
        ("Profile, settled", found.profile),
        ("What it does to the contest", found.bridge),
        ("Change of the balance", found.balance),
        ("Share of the spread", found.leverage),
    )


def _row(pair: "Pair") -> tuple[str, bool, str, str, str]:
    """Title, whether it heads others, both values with 90 %, and the difference of the medians."""
    gap = "" if pair.difference is None else words.change(pair.difference, "number")
    return pair.title, pair.kind == "element", _span(pair.first), _span(pair.second), gap


def _span(one: "Interval | None") -> str:
    if one is None:
        return "–"
    middle = words.number(one.median)
    return middle if one.low == one.high else f"{middle} ({words.number(one.low, 2)} … {words.number(one.high, 2)})"
