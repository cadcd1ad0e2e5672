"""All figures of a result at once, with both cores at work."""

import dataclasses
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from tiltmeter.analysis._progress import Progress
from tiltmeter.figures._all import ALL, WITHOUT_RESULT
from tiltmeter.figures._engraver import Engraver, packed, unpacked
from tiltmeter.figures._render import png, svg

if TYPE_CHECKING:
    from tiltmeter.analysis import Result
    from tiltmeter.scenarios import Scenario

Picture = tuple[str, bytes]


class Drawings:
    """Figures that are drawn in the background, and a second process to draw them, while a result is computed.

    Use it as a context: `with figures.begin() as begun: begun.expect(scenario); …; draw_all(result, begun=begun)`.
    """

    def __init__(self) -> None:
        self.engraver = Engraver()
        self.pictures: dict[str, Future[Picture]] = {}
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="figures")

    def expect(self, scenario: "Scenario") -> None:
        """Start to draw what a result of this scenario will need."""
        draw = self._worker.submit(_computed, packed(scenario), self.engraver)
        self.pictures = {
            name: self._worker.submit(lambda name: _colored(draw.result()(name)), name) for name in WITHOUT_RESULT
        }

    def __enter__(self) -> "Drawings":
        return self

    def __exit__(self, *_: object) -> None:
        self.engraver.close()
        self._worker.shutdown(wait=False, cancel_futures=True)


def begin() -> Drawings:
    """Start the process that will draw, which takes a while to import what it needs; a context that ends it."""
    return Drawings()


def draw_all(result: "Result", progress: Progress | None = None, begun: Drawings | None = None) -> dict[str, Picture]:
    """Every figure by name, in the order of `ALL`: the text of an SVG file and the bytes of a PNG file.

    Args:
        result: what to draw.
        progress: called with the stage "drawing the figures", and how many are done and in all.
        begun: what draws, and what it has drawn of the result's scenario.
    """
    # No figure of a result shows what exactly is played, which is most of the data.
    shown = dataclasses.replace(result, data=result.data.drop_dims("support"))
    draw = _drawer(shown, begun.engraver if begun else None)
    early = begun.pictures if begun else {}

    def say(done: int) -> None:
        if progress:
            progress("drawing the figures", done, len(ALL))

    say(0)
    with ThreadPoolExecutor(1) as drawing, ThreadPoolExecutor(1) as coloring:

        def drawn(name: str) -> Future[Picture]:
            text = drawing.submit(draw, name)
            return coloring.submit(lambda: _colored(text.result()))

        pictures = {name: early.get(name) or drawn(name) for name in ALL}
        done: dict[str, Picture] = {}
        for name, picture in pictures.items():
            done[name] = picture.result()
            say(len(done))
    return done


def _computed(scenario: bytes, engraver: Engraver) -> Callable[[str], str]:
    """What draws the figures that show only a scenario; what they show is computed here, on a copy of it."""
    from tiltmeter.figures._states import Question

    return _drawer(Question(unpacked(scenario)).computed(), engraver)


def _drawer(asked: Any, engraver: Engraver | None) -> Callable[[str], str]:
    """What draws a figure by name: the other process, or this one where there is none or it fails."""
    sent = packed(asked) if engraver else b""
    return lambda name: (engraver.draw(name, sent) if engraver else None) or svg(ALL[name](asked))


def _colored(text: str) -> Picture:
    return text, png(text)
