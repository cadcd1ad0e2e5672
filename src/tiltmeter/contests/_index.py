"""The one list of contests, and how to find, describe and build one by name."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import equinox as eqx
from jaxtyping import ArrayLike

from tiltmeter.contests._adaptive_target import AdaptiveTarget
from tiltmeter.contests._all_pay import AllPay
from tiltmeter.contests._arms_burden import ArmsBurden
from tiltmeter.contests._base import AbstractContest, part_fields
from tiltmeter.contests._certification import Certification
from tiltmeter.contests._difference_form import DifferenceForm
from tiltmeter.contests._examination import Examination
from tiltmeter.contests._ground_invasion import GroundInvasion
from tiltmeter.contests._hole_search import HoleSearch
from tiltmeter.contests._human_machine import HumanMachine
from tiltmeter.contests._lanchester import Lanchester
from tiltmeter.contests._parameter import Parameter, described_fields
from tiltmeter.contests._patch_race import PatchRace
from tiltmeter.contests._perimeter import Perimeter
from tiltmeter.contests._plug_holes import PlugHoles
from tiltmeter.contests._quality_inspection import QualityInspection
from tiltmeter.contests._threshold_weapon import ThresholdWeapon
from tiltmeter.contests._tullock import Tullock
from tiltmeter.contests._verification import Verification
from tiltmeter.contests._watch_holes import WatchHoles
from tiltmeter.contests.holes import DENSITIES
from tiltmeter.contests.patching import PATCHING
from tiltmeter.errors import ParameterError, unknown

CONTESTS: tuple[type[AbstractContest], ...] = (
    Tullock,
    DifferenceForm,
    AllPay,
    HoleSearch,
    Examination,
    Verification,
    Certification,
    Lanchester,
    GroundInvasion,
    HumanMachine,
    PlugHoles,
    WatchHoles,
    Perimeter,
    PatchRace,
    ThresholdWeapon,
    QualityInspection,
    ArmsBurden,
    AdaptiveTarget,
)

# Fields that hold a part with parameters of its own, and the classes to choose from; the first is the default.
_PARTS: dict[str, tuple[type[eqx.Module], ...]] = {
    "holes": DENSITIES,
    "patching": PATCHING,
    "wrapped": (Tullock, PlugHoles),
}


def contest_named(name: str) -> type[AbstractContest]:
    """The contest class of that name; `UnknownNameError` with the nearest name otherwise."""
    for contest in CONTESTS:
        if contest.__name__ == name:
            return contest
    raise unknown("contest", name, (contest.__name__ for contest in CONTESTS))


def option_choices(contest: str | type[AbstractContest]) -> dict[str, tuple[str, ...]]:
    """The parts that can be chosen for a contest, such as the density of holes: field to names, the default first."""
    fields = _class_of(contest).__dataclass_fields__
    return {part: tuple(choice.__name__ for choice in choices) for part, choices in _PARTS.items() if part in fields}


def parameters(contest: str | type[AbstractContest] | AbstractContest, **options: str) -> dict[str, Parameter]:
    """The parameters of a contest, the four that all share first; those of a part are dotted (`holes.rate`).

    Args:
        contest: a name, a class, or an instance (whose own parts then count).
        options: chosen parts by field, such as `holes="Lomax"`; `UnknownNameError` for one that does not exist.
    """
    described = described_fields(contest if isinstance(contest, AbstractContest) else _class_of(contest))
    for field, part in _chosen_parts(contest, options).items():
        for name, parameter in part_fields(part).items():
            dotted = f"{field}.{name}"
            described[dotted] = _renamed(parameter, dotted)
    return described


def build(contest: str | type[AbstractContest], values: Mapping[str, ArrayLike], **options: str) -> AbstractContest:
    """A contest from parameter values by name, dotted for those of a part.

    Args:
        contest: a name or a class.
        values: numbers or arrays that broadcast; what is missing takes its default.
        options: chosen parts by field, such as `holes="Lomax"`.

    Raises:
        UnknownNameError: for a contest, parameter or option that does not exist.
        ParameterError: for a value out of its range, or shapes that do not broadcast.
    """
    cls = _class_of(contest)
    known = parameters(cls, **options)
    for name in values:
        if name not in known:
            raise unknown(f"parameter of {cls.__name__}", name, known)
    fields: dict[str, Any] = {name: value for name, value in values.items() if "." not in name}
    for field, part in _chosen_parts(cls, options).items():
        prefix = f"{field}."
        fields[field] = part(**{n.removeprefix(prefix): v for n, v in values.items() if n.startswith(prefix)})
    return cls(**fields)


def values_of(contest: AbstractContest) -> dict[str, Any]:
    """The parameter values of a contest by name, dotted for those of a part; `build` makes it again from these."""
    values: dict[str, Any] = {}
    for name in parameters(contest):
        part, _, field = name.rpartition(".")
        values[name] = getattr(getattr(contest, part) if part else contest, field)
    return values


def options_of(contest: AbstractContest) -> dict[str, str]:
    """The parts that a contest has, by field: what `build` takes as options."""
    return {field: type(getattr(contest, field)).__name__ for field in option_choices(type(contest))}


def _class_of(contest: str | type[AbstractContest] | AbstractContest) -> type[AbstractContest]:
    if isinstance(contest, str):
        return contest_named(contest)
    return type(contest) if isinstance(contest, AbstractContest) else contest


def _chosen_parts(contest: Any, options: Mapping[str, str]) -> dict[str, Any]:
    """For each field that holds a part: the part of an instance, else the class that was chosen."""
    choices = option_choices(contest if isinstance(contest, str) else _class_of(contest))
    for option in options:
        if option not in choices:
            raise unknown(f"option of {_class_of(contest).__name__}", option, choices)
    if isinstance(contest, AbstractContest):
        if options:
            raise ParameterError("options choose the parts of a contest class; this contest has its parts already.")
        return {field: getattr(contest, field) for field in choices}
    chosen: dict[str, Any] = {}
    for field in choices:
        by_name = {choice.__name__: choice for choice in _PARTS[field]}
        name = options.get(field, next(iter(by_name)))
        if name not in by_name:
            raise unknown(field, name, by_name)
        chosen[field] = by_name[name]
    return chosen


def _renamed(parameter: Parameter, name: str) -> Parameter:
    return dataclasses.replace(parameter, name=name)
