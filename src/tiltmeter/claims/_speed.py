"""Claims about speed: quick technological change, and the race of finding against fixing."""

import numpy as np

from tiltmeter.claims._claim import Axis, Case, Claim, Efforts, Formula, Outcome, Picture
from tiltmeter.claims._region import FloatArray, Points, Span, region
from tiltmeter.claims._tilting import Direction, Move, Tilting
from tiltmeter.contests import PatchRace

_SIDES = {
    "attacker_stake": Span(0.1, 10.0, 1.0),
    "defender_stake": Span(0.1, 10.0, 1.0),
    "attacker_productivity": Span(0.3, 3.0, 1.0),
    "defender_productivity": Span(0.3, 3.0, 1.0),
}
_EFFORTS = {
    "attacker_effort": Span(0.1, 10.0, 1.0),
    "defender_effort": Span(0.1, 10.0, 1.0),
    "attacker_productivity": Span(0.3, 3.0, 1.0),
    "defender_productivity": Span(0.3, 3.0, 1.0),
}
_LAG = {"patching.patch_lag": Span(0.1, 10.0, 1.0)}
_FASTER = {"improvement": Span(1.1, 10.0, 2.0)}
_BOTH_FIND = (
    Move("attacker_productivity", "multiply", "improvement"),
    Move("defender_productivity", "multiply", "improvement"),
)
_PATCHES = Move("patching.patch_lag", "divide", "faster_patching")
_RUN = {"attacker_speed": Span(1.0, 10.0, 2.0), "defender_speed": Span(1.0, 10.0, 1.0)}
_FINDING = Axis("how much faster both sides find, f", "improvement", True)
_FIXING = Axis("how much faster holes are closed, g", "faster_patching", True)


def _finding_outruns(case: Case, points: Points) -> FloatArray:
    return points["improvement"] - points["faster_patching"]


class _Race:
    """The balance turns to the side that speeds up more: in finding, and for the defender in fixing too."""

    def __init__(self, efforts: Efforts) -> None:
        direction: Direction = "rises"
        moves = (
            Move("attacker_productivity", "multiply", "attacker_speed"),
            Move("defender_productivity", "multiply", "defender_speed"),
            Move("patching.patch_lag", "divide", "defender_speed"),
        )
        self._rises = Tilting(moves, direction=direction, efforts=efforts)

    def __call__(self, case: Case, points: Points, search: bool = False) -> Outcome:
        """Success rises where the attacker speeds up more, and falls where the defender does."""
        found = self._rises(case, points, search)
        sign = np.sign(points["attacker_speed"] - points["defender_speed"])
        score = None if found.score is None else sign * found.score
        return Outcome(sign * found.margin, found.certified, found.regret, found.said, score)


CLAIMS: tuple[Claim, ...] = (
    Claim(
        id="speed-favours-offense",
        statement="Quick technological change helps offense: both sides find holes faster, and closing them takes as "
        "long as before.",
        source=("Cunningham2025",),
        cases=(Case(PatchRace, region(_SIDES | _LAG | _FASTER)),),
        test=Tilting(_BOTH_FIND, direction="rises"),
        technology="both sides find holes faster by the factor improvement; the lag from finding to closing stays",
        own=("improvement",),
        picture=Picture(Axis("lag from finding to closing", "patching.patch_lag", True), _FINDING),
        remark="""
While who finds first is left as it was, the attacker gets through more of its search before the hole is closed.
Efforts answer to that, but do not undo it.""",
    ),
    Claim(
        id="speed-favours-offense-at-fixed-efforts",
        statement="At fixed efforts of both sides, finding faster helps offense if closing takes as long as before.",
        source=("Cunningham2025",),
        cases=(Case(PatchRace, region(_EFFORTS | _LAG | _FASTER)),),
        test=Tilting(_BOTH_FIND, direction="rises", efforts="fixed"),
        technology="both sides find holes faster by the factor improvement; the lag from finding to closing stays",
        efforts="fixed",
        own=("improvement",),
        version_of="speed-favours-offense",
        picture=Picture(Axis("lag from finding to closing", "patching.patch_lag", True), _FINDING),
    ),
    Claim(
        id="speed-favours-offense-when-holes-arrive-faster",
        statement="Quick technological change helps offense: new holes come up faster than before, and wait for the "
        "same patchers.",
        source=("Cunningham2025",),
        cases=(
            Case(
                PatchRace,
                region(
                    _SIDES
                    | {
                        "patching.arrival_rate": Span(0.1, 1.0, 0.5),
                        "patching.patch_capacity": Span(1.1, 10.0, 2.0),
                        "improvement": Span(1.1, 10.0, 2.0),
                    }
                ),
                {"patching": "Queue"},
                "PatchRace, queue",
            ),
        ),
        test=Tilting((Move("patching.arrival_rate", "multiply", "improvement"),), direction="rises"),
        technology="holes come up for patching faster by the factor improvement, with as much capacity to patch as "
        "before",
        own=("improvement",),
        version_of="speed-favours-offense",
        picture=Picture(
            Axis(
                "arrivals per capacity before",
                lambda p: p["patching.arrival_rate"] / p["patching.patch_capacity"],
                True,
            ),
            Axis("how much faster holes arrive", "improvement", True),
        ),
        remark="""
Where holes come to arrive as fast as they can be patched, the queue grows without end, and every attack succeeds.""",
    ),
    Claim(
        id="speed-favours-offense-if-patching-speeds-up-too",
        statement="Quick technological change helps offense, also when closing holes speeds up.",
        source=("Cunningham2025", "Adkins2024"),
        cases=(Case(PatchRace, region(_SIDES | _LAG | _FASTER | {"faster_patching": Span(1.1, 10.0, 2.0)})),),
        test=Tilting((*_BOTH_FIND, _PATCHES), direction="rises"),
        technology="both sides find holes faster by the factor f (improvement), and holes are closed faster by the "
        "factor g (faster_patching)",
        own=("improvement", "faster_patching"),
        version_of="speed-favours-offense",
        formula=Formula(
            text="f > g: finding speeds up more than closing",
            above_zero=_finding_outruns,
            derivation=r"""
With the rates $\mu_A = k_A a$, $\mu_D = k_D d$ and the lag τ, $P = 1 - \frac{\mu_D}{\mu_A + \mu_D} e^{-\mu_A
\tau}$. Measure time in units of τ: what remains are $k_A \tau$, $k_D \tau$ and the efforts. Finding f times as fast
and closing g times as fast multiplies both by f/g, and nothing else enters. Success rises with them at fixed
efforts, and in equilibrium too (which the search checks); so it rises exactly if f > g. If both speed up alike the
race is the same in shorter time.""",
        ),
        picture=Picture(_FINDING, _FIXING, boundary=lambda f: f),
        remark="""
Speed as such favors nobody. What favors offense is that finding becomes faster and closing does not.""",
    ),
    Claim(
        id="who-runs-faster",
        statement="The balance turns on the race of finding against fixing: it leans to whoever speeds up more.",
        source=("Adkins2024",),
        cases=(Case(PatchRace, region(_SIDES | _LAG | _RUN)),),
        test=_Race("equilibrium"),
        technology="the attacker finds faster by the factor attacker_speed; the defender finds and fixes faster by "
        "the factor defender_speed",
        own=("attacker_speed", "defender_speed"),
        picture=Picture(
            Axis("how much faster the attacker gets", "attacker_speed", True),
            Axis("how much faster the defender gets", "defender_speed", True),
        ),
        remark="""
In shares of the stakes the costs of the rates become α/f and β/g, and the lag τ/g, with f the attacker's speed and
g the defender's. Then τ/β stays and β/α changes by f/g: one number is left, and success rises with it. It takes a
defender that gets faster at both, finding and fixing; if it only finds faster, see speed-favours-offense.""",
    ),
    Claim(
        id="who-runs-faster-at-fixed-efforts",
        statement="At fixed efforts of both sides, too, the balance leans to whoever speeds up more.",
        source=("Adkins2024",),
        cases=(Case(PatchRace, region(_EFFORTS | _LAG | _RUN)),),
        test=_Race("fixed"),
        technology="the attacker finds faster by the factor attacker_speed; the defender finds and fixes faster by "
        "the factor defender_speed",
        efforts="fixed",
        own=("attacker_speed", "defender_speed"),
        version_of="who-runs-faster",
        picture=Picture(
            Axis("how much faster the attacker gets", "attacker_speed", True),
            Axis("how much faster the defender gets", "defender_speed", True),
        ),
    ),
)
