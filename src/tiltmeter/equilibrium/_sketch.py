"""Which efforts are played in a mixed equilibrium, roughly: a few rounds of exchange, for batches.

Each side keeps a short list of efforts; the matrix game on the two lists is solved, and the highest peaks of each
side's payoff against the other's mixture replace what is not played. A few rounds tell how many efforts are played and
about where; Newton's method then places them.
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from tiltmeter.contests import AbstractContest, Strategies
from tiltmeter.equilibrium._matrix_game import first_place, matrix_game
from tiltmeter.equilibrium._payoffs import attack_limit, attack_share, chance, defense_limit, defense_share

# How long the lists are, how many of them are looked at as played, and how many peaks join them in a round.
PLACES, PLAYED, _NEWCOMERS = 12, 6, 2
_ROUNDS = 5
# Efforts at which payoffs are looked at, as logarithms of the share of the limit.
_SCAN = np.linspace(np.log(1e-6), 0.0, 64)
_STEP = float(_SCAN[1] - _SCAN[0])
_NEAR = _STEP / 4
_UNUSED, _SAME = 1e-12, 1e-2


class Lists(NamedTuple):
    """Efforts to choose from, and whether an attacker takes part with each; each of shape (B, PLACES)."""

    a: Array
    entered: Array
    d: Array


class _State(NamedTuple):
    a: Array
    entered: Array
    d: Array
    best: Strategies
    gap: Array


def first_lists(contest: AbstractContest) -> Lists:
    """What to begin with: no effort, with and without taking part, and efforts of every order of magnitude."""
    return _listed(contest, *2 * [np.geomspace(1e-5, 1.0, PLACES - 2) * np.ones((*contest.shape, 1))])


def next_lists(contest: AbstractContest, near: Strategies, settled: Strategies) -> Lists:
    """What to go on with: the efforts of a sketch, and the least of those that Newton's method moved them to."""

    def both(sketched: Array, moved: Array, limit: Array) -> np.ndarray:
        efforts = np.concatenate([np.asarray(moved)[:, : PLACES - 2 - PLAYED], np.asarray(sketched)], axis=-1)
        return np.clip(np.nan_to_num(efforts / np.asarray(limit)[:, None]), 0.0, 1.0)

    return _listed(
        contest,
        both(near.attacker_efforts, settled.attacker_efforts, attack_limit(contest)),
        both(near.defender_efforts, settled.defender_efforts, defense_limit(contest)),
    )


def _listed(contest: AbstractContest, attacks: np.ndarray, defenses: np.ndarray) -> Lists:
    """These shares of the limits behind no effort, with which an attacker first stays out and then takes part."""

    def side(shares: np.ndarray, limit: Array) -> np.ndarray:
        padded = np.pad(shares, [(0, 0), (PLACES - shares.shape[-1], 0)])
        return padded * np.asarray(limit)[..., None]

    a, d = side(attacks, attack_limit(contest)), side(defenses, defense_limit(contest))
    entered = np.broadcast_to(np.arange(PLACES) > 0, a.shape).astype(float)
    return Lists(a, entered, d)  # type: ignore[arg-type]


class _Game:
    """A batch of contests in shares of the stakes and of the efforts that cost them, draws on the last axis."""

    def __init__(self, contest: AbstractContest) -> None:
        self.contest = contest
        self.most_attack = jnp.broadcast_to(attack_limit(contest), contest.shape)
        self.most_defense = jnp.broadcast_to(defense_limit(contest), contest.shape)

    def attack_pays(self, played: Strategies, shares: Array) -> Array:
        efforts, one = shares * self.most_attack, jnp.ones(())
        wins = chance(self.contest, efforts[None], one, played.defender_efforts[:, None])
        return jnp.sum(wins * played.defender_weights[:, None], axis=0) - attack_share(self.contest, efforts, one)

    def defense_pays(self, played: Strategies, shares: Array) -> Array:
        a, entered = played.attacker_efforts[:, None], played.attacker_entered[:, None]
        efforts = shares * self.most_defense
        loses = chance(self.contest, a, entered, efforts[None])
        return -jnp.sum(loses * played.attacker_weights[:, None], axis=0) - defense_share(self.contest, efforts)


def sketch(contest: AbstractContest, lists: Lists) -> Strategies:
    """Mixtures near an equilibrium's for each contest of a batch.

    Args:
        contest: parameters of shape (B,).
        lists: efforts to begin with.

    Returns:
        Supports of few places, (B, K), the least effort first and unused places last.
    """
    game = _Game(contest)
    blank = jnp.zeros((PLAYED, *contest.shape))
    nobody = Strategies(blank, blank, blank, blank, blank)
    a, entered, d = (jnp.moveaxis(x, -1, 0) for x in lists)
    start = _State(a, entered, d, nobody, blank[0] + jnp.inf)
    best = jax.lax.fori_loop(0, _ROUNDS, partial(_one_round, game), start).best
    shares = best.attacker_efforts / game.most_attack, best.defender_efforts / game.most_defense
    a, entered, p = _merged(shares[0], best.attacker_entered, best.attacker_weights, partial(game.attack_pays, best))
    d, _, q = _merged(shares[1], blank + 1, best.defender_weights, partial(game.defense_pays, best))
    found = Strategies(a * game.most_attack, entered, p, d * game.most_defense, q)
    return jax.tree.map(lambda x: jnp.moveaxis(x, 0, -1), found)


def _one_round(game: _Game, turn: Array, state: _State) -> _State:
    """Solve the game on the lists, and put the peaks of what then pays in place of what is not played."""
    a, entered, d = state.a, state.entered, state.d
    attack_bill, defense_bill = attack_share(game.contest, a, entered), defense_share(game.contest, d)
    wins = chance(game.contest, a[:, None], entered[:, None], d[None])
    rows, columns = matrix_game(wins - attack_bill[:, None] + defense_bill[None])
    p, some_a, some_entered = _most_played(rows, a, entered)
    q, some_d = _most_played(columns, d)
    played = Strategies(some_a, some_entered, p, some_d, q)
    new_a, best_attack = _peaks(partial(game.attack_pays, played))
    new_d, best_defense = _peaks(partial(game.defense_pays, played))
    if game.contest.card.entry:
        best_attack = jnp.maximum(best_attack, 0.0)
    spent = jnp.sum(columns * defense_bill, axis=0) + jnp.sum(rows * attack_bill, axis=0)
    gap = best_attack + best_defense + spent
    closer = gap < state.gap
    return _State(
        _with(a, rows, game.most_attack * new_a, turn),
        _with(entered, rows, jnp.ones_like(new_a), turn),
        _with(d, columns, game.most_defense * new_d, turn),
        jax.tree.map(lambda new, old: jnp.where(closer, new, old), played, state.best),
        jnp.minimum(gap, state.gap),
    )


def _most_played(weights: Array, *efforts: Array) -> list[Array]:
    """The largest weights, to a sum of one, and the efforts that they belong to."""
    places = jnp.arange(len(weights))[:, None]
    rest, found = weights, list[list[Array]]()
    for _ in range(PLAYED):
        here = places == first_place(rest == jnp.max(rest, axis=0))
        found.append([jnp.sum(jnp.where(here, x, 0.0), axis=0) for x in (weights, *efforts)])
        rest = jnp.where(here, -1.0, rest)
    weight, *others = (jnp.stack(x) for x in zip(*found, strict=True))
    return [weight / jnp.sum(weight, axis=0), *others]


def _peaks(pays: Callable[[Array], Array]) -> tuple[Array, Array]:
    """The highest peaks of what shares of the limit earn, and the most that any earns.

    A peak is where the parabola through the highest of three efforts looked at has its top; and once more from nearer.
    """
    scan = jnp.asarray(_SCAN)[:, None]
    heights = pays(jnp.concatenate([jnp.zeros((1, 1)), jnp.exp(scan)]))
    none, heights = heights[0], heights[1:]
    left = jnp.concatenate([heights[:1], heights[:-1]])
    right = jnp.concatenate([heights[1:], heights[-1:]])
    aside, crests = _parabola(left, heights, right)
    crests = jnp.where((heights >= left) & (heights >= right), crests, -jnp.inf)
    tops = scan + _STEP * aside
    found = list[Array]()
    for _ in range(_NEWCOMERS):
        here = jnp.arange(len(crests))[:, None] == first_place(crests == jnp.max(crests, axis=0))
        found.append(jnp.sum(jnp.where(here, tops, 0.0), axis=0))
        crests = jnp.where(here, -jnp.inf, crests)
    near = jnp.minimum(jnp.stack(found), -_NEAR)
    left, heights, right = pays(jnp.exp(jnp.concatenate([near - _NEAR, near, near + _NEAR]))).reshape(3, *near.shape)
    aside, crests = _parabola(left, heights, right)
    return jnp.exp(near + _NEAR * aside), jnp.maximum(jnp.max(crests, axis=0), none)


def _parabola(left: Array, middle: Array, right: Array) -> tuple[Array, Array]:
    """Where the parabola through three heights has its top, as a share of their distance, and how high it is."""
    bend = jnp.minimum(left - 2 * middle + right, -1e-300)
    aside = jnp.clip((left - right) / (2 * bend), -1.0, 1.0)
    return aside, middle - bend * aside**2 / 2


def _merged(
    shares: Array, entered: Array, weights: Array, pays: Callable[[Array], Array]
) -> tuple[Array, Array, Array]:
    """The mixture in which efforts became one where what lies between them earns more, and so no valley parts them."""
    used = weights > _UNUSED
    key = jnp.where(used, shares + entered, jnp.inf)
    _, x, e, w = jax.lax.sort([key, shares, entered, jnp.where(used, weights, 0.0)], dimension=0, num_keys=1)
    between = (x[:-1] + x[1:]) / 2
    earned = pays(jnp.concatenate([x, between]))
    ends, middle = earned[:PLAYED], earned[PLAYED:]
    parted = (middle < (ends[:-1] + ends[1:]) / 2) & (x[1:] - x[:-1] > _SAME * x[1:]) | (x[:-1] == 0) | (w[1:] == 0)
    group = jnp.concatenate([jnp.zeros_like(x[:1]), jnp.cumsum(parted, axis=0)])
    here = group[None] == jnp.arange(PLAYED).reshape(-1, 1, 1)
    weight, effort, present = (jnp.sum(jnp.where(here, y, 0.0), axis=1) for y in (w, w * x, w * e))
    some = jnp.where(weight > 0, weight, 1.0)
    return effort / some, jnp.round(present / some), weight


def _with(values: Array, weights: Array, newcomers: Array, turn: Array) -> Array:
    """The list with newcomers in places that are not played, in rotation, so that none is overwritten at once."""
    places = jnp.arange(len(values))[:, None]
    # The first two are no effort, and stay.
    order = jnp.where(places < 2, jnp.inf, jnp.mod(places - _NEWCOMERS * turn, len(values))) + jnp.where(
        weights > 0, PLACES, 0
    )
    for newcomer in newcomers:
        here = places == first_place(order == jnp.min(order, axis=0))
        values, order = jnp.where(here, newcomer, values), jnp.where(here, jnp.inf, order)
    return values
