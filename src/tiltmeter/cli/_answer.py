"""The answer to a scenario as lines of text."""

from collections.abc import Iterator

from rich.text import Text

from tiltmeter import scenarios
from tiltmeter.analysis import Flip, Result, Verdict
from tiltmeter.cli._print import aligned, folded, paragraph
from tiltmeter.figures import _words as words
from tiltmeter.figures._colors import SIDE_COLORS
from tiltmeter.scenarios import Scenario

Rows = list[tuple[str, ...]]

_SIDES = {"offense": "the attacker", "defense": "the defender", "unchanged": "no change", "depends": "no clear answer"}
# How many flips, drivers and moves a few lines can carry; the report has them all.
_SHOWN = 5
_NUMBER_COLUMNS = frozenset({1, 3, 4})


def short(result: Result) -> Iterator[Text]:
    """The answer alone."""
    yield folded(_headline(result.verdict))


def whole(result: Result) -> Iterator[Text | str]:
    """The answer, the measures, what turns it round, what drives it, and how far it can be trusted."""
    verdict = result.verdict
    yield Text(result.scenario.title, style="bold")
    yield paragraph(result.scenario.question)
    yield ""
    yield folded(_headline(verdict))
    yield from aligned(_measures(verdict, result.scenario.money), right=_NUMBER_COLUMNS)
    yield ""
    rows = [*_readings(verdict), *_flips(verdict), *_reversal(verdict), *_drivers(verdict), *_spread(verdict)]
    yield from aligned(
        [*rows, *_warnings(verdict), *_stale(result.scenario), *_failures(verdict), *_certificate(verdict)]
    )


def _headline(verdict: Verdict) -> Text:
    answer = Text(verdict.sentence, style=f"bold {SIDE_COLORS[verdict.side]}")
    if verdict.side == "depends":  # then the sentence has the probabilities of all sides
        return answer
    return Text.assemble(answer, f"  (probability {words.chance(verdict.probability)})")


def _measures(verdict: Verdict, money: str) -> Rows:
    return [
        (
            measure.title,
            words.value(measure.before.median, measure.form),
            "→",
            words.value(measure.after.median, measure.form),
            words.change(measure.change.median, measure.form),
            "90 %:",
            words.measured(
                words.span(measure.change.low, measure.change.high, measure.form, changes=True),
                money if measure.unit == money else "",
            ),
        )
        for measure in verdict.measures
    ]


def _readings(verdict: Verdict) -> Rows:
    if len(verdict.readings) < 2:
        return []
    return [
        (
            "" if place else "readings",
            f"{reading.title}, weight {words.weight(reading.weight)}: attacker gains {words.chance(reading.offense)}, "
            f"defender {words.chance(reading.defense)}",
        )
        for place, reading in enumerate(verdict.readings)
    ]


def _flips(verdict: Verdict) -> Rows:
    found = [flip for flip in verdict.flips if flip.reading is None and flip.value is not None]
    if not found:
        return [("does not flip", "when any one input moves alone, within the range that was searched")]
    return [
        (f"flips to {_SIDES[flip.to or 'depends']} when" if _first(found, place) else "", _flip(flip))
        for place, flip in enumerate(found[:_SHOWN])
    ]


def _first(found: list[Flip], place: int) -> bool:
    return place == 0 or found[place].to != found[place - 1].to


def _flip(flip: Flip) -> str:
    chance = f"(probability {words.chance(flip.within)})"
    if flip.factor is not None:
        return f"{flip.input} {flip.direction} {words.number(flip.factor)} × the central estimate  {chance}"
    assert flip.value is not None
    value = words.measured(words.number(flip.value), flip.unit)
    return f"{flip.input} {flip.direction} {value}, central estimate {words.number(flip.central)}  {chance}"


def _reversal(verdict: Verdict) -> Rows:
    reversal = verdict.reversal
    if not reversal.found:
        return [
            ("no reversal", f"within {words.number(reversal.distance)} standard deviations of the central estimates")
        ]
    moves = " · ".join(
        f"{move.input} {words.number(move.central)} → {words.number(move.value)}" for move in reversal.moves[:_SHOWN]
    )
    away = f"{words.number(reversal.distance)} standard deviations away: {moves}"
    what = away if moves else f"already at the central estimates, which lean to {_SIDES[reversal.to or 'depends']}"
    return [("reversed", f"{what}  (probability {words.chance(reversal.probability)})")]


def _drivers(verdict: Verdict) -> Rows:
    drivers = verdict.drivers
    if not drivers.items:
        return [("driven by", drivers.note)]
    shares = " · ".join(f"{' + '.join(item.inputs)} {max(item.total, 0):.2f}" for item in drivers.items[:_SHOWN])
    doubt = "" if drivers.sufficient else ", too few samples to trust them"
    return [("driven by", f"{shares}  (total-order Sobol shares{doubt})")]


def _spread(verdict: Verdict) -> Rows:
    spread = verdict.spread
    parts = {"inputs": spread.parameters, "readings": spread.readings, "equilibria": spread.equilibria}
    return [("spread from", " · ".join(f"{name} {words.weight(round(share, 3))}" for name, share in parts.items()))]


def _warnings(verdict: Verdict) -> Rows:
    found = [artifact for artifact in verdict.artifacts if artifact.severity == "warning"]
    return [("" if place else "careful", f"{one.reading}: {one.finding}") for place, one in enumerate(found)]


def _stale(scenario: Scenario) -> Rows:
    """A line for each doubtful or withdrawn figure that the scenario leans on."""
    return [
        ("" if place else "stale", f"leans on {figure.id}, which is {figure.status}")
        for place, figure in enumerate(scenarios.stale(scenario))
    ]


def _failures(verdict: Verdict) -> Rows:
    failures = verdict.failures
    if not failures.count:
        return []
    where = f": {failures.rule}" if failures.rule else ""
    return [("unsolved", f"{words.percent(failures.share)} of the draws{where}")]


def _certificate(verdict: Verdict) -> Rows:
    certificate = verdict.certificate
    solved = sum(certificate.statuses.values())
    statuses = ", ".join(f"{words.count(n)} {status}" for status, n in certificate.statuses.items() if n)
    worst = words.number(certificate.worst_regret)
    return [("certificate", f"{words.count(solved)} equilibria: {statuses}; worst regret {worst} of the stake")]
