"""A scenario: a question, its readings as contests, and its inputs with their uncertainty."""

import dataclasses
import functools
import itertools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from tiltmeter.errors import AssessmentError, ScenarioError, unknown
from tiltmeter.inputs._quantity import FloatArray, Quantity
from tiltmeter.inputs._sampling import correlated, factor, linked, normal_scores

if TYPE_CHECKING:
    import tiltmeter.contests
    import tiltmeter.technology
    from tiltmeter.framework import System
    from tiltmeter.inputs._amount import Operation

Values = Mapping[str, FloatArray | float]
Role = Literal["parameter", "change", "rating", "influence", "bridge"]


@dataclasses.dataclass(frozen=True)
class Input:
    """A number that the scenario leans on.

    Attributes:
        id: its unique name, such as `attacker_cost`, `examination.flaw` or, for a change, `AI:attacker_cost`.
        label: the id in words.
        parameter: the contest's parameter, dotted for those of a part (`holes.rate`).
        role: "parameter", or "change" for what the technology does to one; where the technology is an assessed system,
            "rating" of a dimension, "influence" between elements, or "bridge" to the contest.
        operation: for a change "multiply", "add" or "set"; None for a parameter.
        readings: names of the readings that use it, all with the same draw.
        quantity: the number or distribution, truncated to the values that are allowed.
        domain: the allowed values: those of the parameter, or of a factor that keeps it allowed.
        text: the quantity as the file writes it.
        evidence: ids of the figures that it rests on.
        guess: why it is a guess; "" when the file does not say.
        why: how it follows from the figures.
        unit: what it is measured in; "1" for a factor.
        symbol: the parameter's letter in the formulas.
        meaning: the parameter's meaning, in a sentence.
        field: the dotted name of the field in the file; "" for a default.
        line: the line in the file; None for a default, or when set from outside.
        default: whether the file does not give it, and the contest's default is taken.
        set_by_hand: whether it was replaced by `with_settings`.
    """

    id: str
    label: str
    parameter: str
    role: Role
    operation: "Operation | None"
    readings: tuple[str, ...]
    quantity: Quantity
    domain: "tiltmeter.contests.Domain"
    text: str
    evidence: tuple[str, ...]
    guess: str
    why: str
    unit: str
    symbol: str
    meaning: str
    field: str
    line: int | None
    default: bool
    set_by_hand: bool = False

    def record(self) -> dict[str, Any]:
        """What the file says of it, and its 90 % interval, ready for JSON."""
        low, high = self.quantity.interval()
        return {
            "id": self.id,
            "label": self.label,
            "parameter": self.parameter,
            "role": self.role,
            "operation": self.operation,
            "readings": list(self.readings),
            "value": self.text,
            "median": self.quantity.median,
            "low": low,
            "high": high,
            "unit": self.unit,
            "evidence": list(self.evidence),
            "guess": self.guess,
            "provenance": self.provenance,
        }

    @property
    def provenance(self) -> str:
        """What the number rests on, in a word or two: "sourced", a kind of guess, "default, not sourced"."""
        if self.default:
            return "default, not sourced"
        if self.set_by_hand:
            return "set by hand"
        if self.evidence:
            return "sourced, in part a guess" if self.guess else "sourced"
        return "guess" if self.guess else "guess, no source"


@dataclasses.dataclass(frozen=True)
class Reading:
    """One hypothesis of which contest the application really is.

    Attributes:
        name: its name in the file.
        title: its name in prose; the name when the file gives none.
        contest: the name of the contest class.
        options: chosen parts by field, such as `{"holes": "Lomax"}`.
        weight: how likely the reading is; the weights of a scenario sum to 1.
        why: why this contest and this weight.
    """

    name: str
    title: str
    contest: str
    options: Mapping[str, str]
    weight: float
    why: str


@dataclasses.dataclass(frozen=True)
class Correlation:
    """Two inputs that move together: the correlation of their normal scores, in (-1, 1)."""

    between: tuple[str, str]
    value: float


@dataclasses.dataclass(frozen=True)
class Scenario:
    """A question about a technology, with everything that is needed to answer it.

    Attributes:
        name: a short name.
        title: a title in prose.
        short: the title in a few words; the title when the file gives none.
        question: the question.
        domain: the field it belongs to; may be "".
        guess: which side was guessed to gain: "offense", "defense", "unchanged", "depends"; "" when not given.
        technology_name: what the technology is called.
        technology_short: a short name, used in the ids of changes.
        baseline: what it is compared with; may be "".
        readings: the hypotheses, in the order of the file.
        inputs: all numbers: those of the file in its order, then the contests' defaults.
        correlations: pairs of uncertain inputs that move together.
        notes: what else the reader should know.
        path: where the text came from.
        text: the file's text.
        sha256: hash of the file's bytes, in hexadecimal.
        technology_plural: whether that short name is a plural.
        money: what stakes, costs and payoffs are counted in, such as "USD"; "" when not given.
        settings: what `with_settings` replaced, as (name, text), in order.
        system: the assessed system that is the technology, if it is one.
    """

    name: str
    title: str
    short: str
    question: str
    domain: str
    guess: str
    technology_name: str
    technology_short: str
    baseline: str
    readings: tuple[Reading, ...]
    inputs: tuple[Input, ...]
    correlations: tuple[Correlation, ...]
    notes: tuple[str, ...]
    path: str
    text: str
    sha256: str
    settings: tuple[tuple[str, str], ...] = ()
    system: "System | None" = None
    technology_plural: bool = False
    money: str = ""

    @functools.cached_property
    def uncertain(self) -> tuple[str, ...]:
        """Ids of the inputs that are not certain: the columns of `scores`, in order."""
        return tuple(given.id for given in self.inputs if not given.quantity.certain)

    @functools.cached_property
    def groups(self) -> tuple[tuple[str, ...], ...]:
        """The uncertain inputs' ids, those that correlations link together; independent ones are alone.

        Of an assessed system, all weights of the influence graph are one group, and all inputs of the bridge another.
        """
        pairs = [pair.between for pair in self.correlations]
        for role in ("influence", "bridge"):
            own = [given.id for given in self.inputs if given.role == role and not given.quantity.certain]
            pairs += itertools.pairwise(own)
        return linked(self.uncertain, pairs)

    def input(self, id: str) -> Input:
        """The input of that id; `UnknownNameError` with the nearest one otherwise."""
        found = self._by_id.get(id)
        if found is None:
            raise unknown("input", id, self._by_id)
        return found

    def reading(self, name: str) -> Reading:
        """The reading of that name; `UnknownNameError` with the nearest one otherwise."""
        for reading in self.readings:
            if reading.name == name:
                return reading
        raise unknown("reading", name, (reading.name for reading in self.readings))

    def scores(self, n: int, seed: int) -> FloatArray:
        """Independent standard normal scores of the uncertain inputs, from a scrambled Sobol sequence.

        The first rows do not depend on how many are drawn, and powers of two cover the space best.

        Args:
            n: how many draws, 1 to 2^20.
            seed: an integer ≥ 0; the same seed gives the same scores.

        Returns:
            Array of shape (n, number of uncertain inputs).
        """
        return normal_scores(n, len(self.uncertain), seed)

    def values(self, z: FloatArray, checked: bool = True) -> dict[str, FloatArray]:
        """Values of all inputs at given scores.

        Args:
            z: independent standard normal scores, shape (..., number of uncertain inputs); `scores` draws them.
            checked: whether to refuse changes that carry a parameter out of its range; searches far out look
                themselves.

        Returns:
            By id, arrays of shape (...) for uncertain inputs and of shape () for certain ones.

        Raises:
            ScenarioError: when a change carries a parameter out of its allowed range.
        """
        scores = np.asarray(z, dtype=float)
        if scores.ndim < 1 or scores.shape[-1] != len(self.uncertain):
            raise ScenarioError(
                f"scores need a last axis of {len(self.uncertain)}, one for each uncertain input, "
                f"but their shape is {scores.shape}."
            )
        shares = dict(zip(self.uncertain, np.moveaxis(correlated(scores, self._factor), -1, 0), strict=True))
        values = {given.id: given.quantity.ppf(shares.get(given.id, 0.5)) for given in self.inputs}
        for change in self._changes if checked else ():
            for reading in change.readings:
                self._require_allowed(change, reading, values)
        return values

    def medians(self) -> dict[str, float]:
        """The central value of every input, by id."""
        return {given.id: given.quantity.median for given in self.inputs}

    def contest(self, reading: "Reading | str", values: Values) -> "tiltmeter.contests.AbstractContest":
        """The contest of a reading, before the technology, at values of the inputs by id."""
        from tiltmeter.contests import build

        chosen = self._reading(reading)
        used = self._used(chosen.name, "parameter")
        return build(chosen.contest, {given.parameter: values[given.id] for given in used}, **chosen.options)

    def technology(self, reading: "Reading | str", values: Values) -> "tiltmeter.technology.Technology":
        """The technology in a reading, at values of the inputs by id."""
        from tiltmeter.technology import Change, Technology

        if self.system:
            return Technology(self.technology_name, self._system_changes(self._reading(reading), values))
        changes = {
            given.parameter: Change(given.operation or "set", values[given.id])
            for given in self._used(self._reading(reading).name, "change")
        }
        return Technology(self.technology_name, changes)

    def with_settings(self, settings: Mapping[str, str]) -> "Scenario":
        """The scenario with some inputs replaced.

        Args:
            settings: by an input's id, or by a parameter's name for all readings that have it, the value as the file
                would write it, such as "2 to 8" or "x 0.5". Correlations of inputs that become certain are dropped.

        Raises:
            ScenarioError: for a name that no input has, or a value that is not allowed.
        """
        from tiltmeter.scenarios._settings import with_settings

        return with_settings(self, settings)

    def of_system(self, reading: "Reading | str", values: Values) -> dict[str, FloatArray | float]:
        """The inputs of the assessed system in a reading, by the names that the system knows them by."""
        name = self._reading(reading).name
        roles = ("rating", "influence", "bridge")
        return {g.parameter: values[g.id] for g in self.inputs if g.role in roles and name in g.readings}

    def _system_changes(self, reading: Reading, values: Values) -> "dict[str, tiltmeter.technology.Change]":
        """What the assessed system does to the parameters of a reading's contest; `AssessmentError` where its graph
        settles nowhere, or in several places, in some draw.
        """
        from tiltmeter.contests import parameters

        assert self.system is not None
        own = self.of_system(reading, values)
        settled = self.system.settled(own)
        wrong = int((~settled.usable).sum())
        if wrong:
            raise AssessmentError(
                f"the influence graph has several fixed points, or none, in {wrong} of {len(settled.status)} draws; "
                "nothing is averaged over them. Narrow its weights or lower its gain.",
                self.system.graph.path,
                field="gain",
            )
        made = self.system.changes(own, list(parameters(reading.contest, **reading.options)), settled.levels)
        scalar = all(np.ndim(value) == 0 for value in own.values())
        return {
            name: dataclasses.replace(change, value=np.asarray(change.value)[0]) if scalar else change
            for name, change in made.items()
        }

    @functools.cached_property
    def _by_id(self) -> dict[str, Input]:
        return {given.id: given for given in self.inputs}

    @functools.cached_property
    def _changes(self) -> tuple[Input, ...]:
        return tuple(given for given in self.inputs if given.role == "change")

    @functools.cached_property
    def _factor(self) -> FloatArray | None:
        return factor(self.uncertain, [(pair.between, pair.value) for pair in self.correlations])

    def _reading(self, reading: "Reading | str") -> Reading:
        return self.reading(reading) if isinstance(reading, str) else reading

    def _used(self, reading: str, role: str) -> tuple[Input, ...]:
        return tuple(given for given in self.inputs if given.role == role and reading in given.readings)

    def _require_allowed(self, change: Input, reading: str, values: Mapping[str, FloatArray]) -> None:
        """Raise `ScenarioError` where a change carries the parameter out of its range in a reading."""
        from tiltmeter.scenarios._changes import carried_out

        before = next(given for given in self._used(reading, "parameter") if given.parameter == change.parameter)
        found = carried_out(change, before, values)
        if found:
            raise ScenarioError(found, self.path, change.line, change.field)
