"""What leans on a figure: numbers of scenarios, and of whatever else points to evidence."""

import dataclasses
from collections.abc import Iterable

from tiltmeter.evidence._figure import Figure
from tiltmeter.evidence._load import load


@dataclasses.dataclass(frozen=True)
class Use:
    """One number and what it rests on.

    Attributes:
        kind: what the number belongs to: "scenario", "assessment" or "claim".
        name: the name of that.
        part: the number's id there.
        value: the number as it is written there.
        figures: ids of the figures that it rests on; empty for a guess.
        why: how it follows from the figures; may be "".
        guess: why it is a guess, or which step is; "" where nothing is.
        sources: keys of the literature that say it; of claims, which are propositions and not numbers.
    """

    kind: str
    name: str
    part: str
    value: str
    figures: tuple[str, ...]
    why: str
    guess: str
    sources: tuple[str, ...] = ()


def stale_among(ids: Iterable[str]) -> tuple[Figure, ...]:
    """The figures among these that are doubtful or withdrawn, each once, in the order given."""
    figures = load()
    return tuple(figures[id] for id in dict.fromkeys(ids) if id in figures and figures[id].stale)
