"""`make bench`: how long the main job takes, and how the solvers compare with what one would use instead.

Every row is measured in this run, on this machine; ratios compare rows of the same run. Nothing here is a test.
"""

import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import equinox as eqx
import jax
import numpy as np
from quantecon.game_theory import NormalFormGame, Player, lemke_howson
from rich.console import Console
from rich.table import Table
from scipy.optimize import brentq
from scipy.optimize.elementwise import find_root
from scipy.special import expit, log_expit

import tiltmeter as tm
from graphs import graphs

SAMPLES = 16384
GRID = 200
GIGABYTE = 1e9 / 1024  # in kibibytes, the unit of ru_maxrss

Row = tuple[str, str, str, str]


def main() -> None:
    """Measure everything and print one table."""
    table = Table(title=f"tiltmeter {tm.__version__}, {os.cpu_count()} cores, Python {platform.python_version()}")
    for column in ("what", "measured", "goal or alternative", "note"):
        table.add_column(column)
    for section in (program, tullock, searched, graphs):
        for row in section():
            table.add_row(*row)
        table.add_section()
    Console(width=None if sys.stdout.isatty() else 150).print(table)


def program() -> list[Row]:
    """The command line as a user starts it, each time in a new process."""
    with tempfile.TemporaryDirectory() as folder:
        out = str(Path(folder) / "tilt")
        rows: list[Row] = []
        for name in tm.scenarios.bundled():
            # With an empty cache everything is compiled; after that, what was compiled is kept.
            os.environ["XDG_CACHE_HOME"] = str(Path(folder) / "cache" / name)
            run = ["run", name, "--quiet", "--out", out]
            rows.append(_job(f"tiltmeter run {name}", run, f"cold, first run on a machine, {SAMPLES:,} samples"))
            rows.append(_job("  again", run, "cold, compiled code kept from the run before"))
        rows.append(_job("tiltmeter verify", ["verify", out], "", goal=""))
    start = min(_process([sys.executable, "-m", "tiltmeter", "--help"])[0] for _ in range(5))
    imports = min(_process([sys.executable, "-c", "import tiltmeter"])[0] for _ in range(5))
    nothing = min(_process([sys.executable, "-c", ""])[0] for _ in range(5))
    rows.append(("tiltmeter --help", f"{start:.2f} s", "at most 0.6 s", "best of 5"))
    rows.append(("import tiltmeter", f"{imports - nothing:.2f} s", "at most 1 s", "best of 5, less Python's own start"))
    return rows


def tullock() -> list[Row]:
    """Asymmetric Tullock contests with a pure equilibrium: tiltmeter against root finders for the same equation."""
    draws = np.random.default_rng(0)
    names = ("attacker_stake", "defender_stake", "attacker_cost", "defender_cost", "attacker_edge", "defender_edge")
    values = {name: draws.lognormal(0.0, 1.0, 100_000) for name in names}
    values |= {name: draws.uniform(0.3, 0.9, 100_000) for name in ("attacker_returns", "defender_returns")}
    contest = tm.Tullock(**values)
    tm.solve(tm.Tullock(**{name: value[:5000] for name, value in values.items()}))  # compiles
    seconds, found = _timed(lambda: tm.solve(contest))
    formula = eqx.filter_jit(eqx.filter_vmap(lambda one: one.closed_form().strategies))
    jax.block_until_ready(formula(contest))  # compiles
    bare_seconds, _ = _timed(lambda: jax.block_until_ready(formula(contest)))
    constant, slope = _interior(values)

    def equation(x: Any, k: Any, s: Any) -> Any:
        return x - k - s * (log_expit(x) + log_expit(-x))

    vector_seconds, roots = _timed(lambda: find_root(equation, (-1e3, 1e3), args=(constant, slope)))
    few = 2000
    pairs = list(zip(constant[:few], slope[:few], strict=True))
    loop_seconds, loop = _timed(lambda: [brentq(equation, -1e3, 1e3, args=pair, xtol=1e-13) for pair in pairs])
    each = {
        "Tullock, tm.solve": seconds / len(constant),
        "  its formula alone": bare_seconds / len(constant),
        "  scipy find_root": vector_seconds / len(constant),
        "  scipy brentq": loop_seconds / few,
    }
    success = np.asarray(found.attack_success)
    differs, differs_loop = (np.abs(success[: len(x)] - expit(x)).max() for x in (roots.x, np.array(loop)))
    notes = (
        f"certified, worst regret {found.regret.max():.1e}",
        "no certificate",
        f"no certificate; success differs by at most {differs:.0e}",
        f"no certificate; success differs by at most {differs_loop:.0e}",
    )
    bare = each["  its formula alone"]
    return [
        (what, f"{own * 1e6:.3g} µs each", f"{own / bare:.3g} × the formula", note)
        for (what, own), note in zip(each.items(), notes, strict=True)
    ]


def searched() -> list[Row]:
    """Contests that mix: tiltmeter on the continuous game against Lemke–Howson on a grid of efforts."""
    rows: list[Row] = []
    draws = np.random.default_rng(1)

    def some(count: int, low: float, high: float) -> np.ndarray:
        return np.exp(draws.uniform(np.log(low), np.log(high), count))

    count = 4096
    contests = {
        "HoleSearch": tm.HoleSearch(
            attacker_stake=some(count, 2, 20), defender_stake=some(count, 2, 20), attacker_cost=some(count, 0.3, 3)
        ),
        "Examination": tm.Examination(
            attacker_stake=some(count, 2, 20), defender_stake=some(count, 2, 20), flaw=some(count, 1, 4)
        ),
    }
    for name, contest in contests.items():
        tm.solve(contest)  # compiles
        seconds, found = _timed(lambda contest=contest: tm.solve(contest))
        worst, failed = found.regret[found.usable].max(), int((~found.usable).sum())
        note = f"{count:,} contests, worst regret {worst:.1e}, {failed} failed"
        rows.append((f"{name}, tm.solve", f"{count / seconds:,.0f} per second", "", note))
        rows.append(_lemke_howson(contest, count / seconds))
    return rows


def _lemke_howson(contest: tm.AbstractContest, own: float, few: int = 12) -> Row:
    """Lemke–Howson on a grid for the first few contests, with the regret of what it finds in the continuous game."""
    seconds, regrets = 0.0, list[float]()
    values = tm.contests.values_of(contest)
    for index in range(few):
        one = tm.build(type(contest), {name: np.broadcast_to(v, contest.shape)[index] for name, v in values.items()})
        game, a, d = _grid_game(one)
        took, (p, q) = _timed(lambda game=game: lemke_howson(game, max_iter=10**5))
        entered = (np.arange(GRID) > 0) | (not one.card.entry)
        regrets.append(float(tm.verify(one, tm.Strategies(a, entered.astype(float), p, d, q)).regret))
        seconds += took if index else 0.0  # the first compiles
    rate = (few - 1) / seconds
    note = f"regret in the continuous game: median {np.median(regrets):.0e}, worst {max(regrets):.0e}"
    return f"  Lemke–Howson, {GRID} × {GRID}", f"{rate:,.0f} per second", f"tm.solve: {own / rate:.2g} × as many", note


def _grid_game(one: Any) -> tuple[NormalFormGame, np.ndarray, np.ndarray]:
    """The game on a grid of efforts, the attacker's first of which stays out where it may."""
    a = np.linspace(0, float(one.attacker_stake / one.attacker_cost), GRID)
    d = np.linspace(0, float(one.defender_stake / one.defender_cost), GRID)
    success = np.array(one.success(a[:, None], d[None]))
    spent = np.array(one.attacker_cost * a) + (float(one.entry_cost) if one.card.entry else 0.0)
    if one.card.entry:
        success[0], spent[0] = 0.0, 0.0
    attacker = float(one.attacker_stake) * success - spent[:, None]
    defender = float(one.defender_stake) * (1 - success) - float(one.defender_cost) * d
    return NormalFormGame((Player(attacker), Player(defender.T.copy()))), a, d


def _interior(values: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Constant and slope of the one equation in the log-odds of success that an interior equilibrium solves."""
    r_a, r_d = values["attacker_returns"], values["defender_returns"]
    constant = (
        np.log(values["attacker_edge"] / values["defender_edge"])
        + r_a * np.log(values["attacker_stake"] * r_a / values["attacker_cost"])
        - r_d * np.log(values["defender_stake"] * r_d / values["defender_cost"])
    )
    return constant, r_a - r_d


def _job(what: str, arguments: Sequence[str], note: str, goal: str = "at most 10 s, 1 GB") -> Row:
    seconds, memory = _process([sys.executable, "-m", "tiltmeter", *arguments])
    return what, f"{seconds:.1f} s, {memory / GIGABYTE:.2f} GB", goal, note


def _process(command: Sequence[str]) -> tuple[float, int]:
    """Wall-clock seconds and peak memory in KiB of one process."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if status:
        raise SystemExit(f"{' '.join(command)} ended with status {status}")
    return seconds, usage.ru_maxrss


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


if __name__ == "__main__":
    main()
