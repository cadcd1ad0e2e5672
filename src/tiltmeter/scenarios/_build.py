"""From the tree of a file to a scenario, or to the first thing in it that is wrong."""

import dataclasses

from tiltmeter.contests._parameter import in_money
from tiltmeter.framework import System
from tiltmeter.inputs._problems import Problem, raise_first
from tiltmeter.inputs._yaml import Node
from tiltmeter.scenarios import _check
from tiltmeter.scenarios._assessed import inputs_of as assessed_inputs
from tiltmeter.scenarios._assessed import system_named
from tiltmeter.scenarios._document import Document, TechnologyPart
from tiltmeter.scenarios._given import described, given_values
from tiltmeter.scenarios._inputs import inputs_of
from tiltmeter.scenarios._problems import validated
from tiltmeter.scenarios._scenario import Correlation, Input, Reading, Scenario


def build(tree: Node, text: str, file: str, sha256: str, at_hand: System | None = None) -> Scenario:
    """The scenario in a file.

    Args:
        tree: the file's content.
        text: the file's text.
        file: its name, for messages.
        sha256: the hash of its bytes.
        at_hand: the assessed system that is its technology, where that is known already.

    Raises:
        ScenarioError: for the first problem in the order of the file. What concerns the file as a whole, such as the
            sum of the weights, is looked at only when each field is right by itself.
    """
    document, problems = validated(tree)
    known, wrong = described(document)
    values = tuple(given_values(document, known))
    problems += wrong
    for given in values:
        problems += _check.value_problems(given, document, known)
    problems += _check.technology_problems(document, known)
    raise_first(problems, tree, file)
    raise_first([*_check.weight_problems(document), *_check.effect_problems(document, values)], tree, file)
    inputs, sources = inputs_of(document, known, values, tree)
    system = system_named(document.technology, tree, file, at_hand) if document.technology.assessment else None
    if system:
        inputs = (*assessed_inputs(system, None, known), *inputs)
    problems = [Problem((*sources[change.id].path, "value"), said) for change, said in _check.range_problems(inputs)]
    raise_first([*problems, *_check.correlation_problems(document.correlations, inputs)], tree, file)
    return _scenario(document, inputs, text, file, sha256, system)


def _short(part: TechnologyPart) -> str:
    """The technology's short name, which of an assessed system is AI unless the file says otherwise."""
    return "AI" if part.assessment and "short" not in part.model_fields_set else part.short


def _scenario(
    document: Document, inputs: tuple[Input, ...], text: str, file: str, sha256: str, system: System | None
) -> Scenario:
    readings = tuple(
        Reading(
            name=part.name,
            title=part.title or part.name,
            contest=part.contest,
            options=dict(part.options),
            weight=1.0 if part.weight is None else part.weight,
            why=part.why,
        )
        for part in document.readings
    )
    return Scenario(
        name=document.name,
        title=document.title,
        short=document.short or document.title,
        question=document.question,
        domain=document.domain,
        guess=document.guess or "",
        money=document.money,
        technology_name=document.technology.name or (system.assessment.system if system else "the technology"),
        technology_short=_short(document.technology),
        technology_plural=document.technology.plural,
        baseline=document.technology.baseline,
        readings=readings,
        inputs=tuple(dataclasses.replace(given, unit=in_money(given.unit, document.money)) for given in inputs),
        correlations=tuple(Correlation((c.between[0], c.between[1]), c.value) for c in document.correlations),
        notes=tuple(document.notes),
        path=file,
        text=text,
        sha256=sha256,
        system=system,
    )
