"""Claims about finding holes: plugging them, watching them."""

from collections.abc import Callable

import numpy as np
from scipy.optimize import elementwise

from tiltmeter.claims._claim import Axis, Case, Claim, Formula, Picture
from tiltmeter.claims._region import FloatArray, Points, Span, region
from tiltmeter.claims._tilting import Move, Tilting
from tiltmeter.contests import PlugHoles, WatchHoles

_BOTH = (
    Move("attacker_productivity", "multiply", "improvement"),
    Move("defender_productivity", "multiply", "improvement"),
)
_BETTER_SEARCH = "both sides' search becomes more productive by one factor, the improvement"
_SEARCH = {
    "attacker_stake": Span(0.1, 10.0, 1.0),
    "defender_stake": Span(0.1, 10.0, 1.0),
    "attacker_productivity": Span(0.3, 30.0, 3.0),
    "defender_productivity": Span(0.3, 30.0, 3.0),
    "improvement": Span(1.1, 10.0, 2.0),
}
_HOLES = {"hole_count": Span(1.0, 1000.0, 1.0)}
_ATTENTION = {"attention": Span(1.0, 100.0, 10.0)}
_GIVEN = {
    "attacker_effort": Span(0.01, 1.0, 0.1),
    "defender_effort": Span(0.01, 1.0, 0.1),
    "attacker_productivity": Span(0.3, 30.0, 3.0),
    "defender_productivity": Span(0.3, 30.0, 3.0),
    "improvement": Span(1.1, 10.0, 2.0),
}


def attack_cost(points: Points) -> FloatArray:
    """α: what a unit of the attacker's search costs, as a share of its stake."""
    return 1 / (points["attacker_productivity"] * points["attacker_stake"])


def defense_cost(points: Points) -> FloatArray:
    """β: what a unit of the defender's search costs, as a share of its stake."""
    return 1 / (points["defender_productivity"] * points["defender_stake"])


def _root(f: Callable[..., FloatArray], low: FloatArray, high: FloatArray, *others: FloatArray) -> FloatArray:
    """Roots between ends at which the sign differs; NaN elsewhere."""
    return np.asarray(elementwise.find_root(f, (low, high), args=others).x, dtype=float)


def plugged(count: FloatArray, alpha: FloatArray, beta: FloatArray) -> FloatArray:
    """Attack success when holes are plugged, from the costs of search alone; see the derivation on the claim's page."""
    top = np.minimum(1 / count, 1 - 1e-15)
    pays = beta < np.where(count > 1, np.exp((count - 1) * np.log1p(-top)), 1.0)
    b = np.where(pays, beta, 1e-3)

    def too_open(log_q: FloatArray, n: FloatArray, cost: FloatArray) -> FloatArray:
        return np.log(n) + log_q + (n - 1) * np.log1p(-np.exp(log_q)) - np.log(cost)

    log_left = _root(too_open, np.log(b / count) - 1e-9, np.log(top), count, b)
    begins = -np.log1p(-np.exp(log_left))

    def worth(x: FloatArray, n: FloatArray, cost: FloatArray, start: FloatArray, log_q: FloatArray) -> FloatArray:
        return np.exp(-n * start) - np.exp(-n * x) - cost * (np.log(-np.expm1(-x)) - log_q)

    far = np.full(count.shape, 40.0)
    given = count, b, begins, log_left
    ends = pays & (worth(far, *given) < 0)
    quits = np.where(ends, _root(worth, np.maximum(-np.log1p(-top), begins), far, *given), np.inf)
    alone = np.log(np.maximum(count / alpha, 1.0)) / count
    undefended = ~pays | (alone <= begins) | (alone >= quits)
    most, least = -np.expm1(-count * np.where(ends, quits, 0.0)), -np.expm1(-count * begins)
    lone = count * (1 - most)
    hold = np.where(ends, beta / np.expm1(np.where(ends, quits, 1.0)), 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        often = np.where(np.log1p(beta / alpha) > quits, (alpha - lone) / (hold - lone), 1.0)
    fought = np.where(often < 1, most - often * (most - least), least)
    return np.where(undefended, np.maximum(1 - alpha / count, 0.0), fought)


def _plugging_gains(case: Case, points: Points) -> FloatArray:
    n, f, alpha, beta = points["hole_count"], points["improvement"], attack_cost(points), defense_cost(points)
    return plugged(n, alpha, beta) - plugged(n, alpha / f, beta / f)


def _plugging_outruns(case: Case, points: Points) -> FloatArray:
    x = points["attacker_productivity"] * points["attacker_effort"]
    y = points["defender_productivity"] * points["defender_effort"]
    f = points["improvement"]
    return y * (f - 1) - np.log(np.expm1(-f * x) / np.expm1(-x))


def _watched_at_best(points: Points) -> FloatArray:
    """Success when both sides know every hole."""
    n = points["hole_count"]
    return -np.expm1(n * np.log1p(-np.exp(-points["attention"] / n)))


def _undefended(points: Points) -> FloatArray:
    """Success against a defender who does nothing."""
    return np.maximum(1 - attack_cost(points) / points["hole_count"], 1e-9)


def _log_unwatched(y: FloatArray, attention: FloatArray) -> FloatArray:
    known = -np.expm1(-y)
    return np.log(np.exp(-y) + known * np.exp(-attention / known))


def _watching_lags(case: Case, points: Points) -> FloatArray:
    x = points["attacker_productivity"] * points["attacker_effort"]
    y = points["defender_productivity"] * points["defender_effort"]
    f, share = points["improvement"], points["attention"] / points["hole_count"]
    gained = np.log(np.expm1(-f * x) / np.expm1(-x))
    return gained + _log_unwatched(f * y, share) - _log_unwatched(y, share)


CLAIMS: tuple[Claim, ...] = (
    Claim(
        id="plugging-favours-defense",
        statement="When the defender plugs the holes that it finds, an equal improvement in finding helps defense.",
        source=("Cunningham2025",),
        cases=(Case(PlugHoles, region(_SEARCH | _HOLES)),),
        test=Tilting(_BOTH, direction="falls"),
        technology=_BETTER_SEARCH,
        own=("improvement",),
        formula=Formula(
            text="P(α/f, β/f) < P(α, β), with P = 1 − α/N where nobody plugs, P = 1 − (1 − q₀)^N where the defender "
            "does, N q₀ (1 − q₀)^(N−1) = β, and a mixture of the two where it plugs only sometimes; for one "
            "hole: f (1 − α) > β",
            above_zero=_plugging_gains,
            value=_plugging_gains,
            derivation=r"""
With N holes, the costs $\alpha = c_A/(k_A V_A)$ and $\beta = c_D/(k_D V_D)$ of a unit of search as shares of the
stakes, and the improvement f, the costs become $\alpha/f$ and $\beta/f$.

*Nobody plugs.* The attacker alone searches until $N e^{-N x} = \alpha$ and succeeds with $P = 1 - \alpha/N$ (or not
at all, if $\alpha \ge N$). Cheaper search raises that.

*The defender plugs.* A hole that the attacker finds with q stays open with $q e^{-y}$. The saving of $1 - (1 - q
e^{-y})^N$ is balanced against $\beta y$: the defender leaves $q_0$, the smaller root of $N q (1 - q)^{N-1} =
\beta$, whatever q was, so that $P = 1 - (1 - q_0)^N$. That falls with β: cheaper search helps. It plugs if the
attacker alone finds more than $q_0$ and less than so much, $1 - e^{-g}$, that plugging costs what it saves, $(1 -
q_0)^N - e^{-N g} = \beta \log((1 - e^{-g})/q_0)$.

*It plugs only sometimes.* Against a plugging defender the attacker searches until $e^x = 1 + \beta/\alpha$. Where
that is beyond g, it searches g, and the defender plugs with the probability w at which one more unit of search is
worth its cost, $\alpha = w \beta/(e^g - 1) + (1 - w) N e^{-N g}$. Success is the mean of the two with this weight.

The claim holds exactly where success, computed by these formulas from α/f and β/f, is less than from α and β: where
plugging pays after the improvement, and leaves less than the attacker found before.""",
        ),
        features={"α": attack_cost, "β": defense_cost},
        picture=Picture(
            Axis("cost of attack search α, as a share of the stake", attack_cost, True),
            Axis(
                "cost of defense search after the improvement, β/f", lambda p: defense_cost(p) / p["improvement"], True
            ),
        ),
        remark="""
The notes give the right reason: holes run out. It needs a defender who searches. Where nobody defends, because the
attack is too weak to be worth it or plugging is hopeless against a strong one, better search on both sides at first
brings more attacks, and only then, once plugging pays, fewer.""",
    ),
    Claim(
        id="plugging-favours-defense-at-fixed-efforts",
        statement="At fixed efforts of both sides, an equal improvement in finding helps a defender who plugs holes.",
        source=("Cunningham2025",),
        cases=(Case(PlugHoles, region(_GIVEN | {"hole_count": Span(1.0, 10.0, 1.0)})),),
        test=Tilting(_BOTH, direction="falls", efforts="fixed"),
        technology=_BETTER_SEARCH,
        efforts="fixed",
        own=("improvement",),
        version_of="plugging-favours-defense",
        formula=Formula(
            text="y > log((1 − e^(−f x)) / (1 − e^(−x))) / (f − 1), with the searches x = k_A a and y = k_D d",
            above_zero=_plugging_outruns,
            derivation=r"""
A hole is found and open with $q = (1 - e^{-x}) e^{-y}$, and success rises with q whatever N is. The improvement
turns that into $(1 - e^{-fx}) e^{-fy}$. It is less than before exactly if $(f - 1) y > \log((1 - e^{-fx})/(1 -
e^{-x}))$; for a small improvement if $y > x/(e^x - 1)$. The right side falls from 1 (for an attacker who hardly
searches) to 0.""",
        ),
        picture=Picture(
            Axis("attacker's search x", lambda p: p["attacker_productivity"] * p["attacker_effort"], True),
            Axis("defender's search y", lambda p: p["defender_productivity"] * p["defender_effort"], True),
        ),
        remark="""
A defender who searches once through everything, y = 1, gains from any equal improvement; one who searches less
gains only against an attacker who has found most of what there is to find.""",
    ),
    Claim(
        id="watching-favours-offense",
        statement="When the defender can only watch the holes that it finds, an equal improvement in finding helps "
        "offense.",
        source=("Cunningham2025",),
        cases=(Case(WatchHoles, region(_SEARCH | _HOLES | _ATTENTION)),),
        test=Tilting(_BOTH, direction="rises"),
        technology=_BETTER_SEARCH,
        own=("improvement",),
        features={
            "β/improvement": lambda p: defense_cost(p) / p["improvement"],
            "W/N": lambda p: p["attention"] / p["hole_count"],
            "success of perfect search against success undefended": lambda p: _watched_at_best(p) / _undefended(p),
        },
        picture=Picture(
            Axis("attention per hole W/N", lambda p: p["attention"] / p["hole_count"], True),
            Axis("cost of defense search β, as a share of the stake", defense_cost, True),
        ),
        remark="""
The notes make it depend on limited attention, and so it does: with ample attention watching is as good as plugging,
and better search helps the defender. In the limit of perfect search both sides know every hole, and an attack
succeeds with 1 − (1 − e^(−W/N))^N, whatever the efforts cost. Watching raises the odds of being watched at every
effort of the defender, so that success never rises with the defender's search alone.""",
    ),
    Claim(
        id="watching-favours-offense-at-fixed-efforts",
        statement="At fixed efforts of both sides, an equal improvement in finding helps offense where holes can "
        "only be watched.",
        source=("Cunningham2025",),
        cases=(Case(WatchHoles, region(_GIVEN | {"hole_count": Span(1.0, 10.0, 1.0)} | _ATTENTION)),),
        test=Tilting(_BOTH, direction="rises", efforts="fixed"),
        technology=_BETTER_SEARCH,
        efforts="fixed",
        own=("improvement",),
        version_of="watching-favours-offense",
        formula=Formula(
            text="(1 − e^(−f x)) U(f y) > (1 − e^(−x)) U(y), with U(y) = e^(−y) + (1 − e^(−y)) exp(−(W/N)/(1 − "
            "e^(−y)))",
            above_zero=_watching_lags,
            derivation=r"""
With the searches $x = k_A a$ and $y = k_D d$ a hole is found and unwatched with $(1 - e^{-x})\,U(y)$, where U(y) is
the share of holes that the defender has missed, $e^{-y}$, or knows and does not watch, $(1 - e^{-y})\,e^{-(W/N)/(1
- e^{-y})}$. Success rises with this product. So the claim holds exactly where the attacker's finding grows by a
larger factor than the unwatched share shrinks. U never falls below $e^{-W/N}$, so that the defender's side of the
race ends where its attention does.""",
        ),
        picture=Picture(
            Axis("attacker's search x", lambda p: p["attacker_productivity"] * p["attacker_effort"], True),
            Axis("attention per hole W/N", lambda p: p["attention"] / p["hole_count"], True),
        ),
    ),
)
