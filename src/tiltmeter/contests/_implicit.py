"""Solutions of equations that move with them: the implicit function theorem, elementwise."""

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array


def implicit(equations: Callable[..., tuple[Array, ...]], *solution: Array) -> tuple[Array, ...]:
    """The same numbers; differentiated, they move so that the equations go on holding.

    However a solution was found, its derivatives are these; nothing more is computed where none are asked for.

    Args:
        equations: elementwise functions of the unknowns, as many as these, one or two, that are zero at the solution.
        solution: the unknowns, of one shape.
    """
    fixed = tuple(map(jax.lax.stop_gradient, solution))
    # What the equations close over becomes an argument, for only arguments are differentiated.
    convert: Any = jax.closure_convert
    open_equations, others = convert(equations, *fixed)
    return _held(open_equations, fixed, tuple(others))


@partial(jax.custom_jvp, nondiff_argnums=(0,))
def _held(equations: Callable[..., tuple[Array, ...]], solution: tuple[Array, ...], others: tuple[Array, ...]) -> Any:
    del equations, others
    return solution


@_held.defjvp
def _moved(equations: Callable[..., tuple[Array, ...]], at: tuple[Any, Any], moves: tuple[Any, Any]) -> tuple[Any, Any]:
    (solution, others), (_, other_moves) = at, moves
    lifted = jax.jvp(lambda *rest: equations(*solution, *rest), others, other_moves)[1]

    def column(place: int) -> tuple[Array, ...]:
        units = tuple(jnp.full_like(x, float(i == place)) for i, x in enumerate(solution))
        return jax.jvp(lambda *unknowns: equations(*unknowns, *others), solution, units)[1]

    columns = [column(place) for place in range(len(solution))]
    if len(solution) == 1:
        return solution, (-lifted[0] / columns[0][0],)
    (f, g), ((f_x, g_x), (f_y, g_y)) = lifted, columns
    area = f_x * g_y - f_y * g_x
    return solution, ((f_y * g - f * g_y) / area, (f * g_x - f_x * g) / area)
