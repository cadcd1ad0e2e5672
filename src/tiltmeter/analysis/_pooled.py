"""Many readings solved together: contests of one kind stand in one row, so that each kind is compiled once.

Searches, for draws that no formula covers, are pooled likewise: few large searches take less time than many small ones.
"""

import dataclasses
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed

import numpy as np
import numpy.typing as npt

from tiltmeter.contests import AbstractContest, build, options_of, values_of
from tiltmeter.equilibrium import solve
from tiltmeter.scenarios import Scenario

FloatArray = npt.NDArray[np.float64]
Values = Mapping[str, FloatArray]

# Contests that are solved at once at most, so that memory stays flat.
POOL = 2**17


@dataclasses.dataclass(frozen=True, eq=False)
class States:
    """One reading without and with the technology, at n draws.

    Attributes:
        success: attack success, shape (2, n); NaN where there is no usable equilibrium.
        status: index into `STATUSES`, shape (2, n).
        regret: of the equilibria, shape (2, n).
    """

    success: FloatArray
    status: npt.NDArray[np.int8]
    regret: FloatArray

    @property
    def tilt(self) -> FloatArray:
        """The change of attack success, shape (n,); NaN where either equilibrium is missing."""
        return self.success[1] - self.success[0]


# A state of a reading: place of the scenario, name of the reading, and 0 before or 1 after the technology.
_Key = tuple[int, str, int]
# Attack success, status and regret of one state, each of shape (n,).
_Found = tuple[FloatArray, npt.NDArray[np.int8], FloatArray]


def solve_pooled(
    asked: Sequence[tuple[Scenario, Values]], draws: int, told: Callable[[int, int], None]
) -> list[dict[str, States]]:
    """Solve every reading of every scenario, before and after its technology.

    Args:
        asked: scenarios with the values of their inputs at the draws.
        draws: how many draws each has.
        told: called with the number of contests solved so far, and of all.

    Returns:
        For each scenario the states of its readings, by name.
    """
    pools = [pool for kind in _kinds(asked) for pool in _split(kind, max(POOL // draws, 1))]
    total = sum(map(len, pools)) * draws
    found: dict[_Key, _Found] = {}
    told(0, total)
    # Two at a time: what one has compiled, the other need not wait for.
    with ThreadPoolExecutor(min(os.cpu_count() or 1, 2)) as workers:
        for solved in as_completed([workers.submit(_solved, asked, pool, draws) for pool in pools]):
            found |= solved.result()
            told(len(found) * draws, total)
    return [
        {one.name: _states(found[place, one.name, 0], found[place, one.name, 1]) for one in scenario.readings}
        for place, (scenario, _) in enumerate(asked)
    ]


def _kinds(asked: Sequence[tuple[Scenario, Values]]) -> list[list[_Key]]:
    """The states of all readings, those of the same contest with the same parts together; the largest kind first."""
    kinds: dict[tuple[str, ...], list[_Key]] = {}
    for place, (scenario, _) in enumerate(asked):
        for reading in scenario.readings:
            kind = (reading.contest, *(f"{part}={choice}" for part, choice in sorted(reading.options.items())))
            kinds.setdefault(kind, []).extend([(place, reading.name, 0), (place, reading.name, 1)])
    return sorted(kinds.values(), key=lambda keys: -len(keys))


def _split(keys: list[_Key], most: int) -> list[list[_Key]]:
    return [keys[start : start + most] for start in range(0, len(keys), most)]


def _solved(asked: Sequence[tuple[Scenario, Values]], pool: list[_Key], draws: int) -> dict[_Key, _Found]:
    contests = [_contest(*asked[place], name, state) for place, name, state in pool]
    given = [values_of(contest) for contest in contests]
    joined = {
        name: np.concatenate([np.broadcast_to(np.asarray(values[name], dtype=float), (draws,)) for values in given])
        for name in given[0]
    }
    solved = solve(build(type(contests[0]), joined, **options_of(contests[0])))
    usable = solved.usable
    success = np.where(usable, solved.attack_success, np.nan)
    parts = (success, np.asarray(solved.status_code, dtype=np.int8), np.asarray(solved.regret, dtype=float))
    rows = [slice(at * draws, (at + 1) * draws) for at in range(len(pool))]
    return {key: (parts[0][part], parts[1][part], parts[2][part]) for key, part in zip(pool, rows, strict=True)}


def _contest(scenario: Scenario, values: Values, reading: str, state: int) -> AbstractContest:
    contest = scenario.contest(reading, values)
    return scenario.technology(reading, values).apply(contest) if state else contest


def _states(before: _Found, after: _Found) -> States:
    return States(
        success=np.stack([before[0], after[0]]),
        status=np.stack([before[1], after[1]]),
        regret=np.stack([before[2], after[2]]),
    )
