"""Where the documentation lies, and how pages and pictures come into it."""

import hashlib
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

import tiltmeter as tm

DOCS = Path(__file__).parent.parent
PACKAGE = Path(tm.__file__).parent
DRAWN = DOCS.parent / "build"


def read(page: str) -> str:
    """The text of a file in the documentation."""
    return (DOCS / page).read_text(encoding="utf-8")


def pages_in(folder: str) -> list[str]:
    """The pages that lie in a folder, its index first."""
    names = sorted(path.name for path in (DOCS / folder).glob("*.md"))
    return [f"{folder}/{name}" for name in sorted(names, key=lambda name: name != "index.md")]


def slug(contest: type) -> str:
    """What the page and the picture of a contest are called."""
    return contest.__name__.lower()


def put(files: Files, config: MkDocsConfig, made: Mapping[str, str]) -> None:
    """Add pages and pictures by path; one that lies in the documentation gives way to what it has become."""
    for path, text in made.items():
        old = files.get_file_from_path(path)
        if old:
            files.remove(old)
        files.append(File.generated(config, path, content=text))


def drawn_once(name: str, rooms: Sequence[str], state: str, draw: Mapping[str, Callable[[], Any]]) -> dict[str, str]:
    """Pictures as the text of SVG files, by name; drawn once for each state of the code.

    Args:
        name: of the folder that keeps them.
        rooms: folders of the package whose code the pictures follow from.
        state: what else they follow from.
        draw: the function that draws each.
    """
    digest = hashlib.sha256(state.encode())
    for path in sorted(path for room in rooms for path in (PACKAGE / room).rglob("*.py")):
        digest.update(path.relative_to(PACKAGE).as_posix().encode() + path.read_bytes())
    folder = DRAWN / name / digest.hexdigest()[:16]
    if not all((folder / f"{one}.svg").exists() for one in draw):
        shutil.rmtree(folder.parent, ignore_errors=True)
        folder.mkdir(parents=True)
        for one, chart in draw.items():
            (folder / f"{one}.svg").write_text(tm.figures.svg(chart()), encoding="utf-8")
    return {one: (folder / f"{one}.svg").read_text(encoding="utf-8") for one in draw}
