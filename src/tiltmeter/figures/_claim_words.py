"""Regions and counterexamples in words, short where there are many inputs."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tiltmeter.figures import _words as words

if TYPE_CHECKING:
    from tiltmeter.claims import Case, Counterexample, Span

# Up to so many inputs are all listed.
_ALL = 12


def regions(cases: "Sequence[Case]", mark: str = "") -> list[tuple[str, str]]:
    """The name of each case with what is searched; what many inputs have in common stands first, without a name.

    Args:
        cases: of a claim.
        mark: what stands before and after the name of each input.
    """
    first, *others = (case.region for case in cases)
    common = {name: span for name, span in first.spans.items() if all(one.spans.get(name) == span for one in others)}
    if not others or len(common) <= _ALL:
        return [(case.title, _searched(case.region.spans, case.region.fixed, mark)) for case in cases]
    own = [
        (case.title, {name: span for name, span in case.region.spans.items() if name not in common}, case.region.fixed)
        for case in cases
    ]
    return [("", _searched(common, {}, mark)), *((name, _searched(spans, fixed, mark)) for name, spans, fixed in own)]


def _searched(spans: "Mapping[str, Span]", fixed: Mapping[str, float], mark: str) -> str:
    """Inputs with their intervals or values; of many inputs those with the same interval share one."""
    told: dict[str, list[str]] = {}
    for name, span in spans.items():
        told.setdefault(f"{words.number(span.low)} to {words.number(span.high)}", []).append(f"{mark}{name}{mark}")
    for name, value in fixed.items():
        told.setdefault(words.number(value), []).append(f"{mark}{name}{mark}")
    parts: list[str] = []
    for interval, names in told.items():
        if len(spans) > _ALL and len(names) > 1:
            parts.append(f"{words.listed(names)} {interval} each")
        else:
            parts += [f"{name} {interval}" for name in names]
    return ", ".join(parts)


def example(found: "Counterexample", mark: str = "") -> str:
    """The inputs of a counterexample; of many those that are not at their plainest values."""
    many = len(found.inputs) > _ALL and bool(found.plain)
    shown = {name: value for name, value in found.inputs.items() if not (many and name in found.plain)}
    told = [f"{mark}{name}{mark} {words.number(value, 6)}" for name, value in shown.items()]
    others = len(found.inputs) - len(shown)
    rest = ("everything" if not shown else f"the other {others} inputs") + " in the middle"
    return ", ".join([*told, rest] if others else told)
