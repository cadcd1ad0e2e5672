"""Contests to measure on: every parameter over its typical range, with stakes for which efforts are worth making."""

from typing import Any

import numpy as np

import tiltmeter as tm

STAKES = {"attacker_stake": (2.0, 20.0), "defender_stake": (2.0, 20.0)}


def drawn(kind: type[tm.AbstractContest], count: int) -> Any:
    """So many contests of a kind, always the same."""
    draws = np.random.default_rng(1)
    ranges = {name: parameter.typical for name, parameter in tm.parameters(kind).items()} | STAKES
    return tm.build(kind, {name: _spread(draws, *ends, count) for name, ends in ranges.items()})


def _spread(draws: np.random.Generator, low: float, high: float, count: int) -> np.ndarray:
    """Evenly in orders of magnitude, where the range has such."""
    return np.exp(draws.uniform(np.log(low), np.log(high), count)) if low > 0 else draws.uniform(low, high, count)
