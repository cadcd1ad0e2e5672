"""The artifact test: does a conclusion come from the form of the contest rather than from the numbers put into it?

Starting values are moved by orders of magnitude, one at a time and all together, while the technology stays as it is at
its medians. A tilt that never changes sign is fixed by the form; an input that moves nothing has no say; a success at 0
or 1 before and after cannot tilt; and contests that cannot be solved say where the model breaks.
"""

import dataclasses
from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt
from scipy.stats import qmc

from tiltmeter._status import UNCHANGED
from tiltmeter.analysis._axis import Axis, axis_of
from tiltmeter.analysis._evaluate import Model, Outcome, at_medians
from tiltmeter.analysis._findings import Artifact
from tiltmeter.analysis._side import signs
from tiltmeter.analysis._words import percent
from tiltmeter.scenarios import Input, Reading, Scenario

FloatArray = npt.NDArray[np.float64]

# Starting values are spread over this many decades on either side of their medians; joint draws, a power of two.
DECADES = 3
WIDE = 1024
# Joint draws in which an input that does nothing at the medians gets a second chance.
CHANCES = 32
# Success this close to 0 or 1 is saturated; shares of the scenario's own draws above these are worth a note, a warning.
SATURATED = 1e-6
NOTED, WARNED = 0.05, 0.25


@dataclasses.dataclass(frozen=True)
class _Moved:
    """One reading's outcomes away from its medians.

    Attributes:
        names: inputs of the reading, by id.
        center: at the medians, one point.
        single: one input at a time, `2 * DECADES` points for each, the inputs in order.
        joint: all starting values together.
        values: the inputs at the joint draws, by id.
    """

    names: tuple[str, ...]
    center: Outcome
    single: Outcome
    joint: Outcome
    values: dict[str, FloatArray]


def artifacts(
    scenario: Scenario, model: Model, own: dict[str, Outcome], searched: Collection[str], seed: int
) -> tuple[Artifact, ...]:
    """Findings for every reading.

    Args:
        scenario: whose inputs and readings.
        model: attack success at values of the inputs.
        own: outcomes at the scenario's own draws, by reading.
        searched: the readings in which the model searches where no formula gives an equilibrium.
        seed: of the joint draws.
    """
    findings: list[Artifact] = []
    for reading in scenario.readings:
        inputs = tuple(given for given in scenario.inputs if reading.name in given.readings)
        axes = {given.id: axis_of(scenario, given) for given in inputs}
        moved = _move(scenario, model, reading, inputs, axes, seed)
        findings += [
            _sign_test(reading, moved),
            *_effect_tests(scenario, model, reading, inputs, moved),
            _saturation_test(reading, own[reading.name]),
            _failure_test(reading, moved, reading.name in searched),
        ]
    return tuple(findings)


def _move(
    scenario: Scenario, model: Model, reading: Reading, inputs: Sequence[Input], axes: dict[str, Axis], seed: int
) -> _Moved:
    """All points of the test in one call: the medians, single moves, joint draws."""
    starting = [given.id for given in inputs if given.role == "parameter"]
    singles = len(inputs) * 2 * DECADES
    points = 1 + singles + WIDE
    moved = {given.id: np.full(points, axes[given.id].center) for given in inputs}
    for index, given in enumerate(inputs):
        first = 1 + index * 2 * DECADES
        moved[given.id][first : first + 2 * DECADES] = _decades(axes[given.id])
    if starting:
        design = qmc.Sobol(len(starting), rng=np.random.default_rng(seed)).random(WIDE)
        for column, name in zip(design.T, starting, strict=True):
            axis = axes[name]
            low, high = axis.forward(axis.low), axis.forward(axis.high)
            moved[name][1 + singles :] = axis.back(low + column * (high - low))
    found = model(at_medians(scenario, points, moved), reading.name)

    def part(start: int, stop: int) -> Outcome:
        return Outcome(found.before[start:stop], found.after[start:stop])

    joint = {name: values[1 + singles :] for name, values in moved.items()}
    return _Moved(tuple(moved), part(0, 1), part(1, 1 + singles), part(1 + singles, points), joint)


def _decades(axis: Axis) -> FloatArray:
    """The input one, two and three decades away in either direction, as far as it is allowed."""
    steps = np.array([step for step in range(-DECADES, DECADES + 1) if step])
    if axis.scale == "linear":
        reach = np.where(steps > 0, axis.high - axis.center, axis.center - axis.low)
        return axis.back(axis.center + reach * steps / DECADES)
    return axis.back(axis.forward(axis.center) + steps * np.log(10))


def _sign_test(reading: Reading, moved: _Moved) -> Artifact:
    tilt = moved.joint.tilt[~np.isnan(moved.joint.tilt)]
    sign = signs(tilt)
    if not sign.size:
        return Artifact(reading.name, "sign", "No starting values far from the medians could be solved.", "warning")
    if not np.any(sign):
        finding = f"The technology changes nothing at any of {sign.size:,} sets of starting values."
        return Artifact(reading.name, "zero", finding, "warning")
    up, down = float(np.mean(sign > 0)), float(np.mean(sign < 0))
    spread = f"{sign.size:,} sets of starting values, each spread over {2 * DECADES} decades"
    if not (up and down):
        finding = (
            f"The tilt never leans to {'defense' if up else 'offense'} at {spread}: with this technology its sign is "
            "fixed by the form of the contest, whatever the starting values; only its size is an answer."
        )
        return Artifact(reading.name, "sign", finding, "warning")
    finding = f"The tilt leans to offense in {percent(up)} and to defense in {percent(down)} of {spread}: not fixed."
    return Artifact(reading.name, "sign", finding, "none")


def _effect_tests(
    scenario: Scenario, model: Model, reading: Reading, inputs: Sequence[Input], moved: _Moved
) -> list[Artifact]:
    idle = [given for index, given in enumerate(inputs) if not _differs(moved.center, _rows(moved.single, index))]
    if not idle:
        finding = f"Each of the {len(inputs)} inputs moves attack success."
        return [Artifact(reading.name, "effect", finding, "none")]
    dead = _dead(scenario, model, reading, idle, moved)
    findings: list[Artifact] = []
    for given in idle:
        where = "anywhere" if given.id in dead else "while the other inputs are at their medians, but does elsewhere"
        finding = f"{given.label} ({given.id}) moves attack success by nothing {where}."
        matters = given.id in dead and not given.default
        findings.append(Artifact(reading.name, "effect", finding, "warning" if matters else "note"))
    return findings


def _dead(scenario: Scenario, model: Model, reading: Reading, idle: Sequence[Input], moved: _Moved) -> set[str]:
    """Which of these inputs do nothing at joint draws either, where each takes the value it has at another draw."""
    here = np.arange(CHANCES)
    there = here + CHANCES
    columns = {name: np.tile(values[here], len(idle) + 1) for name, values in moved.values.items()}
    for index, given in enumerate(idle):
        own = moved.values[given.id]
        changed = own[there] if np.ptp(own) else np.resize(_decades(axis_of(scenario, given)), CHANCES)
        columns[given.id][(index + 1) * CHANCES : (index + 2) * CHANCES] = changed
    found = model(at_medians(scenario, CHANCES * (len(idle) + 1), columns), reading.name)
    before, after = (state.reshape(len(idle) + 1, CHANCES) for state in (found.before, found.after))
    return {
        given.id
        for index, given in enumerate(idle)
        if not _differs(Outcome(before[0], after[0]), Outcome(before[index + 1], after[index + 1]))
    }


def _rows(single: Outcome, index: int) -> Outcome:
    rows = slice(index * 2 * DECADES, (index + 1) * 2 * DECADES)
    return Outcome(single.before[rows], single.after[rows])


def _differs(one: Outcome, other: Outcome) -> bool:
    """Whether success differs anywhere; where it is unknown it does not count."""
    return bool(
        np.any(np.abs(one.before - other.before) > UNCHANGED) or np.any(np.abs(one.after - other.after) > UNCHANGED)
    )


def _saturation_test(reading: Reading, own: Outcome) -> Artifact:
    known = ~np.isnan(own.tilt)
    none = (own.before < SATURATED) & (own.after < SATURATED)
    full = (own.before > 1 - SATURATED) & (own.after > 1 - SATURATED)
    share = float(np.mean((none | full)[known])) if known.any() else 0.0
    severity = "warning" if share > WARNED else "note" if share > NOTED else "none"
    finding = f"Attack success is at 0 or 1 both before and after in {percent(share)} of the scenario's own draws."
    return Artifact(reading.name, "saturation", finding, severity)


def _failure_test(reading: Reading, moved: _Moved, searched: bool) -> Artifact:
    failed = np.isnan(np.concatenate([moved.single.tilt, moved.joint.tilt]))
    share = float(failed.mean())
    severity = "warning" if share > WARNED and searched else "note" if share > 0 else "none"
    how = "could not be solved" if searched else "lie beyond the formulas of the contest and were not searched"
    finding = f"{int(failed.sum()):,} of {failed.size:,} sets of far-off values {how}."
    if not share:
        finding = f"All {failed.size:,} sets of far-off values could be solved."
    return Artifact(reading.name, "blow-up", finding, severity)
