"""From values of a scenario's inputs to attack success before and after the technology."""

import dataclasses
from collections.abc import Callable, Collection, Iterable, Mapping

import numpy as np
import numpy.typing as npt

from tiltmeter.errors import unknown
from tiltmeter.framework import System
from tiltmeter.scenarios import Scenario
from tiltmeter.technology import Change
from tiltmeter.tilt import Tilt, tilt

FloatArray = npt.NDArray[np.float64]
Values = Mapping[str, npt.NDArray[np.float64]]


# Fewer points than this are not evaluated by themselves.
FEW = 32


@dataclasses.dataclass(frozen=True)
class Outcome:
    """Attack success of one reading at n points.

    Attributes:
        before: without the technology, shape (n,); NaN where there is no usable equilibrium.
        after: with it, likewise.
    """

    before: FloatArray
    after: FloatArray

    @property
    def tilt(self) -> FloatArray:
        """The change, NaN where either equilibrium is missing."""
        return self.after - self.before


# What the analyses ask of a model: attack success of the named reading at values of the inputs, by id. The values are
# arrays that broadcast to one axis of points.
Model = Callable[[Values, str], Outcome]


def evaluate(
    scenario: Scenario, values: Values, readings: Iterable[str] | None = None, search: bool = True
) -> dict[str, Tilt]:
    """The tilt of each reading at values of the scenario's inputs.

    Args:
        scenario: what is asked.
        values: arrays by input id that broadcast, as `Scenario.values` returns them.
        readings: names of the readings to solve; all by default.
        search: whether to search, which is slow, for equilibria that no formula gives; such draws fail otherwise.

    Raises:
        UnknownNameError: for a reading that the scenario does not have.
    """
    by_name = {reading.name: reading for reading in scenario.readings}
    chosen = tuple(by_name) if readings is None else tuple(readings)
    for name in chosen:
        if name not in by_name:
            raise unknown("reading", name, by_name)
    return {
        name: tilt(scenario.contest(by_name[name], values), scenario.technology(by_name[name], values), search)
        for name in chosen
    }


def model_of(scenario: Scenario, searched: Collection[str] | None = None) -> Model:
    """The scenario's own contests as a model; NaN also where a change carries a parameter out of its range.

    Args:
        scenario: whose contests.
        searched: the readings in which equilibria are searched for where no formula gives them; all by default.
    """

    def model(values: Values, reading: str) -> Outcome:
        points = np.broadcast_shapes(*(np.shape(value) for value in values.values()))
        spread = {name: np.broadcast_to(value, points) for name, value in values.items()}
        rows = allowed(scenario, spread, reading)
        if not rows.all():
            spread = {name: value[rows] for name, value in spread.items()}
        before, after = np.full(points, np.nan), np.full(points, np.nan)
        count = int(rows.sum())
        if count:
            search = searched is None or reading in searched
            # A handful of points would be compiled for a size of its own, which takes longer than to solve more.
            filled = {name: np.resize(value, max(count, FEW)) for name, value in spread.items()}
            outcome = outcome_of(evaluate(scenario, filled, (reading,), search)[reading], max(count, FEW))
            before[rows], after[rows] = outcome.before[:count], outcome.after[:count]
        return Outcome(before, after)

    return model


def outcome_of(found: Tilt, points: int) -> Outcome:
    """Attack success of a tilt at this many points, NaN where an equilibrium is not usable."""
    usable = np.asarray(found.certified)
    before, after = (
        np.broadcast_to(np.where(usable, np.asarray(at.attack_success, dtype=float), np.nan), (points,))
        for at in (found.equilibrium_before, found.equilibrium_after)
    )
    return Outcome(before, after)


def allowed(scenario: Scenario, values: Values, reading: str) -> npt.NDArray[np.bool_]:
    """Where all parameters of a reading stay in their ranges, without and with the technology.

    Args:
        scenario: whose inputs.
        values: arrays by input id that broadcast.
        reading: its name.
    """
    own = {given.parameter: given for given in scenario.inputs if reading in given.readings and given.role != "change"}
    inside = np.ones(np.broadcast_shapes(*(np.shape(value) for value in values.values())), dtype=bool)
    for given in scenario.inputs:
        if reading not in given.readings:
            continue
        parameter = own[given.parameter]
        after = values[given.id]
        if given.role == "change":
            after = Change(given.operation or "set", after).apply(values[parameter.id])
        inside &= parameter.domain.contains(after)
    if scenario.system:
        inside &= _system_allowed(scenario, scenario.system, values, reading)
    return inside


def _system_allowed(scenario: Scenario, system: System, values: Values, reading: str) -> npt.NDArray[np.bool_]:
    """Where the graph of an assessed system has one fixed point, and what it changes stays in its range."""
    own = scenario.of_system(reading, values)
    settled = system.settled(own)
    before = {g.parameter: g for g in scenario.inputs if g.role == "parameter" and reading in g.readings}
    inside = settled.usable
    with np.errstate(over="ignore"):  # what overflows is out of range
        for name, change in system.changes(own, list(before), settled.levels).items():
            inside = inside & before[name].domain.contains(change.apply(values[before[name].id]))
    return inside


def weights_of(scenario: Scenario) -> FloatArray:
    """The weights of the readings, in order."""
    return np.array([reading.weight for reading in scenario.readings], dtype=float)


def tilts(scenario: Scenario, model: Model, values: Values) -> FloatArray:
    """Tilts of all readings at the same points, shape (readings, n); NaN where not usable."""
    return np.stack([model(values, reading.name).tilt for reading in scenario.readings])


def mean_tilt(tilt_of: FloatArray, weights: FloatArray) -> FloatArray:
    """The weighted mean over the readings, shape (n,); NaN where one is not usable, for the mean of the others means
    something else, and its sign could change for no other reason.

    Args:
        tilt_of: tilts, shape (readings, n).
        weights: weights of the readings, shape (readings,).
    """
    return weights @ tilt_of


def at_medians(scenario: Scenario, points: int, moved: Values) -> dict[str, FloatArray]:
    """Values of all inputs at `points` points: the medians, but for those inputs that are moved.

    Args:
        scenario: whose inputs.
        points: how many points.
        moved: by id, arrays that broadcast to (points,).
    """
    return {
        name: np.broadcast_to(np.asarray(moved.get(name, median), dtype=float), (points,))
        for name, median in scenario.medians().items()
    }
