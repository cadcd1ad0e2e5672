"""Attack success over both efforts, pixel by pixel."""

import jax
import numpy as np

from tiltmeter.figures._plane import Plane
from tiltmeter.figures._scene import Array, Size


def success_map(plane: Plane, number: int, size: Size) -> Array:
    """Attack success at the middle of each pixel of the frame; shape (height, width), from the lowest efforts up."""
    contest = jax.tree.map(lambda leaf: leaf[number], plane.contest)
    defense = (np.arange(size.width) + 0.5) / size.width * plane.defender_top[number]
    attack = (np.arange(size.height) + 0.5) / size.height * plane.attacker_top[number]
    return np.asarray(contest.success(attack[:, None], defense[None])) * plane.exposure[number]
