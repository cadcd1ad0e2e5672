"""How long a known hole stays open: a fixed lag, or a queue of holes that wait to be patched."""

import abc

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array

from tiltmeter.contests._base import NON_NEGATIVE, POSITIVE, param


class AbstractPatching(eqx.Module):
    """What decides how long a hole stays open after the defender has found it."""

    @abc.abstractmethod
    def lag(self) -> Array:
        """The time between finding and closing a hole; infinite where it is never closed."""


class Lag(AbstractPatching):
    """Every hole is closed a fixed time after the defender has found it."""

    patch_lag: Array = param("τ", "time", NON_NEGATIVE, (0.1, 10.0), "Time from finding a hole to closing it.")

    def lag(self) -> Array:
        return self.patch_lag


class Queue(AbstractPatching):
    """Holes wait for patching in a queue with random arrivals and patching times (M/M/1): the mean lag is 1/(C − ν).

    Where holes arrive at least as fast as they can be patched, the queue grows without end and the lag is infinite.
    """

    arrival_rate: Array = param("ν", "1/time", NON_NEGATIVE, (0.1, 10.0), "Holes that come up for patching.", 1.0)
    patch_capacity: Array = param("C", "1/time", POSITIVE, (0.3, 30.0), "Holes that can be patched.", 2.0)

    def lag(self) -> Array:
        spare = self.patch_capacity - self.arrival_rate
        return jnp.where(spare > 0, 1 / jnp.where(spare > 0, spare, 1.0), jnp.inf)


PATCHING: tuple[type[AbstractPatching], ...] = (Lag, Queue)
