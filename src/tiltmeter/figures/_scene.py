"""What is drawn of contests in the plane of both sides' efforts: numbers only, so that any process can draw them."""

import dataclasses
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from tiltmeter.figures import _words as words

if TYPE_CHECKING:
    from tiltmeter.scenarios import Reading

Side = Literal["attacker", "defender"]
Array = NDArray[np.float64]
# The opponent's efforts, the best response, whether that is to stay out, and whether the curve jumps behind each point.
Curve = tuple[Array, Array, NDArray[np.bool_], NDArray[np.bool_]]
LEVELS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9)
# By level, for each contest: the defender's efforts, and the attacker's at which attacks succeed so often.
Levels = dict[float, list[tuple[Array, Array]]]


@dataclasses.dataclass(frozen=True)
class Size:
    """How large a panel is, in pixels, and its type."""

    width: int = 268
    height: int = 210
    title: int = 13
    label: int = 11


@dataclasses.dataclass(frozen=True)
class Scene:
    """Contests of one kind with their equilibria and curves, numbered from 0.

    Attributes:
        attacker_top: where the axis of the attacker's efforts ends; shape (n,).
        defender_top: likewise for the defender's efforts.
        usable: whether the equilibrium may be shown; shape (n,).
        kinds: of the equilibria.
        attacker_effort: expected, at the equilibrium; shape (n,).
        defender_effort: likewise.
        attack_success: likewise.
        played: for each contest the pairs of efforts that are played together often enough to be seen.
        replies: the attacker's best-response curves, and the defender's.
        levels: the level curves of success; None where they cannot be followed, and `maps` are shown.
        maps: for each contest success at the middle of each pixel of its panel.
    """

    attacker_top: Array
    defender_top: Array
    usable: NDArray[np.bool_]
    kinds: list[str]
    attacker_effort: Array
    defender_effort: Array
    attack_success: Array
    played: list[list[dict[str, Any]]]
    replies: tuple[list[Curve], list[Curve]]
    levels: Levels | None
    maps: list[Array]

    @property
    def shared(self) -> bool:
        """Whether all contests are drawn on the same axes."""
        return bool(np.ptp(self.attacker_top) == 0 and np.ptp(self.defender_top) == 0)

    def frame(self, number: int) -> Array:
        """Where the axes of one of the contests end: the defender's efforts, and the attacker's."""
        return np.array([self.defender_top[number], self.attacker_top[number]])

    def outcome(self, number: int) -> str:
        """What comes out at an equilibrium: success, and both efforts."""
        attack, defense = (
            words.number(float(efforts[number]), 2) for efforts in (self.attacker_effort, self.defender_effort)
        )
        mean = "" if self.kinds[number] == "pure" else "mean "
        success = words.percent(float(self.attack_success[number]))
        return f"success {success}; {mean}efforts {attack} attacking, {defense} defending"


@dataclasses.dataclass(frozen=True)
class ReadingScene:
    """One reading at the median inputs.

    Attributes:
        reading: which.
        scene: its contest without the technology (0) and with it (1).
    """

    reading: "Reading"
    scene: Scene
