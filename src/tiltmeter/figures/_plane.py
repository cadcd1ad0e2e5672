"""The plane of efforts of one reading, at the median inputs: its contests, their equilibria and the axes to draw."""

import dataclasses
from typing import TYPE_CHECKING, Any, Literal, Protocol

import altair as alt
import jax
import numpy as np
from numpy.typing import NDArray

from tiltmeter.contests import AbstractContest
from tiltmeter.equilibrium import Equilibrium, best_response, solve
from tiltmeter.figures import _words as words
from tiltmeter.figures._colors import DEFENSE, INK, MUTED, OFFENSE, PAPER
from tiltmeter.figures._theme import at, over

if TYPE_CHECKING:
    from tiltmeter.scenarios import Reading, Scenario

STATES = ("before", "after")
PANEL_WIDTH, PANEL_HEIGHT = 268, 210
_SHOWN_WEIGHT = 1e-3
_ALIKE = 4.0

Side = Literal["attacker", "defender"]
Array = NDArray[np.float64]


class Asked(Protocol):
    """A result, or only its question: what is drawn here needs no more."""

    @property
    def scenario(self) -> "Scenario": ...


@dataclasses.dataclass(frozen=True)
class Plane:
    """One reading at the median inputs, without and with the technology.

    Attributes:
        reading: which.
        contest: parameters of shape (2,): without the technology, and with it.
        equilibrium: of the same shape.
        attacker_top: where the axis of the attacker's efforts ends, without and with the technology; shape (2,).
        defender_top: likewise for the defender's efforts.
    """

    reading: "Reading"
    contest: AbstractContest
    equilibrium: Equilibrium
    attacker_top: Array
    defender_top: Array

    @property
    def shared(self) -> bool:
        """Whether both states are drawn on the same axes."""
        return bool(np.ptp(self.attacker_top) == 0 and np.ptp(self.defender_top) == 0)

    def usable(self, state: int) -> bool:
        """Whether the equilibrium of a state may be shown."""
        return bool(self.equilibrium.usable[state])


def planes_of(scenario: "Scenario") -> list[Plane]:
    """The planes of efforts of all readings, at the median inputs."""
    return [_plane(reading, contest_at_medians(scenario, reading)) for reading in scenario.readings]


def contest_at_medians(scenario: "Scenario", reading: "Reading") -> AbstractContest:
    """A reading's contest at the median inputs, of shape (2,): without the technology, and with it."""
    medians = scenario.medians()
    before = scenario.contest(reading, medians)
    return jax.tree.map(_stacked, before, scenario.technology(reading, medians).apply(before))


def _plane(reading: "Reading", contest: AbstractContest) -> Plane:
    equilibrium = solve(contest)
    attacker, defender = _tops(contest, equilibrium)
    if _alike(attacker) and _alike(defender):
        attacker, defender = np.full(2, attacker.max()), np.full(2, defender.max())
    return Plane(reading, contest, equilibrium, attacker, defender)


def _stacked(before: Any, after: Any) -> Array:
    return np.stack([np.asarray(before, dtype=float), np.asarray(after, dtype=float)])


def _alike(tops: Array) -> bool:
    return bool(tops.max() <= _ALIKE * tops.min())


def _tops(contest: AbstractContest, equilibrium: Equilibrium) -> tuple[Array, Array]:
    """Ends of the axes: what is played, and the best responses to that, with some room."""
    limits = [
        np.broadcast_to(np.asarray(getattr(contest, f"{side}_stake") / getattr(contest, f"{side}_cost")), (2,))
        for side in ("attacker", "defender")
    ]
    strategies = equilibrium.strategies
    played = [
        np.where(np.asarray(weights) > _SHOWN_WEIGHT, np.asarray(efforts), 0.0).max(axis=-1)
        for efforts, weights in (
            (strategies.attacker_efforts, strategies.attacker_weights),
            (strategies.defender_efforts, strategies.defender_weights),
        )
    ]
    start = [np.where(most > 0, most, limit / 10) for most, limit in zip(played, limits, strict=True)]
    steps = np.linspace(0.0, 1.6, 33)[:, None]
    sides: tuple[tuple[Side, int], ...] = (("attacker", 1), ("defender", 0))
    replies = [
        np.asarray(best_response(contest, side, steps * start[other]).effort).max(axis=0) for side, other in sides
    ]
    tops = [
        np.maximum(1.5 * most, np.minimum(1.1 * reply, 2.5 * most)) for most, reply in zip(start, replies, strict=True)
    ]
    return tops[0], tops[1]


def panels(planes: list[Plane], name: str, draw: Any) -> alt.ConcatChart:
    """Panels for all readings, one row each: before the technology on the left, with it on the right.

    Args:
        planes: one per reading.
        name: the technology's short name.
        draw: gives the layers of a panel, from a plane and the number of its state.
    """
    rows: list[Any] = []
    for item in planes:
        columns = [_panel(item, state, name, draw(item, state), state == 0) for state in range(2)]
        rows += columns
    # A grid keeps the frames of all panels in line, however wide their labels are.
    return alt.concat(*rows, columns=2, spacing={"row": 20, "column": 26}).resolve_scale(
        x="independent", y="independent"
    )


def _panel(item: Plane, state: int, name: str, layers: list[Any], first: bool) -> Any:
    x = _axis("x", "Defender's effort", DEFENSE, item.defender_top[state])
    y = _axis("y", "Attacker's effort", OFFENSE, item.attacker_top[state])
    anchor = over([{"x": 0, "y": 0}]).mark_point(size=0, opacity=0).encode(x=x, y=y)
    when = f"{'Before' if first else 'With'} {words.shortened(name, 12)}"
    title = alt.TitleParams(
        text=f"{words.shortened(item.reading.title, 38 - len(when))} · {when}",
        subtitle=_said(item, state),
        anchor="start",
        frame="group",
        fontSize=13,
        fontWeight=600,
        color=INK,
        subtitleColor=MUTED,
        subtitleFontSize=11,
        offset=8,
    )
    return alt.layer(anchor, *layers).properties(width=PANEL_WIDTH, height=PANEL_HEIGHT, title=title)


def _axis(channel: Literal["x", "y"], title: str, color: str, top: float) -> Any:
    axis = alt.Axis(title=title, titleColor=color, tickCount=5, format=",.4~g" if top >= 1e-3 else ".1e")
    scale = alt.Scale(domain=[0, float(top)], nice=False)
    return alt.X("x:Q", axis=axis, scale=scale) if channel == "x" else alt.Y("y:Q", axis=axis, scale=scale)


def _said(item: Plane, state: int) -> str:
    if not item.usable(state):
        return "no equilibrium found at the median inputs"
    found = item.equilibrium
    efforts = [
        words.number(float(np.asarray(side)[state]), 2) for side in (found.attacker_effort, found.defender_effort)
    ]
    success = words.percent(float(np.asarray(found.attack_success)[state]))
    mean = "" if str(found.kind[state]) == "pure" else "mean "
    return f"success {success}; {mean}efforts {efforts[0]} attacking, {efforts[1]} defending"


def equilibrium_points(item: Plane, state: int) -> list[alt.Chart]:
    """What is played at the equilibrium: points sized by how likely the pair of efforts is, hollow where the attacker
    stays out.
    """
    if not item.usable(state):
        return []
    strategies = item.equilibrium.strategies
    attacks, entered, attack_weights, defenses, defense_weights = (
        np.asarray(getattr(strategies, field))[state]
        for field in (
            "attacker_efforts",
            "attacker_entered",
            "attacker_weights",
            "defender_efforts",
            "defender_weights",
        )
    )
    joint = attack_weights[:, None] * defense_weights[None, :]
    entry = item.contest.card.entry
    rows = [
        {
            "x": float(defenses[j]),
            "y": float(attacks[i]),
            "weight": float(joint[i, j]),
            "out": bool(entry and entered[i] == 0),
        }
        for i, j in np.argwhere(joint > _SHOWN_WEIGHT)
    ]
    for row in rows:
        row |= {"fill": PAPER, "stroke": INK} if row.pop("out") else {"fill": INK, "stroke": PAPER}
    points = over(rows).mark_point(strokeWidth=1.5, opacity=1, clip=False)
    return [
        points.encode(
            size=alt.Size("weight:Q", scale=alt.Scale(domain=[0, 1], range=[12, 150]), legend=None),
            fill=alt.Fill("fill:N", scale=None),
            stroke=alt.Stroke("stroke:N", scale=None),
            **at(x="x:Q", y="y:Q"),
        )
    ]
