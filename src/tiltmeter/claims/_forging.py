"""Claims about forging: items that can be verified, that can only be examined, and lots that are inspected."""

import numpy as np

from tiltmeter.claims._claim import Axis, Case, Claim, Formula, Picture
from tiltmeter.claims._region import FloatArray, Points, Span, region
from tiltmeter.claims._tilting import Move, Tilting
from tiltmeter.contests import Certification, Examination, QualityInspection, Verification

_SHARED = (
    Move("attacker_accuracy", "multiply", "improvement"),
    Move("defender_accuracy", "multiply", "improvement"),
)
_BETTER = "the classifier that both sides have becomes more accurate by the factor improvement"
_IMPROVEMENT = {"improvement": Span(1.1, 10.0, 2.0)}
_STAKES = {"attacker_stake": Span(1.0, 10.0, 1.0), "defender_stake": Span(1.0, 10.0, 1.0)}
_TEST = {
    "flaw": Span(0.5, 4.0, 1.0),
    "defender_accuracy": Span(0.3, 3.0, 1.0),
    "defender_returns": Span(0.1, 1.0, 0.5),
    "false_positive_cap": Span(0.001, 0.2, 0.05),
}
_ENTRY = {"entry_cost": Span(0.0, 0.3, 0.0)}
_FORGE = {
    "attacker_accuracy": Span(0.3, 3.0, 1.0),
    "imitation": Span(0.0, 2.0, 1.5),
    "attacker_returns": Span(0.1, 1.0, 0.5),
}
_EFFORTS = {"attacker_effort": Span(0.01, 10.0, 1.0), "defender_effort": Span(0.01, 10.0, 1.0)}
_ETA = Axis("imitation η", "imitation")
_FACTOR = Axis("improvement of both classifiers", "improvement", True)


def _imitation_above_one(case: Case, points: Points) -> FloatArray:
    return points["imitation"] - 1


def _cheaper_forging(points: Points) -> FloatArray:
    """log(g^θ / f^(1−η)): how much faster forging gains by cost than examining by accuracy."""
    by_cost = points["attacker_returns"] * np.log(points["cheaper_forging"])
    return by_cost - (1 - points["imitation"]) * np.log(points["improvement"])


_SHARED_CLASSIFIER = r"""
The detectability of a forgery is $\delta = u\,(1+d)^{\psi}/(1+a)^{\theta}$ with $u = \text{flaw} \cdot k_D /
k_A^{\eta}$. Both accuracies enter through u alone, and the improvement f multiplies u by $f^{1-\eta}$: above one if
η < 1, below one if η > 1. At fixed efforts success is $\Phi(z - \delta)$, which falls with u. In equilibrium it
falls with u as well: the sides answer with more or less effort, but never so much that they undo what moved them.
(That last step is what the search checks; the first is algebra.) So the sign is that of η − 1, and nothing else
matters to it."""

CLAIMS: tuple[Claim, ...] = (
    Claim(
        id="verification-favours-defense",
        statement="When authenticity can be verified, a better classifier helps defense.",
        source=("Cunningham2025",),
        cases=(Case(Verification, region(_STAKES | _TEST | _ENTRY | _IMPROVEMENT)),),
        test=Tilting((Move("defender_accuracy", "multiply", "improvement"),), direction="falls"),
        technology="the test against the ground truth becomes more accurate by the factor improvement",
        own=("improvement",),
        picture=Picture(Axis("accuracy of the test before", "defender_accuracy", True), _FACTOR),
        remark="""
The notes argue from the end: a perfect test must favor defense. The search shows that it does so all the way: the
defender saves some of its effort as the test gets better, but never all of the gain, and forgers who must pay to
try stay away more often.""",
    ),
    Claim(
        id="verification-favours-defense-at-fixed-efforts",
        statement="At fixed efforts of both sides, a better classifier helps defense when authenticity can be "
        "verified.",
        source=("Cunningham2025",),
        cases=(Case(Verification, region(_EFFORTS | _TEST | _IMPROVEMENT)),),
        test=Tilting((Move("defender_accuracy", "multiply", "improvement"),), direction="falls", efforts="fixed"),
        technology="the test against the ground truth becomes more accurate by the factor improvement",
        efforts="fixed",
        own=("improvement",),
        version_of="verification-favours-defense",
        picture=Picture(Axis("accuracy of the test before", "defender_accuracy", True), _FACTOR),
    ),
    Claim(
        id="examination-favours-offense",
        statement="When only appearance can be examined, a better classifier that both sides have helps offense.",
        source=("Cunningham2025",),
        cases=(Case(Examination, region(_STAKES | _TEST | _ENTRY | _FORGE | _IMPROVEMENT)),),
        test=Tilting(_SHARED, direction="rises"),
        technology=_BETTER,
        own=("improvement",),
        samples=2048,
        formula=Formula("imitation η > 1", _imitation_above_one, _SHARED_CLASSIFIER),
        picture=Picture(_ETA, _FACTOR),
        remark="""
The notes argue that a perfect classifier lets forgers pass perfectly. That takes forgers who turn accuracy into
hidden flaws more than proportionally (η > 1). Where they cannot, because refining costs more than a query, or
because the examiner's classifier is not quite the one they train against, the same progress shows more than it
hides, and a perfect classifier catches everybody. It is an empirical question, and the one to ask.""",
    ),
    Claim(
        id="examination-favours-offense-at-fixed-efforts",
        statement="At fixed efforts of both sides, a better classifier that both have helps offense when only "
        "appearance can be examined.",
        source=("Cunningham2025",),
        cases=(Case(Examination, region(_EFFORTS | _TEST | _FORGE | _IMPROVEMENT)),),
        test=Tilting(_SHARED, direction="rises", efforts="fixed"),
        technology=_BETTER,
        efforts="fixed",
        own=("improvement",),
        version_of="examination-favours-offense",
        formula=Formula("imitation η > 1", _imitation_above_one, _SHARED_CLASSIFIER),
        picture=Picture(_ETA, _FACTOR),
    ),
    Claim(
        id="forging-favours-offense",
        statement="Where the attack is a forgery, AI that sharpens both sides' classifiers and makes forging cheaper "
        "helps offense.",
        source=("Cunningham2025",),
        cases=(
            Case(
                Examination,
                region(
                    {"attacker_cost": Span(0.001, 0.1, 0.01), "cheaper_forging": Span(1.1, 10.0, 2.0)}
                    | {"defender_stake": Span(1.0, 10.0, 1.0)}
                    | _TEST
                    | _FORGE
                    | _IMPROVEMENT
                ),
            ),
        ),
        test=Tilting((*_SHARED, Move("attacker_cost", "divide", "cheaper_forging")), direction="rises"),
        technology="both classifiers improve by the factor f (improvement), and an hour of forging becomes cheaper "
        "by the factor g (cheaper_forging)",
        own=("improvement", "cheaper_forging"),
        samples=2048,
        features={"log g^θ/f^(1−η)": _cheaper_forging},
        picture=Picture(
            Axis("(1 − η) log f: how far better classifiers show more than they hide", lambda p: -_by_accuracy(p)),
            Axis(
                "θ log g: how far cheaper work hides more",
                lambda p: p["attacker_returns"] * np.log(p["cheaper_forging"]),
            ),
            boundary=lambda shown: shown,
        ),
        remark="""
The notes break off here ("if forging, favors …"). Finished: it depends on whether there is a ground truth. If there
is one to look up, better tests help defense (verification-favours-defense). If there is none, offense gains if
forging gets cheaper faster than examining gains on it: g^θ > f^(1−η), with the forger's returns θ and imitation η.
Imitation above one is enough by itself.

Where both sides refine, that is exact. Their marginal returns give 1 + a = θ V_A S/c_A and 1 + d = ψ V_D S/c_D with
S = δ φ(z − δ), so that δ = u (ψ V_D S/c_D)^ψ / (θ V_A S/c_A)^θ, and the technology multiplies the right side by
f^(1−η)/g^θ. Where forgers make no effort beyond using the tool their costs do not count, and (1 − η) log f decides
alone; hence the draws on the wrong side of the line.""",
    ),
    Claim(
        id="quality-inspection-favours-defense",
        statement="Where items are inspected for quality, better and cheaper inspection helps defense.",
        source=("Cunningham2025",),
        cases=(
            Case(
                QualityInspection,
                region(
                    {
                        "attacker_stake": Span(1.5, 10.0, 2.0),
                        "defender_stake": Span(1.0, 100.0, 10.0),
                        "defender_cost": Span(0.1, 10.0, 1.0),
                        "lot_size": Span(20.0, 500.0, 100.0),
                        "accuracy": Span(0.3, 0.9, 0.5),
                        "penalty": Span(0.1, 5.0, 1.0),
                        "sharper": Span(1.0, 1.1, 1.1),
                        "cheaper": Span(1.1, 10.0, 2.0),
                    }
                ),
            ),
        ),
        test=Tilting(
            (Move("accuracy", "multiply", "sharper"), Move("defender_cost", "divide", "cheaper")), direction="falls"
        ),
        technology="inspection recognizes a bad item more often, by the factor sharper, and becomes cheaper by the "
        "factor cheaper",
        measure="bad items accepted",
        own=("sharper", "cheaper"),
        picture=Picture(
            Axis("defender's stake per cost of inspecting", lambda p: p["defender_stake"] / p["defender_cost"], True),
            Axis("accuracy", "accuracy"),
        ),
        remark="""
What is inspected here is the property itself, so that this is verification by sampling. It needs inspection that is
worth its cost: where the recipient looks at nothing before and after, nothing changes. The row "quality check" has
no guess in the notes; by this reading it leans to defense.""",
    ),
    Claim(
        id="certification-favours-offense",
        statement="Where lots are examined for signs of an origin that lies outside them, a better classifier that "
        "both sides have helps offense.",
        source=("Cunningham2025",),
        cases=(
            Case(
                Certification,
                region(_STAKES | _TEST | _ENTRY | _FORGE | _IMPROVEMENT | {"items": Span(1.0, 1000.0, 1.0)}),
            ),
        ),
        test=Tilting(_SHARED, direction="rises"),
        technology=_BETTER,
        own=("improvement",),
        samples=2048,
        formula=Formula(
            "imitation η > 1",
            _imitation_above_one,
            _SHARED_CLASSIFIER
            + r"""
With m items success is $\Phi(z_m - \delta)^m$, which falls with δ like that of a single item: the number of items
shifts the level and not the sign.""",
        ),
        picture=Picture(_ETA, Axis("items examined", "items", True)),
        remark="""
As with a single item it takes forgers who imitate more than proportionally. Looking at more items helps the
examiner, but slowly, because the whole lot shares one false-alarm budget.""",
    ),
)


def _by_accuracy(points: Points) -> FloatArray:
    """log f^(η−1)."""
    return (points["imitation"] - 1) * np.log(points["improvement"])
