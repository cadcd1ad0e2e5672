"""The plane of both sides' efforts in contests of one kind: equilibria, what is played, and where the axes end."""

import dataclasses
from typing import Any

import equinox as eqx
import jax
import numpy as np
from numpy.typing import NDArray

from tiltmeter.contests import AbstractContest
from tiltmeter.contests._strategies import in_points
from tiltmeter.equilibrium import Equilibrium, Response, best_response, solve
from tiltmeter.figures._scene import Array, Side

_SHOWN_WEIGHT = 1e-3
# A mixed strategy over more efforts than this is drawn as if neighbors were one.
_SHOWN_EFFORTS = 24


@dataclasses.dataclass(frozen=True)
class Plane:
    """The efforts of both sides in several contests of one kind, which are numbered from 0.

    Attributes:
        contest: parameters of shape (n,).
        equilibrium: of the same shape.
        attacker_top: where the axis of the attacker's efforts ends; shape (n,).
        defender_top: likewise for the defender's efforts.
    """

    contest: AbstractContest
    equilibrium: Equilibrium
    attacker_top: Array
    defender_top: Array

    def usable(self, number: int) -> bool:
        """Whether the equilibrium of one of the contests may be shown."""
        return bool(self.equilibrium.usable[number])

    def top(self, side: Side) -> Array:
        """Where the axis of a side's efforts ends; shape (n,)."""
        return self.attacker_top if side == "attacker" else self.defender_top

    @property
    def exposure(self) -> Array:
        """How far the target is exposed at the equilibrium; shape (n,). 1 where it has no choice."""
        return _exposure(self.contest, self.equilibrium)

    def replies(self, side: Side, efforts: Array) -> Response:
        """A side's best responses to efforts of shape (…, n) of the other, at the exposure of the equilibrium."""
        return _replies(self.contest, self.equilibrium, side, efforts)


def plane_of(contest: AbstractContest, tops: tuple[float, float] | None = None) -> Plane:
    """The plane of efforts of contests, with their equilibria.

    Args:
        contest: parameters that broadcast to shape (n,).
        tops: where the axes of the attacker's and the defender's efforts end; chosen by what is played if left out.
    """
    shape = contest.shape
    wide = jax.tree.map(lambda leaf: np.broadcast_to(np.asarray(leaf, dtype=float), shape), contest)
    found = solve(wide)
    equilibrium = dataclasses.replace(found, strategies=in_points(found.strategies))
    attacker, defender = _tops(wide, equilibrium) if tops is None else (np.full(shape, top) for top in tops)
    return Plane(wide, equilibrium, attacker, defender)


def _exposure(contest: AbstractContest, equilibrium: Equilibrium) -> Array:
    strategies = equilibrium.strategies
    if strategies.defender_exposures is None:
        return np.ones(contest.shape)
    return np.sum(np.asarray(strategies.defender_weights) * np.asarray(strategies.defender_exposures), axis=-1)


def _replies(contest: AbstractContest, equilibrium: Equilibrium, side: Side, efforts: Array) -> Response:
    if side == "attacker" and contest.card.exposure:
        # Success that is scaled down is worth as much as a stake that is.
        stake = np.asarray(contest.attacker_stake) * np.maximum(_exposure(contest, equilibrium), 1e-12)
        contest = eqx.tree_at(lambda one: one.attacker_stake, contest, stake)
    return best_response(contest, side, efforts)


def _tops(contest: AbstractContest, equilibrium: Equilibrium) -> tuple[Array, Array]:
    """Ends of the axes: what is played, and the best responses to that, with some room."""
    limits = [
        np.asarray(getattr(contest, f"{side}_stake") / getattr(contest, f"{side}_cost"))
        for side in ("attacker", "defender")
    ]
    strategies = equilibrium.strategies
    most = [
        np.where(np.asarray(weights) > _SHOWN_WEIGHT, np.asarray(efforts), 0.0).max(axis=-1)
        for efforts, weights in (
            (strategies.attacker_efforts, strategies.attacker_weights),
            (strategies.defender_efforts, strategies.defender_weights),
        )
    ]
    start = [np.where(high > 0, high, limit / 10) for high, limit in zip(most, limits, strict=True)]
    steps = np.linspace(0.0, 1.6, 33)[:, None]
    sides: tuple[tuple[Side, int], ...] = (("attacker", 1), ("defender", 0))
    replies = [
        np.asarray(_replies(contest, equilibrium, side, steps * start[other]).effort).max(axis=0)
        for side, other in sides
    ]
    tops = [
        np.maximum(1.5 * high, np.minimum(1.1 * reply, 2.5 * high)) for high, reply in zip(start, replies, strict=True)
    ]
    return tops[0], tops[1]


def played(plane: Plane, number: int) -> list[dict[str, Any]]:
    """The pairs of efforts that are played together often enough to be seen, each with its probability, and whether the
    attacker then stays out; none where no equilibrium was found.
    """
    if not plane.usable(number):
        return []
    strategies = plane.equilibrium.strategies
    attacks, entered, attack_weights, defenses, defense_weights = (
        np.asarray(getattr(strategies, field))[number]
        for field in (
            "attacker_efforts",
            "attacker_entered",
            "attacker_weights",
            "defender_efforts",
            "defender_weights",
        )
    )
    out = (entered == 0) & plane.contest.card.entry
    attacks, attack_weights, out = _merged(attacks, attack_weights, out, float(plane.attacker_top[number]))
    defenses, defense_weights, _ = _merged(
        defenses, defense_weights, np.zeros(defenses.shape, bool), float(plane.defender_top[number])
    )
    joint = attack_weights[:, None] * defense_weights[None, :]
    rows = [
        {"x": float(defenses[j]), "y": float(attacks[i]), "weight": float(joint[i, j]), "out": bool(out[i])}
        for i, j in np.argwhere(joint > min(_SHOWN_WEIGHT, 0.05 * joint.max()))
    ]
    # Small points are drawn over large ones: taking part without effort stands where staying out does.
    return sorted(rows, key=lambda row: -row["weight"])


def _merged(
    efforts: Array, weights: Array, out: NDArray[np.bool_], top: float
) -> tuple[Array, Array, NDArray[np.bool_]]:
    """A mixed strategy with no more efforts than can be told apart; those of one cell of the axis become their mean."""
    if np.count_nonzero(weights > 0) <= _SHOWN_EFFORTS:
        return efforts, weights, out
    # Making no effort stays apart from making a little, and staying out from both.
    cells = np.where(efforts > 0, 1 + np.floor(_SHOWN_EFFORTS * efforts / top), 0) - 1.0 * out
    _, cell = np.unique(cells, return_inverse=True)
    total, mass, outside = (np.bincount(cell, w) for w in (weights, weights * efforts, weights * out))
    used = total > 0
    return np.asarray(mass[used] / total[used]), np.asarray(total[used], dtype=float), outside[used] > 0
