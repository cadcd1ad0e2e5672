"""Where each input alone turns the tilt round, the others at their medians.

A walk away from the median in both directions finds the first change of sign, on all inputs at once; then the brackets
shrink, again all at once. Nothing is assumed about the tilt between two points, so that jumps are found like roots;
a double change of sign within one step of the walk is not seen.
"""

import dataclasses

import numpy as np
import numpy.typing as npt

from tiltmeter.analysis._axis import Axis, axis_of
from tiltmeter.analysis._evaluate import Model, at_medians, mean_tilt, tilts, weights_of
from tiltmeter.analysis._findings import Flip
from tiltmeter.analysis._marginal import beyond
from tiltmeter.analysis._side import side_of, signs
from tiltmeter.scenarios import Input, Scenario

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]

# Points of the walk for each reading, and steps in each direction at most.
ROWS, STEPS = 1024, 48
# Points inside a bracket: evenly spread, which halves any bracket often enough, and close to where a straight line
# through its ends is zero, which is near the root if there is one; as shares of the bracket.
EVEN = np.arange(1, 8) / 8
CLOSE = np.array([-3e-2, -1e-3, -3e-5, 3e-5, 1e-3, 3e-2])
# Brackets are done at the length of a step of the walk over this, a relative 1e-6 for six decades, or at last after
# this many rounds.
PRECISION, ROUNDS = 1e5, 6


@dataclasses.dataclass(frozen=True)
class _Brackets:
    """M changes of sign, each between a point `near` the median and one `far`; arrays of shape (M,).

    Attributes:
        target: index of the reading, or -1 for the mean over the readings.
        axis: index of the axis.
        near: position on the axis of the last point known to have the median's sign.
        far: position of the first point known to have another.
        tilt_near: the tilt at `near`.
        tilt_far: the tilt at `far`.
        to: the sign on the other side of the change.
    """

    target: IntArray
    axis: IntArray
    near: FloatArray
    far: FloatArray
    tilt_near: FloatArray
    tilt_far: FloatArray
    to: FloatArray

    def rows(self, chosen: IntArray) -> "_Brackets":
        """Some of the brackets."""
        return _Brackets(*(getattr(self, name)[chosen] for name in _FIELDS))


_FIELDS = tuple(field.name for field in dataclasses.fields(_Brackets))


def flips(scenario: Scenario, model: Model) -> tuple[Flip, ...]:
    """The tipping value of every input, for the mean over the readings and (if several) for each reading.

    Args:
        scenario: whose inputs, those given as one number and those left at their default included.
        model: attack success at values of the inputs.

    Returns:
        One entry per target and input that it depends on: the mean first; within a target the likeliest flip first,
        inputs that do not flip last.
    """
    axes = tuple(axis_of(scenario, given) for given in scenario.inputs)
    targets = (-1, *range(len(scenario.readings))) if len(scenario.readings) > 1 else (-1,)
    found, known = _walk(scenario, model, axes, targets)
    found = _narrowed(scenario, model, axes, found)
    entries = [
        _flip(scenario, given, axis, target, _nearest(found, target, index, axis), known[target][index])
        for target in targets
        for index, (given, axis) in enumerate(zip(scenario.inputs, axes, strict=True))
        if target < 0 or scenario.readings[target].name in given.readings
    ]
    return tuple(sorted(entries, key=lambda flip: _rank(scenario, flip)))


def first_change(sign: FloatArray) -> tuple[IntArray, IntArray, npt.NDArray[np.bool_]]:
    """The first place along each row where the sign differs from the row's first one.

    Args:
        sign: shape (rows, places); NaN is a place of which nothing is known.

    Returns:
        The last known place before the change, the place of the change, and whether there is one; shape (rows,) each.
    """
    known = ~np.isnan(sign)
    differs = known & known[:, :1] & (sign != sign[:, :1])
    far = differs.argmax(axis=1)
    places = np.arange(sign.shape[1])
    near = np.where(known & (places < far[:, None]), places, 0).max(axis=1)
    return near, far, differs.any(axis=1)


def _walk(
    scenario: Scenario, model: Model, axes: tuple[Axis, ...], targets: tuple[int, ...]
) -> tuple[_Brackets, dict[int, FloatArray]]:
    """The first change of sign in either direction along every axis; and how far down and up the tilt of each target is
    known, as positions of shape (axes, 2), which is not at all where it is not known at the medians.

    All readings are evaluated at the same points, so that the walk costs one call per reading.
    """
    center = np.array([axis.forward(axis.center) for axis in axes])
    ends = np.array([[axis.forward(axis.low), axis.forward(axis.high)] for axis in axes])
    steps = int(np.clip(ROWS // (2 * len(axes)), 8, STEPS))
    # One row per axis and direction, the median in front.
    along = np.repeat(np.arange(len(axes)), 2)
    place = center[along, None] + (ends.ravel() - center[along])[:, None] * np.arange(steps + 1) / steps
    position = np.append(place[:, 1:].ravel(), center[0])
    values = _values(scenario, axes, np.append(np.repeat(along, steps), 0), position)
    by_reading = tilts(scenario, model, values)
    parts: list[_Brackets] = []
    known: dict[int, FloatArray] = {}
    for target in targets:
        tilt = mean_tilt(by_reading, weights_of(scenario)) if target < 0 else by_reading[target]
        tilt = np.concatenate([np.full((along.size, 1), tilt[-1]), tilt[:-1].reshape(along.size, steps)], axis=1)
        sign = signs(tilt)
        near, far, changed = first_change(sign)
        found = _Brackets(
            np.full(along.size, target),
            along,
            _pick(place, near),
            _pick(place, far),
            _pick(tilt, near),
            _pick(tilt, far),
            _sign_behind(sign, far),
        )
        parts.append(found.rows(np.flatnonzero(changed)))
        usable = ~np.isnan(tilt) & ~np.isnan(tilt[:, :1])
        outermost = np.where(usable, np.arange(steps + 1), 0).max(axis=1)
        known[target] = _pick(place, outermost).reshape(-1, 2)
    return _Brackets(*(np.concatenate([getattr(part, name) for part in parts]) for name in _FIELDS)), known


def _narrowed(scenario: Scenario, model: Model, axes: tuple[Axis, ...], given: _Brackets) -> _Brackets:
    """Every bracket narrowed to the first change of sign between points inside it, until it is short enough."""
    enough = np.abs(given.far - given.near) / PRECISION
    for _ in range(ROUNDS):
        open_ = np.flatnonzero(np.abs(given.far - given.near) > enough)
        if not open_.size:
            break
        narrower = _once_narrowed(scenario, model, axes, given.rows(open_))
        changed = {name: getattr(given, name).copy() for name in _FIELDS}
        for name in _FIELDS:
            changed[name][open_] = getattr(narrower, name)
        given = _Brackets(**changed)
    return given


def _once_narrowed(scenario: Scenario, model: Model, axes: tuple[Axis, ...], given: _Brackets) -> _Brackets:
    count, inside = given.target.size, EVEN.size + CLOSE.size
    crossed = given.tilt_near * given.tilt_far < 0
    root = np.where(crossed, given.tilt_near / np.where(crossed, given.tilt_near - given.tilt_far, 1.0), 0.5)
    share = np.concatenate([np.broadcast_to(EVEN, (count, EVEN.size)), root[:, None] + CLOSE], axis=1)
    share = np.sort(np.clip(share, 0.0, 1.0), axis=1)
    inner = given.near[:, None] + (given.far - given.near)[:, None] * share
    tilt = _tilt_of(
        scenario, model, axes, np.repeat(given.target, inside), np.repeat(given.axis, inside), inner.ravel()
    )
    place = np.concatenate([given.near[:, None], inner, given.far[:, None]], axis=1)
    tilt = np.concatenate([given.tilt_near[:, None], tilt.reshape(count, inside), given.tilt_far[:, None]], axis=1)
    near, far, _ = first_change(signs(tilt))
    at = signs(_pick(tilt, far))
    return dataclasses.replace(
        given,
        near=_pick(place, near),
        far=_pick(place, far),
        tilt_near=_pick(tilt, near),
        tilt_far=_pick(tilt, far),
        # A tilt of zero on the way to the other side is the root, not a region without change.
        to=np.where(at == 0, given.to, at),
    )


def _pick(table: FloatArray, column: IntArray) -> FloatArray:
    return np.take_along_axis(table, column[:, None], axis=1)[:, 0]


def _sign_behind(sign: FloatArray, far: IntArray) -> FloatArray:
    """The sign at `far`; but where it is zero and the next place has the opposite of the first, that: it is a root."""
    at = _pick(sign, far)
    behind = _pick(sign, np.minimum(far + 1, sign.shape[1] - 1))
    return np.where((at == 0) & (behind == -sign[:, 0]), behind, at)


def _tilt_of(
    scenario: Scenario, model: Model, axes: tuple[Axis, ...], target: IntArray, axis: IntArray, position: FloatArray
) -> FloatArray:
    """The tilt of each row's target where the row's input is at `position` on its axis; arrays of shape (n,)."""
    values = _values(scenario, axes, axis, position)
    found = np.full((len(scenario.readings), position.size), np.nan)
    for index, reading in enumerate(scenario.readings):
        rows = np.flatnonzero((target < 0) | (target == index))
        if rows.size:
            found[index, rows] = model({name: value[rows] for name, value in values.items()}, reading.name).tilt
    own = np.take_along_axis(found, np.maximum(target, 0)[None], axis=0)[0]
    return np.where(target < 0, mean_tilt(found, weights_of(scenario)), own)


def _values(scenario: Scenario, axes: tuple[Axis, ...], axis: IntArray, position: FloatArray) -> dict[str, FloatArray]:
    moved: dict[str, FloatArray] = {}
    for index, along in enumerate(axes):
        values = np.full(position.size, along.center)
        rows = np.flatnonzero(axis == index)
        values[rows] = along.back(position[rows])
        moved[along.input] = values
    return at_medians(scenario, position.size, moved)


def _nearest(given: _Brackets, target: int, index: int, axis: Axis) -> tuple[float, float] | None:
    """Position and sign of the change that is nearest the median, if there is one."""
    rows = np.flatnonzero((given.target == target) & (given.axis == index))
    if not rows.size:
        return None
    best = rows[np.argmin(np.abs(given.far[rows] - axis.forward(axis.center)))]
    return float(given.far[best]), float(given.to[best])


def _flip(
    scenario: Scenario, given: Input, axis: Axis, target: int, found: tuple[float, float] | None, known: FloatArray
) -> Flip:
    low, high = (axis.center if end == axis.forward(axis.center) else float(axis.back(end)) for end in known)
    value = None if found is None else float(axis.back(found[0]))
    direction = "" if value is None else "≥" if value > axis.center else "≤"
    return Flip(
        reading=None if target < 0 else scenario.readings[target].name,
        input=given.id,
        label=given.label,
        central=axis.center,
        unit=given.unit,
        value=value,
        factor=None if value is None or axis.center <= 0 else value / axis.center,
        direction=direction,
        to=None if found is None else side_of(found[1]),
        searched=(low, high),
        within=0.0 if value is None else beyond(given, value, direction),
    )


def _rank(scenario: Scenario, flip: Flip) -> tuple[int, bool, float, float]:
    names = [reading.name for reading in scenario.readings]
    order = -1 if flip.reading is None else names.index(flip.reading)
    apart = abs(float(np.log(flip.factor))) if flip.factor is not None and flip.factor > 0 else np.inf
    return order, flip.value is None, -flip.within, apart
