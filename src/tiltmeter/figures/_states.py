"""The contests at the median inputs, before and after the technology: what some figures show of a scenario."""

import dataclasses
from typing import TYPE_CHECKING

from tiltmeter.figures._scene import ReadingScene, Size

if TYPE_CHECKING:
    from tiltmeter.scenarios import Scenario

SIZE = Size()


@dataclasses.dataclass(frozen=True)
class Question:
    """A result of which only the question is known yet, with what several figures show of it.

    Attributes:
        scenario: what is asked.
        scenes: of its readings.
    """

    scenario: "Scenario"
    scenes: list[ReadingScene]


def staged(scenario: "Scenario") -> Question:
    """A scenario with all that is drawn of it before there is a result."""
    # Imported here: what only draws needs nothing of what computes.
    from tiltmeter.figures._staging import scenes_of

    return Question(scenario, scenes_of(scenario, SIZE))
