"""Whether a scenario's fields make sense: names that exist, values in range, weights, and an effect to look for."""

from collections.abc import Iterator, Sequence

import numpy as np

from tiltmeter import evidence
from tiltmeter.contests import Domain
from tiltmeter.errors import UnknownNameError, unknown
from tiltmeter.framework import DRIVERS
from tiltmeter.inputs._amount import Amount
from tiltmeter.inputs._problems import Problem
from tiltmeter.inputs._sampling import linked, matrix
from tiltmeter.inputs._yaml import Path
from tiltmeter.scenarios._changes import carried_out
from tiltmeter.scenarios._document import CorrelationPart, Document, ReadingPart
from tiltmeter.scenarios._given import Described, Given, allowed_values
from tiltmeter.scenarios._scenario import Input

_TOLERANCE = 1e-9  # of the sum of the weights


def value_problems(given: Given, document: Document, known: Described) -> Iterator[Problem]:
    """What is wrong with one value by itself."""
    amount, value_path = given.entry.value, (*given.path, "value")
    if not given.readings:
        yield from _nowhere(given, document, known)
    elif given.role == "parameter" and amount.operation != "set":
        yield Problem(value_path, f"{amount.text} changes the parameter; that belongs under `changes`.")
    else:
        domain = allowed_values(given, known)
        wrong = amount.quantity.problem(domain)
        if wrong:
            meaning = known[given.readings[0]][given.parameter].meaning
            yield Problem(value_path, f"{wrong}: {allowed(given.role, amount, given.parameter, domain, meaning)}")
    for index, id in enumerate(given.entry.evidence):
        try:
            evidence.figure(id)
        except UnknownNameError as error:
            yield Problem((*given.path, "evidence", index), str(error))


def allowed(role: str, amount: Amount, parameter: str, domain: Domain, meaning: str) -> str:
    """What values a parameter, or a change of it, may have, in a sentence."""
    what = {"set": parameter, "multiply": f"a factor on {parameter}", "add": f"what is added to {parameter}"}
    # With an ordinary minus a number is the new value, where subtracting may have been meant.
    hint = f" To subtract write + {amount.text}." if role == "change" and amount.text.startswith("-") else ""
    return f"{what[amount.operation]} must be finite and {domain} ({meaning.rstrip('.')}).{hint}"


def weight_problems(document: Document) -> Iterator[Problem]:
    """What is wrong with the weights of the readings."""
    if len(document.readings) == 1 and document.readings[0].weight is None:
        return
    for index, reading in enumerate(document.readings):
        if reading.weight is None:
            message = "the field 'weight' is missing: with several readings each has one, and all sum to 1."
            yield Problem(("readings", index), message, "weight")
            return
    weights = [reading.weight or 0.0 for reading in document.readings]
    if abs(sum(weights) - 1) > _TOLERANCE:
        shown = " + ".join(f"{weight:g}" for weight in weights)
        yield Problem(("readings",), f"the weights of the readings must sum to 1, but {shown} = {sum(weights):.10g}.")


def technology_problems(document: Document, known: Described) -> Iterator[Problem]:
    """What is wrong with the technology: it has a name and changes, or is an assessed system with links."""
    part = document.technology
    if part.assessment is None:
        if part.name is None:
            meaning = "its name in prose, such as large language models"
            yield Problem(("technology",), f"the field 'name' is missing: {meaning}.", "name")
        for field in ("graph", "links"):
            if getattr(part, field):
                yield Problem(("technology", field), f"{field} belongs to an assessment, and none is named.")
        return
    if document.changes:
        yield Problem(("changes",), "the technology is an assessment; say what it changes under technology.links.")
    for index, reading in enumerate(document.readings):
        if reading.changes:
            message = "the technology is an assessment; say what it changes under technology.links."
            yield Problem(("readings", index, "changes"), message)
    names = dict.fromkeys(name for described in known.values() for name in described)
    for index, link in enumerate(part.links):
        path: Path = ("technology", "links", index)
        if link.parameter not in names:
            yield Problem((*path, "parameter"), str(unknown("parameter", link.parameter, names)))
        if link.driver not in DRIVERS:
            yield Problem((*path, "driver"), str(unknown("driver", link.driver, DRIVERS)))
        if link.value.operation == "set":
            yield Problem((*path, "value"), f"{link.value.text} is no change; write `x` or `+` before it.")


def effect_problems(document: Document, values: Sequence[Given]) -> Iterator[Problem]:
    """Readings in which the technology changes nothing, so that nothing could be found."""
    if document.technology.assessment:
        return
    changes = [given for given in values if given.role == "change"]
    if not changes:
        yield _at_changes(document, (), "no changes are given; say what the technology does: `attacker_cost: x 0.5`.")
        return
    for index, reading in enumerate(document.readings):
        if not any(reading.name in given.readings for given in changes):
            message = f"no change touches the reading {reading.name!r}, so its tilt would be zero by construction."
            yield _at_changes(reading, ("readings", index), message)


def range_problems(inputs: Sequence[Input]) -> Iterator[tuple[Input, str]]:
    """Changes that carry a parameter's central value out of its range, each with the message."""
    medians = {given.id: np.asarray(given.quantity.median) for given in inputs}
    before = {
        (reading, given.parameter): given for given in inputs if given.role == "parameter" for reading in given.readings
    }
    for change in inputs:
        owners = change.readings if change.role == "change" else ()
        found = (carried_out(change, before[reading, change.parameter], medians) for reading in owners)
        message = next((said for said in found if said), None)
        if message:
            yield change, message


def correlation_problems(parts: Sequence[CorrelationPart], inputs: Sequence[Input]) -> Iterator[Problem]:
    """Correlations of inputs that do not exist or do not vary, given twice, or impossible together."""
    uncertain = [given.id for given in inputs if not given.quantity.certain]
    certain = {given.id for given in inputs} - set(uncertain)
    seen: set[frozenset[str]] = set()
    fine = True
    for index, part in enumerate(parts):
        path = ("correlations", index, "between")
        for id in part.between:
            if id in certain:
                yield Problem(
                    path, f"{id} is certain; only uncertain inputs correlate: {', '.join(uncertain) or 'none'}."
                )
            elif id not in uncertain:
                yield Problem(path, str(unknown("input", id, uncertain)))
            fine = fine and id in uncertain
        if frozenset(part.between) in seen:
            yield Problem(path, f"the correlation of {' and '.join(part.between)} is given twice.")
        seen.add(frozenset(part.between))
    if fine:
        yield from _impossible(parts, uncertain)


def _impossible(parts: Sequence[CorrelationPart], uncertain: Sequence[str]) -> Iterator[Problem]:
    """Groups of linked inputs whose correlation matrix is not positive definite."""
    pairs = [((part.between[0], part.between[1]), part.value) for part in parts]
    for group in linked(uncertain, [pair for pair, _ in pairs]):
        least = float(np.linalg.eigvalsh(matrix(group, [(pair, r) for pair, r in pairs if pair[0] in group]))[0])
        if least < 1e-10:
            first = next(index for index, (pair, _) in enumerate(pairs) if pair[0] in group)
            message = (
                f"the correlations among {', '.join(group)} cannot all hold: their matrix is not positive definite "
                f"(least eigenvalue {least:.3g}). Pairs that are not given count as 0; move values towards 0."
            )
            yield Problem(("correlations", first, "value"), message)


def _at_changes(owner: Document | ReadingPart, path: Path, message: str) -> Problem:
    """A problem with the changes of the file or of a reading, which may not be there at all."""
    if "changes" in owner.model_fields_set:
        return Problem((*path, "changes"), message)
    return Problem(path, message, "changes")


def _nowhere(given: Given, document: Document, known: Described) -> Iterator[Problem]:
    """Why a value counts in no reading."""
    readings = [reading.name for reading in document.readings]
    owners = readings if given.shared else [readings[int(given.path[1])]]
    if any(reading not in known for reading in owners):
        return  # the reading's contest is unknown, which is reported there
    names = dict.fromkeys(name for reading in owners for name in known[reading])
    if given.parameter in names:
        yield Problem(given.path, "no reading uses this value, since each that has the parameter gives its own.")
    else:
        kind = "parameter" if given.shared else f"parameter of {document.readings[int(given.path[1])].contest}"
        yield Problem(given.path, str(unknown(kind, given.parameter, names)))
