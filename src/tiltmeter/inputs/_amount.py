"""The forms of a value in a scenario: `2`, `5%`, `2 to 8`, a named distribution; for a change `x 0.1 to 0.3`, `+ 2`."""

import dataclasses
import re
from collections.abc import Mapping
from typing import Any, Literal, cast

from tiltmeter.errors import nearest
from tiltmeter.inputs._family import FAMILIES, Family
from tiltmeter.inputs._number import NUMBER, as_text, finite_number, in_words
from tiltmeter.inputs._quantity import Quantity

Operation = Literal["set", "multiply", "add"]
OPERATIONS: tuple[Operation, ...] = ("set", "multiply", "add")

_SIGNS: dict[str, Operation] = {"x": "multiply", "X": "multiply", "×": "multiply", "+": "add"}
_END = rf"(?:{NUMBER}\s*%?)"
_NUMBER = re.compile(_END)
_INTERVAL = re.compile(rf"({_END})(?:\s+to\s+|\s*–\s*)({_END})")
_HYPHEN = re.compile(rf"({_END})\s*(?:-|—|\.\.\.?|…)\s*({_END})")

# The same patterns for editors, anchored, in the dialect of JSON Schema.
TEXT_PATTERN = rf"^\s*(?:[xX×+]\s*)?{_END}(?:(?:\s+to\s+|\s*–\s*){_END})?\s*$"

FORMS = "a number (2), a 90 % interval (2 to 8), or a distribution ({distribution: lognormal, median: 3, sigma: 0.5})"


class AmountError(ValueError):
    """A value that cannot be read. `path` leads to the argument of a distribution that is to blame."""

    def __init__(self, message: str, *path: str) -> None:
        super().__init__(message)
        self.path = path


@dataclasses.dataclass(frozen=True)
class Amount:
    """A value with what to do with it: for a parameter always "set"."""

    operation: Operation
    quantity: Quantity

    @property
    def text(self) -> str:
        """The value as the scenario writes it."""
        return self.quantity.text


def amount_of(given: object) -> Amount:
    """The amount that a scalar or mapping from a scenario file stands for; `AmountError` when it is none."""
    if isinstance(given, dict):
        return _distribution(cast("dict[str, Any]", given))
    if isinstance(given, str):
        return _from_text(given.strip())
    if given is None:
        raise AmountError(f"the value is missing; write {FORMS}.")
    number = _finite(given)
    return Amount("set", _certain(as_text(number), number))


def _from_text(text: str) -> Amount:
    operation = _SIGNS.get(text[:1])
    rest = text[1:].strip() if operation else text
    if _NUMBER.fullmatch(rest):
        # Without a sign only a percentage is text; any other number stands in quotation marks, and is refused.
        return Amount(operation or "set", _certain(text, _number(rest) if operation else _finite(rest)))
    ends = _INTERVAL.fullmatch(rest)
    if ends:
        return Amount(operation or "set", _interval(text, ends[1], ends[2]))
    raise AmountError(_unreadable(text, rest))


def _certain(text: str, number: float) -> Quantity:
    return Quantity(text, "number", (("value", number),))


def _interval(text: str, first: str, last: str) -> Quantity:
    low, high = _number(first), _number(last)
    if last.endswith("%") != first.endswith("%"):
        raise AmountError(f"{text!r} has one end in per cent; write both ends with % or neither.")
    if high < low:
        raise AmountError(f"the interval {text!r} is reversed; write the lower end first: {last} to {first}.")
    if high == low:
        raise AmountError(f"the interval {text!r} has no width; for a certain value write {first} alone.")
    return Quantity(text, "interval", (("low", low), ("high", high)))


def _distribution(given: Mapping[str, Any]) -> Amount:
    """An amount from `{distribution: NAME, ARGUMENT: NUMBER, …}`, for a change with `operation`."""
    if "distribution" not in given:
        raise AmountError(f"this mapping names no distribution; write {FORMS}.")
    name, operation = given["distribution"], given.get("operation", "set")
    family = FAMILIES.get(name) if isinstance(name, str) else None
    if family is None:
        raise AmountError(_not_among("distribution", name, FAMILIES), "distribution")
    if operation not in OPERATIONS:
        raise AmountError(_not_among("operation", operation, OPERATIONS), "operation")
    arguments = _arguments(name, family, given)
    shown = ", ".join(f"{argument} {as_text(value)}" for argument, value in arguments.items())
    prefix = {"set": "", "multiply": "x ", "add": "+ "}[operation]
    return Amount(operation, Quantity(f"{prefix}{name} ({shown})", name, tuple(arguments.items())))


def _arguments(name: str, family: Family, given: Mapping[str, Any]) -> dict[str, float]:
    allowed = ("distribution", *family.arguments, "operation")
    for argument in given:
        if argument not in allowed:
            raise AmountError(_not_among(f"argument of {name}", argument, allowed), argument)
    arguments: dict[str, float] = {}
    for argument, meaning in family.arguments.items():
        if argument not in given:
            raise AmountError(f"the argument {argument} of {name} is missing: {meaning}.", argument)
        try:
            arguments[argument] = finite_number(given[argument])
        except ValueError as error:
            raise AmountError(str(error), argument) from None
    problem = family.problem(arguments)
    if problem:
        raise AmountError(problem[1], problem[0])
    return arguments


def _number(text: str) -> float:
    """A number of a longer text, which may be a percentage."""
    value = text.replace("−", "-").replace("_", "").strip()
    return _finite(float(value[:-1]) / 100 if value.endswith("%") else float(value))


def _finite(given: object) -> float:
    try:
        return finite_number(given)
    except ValueError as error:
        raise AmountError(str(error)) from None


def _unreadable(text: str, rest: str) -> str:
    hyphen = _HYPHEN.fullmatch(rest)
    if hyphen:
        return f"{text!r} is no value; write the interval as '{hyphen[1].strip()} to {hyphen[2].strip()}'."
    return f"{in_words(text)} is no value; write {FORMS}; a change may multiply (x 0.1 to 0.3) or add (+ 2)."


def _not_among(kind: str, given: object, allowed: Any) -> str:
    guess = nearest(given, allowed) if isinstance(given, str) else None
    hint = f"; did you mean {guess!r}?" if guess else "."
    return f"unknown {kind} {in_words(given)}{hint} Allowed: {', '.join(allowed)}."
