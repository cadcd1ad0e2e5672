"""Claims about threshold weapons, where one success is enough."""

import numpy as np

from tiltmeter.claims._claim import Axis, Case, Claim, Efforts, Formula, Outcome, Picture
from tiltmeter.claims._region import FloatArray, Points, Span, region
from tiltmeter.claims._solved import at_equilibrium
from tiltmeter.claims._tilting import contest_at, fixed_measure
from tiltmeter.contests import ThresholdWeapon

_KNOWN = {
    "lead": Span(1.0, 5.0, 2.0),
    "threshold": Span(0.3, 10.0, 2.0),
    "actors": Span(1.0, 1000.0, 10.0),
    "steepness": Span(0.5, 10.0, 3.0),
    "screening": Span(0.3, 30.0, 3.0),
}


class _MoreOftenThanNot:
    """With capabilities that exceed the threshold by `lead`, an attack succeeds more often than not."""

    def __init__(self, efforts: Efforts) -> None:
        self._efforts = efforts

    def __call__(self, case: Case, points: Points, search: bool = False) -> Outcome:
        contest = contest_at(case, dict(points) | {"capability": points["threshold"] + points["lead"]})
        if self._efforts == "fixed":
            success = fixed_measure(contest, points)
            certified, regret = np.isfinite(success), np.zeros(success.shape)
        else:
            solved = at_equilibrium(contest, "attack_success", search=search)
            success, certified, regret = solved.values["attack_success"], solved.certified, solved.regret
        return Outcome(success - 0.5, certified, regret, {"attack_success": success})


def _half(points: Points) -> FloatArray:
    """The chance that each actor may have so that one of all succeeds half of the time."""
    return -np.expm1(-np.log(2.0) / points["actors"])


def _screened_too_little(case: Case, points: Points) -> FloatArray:
    able = 1 / (1 + np.exp(-points["steepness"] * (points["lead"] + points["attacker_effort"])))
    return np.log(able / _half(points)) - points["screening"] * points["defender_effort"]


def _screening_cost(points: Points) -> FloatArray:
    """β: what a unit of screening costs, as a share of the defender's stake."""
    return 1 / (points["screening"] * points["defender_stake"])


def _worth_half(points: Points) -> FloatArray:
    """The cost at which screening is worth it just down to even odds: M h (1 − h)^(M−1)."""
    half, actors = _half(points), points["actors"]
    return actors * half * np.exp((actors - 1) * np.log1p(-np.minimum(half, 1 - 1e-16)))


CLAIMS: tuple[Claim, ...] = (
    Claim(
        id="threshold-knowledge-is-offense-dominant",
        statement="Once the knowledge is out, no defense suffices: with capabilities beyond the threshold an attack "
        "succeeds more often than not.",
        source=("Cunningham2025",),
        cases=(
            Case(
                ThresholdWeapon,
                region(_KNOWN | {"attacker_stake": Span(0.1, 10.0, 1.0), "defender_stake": Span(0.1, 10.0, 1.0)}),
            ),
        ),
        test=_MoreOftenThanNot("equilibrium"),
        technology="capability exceeds the threshold by lead, without any effort",
        own=("lead",),
        features={"β/β₀": lambda p: _screening_cost(p) / _worth_half(p), "log actors": lambda p: np.log(p["actors"])},
        picture=Picture(
            Axis("actors", "actors", True),
            Axis(
                "cost of screening, as a share of that at which it pays just down to even odds",
                lambda p: _screening_cost(p) / _worth_half(p),
                True,
            ),
        ),
        remark="""
Knowledge alone does not decide; what it costs to screen out those who have it does. A defender who screens at all
leaves M π (1 − π)^(M−1) = β, with β the cost of screening as a share of its stake, however capable the M actors
are. That is less than even odds if β < β₀ = M h (1 − h)^(M−1), h = 1 − 2^(−1/M), which is one for a single actor
and 0.35 for very many. What helps offense is that with many actors screening must become nearly perfect before it
changes anything, so that a defender may give up altogether.""",
    ),
    Claim(
        id="threshold-knowledge-is-offense-dominant-at-fixed-efforts",
        statement="At fixed efforts, capabilities beyond the threshold make an attack succeed more often than not.",
        source=("Cunningham2025",),
        cases=(
            Case(
                ThresholdWeapon,
                region(_KNOWN | {"attacker_effort": Span(0.01, 1.0, 0.1), "defender_effort": Span(0.01, 10.0, 1.0)}),
            ),
        ),
        test=_MoreOftenThanNot("fixed"),
        technology="capability exceeds the threshold by lead, without any effort",
        efforts="fixed",
        own=("lead",),
        version_of="threshold-knowledge-is-offense-dominant",
        formula=Formula(
            text="k_D d < log(π/h), with π an actor's chance without screening and h = 1 − 2^(−1/M): about log(M "
            "π/0.69) for many actors",
            above_zero=_screened_too_little,
            derivation=r"""
Each of M actors succeeds with $\pi e^{-k_D d}$, and none does with $(1 - \pi e^{-k_D d})^M$. That is one half if
$\pi e^{-k_D d} = h = 1 - 2^{-1/M}$. Effort against one more actor grows with the logarithm of their number only.""",
        ),
        picture=Picture(
            Axis("actors", "actors", True),
            Axis("screening k_D d", lambda p: p["screening"] * p["defender_effort"], True),
        ),
        remark="""
Taken literally, "no defense effort suffices" is never true here: screening by k_D d = log(π/h) is enough for even
odds, and twice that for far less. What is true is that nothing short of it helps.""",
    ),
)
