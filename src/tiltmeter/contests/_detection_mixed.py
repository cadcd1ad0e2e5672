"""Equilibria of examination in which both sides may mix: a coarse game names the efforts, Newton's method refines them.

Written in α = log A and β = log B, see `_detection`. A forgery shows log δ = log δ₀ + ψ β − θ α and passes with the
probability P; S = −∂P/∂ log δ. What the attacker earns and the defender spends makes a zero-sum game, in which few
efforts are played. Which ones, the game on a grid says roughly, by linear programming. Then each effort that is played
meets its first-order condition, or is none, all that a side plays earn it the same, and probabilities sum to one: as
many equations as unknowns. Efforts of negative probability are dropped, better ones are added, until there are neither.

In NumPy and draw by draw, because formulas leave so few draws that nothing pays for compiling this.
"""

import dataclasses
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tiltmeter.contests._detection import Detection
from tiltmeter.contests._strategies import ClosedForm, Strategies

Vector = NDArray[np.float64]

# How many efforts the coarse game has: where it names the wrong ones, another grid seldom does. Efforts of the scan
# for better ones, as shares of the logarithm of the greatest. Smaller logarithms than the least begin as no effort.
_GRIDS, _FINE, _LEAST = (45, 57, 73), np.linspace(0.0, 1.0, 801) ** 2, 0.02
_ROUNDS, _STEPS, _LONGEST = 12, 40, 0.3
_LOG_ROOT_TWO_PI = 0.9189385332046727
_PLAYED, _GAIN, _MET, _APART = 1e-7, 1e-10, 1e-12, 1e-5


@dataclasses.dataclass(frozen=True)
class _Side:
    """What one side may play: efforts as logarithms, and how likely each is."""

    efforts: Vector
    weights: Vector


class _Play(NamedTuple):
    """What both sides play, and whether the attacker also stays out, with the probability that is left."""

    attack: _Side
    defense: _Side
    out: bool


def mixed(g: Detection) -> ClosedForm:
    """An equilibrium for each of a batch, of parameters of shape (B,), wherever it is found; in NumPy."""
    given = [x for x in g if x is not None]
    rows = np.stack(np.broadcast_arrays(*(np.asarray(x) for x in given)), axis=-1)
    with np.errstate(all="ignore"):  # far from any equilibrium numbers may overflow
        return _stacked([_found(Detection(*row)) for row in rows])


def _found(g: Detection) -> _Play | None:
    tried = (_refined(g, points) for points in _GRIDS)
    return next((play for play in tried if play is not None), None)


def _refined(g: Detection, points: int) -> _Play | None:
    try:
        play = _coarse(g, points)
        for _ in range(_ROUNDS):
            settled = _settled(g, play)
            if settled is None:
                return None
            dropped = _dropped(settled)
            better = _added(g, settled) if dropped is None else dropped
            if better is None:
                return settled
            play = better
    except np.linalg.LinAlgError:  # two of the efforts have become one
        pass
    return None


def _passed(g: Detection, log_shown: Vector) -> tuple[Vector, Vector, Vector]:
    """P, S, and the derivative of S by log δ."""
    from scipy.special import log_ndtr

    m = 1.0 if g.items is None else g.items
    shown = np.exp(log_shown)
    x = g.criterion - shown
    below = log_ndtr(x)
    mills = np.exp(-(x**2) / 2 - _LOG_ROOT_TWO_PI - below)
    passes = np.exp(m * below)
    slope = m * shown * mills * passes
    return passes, slope, slope * (1 + shown * (x - (m - 1) * mills))


def _shown(g: Detection, attack: Vector, defense: Vector) -> Vector:
    return np.log(g.untouched) + g.defense_returns * defense - g.attack_returns * attack[:, None]


def _coarse(g: Detection, points: int) -> _Play:
    """The equilibrium of the game on a grid, neighbors joined."""
    from scipy.optimize import linprog

    shares = np.linspace(0.0, 1.0, points) ** 2
    attack, defense = (shares * np.log1p(1 / cost) for cost in (g.attack_cost, g.defense_cost))
    passes, _, _ = _passed(g, _shown(g, attack, defense))
    spent = g.defense_cost * np.expm1(defense)
    worth = np.vstack([passes - (g.attack_cost * np.expm1(attack) + g.entry)[:, None] + spent, spent])
    if not np.all(np.isfinite(worth)):
        raise np.linalg.LinAlgError
    rows, columns = worth.shape
    answer = linprog(
        np.append(np.zeros(rows), -1.0),
        A_ub=np.column_stack([-worth.T, np.ones(columns)]),
        b_ub=np.zeros(columns),
        A_eq=np.append(np.ones(rows), 0.0)[None],
        b_eq=[1.0],
        bounds=[(0, None)] * rows + [(None, None)],
        method="highs",
    )
    if answer.status != 0:
        raise np.linalg.LinAlgError
    p, q = np.maximum(answer.x[:-1], 0.0), np.maximum(-answer.ineqlin.marginals, 0.0)
    return _Play(_joined(attack, p[:-1]), _joined(defense, q / q.sum()), bool(p[-1] > _PLAYED))


def _joined(efforts: Vector, weights: Vector) -> _Side:
    """The efforts played, those next to each other on the grid as one; no effort stays apart."""
    played = np.flatnonzero(weights > _PLAYED)
    parts = np.split(played, np.flatnonzero(np.diff(played) > 1) + 1)
    masses = np.array([weights[part].sum() for part in parts if part.size])
    means = np.array([efforts[part] @ weights[part] for part in parts if part.size]) / masses
    return _Side(np.where(means < _LEAST, 0.0, means), masses)


def _settled(g: Detection, play: _Play) -> _Play | None:
    """The same kinds of efforts where all conditions are met, by Newton's method; None where it does not get there."""
    a, b = play.attack.efforts.copy(), play.defense.efforts.copy()
    x = np.concatenate([play.attack.weights, [1 - play.attack.weights.sum()], play.defense.weights, [0.0, 0.0]])
    free_a, free_b = a > 0, b > 0
    n, k = a.size, b.size
    for _ in range(_STEPS):
        missed, slopes = _conditions(g, a, b, x, play.out)
        kept = np.concatenate([free_a, free_b, np.ones(x.size, bool)])
        if np.max(np.abs(missed[kept])) < _MET:
            return _Play(_Side(a, x[:n]), _Side(b, x[n + 1 : n + 1 + k]), play.out)
        move = np.zeros(kept.size)
        move[kept] = np.linalg.solve(slopes[np.ix_(kept, kept)], -missed[kept])
        steps = move[: n + k]
        move *= min(1.0, _LONGEST / max(np.max(np.abs(steps)), 1e-300))
        # No step leads further than most of the way to no effort.
        a, b, x = np.maximum(a + move[:n], a / 4), np.maximum(b + move[n : n + k], b / 4), x + move[n + k :]
    return None


def _conditions(g: Detection, a: Vector, b: Vector, x: Vector, out: bool) -> tuple[Vector, Vector]:
    """By how much all conditions are missed, and the derivatives by a, b, p, what is left of it, q, V and W."""
    n, k = a.size, b.size
    p, left, q, value, loss = x[:n], x[n], x[n + 1 : n + 1 + k], x[-2], x[-1]
    passes, s, bend = _passed(g, _shown(g, a, b))
    theta, psi = g.attack_returns, g.defense_returns
    cost_a, cost_b = g.attack_cost * np.exp(a), g.defense_cost * np.exp(b)
    spent = g.defense_cost * np.expm1(b)
    missed = np.concatenate(
        [
            theta * (s @ q) - cost_a,
            psi * (p @ s) - cost_b,
            passes @ q - g.attack_cost * np.expm1(a) - g.entry - value,
            [value if out else left],
            p @ passes + spent - loss,
            [p.sum() + left - 1, q.sum() - 1],
        ]
    )
    j = np.zeros((missed.size, missed.size))
    at_a, at_b, at_p, at_q = (slice(*ends) for ends in ((0, n), (n, n + k), (n + k, 2 * n + k), (2 * n + k + 1, -2)))
    at_left, at_value, at_loss = 2 * n + k, -2, -1
    j[at_a, at_a] = np.diag(-(theta**2) * (bend @ q) - cost_a)
    j[at_a, at_b] = theta * psi * bend * q
    j[at_a, at_q] = theta * s
    j[at_b, at_a] = -theta * psi * (p[:, None] * bend).T
    j[at_b, at_b] = np.diag(psi**2 * (p @ bend) - cost_b)
    j[at_b, at_p] = psi * s.T
    j[at_p, at_a] = np.diag(theta * (s @ q) - cost_a)
    j[at_p, at_b] = -psi * s * q
    j[at_p, at_q] = passes
    j[at_p, at_value] = -1
    j[at_left, at_value if out else at_left] = 1
    j[at_q, at_a] = theta * (p[:, None] * s).T
    j[at_q, at_b] = np.diag(cost_b - psi * (p @ s))
    j[at_q, at_p] = passes.T
    j[at_q, at_loss] = -1
    j[-2, at_p], j[-2, at_left] = 1, 1
    j[-1, at_q] = 1
    return missed, j


def _dropped(play: _Play) -> _Play | None:
    """Without the effort that is least likely to be played, if its probability is negative."""
    p, q = play.attack.weights, play.defense.weights
    left = 1 - p.sum()
    least = min(p.min(initial=0.0), q.min(), left if play.out else 0.0)
    if least >= 0:
        return None
    if play.out and least == left:
        return play._replace(out=False)
    return _Play(_without(play.attack, least), _without(play.defense, least), play.out)


def _without(side: _Side, weight: float) -> _Side:
    kept = side.weights != weight
    return _Side(side.efforts[kept], side.weights[kept])


def _added(g: Detection, play: _Play) -> _Play | None:
    """With an effort that earns more than those played, if there is one."""
    (a, p), (b, q) = (dataclasses.astuple(side) for side in play[:2])
    fine_a, fine_b = (_FINE * np.log1p(1 / cost) for cost in (g.attack_cost, g.defense_cost))
    earned = _passed(g, _shown(g, fine_a, b))[0] @ q - g.attack_cost * np.expm1(fine_a) - g.entry
    saved = -(p @ _passed(g, _shown(g, a, fine_b))[0]) - g.defense_cost * np.expm1(fine_b)
    now_a = (_passed(g, _shown(g, a, b))[0] @ q - g.attack_cost * np.expm1(a) - g.entry).max(
        initial=0.0 if play.out else -np.inf
    )
    now_b = (-(p @ _passed(g, _shown(g, a, b))[0]) - g.defense_cost * np.expm1(b)).max()
    if not play.out and now_a < -_GAIN:
        return play._replace(out=True)
    if earned.max() > now_a + _GAIN:
        return play._replace(attack=_with(play.attack, fine_a, earned))
    if saved.max() > now_b + _GAIN:
        return play._replace(defense=_with(play.defense, fine_b, saved))
    return None


def _with(side: _Side, efforts: Vector, payoffs: Vector) -> _Side:
    """With the effort of the highest payoff; no effort gives way to it if the payoff rises all the way there."""
    best = int(payoffs.argmax())
    rises = np.all(np.diff(payoffs[: best + 1]) > 0)
    kept = side.efforts > 0 if rises else np.full(side.efforts.shape, True)
    weight = side.weights[~kept].sum()
    if np.any(np.abs(side.efforts[kept] - efforts[best]) < _APART):
        raise np.linalg.LinAlgError
    return _Side(np.append(side.efforts[kept], efforts[best]), np.append(side.weights[kept], weight))


def _stacked(found: list[_Play | None]) -> ClosedForm:
    """As arrays, with unused places where others play more efforts."""
    blank = _Play(_Side(np.zeros(1), np.ones(1)), _Side(np.zeros(1), np.ones(1)), False)
    plays = [play or blank for play in found]

    def padded(rows: list[Vector], width: int) -> Vector:
        return np.array([np.pad(row, (0, width - row.size)) for row in rows])

    attacks = 1 + max(play.attack.efforts.size for play in plays)
    defenses = max(play.defense.efforts.size for play in plays)
    rests = [np.maximum(1 - play.attack.weights.sum(), 0.0) * play.out for play in plays]
    p = padded([np.append(rest, play.attack.weights) for rest, play in zip(rests, plays, strict=True)], attacks)
    strategies = Strategies(
        attacker_efforts=padded([np.append(0.0, np.expm1(play.attack.efforts)) for play in plays], attacks),  # type: ignore[arg-type]
        attacker_entered=padded([np.append(0.0, np.ones(play.attack.efforts.size)) for play in plays], attacks),  # type: ignore[arg-type]
        attacker_weights=p / p.sum(axis=1, keepdims=True),  # type: ignore[arg-type]
        defender_efforts=padded([np.expm1(play.defense.efforts) for play in plays], defenses),  # type: ignore[arg-type]
        defender_weights=padded([play.defense.weights / play.defense.weights.sum() for play in plays], defenses),  # type: ignore[arg-type]
    )
    solved = np.array([play is not None for play in found])
    return ClosedForm(strategies, solved=solved, several=np.zeros(solved.shape, bool))  # type: ignore[arg-type]
