"""Contests that mix, and one of a user's own: the continuous game against Lemke–Howson on a grid of efforts.

Ours starts from parameters. The peer's rate is given for Lemke–Howson alone, and with the grid's payoffs, which have to
be computed before it can start.
"""

from typing import Any, ClassVar

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from quantecon.game_theory import NormalFormGame, Player, lemke_howson

import tiltmeter as tm
from _draws import drawn
from _measure import Row, timed

GRID = 200
# As many as code is compiled well for.
COUNT = 2**18
FEW = 60
REPEATS = 3


class Guarded(tm.AbstractContest):
    """A lock that is picked at a rate, and guarded at another: a contest of a user's own, without any formula."""

    skill: Any = tm.param("k", "1", tm.POSITIVE, (0.5, 2.0), "How fast effort opens the lock.")
    watch: Any = tm.param("w", "1", tm.POSITIVE, (0.5, 2.0), "How well effort guards it.")

    card: ClassVar[tm.Card] = tm.Card(title="Guarded lock")

    def success(self, attacker_effort: Any, defender_effort: Any) -> Any:
        return -jnp.expm1(-self.skill * attacker_effort) * jnp.exp(-self.watch * defender_effort)


def mixed() -> list[Row]:
    """Two rows per contest: ours, and the peer's."""
    rows: list[Row] = []
    for contest in (tm.HoleSearch, tm.Examination, tm.PlugHoles, tm.WatchHoles, Guarded):
        some = drawn(contest, COUNT)
        tm.solve(some)  # compiles
        seconds, found = timed(lambda some=some: tm.solve(some), REPEATS)
        rate, worst = COUNT / seconds, found.regret[found.usable].max()
        kinds = ", ".join(f"{np.mean(found.kind == kind):.0%} {kind}" for kind in np.unique(found.kind))
        note = f"{COUNT:,} contests, {kinds}; worst regret {worst:.0e}; {int((~found.usable).sum())} failed"
        rows.append(Row(f"{contest.__name__}, tm.solve", f"{rate:,.0f} per second", "", note))
        rows.append(_lemke_howson(some, rate))
    return rows


def _lemke_howson(contest: tm.AbstractContest, own: float) -> Row:
    """Lemke–Howson on a grid for the first few contests, with the regret of what it finds in the continuous game."""
    alone, building, regrets = 0.0, 0.0, list[float]()
    values = tm.contests.values_of(contest)
    for index in range(FEW + 1):
        one = tm.build(type(contest), {name: np.broadcast_to(v, contest.shape)[index] for name, v in values.items()})
        built, (game, a, d) = timed(lambda one=one: _grid_game(one), REPEATS)
        took, (p, q) = timed(lambda game=game: lemke_howson(game, max_iter=10**5), REPEATS)
        entered = (np.arange(GRID) > 0) | (not one.card.entry)
        regrets.append(float(tm.verify(one, tm.Strategies(a, entered.astype(float), p, d, q)).regret))
        if index:  # the first compiles
            alone, building = alone + took, building + built
    rate, whole = FEW / alone, FEW / (alone + building)
    note = f"regret in the continuous game: median {np.median(regrets):.0e}, worst {max(regrets):.0e}"
    against = f"tm.solve: {own / rate:,.0f} × as many (goal: at least 100); with payoffs {own / whole:,.0f} ×"
    what = f"  Lemke–Howson (quantecon), {GRID} × {GRID}"
    return Row(what, f"{rate:,.0f} per second; with payoffs {whole:,.0f}", against, note)


@eqx.filter_jit
def _success(contest: tm.AbstractContest, a: Any, d: Any) -> Any:
    return contest.success(a, d)


def _grid_game(one: Any) -> tuple[NormalFormGame, np.ndarray, np.ndarray]:
    """The game on a grid of efforts, the attacker's first of which stays out where it may."""
    a = np.linspace(0, float(one.attacker_stake / one.attacker_cost), GRID)
    d = np.linspace(0, float(one.defender_stake / one.defender_cost), GRID)
    success = np.array(_success(one, a[:, None], d[None]))
    spent = np.array(one.attacker_cost * a) + (float(one.entry_cost) if one.card.entry else 0.0)
    if one.card.entry:
        success[0], spent[0] = 0.0, 0.0
    attacker = float(one.attacker_stake) * success - spent[:, None]
    defender = float(one.defender_stake) * (1 - success) - float(one.defender_cost) * d
    return NormalFormGame((Player(attacker), Player(defender.T.copy()))), a, d
