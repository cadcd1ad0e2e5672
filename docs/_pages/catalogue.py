"""The page of the catalogue: all applications by field, with their verdicts.

The verdicts are those of `docs/catalogue/catalogue.json`, which `make catalogue` writes.
"""

import json
from typing import Any

import tiltmeter as tm
from _pages.files import read
from tiltmeter.figures import _words as words


def catalogue_page() -> str:
    """The table of all applications, by field."""
    answers = json.loads(read("catalogue/catalogue.json"))
    by_name = {answer["application"]: answer for answer in answers}
    parts = [read("catalogue/index.md").rstrip()]
    for field, names in tm.scenarios.FIELDS.items():
        rows = [_answer(by_name[name]) for name in names]
        head = ["| application | guess | verdict | probability | readings | main driver |", "|---|---|---|---|---|---|"]
        parts.append("\n".join([f"## {field}", "", *head, *rows]))
    differing = [answer for answer in answers if answer["agrees"] is False]
    reasons = [f"- [{one['short']}](../scenarios/{one['application']}.md): {one['reason']}" for one in differing]
    parts += ["## Where the verdict is not what had been guessed", "\n".join(reasons)]
    return "\n\n".join(parts) + "\n"


def _answer(answer: dict[str, Any]) -> str:
    name = answer["application"]
    driver = answer["drivers"][0] if answer["drivers"] else None
    mark = " (stale)" if answer["stale"] else ""
    cells = [
        f"[{answer['short']}](../scenarios/{name}.md){mark}",
        answer["guess"] or "none",
        f"**{answer['verdict']}**",
        words.chance(answer["probability"]),
        "agree" if answer["readings_agree"] else "differ",
        f"{driver['label']} {words.chance(driver['share'])}" if driver else "–",
    ]
    return f"| {' | '.join(cells)} |"
