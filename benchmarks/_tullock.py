"""Asymmetric Tullock contests at many sizes: tiltmeter against root finders, and against memory itself.

Two limits are measured. Eight parameters are read and six results written for every contest, 112 bytes: a kernel that
does only that shows how fast memory can be. And five logarithms and three exponentials have to be computed: three
logarithms for the equation, one of each for either of two steps towards its root, and an exponential for its result.
"""

import resource
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from scipy.optimize import brentq
from scipy.optimize.elementwise import find_root
from scipy.special import expit, log_expit

import tiltmeter as tm
from _measure import GIGABYTE, Row, timed

SIZES = (10**3, 10**4, 10**5, 10**6, 10**7)
PEERS_UP_TO = 10**6
LOOP = 2000


def tullock() -> list[Row]:
    """One block of rows per size."""
    return [row for size in SIZES for row in _at(size)]


def _at(size: int) -> list[Row]:
    values = _parameters(size)
    contest = tm.Tullock(**{name: jnp.asarray(value) for name, value in values.items()})
    kernel_seconds, arithmetic_seconds = (_repeated(of, jax.tree.leaves(contest))[0] for of in (_copied, _computed))
    solved_seconds, solved = _repeated(tm.formula, contest)
    tm.solve(contest)  # compiles
    total_seconds, found = timed(lambda: tm.solve(contest), 3)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / GIGABYTE
    each = 1e9 / size
    rows = [
        Row(
            f"Tullock, {size:,} contests: read and write", f"{kernel_seconds * each:,.1f} ns each", "the limit: memory"
        ),
        Row(
            "  the same, and as many exponentials and logarithms",
            f"{arithmetic_seconds * each:,.1f} ns each",
            f"{arithmetic_seconds / kernel_seconds:.1f} × the limit",
            "the limit of arithmetic",
        ),
        Row(
            "  tm.formula: efforts, success, payoffs, kind",
            f"{solved_seconds * each:,.1f} ns each",
            f"{solved_seconds / kernel_seconds:.1f} × the limit (goal: at most 4)",
        ),
        Row(
            "  tm.solve, certified",
            f"{total_seconds * each:,.1f} ns each",
            f"{total_seconds / solved_seconds:.1f} × the solve (goal: at most 11)",
            f"worst regret {found.regret.max():.1e}; peak memory of this process so far {memory:.2f} GB",
        ),
    ]
    return rows + (
        _peers(values, solved_seconds / size, np.asarray(solved.attack_success)) if size <= PEERS_UP_TO else []
    )


def _parameters(size: int) -> dict[str, np.ndarray]:
    draws = np.random.default_rng(0)
    names = ("attacker_stake", "defender_stake", "attacker_cost", "defender_cost", "attacker_edge", "defender_edge")
    values = {name: draws.lognormal(0.0, 1.0, size) for name in names}
    return values | {name: draws.uniform(0.3, 0.9, size) for name in ("attacker_returns", "defender_returns")}


@jax.jit
def _copied(leaves: list[Any]) -> list[Any]:
    total = sum(leaves)
    return [total + number for number in range(6)]


@jax.jit
def _computed(leaves: list[Any]) -> list[Any]:
    total = sum(jnp.log(leaf) for leaf in leaves[:3])
    for _ in range(2):
        total = jnp.log1p(jnp.exp(-jnp.abs(total)))
    return _copied([jnp.exp(-total), *leaves[3:]])


def _repeated(function: Any, argument: Any) -> tuple[float, Any]:
    jax.block_until_ready(function(argument))  # compiles
    return timed(lambda: jax.block_until_ready(function(argument)), 5)


def _peers(values: dict[str, np.ndarray], own: float, success: np.ndarray) -> list[Row]:
    """Root finders for the one equation in the log-odds of success that an interior equilibrium solves."""
    r_a, r_d = values["attacker_returns"], values["defender_returns"]
    constant = (
        np.log(values["attacker_edge"] / values["defender_edge"])
        + r_a * np.log(values["attacker_stake"] * r_a / values["attacker_cost"])
        - r_d * np.log(values["defender_stake"] * r_d / values["defender_cost"])
    )
    slope = r_a - r_d

    def equation(x: Any, k: Any, s: Any) -> Any:
        return x - k - s * (log_expit(x) + log_expit(-x))

    vector_seconds, roots = timed(lambda: find_root(equation, (-1e3, 1e3), args=(constant, slope)))
    pairs = list(zip(constant[:LOOP], slope[:LOOP], strict=True))
    loop_seconds, loop = timed(lambda: [brentq(equation, -1e3, 1e3, args=pair, xtol=1e-13) for pair in pairs])
    peers = {
        "scipy.optimize.elementwise.find_root": (vector_seconds / len(constant), roots.x, 30),
        "scipy.optimize.brentq, a loop": (loop_seconds / len(pairs), np.array(loop), 300),
    }
    return [
        Row(
            f"  {name}",
            f"{each * 1e9:,.1f} ns each",
            f"{each / own:,.0f} × the solve (goal: at least {goal})",
            f"no certificate; success differs by at most {np.abs(success[: len(found)] - expit(found)).max():.0e}",
        )
        for name, (each, found, goal) in peers.items()
    ]
