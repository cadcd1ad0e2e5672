"""What mkdocs does beside its plugins: pages made from the code, the literature list, citations, and formulas.

Formulas become MathML when the site is built, so that no page needs a script or the network to show them.
"""

import hashlib
import html
import json
import re
import shutil
import unicodedata
from importlib.metadata import version
from pathlib import Path
from typing import Any

from latex2mathml.converter import convert
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from pybtex.backends.markdown import Backend
from pybtex.database import Entry, parse_file
from pybtex.style.formatting.unsrt import Style
from typer.testing import CliRunner

import tiltmeter as tm
from tiltmeter.cli import app
from tiltmeter.contests._prose import prose
from tiltmeter.figures import _claim_words as claim_words
from tiltmeter.figures import _words as words

DOCS = Path(__file__).parent
PACKAGE = Path(tm.__file__).parent
# What the pictures of the atlas are drawn with; they are drawn anew when any of it changes.
DRAWN_WITH = ("jax", "altair", "vl-convert-python")
DRAWN = DOCS.parent / "build" / "atlas"
LITERATURE = parse_file(str(DOCS / "references.bib"))

FINDINGS = {one["id"]: tm.claims.finding_of(one) for one in json.loads((DOCS / "claims" / "findings.json").read_text())}

CITATION = re.compile(r"\[(@\w+(?:; @\w+)*)\]")
FORMULA = re.compile(r'<(span|div) class="arithmatex">\\([(\[])(.*?)\\[)\]]</\1>', re.DOTALL)


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Fill the sections of the navigation that follow from folders and from the code."""
    sections = {
        "Scenarios": ["catalogue/index.md", *_pages("scenarios")],
        "Contests": [
            "contests/index.md",
            "atlas/index.md",
            *(f"contests/{_slug(contest)}.md" for contest in tm.CONTESTS),
        ],
        "Claims": ["claims/index.md", "claims/notes.md", *(f"claims/{one.id}.md" for one in _first_versions())],
        "Decisions": _pages("decisions"),
    }
    for entry in config.nav:
        for title in entry:
            entry[title] = sections.get(title, entry[title])
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that are made from the code."""
    drawn = atlas()
    made = (
        {f"atlas/{name}.svg": svg for name, svg in drawn.items()}
        | {
            "atlas/index.md": atlas_page(drawn),
            "contests/index.md": contests_page(),
            "references.md": literature_page(),
            "claims/index.md": claims_page(),
            "explanation/which.md": which_page(),
            "reference/measures.md": measures_page(),
            "reference/cli.md": _read("reference/cli.md") + commands(),
            "reference/scenario.md": _read("reference/scenario.md") + fields(tm.scenarios.schema()),
        }
        | {f"contests/{_slug(contest)}.md": contest_page(contest, drawn) for contest in tm.CONTESTS}
        | {f"claims/{one.id}.md": claim_page(one) for one in _first_versions()}
        | {f"claims/{name}.svg": svg for name, svg in claim_figures().items()}
    )
    for path, text in made.items():
        old = files.get_file_from_path(path)
        if old:
            files.remove(old)
        files.append(File.generated(config, path, content=text))
    return files


def on_page_markdown(markdown: str, page: Page, **_: Any) -> str:
    """Turn `[@Key; @Other]` into links to the list of literature."""
    list_page = "../" * page.file.src_uri.count("/") + "references.md"

    def links(found: re.Match[str]) -> str:
        keys = found[1].replace("@", "").split("; ")
        return f"({'; '.join(f'[{short(key)}]({list_page}#{key.lower()})' for key in keys)})"

    return CITATION.sub(links, markdown)


def on_page_content(page_html: str, **_: Any) -> str:
    """Turn formulas into MathML."""

    def mathml(found: re.Match[str]) -> str:
        return convert(html.unescape(found[3]), display="inline" if found[1] == "span" else "block")

    return FORMULA.sub(mathml, page_html)


def contest_page(contest: type, drawn: dict[str, str]) -> str:
    """One contest: its docstring, its picture, its parameters, what it can be called and where it comes from."""
    card = contest.card
    parts = [f"# {card.title}", f"`tm.{contest.__name__}`" + _called(card.aliases), docstring(contest)]
    parts += [_picture(_slug(contest), drawn, "../atlas/")]
    if contest is tm.Tullock:
        parts += [
            "The [atlas](../atlas/index.md#tullock-contest) has more of this contest, for returns, edges and costs."
        ]
    parts += ["## Parameters", parameter_table(tm.parameters(contest))]
    for option, choices in tm.contests.option_choices(contest).items():
        parts.append(f"### Choices for `{option}`")
        for choice in choices:
            own = {k: v for k, v in tm.parameters(contest, **{option: choice}).items() if k.startswith(f"{option}.")}
            part = type(getattr(tm.build(contest, {}, **{option: choice}), option))
            parts += [f"**`{choice}`** {docstring(part)}", parameter_table(own)]
    if card.exemptions:
        parts += ["## Where it differs from other contests"]
        parts += ["\n".join(f"- Not {what}: {why}." for what, why in card.exemptions)]
    parts += ["## From", "\n".join(f"- {cited(key)}" for key in card.cites)]
    return "\n\n".join(parts) + "\n"


def atlas() -> dict[str, str]:
    """Every picture of the atlas as the text of an SVG file, by name; drawn once for each state of the code."""
    digest = hashlib.sha256(" ".join(version(name) for name in DRAWN_WITH).encode())
    for room in ("contests", "equilibrium", "figures"):
        for path in sorted((PACKAGE / room).rglob("*.py")):
            digest.update(path.relative_to(PACKAGE).as_posix().encode() + path.read_bytes())
    folder = DRAWN / digest.hexdigest()[:16]
    pictures = tm.figures.atlas.pictures()
    if not all((folder / f"{one.name}.svg").exists() for one in pictures):
        shutil.rmtree(DRAWN, ignore_errors=True)
        folder.mkdir(parents=True)
        for one in pictures:
            (folder / f"{one.name}.svg").write_text(tm.figures.svg(one.draw()), encoding="utf-8")
    return {one.name: (folder / f"{one.name}.svg").read_text(encoding="utf-8") for one in pictures}


def atlas_page(drawn: dict[str, str]) -> str:
    """All pictures, by contest."""
    parts = [_read("atlas/index.md").strip()]
    for one in tm.figures.atlas.pictures():
        contest = tm.contest_named(one.contest)
        if one.name == _slug(contest):
            parts += [f"## {contest.card.title}", f"[{docstring(contest).splitlines()[0]}](../contests/{one.name}.md)"]
        parts += [_picture(one.name, drawn)]
    return "\n\n".join(parts) + "\n"


def _picture(name: str, drawn: dict[str, str], folder: str = "") -> str:
    """A picture with its finding, which is what it shows to those who cannot see it."""
    found = re.search(r"<title>(.*?)</title>", drawn[name])
    return f"![{html.unescape(found[1]) if found else name}]({folder}{name}.svg)"


def contests_page() -> str:
    """The list of contests."""
    rows = [
        f"| [{contest.card.title}]({_slug(contest)}.md) | `{contest.__name__}` | {docstring(contest).splitlines()[0]} |"
        for contest in tm.CONTESTS
    ]
    return "\n".join([_read("contests/index.md"), "| contest | name | in a sentence |", "|---|---|---|", *rows, ""])


def claims_page() -> str:
    """The list of claims with their findings."""
    rows: list[str] = []
    for one in tm.claims.LEDGER:
        found = FINDINGS[one.id]
        share = words.percent(found.share).replace(" ", "\N{NO-BREAK SPACE}")
        rows.append(f"| [{one.id}]({_page_of_claim(one)}) | {found.finding} | {share} | {one.statement} |")
    head = ["## The ledger", "", "| claim | finding | share | statement |", "|---|---|---|---|"]
    return "\n".join([_read("claims/index.md"), *head, *rows, ""])


def claim_page(claim: tm.claims.Claim) -> str:
    """One claim with its other versions: findings, conditions with derivations, counterexamples, commands."""
    versions = [claim, *(one for one in tm.claims.LEDGER if one.version_of == claim.id)]
    title = claim.id.replace("-", " ")
    return "\n\n".join([f"# {title[0].upper()}{title[1:]}", *map(_version, versions)]) + "\n"


def _version(claim: tm.claims.Claim) -> str:
    found = FINDINGS[claim.id]
    told = {"fixed": "held fixed", "equilibrium": "in equilibrium"}[claim.efforts]
    parts = [f"## {claim.id}" if claim.version_of else "", f"> {claim.statement}"]
    efforts = f"Efforts {told}; measure" if any(case.contest for case in claim.cases) else "Measure"
    parts += [f"From {' '.join(f'[@{key}]' for key in claim.source)}. {efforts}: {claim.measure}."]
    parts += [f"Technology: {claim.technology}." if claim.technology else ""]
    parts += [_finding(found), f"![{claim.statement} {found.finding}]({claim.id}.svg)", claim.remark.strip()]
    if claim.formula and found.condition and found.condition.kind == "formula":
        agrees = "Compared with the numbers: the boundary to 1e-9 of the region"
        error = words.typeset(words.number(found.condition.error or 0.0))
        agrees += f", margins to {error}." if claim.formula.value else "."
        parts += ["**Derivation.** " + claim.formula.derivation.strip(), agrees]
    parts += [_shares(found) if len(found.cases) > 1 else "", _counterexample(found), _searched(claim), _leans(claim)]
    parts += [f"```console\n{found.command}\n```"]
    return "\n\n".join(part for part in parts if part)


def _finding(found: tm.claims.Finding) -> str:
    low, high = words.percent(found.share_low), words.percent(found.share_high)
    searched = f", then {words.count(found.searched)} points in search of a violation" if found.searched else ""
    rows = {
        "finding": f"**{found.finding}**",
        "share": f"{words.percent(found.share)} of the region in which anything changes (95 %: {low} to {high})",
        "no change": f"{words.percent(found.unchanged)} of the region" if found.unchanged else "",
        "not certified": f"{words.percent(found.uncertified)} of the region" if found.uncertified else "",
        "holds if": _cell(found.condition.text) if found.condition else "",
        "rule learnt": f"right on {words.percent(found.condition.accuracy)} of other draws"
        if found.condition and found.condition.kind == "rule"
        else "",
        "looked at": f"{words.count(found.draws)} draws{searched}",
        "worst regret": f"{words.typeset(words.number(found.regret))} of the stake",
    }
    return "\n".join(["| | |", "|---|---|", *(f"| {name} | {text} |" for name, text in rows.items() if text)])


def _cell(text: str) -> str:
    return f"`{text.replace('|', chr(0x2223))}`"


def _shares(found: tm.claims.Finding) -> str:
    rows = [
        f"| {case.case} | "
        + " | ".join(map(words.percent, (case.holds, case.violated, case.unchanged, case.uncertified)))
        + " |"
        for case in found.cases
    ]
    return "\n".join(["| contest | holds | violated | no change | not certified |", "|---|---|---|---|---|", *rows])


def _counterexample(found: tm.claims.Finding) -> str:
    example = found.counterexample
    if example is None:
        return ""
    given = claim_words.example(example, "`")
    there = ", ".join(f"{name.replace('_', ' ')} {words.number(value, 4)}" for name, value in example.said.items())
    return f"**Smallest counterexample.** {example.case}: {given}. There: {there}."


def _searched(claim: tm.claims.Claim) -> str:
    lines = [f"{name or 'All'}: {told}." for name, told in claim_words.regions(claim.cases, "`")]
    if len(lines) == 1:
        return f"**Region.** {lines[0]}"
    return "**Regions.**\n\n" + "\n".join(f"- {line}" for line in lines)


def _leans(claim: tm.claims.Claim) -> str:
    """The figures behind the numbers that a claim takes, and what is stale among them."""
    ids = list(dict.fromkeys(id for use in tm.claims.uses(claim) for id in use.figures))
    if not ids:
        return ""
    stale = "".join(f" It is stale: `{one.id}` is {one.status}." for one in tm.claims.stale(claim))
    text = f"{len(ids)} figures, beside numbers that are guesses: `tiltmeter evidence {claim.id}` lists them."
    return f"**Leans on** {text}{stale}"


def claim_figures() -> dict[str, str]:
    """Every claim's figure as the text of an SVG file, by id; drawn once for each state of findings and code."""
    digest = hashlib.sha256(_read("claims/findings.json").encode())
    for path in sorted([*(PACKAGE / "figures").rglob("*.py"), *(PACKAGE / "claims").rglob("*.py")]):
        digest.update(path.relative_to(PACKAGE).as_posix().encode() + path.read_bytes())
    folder = DRAWN.parent / "claims" / digest.hexdigest()[:16]
    if not folder.exists():
        shutil.rmtree(folder.parent, ignore_errors=True)
        drawn = {name: tm.figures.svg(tm.figures.claim(found)) for name, found in FINDINGS.items()}
        folder.mkdir(parents=True)
        for name, svg in drawn.items():
            (folder / f"{name}.svg").write_text(svg, encoding="utf-8")
    return {name: (folder / f"{name}.svg").read_text(encoding="utf-8") for name in FINDINGS}


def _first_versions() -> list[tm.claims.Claim]:
    return [one for one in tm.claims.LEDGER if not one.version_of]


def _page_of_claim(claim: tm.claims.Claim) -> str:
    return f"{claim.version_of}.md#{claim.id}" if claim.version_of else f"{claim.id}.md"


def which_page() -> str:
    """The questions that lead to a contest, as a list."""
    return "\n".join([_read("explanation/which.md"), *_asked(tm.claims.FIRST, 0), ""])


def _asked(question: tm.claims.Question, depth: int) -> list[str]:
    indent = "    " * depth
    lines = [f"{indent}- **{question.text}** (`{question.name}`)"]
    for answer in question.answers:
        said = f"{indent}    - {answer.text} (`{answer.name}`)"
        if isinstance(answer.leads_to, tm.claims.Question):
            lines += [said, *_asked(answer.leads_to, depth + 2)]
            continue
        fit = answer.leads_to
        claims = [f"[{name}](../claims/{_page_of_claim(tm.claims.claim_named(name))})" for name in fit.claims]
        page = f"[`{fit.contest}`](../contests/{fit.contest.lower()}.md)"
        lines += [f"{said}: {page}. {fit.reason}" + (f" See {', '.join(claims)}." if claims else "")]
    return lines


def measures_page() -> str:
    """The measures of the balance."""
    leans = {1: "offense", -1: "defense", 0: "neither"}
    rows = [f"| `{m.name}` | {m.title} | {m.unit} | {leans[m.leans]} | {m.meaning} |" for m in tm.MEASURES]
    intro = "# Measures\n\nWhat tiltmeter computes at every equilibrium, before and after the technology.\n"
    return "\n".join([intro, "| name | title | unit | a rise leans to | meaning |", "|---|---|---|---|---|", *rows, ""])


def parameter_table(parameters: dict[str, tm.Parameter]) -> str:
    """Parameters as a table."""
    rows = [
        f"| `{name}` | ${_latex(p.symbol)}$ | {p.unit} | {p.domain} | {p.default:g} "
        f"| {p.typical[0]:g}–{p.typical[1]:g} | {p.meaning} |"
        for name, p in parameters.items()
    ]
    head = ["| name | symbol | unit | allowed | default | typical | meaning |", "|---|---|---|---|---|---|---|"]
    return "\n".join(head + rows)


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


def literature_page() -> str:
    """Everything in references.bib, by author."""
    keys = sorted(LITERATURE.entries, key=lambda key: key.lower())
    lines = [f'<a id="{key.lower()}"></a>**{short(key)}.** {full(key)}' for key in keys]
    return "\n\n".join(["# Literature", *lines]) + "\n"


def commands() -> str:
    """What `tiltmeter COMMAND --help` says, for every command."""
    names = [command.name or command.callback.__name__ for command in app.registered_commands]
    texts = []
    for name in names:
        shown = CliRunner().invoke(app, [name, "--help"], env={"COLUMNS": "92", "TERM": "dumb", "NO_COLOR": "1"})
        texts.append(f"## `tiltmeter {name}`\n\n```text\n{shown.stdout.strip()}\n```\n")
    return "\n" + "\n".join(texts)


def fields(schema: dict[str, Any]) -> str:
    """The fields of the scenario file as one table for each kind of mapping in it."""
    parts = [_fields_table("The file", schema)]
    for name, definition in schema["$defs"].items():
        if "properties" in definition:
            title = re.sub(r"(?<=[a-z])Part$", "", name)
            parts.append(_fields_table(title, definition, definition.get("description", "")))
    return "\n" + "\n\n".join(parts) + "\n"


def _fields_table(title: str, definition: dict[str, Any], meaning: str = "") -> str:
    required = definition.get("required", [])
    rows = [
        f"| `{name}` | {_kind(field)} | {'yes' if name in required else ''} | {field.get('description', '')} |"
        for name, field in definition["properties"].items()
    ]
    head = ["| field | holds | required | meaning |", "|---|---|---|---|"]
    return "\n".join([f"## {title}", "", *([meaning, ""] if meaning else []), *head, *rows])


def _kind(field: dict[str, Any]) -> str:
    """What a field of the schema holds, in a word or two."""
    if "$ref" in field:
        name = field["$ref"].rpartition("/")[2]
        return {"Given": "entry"}.get(name, re.sub(r"(?<=[a-z])Part$", "", name).lower())
    if "const" in field:
        return f"`{field['const']}`"
    if "enum" in field:
        return ", ".join(f"`{choice}`" for choice in field["enum"])
    if field.get("type") == "array":
        return f"a list: {_kind(field['items'])}"
    if "anyOf" in field:
        kinds = [_kind(choice) for choice in field["anyOf"] if choice.get("type") != "null"]
        return "a [value](../how-to/scenario.md#values)" if len(kinds) > 3 else " or ".join(kinds)
    kind = field.get("type", "")
    kind = kind[0] if isinstance(kind, list) else kind
    if "properties" in field:
        return "a mapping of [parameters](../contests/index.md): entry"
    return {"string": "text", "object": "a mapping of names: text"}.get(kind, f"a {kind}")


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


def _read(page: str) -> str:
    return (DOCS / page).read_text(encoding="utf-8")


def _called(aliases: tuple[str, ...]) -> str:
    return f", also called {', '.join(aliases)}" if aliases else ""


def _page_of(name: str) -> str:
    """Where a public name is described, seen from the page of a contest: its own page, or the reference."""
    described = re.search(rf"^::: (tiltmeter\.[\w.]*\b{name})$", _read("reference/api.md"), re.MULTILINE)
    return f"../reference/api.md#{described[1]}" if described else f"{name.lower()}.md"


def _slug(contest: type) -> str:
    return contest.__name__.lower()


def _pages(folder: str) -> list[str]:
    names = sorted(path.name for path in (DOCS / folder).glob("*.md"))
    return [f"{folder}/{name}" for name in sorted(names, key=lambda name: name != "index.md")]


def _latex(symbol: str) -> str:
    """A symbol as it stands in the code ("α_A", "δ₀") in LaTeX."""
    plain = symbol.translate(str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789"))
    if plain != symbol:
        plain = re.sub(r"(\d+)$", r"_\1", plain)
    return re.sub(r"[α-ω]", lambda found: rf"\{_greek(found[0])} ", plain).strip()


def _greek(letter: str) -> str:
    """The name of a small Greek letter; Unicode spells one of them its own way."""
    return unicodedata.name(letter).rpartition(" ")[2].lower().replace("lamda", "lambda")
