"""Claims about lopsided contests."""

import dataclasses

import numpy as np

from tiltmeter.claims._claim import Axis, Case, Claim, Outcome, Picture
from tiltmeter.claims._region import Points, Span, region
from tiltmeter.claims._solved import at_equilibrium
from tiltmeter.claims._tilting import contest_at
from tiltmeter.contests import DifferenceForm, HumanMachine, Lanchester, Tullock


@dataclasses.dataclass(frozen=True)
class _StrongerGetsStronger:
    """Dissipation falls when the side that is likelier to win gets cheaper efforts."""

    def __call__(self, case: Case, points: Points, search: bool = False) -> Outcome:
        names = "dissipation", "attack_success"
        before = at_equilibrium(contest_at(case, points), *names, search=search)
        ahead = before.values["attack_success"] > 0.5
        costs = {
            "attacker_cost": np.where(ahead, 1 / points["stronger"], 1.0),
            "defender_cost": np.where(ahead, 1.0, 1 / points["stronger"]),
        }
        after = at_equilibrium(contest_at(case, dict(points) | costs), *names, search=search)
        first, second = before.values["dissipation"], after.values["dissipation"]
        said = {"before": first, "after": second, "success": before.values["attack_success"]}
        both = np.maximum(before.regret, after.regret)
        nobody_leads = np.abs(before.values["attack_success"] - 0.5) < _EVEN_ODDS
        margin = np.where(nobody_leads, 0.0, first - second)
        return Outcome(margin, before.certified & after.certified, both, said)


_EVEN_ODDS = 1e-6
_EVEN = {
    "attacker_stake": Span(0.1, 10.0, 1.0),
    "defender_stake": Span(0.1, 10.0, 1.0),
    "stronger": Span(1.1, 10.0, 2.0),
}
_LOPSIDED = Picture(
    Axis("attacker's stake as a multiple of the defender's", lambda p: p["attacker_stake"] / p["defender_stake"], True),
    Axis("how much stronger the favorite gets", "stronger", True),
)

CLAIMS: tuple[Claim, ...] = (
    Claim(
        id="asymmetry-reduces-conflict",
        statement="Lopsided contests consume less: when the side that is ahead gets stronger, less is spent.",
        source=("Cunningham2025", "BresslerTragerDafoe2021"),
        cases=(
            Case(
                Tullock,
                region(_EVEN | {"attacker_returns": Span(0.3, 1.0, 1.0), "defender_returns": Span(0.3, 1.0, 1.0)}),
            ),
        ),
        test=_StrongerGetsStronger(),
        technology="the efforts of the side that is likelier to win become cheaper by the factor stronger",
        measure="dissipation",
        own=("stronger",),
        picture=_LOPSIDED,
        remark="""
In a Tullock contest both sides spend in proportion to P (1 − P), which falls as P moves away from one half: by the
same equation by which boosts move efforts.""",
    ),
    Claim(
        id="asymmetry-reduces-conflict-in-other-contests",
        statement="Lopsided contests consume less, also in contests of other forms.",
        source=("Cunningham2025",),
        cases=(
            Case(Lanchester, region(_EVEN | {"lethality_spread": Span(2.5, 5.0, 3.0)})),
            Case(
                HumanMachine,
                region(
                    _EVEN
                    | {
                        "attacker_human_share": Span(0.0, 0.9, 0.3),
                        "defender_human_share": Span(0.0, 0.9, 0.3),
                        "substitution": Span(0.3, 3.0, 0.5),
                    }
                ),
            ),
            Case(DifferenceForm, region(_EVEN | {"attacker_stake": Span(10.0, 1000.0, 100.0)})),
        ),
        test=_StrongerGetsStronger(),
        technology="the efforts of the side that is likelier to win become cheaper by the factor stronger",
        measure="dissipation",
        own=("stronger",),
        version_of="asymmetry-reduces-conflict",
        remark="""
It holds for forces that meet by Lanchester's laws, and where the difference of efforts counts and equilibria could
be certified. Where machines work with people it is no law: where they can replace people, the stronger side may buy
so many more of them that more is spent.""",
    ),
)
