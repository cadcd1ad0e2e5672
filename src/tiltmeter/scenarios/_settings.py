"""Replacing inputs of a scenario from outside its file."""

import dataclasses
from collections.abc import Mapping

from tiltmeter.errors import ScenarioError, unknown
from tiltmeter.inputs._amount import Amount, AmountError, amount_of
from tiltmeter.inputs._number import in_words
from tiltmeter.inputs._yaml import parse
from tiltmeter.scenarios._check import allowed, range_problems
from tiltmeter.scenarios._given import changed_domain, common_domain
from tiltmeter.scenarios._scenario import Input, Scenario

PLACE = "--set"


def with_settings(scenario: Scenario, settings: Mapping[str, str]) -> Scenario:
    """The scenario with inputs replaced by id or by parameter name; see `Scenario.with_settings`."""
    inputs = {given.id: given for given in scenario.inputs}
    for name, text in settings.items():
        amount = _amount(name, str(text))
        for id in _matching(scenario, name):
            inputs[id] = _replaced(inputs[id], amount, name, scenario)
    for change, said in range_problems(tuple(inputs.values())):
        raise ScenarioError(said, PLACE, field=change.id)
    return dataclasses.replace(
        scenario,
        inputs=tuple(inputs.values()),
        correlations=tuple(
            pair for pair in scenario.correlations if not any(inputs[id].quantity.certain for id in pair.between)
        ),
        settings=(*scenario.settings, *((name, str(text)) for name, text in settings.items())),
    )


def _amount(name: str, text: str) -> Amount:
    """The value that was given, read like a value in a file."""
    try:
        if "\n" in text or "\r" in text:
            raise AmountError(f"the value must be one line, not {in_words(text)}.")
        return amount_of(parse(f"value: {text}", PLACE).plain()["value"])
    except AmountError as error:
        raise ScenarioError(str(error), PLACE, field=".".join((name, *error.path))) from None
    except ScenarioError as error:
        raise ScenarioError(error.message, PLACE, field=name) from None


def _matching(scenario: Scenario, name: str) -> tuple[str, ...]:
    """Ids of the inputs that a name stands for: that parameter, or change, in all readings, or one input by its id."""
    prefix = f"{scenario.technology_short}:"
    changing = name.startswith(prefix)
    bare = name.removeprefix(prefix)
    found = tuple(
        i.id for i in scenario.inputs if (i.role == "change") == changing and (i.parameter == bare or i.id == name)
    )
    if not found:
        bare_names = (prefix + i.parameter if i.role == "change" else i.parameter for i in scenario.inputs)
        names = dict.fromkeys((*(i.id for i in scenario.inputs), *bare_names))
        raise ScenarioError(str(unknown("input", name, names)), PLACE, field=name)
    return found


def _replaced(old: Input, amount: Amount, name: str, scenario: Scenario) -> Input:
    if old.role in ("rating", "influence", "bridge"):
        return _replaced_of_system(old, amount, name)
    if old.role == "parameter" and amount.operation != "set":
        raise ScenarioError(
            f"{amount.text} changes the parameter; write its new value, or set the technology's change of it, "
            f"{scenario.technology_short}:{old.parameter}.",
            PLACE,
            field=name,
        )
    befores = [
        given
        for given in scenario.inputs
        if given.role == "parameter" and given.parameter == old.parameter and set(given.readings) & set(old.readings)
    ]
    domain = changed_domain(amount.operation, common_domain(given.domain for given in befores))
    wrong = amount.quantity.problem(domain)
    if wrong:
        sentence = allowed(old.role, amount, old.parameter, domain, old.meaning)
        raise ScenarioError(f"{wrong}: {sentence}", PLACE, field=name)
    return dataclasses.replace(
        old,
        operation=amount.operation if old.role == "change" else None,
        quantity=amount.quantity.within(domain),
        domain=domain,
        text=amount.text,
        evidence=(),
        guess="",
        why="",
        unit="1" if amount.operation == "multiply" else befores[0].unit,
        line=None,
        default=False,
        set_by_hand=True,
    )


def _replaced_of_system(old: Input, amount: Amount, name: str) -> Input:
    """An input of an assessed system, replaced."""
    wrong = amount.quantity.problem(old.domain)
    if wrong:
        raise ScenarioError(f"{wrong}: {name} must be finite and {old.domain}.", PLACE, field=name)
    quantity = amount.quantity.within(old.domain)
    rests = {"evidence": (), "guess": "", "why": "", "line": None, "set_by_hand": True}
    return dataclasses.replace(old, quantity=quantity, text=amount.text, **rests)
