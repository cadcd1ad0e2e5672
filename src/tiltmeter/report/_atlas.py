"""The atlas as a folder: every picture as SVG and PNG, and a page that shows them all."""

import dataclasses
import json
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from tiltmeter.analysis._progress import Progress
from tiltmeter.contests import contest_named
from tiltmeter.report._folder import ATLAS, FORMAT, MANIFEST, hashes, staging, write_picture
from tiltmeter.report._html import asset, template
from tiltmeter.report._svg import embedded

if TYPE_CHECKING:
    from tiltmeter.figures.atlas import Picture


_TEMPLATE = "atlas.html.j2"


@dataclasses.dataclass(frozen=True)
class Drawn:
    """A picture that was written.

    Attributes:
        name: of its files, without an ending.
        contest: the name of the contest that it shows.
        title: the contest's title.
        finding: what the picture shows, in a sentence.
    """

    name: str
    contest: str
    title: str
    finding: str


def write_atlas(pictures: "Sequence[Picture]", out: Path, progress: Progress | None = None) -> tuple[Drawn, ...]:
    """Draw pictures and write them into a folder, with index.html and manifest.json.

    Args:
        pictures: what to draw.
        out: the folder. One that this function wrote is replaced; anything else that is there is left alone.
        progress: called with a stage, and the pictures done and in all.

    Raises:
        OutputError: when it cannot be written; then nothing has been.
    """
    from tiltmeter.figures import render

    stage, drawings = "drawing the atlas", dict[Drawn, str]()
    with staging(out, ATLAS) as folder:
        for done, one in enumerate(pictures):
            if progress:
                progress(stage, done, len(pictures))
            chart = one.draw()
            svg, png = render(chart)
            write_picture(folder, one.name, svg, png)
            finding = str(chart.to_dict(validate=False)["description"])
            drawings[Drawn(one.name, one.contest, contest_named(one.contest).card.title, finding)] = svg
        if progress:
            progress(stage, len(pictures), len(pictures))
        (folder / "index.html").write_text(_page(drawings), encoding="utf-8")
        manifest = {"kind": ATLAS, "format": FORMAT, "version": version("tiltmeter"), "files": hashes(folder)}
        (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    return tuple(drawings)


def _page(drawings: dict[Drawn, str]) -> str:
    """The page that shows all pictures, by contest; it needs nothing but a browser."""
    by_contest: dict[str, list[tuple[Drawn, Markup]]] = {}
    for drawn, svg in drawings.items():
        by_contest.setdefault(drawn.title, []).append((drawn, Markup(embedded(svg, drawn.name))))
    return template(_TEMPLATE).render(
        contests=by_contest, style=Markup(asset("report.css")), version=version("tiltmeter")
    )
