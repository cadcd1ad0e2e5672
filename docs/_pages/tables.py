"""Tables of what the code declares once: parameters of contests, and measures."""

import re
import unicodedata

import tiltmeter as tm


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


def _latex(symbol: str) -> str:
    """A symbol as it stands in the code ("α_A", "δ₀") in LaTeX."""
    plain = symbol.translate(str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789"))
    if plain != symbol:
        plain = re.sub(r"(\d+)$", r"_\1", plain)
    return re.sub(r"[α-ω]", lambda found: rf"\{_greek(found[0])} ", plain).strip()


def _greek(letter: str) -> str:
    """The name of a small Greek letter; Unicode spells one of them its own way."""
    return unicodedata.name(letter).rpartition(" ")[2].lower().replace("lamda", "lambda")
