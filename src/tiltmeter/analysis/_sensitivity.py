"""Which inputs the spread of the tilt goes back to: Sobol indices by SALib.

Correlated inputs form one group, so that the groups are independent of each other and the indices keep their meaning;
the choice of reading is one more group. Draws that cannot be solved are left out in whole blocks of the design.
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from tiltmeter._status import UNCHANGED
from tiltmeter.analysis._evaluate import Model, weights_of
from tiltmeter.analysis._findings import Driver, Drivers
from tiltmeter.scenarios import Scenario

FloatArray = npt.NDArray[np.float64]

METHOD = "Sobol indices (Saltelli 2010 estimators, SALib) from a scrambled Sobol design"
# The number of evaluations follows that of the samples, within these bounds.
FEWEST, MOST = 2048, 65536
# Half-width of the leading total index up to which the indices are trusted; share of blocks that may be lost.
WIDE, LOST = 0.1, 0.2


@dataclasses.dataclass(frozen=True)
class Indices:
    """Sobol indices of independent groups of variables, arrays of shape (groups,).

    Attributes:
        total: total-order indices.
        total_conf: half-widths of their 95 % intervals.
        first: first-order indices.
        first_conf: half-widths of theirs.
        blocks: how many blocks of the design were evaluated.
        lost: how many of these were left out because a member could not be solved.
        evaluations: how many points were evaluated.
        variance: of the values that were kept.
    """

    total: FloatArray
    total_conf: FloatArray
    first: FloatArray
    first_conf: FloatArray
    blocks: int
    lost: int
    evaluations: int
    variance: float


def sobol_indices(
    model: Callable[[FloatArray], FloatArray], groups: Sequence[Sequence[int]], evaluations: int, seed: int
) -> Indices:
    """Indices of a function of independent uniform variables.

    Args:
        model: takes points in (0, 1)^D, shape (n, D), and returns values, shape (n,); NaN where it has none.
        groups: which variables belong together; every variable 0 … D - 1 in one group.
        evaluations: how many points may be evaluated at most; the design needs a power of two times groups + 2.
        seed: of the design and of the resampling; every integer from 0 counts.
    """
    dimension = sum(len(group) for group in groups)
    named = [""] * dimension
    for index, group in enumerate(groups):
        for variable in group:
            named[variable] = f"{index:06d}"
    # SALib lists groups in the order of their first variable.
    order = np.argsort([min(group) for group in groups])
    problem: dict[str, Any] = {
        "num_vars": dimension,
        "names": [str(variable) for variable in range(dimension)],
        "bounds": [[0.0, 1.0]] * dimension,
        "groups": named,
    }
    block = len(groups) + 2
    blocks = 2 ** max(int(np.log2(evaluations / block)), 4)
    design: FloatArray = import_module("SALib.sample.sobol").sample(problem, blocks, calc_second_order=False, seed=seed)
    inside = np.clip(design, 1e-12, 1 - 1e-12)
    values = model(inside).reshape(blocks, block)
    kept = values[~np.isnan(values).any(axis=1)]
    lost = blocks - len(kept)
    nothing = np.zeros(len(groups))
    variance = float(kept.var()) if kept.size else 0.0
    if variance <= UNCHANGED**2 or lost > LOST * blocks:
        return Indices(nothing, nothing, nothing, nothing, blocks, lost, values.size, variance)
    # SALib takes a seed of zero for none.
    analyze = import_module("SALib.analyze.sobol").analyze
    found: dict[str, FloatArray] = analyze(
        problem, kept.ravel(), calc_second_order=False, num_resamples=200, seed=2 * seed + 1
    )
    back = np.argsort(order)
    total, total_conf, first, first_conf = (np.asarray(found[key])[back] for key in ("ST", "ST_conf", "S1", "S1_conf"))
    return Indices(total, total_conf, first, first_conf, blocks, lost, values.size, variance)


def drivers(scenario: Scenario, model: Model, samples: int, seed: int) -> Drivers:
    """Indices of the tilt for every independent group of uncertain inputs, and for the reading if there are several.

    Args:
        scenario: whose inputs and readings.
        model: attack success at values of the inputs.
        samples: of the run; more samples make the indices more precise.
        seed: of the design.
    """
    position = {name: index for index, name in enumerate(scenario.uncertain)}
    groups = [tuple(group) for group in scenario.groups]
    columns = [[position[name] for name in group] for group in groups]
    several = len(scenario.readings) > 1
    if several:
        groups.append(("reading",))
        columns.append([len(position)])
    if not groups:
        return Drivers(METHOD, 0, True, "Nothing is uncertain.", ())
    budget = int(np.clip(samples, FEWEST, MOST))
    found = sobol_indices(lambda points: _tilt(scenario, model, points, several), columns, budget, seed)
    sufficient, note = _adequacy(found)
    labels = {given.id: given.label for given in scenario.inputs} | {"reading": "choice of reading"}
    roles = {given.id: given.role for given in scenario.inputs}
    items = [
        Driver(
            *_named(group, roles, labels),
            float(found.total[index]),
            float(found.total_conf[index]),
            float(found.first[index]),
            float(found.first_conf[index]),
        )
        for index, group in enumerate(groups)
    ]
    valid = _valid(found)
    return Drivers(
        METHOD, found.evaluations, sufficient, note, tuple(sorted(items, key=lambda item: -item.total)) if valid else ()
    )


# What an assessed system has beside its ratings is told as one.
_TOLD = {"influence": "influences among the elements", "bridge": "bridge to the contest"}


def _named(group: tuple[str, ...], roles: Mapping[str, str], labels: Mapping[str, str]) -> tuple[tuple[str, ...], str]:
    """The ids and the name in prose of a group of inputs."""
    (first, *others) = {roles.get(name, "") for name in group}
    if not others and first in _TOLD:
        return (f"{first}s" if first == "influence" else first,), _TOLD[first]
    return group, " and ".join(labels[name] for name in group)


def _tilt(scenario: Scenario, model: Model, points: FloatArray, several: bool) -> FloatArray:
    """The tilt at points of the unit cube, each in the reading that the last coordinate chooses if several."""
    dimension = len(scenario.uncertain)
    values = scenario.values(ndtri(points[:, :dimension]), checked=False)
    ends = np.cumsum(weights_of(scenario))
    choice = np.searchsorted(ends[:-1], points[:, -1], side="right") if several else np.zeros(len(points), dtype=int)
    found = np.full(len(points), np.nan)
    for index, reading in enumerate(scenario.readings):
        rows = np.flatnonzero(choice == index)
        if rows.size:
            # Blocks repeat a point as often as they move an input that this reading does not have.
            own = {
                given.id: np.broadcast_to(values[given.id], (len(points),))[rows]
                for given in scenario.inputs
                if reading.name in given.readings
            }
            _, once, back = np.unique(np.stack([*own.values()]), axis=1, return_index=True, return_inverse=True)
            at = {name: np.broadcast_to(value, (len(points),))[rows[once]] for name, value in values.items()}
            found[rows] = model(at, reading.name).tilt[back.ravel()]
    return found


def _valid(found: Indices) -> bool:
    return found.variance > UNCHANGED**2 and found.lost <= LOST * found.blocks


def _adequacy(found: Indices) -> tuple[bool, str]:
    """Whether the indices can be trusted, and what to know about them."""
    lost = f"{found.lost:,} of {found.blocks:,} blocks of the design hold a draw that could not be solved"
    if found.lost > LOST * found.blocks:
        return False, f"The indices would not be valid and are not given: {lost}."
    if not _valid(found):
        return True, "The tilt does not vary, so that nothing drives it."
    problems: list[str] = []
    leading = int(np.argmax(found.total))
    if found.total_conf[leading] > WIDE:
        problems.append(f"the leading index is only known to ± {found.total_conf[leading]:.2f}")
    error = found.total_conf + found.first_conf
    if np.any(found.first > found.total + error):
        problems.append("some first-order index exceeds its total-order index by more than their errors")
    if found.first.sum() > 1 + np.sqrt((found.first_conf**2).sum()) + 0.02:
        problems.append("the first-order indices sum to more than one")
    if found.total.sum() < 1 - np.sqrt((found.total_conf**2).sum()) - 0.02:
        problems.append("the total-order indices sum to less than one")
    left_out = [f"{lost} and are left out, so that the indices describe the others"] if found.lost else []
    if problems:
        return False, "; ".join(["Too few samples", *problems, "raise the number of samples", *left_out]) + "."
    return True, "; ".join(["The samples suffice", *left_out]) + "."
