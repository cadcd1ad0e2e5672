"""What each contest is, when to use it and what it leaves out, from its docstring."""

import re
from typing import TYPE_CHECKING, Any

from tiltmeter.contests import contest_named
from tiltmeter.contests._prose import prose

if TYPE_CHECKING:
    from tiltmeter.scenarios import Scenario

_LINK = re.compile(r"\[`?([^`\]]+)`?\]\[[^\]]*\]")


def contests(scenario: "Scenario") -> list[dict[str, Any]]:
    """Title and paragraphs of each contest of the scenario: what it is, when to use it and what it leaves out."""
    names = dict.fromkeys(reading.contest for reading in scenario.readings)
    return [_described(name) for name in names]


def _described(name: str) -> dict[str, Any]:
    contest = contest_named(name)
    said = prose(contest)
    limits = said.slots.get("Limits", "")
    paragraphs = [said.summary, *([f"Limits: {limits}"] if limits else []), *said.paragraphs]
    # Formulas are in the documentation, where they can be typeset.
    plain = [_LINK.sub(r"\1", part).replace("`", "") for part in paragraphs if "$" not in part]
    return {"title": contest.card.title, "paragraphs": plain}
