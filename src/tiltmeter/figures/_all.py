"""The list of all figures, from which the result folder and the report are made."""

from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import altair as alt

_NAMES = (
    "distributions",
    "tilts",
    "readings",
    "measures",
    "flips",
    "drivers",
    "best-responses",
    "isovalues",
    "certificate",
)

WITHOUT_RESULT = ("best-responses", "isovalues")
"""Those that show the contests at the median inputs, so that they can be drawn before there is a result."""

COUNTED = ("distributions", "tilts", "readings", "measures", "certificate")
"""Those that show what is known once the draws are counted, before it is asked what the answer rests on."""


def _figure(name: str) -> "Callable[[Any], alt.TopLevelMixin]":
    # Altair takes a second to import, which whoever only asks for the names need not wait for.
    return lambda result: getattr(import_module("tiltmeter.figures"), name.replace("-", "_"))(result)


ALL: "Mapping[str, Callable[[Any], alt.TopLevelMixin]]" = MappingProxyType({name: _figure(name) for name in _NAMES})
"""Every figure by the name of its file, in the order of the report; each takes a result."""
