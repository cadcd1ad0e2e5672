"""What the scenario assumes, and what that rests on."""

from typing import TYPE_CHECKING, Any

from tiltmeter import scenarios
from tiltmeter.evidence import STATUSES
from tiltmeter.evidence import load as load_evidence
from tiltmeter.figures import _words as words

if TYPE_CHECKING:
    from tiltmeter.scenarios import Input, Scenario

_OF_SYSTEM = {
    "rating": "Ratings of the system",
    "influence": "Influences among the elements",
    "bridge": "From the elements to the contest",
}


def assumptions(scenario: "Scenario") -> list[dict[str, Any]]:
    """All inputs in groups: the technology's changes, shared parameters, those of each reading, defaults."""
    readings = {reading.name: reading.title for reading in scenario.readings}
    groups: dict[str, list[Input]] = {}
    for given in scenario.inputs:
        groups.setdefault(_group(given, readings), []).append(given)
    order = [f"What {words.technology(scenario)} changes", "In every reading", *readings.values()]
    order += [title for title in groups if title not in order]
    named = {"changes": order[0]}
    titled = {named.get(title, title): rows for title, rows in groups.items()}
    found = [title for title in dict.fromkeys(order) if title in titled]
    return [{"title": title, "rows": [_row(given) for given in titled[title]]} for title in found]


def _group(given: "Input", readings: dict[str, str]) -> str:
    if given.default:
        return "Defaults of the contests"
    if given.role in _OF_SYSTEM:
        return _OF_SYSTEM[given.role]
    if given.role == "change":
        return "changes"
    if len(given.readings) == len(readings) and len(readings) > 1:
        return "In every reading"
    return words.listed([readings[name] for name in given.readings])


def _row(given: "Input") -> dict[str, Any]:
    figures = load_evidence()
    low, high = given.quantity.interval()
    shown = not given.quantity.certain
    return {
        "label": given.label,
        "symbol": given.symbol,
        "meaning": given.meaning,
        "text": given.text,
        "unit": "" if given.unit in ("", "1") else given.unit,
        "median": words.typeset(words.number(given.quantity.median)),
        "range": words.typeset(f"{words.number(low)} … {words.number(high)}") if shown else "",
        "provenance": given.provenance,
        "unsure": given.provenance != "sourced",
        "evidence": [
            {"id": name, "status": figures[name].status, "stale": figures[name].stale}
            if name in figures
            else {"id": name, "status": "unknown", "stale": False}
            for name in given.evidence
        ],
        "why": given.why,
        "guess": given.guess,
    }


def _used(scenario: "Scenario") -> list[str]:
    return list(dict.fromkeys(name for given in scenario.inputs for name in given.evidence))


def evidence(scenario: "Scenario") -> list[dict[str, Any]]:
    """The figures that the scenario points to, in the order of their first use."""
    figures = load_evidence()
    return [
        {
            "id": figure.id,
            "quantity": figure.quantity,
            "text": figure.text,
            "source": str(figure.source),
            "url": figure.source.url,
            "status": figure.status,
            "stale": figure.stale,
            "caveat": figure.caveat,
        }
        for figure in (figures[name] for name in _used(scenario) if name in figures)
    ]


def statuses(scenario: "Scenario") -> list[tuple[str, str]]:
    """The check statuses that occur, with what they mean."""
    figures = load_evidence()
    occurring = {figures[name].status for name in _used(scenario) if name in figures}
    return [(word, meaning) for word, meaning in STATUSES.items() if word in occurring]


def stale(scenario: "Scenario") -> list[str]:
    """A warning for each doubtful or withdrawn figure that the scenario leans on."""
    return [
        f"This leans on a figure that is marked {figure.status}: {figure.quantity} ({figure.id})."
        for figure in scenarios.stale(scenario)
    ]


def correlations(scenario: "Scenario") -> str:
    """The pairs of inputs that move together, in words."""
    return "; ".join(
        f"{scenario.input(pair.between[0]).label} and {scenario.input(pair.between[1]).label}"
        f" (correlation {words.number(pair.value, 2)})"
        for pair in scenario.correlations
    )
