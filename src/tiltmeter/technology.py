"""A technology: a named change of a contest's parameters."""

import dataclasses
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

import numpy as np
from jaxtyping import ArrayLike

from tiltmeter.contests import AbstractContest, build, options_of, values_of
from tiltmeter.errors import ParameterError, unknown

OPERATIONS = ("multiply", "add", "set")


@dataclasses.dataclass(frozen=True)
class Change:
    """What a technology does to one parameter.

    Attributes:
        operation: "multiply" by the value, "add" it, or "set" the parameter to it.
        value: a number, or an array that broadcasts against the contest.
    """

    operation: Literal["multiply", "add", "set"]
    value: ArrayLike

    def __post_init__(self) -> None:
        if self.operation not in OPERATIONS:
            raise unknown("operation", self.operation, OPERATIONS)
        if not np.all(np.isfinite(np.asarray(self.value, dtype=float))):
            raise ParameterError(f"a change must {self.operation} by finite numbers, not {self.value!r}.")

    def apply(self, before: ArrayLike) -> np.ndarray:
        """The parameter after the change."""
        old, value = np.asarray(before, dtype=float), np.asarray(self.value, dtype=float)
        if self.operation == "set":
            return np.asarray(value + np.zeros_like(old))
        return np.asarray(old * value if self.operation == "multiply" else old + value)


@dataclasses.dataclass(frozen=True)
class Technology:
    """A named change of a contest's parameters: what AI, say, does to it.

    Attributes:
        name: what it is called in reports.
        changes: parameter name, dotted for parts (`holes.scale`), to its change.
    """

    name: str
    changes: Mapping[str, Change]

    def __post_init__(self) -> None:
        object.__setattr__(self, "changes", MappingProxyType(dict(self.changes)))

    def apply(self, contest: AbstractContest) -> AbstractContest:
        """The contest with the technology.

        Raises:
            UnknownNameError: when the contest has no such parameter.
            ParameterError: when a changed value leaves the parameter's range.
        """
        values = values_of(contest)
        for name, change in self.changes.items():
            if name not in values:
                raise unknown(f"parameter of {type(contest).__name__}", name, values)
            values[name] = change.apply(values[name])
        return build(type(contest), values, **options_of(contest))
