"""All figures of a result at once, with both cores at work."""

import contextlib
import importlib
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from tiltmeter.errors import TiltmeterError

if TYPE_CHECKING:
    from tiltmeter.analysis import Result
    from tiltmeter.scenarios import Scenario

Progress = Callable[[str, int, int], None]
Picture = tuple[str, bytes]

# These solve contests, which takes longer than to draw them.
_SLOW = ("best-responses", "isovalues")


def draw_all(result: "Result", progress: Progress | None = None) -> dict[str, Picture]:
    """Every figure by name, in the order of `ALL`: the text of an SVG file and the bytes of a PNG file.

    Args:
        result: what to draw.
        progress: called with the stage "drawing the figures", and how many are done and in all.
    """
    from tiltmeter.figures._all import ALL
    from tiltmeter.figures._render import png, svg

    def say(done: int) -> None:
        if progress:
            progress("drawing the figures", done, len(ALL))

    say(0)
    with ThreadPoolExecutor(1) as slow, ThreadPoolExecutor(1) as painter:
        charts: dict[str, Future[Any]] = {name: slow.submit(ALL[name], result) for name in _SLOW}
        drawn: dict[str, tuple[str, Future[bytes]]] = {}
        for name in sorted(ALL, key=lambda name: name in _SLOW):
            chart = charts[name].result() if name in charts else ALL[name](result)
            text = svg(chart)
            drawn[name] = (text, painter.submit(png, text))
            say(len(drawn))
        return {name: (drawn[name][0], drawn[name][1].result()) for name in ALL}


def warm_up(scenario: "Scenario | None" = None) -> threading.Thread:
    """Load and start in the background what draws, which takes seconds, while something else is computed.

    Args:
        scenario: what will be drawn; the code for the curves of its contests is then compiled as well.
    """
    thread = threading.Thread(target=_start, args=(scenario,), name="figures", daemon=True)
    thread.start()
    return thread


def _start(scenario: "Scenario | None") -> None:
    import altair as alt

    importlib.import_module("tiltmeter.figures._all")
    from tiltmeter.figures._plane import compile_curves
    from tiltmeter.figures._render import svg
    from tiltmeter.figures._theme import at, labels, over

    rows = [{"x": 0, "y": 0, "text": "", "color": "black"}]
    base = over(rows).encode(**at(x="x:Q", y="y:Q"))
    svg(alt.layer(base.mark_bar(), base.mark_rule(), base.mark_line(), base.mark_point(), *labels(rows)))
    if scenario is not None:
        # What is wrong with a scenario is for the run to say.
        with contextlib.suppress(TiltmeterError):
            compile_curves(scenario)
