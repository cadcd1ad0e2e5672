"""A second process that turns charts into SVG while the first goes on computing: drawing holds Python's lock."""

import json
import signal
import subprocess
import sys
import threading
from typing import Any


class Engraver:
    """The process, started at once; it ends with the program, or when it is closed."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-m", __name__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except OSError:
            self._process = None

    def draw(self, specification: dict[str, Any]) -> str | None:
        """The SVG text of a Vega-Lite chart; None when the process cannot draw it: then draw it yourself."""
        question = json.dumps(specification, separators=(",", ":")).encode()
        with self._turn:
            if self._process is None or self._process.stdin is None or self._process.stdout is None:
                return None
            try:
                self._process.stdin.write(question + b"\n")
                self._process.stdin.flush()
                answer = self._process.stdout.readline()
            except OSError:
                return None
        return json.loads(answer) if answer.endswith(b"\n") else None

    def close(self) -> None:
        """End the process; what it has not drawn by then, it never will."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def _serve() -> None:
    """Draw what comes, one chart per line, until nothing more comes."""
    # The first process decides what an interrupt means; when it ends, so does the input here.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    import vl_convert

    def drawn(chart: dict[str, Any]) -> str:
        return vl_convert.vegalite_to_svg(chart, allowed_base_urls=[])

    # The engine starts with its first chart.
    place = {axis: {"field": axis, "type": "quantitative"} for axis in "xy"}
    drawn({"data": {"values": [{"x": 0, "y": 0}]}, "mark": "line", "encoding": place})
    for line in sys.stdin.buffer:
        sys.stdout.buffer.write(json.dumps(drawn(json.loads(line))).encode() + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    _serve()
