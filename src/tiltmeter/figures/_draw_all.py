"""All figures of a result at once, with both cores at work."""

import dataclasses
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from tiltmeter.analysis._progress import Progress
from tiltmeter.figures._all import ALL, COUNTED, WITHOUT_RESULT
from tiltmeter.figures._engraver import Engraver, packed, unpacked
from tiltmeter.figures._render import png, svg

if TYPE_CHECKING:
    from tiltmeter.analysis import Counted, Result
    from tiltmeter.scenarios import Scenario

Picture = tuple[str, bytes]


class Drawings:
    """Figures that are drawn in the background, and a second process to draw them, while a result is computed.

    Use it as a context: `with figures.begin() as begun: begun.expect(scenario); …; draw_all(result, begun=begun)`;
    `begun.know` is for what `analysis.run` tells when the draws are counted.
    """

    def __init__(self) -> None:
        self.engraver = Engraver()
        self.pictures: dict[str, Future[Picture]] = {}
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="figures")
        self._coloring = ThreadPoolExecutor(1, thread_name_prefix="coloring")

    def expect(self, scenario: "Scenario") -> None:
        """Start to draw what a result of this scenario will need."""
        draw = self._worker.submit(_computed, packed(scenario), self.engraver)
        self._begin(WITHOUT_RESULT, draw.result)

    def know(self, counted: "Counted") -> None:
        """Start to draw what needs no more than the counted draws."""
        draw = _drawer(_without_strategies(counted), self.engraver)
        self._begin(COUNTED, lambda: draw)

    def _begin(self, names: tuple[str, ...], draw: Callable[[], Callable[[str], str]]) -> None:
        for name in names:
            text = self._worker.submit(lambda name: draw()(name), name)
            self.pictures[name] = self._coloring.submit(lambda text: _colored(text.result()), text)

    def __enter__(self) -> "Drawings":
        return self

    def __exit__(self, *_: object) -> None:
        self.engraver.close()
        for worker in (self._worker, self._coloring):
            worker.shutdown(wait=False, cancel_futures=True)


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
    draw = _drawer(_without_strategies(result), begun.engraver if begun else None)
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
    from tiltmeter.figures._states import staged

    return _drawer(staged(unpacked(scenario)), engraver)


def _without_strategies(result: Any) -> Any:
    """The same but for what exactly is played, which is most of the data and which no figure of a result shows."""
    for given in result.scenario.inputs:
        given.quantity.interval()  # known from then on, so that what only draws need not compute it
    return dataclasses.replace(result, data=result.data.drop_dims("support"))


def _drawer(asked: Any, engraver: Engraver | None) -> Callable[[str], str]:
    """What draws a figure by name: the other process, or this one where there is none or it fails."""
    sent = packed(asked) if engraver else b""
    return lambda name: (engraver.draw(name, sent) if engraver else None) or svg(ALL[name](asked))


def _colored(text: str) -> Picture:
    return text, png(text)
