"""`tiltmeter claims`: where claims of the literature hold."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.text import Text

from tiltmeter.analysis._json import as_json as plain
from tiltmeter.claims import Claim, Condition, Counterexample, Finding, stale
from tiltmeter.cli import _print
from tiltmeter.figures import _words as words
from tiltmeter.figures._claim_words import example as in_words
from tiltmeter.figures._claim_words import regions
from tiltmeter.figures._colors import HOLDS, NEUTRAL, VIOLATED

_STYLES = {"holds": f"bold {HOLDS}", "holds-if": HOLDS, "fails": f"bold {VIOLATED}", "undecided": f"bold {NEUTRAL}"}


def claims(name: str | None, *, out: Path | None, samples: int | None, seed: int, as_json: bool) -> None:
    """Check one claim, those of a file, or all; print what was found, and write it where that is asked for."""
    with _print.progress(quiet=as_json) as progress:
        progress("checking claims", 0, 1)
        from tiltmeter.claims import LEDGER, check, claim_named, load

        of_file = name is not None and Path(name).suffix in (".yaml", ".yml", ".py")
        chosen = LEDGER if name is None else load(name) if of_file else (claim_named(name),)
        folder = _folder(chosen, out, name is not None and not of_file, as_json)
        found: list[Finding] = []
        for done, claim in enumerate(chosen):
            progress("checking claims", done, len(chosen))
            found.append(check(claim, samples, seed))
        if folder is not None:
            from tiltmeter import report

            report.write_claims(found, folder, progress)
    if as_json:
        _print.as_json([plain(one.record()) for one in found])
        return
    _print.lines(_whole(found[0]) if len(found) == 1 else _listed(found))
    if folder is not None:
        figure = f"{found[0].claim.id}.svg" if len(found) == 1 else ""
        _print.lines([f"{'figure' if figure else 'findings and figures'}: {folder / figure}"])


def _folder(chosen: Sequence[Claim], out: Path | None, alone: bool, as_json: bool) -> Path | None:
    """Where findings go, if anywhere; refused before the work if they cannot."""
    folder = out or (Path(f"{chosen[0].id}-claim") if alone and not as_json else None)
    if folder is not None:
        from tiltmeter import report

        report.check_target(folder, report.CLAIMS)
    return folder


def _listed(found: Sequence[Finding]) -> Iterator[Text]:
    """A line for each."""
    rows = [(one.claim.id, one.finding, words.percent(one.share), one.claim.statement) for one in found]
    for one, line in zip(found, _print.aligned(rows, right=frozenset({2})), strict=True):
        text = Text(line)
        text.highlight_regex(rf"(?<= ){one.finding}(?= )", _STYLES[one.finding])
        yield text.append("  stale") if stale(one.claim) else text


def _whole(found: Finding) -> Iterator[Text | str]:
    """One finding with everything behind it."""
    claim = found.claim
    yield _print.folded(Text(claim.statement, style="bold"))
    yield ""
    yield _print.folded(Text.assemble(Text(found.finding, style=_STYLES[found.finding]), f"  {_summary(found)}"))
    yield ""
    rows = [("claim", claim.id), *([("version of", claim.version_of)] if claim.version_of else [])]
    rows += [("source", ", ".join(claim.source)), *([("technology", claim.technology)] if claim.technology else [])]
    played = any(case.contest for case in claim.cases)
    rows += [("measure", f"{claim.measure}; efforts {_EFFORTS[claim.efforts]}" if played else claim.measure)]
    rows += [(("contests" if not place else ""), line) for place, line in enumerate(_cases(found))]
    rows += [("holds if", _condition(found.condition))] if found.condition else []
    rows += [("fails at", _example(found.counterexample))] if found.counterexample else []
    rows += [("stale", f"leans on {one.id}, which is {one.status}") for one in stale(claim)]
    rows += [("search", _search(found)), ("certificate", f"worst regret {words.number(found.regret)} of the stake")]
    yield from _print.aligned([*rows, ("again with", found.command)])
    for paragraph in filter(None, claim.remark.strip().split("\n\n")):
        yield ""
        yield _print.paragraph(" ".join(paragraph.split()))
    yield ""


_EFFORTS = {"fixed": "held fixed", "equilibrium": "in equilibrium, before and after"}


def _summary(found: Finding) -> str:
    shares = f"95 %: {words.span(found.share_low, found.share_high, 'percent')}"
    same = f"; no change in {words.percent(found.unchanged)} of it" if found.unchanged else ""
    unknown = f"; {words.percent(found.uncertified)} could not be certified" if found.uncertified else ""
    return f"in {words.percent(found.share)} of the region in which anything changes ({shares}){same}{unknown}"


def _cases(found: Finding) -> list[str]:
    lines: list[str] = []
    shares = {
        case.case: f"holds {words.percent(case.holds)}, violated {words.percent(case.violated)}, "
        for case in found.cases
    }
    for name, told in regions(found.claim.cases):
        share = shares.get(name, "") if len(shares) > 1 else ""
        lines.append(f"{name or 'in all'}: {share}{told}")
    return lines


def _condition(condition: Condition) -> str:
    if condition.kind == "formula":
        said = f"(derived; agrees with the numbers to {words.number(condition.error or 0.0)})"
    else:
        said = f"(learnt; right on {words.percent(condition.accuracy)} of other draws)"
    return f"{condition.text}  {said}"


def _example(example: Counterexample) -> str:
    said = ", ".join(f"{name} {words.number(value, 4)}" for name, value in example.said.items())
    return f"{example.case}: {in_words(example)}; there {said}"


def _search(found: Finding) -> str:
    further = f", then {words.count(found.searched)} points in search of a violation" if found.searched else ""
    return f"{words.count(found.draws)} draws, seed {found.seed}{further}"
