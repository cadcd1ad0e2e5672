"""How the tilt moves with each rating: exact through the fixed point, the bridge, and the equilibrium."""

from collections.abc import Callable, Mapping
from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
import numpy.typing as npt
from jaxtyping import Array

from tiltmeter.analysis._evaluate import evaluate, outcome_of
from tiltmeter.contests import values_of
from tiltmeter.equilibrium import sensitivities, solve
from tiltmeter.framework import (
    INPUTS,
    SHARED,
    Link,
    System,
    changes,
    drivers,
    in_batches,
    responses,
    rubric,
)
from tiltmeter.inputs._amount import Operation
from tiltmeter.inputs._quantity import Quantity
from tiltmeter.scenarios import Scenario

FloatArray = npt.NDArray[np.float64]


def slopes(scenario: Scenario, system: System, values: Mapping[str, FloatArray], samples: int) -> FloatArray:
    """The change of the tilt per point of each rating, shape (dimensions, samples); NaN where it is not known.

    The graph's fixed point and the equilibrium are followed by the implicit function theorem, the bridge by automatic
    differentiation. Where the least change of a parameter changes which efforts are played there is no derivative.

    Args:
        scenario: with one reading.
        system: what is assessed.
        values: the inputs at the draws, by id.
        samples: how many draws.
    """
    (reading,) = scenario.readings
    own = scenario.of_system(reading, values)
    spread = {name: np.broadcast_to(np.asarray(value, dtype=float), (samples,)) for name, value in own.items()}
    by_ratings = _through_bridge(system, spread, [g.parameter for g in scenario.inputs if g.role == "parameter"])
    contest = scenario.contest(reading, {name: np.broadcast_to(v, (samples,)) for name, v in values.items()})
    after = scenario.technology(reading, values).apply(contest)
    at = values_of(after)
    names = tuple(by_ratings)
    found = sensitivities(after, solve(after, search=False), names)
    slope = found.derivative[..., found.outputs.index("attack_success"), :]
    total = np.zeros((len(system.assessment.rubric.names), samples))
    for place, (name, (operation, by_rating)) in enumerate(by_ratings.items()):
        # A product moves the parameter in proportion, an addition by itself.
        moved = by_rating * np.asarray(at[name]) if operation == "multiply" else by_rating
        total += moved * slope[..., place]
    usable = ~np.isnan(
        outcome_of(evaluate(scenario, values, (reading.name,), search=False)[reading.name], samples).tilt
    )
    return np.where(usable, total, np.nan)


def _through_bridge(
    system: System, values: Mapping[str, FloatArray], parameters: list[str]
) -> dict[str, tuple[str, FloatArray]]:
    """By parameter, how the logarithm of its factor, or what is added, moves per point of each rating."""
    names = system.assessment.rubric.names
    rated = system.levels(values)
    rest = system.rest(rated)
    settled = system.settled(values).levels
    follows = SHARED if system.baseline is None else ()
    moved = responses(
        system.graph, system.weights(values), rated, rest, settled, follows=follows, clamped=system.clamped
    )
    links = system.links(parameters)
    operations = {link.parameter: link.operation for link in links}
    key = tuple((link.parameter, link.driver, link.operation) for link in links)
    shared = tuple(name in follows for name in names)
    given = {name: np.asarray(values[name]) for name in INPUTS}
    full = {link.id: np.asarray(values[link.id]) for link in links}
    slope = _effects(system.assessment.rubric.version, key, shared)
    found = in_batches(slope, settled.T, rest.T, moved, given, full) / 4
    return {name: (operations[name], found[:, place].T) for place, name in enumerate(operations)}


@cache
def _effects(
    version: int, key: tuple[tuple[str, str, Operation], ...], shared: tuple[bool, ...]
) -> Callable[..., Array]:
    """The derivative of what happens to each parameter by each rating; compiled once for each form of the bridge."""
    nothing = Quantity("1", "number", (("value", 1.0),))
    links = [Link(parameter, driver, operation, nothing, (), "", "") for parameter, driver, operation in key]
    operations = {link.parameter: link.operation for link in links}

    def effects(levels: Array, ground: Array, given: Mapping[str, Array], full: Mapping[str, Array]) -> Array:
        before, after = (drivers(rubric(version), list(x), given, jnp) for x in (ground, levels))
        made = changes(links, full, before, after, jnp)
        return jnp.stack([jnp.log(x) if operations[name] == "multiply" else x for name, (_, x) in made.items()])

    def one(levels: Array, ground: Array, response: Array, *own: Mapping[str, Array]) -> Array:
        given, full = own
        by_levels = jax.jacfwd(lambda x: effects(x, ground, given, full))(levels)
        by_rest = jax.jacfwd(lambda x: effects(levels, x, given, full))(ground)
        return by_levels @ response + by_rest * jnp.array(shared)

    return jax.jit(jax.vmap(one))
