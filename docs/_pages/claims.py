"""The pages on claims: one for each with its other versions, and the ledger."""

import json
from functools import partial

import tiltmeter as tm
from _pages.files import DOCS, drawn_once, read
from _pages.markdown import code_cell
from tiltmeter.figures import _claim_words as claim_words
from tiltmeter.figures import _words as words

FINDINGS = {one["id"]: tm.claims.finding_of(one) for one in json.loads((DOCS / "claims" / "findings.json").read_text())}


def claims_page() -> str:
    """The list of claims with their findings."""
    rows: list[str] = []
    for one in tm.claims.LEDGER:
        found = FINDINGS[one.id]
        share = words.percent(found.share).replace(" ", "\N{NO-BREAK SPACE}")
        rows.append(f"| [{one.id}]({page_of_claim(one)}) | {found.finding} | {share} | {one.statement} |")
    head = ["## The ledger", "", "| claim | finding | share | statement |", "|---|---|---|---|"]
    return "\n".join([read("claims/index.md"), *head, *rows, ""])


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
        "holds if": code_cell(found.condition.text) if found.condition else "",
        "rule learnt": f"right on {words.percent(found.condition.accuracy)} of other draws"
        if found.condition and found.condition.kind == "rule"
        else "",
        "looked at": f"{words.count(found.draws)} draws{searched}",
        "worst regret": f"{words.typeset(words.number(found.regret))} of the stake",
    }
    return "\n".join(["| | |", "|---|---|", *(f"| {name} | {text} |" for name, text in rows.items() if text)])


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
    """Every claim's figure as the text of an SVG file, by id."""
    draw = {name: partial(tm.figures.claim, found) for name, found in FINDINGS.items()}
    return drawn_once("claims", ("figures", "claims"), read("claims/findings.json"), draw)


def first_versions() -> list[tm.claims.Claim]:
    return [one for one in tm.claims.LEDGER if not one.version_of]


def page_of_claim(claim: tm.claims.Claim) -> str:
    return f"{claim.version_of}.md#{claim.id}" if claim.version_of else f"{claim.id}.md"
