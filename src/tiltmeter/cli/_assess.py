"""`tiltmeter assess` and `tiltmeter compare`: from ratings to who gains, in lines and as a report."""

import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from tiltmeter.cli import _print
from tiltmeter.cli._run import parse_settings

if TYPE_CHECKING:
    from tiltmeter.analysis._verdict import Interval
    from tiltmeter.analysis.assessments import Assessed, Comparison, WhatIf

# How many levers, moves and parts a few lines can carry; the report has them all.
_SHOWN = 4


def assess(
    name: str,
    *,
    out: Path | None,
    samples: int,
    seed: int,
    settings: Sequence[str],
    graph: str | None,
    baseline: str,
    cuts: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Answer one assessment, given by name or file; see the options of the command."""
    chosen = parse_settings(settings, "DIMENSION=RATING, such as regulatory-strength=4")
    with _print.progress(quiet) as progress:
        progress("reading the assessment", 0, 1)
        from tiltmeter import framework, report
        from tiltmeter.analysis import assessments

        loaded = framework.load(name)
        target = out or Path(f"{loaded.name}-assessment")
        report.check_target(target, report.ASSESSMENT)
        progress("reading the assessment", 1, 1)
        answer = assessments.answer(
            loaded,
            settings=chosen,
            graph=graph,
            baseline=baseline,
            samples=samples,
            seed=seed,
            cuts=cuts,
            progress=progress,
        )
        progress("writing the report", 0, 1)
        given = [name, *(word for text in settings for word in ("--set", text)), *(["--cuts"] if cuts else [])]
        command = _command("assess", given, samples, seed, graph, baseline)
        report.write_assessment(answer, target, command=command)
        progress("writing the report", 1, 1)
    page = target / "report.html"
    if as_json:
        _print.as_json({"folder": str(target), "report": str(page)} | answer.record())
        return
    found, cut = answer.found, answer.cuts
    _print.lines([_print.folded(_headline(found))] if quiet else _whole(found, answer.what_if))
    if cut and not quiet:
        spared = f"{len(cut.together)} of {len(cut.each)} connections can be cut together without changing the verdict"
        _print.lines([f"spurious      {spared}"])
    _print.lines([f"report: {page}"])


def compare(
    first: str,
    second: str,
    *,
    out: Path | None,
    samples: int,
    seed: int,
    graph: str | None,
    baseline: str,
    as_json: bool,
    quiet: bool,
) -> None:
    """Put two assessments side by side, and write a report where that is asked for."""
    with _print.progress(quiet) as progress:
        from tiltmeter import report
        from tiltmeter.analysis import assessments

        if out is not None:
            report.check_target(out, report.COMPARISON)
        found = assessments.compare(
            first, second, graph=graph, baseline=baseline, samples=samples, seed=seed, progress=progress
        )
        if out is not None:
            command = _command("compare", [first, second], samples, seed, graph, baseline)
            report.write_comparison(found, out, command)
    page = {} if out is None else {"folder": str(out), "report": str(out / "report.html")}
    if as_json:
        _print.as_json(page | found.record())
        return
    _print.lines([_print.paragraph(found.sentence)] if quiet else _side_by_side(found))
    if page:
        _print.lines([f"report: {page['report']}"])


def _command(name: str, given: Sequence[str], samples: int, seed: int, graph: str | None, baseline: str) -> str:
    """The command line that gives the same again."""
    words = ["tiltmeter", name, *given, "--samples", str(samples), "--seed", str(seed)]
    words += ["--graph", graph] if graph else []
    return shlex.join([*words, *(["--baseline", baseline] if baseline != "no-ai" else [])])


def _headline(found: "Assessed") -> Text:
    from tiltmeter.figures import _words as words
    from tiltmeter.figures._colors import SIDE_COLORS

    answer = Text(found.sentence, style=f"bold {SIDE_COLORS[found.side]}")
    if found.side == "depends":
        return answer
    return Text.assemble(answer, f"  (probability {words.chance(found.chances.of(found.side))})")


def _whole(found: "Assessed", told: "WhatIf | None") -> Iterator[Text | str]:
    from tiltmeter import scenarios
    from tiltmeter.figures import _words as words

    yield Text(found.assessment.title, style="bold")
    yield _print.paragraph(found.scenario.question)
    yield ""
    yield _print.folded(_headline(found))
    yield from _profile(found)
    yield ""
    success = found.balance[0]
    rows: list[tuple[str, ...]] = [
        (
            success.title,
            f"{words.percent(success.before.median)} → {words.percent(success.after.median)}   "
            f"median tilt {words.points(success.change.median)}   90 %: {_span(success.change)}",
        ),
        ("", "medians each: that of the tilt, draw by draw, is not the difference of the other two"),
    ]
    for place, row in enumerate(found.bridge):
        label = row.parameter.rpartition(".")[2].replace("_", " ")
        how = words.factor(row.value.median) if row.operation == "multiply" else f"{row.value.median:+.2g}"
        rows.append(("bridge" if place == 0 else "", f"{label} {how}, by {words.listed(row.drivers)}"))
    if found.leverage:
        rows += _levers(found)
    play = found.interplay
    rows.append(
        (
            "interplay",
            f"median tilt as rated {words.points(play.tilt_as_rated)}, settled {words.points(play.tilt_settled)}; "
            f"the side changes in {words.percent(play.turned)} of the draws",
        )
    )
    rows.append(("fixed point", "proved to be the only one" if play.places == "proved" else "one found, not proved"))
    rows += [("held", f"{name} at {text}") for name, text in found.assessment.settings]
    rows += _cascade(told) if told else []
    rows += _raters(found)
    rows += [("careful", text) for text in found.assessment.warnings]
    rows += [("stale", f"leans on {one.id}, which is {one.status}") for one in scenarios.stale(found.scenario)]
    if found.failed:
        rows.append(("unsolved", f"{words.percent(found.failed)} of the draws"))
    worst = words.number(found.certificate.worst_regret)
    rows.append(("certificate", f"worst regret {worst} of the stake"))
    yield from _print.aligned(rows)


def _profile(found: "Assessed") -> list[str]:
    rows: list[tuple[str, ...]] = [("", "rated", "settled", "90 %")]
    for row in found.profile:
        indent = "" if row.kind == "element" else "  "
        span = f"{row.settled.low:.1f} … {row.settled.high:.1f}"
        rows.append((indent + row.title, f"{row.rated.median:.1f}", f"{row.settled.median:.1f}", span))
    return _print.aligned(rows, right=frozenset({1, 2, 3}))


def _levers(found: "Assessed") -> list[tuple[str, ...]]:
    from tiltmeter.figures import _words as words

    assert found.leverage is not None
    rows: list[tuple[str, ...]] = []
    for place, one in enumerate(found.leverage.dimensions[:_SHOWN]):
        ranks = " · ".join(f"{name} {one.ranks[name]}" for name in one.ranks)
        text = f"{one.title}: {words.points(one.derivative.median)} per point, share {one.sobol:.2f}  (ranks: {ranks})"
        rows.append(("levers" if place == 0 else "", text))
    rows += [("disagree" if i == 0 else "", text) for i, text in enumerate(found.leverage.disagreements[:2])]
    if found.robustness:
        rows += [
            ("robust" if place == 0 else "", f"{one.text}: in {words.chance(one.holds)} of the weights' draws")
            for place, one in enumerate(found.robustness.conclusions[:2])
        ]
    return rows


def _cascade(told: "WhatIf") -> list[tuple[str, ...]]:
    from tiltmeter.figures import _words as words

    change = f"attack success {words.points(told.change.median)} beside the unchanged assessment"
    rows: list[tuple[str, ...]] = [("what if", f"{change}, 90 %: {_span(told.change)}")]
    moves = told.moves[:_SHOWN]
    return rows + [
        ("", f"round {one.round}: {one.source} moves {one.target} by {words.change(one.by, 'number')}") for one in moves
    ]


def _raters(found: "Assessed") -> list[tuple[str, ...]]:
    raters = found.raters
    if raters.count < 2:
        return [("raters", "one; nobody has rated it independently")]
    alpha = "not defined" if raters.alpha is None else f"{raters.alpha:.2f}"
    rows: list[tuple[str, ...]] = [("raters", f"{raters.count}, Krippendorff's alpha {alpha}")]
    if raters.between is not None:
        rows.append(("", f"{100 * raters.between:.0f} % of the tilt's variance lies between them"))
    if raters.argued:
        one = raters.argued
        rows.append(("argue", f"{one.rater} on {one.dimension}: {one.rating:.1f} against {one.others:.1f}"))
    return rows


def _side_by_side(found: "Comparison") -> Iterator[Text | str]:
    yield _print.folded(Text(found.sentence, style="bold"))
    yield ""
    names = (found.first.assessment.name, found.second.assessment.name)
    rows: list[tuple[str, ...]] = [("", *names, "difference")]
    for pair in found.profile:
        indent = "" if pair.kind == "element" else "  "
        rows.append((indent + pair.title, _level(pair.first), _level(pair.second), _gap(pair.difference)))
    sections = {"bridge": found.bridge, "change of the balance": found.balance, "leverage": found.leverage}
    for title, pairs in sections.items():
        rows.append((title,))
        for one in pairs:
            cells = (_number(one.first), _number(one.second), _number_gap(one.difference))
            rows.append((f"  {one.title}", *cells))
    yield from _print.aligned(rows, right=frozenset({1, 2, 3}))
    yield ""
    for place, one in enumerate(("first", "second")):
        yield _print.paragraph(f"{names[place]}: {getattr(found, one).sentence}")


def _level(span: "Interval | None") -> str:
    return "–" if span is None else f"{span.median:.1f}"


def _gap(value: float | None) -> str:
    from tiltmeter.figures import _words as words

    return "" if value is None else f"{value:+.1f}".replace("-", words.MINUS)


def _number(span: "Interval | None") -> str:
    from tiltmeter.figures import _words as words

    return "–" if span is None else words.number(span.median)


def _number_gap(value: float | None) -> str:
    from tiltmeter.figures import _words as words

    return "" if value is None else words.change(value, "number")


def _span(span: "Interval") -> str:
    from tiltmeter.figures import _words as words

    return words.span(span.low, span.high, "percent", changes=True)
