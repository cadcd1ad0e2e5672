"""Formulas of the notes, checked as they stand."""

import dataclasses

import numpy as np

from tiltmeter.claims._claim import Axis, Case, Claim, Outcome, Picture
from tiltmeter.claims._region import FloatArray, Points, Span, region
from tiltmeter.claims._solved import at_equilibrium
from tiltmeter.claims._tilting import contest_at
from tiltmeter.contests import Tullock
from tiltmeter.equilibrium import best_response, isovalue

_EXACT = 1e-9
_STAKE = {"attacker_stake": Span(0.1, 10.0, 1.0)}
_COST = {"attacker_cost": Span(0.1, 10.0, 1.0)}


def _agreement(found: FloatArray, formula: FloatArray, certified: np.ndarray, regret: FloatArray) -> Outcome:
    off = np.abs(found - formula) / np.maximum(np.abs(formula), 1e-300)
    margin = np.where(off <= _EXACT, 1.0, -off)
    return Outcome(margin, certified & np.isfinite(off), regret, {"found": found, "formula": formula})


@dataclasses.dataclass(frozen=True)
class _BestResponse:
    """The best reply earns what max(0, √(V e₂/c) − e₂) earns."""

    def __call__(self, case: Case, points: Points, search: bool = False) -> Outcome:
        contest, rival = contest_at(case, points), points["rival"]
        stake, cost = points["attacker_stake"], points["attacker_cost"]
        effort = np.maximum(np.sqrt(stake * rival / cost) - rival, 0.0)
        earned = stake * effort / (effort + rival) - cost * effort
        reply = best_response(contest, "attacker", rival)
        off = np.abs(reply.payoff - earned) / stake
        margin = np.where(off <= _EXACT, 1.0, -off)
        return Outcome(margin, np.isfinite(off), np.zeros(off.shape), {"found": reply.effort, "formula": effort})


@dataclasses.dataclass(frozen=True)
class _Symmetric:
    """Both efforts are r V/(4c)."""

    def __call__(self, case: Case, points: Points, search: bool = False) -> Outcome:
        alike = {
            "defender_stake": "attacker_stake",
            "defender_cost": "attacker_cost",
            "defender_returns": "attacker_returns",
        }
        contest = contest_at(case, dict(points) | {name: points[other] for name, other in alike.items()})
        solved = at_equilibrium(contest, "attacker_effort", search=search)
        formula = points["attacker_returns"] * points["attacker_stake"] / (4 * points["attacker_cost"])
        return _agreement(solved.values["attacker_effort"], formula, solved.certified, solved.regret)


@dataclasses.dataclass(frozen=True)
class _Isovalue:
    """The level curve of success is (p α₂/(α₁ (1 − p)))^(1/r₁) e₂^(r₂/r₁)."""

    def __call__(self, case: Case, points: Points, search: bool = False) -> Outcome:
        p, rival = points["level"], points["rival"]
        first, second = points["attacker_returns"], points["defender_returns"]
        found = isovalue(contest_at(case, points), p, rival)
        scale = (p * points["defender_edge"] / (points["attacker_edge"] * (1 - p))) ** (1 / first)
        return _agreement(found, scale * rival ** (second / first), np.isfinite(found), np.zeros(found.shape))


CLAIMS: tuple[Claim, ...] = (
    Claim(
        id="scalar-best-response",
        statement="At r = 1 the best response is max(0, √(V e₂/c) − e₂).",
        source=("Cunningham2025",),
        cases=(Case(Tullock, region(_STAKE | _COST | {"rival": Span(0.001, 100.0, 0.1)})),),
        test=_BestResponse(),
        measure="what the formula's effort earns, against the best of all efforts",
        efforts="fixed",
        own=("rival",),
        samples=1024,
        picture=Picture(Axis("rival's effort", "rival", True), Axis("stake", "attacker_stake", True)),
    ),
    Claim(
        id="symmetric-tullock-equilibrium",
        statement="Between equals both efforts are V/(4c) at r = 1, and r V/(4c) in general.",
        source=("Cunningham2025", "Tullock1980"),
        cases=(Case(Tullock, region(_STAKE | _COST | {"attacker_returns": Span(0.3, 2.0, 1.0)})),),
        test=_Symmetric(),
        measure="attacker's effort",
        samples=1024,
        picture=Picture(Axis("returns r", "attacker_returns"), Axis("stake", "attacker_stake", True)),
        remark="The notes give r = 1; up to r = 2 it is as simple.",
    ),
    Claim(
        id="isovalue-formula",
        statement="Level curves of success are e₁ = (p α₂/(α₁ (1 − p)))^(1/r₁) e₂^(r₂/r₁).",
        source=("Cunningham2025",),
        cases=(
            Case(
                Tullock,
                region(
                    {
                        "attacker_returns": Span(0.3, 3.0, 1.0),
                        "defender_returns": Span(0.3, 3.0, 1.0),
                        "attacker_edge": Span(0.2, 5.0, 1.0),
                        "defender_edge": Span(0.2, 5.0, 1.0),
                        "level": Span(0.05, 0.95, 0.5),
                        "rival": Span(0.1, 10.0, 1.0),
                    }
                ),
            ),
        ),
        test=_Isovalue(),
        measure="attacker's effort on the level curve",
        efforts="fixed",
        own=("level", "rival"),
        samples=1024,
        picture=Picture(Axis("level p", "level"), Axis("rival's effort", "rival", True)),
        remark="It is traced numerically here, and agrees.",
    ),
)
