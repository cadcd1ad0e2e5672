"""Claims about what a boost does to efforts in a Tullock contest."""

from tiltmeter.claims._claim import Axis, Case, Claim, Formula, Picture
from tiltmeter.claims._region import Span, region
from tiltmeter.claims._tilting import Move, Tilting
from tiltmeter.claims._tullock import log_odds, own_falls, rival_rises
from tiltmeter.contests import Tullock

_BOOST = Move("attacker_edge", "multiply", "boost")
_REGION = region(
    {
        "attacker_stake": Span(0.1, 10.0, 1.0),
        "defender_stake": Span(0.1, 10.0, 1.0),
        "attacker_edge": Span(0.2, 5.0, 1.0),
        "attacker_returns": Span(0.3, 1.0, 1.0),
        "defender_returns": Span(0.3, 1.0, 1.0),
        "boost": Span(1.1, 10.0, 2.0),
    }
)
_PICTURE = Picture(
    Axis("K before the boost, the attacker's log-odds where both sides' returns are one", log_odds),
    Axis("boost", "boost", True),
)
_TECHNOLOGY = "the attacker's effort becomes worth more by the factor boost"
_DERIVATION = r"""
At the equilibrium both sides' marginal conditions read $c_A a = V_A r_A P (1 - P)$ and $c_D d = V_D r_D P (1 - P)$:
*both* efforts are the same function of P, up to a factor that the boost does not touch. They rise and fall
together, and they are largest where P is one half. A boost raises P to P'. So both fall if $P'(1 - P') < P(1 - P)$,
which is $P + P' > 1$: if the boosted side is ahead, on the average of before and after. Both rise if $P + P' < 1$.
P follows from one equation in its log-odds x, $x = K + (r_A - r_D) \log(P (1 - P))$, and the boost adds its
logarithm to K.

So of the two claims about own and rival's effort exactly one holds at any point, whatever the stakes, costs and
returns."""

CLAIMS: tuple[Claim, ...] = (
    Claim(
        id="boost-lowers-own-effort",
        statement="A multiplicative boost lowers the boosted side's own effort.",
        source=("Cunningham2025",),
        cases=(Case(Tullock, _REGION),),
        test=Tilting((_BOOST,), measure="attacker_effort", direction="falls"),
        technology=_TECHNOLOGY,
        measure="attacker's effort",
        own=("boost",),
        formula=Formula(
            "P + P' > 1: the boosted side is ahead, on the average of before and after",
            own_falls,
            _DERIVATION,
            value=own_falls,
        ),
        picture=_PICTURE,
        remark="""
The notes argue that marginal returns fall faster than 1/x because success is bounded above. They do, once success
is past one half; before that a side that is behind gains so much from catching up that the boost makes it try
harder. With returns of one, equal costs and stakes of ten, a boost of two to an even contest takes both sides from
2.5 to 20/9: both fall.""",
    ),
    Claim(
        id="boost-raises-rival-effort",
        statement="A multiplicative boost raises the other side's effort, because efforts are strategic complements.",
        source=("Cunningham2025",),
        cases=(Case(Tullock, _REGION),),
        test=Tilting((_BOOST,), measure="defender_effort", direction="rises"),
        technology=_TECHNOLOGY,
        measure="defender's effort",
        own=("boost",),
        formula=Formula(
            "P + P' < 1: the boosted side is behind, on the average of before and after",
            rival_rises,
            _DERIVATION,
            value=rival_rises,
        ),
        picture=_PICTURE,
        remark="""
Efforts are strategic complements only for the side that is ahead; for the other they are substitutes (see
csf-efforts-are-complements). The rival of a favorite gives up a little when the favorite is boosted; the rival of
an underdog must work harder. The two claims of the notes are never both right.""",
    ),
    Claim(
        id="boost-raises-own-success-at-fixed-efforts",
        statement="If efforts are held fixed, a boost gives the boosted side a higher share of the winnings.",
        source=("Cunningham2025",),
        cases=(
            Case(
                Tullock,
                region(
                    {
                        "attacker_effort": Span(0.01, 10.0, 1.0),
                        "defender_effort": Span(0.01, 10.0, 1.0),
                        "attacker_edge": Span(0.2, 5.0, 1.0),
                        "attacker_returns": Span(0.3, 3.0, 1.0),
                        "defender_returns": Span(0.3, 3.0, 1.0),
                        "boost": Span(1.1, 10.0, 2.0),
                    }
                ),
            ),
        ),
        test=Tilting((_BOOST,), direction="rises", efforts="fixed"),
        technology=_TECHNOLOGY,
        efforts="fixed",
        own=("boost",),
        picture=Picture(Axis("boost", "boost", True), Axis("attacker's edge before", "attacker_edge", True)),
    ),
    Claim(
        id="boost-raises-own-success",
        statement="In equilibrium a boost raises the boosted side's chance.",
        source=("Cunningham2025",),
        cases=(Case(Tullock, _REGION),),
        test=Tilting((_BOOST,), direction="rises"),
        technology=_TECHNOLOGY,
        own=("boost",),
        version_of="boost-raises-own-success-at-fixed-efforts",
        picture=Picture(Axis("boost", "boost", True), Axis("attacker's edge before", "attacker_edge", True)),
    ),
)
