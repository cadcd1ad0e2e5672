"""Claims about war: the cost of an intermediate advantage, arms races, and the laws of concentration."""

import dataclasses

import numpy as np

from tiltmeter.claims._claim import Axis, Case, Claim, Formula, Outcome, Picture
from tiltmeter.claims._region import FloatArray, Points, Span, region
from tiltmeter.claims._solved import at_equilibrium
from tiltmeter.claims._tilting import Move, Tilting, contest_at
from tiltmeter.contests import ArmsBurden, Lanchester, battle

_BURDEN = {"destruction": Span(0.02, 0.6, 0.2), "returns": Span(0.3, 1.0, 1.0)}
# Advantages that are looked at, as multiples of that at which peace ends.
_LADDER = np.concatenate([np.geomspace(1e-3, 1.0, 24, endpoint=False), 1 + np.geomspace(1e-6, 1e3, 24)])
# Differences of welfare, as shares of what both states have, that are none.
_ROUNDING = 1e-13
# Battles are fought so many at a time, so that one size is compiled.
_AT_ONCE = 256


def _peace_ends(points: Points) -> FloatArray:
    """ω̄ = (1 − 2δ)^(−1/r); infinite where war destroys half or more."""
    kept = 1 - 2 * points["destruction"]
    ends = kept > 0
    return np.where(ends, np.where(ends, kept, 1.0) ** (-1 / points["returns"]), np.inf)


@dataclasses.dataclass(frozen=True)
class _WorstInBetween:
    """Along the advantage of offense: welfare is highest at the low end, and lowest inside."""

    def __call__(self, case: Case, points: Points, search: bool = False) -> Outcome:
        end = _peace_ends(points)
        along = np.where(np.isfinite(end), end, 1.0)[:, None] * _LADDER
        wide = {name: np.repeat(values, len(_LADDER)) for name, values in points.items()}
        contest = contest_at(case, wide | {"offense_advantage": along.ravel()})
        solved = at_equilibrium(contest, "welfare", search=search)
        welfare, regret = (values.reshape(along.shape) for values in (solved.values["welfare"], solved.regret))
        certified = solved.certified.reshape(along.shape)
        first, last, lowest = welfare[:, 0], welfare[:, -1], welfare.min(axis=1)
        inside = np.where(last - lowest > _ROUNDING, last - lowest, -1.0)
        margin = np.minimum(first - welfare[:, 1:].max(axis=1), inside)
        worst_at = along[np.arange(len(along)), welfare.argmin(axis=1)]
        said = {"defense dominant": first, "worst": lowest, "offense dominant": last, "worst at advantage": worst_at}
        return Outcome(margin, np.all(certified, axis=1), regret.max(axis=1), said)


def _war_can_pay(case: Case, points: Points) -> FloatArray:
    return 0.5 - points["destruction"]


@dataclasses.dataclass(frozen=True)
class _War:
    """There is war."""

    def __call__(self, case: Case, points: Points, search: bool = False) -> Outcome:
        solved = at_equilibrium(contest_at(case, points), "attack_success", search=search)
        success = solved.values["attack_success"]
        return Outcome(np.where(success > 0, 1.0, -1.0), solved.certified, solved.regret, {"attack_success": success})


def _beyond_peace(case: Case, points: Points) -> FloatArray:
    return points["offense_advantage"] - _peace_ends(points)


@dataclasses.dataclass(frozen=True)
class _CountsAs:
    """More numbers are worth as much as more lethality, to a power, in battles that are fought out."""

    power: float

    def __call__(self, case: Case, points: Points, search: bool = False) -> Outcome:
        count = points["force"].size
        points = {name: np.resize(values, max(count, _AT_ONCE)) for name, values in points.items()}
        force, times, lethality = points["force"], points["times"], points["attacker_lethality"]
        many = battle(self._contest(case, points, lethality), force * times, 1.0, points=2)
        deadly = battle(self._contest(case, points, lethality * times**self.power), force, 1.0, points=2)
        left = np.where(many.attacker_wins, many.survivors / (force * times), many.survivors)
        other = np.where(deadly.attacker_wins, deadly.survivors / force, deadly.survivors)
        off = np.where(many.attacker_wins == deadly.attacker_wins, np.abs(left - other), 1.0)[:count]
        margin = np.where(off <= 1e-9, 1.0, -off)
        return Outcome(
            margin,
            np.isfinite(off),
            np.zeros(off.shape),
            {"left of many": left[:count], "left of deadly": other[:count]},
        )

    def _contest(self, case: Case, points: Points, lethality: FloatArray) -> Lanchester:
        contest = contest_at(case, dict(points) | {"attacker_lethality": lethality})
        assert isinstance(contest, Lanchester)
        return contest


_FIGHT = {"attacker_lethality": Span(0.3, 3.0, 1.0), "force": Span(0.3, 3.0, 1.0), "times": Span(1.1, 4.0, 2.0)}
_FIRE = Picture(Axis("attacker's force against one defender", "force", True), Axis("times as many", "times", True))

CLAIMS: tuple[Claim, ...] = (
    Claim(
        id="intermediate-advantage-is-worst",
        statement="Welfare is best when defense is dominant, and worst when offense has an intermediate advantage.",
        source=("BresslerTragerDafoe2021",),
        cases=(Case(ArmsBurden, region(_BURDEN)),),
        test=_WorstInBetween(),
        technology="the advantage of offense runs over six orders of magnitude",
        measure="joint payoff",
        samples=256,
        formula=Formula(
            text="δ < 1/2: war destroys less than half",
            above_zero=_war_can_pay,
            derivation=r"""
In peace each state bears the least arms m against which no surprise pays; they grow with the advantage ω, and
welfare is $1 - 2m$. Peace ends at $\bar\omega = (1 - 2\delta)^{-1/r}$. Beyond it there is war, and each state bears
$(1 - \delta)\,r\,p (1 - p)$ with $p = \omega^r/(1 + \omega^r)$, which falls again as ω grows and the first strike
decides. So welfare falls up to $\bar\omega$, drops by what war destroys, and rises from there on to $1 - \delta$.
Where δ ≥ 1/2 no advantage makes war worth it, $\bar\omega = \infty$, and welfare only falls.""",
        ),
        picture=Picture(Axis("share that war destroys δ", "destruction"), Axis("returns of arms r", "returns")),
        remark="""
It holds in the form that the source gives it, and more can be said: the worst is just beyond the advantage ω̄ at
which deterrence ends. It takes a war that destroys less than half of what is at stake. With more terrible wars
there is no war, and welfare only falls with the advantage of offense: then the worst is at the end.""",
    ),
    Claim(
        id="war-begins-where-deterrence-ends",
        statement="There is war where offense has the advantage.",
        source=("BresslerTragerDafoe2021", "Schelling1960"),
        cases=(Case(ArmsBurden, region(_BURDEN | {"offense_advantage": Span(0.01, 1000.0, 2.0)})),),
        test=_War(),
        measure="whether there is war",
        version_of="intermediate-advantage-is-worst",
        samples=2048,
        formula=Formula(
            text="ω > (1 − 2δ)^(−1/r), and δ < 1/2",
            above_zero=_beyond_peace,
            derivation=r"""
With equal arms the first strike wins with $p = \omega^r/(1 + \omega^r)$ and leaves $1 - \delta$. Peace is worth 1/2
to each. However heavy both burdens are, a surprise pays if $(1 - \delta)\,p > 1/2$, which is $\omega^r > 1/(1 -
2\delta)$.""",
        ),
        picture=Picture(
            Axis("share that war destroys δ", "destruction"), Axis("advantage of offense ω", "offense_advantage", True)
        ),
        remark="An advantage is not enough: it must outweigh what war destroys.",
    ),
    Claim(
        id="offense-advantage-intensifies-arms-races",
        statement="As the advantage of offense grows, arms races become more intense.",
        source=("GlaserKaufmann1998",),
        cases=(
            Case(
                ArmsBurden, region(_BURDEN | {"offense_advantage": Span(0.2, 5.0, 1.0), "further": Span(1.1, 3.0, 2.0)})
            ),
        ),
        test=Tilting((Move("offense_advantage", "multiply", "further"),), measure="attacker_effort", direction="rises"),
        technology="the advantage of offense grows by the factor further",
        measure="arms",
        own=("further",),
        samples=2048,
        features={
            "advantage after / advantage where peace ends": lambda p: (
                p["offense_advantage"] * p["further"] / _peace_ends(p)
            )
        },
        picture=Picture(
            Axis("advantage before, as a share of ω̄", lambda p: p["offense_advantage"] / _peace_ends(p) + 1e-3, True),
            Axis(
                "advantage after, as a share of ω̄",
                lambda p: p["offense_advantage"] * p["further"] / _peace_ends(p) + 1e-3,
                True,
            ),
        ),
        remark="""
It is what the notes quote as the basic prediction. It holds as long as arms still deter. Once they do not, more
advantage for the first strike makes further arms pointless, and less is spent on them.""",
    ),
    Claim(
        id="concentration-square-law",
        statement="Under aimed fire numbers count squared: n times as many are worth n² times the lethality.",
        source=("Lanchester1916",),
        cases=(Case(Lanchester, region(_FIGHT | {"aimed_fire": 1.0, "area_fire": 0.0})),),
        test=_CountsAs(2.0),
        measure="share of the winner that survives",
        efforts="fixed",
        own=("force", "times"),
        samples=256,
        picture=_FIRE,
        remark="""
Battles are fought by their differential equations, twice: with n times the numbers and with n² times the lethality.
The same side wins, and the same share of it is left. The reason: dividing da/dt = −λ_D d^p a^q by dd/dt = −λ_A a^p
d^q shows that λ_A a^e − λ_D d^e with e = 1 + p − q is conserved, and its sign says who wins. So numbers count to
the power e: squared if every shot is aimed (p = 1, q = 0), once if fire falls on an area (p = q = 1).""",
    ),
    Claim(
        id="concentration-linear-law",
        statement="Under unaimed fire numbers count once: n times as many are worth n times the lethality.",
        source=("Lanchester1916",),
        cases=(Case(Lanchester, region(_FIGHT | {"aimed_fire": 1.0, "area_fire": 1.0})),),
        test=_CountsAs(1.0),
        measure="share of the winner that survives",
        efforts="fixed",
        own=("force", "times"),
        version_of="concentration-square-law",
        samples=256,
        picture=_FIRE,
    ),
)
