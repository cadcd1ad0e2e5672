"""From a chart to a picture: SVG for the report and for print, PNG for slides. No file, no browser, no network."""

import re
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import vl_convert

if TYPE_CHECKING:
    import altair as alt

_ID = re.compile(r"(?<=id=\")clip\d+(?=\")|(?<=url\(#)clip\d+(?=\))")
_SCALE = 2
"""PNG pixels per pixel of the drawing, so that it stays sharp on fine screens."""


def svg(chart: "alt.TopLevelMixin") -> str:
    """The chart as the text of an SVG file, with its finding as the title that screen readers say."""
    # The charts are built by this package and drawn in its tests; to check each against the schema takes longer than to
    # draw it.
    specification: dict[str, Any] = chart.to_dict(validate=False)
    drawn = vl_convert.vegalite_to_svg(specification, allowed_base_urls=[])
    head, mark, body = _numbered(drawn).partition(">")
    title = escape(str(specification.get("description", "")))
    return f'{head} role="img"{mark}<title>{title}</title>{body}'


def _numbered(drawn: str) -> str:
    """The SVG with its ids counted from 0: the engine counts on from picture to picture."""
    seen: dict[str, str] = {}
    return _ID.sub(lambda match: seen.setdefault(match[0], f"clip{len(seen)}"), drawn)


def png(drawn: str) -> bytes:
    """The bytes of a PNG file of twice the size of an SVG."""
    return vl_convert.svg_to_png(drawn, scale=_SCALE)


def render(chart: "alt.TopLevelMixin") -> tuple[str, bytes]:
    """The chart as the text of an SVG file and the bytes of a PNG file."""
    drawn = svg(chart)
    return drawn, png(drawn)
