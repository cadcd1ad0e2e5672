"""Claims about success functions themselves: the three simple properties, and how success scales."""

import dataclasses
from typing import Literal

import jax
import numpy as np
from jaxtyping import Array

from tiltmeter.claims._claim import Axis, Case, Claim, Formula, Outcome, Picture
from tiltmeter.claims._region import EFFORTS, FloatArray, Points, Span, region
from tiltmeter.claims._tilting import contest_at
from tiltmeter.contests import (
    CONTESTS,
    AbstractContest,
    GroundInvasion,
    Tullock,
    parameters,
)
from tiltmeter.equilibrium import SCALING_CLASSES, scaling
from tiltmeter.equilibrium._draws import over_draws

# Not contests in which success is no smooth function of both efforts, or not what efforts are made for.
_WITHOUT = ("AllPay", "Verification", "ArmsBurden", "AdaptiveTarget", "QualityInspection")
# Slopes along a ray that are less, as shares of one, are none.
_FLAT = 1e-12
# Of a success that is so near to none or to certain its slopes say nothing.
_SETTLED = 1e-9
_SMOOTH = tuple(contest for contest in CONTESTS if contest.__name__ not in _WITHOUT)
_PAIR = {"attacker_effort": Span(0.1, 10.0, 1.0), "defender_effort": Span(0.1, 10.0, 2.0)}

Property = Literal["diminishing", "homogeneous", "complements"]


def _case(contest: type[AbstractContest]) -> Case:
    """A contest over the typical ranges of its own parameters, and pairs of efforts."""
    shared = ("attacker_stake", "defender_stake", "attacker_cost", "defender_cost", "entry_cost")
    own = {name: p for name, p in parameters(contest).items() if name not in shared}
    spans = {
        name: Span(*p.typical, p.default if p.typical[0] <= p.default <= p.typical[1] else None)
        for name, p in own.items()
    }
    return Case(contest, region(spans | _PAIR))


def _derivatives_one(contest: AbstractContest, a: Array, d: Array) -> tuple[Array, ...]:
    """P, a P_a, d P_d, a² P_aa, a d P_ad, d² P_dd: derivatives in units of success."""
    first = jax.grad(contest.success, argnums=(0, 1))
    second = jax.hessian(contest.success, argnums=(0, 1))
    (by_a, by_d), ((aa, ad), (_, dd)) = first(a, d), second(a, d)
    return contest.success(a, d), a * by_a, d * by_d, a * a * aa, a * d * ad, d * d * dd


@dataclasses.dataclass(frozen=True)
class _Has:
    """A property of the attacker's success at the efforts among the inputs; of all three the one that fails worst."""

    properties: tuple[Property, ...]

    def __call__(self, case: Case, points: Points, search: bool = False) -> Outcome:
        a, d = (np.asarray(points[name], dtype=float) for name in EFFORTS)
        contest = jax.tree.map(lambda leaf: np.broadcast_to(leaf, a.shape), contest_at(case, points))
        found, _ = over_draws(_derivatives_one, contest, a, d, code="quick")
        success, by_a, by_d, aa, ad, dd = (np.asarray(one, dtype=float) for one in found)
        along = np.abs(by_a + by_d)
        margins: dict[Property, FloatArray] = {
            "diminishing": np.minimum(-aa, dd),
            "homogeneous": np.where(along <= _FLAT, 1.0, -along),
            "complements": ad,
        }
        settled = (success < _SETTLED) | (success > 1 - _SETTLED)
        margin = np.where(settled, 0.0, np.minimum.reduce([margins[name] for name in self.properties]))
        said = {"success": success} | {name: margins[name] for name in self.properties}
        return Outcome(margin, np.isfinite(margin), np.zeros(a.shape), said)


@dataclasses.dataclass(frozen=True)
class _Scales:
    """Success along a ray of efforts rises first and falls then."""

    def __call__(self, case: Case, points: Points, search: bool = False) -> Outcome:
        a, d = (np.asarray(points[name], dtype=float) for name in EFFORTS)
        found = scaling(contest_at(case, points), a, d)
        idle = found.class_code == SCALING_CLASSES.index("constant")
        wanted = found.class_code == SCALING_CLASSES.index("offensive-then-defensive")
        said = {"class": found.class_code.astype(float), "turning_point": found.turning_point}
        return Outcome(
            np.where(wanted, 1.0, np.where(idle, 0.0, -1.0)), np.ones(a.shape, bool), np.zeros(a.shape), said
        )


@dataclasses.dataclass(frozen=True)
class _TurnsAtTheFront:
    """The force at which success turns is T + √(TM)."""

    def __call__(self, case: Case, points: Points, search: bool = False) -> Outcome:
        a, d = (np.asarray(points[name], dtype=float) for name in EFFORTS)
        turn = scaling(contest_at(case, points), a, d).turning_point * a
        predicted = points["holding_force"] + np.sqrt(points["holding_force"] * points["frontage"])
        off = np.abs(turn / predicted - 1)
        margin = np.where(off <= 1e-9, 1.0, -off)
        return Outcome(margin, np.isfinite(off), np.zeros(a.shape), {"turning force": turn, "predicted": predicted})


_INVASION = region(
    {
        "holding_force": Span(0.01, 0.3, 0.1),
        "frontage": Span(0.3, 30.0, 1.0),
        "sectors": Span(1.0, 10.0, 3.0),
        "defender_multiplier": Span(1.0, 5.0, 3.0),
        "returns": Span(0.3, 1.5, 1.0),
    }
    | _PAIR
)
_CASES = tuple(_case(contest) for contest in _SMOOTH)
_TULLOCK_AHEAD = region(
    {
        "attacker_returns": Span(0.3, 3.0, 1.0),
        "defender_returns": Span(0.3, 3.0, 1.0),
        "attacker_edge": Span(0.5, 2.0, 1.0),
    }
    | _PAIR
)


def _log_odds(points: Points) -> FloatArray:
    of_attack = np.log(points["attacker_edge"]) + points["attacker_returns"] * np.log(points["attacker_effort"])
    return of_attack - points["defender_returns"] * np.log(points["defender_effort"])


def _both_diminish(case: Case, points: Points) -> FloatArray:
    """a² P_aa and d² P_dd of the ratio form, in closed form."""
    p = 1 / (1 + np.exp(-_log_odds(points)))
    r, s = points["attacker_returns"], points["defender_returns"]
    return p * (1 - p) * np.minimum(r * (1 - r * (1 - 2 * p)), s * (1 + s * (1 - 2 * p)))


def _ahead(case: Case, points: Points) -> FloatArray:
    """a d P_ad of the ratio form, in closed form."""
    p = 1 / (1 + np.exp(-_log_odds(points)))
    return points["attacker_returns"] * points["defender_returns"] * p * (1 - p) * (2 * p - 1)


_ODDS = Axis("log-odds of the attack", _log_odds)

CLAIMS: tuple[Claim, ...] = (
    Claim(
        id="csf-diminishing-homogeneous-complements",
        statement="Success functions have three simple properties: diminishing returns, homogeneity, and "
        "complementary efforts.",
        source=("Cunningham2025", "Skaperdas1996"),
        cases=_CASES,
        test=_Has(("diminishing", "homogeneous", "complements")),
        measure="the property that fails worst, at given efforts",
        efforts="fixed",
        samples=3328,
        remark="""
No contest here has all three at all efforts, and none that is symmetric could have the third: a positive
cross-partial of one side's chance is a negative one of the other's, because the two chances sum to one. So efforts
are complements for one side exactly where they are substitutes for the other. The three versions take the
properties one by one.""",
    ),
    Claim(
        id="csf-has-diminishing-returns",
        statement="Success functions have diminishing returns to both sides' efforts.",
        source=("Cunningham2025", "Skaperdas1996"),
        cases=_CASES,
        test=_Has(("diminishing",)),
        measure="second derivatives of success, at given efforts",
        efforts="fixed",
        version_of="csf-diminishing-homogeneous-complements",
        samples=3328,
        remark="""
It holds for ratio forms with r ≤ 1, for people with machines, for surfaces, patch races, and easy holes that are
found first. Thresholds, fronts, classifiers, leads that count by their difference, and many holes of which one is
enough, all have stretches of rising returns, and so has a Tullock contest with r > 1, for a side that is behind.""",
    ),
    Claim(
        id="csf-is-homogeneous",
        statement="Success functions are homogeneous: multiplying both efforts by one factor changes nothing.",
        source=("Cunningham2025", "Skaperdas1996"),
        cases=_CASES,
        test=_Has(("homogeneous",)),
        measure="slope of success along a ray of efforts",
        efforts="fixed",
        version_of="csf-diminishing-homogeneous-complements",
        samples=3328,
        remark="""
Homogeneity says that the scale of a conflict does not matter. It is what the ratio form with equal returns assumes
(Skaperdas 1996), and what the claim of Garfinkel & Dafoe denies. Of the contests here only Lanchester's has it
throughout; a Tullock contest has it if r_A = r_D, which has no weight in a region where both vary.""",
    ),
    Claim(
        id="csf-efforts-are-complements",
        statement="Efforts are strategic complements: the cross-partial of a side's chance is positive.",
        source=("Cunningham2025",),
        cases=(Case(Tullock, _TULLOCK_AHEAD),),
        test=_Has(("complements",)),
        measure="cross-partial of the attacker's chance, at given efforts",
        efforts="fixed",
        version_of="csf-diminishing-homogeneous-complements",
        formula=Formula(
            text="the side is ahead, P > 1/2",
            above_zero=_ahead,
            value=_ahead,
            derivation=r"""
With log-odds $x = \log(\alpha_A/\alpha_D) + r_A \log a - r_D \log d$ success is a function of x alone, $P' = P(1 -
P)$ and $P'' = P(1 - P)(1 - 2P)$, so that $a\,d\,P_{ad} = -r_A r_D P'' = r_A r_D P (1 - P)(2P - 1)$.""",
        ),
        picture=Picture(_ODDS, Axis("attacker's returns", "attacker_returns")),
        remark="""
A rival's effort makes one's own worth more only while one is ahead; a side that is behind gives way. This is where
the argument about boosts goes wrong (boost-raises-rival-effort).""",
    ),
    Claim(
        id="csf-of-tullock-has-diminishing-returns",
        statement="A Tullock contest has diminishing returns to both sides' efforts.",
        source=("Cunningham2025",),
        cases=(Case(Tullock, _TULLOCK_AHEAD),),
        test=_Has(("diminishing",)),
        measure="second derivatives of success, at given efforts",
        efforts="fixed",
        version_of="csf-diminishing-homogeneous-complements",
        formula=Formula(
            text="r_A (1 − 2P) < 1 and r_D (2P − 1) < 1: always for r ≤ 1, else where neither side is too far behind",
            above_zero=_both_diminish,
            value=_both_diminish,
            derivation=r"""
In the log-odds x, $a^2 P_{aa} = r_A^2 P'' - r_A P' = r_A P (1 - P) (r_A (1 - 2P) - 1)$, and likewise $d^2 P_{dd} =
r_D P (1 - P) (r_D (1 - 2P) + 1)$.""",
        ),
        picture=Picture(_ODDS, Axis("attacker's returns", "attacker_returns")),
    ),
    Claim(
        id="offensive-then-defensive-scaling",
        statement="Growth of both sides' investments favors offense when they are low, and defense when they are high.",
        source=("GarfinkelDafoe2019",),
        cases=(Case(GroundInvasion, _INVASION),),
        test=_Scales(),
        measure="attack success along a ray of efforts",
        efforts="fixed",
        samples=512,
        picture=Picture(Axis("holding force T", "holding_force", True), Axis("frontage M", "frontage", True)),
        remark="""
In the contest that is made after their ground invasion it always holds: an invader first needs a minimum to hold
ground at all, and in the end has more force than its front can use. Which contests have it beside this one is the
next claim.""",
    ),
    Claim(
        id="scaling-turns-where-the-front-is-full",
        statement="In a ground invasion scaling turns to defense where the invader's force is T + √(TM), whatever "
        "the defender's is.",
        source=("GarfinkelDafoe2019",),
        cases=(Case(GroundInvasion, _INVASION),),
        test=_TurnsAtTheFront(),
        measure="the force at which success turns",
        efforts="fixed",
        version_of="offensive-then-defensive-scaling",
        samples=512,
        picture=Picture(Axis("holding force T", "holding_force", True), Axis("frontage M", "frontage", True)),
        remark="""
The fighting force is a'M/(a' + M) with a' = a − T. Scaled by k its logarithm rises by a M/(a' (a' + M)), the
defender's by one: they are equal where a'² = T M.""",
    ),
    Claim(
        id="offensive-then-defensive-scaling-in-many-cases",
        statement="Growth of both sides' investments favors offense first and defense later in many kinds of conflict.",
        source=("GarfinkelDafoe2019",),
        cases=tuple(case for case in _CASES if case.contest is not GroundInvasion),
        test=_Scales(),
        measure="attack success along a ray of efforts",
        efforts="fixed",
        version_of="offensive-then-defensive-scaling",
        samples=1536,
        remark="""
It holds where there is something to run out of: holes that are plugged, a surface that gets covered, easy holes
that both sides find. It does not hold for races (success only rises), for ratio forms (nothing changes, or one side
gains throughout), and where only the difference of efforts counts. So "many cases" is right, and which ones can be
said: those with a finite target that the defender can exhaust.""",
    ),
)
