"""Claims of the form "this technology makes that measure rise", with efforts fixed or in equilibrium."""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Literal

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from tiltmeter.balance import MEASURES
from tiltmeter.claims._claim import Case, Efforts, Outcome
from tiltmeter.claims._region import EFFORTS, FloatArray, Points
from tiltmeter.claims._solved import at_equilibrium
from tiltmeter.contests import AbstractContest, build, parameters
from tiltmeter.errors import ClaimError, ParameterError, unknown

Direction = Literal["rises", "falls"]
OPERATIONS = ("multiply", "divide", "add", "set")

_SCALES: Mapping[str, tuple[str, ...]] = {
    "attacker_payoff": ("attacker_stake",),
    "defender_payoff": ("defender_stake",),
    "expected_damage": ("defender_stake",),
    "welfare": ("attacker_stake", "defender_stake"),
}
# Measures that follow from efforts and success alone, whoever chose the efforts.
_AT_FIXED_EFFORTS: Mapping[str, Callable[[AbstractContest, Array], Array]] = {
    "attack_success": lambda _, success: success,
    "expected_damage": lambda contest, success: contest.defender_stake * success,
}
_FARTHEST = 700.0


@dataclasses.dataclass(frozen=True)
class Move:
    """What a technology does to one parameter.

    Attributes:
        parameter: its name, dotted for parts.
        operation: "multiply", "divide", "add" or "set".
        by: a number, or the name of an input of the claim.
    """

    parameter: str
    operation: Literal["multiply", "divide", "add", "set"]
    by: float | str

    def __post_init__(self) -> None:
        if self.operation not in OPERATIONS:
            raise unknown("operation", self.operation, OPERATIONS)

    def apply(self, points: Points, default: float) -> FloatArray:
        """The parameter after the change."""
        before = np.asarray(points.get(self.parameter, default), dtype=float)
        by = np.asarray(points[self.by] if isinstance(self.by, str) else self.by, dtype=float)
        match self.operation:
            case "multiply":
                return before * by
            case "divide":
                return before / by
            case "add":
                return before + by
            case "set":
                return by + 0 * before

    @property
    def idle(self) -> bool:
        """Whether it leaves the parameter as it is, whatever that is."""
        return self.by == {"multiply": 1.0, "divide": 1.0, "add": 0.0}.get(self.operation)


@dataclasses.dataclass(frozen=True)
class Tilting:
    """The test of a claim that a technology moves a measure in one direction.

    Attributes:
        moves: what the technology changes.
        measure: the name of the measure.
        direction: where the claim says that it goes.
        efforts: "equilibrium": before and after, each in its own equilibrium; "fixed": the same efforts before and
            after, which are inputs of the claim.
    """

    moves: tuple[Move, ...]
    measure: str = "attack_success"
    direction: Direction = "rises"
    efforts: Efforts = "equilibrium"

    def __post_init__(self) -> None:
        names = [measure.name for measure in MEASURES]
        if self.measure not in names:
            raise ClaimError(str(unknown("measure", self.measure, names)), field="measure")
        if self.efforts == "fixed" and self.measure not in _AT_FIXED_EFFORTS:
            raise ClaimError(
                f"{self.measure} is no measure that a technology moves while efforts are fixed. Allowed: "
                f"{', '.join(_AT_FIXED_EFFORTS)}; or let efforts be those of the equilibrium.",
                field="measure",
            )
        if self.direction not in ("rises", "falls"):
            raise ClaimError(str(unknown("direction", self.direction, ("rises", "falls"))), field="direction")
        if not self.moves or all(move.idle for move in self.moves):
            raise ClaimError("the technology changes nothing, whatever the inputs.", field="technology")

    def __call__(self, case: Case, points: Points, search: bool = False) -> Outcome:
        """The claim at points."""
        contest, changed = contest_at(case, points), self.after(case, points)
        sign = 1.0 if self.direction == "rises" else -1.0
        if self.efforts == "fixed":
            before, after = (fixed_measure(one, points, self.measure) for one in (contest, changed))
            certified, regret = np.isfinite(before) & np.isfinite(after), np.zeros(before.shape)
        else:
            first, second = (at_equilibrium(one, self.measure, search=search) for one in (contest, changed))
            before, after = first.values[self.measure], second.values[self.measure]
            certified, regret = first.certified & second.certified, np.maximum(first.regret, second.regret)
        with np.errstate(invalid="ignore"):
            change = np.where(after == before, 0.0, after - before) / self._scale(contest)
        certified &= np.isfinite(change)
        margin = sign * np.where(certified, change, 0.0)
        score = sign * (log_odds(after) - log_odds(before)) if self.measure == "attack_success" else None
        return Outcome(margin, certified, regret, {"before": before, "after": after}, score)

    def after(self, case: Case, points: Points) -> AbstractContest:
        """The contest with the technology."""
        described = parameters(case.model, **case.options)
        values = {name: value for name, value in points.items() if name in described}
        for move in self.moves:
            if move.parameter not in described:
                raise ClaimError(
                    str(unknown(f"parameter of {case.model.__name__}", move.parameter, described)), field="technology"
                )
            values[move.parameter] = move.apply(points, described[move.parameter].default)
        try:
            return build(case.model, values, **case.options)
        except ParameterError as error:
            raise ClaimError(
                f"the technology leads where the contest is undefined: {error}", field="technology"
            ) from None

    def _scale(self, contest: AbstractContest) -> FloatArray | float:
        stakes = [np.asarray(getattr(contest, name)) for name in _SCALES.get(self.measure, ())]
        return sum(stakes) if stakes else 1.0  # type: ignore[return-value]


def contest_at(case: Case, points: Points) -> AbstractContest:
    """The contest of a case at points."""
    described = parameters(case.model, **case.options)
    return build(case.model, {name: value for name, value in points.items() if name in described}, **case.options)


def fixed_measure(contest: AbstractContest, points: Points, measure: str = "attack_success") -> FloatArray:
    """A measure at the efforts among the inputs."""
    a, d = (jnp.asarray(points[name], dtype=float) for name in EFFORTS)
    return np.asarray(_AT_FIXED_EFFORTS[measure](contest, contest.success(a, d)), dtype=float)


def log_odds(chance: FloatArray) -> FloatArray:
    """log(p/(1 − p)), finite everywhere."""
    with np.errstate(divide="ignore"):
        return np.clip(np.log(chance) - np.log1p(-chance), -_FARTHEST, _FARTHEST)
