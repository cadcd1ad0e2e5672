"""All figures of a result at once, with both cores at work."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from importlib import import_module
from typing import TYPE_CHECKING, Any

from tiltmeter.figures._engraver import Engraver

if TYPE_CHECKING:
    from tiltmeter.analysis import Result
    from tiltmeter.scenarios import Scenario

Progress = Callable[[str, int, int], None]
Picture = tuple[str, bytes]

# The names of `_all.WITHOUT_RESULT`, which takes long to import.
_WITHOUT_RESULT = ("best-responses", "isovalues")


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
        question = self._worker.submit(_question, scenario)
        self.pictures = {name: self._worker.submit(self._draw, name, question) for name in _WITHOUT_RESULT}

    def _draw(self, name: str, question: Future[Any]) -> Picture:
        from tiltmeter.figures._all import WITHOUT_RESULT
        from tiltmeter.figures._render import png, svg

        text = svg(WITHOUT_RESULT[name](question.result()), self.engraver)
        return text, png(text)

    def __enter__(self) -> "Drawings":
        return self

    def __exit__(self, *_: object) -> None:
        self.engraver.close()
        self._worker.shutdown(wait=False, cancel_futures=True)


def _question(scenario: "Scenario") -> Any:
    # Altair and the figures take a second to import, which this thread does while others compute. It trips over a
    # pandas that another thread has only half imported, so that comes first, with xarray.
    import_module("xarray")
    from tiltmeter.figures._both_states import Question

    return Question(scenario)


def begin() -> Drawings:
    """Start the process that will draw, whose engine takes a while to start; a context that ends it."""
    return Drawings()


def draw_all(result: "Result", progress: Progress | None = None, begun: Drawings | None = None) -> dict[str, Picture]:
    """Every figure by name, in the order of `ALL`: the text of an SVG file and the bytes of a PNG file.

    Args:
        result: what to draw.
        progress: called with the stage "drawing the figures", and how many are done and in all.
        begun: what draws, and what it has drawn of the result's scenario.
    """
    from tiltmeter.figures._all import ALL
    from tiltmeter.figures._render import png, svg

    engraver = begun.engraver if begun else None
    early = begun.pictures if begun else {}

    def say(done: int) -> None:
        if progress:
            progress("drawing the figures", done, len(ALL))

    say(0)
    with ThreadPoolExecutor(1) as drawing, ThreadPoolExecutor(1) as coloring:

        def drawn(name: str) -> Future[Any]:
            chart = ALL[name](result)
            text = drawing.submit(svg, chart, engraver)
            return coloring.submit(lambda: (text.result(), png(text.result())))

        pictures = {name: early.get(name) or drawn(name) for name in ALL}
        done: dict[str, Picture] = {}
        for name, picture in pictures.items():
            done[name] = picture.result()
            say(len(done))
    return done
