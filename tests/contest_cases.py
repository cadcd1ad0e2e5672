"""Contests for the tests: every class in the index, every density, defaults, typical draws and extremes."""

import jax
import jax.numpy as jnp
import numpy as np

import tiltmeter as tm
from tiltmeter.contests import option_choices

VARIANTS: list[tuple[str, dict[str, str]]] = [
    (contest.__name__, {field: name})
    for contest in tm.CONTESTS
    for field, names in (option_choices(contest) or {"": ("",)}).items()
    for name in names
]
VARIANTS = [(name, {} if "" in options else options) for name, options in VARIANTS]
IDS = ["-".join((name, *options.values())) for name, options in VARIANTS]


def drawn(name: str, options: dict[str, str], count: int, seed: int = 0, decades: float = 0.0) -> tm.AbstractContest:
    """A contest with `count` draws, log-uniform over each parameter's typical range widened by so many decades."""
    rng = np.random.default_rng(seed)
    values = {}
    for parameter in tm.parameters(name, **options).values():
        low, high = parameter.typical
        low = max(low, 1e-3 * high) / 10**decades
        high = high * 10**decades
        draws = np.maximum(np.exp(rng.uniform(np.log(low), np.log(high), count)), parameter.domain.low)
        top = parameter.domain.high
        values[parameter.name] = np.minimum(draws, 0.99 * top) if np.isfinite(top) else draws
    # Parts have fields that are no parameters of the whole, such as the stakes of a wrapped contest.
    return jax.tree.map(lambda x: jnp.broadcast_to(x, (count,)), tm.build(name, values, **options))


def one_of(contest: tm.AbstractContest, i: int) -> tm.AbstractContest:
    """The contest of one draw."""
    return jax.tree.map(lambda x: jnp.broadcast_to(x, contest.shape)[i], contest)
