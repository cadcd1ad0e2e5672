"""Scenarios with simple inputs, and models with known answers, on which the analyses are tested."""

from collections.abc import Callable, Mapping

import numpy as np

from tiltmeter.analysis._evaluate import Model, Outcome
from tiltmeter.scenarios import Scenario, loads

# Positive parameters of a Tullock contest, in the order in which `inputs` fills them.
SLOTS = ("attacker_edge", "defender_edge", "attacker_returns", "defender_returns", "attacker_cost", "defender_cost",
         "attacker_stake", "defender_stake")  # fmt: skip

# Normal scores are the logarithm over this.
SIGMA = 0.4


def scenario(
    values: Mapping[str, str],
    weights: Mapping[str, float] | None = None,
    changes: Mapping[str, str] | None = None,
    correlations: str = "",
    contest: str = "Tullock",
) -> Scenario:
    """A scenario whose readings, all of the same contest, share the given values."""
    lines = [
        "format: 1", "name: case", "title: A case", "question: Who gains?",
        "technology: {name: artificial intelligence, short: AI, baseline: before}", "parameters:",
    ]  # fmt: skip
    lines += [f"  {name}: {{value: {value}, guess: for a test}}" for name, value in values.items()]
    lines += ["changes:"]
    lines += [
        f"  {name}: {{value: {value}, guess: for a test}}"
        for name, value in (changes or {"attacker_cost": "x 0.5"}).items()
    ]
    lines += ["readings:"]
    for name, weight in (weights or {"only": 1.0}).items():
        lines.append(f"  - {{name: {name}, title: The {name}, contest: {contest}, weight: {weight}, why: for a test}}")
    return loads("\n".join(lines) + "\n" + correlations)


def normal_case(dimension: int, **given: object) -> Scenario:
    """Lognormal inputs with median 1, so that their logarithm over `SIGMA` is a standard normal score."""
    distribution = f"{{distribution: lognormal, median: 1, sigma: {SIGMA}}}"
    return scenario(dict.fromkeys(SLOTS[:dimension], distribution), **given)  # type: ignore[arg-type]


def uniform_case(dimension: int, **given: object) -> Scenario:
    """Inputs that are uniform on (0, 1)."""
    distribution = "{distribution: uniform, low: 0, high: 1}"
    return scenario(dict.fromkeys(SLOTS[:dimension], distribution), **given)  # type: ignore[arg-type]


def scores_of(values: Mapping[str, np.ndarray], dimension: int) -> np.ndarray:
    """The standard normal scores of a `normal_case`, shape (n, dimension)."""
    shape = np.broadcast_shapes(*(np.shape(value) for value in values.values()))
    return np.stack([np.broadcast_to(np.log(values[name]) / SIGMA, shape) for name in SLOTS[:dimension]], axis=-1)


def model_of_tilt(tilt: Callable[[Mapping[str, np.ndarray], str], np.ndarray]) -> Model:
    """A model whose success is one half before, and one half plus the tilt after the technology."""

    def model(values: Mapping[str, np.ndarray], reading: str) -> Outcome:
        shape = np.broadcast_shapes(*(np.shape(value) for value in values.values()))
        found = np.broadcast_to(np.asarray(tilt(values, reading), dtype=float), shape)
        before = np.full(shape, 0.5)
        return Outcome(before, before + found)

    return model
