"""The command line as a user starts it, each time in a new process."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import tiltmeter as tm
from _measure import GIGABYTE, Row, process, python

SAMPLES = 16384


def program() -> list[Row]:
    """The main job, its verifier, and what every command costs before it does anything."""
    with tempfile.TemporaryDirectory() as folder:
        out = str(Path(folder) / "tilt")
        rows: list[Row] = []
        for name in ("spear-phishing", "compromise-a-server"):
            # With an empty cache everything is compiled; after that, what was compiled is kept.
            os.environ["XDG_CACHE_HOME"] = str(Path(folder) / "cache" / name)
            run = ["run", name, "--quiet", "--out", out]
            rows.append(_job(f"tiltmeter run {name}", run, f"cold, first run on a machine, {SAMPLES:,} samples"))
            rows.append(_job("  again", run, "cold, compiled code kept from the run before"))
        rows.append(_job("tiltmeter verify", ["verify", out], "", goal=""))
    start = min(process([sys.executable, "-m", "tiltmeter", "--help"])[0] for _ in range(5))
    imports, nothing = (min(python(code)[0] for _ in range(5)) for code in ("import tiltmeter", ""))
    rows.append(Row("tiltmeter --help", f"{start:.2f} s", "at most 0.6 s", "best of 5"))
    rows.append(
        Row("import tiltmeter", f"{imports - nothing:.2f} s", "at most 1 s", "best of 5, less Python's own start")
    )
    return rows


def first_calls() -> list[Row]:
    """The first solution of each contest in a new process, compiling included, and in the next process."""
    rows: list[Row] = []
    for contest in tm.CONTESTS:
        code = f"""
import time, tiltmeter as tm
contest = tm.{contest.__name__}()
start = time.perf_counter()
tm.solve(contest)
print(time.perf_counter() - start)
"""
        with tempfile.TemporaryDirectory() as cache:
            os.environ["JAX_COMPILATION_CACHE_DIR"] = cache
            os.environ["JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS"] = "0"
            first, second = (
                float(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout)
                for _ in range(2)
            )
        rows.append(
            Row(f"{contest.__name__}, first call", f"{first:.2f} s", "at most 2 s", f"next process {second:.2f} s")
        )
    return rows


def _job(what: str, arguments: Sequence[str], note: str, goal: str = "at most 10 s, 1 GB") -> Row:
    seconds, memory = process([sys.executable, "-m", "tiltmeter", *arguments])
    return Row(what, f"{seconds:.1f} s, {memory / GIGABYTE:.2f} GB", goal, note)
