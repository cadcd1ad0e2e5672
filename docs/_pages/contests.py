"""The pages on contests: one for each, and their list."""

import tiltmeter as tm
from _pages.atlas import picture
from _pages.files import read, slug
from _pages.prose import docstring
from _pages.references import cited
from _pages.tables import parameter_table


def contest_page(contest: type, drawn: dict[str, str]) -> str:
    """One contest: its docstring, its picture, its parameters, what it can be called and where it comes from."""
    card = contest.card
    parts = [f"# {card.title}", f"`tm.{contest.__name__}`" + _called(card.aliases), docstring(contest)]
    parts += [picture(slug(contest), drawn, "../atlas/")]
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


def contests_page() -> str:
    """The list of contests."""
    rows = [
        f"| [{contest.card.title}]({slug(contest)}.md) | `{contest.__name__}` | {docstring(contest).splitlines()[0]} |"
        for contest in tm.CONTESTS
    ]
    return "\n".join([read("contests/index.md"), "| contest | name | in a sentence |", "|---|---|---|", *rows, ""])


def _called(aliases: tuple[str, ...]) -> str:
    return f", also called {', '.join(aliases)}" if aliases else ""
