"""What is drawn of best responses: both curves, their names, and the equilibrium."""

from collections.abc import Callable
from typing import Any

import altair as alt
import numpy as np

from tiltmeter.figures._colors import DEFENSE, OFFENSE
from tiltmeter.figures._panel import equilibrium_points
from tiltmeter.figures._scene import Array, Curve, Scene, Size
from tiltmeter.figures._theme import at, labels, over

# Places along a curve's name, as multiples of half its length, and where it may stand beside its curve.
_ALONG = np.linspace(-1.0, 1.0, 7)
_ACROSS = np.array([-1.1, 0.0, 1.1])
# Half the width of a letter, as a share of its height.
_LETTER = 45.56 / 16 / 11


def reply_layers(
    scene: Scene, size: Size, names: tuple[str, str] = ("attacker replies", "defender replies")
) -> Callable[[int], list[Any]]:
    """Both sides' best-response curves, their names, and the equilibrium: what is drawn in each contest's panel.

    Args:
        scene: the contests.
        size: of the panels.
        names: of the attacker's curve and of the defender's.
    """
    attackers, defenders = scene.replies

    def draw(number: int) -> list[Any]:
        attacker, defender = attackers[number], defenders[number]
        rows = [*_rows(attacker, OFFENSE, False), *_rows(defender, DEFENSE, True)]
        color = alt.Color("color:N", scale=None)
        line = over(rows).mark_line(strokeWidth=2.5, clip=True)
        dash = alt.StrokeDash("dash:N", scale=None)
        fields = at(x="x:Q", y="y:Q", detail="piece:N", order="order:Q")
        named = _names(scene, number, attacker, defender, names, size)
        return [
            line.encode(color=color, strokeDash=dash, **fields),
            *labels(named, fontSize=size.label, fontWeight=600),
            *equilibrium_points(scene, number),
        ]

    return draw


def _rows(curve: Curve, color: str, turned: bool) -> list[dict[str, Any]]:
    """The curve's points; `turned` puts the opponent's effort on the vertical axis."""
    x, y, out, jumps = curve
    # A line breaks at a jump, and changes its stroke where the attacker starts to stay out.
    breaks = jumps[:-1] | (out[1:] != out[:-1])
    piece = np.concatenate([[0], np.cumsum(breaks)])
    return [
        {
            "x": float(v if turned else u),
            "y": float(u if turned else v),
            "piece": f"{color}{p}",
            "order": i,
            "color": color,
            "dash": [3, 3] if o else [1, 0],
        }
        for i, (u, v, p, o) in enumerate(zip(x, y, piece, out, strict=True))
    ]


def _names(
    scene: Scene, number: int, attacker: Curve, defender: Curve, names: tuple[str, str], size: Size
) -> list[dict[str, Any]]:
    """The name of each curve, where it is clear of both curves, of the equilibrium and of the other name."""
    frame = scene.frame(number)
    lines = [np.stack([attacker[0], attacker[1]], axis=-1), np.stack([defender[1], defender[0]], axis=-1)]
    points = np.array([[point["x"], point["y"]] for point in scene.played[number]]).reshape(-1, 2)
    taken = np.concatenate([*lines, points]) / frame
    placed: list[dict[str, Any]] = []
    for line, text, color in zip(lines, names, (OFFENSE, DEFENSE), strict=True):
        reach = _LETTER * size.label * len(text) / size.width
        x, y = _clear_spot(line / frame, taken, reach, size)
        high = 6.3 / size.height
        box = [np.stack([x + reach * _ALONG, np.full(_ALONG.size, y + up)], axis=-1) for up in (-high, 0.0, high)]
        taken = np.concatenate([taken, *box])
        placed.append({"x": float(x * frame[0]), "y": float(y * frame[1]), "text": text, "color": color})
    return placed


def _clear_spot(line: Array, taken: Array, reach: float, size: Size) -> tuple[float, float]:
    """The middle of a name beside a curve, where the least distance to whatever is drawn is greatest.

    Args:
        line: the curve, as shares of the frame's width and height; shape (point, 2).
        taken: all points that are drawn, likewise.
        reach: half the name's length, as a share of the frame's width.
        size: of the frame.
    """
    inside = line[((line >= 0) & (line <= 1)).all(axis=1)]
    above = 25.2 / size.height * np.array([-1.0, -0.5, 0.0, 0.5, 1.0])
    moves = np.array([[across, up] for across in reach * _ACROSS for up in above])
    spots = (inside[::6, None] + moves).reshape(-1, 2)
    fits = (np.abs(spots[:, 0] - 0.5) < 0.49 - reach) & (np.abs(spots[:, 1] - 0.5) < 0.44)
    spots = spots[fits] if fits.any() else np.array([[0.5, 0.9]])
    along = np.stack([reach * _ALONG, np.zeros(_ALONG.size)], axis=-1)
    # Letters are wide rather than high: a distance upwards counts more.
    pixels = np.array([size.width / 268, 1.6 * size.height / 210])
    apart = ((spots[:, None] + along)[:, :, None] - taken) * pixels
    room = np.sqrt((apart**2).sum(axis=-1)).min(axis=(1, 2))
    best = int(np.argmax(np.minimum(room, 0.07)))
    return float(spots[best, 0]), float(spots[best, 1])
