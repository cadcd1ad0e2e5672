"""From records to what JSON can hold, in a form that does not change between runs."""

import dataclasses
import math
from collections.abc import Mapping
from typing import Any, cast

import numpy as np

# Twelve digits are more than any result means, and few enough to hide the order of a sum's terms.
DIGITS = 12


def as_json(value: Any) -> Any:
    """`value` as dicts, lists, strings, numbers, booleans and None; finite numbers only.

    Args:
        value: a record, mapping, sequence, array or scalar, nested at will. Numbers that are not finite become None,
            the others are rounded to twelve significant digits.

    Raises:
        TypeError: for anything else, so that nothing reaches a file by its accidental text.
    """
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return rounded(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: as_json(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): as_json(item) for key, item in cast(Mapping[Any, Any], value).items()}
    if isinstance(value, tuple | list):
        return [as_json(item) for item in cast(list[Any], value)]
    if isinstance(value, np.ndarray | np.generic):
        return as_json(value.tolist())
    raise TypeError(f"a {type(value).__name__} has no form in JSON.")


def rounded(value: float) -> float | None:
    """`value` to twelve significant digits, without a negative zero; None where it is not finite."""
    if not math.isfinite(value):
        return None
    return float(f"{value:.{DIGITS - 1}e}") + 0.0
