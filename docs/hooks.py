"""What mkdocs does beside its plugins, event by event: pages made from the code, citations, and formulas.

Formulas become MathML when the site is built, so that no page needs a script or the network to show them.
"""

import html
import re
from typing import Any

from latex2mathml.converter import convert
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

import tiltmeter as tm
from _pages import atlas, catalogue, claims, commands, contests, evidence, fields, references, scenarios, tables, which
from _pages.files import pages_in, put, read, slug

FORMULA = re.compile(r'<(span|div) class="arithmatex">\\([(\[])(.*?)\\[)\]]</\1>', re.DOTALL)


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Fill the sections of the navigation that follow from folders and from the code."""
    sections = {
        "Scenarios": ["catalogue/index.md", *pages_in("scenarios")],
        "Contests": [
            "contests/index.md",
            "atlas/index.md",
            *(f"contests/{slug(contest)}.md" for contest in tm.CONTESTS),
        ],
        "Claims": ["claims/index.md", "claims/notes.md", *(f"claims/{one.id}.md" for one in claims.first_versions())],
        "Decisions": pages_in("decisions"),
    }
    for entry in config.nav:
        for title in entry:
            entry[title] = sections.get(title, entry[title])
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that are made from the code and from data."""
    drawn = atlas.atlas()
    bundled = [tm.load(name) for name in tm.scenarios.bundled()]
    made = (
        {f"atlas/{name}.svg": svg for name, svg in drawn.items()}
        | {
            "atlas/index.md": atlas.atlas_page(drawn),
            "contests/index.md": contests.contests_page(),
            "references.md": references.literature_page(),
            "claims/index.md": claims.claims_page(),
            "explanation/which.md": which.which_page(),
            "reference/measures.md": tables.measures_page(),
            "reference/cli.md": read("reference/cli.md") + commands.commands(),
            "reference/scenario.md": read("reference/scenario.md") + fields.fields(tm.scenarios.schema()),
        }
        | {f"contests/{slug(contest)}.md": contests.contest_page(contest, drawn) for contest in tm.CONTESTS}
        | {f"claims/{one.id}.md": claims.claim_page(one) for one in claims.first_versions()}
        | {f"claims/{name}.svg": svg for name, svg in claims.claim_figures().items()}
        | {f"scenarios/{scenario.name}.md": scenarios.scenario_page(scenario) for scenario in bundled}
        | {"catalogue/index.md": catalogue.catalogue_page(), "reference/evidence.md": evidence.evidence_page(bundled)}
    )
    put(files, config, made)
    return files


def on_page_markdown(markdown: str, page: Page, **_: Any) -> str:
    """Turn `[@Key; @Other]` into links to the list of literature."""
    return references.linked(markdown, "../" * page.file.src_uri.count("/") + "references.md")


def on_page_content(page_html: str, **_: Any) -> str:
    """Turn formulas into MathML."""

    def mathml(found: re.Match[str]) -> str:
        return convert(html.unescape(found[3]), display="inline" if found[1] == "span" else "block")

    return FORMULA.sub(mathml, page_html)
