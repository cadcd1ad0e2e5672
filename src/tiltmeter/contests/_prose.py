"""What a contest says of itself: its docstring, read as slots (`Success …`, `Limits …`), paragraphs and an example."""

import inspect
import re
from dataclasses import dataclass

_SLOT = re.compile(r"^(?=\w+  +\S)", re.MULTILINE)


@dataclass(frozen=True)
class Prose:
    """A contest's docstring in parts, lines joined, Markdown kept.

    Attributes:
        summary: the first paragraph.
        slots: the text of each slot by its name, in their order.
        paragraphs: what else is said, as when to use the contest.
        example: the worked example, words and code, its lines kept; empty where there is none.
    """

    summary: str
    slots: dict[str, str]
    paragraphs: tuple[str, ...]
    example: str


def prose(contest: type) -> Prose:
    """The docstring of a contest, or of another documented class, in parts."""
    text, _, example = (inspect.getdoc(contest) or "").partition("\nExample:\n")
    summary, *rest = [paragraph for paragraph in text.strip().split("\n\n") if paragraph.strip()] or [""]
    slots: dict[str, str] = {}
    paragraphs: list[str] = []
    for paragraph in rest:
        if _SLOT.match(paragraph):
            named = (slot.split(maxsplit=1) for slot in _SLOT.split(paragraph) if slot.strip())
            slots |= {name: _joined(said) for name, said in named}
        else:
            paragraphs.append(_joined(paragraph))
    return Prose(_joined(summary), slots, tuple(paragraphs), inspect.cleandoc(f"\n{example}").strip())


def _joined(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
