"""Numbers as people write them in a scenario: 2, -0.5, 1_000, 1e-3, 5%."""

import math
import re

_DIGITS = r"[0-9]+(?:_[0-9]+)*"
NUMBER = rf"[-−]?(?:{_DIGITS}(?:\.(?:{_DIGITS})?)?|\.{_DIGITS})(?:[eE][-+]?[0-9]+)?"

_PLAIN = re.compile(NUMBER)
_PERCENT = re.compile(rf"({NUMBER})\s*%")
_WHOLE = re.compile(r"-?[0-9_]{1,15}")


def number_of(text: str) -> int | float | None:
    """The number that `text` is, without a percent sign; None when it is none.

    A leading plus makes no number, since in a change it means "add".
    """
    if not _PLAIN.fullmatch(text):
        return None
    digits = text.replace("−", "-")
    return int(digits) if _WHOLE.fullmatch(digits) else float(digits)


def percentage_of(text: str) -> float | None:
    """The share that a percentage such as `5%` or `2.5 %` stands for; None when `text` is none."""
    found = _PERCENT.fullmatch(text)
    return float(found[1].replace("−", "-")) / 100 if found else None


def finite_number(given: object) -> float:
    """A finite number read from a scalar of a scenario file; `ValueError` says what it is instead."""
    if isinstance(given, str):
        share = percentage_of(given.strip())
        if share is not None:
            return _finite(share)
        if number_of(given.strip()) is not None:
            raise ValueError(f"must be a number, but {given!r} is text; leave the quotation marks out.")
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise ValueError(f"must be a number, not {in_words(given)}.")
    return _finite(float(given))


def in_words(given: object) -> str:
    """A value from a file, shown to the reader as it could be written there."""
    if given is None:
        return "nothing"
    if isinstance(given, bool):
        return "true" if given else "false"
    if isinstance(given, dict):
        return "a mapping"
    if isinstance(given, list):
        return "a list"
    text = repr(given)
    return text if len(text) <= 60 else f"{text[:50]}… ({len(text)} characters)"


def as_text(number: float) -> str:
    """The shortest text that reads back as the same number."""
    whole = number.is_integer() and abs(number) < 1e15
    return str(int(number)) if whole else repr(number)


def _finite(number: float) -> float:
    if not math.isfinite(number):
        raise ValueError(f"must be a finite number, not {number:g}.")
    return number
