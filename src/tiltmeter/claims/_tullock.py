"""Claims about Tullock contests: boosts, best responses, and what is consumed."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array
from scipy.optimize import elementwise

from tiltmeter.claims._claim import Axis, Case, Claim, Formula, Outcome, Picture, Test
from tiltmeter.claims._region import FloatArray, Points, Span, region
from tiltmeter.claims._tilting import Move, Tilting, contest_at
from tiltmeter.contests import Tullock
from tiltmeter.equilibrium import best_response


def contestedness(k: FloatArray, attack: FloatArray, defense: FloatArray) -> FloatArray:
    """L: what each side spends at the equilibrium, as a share of its stake and of its returns.

    P(1 − P) where both always take part, with x = logit P from x = K + (r_A − r_D) log(P(1 − P)); times the probability
    that the weaker side takes part beyond that.

    Args:
        k: K, the log-odds if both spent their returns' share of their stakes.
        attack: r_A.
        defense: r_D, with 1/r_A + 1/r_D ≥ 1.
    """
    low = np.where(attack > 1, np.log(np.maximum(attack - 1, 1e-300)), -60.0)
    high = np.where(defense > 1, -np.log(np.maximum(defense - 1, 1e-300)), 60.0)

    def excess(x: FloatArray, k: FloatArray, spread: FloatArray) -> FloatArray:
        return x - k - spread * _log_variance(x)

    shy_attacker, shy_defender = excess(low, k, attack - defense) > 0, excess(high, k, attack - defense) < 0
    inside = ~shy_attacker & ~shy_defender
    ends = np.where(inside, low, -60.0), np.where(inside, high, 60.0)
    root = elementwise.find_root(excess, ends, args=(np.where(inside, k, 0.0), np.where(inside, attack - defense, 0.0)))
    bound = np.where(shy_attacker, low, high)
    x = np.where(inside, root.x, bound)
    beyond = k + (attack - defense) * _log_variance(bound) - bound
    often = np.where(shy_attacker, beyond / defense, -beyond / attack)
    return np.exp(_log_variance(x) + np.where(inside, 0.0, often))


def _log_variance(x: FloatArray) -> FloatArray:
    """log(P(1 − P)) at log-odds x."""
    return -np.abs(x) - 2 * np.log1p(np.exp(-np.abs(x)))


def log_odds(points: Points) -> FloatArray:
    """K before the boost; the costs are one."""
    attack, defense = points["attacker_returns"], points["defender_returns"]
    of_attack = attack * np.log(points["attacker_stake"] * attack)
    return np.log(points["attacker_edge"]) + of_attack - defense * np.log(points["defender_stake"] * defense)


def _fall(points: Points) -> FloatArray:
    """By how much L falls with the boost."""
    attack, defense, k = points["attacker_returns"], points["defender_returns"], log_odds(points)
    after = contestedness(k + np.log(points["boost"]), attack, defense)
    return contestedness(k, attack, defense) - after


def own_falls(case: Case, points: Points) -> FloatArray:
    """By how much the attacker's effort falls with the boost; costs are one."""
    return points["attacker_stake"] * points["attacker_returns"] * _fall(points)


def rival_rises(case: Case, points: Points) -> FloatArray:
    """By how much the defender's effort rises with the boost; costs are one."""
    return -points["defender_stake"] * points["defender_returns"] * _fall(points)


@dataclasses.dataclass(frozen=True)
class _EqualReturns:
    """A test with the same returns on both sides, the input `returns`."""

    test: Test

    def __call__(self, case: Case, points: Points, search: bool = False) -> Outcome:
        both = dict.fromkeys(("attacker_returns", "defender_returns"), points["returns"])
        return self.test(case, dict(points) | both, search)


def _consumed_more(case: Case, points: Points) -> FloatArray:
    """By how much dissipation 2 r L rises."""
    r, log_strength = points["returns"], np.log(points["attacker_stake"] / points["defender_stake"])
    steeper = r * points["less_steep"]
    before, after = (2 * one * contestedness(one * log_strength, one, one) for one in (r, steeper))
    return after - before


def _curve(points: Points) -> tuple[FloatArray, FloatArray]:
    """The notes' parametric curve at t, with r₁ = r_A, r₂ = r_D, V and costs one: efforts e₁ and e₂."""
    t, r = points["t"], points["attacker_returns"]
    rival = (r * t ** ((r - 1) / r) / (1 + t) ** 2) ** (r / points["defender_returns"])
    return r * t / (1 + t) ** 2, rival


def _on_the_curve(case: Case, points: Points, search: bool = False) -> Outcome:
    """The curve's effort earns as much as the best of all efforts."""
    contest, (own, rival) = contest_at(case, points), _curve(points)
    best = best_response(contest, "attacker", rival)
    earned = np.asarray(contest.success(jnp.asarray(own), jnp.asarray(rival)), dtype=float) - own
    lost = best.payoff - earned
    margin = np.where(lost <= 1e-12, 1.0, -lost)
    said = {"curve": own, "best response": best.effort, "lost": lost}
    return Outcome(margin, np.isfinite(lost), np.zeros(lost.shape), said)


def _before_the_jump(case: Case, points: Points) -> FloatArray:
    return points["t"] - (points["attacker_returns"] - 1)


_ZOOMS = 4
_PLACES = 193
# From shares of the way to logarithms of efforts; with returns just above one the payoff falls only next to zero.
_SCALE = np.asarray([0.0, 0.3, 1.0]), np.asarray([-660.0, -30.0, 10.0])


def _single_peaked(case: Case, points: Points, search: bool = False) -> Outcome:
    """The attacker's payoff does not rise again after it has fallen: looked for along its effort."""
    contest = contest_at(case, points)
    rival = jnp.asarray(points["defender_effort"])

    def slope(log_effort: Array) -> Array:
        """The marginal payoff, by automatic differentiation."""
        effort = jnp.exp(log_effort)
        _, rise = jax.jvp(lambda a: contest.success(a, rival), (effort,), (jnp.ones_like(effort),))
        return contest.attacker_stake * rise - contest.attacker_cost

    low, high = (np.full(rival.shape, end) for end in (0.0, 1.0))
    deepest = np.full(rival.shape, np.inf)
    again = np.full(rival.shape, -np.inf)
    for _ in range(_ZOOMS):
        places = low + np.linspace(0.0, 1.0, _PLACES)[:, None] * (high - low)
        slopes = np.asarray(slope(jnp.interp(jnp.asarray(places), *_SCALE)), dtype=float)
        before = np.minimum(deepest, np.minimum.accumulate(slopes, axis=0))
        rises = np.minimum(-before, slopes)
        top = np.argmax(rises, axis=0)
        columns = np.arange(rival.size)
        again = np.maximum(again, rises[top, columns])
        deepest = np.where(top > 0, before[np.maximum(top - 1, 0), columns], deepest)
        low, high = places[np.maximum(top - 1, 0), columns], places[np.minimum(top + 1, _PLACES - 1), columns]
    certified = np.isfinite(again)
    return Outcome(-again, certified, np.zeros(again.shape), {"steepest rise after a fall": again})


def _no_second_peak(case: Case, points: Points) -> FloatArray:
    r = points["attacker_returns"]
    s = np.where(r > 1, r, 2.0)
    hidden = np.exp((1 + 1 / s) * np.log(s + 1) + (1 - 1 / s) * np.log(s - 1)) / (4 * s)
    rival = points["defender_effort"] ** (points["defender_returns"] / r)
    return np.where(r > 1, rival - points["attacker_stake"] * hidden, 1.0)


_STEEPNESS = Picture(
    Axis("returns before: less steep to the right", "returns"),
    Axis("attacker's stake as a multiple of the defender's", lambda p: p["attacker_stake"] / p["defender_stake"], True),
)
_RIVAL = {
    "defender_returns": Span(0.3, 3.0, 1.0),
    "defender_effort": Span(0.01, 10.0, 0.1),
    "attacker_stake": Span(0.1, 10.0, 1.0),
}
_LESS_STEEP = {"returns": Span(0.3, 1.0, 0.5), "less_steep": Span(1.1, 2.0, 2.0)}
_RETURNS = (
    Move("attacker_returns", "multiply", "less_steep"),
    Move("defender_returns", "multiply", "less_steep"),
)

CLAIMS: tuple[Claim, ...] = (
    Claim(
        id="payoffs-single-peaked",
        statement="For all r > 0 a side's payoff is single-peaked in its own effort.",
        source=("Cunningham2025",),
        cases=(
            Case(Tullock, region({"attacker_returns": Span(0.3, 1.0, 0.5)} | _RIVAL), name="Tullock, r ≤ 1"),
            Case(Tullock, region({"attacker_returns": Span(1.1, 3.0, 2.0)} | _RIVAL), name="Tullock, r > 1"),
        ),
        test=_single_peaked,
        measure="attacker's payoff along its own effort",
        efforts="fixed",
        samples=2048,
        formula=Formula(
            text="r ≤ 1, or the rival's effort hides the second peak: d^(r_D/r) ≥ (V/(4 r c)) (r + 1)^(1 + 1/r) (r − "
            "1)^(1 − 1/r)",
            above_zero=_no_second_peak,
            derivation=r"""
With $t = a^r / d^{r_D}$ the marginal payoff is $V r\, t^{1 - 1/r} (1 + t)^{-2} d^{-r_D/r} - c$ (edges one). For r ≤
1 it falls in t throughout: one peak. For r > 1 it starts at $-c$, because the first unit of effort is wasted, rises
until $t = (r - 1)/(r + 1)$ and falls again. If it is above zero there, the payoff falls, rises and falls: it has a
peak at zero effort and another inside. At that t it is $\frac{V}{4 r}\,(r + 1)^{1 + 1/r} (r - 1)^{1 - 1/r}\,
d^{-r_D/r} - c$, which gives the condition. Where the second peak is hidden the payoff only falls, and the best
effort is none.""",
        ),
        picture=Picture(
            Axis("attacker's returns r", "attacker_returns"), Axis("defender's effort", "defender_effort", True)
        ),
        remark="""
The notes say that the slope is above zero at the smallest efforts and changes sign once. That is right for r < 1,
and at r = 1 against a rival who is not too strong. For r > 1 the slope at zero is −c. There are then two stationary
points, of which the first is a minimum, and the best response jumps from the second to zero where its payoff turns
negative. The figures of the atlas show the jump.""",
    ),
    Claim(
        id="parametric-curve-is-the-best-response",
        statement="The parametric curve (e₁(t), e₂(t)) of first-order conditions is the best response for all t > 0.",
        source=("Cunningham2025",),
        cases=(
            Case(
                Tullock,
                region(
                    {
                        "attacker_returns": Span(0.3, 3.0, 2.0),
                        "defender_returns": Span(0.3, 3.0, 1.0),
                        "t": Span(0.01, 100.0, 0.5),
                    }
                ),
            ),
        ),
        test=_on_the_curve,
        measure="what the curve's effort earns less than the best of all efforts",
        efforts="fixed",
        own=("t",),
        version_of="payoffs-single-peaked",
        samples=2048,
        formula=Formula(
            text="t ≥ r − 1",
            above_zero=_before_the_jump,
            derivation=r"""
On the curve $c e_1 = V r t/(1 + t)^2$ and success is $t/(1 + t)$, so that the side earns $V \frac{t}{1 + t}\left(1
- \frac{r}{1 + t}\right)$: at least nothing, which is what no effort earns, exactly if $1 + t \ge r$. By the
derivation for payoffs-single-peaked there is no further peak.""",
        ),
        picture=Picture(
            Axis("attacker's returns r", "attacker_returns"), Axis("t", "t", True), boundary=lambda r: r - 1
        ),
        remark="""
For r ≤ 1 the curve is the best response throughout. For r > 1 it is that only up to where the side's odds are r −
1; beyond that the best response is no effort. The notes say that the formulas select the global branch. They do
not: that part of the curve has to be cut off.""",
    ),
    Claim(
        id="dissipation-inverse-to-diminishing-returns",
        statement="The share of the surplus that is consumed is inverse to the steepness of diminishing returns: "
        "with less steep returns more is consumed.",
        source=("Cunningham2025",),
        cases=(
            Case(
                Tullock,
                region({"attacker_stake": Span(0.1, 10.0, 10.0), "defender_stake": Span(0.1, 10.0, 1.0)} | _LESS_STEEP),
            ),
        ),
        test=_EqualReturns(Tilting(_RETURNS, measure="dissipation", direction="rises")),
        technology="both sides' returns r become less steep, by the factor less_steep",
        measure="dissipation",
        own=("returns", "less_steep"),
        formula=Formula(
            text="r' L(r' log v) > r L(r log v), with the ratio v of the sides' strengths V/c, r' the returns after "
            "and L(x) = P (1 − P) at log-odds x; for small changes z tanh(z/2) < 1 with z = r |log v|: the "
            "favorite wins with less than 82.4 %",
            above_zero=_consumed_more,
            value=_consumed_more,
            derivation=r"""
With equal returns r and the ratio v of the strengths V/c the log-odds at the equilibrium are $x = r \log v$, each
side spends $r P (1 - P)$ of its stake, and dissipation is $2 r P (1 - P)$. Its derivative by log r has the sign of
$1 - z \tanh(z/2)$ with $z = |x|$: more is consumed if z < 1.5434, which is P < 0.824. For r > 1 the weaker side
stays out with a probability once $P > 1/r$, and spending is $r P (1 - P)$ at $P = 1/r$ times the probability that
it takes part, $e^{-(|x| - x_r)/r}$ with $x_r = -\log(r - 1)$.""",
        ),
        picture=_STEEPNESS,
        remark="""
Between equals it is true and has a simple form: the share is r/2, up to r = 2 (see the version for equals). Between
unequals returns do two things. They make effort worth more, and they make the favorite safer, which lets both
relax. Beyond a favorite who wins with 82.4 % the second is the stronger.""",
    ),
    Claim(
        id="dissipation-inverse-to-diminishing-returns-between-equals",
        statement="Between equals more is consumed with less steep returns.",
        source=("Cunningham2025",),
        cases=(Case(Tullock, region(_LESS_STEEP)),),
        test=_EqualReturns(Tilting(_RETURNS, measure="dissipation", direction="rises")),
        technology="both sides' returns r become less steep, by the factor less_steep",
        measure="dissipation",
        own=("returns", "less_steep"),
        version_of="dissipation-inverse-to-diminishing-returns",
        picture=Picture(Axis("returns before", "returns"), Axis("factor", "less_steep")),
        samples=1024,
        remark="Between equals dissipation is r/2.",
    ),
)
