"""Docstrings as Markdown."""

import re

from _pages.files import read
from tiltmeter.contests._prose import prose


def docstring(documented: type) -> str:
    """A docstring as Markdown: its slots (`Success …`, `Limits …`) become lines of their own, its example a block."""
    said = prose(documented)
    slots = [f"**{name}:** {text}" for name, text in said.slots.items()]
    text = "\n\n".join([said.summary, *slots, *said.paragraphs, *_example(said.example)])
    return re.sub(r"\[`(\w+)`\]\[tiltmeter\.(\w+)\]", lambda found: f"[`{found[1]}`]({_page_of(found[2])})", text)


def _example(text: str) -> list[str]:
    """The example of a docstring, words and code, as paragraphs of Markdown."""
    said, code, shown = text.partition(">>> ")
    return ["**Example:** " + re.sub(r"\s+", " ", said).strip(), f"```pycon\n{code}{shown}\n```"] if code else []


def _page_of(name: str) -> str:
    """Where a public name is described, seen from the page of a contest: its own page, or the reference."""
    described = re.search(rf"^::: (tiltmeter\.[\w.]*\b{name})$", read("reference/api.md"), re.MULTILINE)
    return f"../reference/api.md#{described[1]}" if described else f"{name.lower()}.md"
