"""The page of the questions that lead to a contest."""

import tiltmeter as tm
from _pages.claims import page_of_claim
from _pages.files import read


def which_page() -> str:
    """The questions that lead to a contest, as a list."""
    return "\n".join([read("explanation/which.md"), *_asked(tm.claims.FIRST, 0), ""])


def _asked(question: tm.claims.Question, depth: int) -> list[str]:
    indent = "    " * depth
    lines = [f"{indent}- **{question.text}** (`{question.name}`)"]
    for answer in question.answers:
        said = f"{indent}    - {answer.text} (`{answer.name}`)"
        if isinstance(answer.leads_to, tm.claims.Question):
            lines += [said, *_asked(answer.leads_to, depth + 2)]
            continue
        fit = answer.leads_to
        claims = [f"[{name}](../claims/{page_of_claim(tm.claims.claim_named(name))})" for name in fit.claims]
        page = f"[`{fit.contest}`](../contests/{fit.contest.lower()}.md)"
        lines += [f"{said}: {page}. {fit.reason}" + (f" See {', '.join(claims)}." if claims else "")]
    return lines
