"""Efforts given by a caller: checked, and broadcast against a contest."""

import jax
import numpy as np
from jaxtyping import ArrayLike

from tiltmeter.contests import AbstractContest
from tiltmeter.errors import ParameterError


def checked_efforts(given: ArrayLike, name: str) -> np.ndarray:
    """The efforts as an array; `ParameterError` names those that are negative or not finite."""
    efforts = np.asarray(given, dtype=float)
    if not np.all(np.isfinite(efforts) & (efforts >= 0)):
        raise ParameterError(f"{name} must be finite and not negative; {given!r} is not.")
    return efforts


def broadcast_to_efforts(contest: AbstractContest, *efforts: np.ndarray) -> tuple[AbstractContest, tuple[int, ...]]:
    """The contest with its parameters broadcast to the shape that it and the arrays have in common, and that shape."""
    try:
        shape = np.broadcast_shapes(contest.shape, *(array.shape for array in efforts))
    except ValueError:
        shapes = " and ".join(str(array.shape) for array in efforts)
        raise ParameterError(
            f"efforts of shape {shapes} do not broadcast against a contest of shape {contest.shape}."
        ) from None
    return jax.tree.map(lambda leaf: np.broadcast_to(np.asarray(leaf), shape), contest), shape
