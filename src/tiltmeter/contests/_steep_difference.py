"""What both sides play in a difference-form contest that is so steep that both mix over several efforts.

First a zero-sum game on lists of efforts, solved from the inside; where a payoff peaks between two of them the peak
joins the list. Then the probability on the lists is gathered into few efforts, which Newton's method moves until the
conditions hold: every effort earns the same, and none can be bettered by moving it a little.

The equilibrium has finitely many efforts (Ewerhart & Sun 2018), which lie the closer the farther from both ends. Where
they come closer than about 1 in log-odds payoffs hardly tell them from an even draw, or from others as close: there
what is found is as good as the equilibrium's efforts without being those, and only their probabilities are solved for.

Throughout an effort's probability is counted in units of the other side's cost, so that costs drop out: nearly an even
draw, both sides' probabilities are then the distances between efforts.
"""

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array

PLACES = 128


class _Size(NamedTuple):
    """Efforts on the first lists, how many join these in a round, and how many are played at most."""

    listed: int
    joining: int
    played: int


# From which cost of a unit of log-odds on so many efforts do, for the side for which it is dearer.
_COSTS = (0.04, 0.019)
_SIZES = (_Size(80, 16, 32), _Size(160, 24, 64), _Size(200, 24, PLACES))
# First efforts lie closer at the ends, where those that are played are far apart and have to be placed well.
_CROWDING, _BEYOND = 0.6, 2.0
_ROUNDS, _HALVINGS = 2, 28
# Probability within so much of an effort is gathered there; efforts less than so far apart are not moved; those nearer
# to none are none; and what is worth less than these distances is dropped, at first and later.
_GATHERED, _AGAIN, _CLOSE, _NONE = 0.45, 0.3, 0.95, 0.05
_LEAST, _DROPPED = 0.15, 0.02
# How often an effort that is missing is looked for, and with what probability it starts.
_REFINED, _TRIED = 2, 0.05


class Mixtures(NamedTuple):
    """What both sides play: efforts in log-odds and their probabilities, shape (PLACES,)."""

    attack: Array
    attack_weights: Array
    defense: Array
    defense_weights: Array


def steep_difference(attack_cost: Array, defense_cost: Array) -> Mixtures:
    """Mixtures for two costs below ¼, as shares of each side's stake for a unit of log-odds; scalars."""
    costs = jnp.stack([attack_cost, defense_cost])
    number = jnp.sum(jnp.max(costs) < jnp.array(_COSTS))
    return jax.lax.switch(number, [partial(_mixtures, size=size) for size in _SIZES], costs)


def _mixtures(costs: Array, size: _Size) -> Mixtures:
    # No effort is worth more than the stake of the side for which it is dearer, and the other need not lead by much.
    reach = 1 / jnp.max(costs) + _BEYOND
    even = jnp.linspace(0.0, 1.0, size.listed)
    start = reach * (even - _CROWDING * jnp.sin(2 * jnp.pi * even) / (2 * jnp.pi))
    # Places that are still free hold an effort that nobody plays.
    efforts = jnp.full((2, size.listed + _ROUNDS * size.joining), reach).at[:, : size.listed].set(start)

    def grow(turn: Array, state: tuple[Array, Array]) -> tuple[Array, Array]:
        efforts, weights = state[0], _balanced(state[0], costs)
        peaks = [_peaks(efforts[i], efforts[1 - i], weights[1 - i], costs[i], size.joining) for i in (0, 1)]
        grown = jax.lax.dynamic_update_slice(efforts, jnp.stack(peaks), (0, size.listed + turn * size.joining))
        return jnp.where(turn < _ROUNDS, grown, efforts), weights

    efforts, weights = jax.lax.fori_loop(0, _ROUNDS + 1, grow, (efforts, jnp.zeros_like(efforts)))
    efforts, weights = _gathered(efforts, weights / costs[::-1, None], _GATHERED, _LEAST, size.played)

    def refine(_: int, both: tuple[Array, Array]) -> tuple[Array, Array]:
        x, w = _settled(*both, costs)
        # Where a payoff is highest an effort may be missing; where none is this changes next to nothing.
        shares, missing = w * costs[::-1, None], []
        for i in (0, 1):
            peak = _peaks(x[i], x[1 - i], shares[1 - i], costs[i], 1)
            earned = jax.nn.sigmoid(jnp.append(x[i], 0.0)[:, None] - x[1 - i]) @ shares[1 - i]
            better_idle = earned[-1] * jnp.sum(shares[i]) > shares[i] @ (earned[:-1] - costs[i] * x[i])
            missing.append((jnp.append(peak, 0.0), _TRIED * jnp.stack([jnp.ones(()), better_idle + 0.0])))
        x = jnp.concatenate([x, jnp.stack([peaks for peaks, _ in missing])], axis=1)
        w = jnp.concatenate([w, jnp.stack([weights for _, weights in missing])], axis=1)
        return _gathered(x, w, _AGAIN, _DROPPED, size.played)

    efforts, weights = jax.lax.fori_loop(0, _REFINED, refine, (efforts, weights))
    efforts, weights = _settled(efforts, weights, costs)
    weights = weights / jnp.sum(weights, axis=1, keepdims=True)
    spare = ((0, 0), (0, PLACES - size.played))
    efforts, weights = jnp.pad(efforts, spare), jnp.pad(weights, spare)
    return Mixtures(efforts[0], weights[0], efforts[1], weights[1])


_ITERATIONS, _CENTERING, _BACK, _NEAR = 40, 0.12, 0.95, 1e-10


def _balanced(efforts: Array, costs: Array) -> Array:
    """Nearly optimal probabilities of both sides' efforts, shape (2, n), by an interior-point method.

    Along its path each effort's probability times what it earns less than the best is the same for all, and falls.
    """
    n = efforts.shape[1]
    attack, defense = efforts
    # What the attacker earns and what the defender spends: of this both play a zero-sum game.
    worth = jax.nn.sigmoid(attack[:, None] - defense) - costs[0] * attack[:, None] + costs[1] * defense
    one = jnp.ones(n)

    def parts(point: Array) -> tuple[Array, Array, Array, Array]:
        p, q, levels = point[:n], point[n : 2 * n], point[2 * n :]
        return p, q, levels[0] - worth @ q, p @ worth - levels[1]

    def product(point: Array) -> Array:
        p, q, s, t = parts(point)
        return (p @ s + q @ t) / (2 * n)

    def unfinished(state: tuple[Array, Array]) -> Array:
        return (state[1] < _ITERATIONS) & (product(state[0]) > _NEAR)

    def step(state: tuple[Array, Array]) -> tuple[Array, Array]:
        point, count = state
        p, q, s, t = parts(point)
        aim, shares = _CENTERING * product(point), p / s
        gap, weighted = aim / s - p, shares[:, None] * worth
        falls = -(shares @ worth)
        top = jnp.concatenate([worth.T @ weighted + jnp.diag(t / q), falls[:, None], -one[:, None]], axis=1)
        zero = jnp.zeros(1)
        level = jnp.concatenate([-falls, -jnp.sum(shares)[None], zero])
        matrix = jnp.concatenate([top, jnp.stack([level, jnp.concatenate([one, zero, zero])])])
        right = jnp.concatenate([aim / q - t - gap @ worth, -jnp.sum(gap)[None], zero])
        # Evened out, or rounding would stop the path early.
        scale = jnp.concatenate([jnp.sqrt(q / t), 1 / jnp.sqrt(jnp.sum(shares))[None], jnp.ones(1)])
        way = scale * jnp.linalg.solve(scale[:, None] * matrix * scale, scale * right)
        by_q, by_levels = way[:n], way[n:]
        by_p = gap - shares * by_levels[0] + weighted @ by_q
        moves = jnp.concatenate([by_p, by_q, by_levels[0] - worth @ by_q, by_p @ worth - by_levels[1]])
        falling = moves < 0
        room = jnp.min(jnp.where(falling, jnp.concatenate([p, q, s, t]) / jnp.where(falling, -moves, 1.0), jnp.inf))
        # Where rounding leaves no way on, the point stays.
        change = jnp.minimum(1.0, _BACK * room) * jnp.concatenate([by_p, by_q, by_levels])
        return jnp.where(jnp.all(jnp.isfinite(change)), point + change, point), count + 1

    levels = jnp.stack([jnp.max(worth @ one) / n + 0.1, jnp.min(one @ worth) / n - 0.1])
    start = jnp.concatenate([one / n, one / n, levels])
    return jax.lax.while_loop(unfinished, step, (start, jnp.zeros((), int)))[0][: 2 * n].reshape(2, n)


def _peaks(own: Array, others: Array, weights: Array, cost: Array, count: int) -> Array:
    """The `count` highest peaks of a side's payoff between neighbors on its list."""
    known = jnp.sort(own)

    def rises(x: Array) -> Array:
        apart = x[:, None] - others
        return (jax.nn.sigmoid(apart) * jax.nn.sigmoid(-apart)) @ weights > cost

    def halve(_: int, bracket: tuple[Array, Array]) -> tuple[Array, Array]:
        lower, upper = bracket
        middle = (lower + upper) / 2
        up = rises(middle)
        return jnp.where(up, middle, lower), jnp.where(up, upper, middle)

    up = rises(known)
    lower, upper = jax.lax.fori_loop(0, _HALVINGS, halve, (known[:-1], known[1:]))
    peak = (lower + upper) / 2
    height = jax.nn.sigmoid(peak[:, None] - others) @ weights - cost * peak
    heights, places = jax.lax.top_k(jnp.where(up[:-1] & ~up[1:], height, -jnp.inf), count)
    return jnp.where(jnp.isfinite(heights), peak[places], known[-1])


def _gathered(efforts: Array, weights: Array, within: float, least: float, count: int) -> tuple[Array, Array]:
    """Few efforts that stand for many, in ascending order, unused places last: each the mean of what is near it."""

    def side(x: Array, w: Array) -> tuple[Array, Array]:
        def gather(place: Array, state: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
            left, means, totals = state
            near = jnp.where(jnp.abs(x - x[jnp.argmax(left)]) <= within, left, 0.0)
            total = jnp.sum(near)
            mean = (near @ x) / jnp.where(total > 0, total, 1.0)
            return jnp.where(near > 0, 0.0, left), means.at[place].set(mean), totals.at[place].set(total)

        blank = jnp.zeros(count)
        _, means, totals = jax.lax.fori_loop(0, count, gather, (jnp.maximum(w, 0.0), blank, blank))
        totals = jnp.where(totals > least, totals, 0.0)
        order = jnp.argsort(jnp.where(totals > 0, means, jnp.inf))
        means, totals = means[order], totals[order]
        return jnp.where((totals > 0) & (means > _NONE), means, 0.0), totals

    return jax.vmap(side)(efforts, weights)


_STEPS, _FIRST_DAMPING, _LEAST_DAMPING, _MOST_DAMPING = 25, 1e-4, 1e-14, 1e4
_MET, _KEPT = 1e-8, 1e-3

# Efforts, weights and what is earned, in units of the cost, a side in each column; what is left of the conditions, and
# its derivatives; damping; rounds.
_State = tuple[Array, Array, Array, Array, Array]


def _settled(efforts: Array, weights: Array, costs: Array) -> tuple[Array, Array]:
    """Newton's method on the conditions, damped (Levenberg & Marquardt): many of them hardly depend on anything."""
    k = efforts.shape[1]
    used = weights > 0
    # Efforts that are close to others stay where they are, and so does none.
    apart = jnp.where(used[:, 1:] & used[:, :-1], jnp.diff(efforts, axis=1), jnp.inf)
    tight = jnp.pad(apart < _CLOSE, ((0, 0), (1, 0))) | jnp.pad(apart < _CLOSE, ((0, 0), (0, 1)))
    free = used & ~tight & (efforts > 0)

    def conditions(point: Array) -> tuple[Array, Array]:
        (r, j), (r_other, j_other) = (_conditions(i, point, used, free, costs[1 - i]) for i in (0, 1))
        return jnp.concatenate([r, r_other]), jnp.concatenate([j, j_other])

    def unfinished(state: _State) -> Array:
        return (state[4] < _STEPS) & (jnp.max(jnp.abs(state[1])) > _MET) & (state[3] < _MOST_DAMPING)

    def step(state: _State) -> _State:
        point, residual, slopes, damping, count = state
        square = slopes.T @ slopes + damping * jnp.eye(4 * k + 2)
        way = jax.scipy.linalg.solve(square, -(slopes.T @ residual), assume_a="pos")
        trial = point + way.reshape(2, 2 * k + 1).T
        # No effort falls below none, and no probability vanishes at once.
        trial = trial.at[:k].set(jnp.maximum(trial[:k], 0.0))
        trial = trial.at[k : 2 * k].set(jnp.maximum(trial[k : 2 * k], _KEPT * point[k : 2 * k]))
        new, new_slopes = conditions(trial)
        better = jnp.sum(new**2) < jnp.sum(residual**2)
        damping = jnp.where(better, jnp.maximum(damping / 10, _LEAST_DAMPING), damping * 8)
        return (
            jnp.where(better, trial, point),
            jnp.where(better, new, residual),
            jnp.where(better, new_slopes, slopes),
            damping,
            count + 1,
        )

    weights = weights / jnp.sum(weights, axis=1, keepdims=True) / costs[::-1, None]
    point = jnp.concatenate([efforts, weights, jnp.zeros((2, 1))], axis=1).T
    gains = [_conditions(i, point, used, free, costs[1 - i])[0][:k] @ weights[i] / jnp.sum(weights[i]) for i in (0, 1)]
    point = point.at[2 * k].set(jnp.stack(gains))
    start = (point, *conditions(point), jnp.asarray(_FIRST_DAMPING), jnp.zeros((), int))
    point = jax.lax.while_loop(unfinished, step, start)[0]
    return point[:k].T, point[k : 2 * k].T


def _conditions(i: int, point: Array, used: Array, free: Array, cost: Array) -> tuple[Array, Array]:
    """A side's conditions at a point, and their derivatives by all unknowns, the attacker's first.

    Every effort earns the same, at free ones the payoff is flat, and the probabilities sum to one.
    """
    k = used.shape[1]
    own, other = point[:, i], point[:, 1 - i]
    x, y, w, level = own[:k], other[:k], other[k : 2 * k], own[2 * k]
    chance = jax.nn.sigmoid(x[:, None] - y)
    slope = chance * jax.nn.sigmoid(y - x[:, None])
    bend = slope * (1 - 2 * chance)
    gain, rise = chance @ w - x - level, slope @ w - 1
    missing = jnp.sum(own[k : 2 * k]) * cost - 1
    nothing, blank = jnp.zeros((k, k)), jnp.zeros((k, 1))
    alike = jnp.concatenate([jnp.diag(rise), nothing, blank - 1, -slope * w, chance, blank], axis=1)
    best = jnp.concatenate([jnp.diag(bend @ w), nothing, blank, -bend * w, slope, blank], axis=1)
    total = jnp.zeros((1, 4 * k + 2)).at[0, k : 2 * k].set(cost)
    counts = jnp.concatenate([used[i], free[i], jnp.ones(1, bool)])
    moves = jnp.concatenate([free[i], used[i], jnp.ones(1, bool), free[1 - i], used[1 - i], jnp.ones(1, bool)])
    residual = jnp.where(counts, jnp.concatenate([gain, rise, missing[None]]), 0.0)
    slopes = jnp.where(counts[:, None] & moves, jnp.concatenate([alike, best, total]), 0.0)
    return residual, slopes if i == 0 else jnp.roll(slopes, 2 * k + 1, axis=1)
