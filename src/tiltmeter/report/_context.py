"""What the report says, in words: everything that the template puts in its places."""

import math
import platform
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from tiltmeter.analysis._words import sentence_case
from tiltmeter.figures import _words as words
from tiltmeter.report._assumptions import assumptions, correlations, evidence, stale, statuses
from tiltmeter.report._contests import contests

if TYPE_CHECKING:
    from tiltmeter.analysis import Flip, MeasureVerdict, ReadingVerdict, Result, Reversal, Spread, Verdict

_CONTENTS = (
    ("answer", "Answer"),
    ("measures", "What changes"),
    ("flips", "What would turn it"),
    ("drivers", "Drivers"),
    ("readings", "Readings"),
    ("efforts", "Efforts"),
    ("artifacts", "Artifact test"),
    ("assumptions", "Assumptions"),
    ("limits", "Limits"),
    ("certificate", "Certificate"),
    ("reproduce", "Reproduce"),
)
_SIDE_WORDS = {
    "offense": "favors offense",
    "defense": "favors defense",
    "unchanged": "no change",
    "depends": "no clear answer",
}
_LIBRARIES = ("tiltmeter", "jax", "numpy", "scipy", "SALib", "altair")


def context(result: "Result") -> dict[str, Any]:
    """The values of the template's variables."""
    scenario, verdict = result.scenario, result.verdict
    return {
        "name": scenario.name,
        "title": scenario.title or scenario.name,
        "question": scenario.question,
        "domain": scenario.domain.replace("-", " "),
        "technology": sentence_case(scenario.technology_name),
        "short": words.technology(scenario),
        "baseline": scenario.baseline,
        "samples": words.count(result.samples),
        "uncertain": len(scenario.uncertain),
        "seed": result.seed,
        "sha256": scenario.sha256,
        "settings": scenario.settings,
        "versions": {name: version(name) for name in _LIBRARIES} | {"python": platform.python_version()},
        "contents": _CONTENTS,
        "side_words": _SIDE_WORDS,
        "side": verdict.side,
        "sentence": verdict.sentence,
        "probability": probability(verdict),
        "chances": {
            side: {"share": getattr(verdict, side), "text": words.chance(getattr(verdict, side))}
            for side in ("defense", "unchanged", "offense")
        },
        "headline": headline(verdict),
        "failures": {
            "share": words.percent(verdict.failures.share) if verdict.failures.count else "",
            "rule": verdict.failures.rule or "",
        },
        "warnings": [*_doubts(verdict), *stale(scenario)],
        "guess": _guess(result),
        "measures": [_measure(measure) for measure in verdict.measures],
        "reversal": _reversal(verdict.reversal),
        "reading_flips": [_flip(flip, verdict) for flip in verdict.flips if flip.reading and flip.value is not None],
        "spread": _spread(verdict.spread),
        "readings": [_reading(reading) for reading in verdict.readings],
        "artifacts": [
            {
                "reading": _title(verdict, found.reading),
                "test": found.test,
                "finding": words.typeset(found.finding),
                "severity": found.severity,
            }
            for found in verdict.artifacts
        ],
        "notes": scenario.notes,
        "assumptions": assumptions(scenario),
        "correlations": correlations(scenario),
        "evidence": evidence(scenario),
        "statuses": statuses(scenario),
        "contests": contests(scenario),
        "certificate": _certificate(verdict),
    }


def probability(verdict: "Verdict") -> str:
    """The probability of the verdict in words; where it depends, that of the likeliest side and its name."""
    if verdict.side != "depends":
        return f"probability {words.chance(verdict.probability)}"
    shares = {side: getattr(verdict, side) for side in ("offense", "defense", "unchanged")}
    likeliest = max(shares, key=lambda side: shares[side])
    if shares[likeliest] == 0:
        return "no draw could be solved"
    return f"likeliest: {likeliest}, probability {words.chance(shares[likeliest])}"


def headline(verdict: "Verdict") -> dict[str, str]:
    """The numbers that stand first."""
    success = verdict.measures[0]
    flips = [flip for flip in verdict.flips if flip.reading is None and flip.value is not None and flip.within > 0]
    likeliest = max(flips, key=lambda flip: flip.within, default=None)
    drivers = verdict.drivers.items
    return {
        "before": words.percent(success.before.median),
        "after": words.percent(success.after.median),
        "change": words.points(success.change.median),
        "span": words.span(success.change.low, success.change.high, "percent", changes=True).removesuffix(" points"),
        "flip": _flip_in_words(likeliest) if likeliest else "",
        "driver": f"{drivers[0].label} (takes part in {words.chance(min(drivers[0].total, 1.0))} of the spread)"
        if drivers
        else "",
    }


def _flip_in_words(flip: "Flip") -> str:
    assert flip.value is not None
    value = words.typeset(words.number(flip.value))
    times = f" ({words.factor(flip.factor)} its central value)" if flip.factor else ""
    return f"{flip.label} {flip.direction} {value}{times}, probability {words.chance(flip.within)}"


def _doubts(verdict: "Verdict") -> list[str]:
    doubts = [
        f"Artifact test, {_title(verdict, found.reading)}: {words.typeset(found.finding)}"
        for found in verdict.artifacts
        if found.severity == "warning"
    ]
    if verdict.drivers.items and not verdict.drivers.sufficient:
        doubts.append(f"What drives the tilt is known roughly only. {words.typeset(verdict.drivers.note)}")
    return doubts


def _guess(result: "Result") -> str:
    guess, side = result.scenario.guess, result.verdict.side
    if not guess:
        return ""
    agrees = (
        "the verdict agrees" if guess == side else "the verdict differs" if side != "depends" else "it is left open"
    )
    return f"The guess that was made before anything was computed: {_SIDE_WORDS[guess]}. Here {agrees}."


def _measure(measure: "MeasureVerdict") -> dict[str, Any]:
    change = measure.change
    lean = change.median * measure.leans
    return {
        "title": measure.title,
        "unit": words.unit(measure),
        "before": words.typeset(words.value(measure.before.median, measure.form)),
        "after": words.typeset(words.value(measure.after.median, measure.form)),
        "change": words.typeset(words.change(change.median, measure.form)),
        "span": words.typeset(words.span(change.low, change.high, measure.form, changes=True)),
        "lean": "offense" if lean > 0 else "defense" if lean < 0 else "",
        "sure": change.low > 0 or change.high < 0,
    }


def _reversal(found: "Reversal") -> dict[str, Any]:
    away = words.number(found.distance, 2)
    share = words.chance(found.probability)
    if not found.found:
        text = f"No joint change of the inputs within {away} standard deviations of their medians turns the verdict."
    elif not found.moves:
        text = f"The medians themselves already lie on the other side: there the tilt goes to {found.to}."
    else:
        text = (
            f"The smallest joint change of the inputs that turns the mean tilt to {found.to} lies {away} standard"
            f" deviations from the medians. {share} of the draws lie on that side."
        )
    moves = [
        {
            "label": move.label,
            "central": words.typeset(words.number(move.central)),
            "value": words.typeset(words.number(move.value)),
            "sds": words.change(move.sds, "number") if abs(move.sds) >= 0.005 else "0",
        }
        for move in found.moves
        if abs(move.sds) >= 0.05
    ]
    return {"text": text, "moves": moves}


def _flip(flip: "Flip", verdict: "Verdict") -> dict[str, str]:
    value = words.number(flip.value if flip.value is not None else math.nan)
    return {
        "reading": _title(verdict, flip.reading or ""),
        "label": flip.label,
        "central": words.typeset(words.number(flip.central)),
        "value": words.typeset(f"{flip.direction} {value}"),
        "to": flip.to or "unchanged",
        "within": words.chance(flip.within),
    }


def _spread(found: "Spread") -> dict[str, Any]:
    shares = {"inputs": found.parameters, "readings": found.readings, "equilibria": found.equilibria}
    shown = {name: share for name, share in shares.items() if share > 0}
    if not shown:
        return {"text": f"The tilt does not vary. {found.note}".strip(), "parts": []}
    told = [f"{words.percent(share)} comes from {_CAUSES[name]}" for name, share in shown.items()]
    parts = [{"name": name, "share": share, "text": words.percent(share)} for name, share in shown.items()]
    return {"text": f"Of the spread of the tilt, {words.listed(told)}. {found.note}".strip(), "parts": parts}


_CAUSES = {
    "inputs": "the uncertain inputs",
    "readings": "the question which reading is right",
    "equilibria": "the question which of several equilibria is played",
}


def _reading(reading: "ReadingVerdict") -> dict[str, str]:
    success = reading.measures[0]
    return {
        "title": reading.title,
        "contest": reading.contest,
        "weight": words.weight(reading.weight),
        "why": reading.why,
        "side": reading.side,
        "offense": words.chance(reading.offense),
        "defense": words.chance(reading.defense),
        "unchanged": words.chance(reading.unchanged),
        "failed": words.percent(reading.failed) if reading.failed else "",
        "before": words.percent(success.before.median),
        "after": words.percent(success.after.median),
    }


def _certificate(verdict: "Verdict") -> str:
    found = verdict.certificate
    total = sum(found.statuses.values())
    counts = words.listed([f"{words.count(n)} {status}" for status, n in found.statuses.items() if n])
    if not math.isfinite(found.worst_regret):
        return f"None of {words.count(total)} contests could be solved."
    return words.typeset(
        f"Every draw was solved for every reading, without and with the technology: {words.count(total)} contests,"
        f" {counts}. Each solution was checked by a search for the best deviation that shares no code with the solver."
        f" The most that anyone could still gain is {words.number(found.worst_regret, 2)} of the stake, half of the"
        f" time less than {words.number(found.median_regret, 2)}."
    )


def _title(verdict: "Verdict", name: str) -> str:
    """The title of a reading."""
    return next((reading.title for reading in verdict.readings if reading.name == name), name)
