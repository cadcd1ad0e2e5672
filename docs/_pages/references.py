"""The list of literature, and citations of what is in it."""

import re

from pybtex.backends.markdown import Backend
from pybtex.database import Entry, parse_file
from pybtex.style.formatting.unsrt import Style

from _pages.files import DOCS

LITERATURE = parse_file(str(DOCS / "references.bib"))
CITATION = re.compile(r"\[(@\w+(?:; @\w+)*)\]")


def literature_page() -> str:
    """Everything in references.bib, by author."""
    keys = sorted(LITERATURE.entries, key=lambda key: key.lower())
    lines = [f'<a id="{key.lower()}"></a>**{short(key)}.** {full(key)}' for key in keys]
    return "\n\n".join(["# Literature", *lines]) + "\n"


def linked(markdown: str, list_page: str) -> str:
    """The text with `[@Key; @Other]` turned into links to the list of literature."""

    def links(found: re.Match[str]) -> str:
        keys = found[1].replace("@", "").split("; ")
        return f"({'; '.join(f'[{short(key)}]({list_page}#{key.lower()})' for key in keys)})"

    return CITATION.sub(links, markdown)


def cited(key: str) -> str:
    """An entry of the literature with a link to it."""
    return f"[{short(key)}](../references.md#{key.lower()}): {full(key)}"


def short(key: str) -> str:
    """Authors and year, as in "Tullock 1980"; KeyError for a key that references.bib does not have."""
    entry: Entry = LITERATURE.entries[key]
    names = [" ".join([*person.prelast_names, *person.last_names]) for person in entry.persons["author"]]
    names = [re.sub(r"[{}]|\\'", "", name) for name in names]
    before = f"{', '.join(names[:-1])} & " if len(names) > 1 else ""
    who = f"{names[0]} et al." if len(names) > 3 else before + names[-1]
    return f"{who} {entry.fields['year']}"


def full(key: str) -> str:
    """The full reference as Markdown."""
    (entry,) = Style().format_entries([LITERATURE.entries[key]])
    # The parentheses that pybtex escapes would begin a formula.
    return re.sub(r"\\([()])", r"\1", entry.text.render(Backend()))
