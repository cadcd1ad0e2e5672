"""SVG files made fit to stand in one page together."""

import re

_ID = re.compile(r'(\bid=")([^"<>]+)(")')
_REFERENCE = re.compile(r'(url\(#|href="#)([^)"<>]+)')


def embedded(svg: str, name: str) -> str:
    """The SVG with ids of its own, so that two figures in one page do not use each other's clippings.

    Args:
        svg: the text of an SVG file.
        name: what to put before the ids, different for each figure of the page.
    """
    marked = _ID.sub(rf"\g<1>{name}-\g<2>\g<3>", svg)
    return _REFERENCE.sub(rf"\g<1>{name}-\g<2>", marked)
