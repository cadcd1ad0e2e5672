"""Claims about growth in equilibrium, and about what fixed efforts can tell of equilibria."""

import dataclasses
from collections.abc import Mapping

import jax.numpy as jnp
import numpy as np

from tiltmeter.claims._claim import Case, Claim, Outcome
from tiltmeter.claims._region import Points, Span, region
from tiltmeter.claims._solved import at_equilibrium
from tiltmeter.claims._tilting import contest_at
from tiltmeter.contests import (
    AbstractContest,
    DifferenceForm,
    Examination,
    GroundInvasion,
    HoleSearch,
    HumanMachine,
    PatchRace,
    Perimeter,
    PlugHoles,
    Tullock,
    WatchHoles,
    build,
    parameters,
)
from tiltmeter.equilibrium import KINDS, STATUSES, solve

_LADDER = np.geomspace(1e-4, 1e5, 37)
# Changes of success along the ladder that count.
_SEEN = 1e-9
_STAKES = {"attacker_stake": Span(0.3, 3.0, 1.0), "defender_stake": Span(0.3, 3.0, 1.0)}


def _case(contest: type[AbstractContest], *given: Mapping[str, Span]) -> Case:
    searched: dict[str, Span] = {}
    for spans in given:
        searched |= spans
    return Case(contest, region(searched))


def _typical(contest: type[AbstractContest], *names: str) -> dict[str, Span]:
    """The typical ranges of parameters."""
    known = parameters(contest)
    return {name: Span(*known[name].typical, known[name].default) for name in names}


@dataclasses.dataclass(frozen=True)
class _RisesThenFalls:
    """Success in equilibrium as both stakes grow by one factor: it rises first and falls then."""

    def __call__(self, case: Case, points: Points, search: bool = False) -> Outcome:
        count, steps = points["attacker_stake"].size, len(_LADDER)
        wide = {name: np.repeat(values, steps) for name, values in points.items()}
        for name in _STAKES:
            wide[name] = wide[name] * np.tile(_LADDER, count)
        solved = at_equilibrium(contest_at(case, wide), "attack_success", search=search)
        success = solved.values["attack_success"].reshape(count, steps)
        certified, regret = solved.certified.reshape(count, steps), solved.regret.reshape(count, steps)
        top, place = success.max(axis=1), success.argmax(axis=1)
        before = np.arange(steps) <= place[:, None]
        change = np.diff(success, axis=1)
        falls_early = np.where(before[:, 1:], -change, -np.inf).max(axis=1)
        rises_late = np.where(before[:, 1:], -np.inf, change).max(axis=1)
        turns = np.minimum(top - success[:, 0], top - success[:, -1])
        moves = np.ptp(success, axis=1) > _SEEN
        one_peak = np.maximum(falls_early, rises_late) <= _SEEN
        margin = np.where(~moves, 0.0, np.where(one_peak & (turns > _SEEN), turns, -1.0))
        said = {"smallest stakes": success[:, 0], "highest": top, "largest stakes": success[:, -1]}
        return Outcome(margin, np.asarray(certified.all(axis=1)), regret.max(axis=1), said)


_IMPROVED: Mapping[type[AbstractContest], str] = {
    PlugHoles: "productivity",
    WatchHoles: "productivity",
    Perimeter: "productivity",
    HoleSearch: "productivity",
    PatchRace: "productivity",
    Examination: "accuracy",
    DifferenceForm: "decisiveness",
    HumanMachine: "machine",
}


@dataclasses.dataclass(frozen=True)
class _FixedTells:
    """An equal improvement moves success the same way at the efforts of before as in equilibrium."""

    def __call__(self, case: Case, points: Points, search: bool = False) -> Outcome:
        described = parameters(case.model)
        values = {name: value for name, value in points.items() if name in described}
        for side in ("attacker", "defender"):
            name = f"{side}_{_IMPROVED[case.model]}"
            values[name] = values.get(name, described[name].default) * points["improvement"]
        contest, changed = contest_at(case, points), build(case.model, values)
        at, after = (solve(one, search=search) for one in (contest, changed))
        efforts = (jnp.asarray(at.attacker_effort), jnp.asarray(at.defender_effort))
        fixed = np.asarray(changed.success(*efforts), dtype=float) - at.attack_success
        full = after.attack_success - at.attack_success
        settled = np.asarray(at.kind_code) == KINDS.index("pure")
        certified = settled & np.logical_and.reduce(
            [np.asarray(one.status_code) == STATUSES.index("certified") for one in (at, after)]
        )
        size = np.minimum(np.abs(fixed), np.abs(full))
        attacks = at.attack_probability > 0
        margin = np.where(attacks, np.sign(fixed) * np.sign(full) * size, 0.0)
        said = {
            "before": at.attack_success,
            "at fixed efforts": at.attack_success + fixed,
            "after": after.attack_success,
        }
        return Outcome(margin, certified, np.maximum(at.regret, after.regret), said)


_SEARCH = {"attacker_productivity": Span(0.3, 30.0, 3.0), "defender_productivity": Span(0.3, 30.0, 3.0)}
_WIDE = {"attacker_stake": Span(0.1, 10.0, 1.0), "defender_stake": Span(0.1, 10.0, 1.0)}
_FACTOR = {"improvement": Span(1.1, 10.0, 2.0)}
_PEOPLE = {"attacker_human_share": Span(0.1, 0.9, 0.3), "defender_human_share": Span(0.1, 0.9, 0.6)}
_INVASION = _typical(GroundInvasion, "holding_force", "frontage", "sectors", "defender_multiplier")
_ATTENTION = {"attention": Span(1.0, 100.0, 10.0)}
_COUNT = {"hole_count": Span(1.0, 1000.0, 10.0)}

CLAIMS: tuple[Claim, ...] = (
    Claim(
        id="offensive-then-defensive-scaling-in-equilibrium",
        statement="As both stakes grow, and investments with them, success in equilibrium rises first and falls then.",
        source=("GarfinkelDafoe2019",),
        cases=(
            _case(GroundInvasion, _STAKES, _INVASION, {"returns": Span(0.3, 1.0, 1.0)}),
            _case(PlugHoles, _STAKES, _SEARCH, _COUNT),
            _case(Perimeter, _STAKES, _SEARCH),
            _case(HoleSearch, _STAKES, _SEARCH),
            _case(WatchHoles, _STAKES, _SEARCH, _COUNT, _ATTENTION),
            _case(PatchRace, _STAKES, _SEARCH),
            _case(Tullock, _STAKES, _typical(Tullock, "attacker_returns", "defender_returns")),
        ),
        test=_RisesThenFalls(),
        technology="both stakes grow over nine orders of magnitude, and efforts with them",
        version_of="offensive-then-defensive-scaling",
        samples=448,
        remark="""
Growth does in equilibrium what it does along a ray of efforts, and for the same reason: where the defender can
exhaust what there is to attack. Plugging, covering and searching the same holes all turn to defense in the end.
Where holes can only be watched, or where the race is about speed, growth helps offense throughout.""",
    ),
    Claim(
        id="fixed-efforts-tell-the-sign",
        statement="Whom an equal improvement of both sides helps can be told at the efforts of before.",
        source=("Tabarrok2024", "Cunningham2025"),
        cases=(
            _case(PlugHoles, _WIDE, _SEARCH, _COUNT, _FACTOR),
            _case(WatchHoles, _WIDE, _SEARCH, _COUNT, _ATTENTION, _FACTOR),
            _case(Perimeter, _WIDE, _SEARCH, {"radius": Span(0.3, 3.0, 1.0)}, _FACTOR),
            _case(HoleSearch, _WIDE, _SEARCH, _FACTOR),
            _case(PatchRace, _WIDE, _SEARCH, _FACTOR),
            _case(DifferenceForm, _WIDE, {"attacker_decisiveness": Span(0.1, 1.0, 0.5)}, _FACTOR),
            _case(Examination, _WIDE, {"imitation": Span(0.0, 2.0, 1.5), "flaw": Span(0.5, 4.0, 1.0)}, _FACTOR),
            _case(HumanMachine, _WIDE, _PEOPLE, _FACTOR),
        ),
        test=_FixedTells(),
        technology="both sides' tools become more productive by one factor, the improvement",
        own=("improvement",),
        remark="""
Where efforts enter through their difference, a race, a classifier, or people and machines, it can. Where something
finite is searched or covered, it cannot: at the efforts of before better search helps the attacker, and in
equilibrium the defender, who answers by closing more. All contradictions that were found are of this one kind; a
partial view errs in favor of offense.""",
    ),
)
