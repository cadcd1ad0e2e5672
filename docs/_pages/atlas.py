"""The atlas: its pictures, and the page that shows them all."""

import html
import re
from importlib.metadata import version

import tiltmeter as tm
from _pages.files import drawn_once, read, slug
from _pages.prose import docstring

# What the pictures are drawn with; they are drawn anew when any of it changes.
DRAWN_WITH = ("jax", "altair", "vl-convert-python")


def atlas() -> dict[str, str]:
    """Every picture of the atlas as the text of an SVG file, by name."""
    state = " ".join(version(name) for name in DRAWN_WITH)
    draw = {one.name: one.draw for one in tm.figures.atlas.pictures()}
    return drawn_once("atlas", ("contests", "equilibrium", "figures"), state, draw)


def atlas_page(drawn: dict[str, str]) -> str:
    """All pictures, by contest."""
    parts = [read("atlas/index.md").strip()]
    for one in tm.figures.atlas.pictures():
        contest = tm.contest_named(one.contest)
        if one.name == slug(contest):
            parts += [f"## {contest.card.title}", f"[{docstring(contest).splitlines()[0]}](../contests/{one.name}.md)"]
        parts += [picture(one.name, drawn)]
    return "\n\n".join(parts) + "\n"


def picture(name: str, drawn: dict[str, str], folder: str = "") -> str:
    """A picture with its finding, which is what it shows to those who cannot see it."""
    found = re.search(r"<title>(.*?)</title>", drawn[name])
    return f"![{html.unescape(found[1]) if found else name}]({folder}{name}.svg)"
