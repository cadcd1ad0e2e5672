"""Scenarios whose technology is an assessed system: their inputs are the ratings, the influences and the bridge."""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from tiltmeter.contests import POSITIVE, Domain, Parameter, parameters
from tiltmeter.errors import AssessmentError, ScenarioError
from tiltmeter.framework import INPUTS, NO_AI, Assessment, Rating, System, bundled, link_of, load, load_graph, pooled
from tiltmeter.framework._scale import HIGHEST
from tiltmeter.inputs._entry import Entry
from tiltmeter.inputs._number import as_text
from tiltmeter.inputs._quantity import Quantity
from tiltmeter.inputs._yaml import Node
from tiltmeter.scenarios._document import TechnologyPart
from tiltmeter.scenarios._scenario import Correlation, Input, Reading, Role, Scenario

SCALE = Domain(0.0, HIGHEST, True, True)
_ANY = Domain(-float("inf"), float("inf"), False, False)
_WEIGHT = Domain(-1.0, 1.0, True, True)


def scenario_of(system: System, apart: bool = True) -> Scenario:
    """The question whether a system leans its domain to offense or to defense.

    Args:
        system: what is assessed.
        apart: whether several raters are kept apart, each as a reading of the scenario with its weight; otherwise, and
            where the assessment pools by medians, their ratings are pooled.
    """
    assessment, domain = system.assessment, system.domain
    several = apart and len(assessment.raters) > 1 and assessment.pool == "linear"
    total = sum(rater.weight for rater in assessment.raters)
    if several:
        readings = tuple(
            Reading(one.name, f"as {one.name} rates it", domain.contest, {}, one.weight / total, domain.why)
            for one in assessment.raters
        )
    else:
        readings = (Reading("all", domain.title, domain.contest, {}, 1.0, domain.why),)
    names = tuple(reading.name for reading in readings)
    known = parameters(domain.contest)
    own = tuple(_parameter(domain.parameters.get(name), described, names) for name, described in known.items())
    compared = "without the system" if system.baseline is None else system.baseline.title
    return Scenario(
        name=assessment.name,
        title=assessment.title,
        short=assessment.title,
        question=f"Does {assessment.system} lean {domain.name} to the attacker or to the defender?",
        domain=domain.name,
        guess="",
        technology_name=assessment.system,
        technology_short="AI",
        baseline=compared,
        readings=readings,
        inputs=(*inputs_of(system, names if several else None, dict.fromkeys(names, known)), *own),
        correlations=tuple(Correlation(pair, value) for pair, value in domain.correlations),
        notes=assessment.notes,
        path=assessment.path,
        text=assessment.text,
        sha256=assessment.sha256,
        system=system,
    )


def system_named(part: TechnologyPart, tree: Node, file: str, known: System | None = None) -> System:
    """The system that a scenario names as its technology; `ScenarioError` where it cannot be had.

    Args:
        part: the scenario's technology, with an assessment.
        tree: the scenario's content, for the lines of messages.
        file: the scenario's name; other files are looked for beside it.
        known: the system but for the scenario's own links, where that is at hand already.
    """
    links = tuple(link_of(link) for link in part.links)
    if known:
        return dataclasses.replace(known, extra=links)

    def beside(name: str, names: tuple[str, ...]) -> str:
        return name if name in names or not name.endswith((".yaml", ".yml")) else str(Path(file).parent / name)

    field = "assessment"
    try:
        assert part.assessment is not None
        assessment = load(beside(part.assessment, bundled()))
        field = "baseline"
        other = part.baseline and part.baseline != NO_AI
        baseline = load(beside(part.baseline, bundled())) if other else None
        field = "graph"
        graph = load_graph(beside(part.graph, ())) if part.graph else load_graph()
        return System(assessment, graph, baseline, extra=links)
    except AssessmentError as error:
        line, name = tree.locate(("technology", field))
        raise ScenarioError(str(error), file, line, name) from None


def inputs_of(system: System, raters: Sequence[str] | None, targets: Mapping[str, Iterable[str]]) -> Iterator[Input]:
    """The ratings, the influences, and the bridge as inputs of a scenario.

    Args:
        system: the assessed system.
        raters: those who are kept apart, each as the reading of that name; None to pool them.
        targets: by reading the parameters of its contest; links to others are left out.
    """
    assessment = system.assessment
    readings = tuple(targets)
    for name in assessment.rubric.names:
        for rater in raters or (None,):
            yield _rating(assessment, name, rater, readings)
    for one in system.graph.influences:
        label = f"{'gate' if one.gate else 'influence'} {one.id}"
        guess = "" if one.evidence else one.why
        rests = (one.evidence, guess, one.why)
        yield _made(one.id, label, "influence", one.quantity, _WEIGHT, readings, *rests)
    gain = system.graph.gain
    yield _made("gain", "gain of the influences", "influence", gain, POSITIVE, readings, (), system.graph.gain_why)
    for name, entry in system.given.items():
        yield _entry(name, entry, INPUTS[name], readings)
    for link in system.links([name for names in targets.values() for name in names]):
        touched = tuple(reading for reading, names in targets.items() if link.parameter in names)
        domain = POSITIVE if link.operation == "multiply" else _ANY
        label = link.id.replace("_", " ").replace("-", " ")
        yield _made(link.id, label, "bridge", link.full, domain, touched, link.evidence, link.guess, link.why)


def _rating(assessment: Assessment, name: str, rater: str | None, readings: tuple[str, ...]) -> Input:
    dimension = assessment.rubric.dimension(name)
    whose = assessment.raters if rater is None else (assessment.rater(rater),)
    said: list[Rating] = [one.ratings[name] for one in whose]
    spreads = [one.spread for one in said]
    alike = len(set(spreads)) == 1
    text = said[0].text if alike else "; ".join(f"{one.name}: {one.ratings[name].text}" for one in whose)
    if alike and spreads[0].certain:
        quantity = Quantity(text, "number", (("value", spreads[0].low),), SCALE)
    else:
        other = pooled(spreads, [one.weight for one in whose], assessment.pool)
        quantity = Quantity(text, "other", (), SCALE, other)
    label = dimension.title if rater is None else f"{dimension.title} ({rater})"
    return Input(
        id=name if rater is None else f"{rater}.{name}",
        label=label,
        parameter=name,
        role="rating",
        operation=None,
        readings=readings if rater is None else (rater,),
        quantity=quantity,
        domain=SCALE,
        text=text,
        evidence=tuple(dict.fromkeys(id for one in said for id in one.evidence)),
        guess="; ".join(dict.fromkeys(one.guess for one in said if one.guess)),
        why=" ".join(dict.fromkeys(one.why for one in said if one.why)),
        unit="1",
        symbol="",
        meaning=dimension.question,
        field=f"ratings.{name}",
        line=said[0].line,
        default=False,
    )


def _entry(name: str, entry: Entry, domain: Domain, readings: tuple[str, ...]) -> Input:
    quantity = entry.value.quantity.within(domain)
    label = name.replace("-", " ")
    return _made(name, label, "bridge", quantity, domain, readings, tuple(entry.evidence), entry.guess or "", entry.why)


def _made(
    name: str,
    label: str,
    role: Role,
    quantity: Quantity,
    domain: Domain,
    readings: tuple[str, ...],
    evidence: tuple[str, ...] = (),
    guess: str = "",
    why: str = "",
) -> Input:
    return Input(
        id=name,
        label=label,
        parameter=name,
        role=role,
        operation=None,
        readings=readings,
        quantity=quantity.within(domain),
        domain=domain,
        text=quantity.text,
        evidence=evidence,
        guess=guess,
        why=why,
        unit="1",
        symbol="",
        meaning=why or guess,
        field=name,
        line=None,
        default=False,
    )


def _parameter(entry: Entry | None, described: Parameter, readings: tuple[str, ...]) -> Input:
    if entry is None:
        text = as_text(described.default)
        quantity = Quantity(text, "number", (("value", described.default),), described.domain)
    else:
        text, quantity = entry.value.text, entry.value.quantity.within(described.domain)
    return Input(
        id=described.name,
        label=described.name.replace("_", " "),
        parameter=described.name,
        role="parameter",
        operation=None,
        readings=readings,
        quantity=quantity,
        domain=described.domain,
        text=text,
        evidence=tuple(entry.evidence) if entry else (),
        guess=(entry.guess or "") if entry else "",
        why=entry.why if entry else "",
        unit=described.unit,
        symbol=described.symbol,
        meaning=described.meaning,
        field=f"parameters.{described.name}" if entry else "",
        line=None,
        default=entry is None,
    )
