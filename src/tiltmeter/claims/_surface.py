"""Claims about guarding a surface."""

from tiltmeter.claims._claim import Axis, Case, Claim, Formula, Picture
from tiltmeter.claims._region import FloatArray, Points, Span, region
from tiltmeter.claims._tilting import Move, Tilting
from tiltmeter.contests import Perimeter

_REGION = region(
    {
        "attacker_stake": Span(0.1, 10.0, 1.0),
        "defender_stake": Span(0.1, 10.0, 1.0),
        "attacker_productivity": Span(0.3, 30.0, 3.0),
        "defender_productivity": Span(0.3, 30.0, 3.0),
        "radius": Span(0.3, 3.0, 1.0),
        "improvement": Span(1.1, 10.0, 2.0),
    }
)
_COVER = Move("defender_productivity", "multiply", "improvement")
_PROBE = Move("attacker_productivity", "multiply", "improvement")


def probing_cost(points: Points) -> FloatArray:
    """α: what probing the surface once costs, as a share of the attacker's stake."""
    return points["radius"] ** 2 / (points["attacker_productivity"] * points["attacker_stake"])


def covering_cost(points: Points) -> FloatArray:
    """β: what covering the surface once costs, as a share of the defender's stake."""
    return points["radius"] ** 2 / (points["defender_productivity"] * points["defender_stake"])


def _passes_peak(case: Case, points: Points) -> FloatArray:
    return points["improvement"] * (1 - probing_cost(points)) - covering_cost(points)


CLAIMS: tuple[Claim, ...] = (
    Claim(
        id="perimeter-favours-defense",
        statement="Where a surface is guarded, cheaper coverage helps defense.",
        source=("Cunningham2025",),
        cases=(Case(Perimeter, _REGION),),
        test=Tilting((_COVER,), direction="falls"),
        technology="covering the surface becomes cheaper for the defender by the factor improvement",
        own=("improvement",),
        picture=Picture(
            Axis("cost of probing once α, as a share of the stake", probing_cost, True),
            Axis("cost of covering once β, as a share of the stake", covering_cost, True),
        ),
        remark="""
In equilibrium P = min(β, max(1 − α, 0)) with the costs α and β of probing and covering the surface once, as shares
of the stakes: success never rises as covering gets cheaper, and stays as it is where nobody defends, or where
nobody attacks.""",
    ),
    Claim(
        id="perimeter-favours-defense-if-probing-gets-cheaper-too",
        statement="Where a surface is guarded, it also helps defense when probing gets cheaper as much as covering: "
        "the killer drones of the notes.",
        source=("Cunningham2025",),
        cases=(Case(Perimeter, _REGION),),
        test=Tilting((_COVER, _PROBE), direction="falls"),
        technology="covering and probing the surface both become cheaper by the factor improvement",
        own=("improvement",),
        version_of="perimeter-favours-defense",
        formula=Formula(
            text="f (1 − α) > β: the defender covers something after the improvement f, and no less than the "
            "attacker gave up before",
            above_zero=_passes_peak,
            derivation=r"""
With $P = \min(\beta, \max(1 - \alpha, 0))$ the improvement f leads to $P' = \min(\beta/f, \max(1 - \alpha/f, 0))$.
Where α ≥ 1 nobody attacks at first, and P can only rise. Else $1 - \alpha/f > 1 - \alpha$, so that $P' < P$ exactly
if $\beta/f < \min(\beta, 1 - \alpha)$, which is $\beta/f < 1 - \alpha$. Success peaks where α + β = 1: while
probing and covering cost more than that together, cheaper drones bring attackers in; from there on they keep them
out.""",
        ),
        picture=Picture(
            Axis("cost of probing once α, as a share of the stake", probing_cost, True),
            Axis("β / improvement", lambda p: covering_cost(p) / p["improvement"], True),
            boundary=lambda alpha: 1 - alpha,
        ),
        remark="""
The notes leave this with a question mark ("but killer drones"). The answer is that the drones help whoever is held
back by costs: the attacker first, the defender once attacks are cheap.""",
    ),
)
