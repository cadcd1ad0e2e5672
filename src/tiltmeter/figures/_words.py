"""Numbers in words: one way to write a value, a change, a share and a factor, wherever people read them."""

import math
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tiltmeter.analysis._words import percent as weight

if TYPE_CHECKING:
    from tiltmeter.analysis import MeasureVerdict, ReadingVerdict
    from tiltmeter.scenarios import Scenario

MINUS = "−"
_PREFIXES = ((1e12, "T"), (1e9, "G"), (1e6, "M"))
_EXPONENT = re.compile(r"(?<=\d)()e(-?\d+)\b")
_SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def number(value: float, digits: int = 3) -> str:
    """A value with `digits` significant digits: "0.0123", "1,230", "1.23 M", "1.2e-7", "∞"; "–" for NaN."""
    if math.isnan(value):
        return "–"
    sign, size = (MINUS if value < 0 else ""), abs(value)
    if math.isinf(size):
        return f"{sign}∞"
    if size == 0:
        return "0"
    size = float(f"{size:.{digits - 1}e}")
    if size < 1e-4 or size >= 1e15:
        mantissa, exponent = f"{size:.{max(digits - 2, 0)}e}".split("e")
        return f"{sign}{mantissa}e{int(exponent)}"
    for scale, prefix in _PREFIXES:
        if size >= scale:
            return f"{sign}{_plain(size / scale, digits)} {prefix}"
    return sign + _plain(size, digits)


def typeset(text: str) -> str:
    """The text with "1.2e-7" written as "1.2 × 10⁻⁷", for pages; fonts of pictures often lack the raised digits."""
    return _EXPONENT.sub(lambda match: f"{match[1]} × 10{match[2].translate(_SUPERSCRIPT)}", text)


def _plain(size: float, digits: int) -> str:
    decimals = max(digits - 1 - math.floor(math.log10(size)), 0)
    text = f"{size:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(share: float) -> str:
    """A share of one in percent: "31.4 %", "0.034 %", "> 99.9 %" where rounding would claim certainty."""
    if not math.isfinite(share):
        return number(share)
    size = abs(share) * 100
    if 99.95 <= size < 100:
        text = "> 99.9"
    elif size >= 0.95 or size == 0:
        text = f"{size:.1f}".removesuffix(".0") if size in (0, 100) else f"{size:.1f}"
    elif size < 1e-3:
        text = "< 0.001"
    else:
        text = number(size, 2)
    return f"{MINUS if share < 0 else ''}{text} %"


def points(change: float) -> str:
    """A difference of two shares, in percentage points with its sign: "+19.5 points"."""
    if not math.isfinite(change):
        return number(change)
    size = abs(change) * 100
    text = f"{size:.1f}" if size >= 0.95 else number(size, 2) if size >= 1e-3 else "0"
    return f"{_sign(change) if text != '0' else ''}{text} points"


def _sign(value: float) -> str:
    return "+" if value > 0 else MINUS if value < 0 else ""


def value(given: float, form: str) -> str:
    """A measure's value as its form asks: "percent" or "number"."""
    return percent(given) if form == "percent" else number(_kept(given))


def change(given: float, form: str) -> str:
    """A measure's change with its sign: points for percentages, plain otherwise."""
    if form == "percent":
        return points(given)
    kept = _kept(given)
    return _sign(kept) + number(abs(kept))


def _kept(given: float) -> float:
    """Zero for what rounding leaves over where equal numbers are subtracted."""
    return 0.0 if abs(given) < 1e-12 else given


def span(low: float, high: float, form: str, changes: bool = False) -> str:
    """An interval: "+4.1 … +38.0 points" for changes, "2.1 … 33 %" for values."""
    write = change if changes else value
    first, second = write(low, form), write(high, form)
    for unit in (" points", " %"):
        if first.endswith(unit) and second.endswith(unit):
            first = first.removesuffix(unit)
    return f"{first} … {second}"


def chance(probability: float) -> str:
    """A probability estimated from draws: "87 %", "> 99 %", "< 1 %", and 0 or 100 % only if every draw says so."""
    if math.isnan(probability):
        return "–"
    if 0 < probability < 0.01:
        return "< 1 %"
    if 0.99 < probability < 1:
        return "> 99 %"
    return f"{100 * probability:.0f} %"


def factor(times: float) -> str:
    """A factor on a central value: "3.1 ×" above one, "÷ 4.2" below."""
    if not math.isfinite(times) or times <= 0:
        return "–"
    return f"{number(times, 2)} ×" if times >= 1 else f"÷ {number(1 / times, 2)}"


def measured(text: str, unit: str) -> str:
    """A written number with its unit, which "1" (a pure number) leaves out."""
    return text if unit in ("", "1") else f"{text} {unit}"


def unit(measure: "MeasureVerdict") -> str:
    """A measure's unit, such as "USD"; "" for shares and pure numbers, and where the title says it."""
    plain = measure.unit in ("", "1", "share", "probability") or measure.unit in measure.title
    return "" if plain else measure.unit


def titled(measure: "MeasureVerdict") -> str:
    """A measure's title with its unit: "attacker's payoff (USD)"."""
    return f"{measure.title} ({unit(measure)})" if unit(measure) else measure.title


def listed(parts: Sequence[str], last: str = "and") -> str:
    """The parts as an enumeration: "a, b and c"."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {last} {parts[-1]}" if parts else ""


def weighted(reading: "ReadingVerdict") -> str:
    """A reading's title with its weight, which lines do not break."""
    return f"{reading.title} (weight\N{NO-BREAK SPACE}{weight(reading.weight)})"


def count(whole: int) -> str:
    """A whole number with thousands separators."""
    return f"{whole:,}"


def technology(scenario: "Scenario") -> str:
    """The technology's short name, such as "AI"."""
    return scenario.technology_short or scenario.technology_name or "the technology"


def failures(share: float) -> str:
    """A sentence on failed draws to put behind another one; empty where none failed."""
    return f" {percent(share)} of the draws failed and are left out." if share > 0 else ""


def shortened(text: str, characters: int) -> str:
    """The text, cut with an ellipsis where it is longer: between words, unless that would leave less than half."""
    if len(text) <= characters:
        return text
    kept = text[:characters].rpartition(" ")[0].rstrip(" ,;:")
    return (kept if len(kept) >= characters / 2 else text[: characters - 1].rstrip()) + "…"
