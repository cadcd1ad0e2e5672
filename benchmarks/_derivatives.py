"""Derivatives of everything that an equilibrium says by every parameter, against the solve of the same contests."""

import numpy as np

import tiltmeter as tm
from _draws import drawn
from _measure import Row, timed

COUNT = 2**14
REPEATS = 3


def derivatives() -> list[Row]:
    """A row per contest; compiled before."""
    return [_of(contest) for contest in tm.CONTESTS]


def _of(kind: type[tm.AbstractContest]) -> Row:
    contest = drawn(kind, COUNT)
    # Without searches, which take so long that derivatives would look cheap.
    tm.sensitivities(contest, tm.solve(contest, search=False))  # compiles
    solving, found = timed(lambda: tm.solve(contest, search=False), REPEATS)
    deriving, known = timed(lambda: tm.sensitivities(contest, found), REPEATS)
    each = 1e6 / COUNT
    return Row(
        f"{kind.__name__}, tm.sensitivities",
        f"{deriving * each:,.1f} µs each",
        f"{deriving / solving:.1f} × the solve (goal: at most 5)",
        f"{known.derivative[0].size} derivatives each; exist for {np.mean(known.exists):.0%} of {COUNT:,}",
    )
