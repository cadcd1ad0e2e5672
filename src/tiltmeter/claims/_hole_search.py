"""Claims about searching the same holes, easiest first: the model of the notes."""

from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from scipy import stats
from scipy.optimize import elementwise

from tiltmeter.claims._claim import Axis, Case, Claim, Formula, Outcome, Picture
from tiltmeter.claims._region import FloatArray, Points, Span, region
from tiltmeter.claims._solved import at_equilibrium
from tiltmeter.claims._tilting import contest_at
from tiltmeter.contests import HoleSearch, two_point
from tiltmeter.equilibrium import STATUSES, solve, verify

# A regret up to this is rounding; claims about equilibria by formula can ask for more than a certificate does.
_ROUNDING = 1e-14

_STAKES = {"attacker_stake": Span(3.0, 300.0, 4.0), "defender_stake": Span(0.3, 300.0, 4.0)}
_SHAPES: dict[str, dict[str, Span]] = {
    "Exponential": {},
    "Lomax": {"holes.shape": Span(0.5, 5.0, 1.0)},
    "Weibull": {"holes.shape": Span(1.1, 3.0, 2.0)},
    "LogNormal": {"holes.sigma": Span(0.3, 2.0, 1.0)},
}


def _cases(*names: str) -> tuple[Case, ...]:
    return tuple(Case(HoleSearch, region(_STAKES | _SHAPES.get(name, {})), {"holes": name}, name) for name in names)


class _Density(NamedTuple):
    """A density of holes by a library that the contest does not use: a family, its shape, and where it peaks."""

    family: Any
    shape: FloatArray
    peak: FloatArray

    def found(self, x: FloatArray) -> FloatArray:
        return self.family.cdf(x, self.shape)

    def at(self, x: FloatArray) -> FloatArray:
        return self.family.pdf(x, self.shape)

    def quantile(self, share: FloatArray) -> FloatArray:
        return self.family.ppf(share, self.shape)


def _density(case: Case, points: Points) -> _Density:
    shape = next((points[name] for name in ("holes.shape", "holes.sigma") if name in points), np.ones(1))
    shape = np.broadcast_to(shape, points["attacker_stake"].shape)
    none = np.zeros(shape.shape)
    match case.name:
        case "Lomax":
            return _Density(stats.lomax, shape, none)
        case "LogNormal":
            return _Density(stats.lognorm, shape, np.exp(-(shape**2)))
        case _:  # with shape 1 it is the exponential
            return _Density(stats.weibull_min, shape, np.maximum(1 - 1 / shape, 0.0) ** (1 / shape))


def _reach(holes: _Density, level: FloatArray) -> FloatArray:
    """The largest effort at which the density is still `level`; 0 where it never is."""
    low = np.log(np.maximum(holes.peak, 1e-300))
    reached = np.log(level) < holes.family.logpdf(np.exp(low), holes.shape)

    def excess(log_x: FloatArray, shape: FloatArray, log_level: FloatArray) -> FloatArray:
        return np.maximum(holes.family.logpdf(np.exp(log_x), shape), -1e300) - log_level

    found = elementwise.find_root(excess, (low, np.full_like(low, 60.0)), args=(holes.shape, np.log(level)))
    return np.where(reached, np.exp(np.where(reached, found.x, 0.0)), 0.0)


def _surplus(holes: _Density, cost: FloatArray) -> tuple[FloatArray, FloatArray]:
    """x̂, the last search that pays the attacker at the margin, and s, what it earns unopposed."""
    effort = _reach(holes, cost)
    return effort, holes.found(effort) - cost * effort


def _best_average(holes: _Density) -> FloatArray:
    """The x > 0 that maximizes F(x)/x; 0 where the density falls from the start."""
    rises = holes.peak > 0
    low = np.log(np.where(rises, holes.peak, 1.0))

    def excess(log_x: FloatArray, shape: FloatArray) -> FloatArray:
        x = np.exp(log_x)
        return x * holes.family.pdf(x, shape) - holes.family.cdf(x, shape)

    found = elementwise.find_root(excess, (low, low + 12.0), args=(holes.shape,))
    return np.where(rises, np.exp(np.where(rises, found.x, 0.0)), 0.0)


def _costs(points: Points) -> tuple[FloatArray, FloatArray]:
    return 1 / points["attacker_stake"], 1 / points["defender_stake"]


def _no_pure(case: Case, points: Points) -> FloatArray:
    holes = _density(case, points)
    attack_cost, defense_cost = _costs(points)
    _, earned = _surplus(holes, attack_cost)
    best = _best_average(holes)
    average = np.where(best > 0, holes.found(best) / np.where(best > 0, best, 1.0), np.inf)
    willing = np.where(defense_cost < average, holes.found(_reach(holes, defense_cost)), 0.0)
    return np.minimum(earned, willing - earned)


def _mixing(case: Case, points: Points, search: bool = False) -> Outcome:
    """The attacker attacks with a probability strictly between none and one; where it does not, nobody mixes."""
    at = at_equilibrium(contest_at(case, points), "attack_probability", search=search)
    often = at.values["attack_probability"]
    margin = np.where((often > 0) & (often < 1), 1.0, -1.0)
    return Outcome(margin, at.certified, at.regret, {"attack_probability": often})


def _conjecture(case: Case, points: Points, search: bool = False) -> Outcome:
    """The notes' strategies, built from their formulas, before the verifier; nothing is said where one can be pure."""
    holes = _density(case, points)
    attack_cost, defense_cost = _costs(points)
    attack, earned = _surplus(holes, attack_cost)
    defense = holes.quantile(np.clip(earned, 0.0, 1.0))
    often = defense_cost / np.maximum(holes.at(defense), 1e-300)
    asked = _no_pure(case, points) > 0
    played = two_point(jnp.asarray(attack), jnp.asarray(np.clip(often, 0.0, 1.0)), jnp.asarray(defense))
    regret = verify(contest_at(case, points), played).regret
    margin = np.where(asked, np.where(regret <= _ROUNDING, 1.0, -regret), 0.0)
    return Outcome(margin, np.ones(asked.shape, bool), np.where(margin > 0, regret, 0.0), {"regret": regret})


def _starts_late(case: Case, points: Points) -> FloatArray:
    holes = _density(case, points)
    _, earned = _surplus(holes, _costs(points)[0])
    return np.where(holes.peak > 0, earned - holes.found(_best_average(holes)), 1.0)


def _unique(case: Case, points: Points, search: bool = False) -> Outcome:
    """Whether solving knows of rivals."""
    at = solve(contest_at(case, points), search=search)
    several = np.asarray(at.status_code) == STATUSES.index("several")
    usable = several | (np.asarray(at.status_code) == STATUSES.index("certified"))
    return Outcome(np.where(several, -1.0, 1.0), usable, np.asarray(at.regret), {"several": several.astype(float)})


CLAIMS: tuple[Claim, ...] = (
    Claim(
        id="no-pure-equilibrium-in-hole-search",
        statement="When both sides search the same holes, there is no equilibrium in pure strategies.",
        source=("Cunningham2025",),
        cases=_cases("Exponential", "Lomax", "Weibull", "LogNormal"),
        test=_mixing,
        measure="whether the attacker mixes",
        formula=Formula(
            text="attacking pays unopposed, s = F(x̂) − κ_A x̂ > 0 where f(x̂) = κ_A, and the defender is willing to "
            "search further than it takes to deter: F(w) > s where f(w) = κ_D",
            above_zero=_no_pure,
            derivation=r"""
With costs κ_A and κ_D of a unit of search, as shares of the stakes, the attacker's best search is $\hat x$ with
$f(\hat x) = \kappa_A$ on the falling side of the density, or none: its payoff $F(x) - F(y) - \kappa_A x$ has its
peak at the same place whatever the defender's y is. Unopposed it earns $s = F(\hat x) - \kappa_A \hat x$.

If $s \le 0$ nobody searches, which is pure. Else, against a sure attack, the defender searches to w with $f(w) =
\kappa_D$ (or not at all, where its cost exceeds the best average $\max_x F(x)/x$). If $F(w) \le s$ the attack still
pays: both efforts are pure. If $F(w) > s$ a sure attack is deterred and a sure absence undefended: no pure
equilibrium.

For an exponential density, $F(x) = 1 - e^{-x}$, the last condition is $\kappa_D < \kappa_A (1 + \log(1/\kappa_A))$.
With equal costs it always holds, which is the case that the notes have in mind.""",
        ),
        picture=Picture(
            Axis("attacker's cost of search κ_A, as a share of the stake", lambda p: 1 / p["attacker_stake"], True),
            Axis("defender's cost of search κ_D, as a share of the stake", lambda p: 1 / p["defender_stake"], True),
        ),
        remark="""
The notes mark their argument "fix this". It goes: if the attacker ever wins, it searches further, but at the same
marginal cost it has the lower marginal benefit. That needs three things which are not said: equal costs, a density
that falls from the start, and an attack that pays at all. With them it can be mended. In a pure equilibrium the
attacker either wins something, x > y, or stays out. In the first case f(x) = κ, and f(y) > f(x) = κ because the
density falls, so that the defender would search further. In the second the defender would not search either, and
then an attack would pay. Neither is an equilibrium.

Without equal costs it fails: where the defender's cost is high against the attacker's, κ_D ≥ κ_A (1 + log(1/κ_A))
for an exponential density, the defender stops before the attack ceases to pay, and both efforts are pure. It also
fails where attacks are too dear to be made, or where the defender will not even begin.""",
    ),
    Claim(
        id="hole-search-mixed-equilibrium",
        statement="A defender who searches until attacks just break even, and an attacker who is indifferent between "
        "that attack and none, are in equilibrium.",
        source=("Cunningham2025",),
        cases=_cases("Exponential", "Lomax", "Weibull", "LogNormal"),
        test=_conjecture,
        measure="regret of these strategies",
        formula=Formula(
            text="the density falls from the start, or attacks are worth more than the best average: s > F(x*), "
            "where x* maximizes F(x)/x",
            above_zero=_starts_late,
            derivation=r"""
The defender plays y with $F(y) = s = F(\hat x) - \kappa_A \hat x$, so that the attacker earns nothing with $\hat x$
and nothing with 0. For the defender to stay at y, the attack probability p must make the last hole worth its cost,
$p f(y) = \kappa_D$. That is a maximum of $-p\,(F(\hat x) - F(y)) - \kappa_D y$ among all y if p F(y) lies above the
line $\kappa_D y = p f(y)\, y$: if $F(y)/y \ge f(y)$ and the density falls from y on. Both hold where y is beyond
the maximum x* of the average F(x)/x. A density that falls from the start has x* = 0, and the conjecture always
holds where no pure equilibrium does. Where finding first speeds up and y < x*, the defender would rather not
search, and mixes between that and x*.""",
        ),
        picture=Picture(
            Axis("attacker's cost of search κ_A, as a share of the stake", lambda p: 1 / p["attacker_stake"], True),
            Axis("defender's cost of search κ_D, as a share of the stake", lambda p: 1 / p["defender_stake"], True),
        ),
        remark="""
The conjecture of the notes is right wherever the density falls and no equilibrium is pure; the notes leave out the
probability of the attack, which is p = κ_D/f(y). Where finding first speeds up (a Weibull density with a shape
above one, a lognormal one) the defender may have to mix as well, between no search and the search x* with the best
average. Where an equilibrium is pure, the conjecture is not asked.""",
    ),
    Claim(
        id="hole-search-mixed-equilibrium-is-unique",
        statement="The mixed equilibrium of the hole search is the only one.",
        source=("Cunningham2025",),
        cases=_cases("Exponential", "Lomax", "Weibull", "LogNormal", "Uniform"),
        test=_unique,
        measure="whether there are several equilibria",
        version_of="hole-search-mixed-equilibrium",
        samples=2048,
        remark="""
The game is strategically zero-sum, so that equilibria are interchangeable, and whatever the defender does the
attacker's only best replies are x̂ and none. That leaves two numbers to find: how often x̂ is played, and what
keeps it at zero. With a density that falls strictly both are determined. With equally many holes at every effort (a
uniform density) the defender is indifferent between all efforts that the attack reaches, and there is a continuum
of equilibria. The test suite compares this with the search for all equilibria.""",
    ),
)
