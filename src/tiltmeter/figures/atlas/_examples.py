"""Where each contest is drawn, and which parameter its picture moves; a contest needs no entry here."""

import dataclasses
import re
from collections.abc import Mapping

from tiltmeter.contests import AbstractContest, build, parameters
from tiltmeter.contests._base import SHARED
from tiltmeter.contests._prose import prose


@dataclasses.dataclass(frozen=True)
class Course:
    """What a technology moves.

    Attributes:
        names: the parameter, or those of both sides, which then move together.
        lowered: whether it falls.
        called: what moves, in words; left out: made from the names.
    """

    names: tuple[str, ...]
    lowered: bool = False
    called: str = ""

    @property
    def subject(self) -> str:
        """What moves, in words: "imitation", "the attacker's cost", "both sides' productivity"."""
        if self.called:
            return self.called
        plain = self.names[0].rpartition(".")[2].replace("_", " ")
        if len(self.names) > 1:
            return f"both sides' {plain.removeprefix('attacker ').removeprefix('defender ')}"
        return re.sub(r"^(attacker|defender) ", r"the \1's ", plain)

    @property
    def moves(self) -> str:
        """What the subject does: "rises", or "fall" where there are several of it."""
        several = re.search(r"[^s]s$", self.subject)
        return ("fall" if self.lowered else "rise") + ("" if several else "s")


@dataclasses.dataclass(frozen=True)
class Example:
    """Parameter values at which a contest shows what it is about.

    Attributes:
        values: by name; all others have their defaults.
        course: what the picture moves; left out: what the contest's description says under "Technology".
        options: parts of the contest by field.
    """

    values: Mapping[str, float] = dataclasses.field(default_factory=dict[str, float])
    course: Course | None = None
    options: Mapping[str, str] = dataclasses.field(default_factory=dict[str, str])


_BOTH_ACCURACIES = Course(("attacker_accuracy", "defender_accuracy"))
_FORGERY = {"attacker_stake": 10.0, "defender_stake": 10.0, "flaw": 2.0, "imitation": 1.3, "entry_cost": 1.0}

EXAMPLES: dict[str, Example] = {
    "Tullock": Example({"attacker_returns": 1.5, "defender_returns": 1.5}, Course(("attacker_cost",), lowered=True)),
    "DifferenceForm": Example(
        {
            "attacker_stake": 10.0,
            "defender_stake": 10.0,
            "attacker_cost": 1.2,
            "attacker_decisiveness": 0.7,
            "defender_decisiveness": 0.7,
        }
    ),
    "AllPay": Example({"attacker_stake": 2.0, "defender_stake": 2.0}, Course(("attacker_edge",))),
    "HoleSearch": Example({"attacker_stake": 3.0, "defender_stake": 3.0}),
    "Examination": Example(_FORGERY, _BOTH_ACCURACIES),
    "Verification": Example(
        {"attacker_stake": 5.0, "defender_stake": 5.0, "flaw": 2.0, "entry_cost": 1.0}, Course(("defender_accuracy",))
    ),
    "Certification": Example(_FORGERY, _BOTH_ACCURACIES),
    "Lanchester": Example({"attacker_cost": 1.5}, Course(("lethality_spread",), lowered=True)),
    "GroundInvasion": Example({}, Course(("attacker_cost", "defender_cost"), lowered=True)),
    "HumanMachine": Example(
        {}, Course(("attacker_machine", "defender_machine"), called="both sides' machine productivity")
    ),
    "PlugHoles": Example({"defender_stake": 10.0}),
    "WatchHoles": Example({"defender_stake": 10.0}),
    "PatchRace": Example({}, Course(("patching.patch_lag",), lowered=True)),
    "ThresholdWeapon": Example({"attacker_stake": 2.0, "defender_stake": 2.0}),
    "QualityInspection": Example({"attacker_stake": 4.0, "defender_stake": 40.0}),
    "AdaptiveTarget": Example({"exposure_benefit": 0.5, "exposure_returns": 0.3}),
}
"""Contest name to what is drawn of it."""


def example_of(contest: type[AbstractContest]) -> tuple[AbstractContest, Course]:
    """The contest that is drawn for a class, and what its picture moves."""
    example = EXAMPLES.get(contest.__name__, Example())
    drawn = build(contest, example.values, **example.options)
    return drawn, example.course or course_of(drawn)


def course_of(contest: AbstractContest, names: tuple[str, ...] = ()) -> Course:
    """What a technology does to parameters, as the contest's description says under "Technology".

    Args:
        contest: the contest.
        names: the parameters; left out: those that the description names first, of one side or of both; where it
            names none, the first that are the contest's own.
    """
    known = parameters(contest)
    said = prose(type(contest)).slots.get("Technology", "")
    candidates = [name for name in re.findall(r"`([\w.]+)`", said) if name in known]
    candidates += [name for name in known if name not in SHARED]
    chosen = names or _paired(candidates[0], candidates) if names or candidates else ("attacker_cost",)
    before = rf"\b(?:lower|reduc|shorten|shrink)\w*[^`.;]*`{re.escape(chosen[0])}`"
    return Course(chosen, lowered=bool(re.search(before, said)) or chosen[0].endswith("_cost"))


def _paired(name: str, among: list[str]) -> tuple[str, ...]:
    """The parameter with that of the other side, where both are among those that move."""
    swapped = re.sub(r"attacker|defender", lambda side: "attacker" if side[0] == "defender" else "defender", name)
    return (name, swapped) if swapped != name and swapped in among else (name,)
