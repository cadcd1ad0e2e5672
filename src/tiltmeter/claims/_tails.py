"""Claims about how the density of holes decides on the attacker's effort."""

import dataclasses
from collections.abc import Mapping
from typing import Literal

import numpy as np
from scipy import stats

from tiltmeter.claims._claim import Axis, Case, Claim, Formula, Outcome, Picture
from tiltmeter.claims._region import FloatArray, Points, Span, region
from tiltmeter.claims._solved import at_equilibrium
from tiltmeter.contests import HoleSearch, build

_SIDES = {"attacker_stake": Span(3.0, 300.0, 10.0), "defender_stake": Span(3.0, 300.0, 10.0)}
_FATTER = {"fatter": Span(1.1, 4.0, 2.0)}
# Half of the holes are found with a search of one, whatever the tail.
_CASES = (
    Case(HoleSearch, region(_SIDES | _FATTER | {"shape": Span(0.5, 5.0, 2.0)}), {"holes": "Lomax"}, "Lomax"),
    Case(HoleSearch, region(_SIDES | _FATTER | {"shape": Span(0.3, 1.0, 0.5)}), {"holes": "LogNormal"}, "LogNormal"),
)


def _parameters(case: Case, shape: FloatArray) -> dict[str, FloatArray]:
    """The density's parameters at the same median."""
    if case.name == "Lomax":
        return {"holes.shape": shape, "holes.scale": 1 / np.expm1(np.log(2.0) / shape)}
    return {"holes.sigma": shape, "holes.median": np.ones(shape.shape)}


def _fatter(case: Case, points: Points) -> FloatArray:
    """The shape of the fatter tail."""
    return points["shape"] / points["fatter"] if case.name == "Lomax" else points["shape"] * points["fatter"]


@dataclasses.dataclass(frozen=True)
class _TriesHarder:
    """The attacker searches further where the tail is fatter: when it attacks, or on average."""

    counted: Literal["when attacking", "on average"]

    def __call__(self, case: Case, points: Points, search: bool = False) -> Outcome:
        sides = {name: points[name] for name in _SIDES}
        names = "attacker_effort", "attack_probability"
        first, second = (
            at_equilibrium(build(HoleSearch, sides | _parameters(case, shape), **case.options), *names, search=search)
            for shape in (points["shape"], _fatter(case, points))
        )
        before, after = (self._effort(one.values) for one in (first, second))
        regret = np.maximum(first.regret, second.regret)
        return Outcome(after - before, first.certified & second.certified, regret, {"before": before, "after": after})

    def _effort(self, values: Mapping[str, FloatArray]) -> FloatArray:
        often = values["attack_probability"]
        counted = np.where(often > 0, often, 1.0) if self.counted == "when attacking" else 1.0
        return values["attacker_effort"] / counted


def _reached(case: Case, points: Points, shape: FloatArray) -> FloatArray:
    """x̂, where the density has fallen to the cost of search; 0 where attacking does not pay at all."""
    cost = 1 / points["attacker_stake"]
    if case.name == "Lomax":
        scale = _parameters(case, shape)["holes.scale"]
        return scale * np.expm1(np.maximum(np.log(shape / (scale * cost)), 0.0) / (shape + 1))
    square = shape**2 - 2 * np.log(shape * np.sqrt(2 * np.pi) * cost)
    effort = np.exp(shape * (np.sqrt(np.maximum(square, 0.0)) - shape))
    pays = (square >= 0) & (stats.lognorm.cdf(effort, shape) > cost * effort)
    return np.where(pays, effort, 0.0)


def _reaches_further(case: Case, points: Points) -> FloatArray:
    return _reached(case, points, _fatter(case, points)) - _reached(case, points, points["shape"])


_PICTURE = Picture(
    Axis("attacker's cost of search κ, as a share of the stake", lambda p: 1 / p["attacker_stake"], True),
    Axis("how much fatter", "fatter"),
)

CLAIMS: tuple[Claim, ...] = (
    Claim(
        id="fat-tails-raise-attack-effort",
        statement="Fat tails of the density of holes mean that attackers put in more effort, thin tails less.",
        source=("Cunningham2025",),
        cases=_CASES,
        test=_TriesHarder("when attacking"),
        technology="the tail becomes fatter by the factor fatter, with as many holes below the median effort as before",
        measure="effort of an attack",
        own=("shape", "fatter"),
        formula=Formula(
            text="κ is below the density at which the two tails cross: x̂' > x̂, with f(x̂) = κ and f'(x̂') = κ",
            above_zero=_reaches_further,
            value=_reaches_further,
            derivation=r"""
An attack goes on until the density of holes has fallen to its cost, $f(\hat x) = \kappa$, as the notes say. Two
densities with the same median cross in the tail, at a density κ*. Below κ* the fatter one is reached later, above
it earlier. For a Lomax density with shape s and scale σ, $\hat x = \sigma ((s/(\sigma\kappa))^{1/(s+1)} - 1)$, with
$\sigma = 1/(2^{1/s} - 1)$ for a median of one. For a lognormal one with median one, $\log \hat x =
\sigma(\sqrt{\sigma^2 - 2\log(\sigma\sqrt{2\pi}\,\kappa)} - \sigma)$.""",
        ),
        picture=_PICTURE,
        remark="""
The notes have the right equation, c_A = f⁻¹(1). What follows from it depends on where the attack ends. A fatter
tail has more holes far out and fewer in between. Attackers with a high stake, whose search ends far out, search
further; those whose search ends before the tails cross search less.""",
    ),
    Claim(
        id="fat-tails-raise-attack-effort-on-average",
        statement="With fat tails attackers put in more effort on average, attacks that are not made included.",
        source=("Cunningham2025",),
        cases=_CASES,
        test=_TriesHarder("on average"),
        technology="the tail becomes fatter by the factor fatter, with as many holes below the median effort as before",
        measure="attacker's effort",
        own=("shape", "fatter"),
        version_of="fat-tails-raise-attack-effort",
        features={"κ_A/κ_D": lambda p: p["defender_stake"] / p["attacker_stake"]},
        picture=_PICTURE,
        remark="""
How often attacks are made is the other half: p = κ_D/f(y), where the defender's search y ends.""",
    ),
)
