"""A second process that draws figures while the first goes on computing: building charts holds Python's lock."""

import pickle
import signal
import subprocess
import sys
import threading
from typing import Any

from tiltmeter._garbage import collect_seldom


class Engraver:
    """The process, started at once; it ends with the program, or when it is closed."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._known: list[bytes] = []
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-m", __name__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except OSError:
            self._process = None

    def draw(self, name: str, asked: bytes) -> str | None:
        """The SVG text of a figure of `ALL`; None when the process cannot draw it: then draw it yourself.

        Args:
            name: of the figure.
            asked: what it shows, as `packed` gives it; sent only once.
        """
        with self._turn:
            if self._process is None or self._process.stdin is None or self._process.stdout is None:
                return None
            try:
                place = next((i for i, known in enumerate(self._known) if known is asked), len(self._known))
                new = place == len(self._known)
                pickle.dump((name, place, asked if new else None), self._process.stdin)
                self._process.stdin.flush()
                if new:
                    self._known.append(asked)
                return pickle.load(self._process.stdout)
            except (OSError, EOFError, pickle.UnpicklingError):
                return None

    def close(self) -> None:
        """End the process; what it has not drawn by then, it never will."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def packed(asked: Any) -> bytes:
    """A result, or what a figure needs of one, as it is now: others may be working on it when it is sent."""
    return pickle.dumps(asked)


def unpacked(asked: bytes) -> Any:
    """A copy of what was packed."""
    return pickle.loads(asked)


def _serve() -> None:
    """Draw what comes, one figure after the other, until nothing more comes."""
    # The first process decides what an interrupt means; when it ends, so does the input here.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    collect_seldom()
    import altair as alt
    import xarray as xr

    from tiltmeter import analysis, figures, scenarios
    from tiltmeter.figures._all import ALL
    from tiltmeter.figures._render import svg

    # What figures need, before they are asked for: the engine, the charts, and what a result is made of. Nothing that
    # solves is imported here.
    svg(alt.Chart().mark_point())
    _ = scenarios.Scenario, analysis.Result, xr.Dataset, *(getattr(figures, name.replace("-", "_")) for name in ALL)
    known: dict[int, Any] = {}
    while True:
        try:
            name, place, asked = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        try:
            if asked is not None:
                known[place] = unpacked(asked)
            drawn = svg(ALL[name](known[place]))
        except Exception:  # whoever asks meets it again, and says so
            drawn = None
        pickle.dump(drawn, sys.stdout.buffer)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    _serve()
