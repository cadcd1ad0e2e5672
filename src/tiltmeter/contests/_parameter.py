"""What a parameter is, said once: name, symbol, unit, allowed range, default and meaning.

Validation, documentation, sliders, the scenario schema and error messages are all made from these descriptions.
"""

import dataclasses
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer
from jaxtyping import Array, ArrayLike

from tiltmeter._domain import NON_NEGATIVE as NON_NEGATIVE
from tiltmeter._domain import OPEN_PROBABILITY as OPEN_PROBABILITY
from tiltmeter._domain import POSITIVE as POSITIVE
from tiltmeter._domain import PROBABILITY as PROBABILITY
from tiltmeter._domain import Domain as Domain
from tiltmeter.errors import ParameterError

# Equilibria are certified to 1e-8 of the stake, which single precision cannot carry.
jax.config.update("jax_enable_x64", True)


@dataclasses.dataclass(frozen=True)
class Parameter:
    """One parameter of a contest.

    Attributes:
        name: the public name, dotted where it belongs to a part of the contest (`holes.rate`).
        symbol: the letter in the formulas.
        unit: what it is measured in; "1" for a pure number.
        domain: the values that are allowed.
        typical: a range that users will want to look at, for sliders and sweeps.
        meaning: one sentence.
        default: the value taken when none is given.
    """

    name: str
    symbol: str
    unit: str
    domain: Domain
    typical: tuple[float, float]
    meaning: str
    default: float

    def require(self, values: ArrayLike, owner: str) -> None:
        """Raise `ParameterError` that names the first value outside the domain, and where it stands."""
        given = np.asarray(values, dtype=float)
        inside = self.domain.contains(given)
        if inside.all():
            return
        index = tuple(int(i) for i in np.argwhere(~np.atleast_1d(inside))[0])
        where = f" at index {index[0] if len(index) == 1 else index}" if given.ndim else ""
        raise ParameterError(
            f"{owner}.{self.name} is {np.atleast_1d(given)[index]:g}{where}, but must be finite and {self.domain} "
            f"({self.meaning.rstrip('.')})."
        )


def param(
    symbol: str, unit: str, domain: Domain, typical: tuple[float, float], meaning: str, default: float = 1.0
) -> Any:
    """A field of a contest or density that holds one numeric parameter, scalar or array.

    Args:
        symbol: the letter in the formulas.
        unit: what it is measured in; "1" for a pure number.
        domain: the values that are allowed.
        typical: a range worth looking at.
        meaning: one sentence.
        default: the value taken when none is given.
    """
    # The name is filled in from the field when the description is read.
    description = Parameter("", symbol, unit, domain, typical, meaning, default)
    return eqx.field(converter=_as_array, default=default, kw_only=True, metadata={"parameter": description})


def _as_array(value: ArrayLike) -> Array:
    if isinstance(value, jax.Array) and value.dtype == jnp.float64:
        return value
    try:
        # Put there as they are: what makes arrays of others is compiled for every shape.
        return value.astype(float) if isinstance(value, jax.Array) else jax.device_put(np.array(value, dtype=float))
    except (TypeError, ValueError) as error:
        raise ParameterError(f"a parameter must be a number or an array of numbers, not {value!r}.") from error


def described_fields(owner: Any) -> dict[str, Parameter]:
    """The parameters that `owner`, a contest or density or its class, declares itself: field name to description."""
    return {
        field.name: dataclasses.replace(field.metadata["parameter"], name=field.name)
        for field in dataclasses.fields(owner)
        if "parameter" in field.metadata
    }


def check_fields(owner: Any) -> None:
    """Raise `ParameterError` for the first field of `owner` that is outside its domain; traced values pass."""
    for name, description in described_fields(owner).items():
        value = getattr(owner, name)
        if not isinstance(value, Tracer):
            description.require(value, type(owner).__name__)


def in_money(unit: str, money: str) -> str:
    """A unit, such as "money/effort", with "money" replaced by what it is counted in; as it is where that is ""."""
    return unit.replace("money", money) if money else unit
