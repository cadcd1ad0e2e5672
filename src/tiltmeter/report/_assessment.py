"""The report of an assessment: a folder with one page, its figures, and the answer as data."""

import dataclasses
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from tiltmeter.evidence import STATUSES
from tiltmeter.evidence import load as load_evidence
from tiltmeter.figures import _words as words
from tiltmeter.report._assumptions import stale
from tiltmeter.report._folder import ASSESSMENT, FORMAT, MANIFEST, hashes, staging, write_picture
from tiltmeter.report._html import asset, template
from tiltmeter.report._inputs import input_files, stated
from tiltmeter.report._svg import embedded
from tiltmeter.report._write import as_text, made_with

if TYPE_CHECKING:
    from tiltmeter.analysis._verdict import Interval
    from tiltmeter.analysis.assessments import Answer, Assessed, Cuts, WhatIf

_TEMPLATE = "assessment.html.j2"


def write_assessment(
    answer: "Answer",
    out: Path,
    *,
    command: str = "",
) -> Path:
    """Write the folder of an assessment: report.html, assessment.json, figures/, manifest.json, and what was assessed:
    assessment.yaml, graph.yaml, baseline.yaml where it is compared with another assessment, and files that these are
    based on.

    Args:
        answer: what to report.
        out: the folder. One that this function wrote is replaced; anything else that is there is left alone.
        command: the command line that gives this answer.

    Raises:
        OutputError: when it cannot be written; then nothing has been.
    """
    from tiltmeter.figures import assessments, render

    found, what_if, cuts = answer.found, answer.what_if, answer.cuts
    charts = {"profile": assessments.profile(found), "bridge": assessments.bridge(found)}
    if found.leverage:
        charts["leverage"] = assessments.leverage(found)
    if what_if:
        charts["cascade"] = assessments.cascade(what_if)
    charts["hypergraph"] = assessments.hypergraph(found.system.graph)
    with staging(out, ASSESSMENT) as folder:
        (folder / "figures").mkdir()
        drawn: dict[str, Markup] = {}
        for name, chart in charts.items():
            svg, png = render(chart)
            write_picture(folder / "figures", name, svg, png)
            drawn[name] = Markup(embedded(svg, name))
        page = template(_TEMPLATE).render(
            _context(found, what_if, cuts), figures=drawn, command=command, style=Markup(asset("report.css"))
        )
        (folder / "report.html").write_text(page, encoding="utf-8")
        (folder / "assessment.json").write_text(as_text(answer.record()), encoding="utf-8")
        given = {"assessment": found.assessment, "baseline": found.system.baseline}
        for name, text in input_files(found.system.graph, given).items():
            (folder / name).write_text(text, encoding="utf-8")
        manifest = _manifest(answer, command) | {"files": hashes(folder)}
        (folder / MANIFEST).write_text(as_text(manifest), encoding="utf-8")
    return out


def _manifest(answer: "Answer", command: str) -> dict[str, Any]:
    found = answer.found
    return {
        "kind": ASSESSMENT,
        "format": FORMAT,
        "assessment": {"name": found.assessment.name, "sha256": found.assessment.sha256},
        "settings": dict(found.assessment.settings),
        **stated(found.system.graph, found.system.baseline),
        "samples": found.samples,
        "seed": found.seed,
        "deep": found.leverage is not None,
        "cuts": answer.cuts is not None,
        "command": command,
    } | made_with()


def _context(found: "Assessed", what_if: "WhatIf | None", cuts: "Cuts | None") -> dict[str, Any]:
    assessment, play = found.assessment, found.interplay
    used = list(dict.fromkeys(id for row in found.profile for id in row.evidence))
    figures = load_evidence()
    return {
        "title": assessment.title,
        "question": found.scenario.question,
        "assessment": assessment,
        "domain": found.system.domain,
        "baseline": found.scenario.baseline,
        "samples": words.count(found.samples),
        "seed": found.seed,
        "side": found.side,
        "sentence": found.sentence,
        "chances": {name: words.chance(share) for name, share in dataclasses.asdict(found.chances).items()},
        "failed": words.percent(found.failed) if found.failed else "",
        "warnings": [*assessment.warnings, *stale(found.scenario)],
        "profile": [_profile(row) for row in found.profile],
        "ratings": _ratings(found),
        "bridge": [_bridge(row) for row in found.bridge],
        "measures": [
            (one.title, _span(one.before, one.form), _span(one.after, one.form), _change(one.change, one.form))
            for one in found.balance
        ],
        "levers": [] if not found.leverage else [_lever(one) for one in found.leverage.dimensions],
        "disagreements": found.leverage.disagreements if found.leverage else (),
        "others": {} if not found.leverage else {k: f"{v:.2f}" for k, v in found.leverage.others.items()},
        "interplay": {
            "as_rated": words.points(play.tilt_as_rated),
            "settled": words.points(play.tilt_settled),
            "offense_as_rated": words.chance(play.offense_as_rated),
            "offense_settled": words.chance(play.offense_settled),
            "turned": words.percent(play.turned),
            "proved": play.places == "proved",
            "bound": words.number(play.bound, 2),
            "worst": words.number(play.worst_bound, 2),
        },
        "robustness": [(one.text, words.chance(one.holds)) for one in found.robustness.conclusions]
        if found.robustness
        else [],
        "raters": found.raters,
        "moves": what_if.moves[:20] if what_if else (),
        "settings": assessment.settings,
        "cuts": cuts,
        "influences": found.system.graph.influences,
        "evidence": [(figures[id], figures[id].stale) for id in used if id in figures],
        "statuses": [(word, meaning) for word, meaning in STATUSES.items()],
        "certificate": found.certificate,
        "worst": words.typeset(words.number(found.certificate.worst_regret, 2)),
        "version": version("tiltmeter"),
    }


def _profile(row: Any) -> dict[str, Any]:
    return {"row": row, "rated": _level(row.rated), "settled": _level(row.settled)}


def _level(span: "Interval") -> str:
    return f"{span.median:.1f} ({span.low:.1f} … {span.high:.1f})"


def _span(span: "Interval", form: str) -> str:
    return f"{words.value(span.median, form)} ({words.span(span.low, span.high, form)})"


def _change(span: "Interval", form: str) -> str:
    return f"{words.change(span.median, form)} ({words.span(span.low, span.high, form, changes=True)})"


def _ratings(found: "Assessed") -> list[tuple[str, str, Any]]:
    """Rater, dimension's title and rating, dimension by dimension."""
    assessment = found.assessment
    return [
        (rater.name, dimension.title, rater.ratings[dimension.name])
        for dimension in assessment.rubric.dimensions
        for rater in assessment.raters
    ]


def _bridge(row: Any) -> dict[str, Any]:
    factor = row.operation == "multiply"
    write = words.factor if factor else lambda value: words.change(value, "number")
    return {
        "name": row.parameter.rpartition(".")[2].replace("_", " "),
        "side": row.side,
        "drivers": words.listed([name.replace("-", " ") for name in row.drivers]),
        "value": f"{write(row.value.median)} ({write(row.value.low)} … {write(row.value.high)})",
        "before": words.number(row.before.median),
        "after": words.number(row.after.median),
    }


def _lever(one: Any) -> tuple[str, ...]:
    slope = one.derivative
    return (
        one.title,
        f"{words.points(slope.median)} ({words.span(slope.low, slope.high, 'percent', changes=True)})",
        f"{one.sobol:.2f} ± {one.sobol_conf:.2f}",
        f"{one.centrality:.2f}",
        " · ".join(str(one.ranks[name]) for name in ("derivative", "sobol", "centrality")),
    )
