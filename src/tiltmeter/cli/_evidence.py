"""`tiltmeter evidence`: what leans on what, from numbers to figures to sources."""

from collections import Counter
from collections.abc import Sequence

from rich.text import Text

from tiltmeter import claims, evidence, framework, scenarios
from tiltmeter.cli import _print
from tiltmeter.errors import UnknownNameError, nearest
from tiltmeter.evidence import Figure, Use
from tiltmeter.figures import _words as words

_WIDE = 100


def show(name: str | None, as_json: bool) -> None:
    """Print every number with its figures, those of one scenario or assessment, or everything that leans on one figure.

    Args:
        name: a figure's id, the name of a scenario, assessment or claim, a scenario file; None for everything.
        as_json: whether to print JSON instead.

    Raises:
        UnknownNameError: for what is none of these.
    """
    figures = evidence.load()
    if name is not None and name in figures:
        _one(figures[name], [use for use in _all_uses() if name in use.figures], as_json)
    else:
        _many(_all_uses() if name is None else _of_one(name), as_json)


def _all_uses() -> list[Use]:
    of_scenarios = [use for name in scenarios.bundled() for use in scenarios.uses(scenarios.load(name))]
    of_assessments = [use for name in framework.bundled() for use in scenarios.uses_of_assessment(name)]
    return [*of_scenarios, *of_assessments, *(use for claim in claims.LEDGER for use in claims.uses(claim))]


def _of_one(name: str) -> list[Use]:
    """The numbers of a bundled scenario or assessment, or of a scenario file; or what a claim leans on."""
    if name in framework.bundled():
        return list(scenarios.uses_of_assessment(name))
    ids = [claim.id for claim in claims.LEDGER]
    if name in ids:
        return list(claims.uses(claims.claim_named(name)))
    is_path = name.endswith((".yaml", ".yml")) or "/" in name
    if not is_path and name not in scenarios.bundled():
        guess = nearest(name, [*evidence.load(), *scenarios.bundled(), *framework.bundled(), *ids])
        hint = f"; did you mean {guess!r}?" if guess else "."
        raise UnknownNameError(
            f"{name!r} is no figure, scenario, assessment or claim{hint} `tiltmeter evidence` lists them all."
        )
    return list(scenarios.uses(scenarios.load(name)))


def _many(uses: Sequence[Use], as_json: bool) -> None:
    figures = evidence.load()
    used = dict.fromkeys(id for use in uses for id in use.figures)
    if as_json:
        rows = [_use(use) | {"stale": [one.id for one in evidence.stale_among(use.figures)]} for use in uses]
        _print.as_json({"uses": rows, "figures": [_figure(figures[id]) for id in used if id in figures]})
        return
    for name in dict.fromkeys(use.name for use in uses):
        own = [use for use in uses if use.name == name]
        mark = "  stale" if evidence.stale_among(id for use in own for id in use.figures) else ""
        _print.lines([Text(f"{own[0].kind} {name}{mark}", style="bold")])
        _print.lines(_print.aligned([row for use in own for row in _rows(use)]))
        _print.lines([""])
    counts = Counter(figures[id].status for id in used if id in figures)
    told = ", ".join(f"{counts[status]} {status}" for status in evidence.STATUSES if counts[status])
    given = [use for use in uses if not use.sources]
    guessed = sum(not use.figures for use in given)
    stated = f", {len(uses) - len(given)} statements" if len(given) < len(uses) else ""
    _print.lines([f"{len(given)} numbers, {guessed} of them guesses{stated}; {len(used)} figures: {told or 'none'}"])


def _rows(use: Use) -> list[tuple[str, ...]]:
    """A line for each figure behind a number, or one that calls it a guess, or names who states a claim."""
    if use.sources:
        return [("", use.part, use.value, "stated by", "", ", ".join(use.sources))]
    if not use.figures:
        return [("", use.part, use.value, "guess", "", words.shortened(use.guess, _WIDE))]
    figures = evidence.load()
    first = (use.part, use.value)
    behind = [(id, figures[id].status, words.shortened(str(figures[id].source), _WIDE)) for id in use.figures]
    return [("", *(first if place == 0 else ("", "")), *cells) for place, cells in enumerate(behind)]


def _one(figure: Figure, uses: Sequence[Use], as_json: bool) -> None:
    if as_json:
        _print.as_json({"figure": _figure(figure), "uses": [_use(use) for use in uses]})
        return
    status = f"{figure.status}: {evidence.STATUSES[figure.status]}"
    _print.lines([Text(figure.quantity, style="bold")])
    rows = [("", "number", figure.text), ("", "source", str(figure.source)), ("", "", figure.source.url)]
    rows += [("", "status", status), ("", "caveat", figure.caveat)]
    _print.lines(_print.aligned([row for row in rows if row[-1]]))
    stale = ", which is stale for it" if figure.stale else ""
    _print.lines(["", f"leaning on it{stale}:" if uses else "nothing leans on it"])
    _print.lines(_print.aligned([("", f"{use.kind} {use.name}", use.part, use.value, use.why) for use in uses]))


def _figure(figure: Figure) -> dict[str, object]:
    return {
        "id": figure.id,
        "quantity": figure.quantity,
        "number": figure.text,
        "source": str(figure.source),
        "url": figure.source.url,
        "status": figure.status,
        "stale": figure.stale,
        "caveat": figure.caveat,
    }


def _use(use: Use) -> dict[str, object]:
    return {
        "kind": use.kind,
        "name": use.name,
        "part": use.part,
        "value": use.value,
        "figures": list(use.figures),
        "why": use.why,
        "guess": use.guess,
        "sources": list(use.sources),
    }
