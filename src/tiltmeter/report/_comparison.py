"""Two assessments side by side, as a folder: one page, the figure, and the comparison as data."""

from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from tiltmeter.figures import _words as words
from tiltmeter.report._folder import COMPARISON, FORMAT, MANIFEST, hashes, staging, write_picture
from tiltmeter.report._html import asset, template
from tiltmeter.report._svg import embedded
from tiltmeter.report._write import as_text, made_with

if TYPE_CHECKING:
    from tiltmeter.analysis._verdict import Interval
    from tiltmeter.analysis.assessments import Comparison, Pair

_TEMPLATE = "comparison.html.j2"


def write_comparison(found: "Comparison", out: Path, command: str = "") -> Path:
    """Write the folder of a comparison: report.html, comparison.json, figures/, manifest.json.

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
        manifest = {"kind": COMPARISON, "format": FORMAT, "command": command} | made_with()
        (folder / MANIFEST).write_text(as_text(manifest | {"files": hashes(folder)}), encoding="utf-8")
    return out


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
