"""What the figures of curves have in common: a panel for each reading without the technology, and one with it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import altair as alt

from tiltmeter.figures import _words as words
from tiltmeter.figures._panel import panel, panel_title
from tiltmeter.figures._scene import ReadingScene, Scene, Size
from tiltmeter.figures._states import SIZE, Question, staged
from tiltmeter.figures._theme import finish

if TYPE_CHECKING:
    from tiltmeter.scenarios import Scenario

Layers = Callable[[int], list[Any]]


@runtime_checkable
class Asked(Protocol):
    """A result, or only its question: what is drawn here needs no more."""

    @property
    def scenario(self) -> "Scenario": ...


def both_states(
    asked: Asked,
    layers: Callable[[Scene, Size], Layers],
    finding: Callable[[str, list[ReadingScene], bool], str],
    meaning: str,
) -> alt.TopLevelMixin:
    """The figure of all readings at the median inputs, before and after.

    Args:
        asked: the result, or its question.
        layers: gives, for a scene, what is drawn in the panel of each of its contests.
        finding: the title, from the technology's name, the readings that were solved in both states, and whether they
            must be named.
        meaning: what is drawn, and how to read it.
    """
    found = (asked if isinstance(asked, Question) else staged(asked.scenario)).scenes
    name = words.technology(asked.scenario)
    solved = [item for item in found if item.scene.usable.all()]
    title = finding(name, solved, len(found) > 1)
    panels = list[Any]()
    for item in found:
        draw = layers(item.scene, SIZE)
        panels += [panel(item.scene, state, draw(state), _title(item, state, name), SIZE) for state in range(2)]
    # A grid keeps the frames of all panels in line, however wide their labels are.
    grid = alt.concat(*panels, columns=2, spacing={"row": 20, "column": 26}).resolve_scale(
        x="independent", y="independent"
    )
    apart = "" if all(item.scene.shared for item in found) else " The axes of the panels differ."
    failed = "No equilibrium was found at the median inputs, before and after"
    return finish(grid, title if solved else failed, f"At the median inputs: {meaning}{apart}")


def _title(item: ReadingScene, state: int, name: str) -> alt.TitleParams:
    when = f"{'With' if state else 'Before'} {words.shortened(name, 12)}"
    text = f"{words.shortened(item.reading.title, 38 - len(when))} · {when}"
    solved = item.scene.usable[state]
    return panel_title(text, item.scene.outcome(state) if solved else "no equilibrium found at the median inputs", SIZE)
