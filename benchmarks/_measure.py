"""Rows of the benchmark's table, and how they are measured."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

GIGABYTE = 1e9 / 1024  # in kibibytes, the unit of ru_maxrss


class Row(NamedTuple):
    """One line: what was measured, what came out, against what, and what to know about it."""

    what: str
    measured: str
    against: str = ""
    note: str = ""


def timed(work: Callable[[], Any], repeats: int = 1) -> tuple[float, Any]:
    """The least wall-clock seconds of some runs, and the result of the last."""
    seconds, result = float("inf"), None
    for _ in range(repeats):
        start = time.perf_counter()
        result = work()
        seconds = min(seconds, time.perf_counter() - start)
    return seconds, result


def process(command: Sequence[str]) -> tuple[float, int]:
    """Wall-clock seconds and peak memory in KiB of one process."""
    start = time.perf_counter()
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(running.pid, 0)
    seconds = time.perf_counter() - start
    if status:
        raise SystemExit(f"{' '.join(command)} ended with status {status}")
    return seconds, usage.ru_maxrss


def python(code: str) -> tuple[float, int]:
    """A piece of Python in a process of its own."""
    return process([sys.executable, "-c", code])
