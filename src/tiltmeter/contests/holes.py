"""Densities of holes: how the effort at which a hole is found is distributed.

Each density is unimodal (or decreasing), with closed forms for everything that the hole-search equilibrium asks of it.
Tail probabilities are carried beside the probabilities themselves, so that nothing is lost far out in the tail.
"""

import abc
from typing import TYPE_CHECKING, ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
import jax.scipy.special as special
from jaxtyping import Array, ArrayLike

from tiltmeter.contests._base import POSITIVE, param
from tiltmeter.contests._halving import last_where
from tiltmeter.contests._normal import normal_quantile

if TYPE_CHECKING:
    from typing import ClassVar as AbstractClassVar
else:
    from equinox import AbstractClassVar


class AbstractDensity(eqx.Module):
    """A unimodal density of holes over search effort x ≥ 0."""

    flat: AbstractClassVar[bool]

    @abc.abstractmethod
    def survival(self, x: Array) -> Array:
        """1 − F(x): the share of holes that search effort x does not find."""

    @abc.abstractmethod
    def density(self, x: Array) -> Array:
        """f(x): holes found per further unit of search effort."""

    @abc.abstractmethod
    def quantile(self, found: Array, missed: Array) -> Array:
        """The effort at which the share `found` = 1 − `missed` of the holes is found."""

    @abc.abstractmethod
    def reach(self, level: Array) -> Array:
        """The largest effort at which the density is still `level`; 0 where it never is."""

    @abc.abstractmethod
    def best_average(self) -> tuple[Array, Array]:
        """The effort x > 0 that maximizes F(x)/x, and that maximum; (0, f(0)) when the density decreases."""


class Exponential(AbstractDensity):
    """Holes are found at a constant rate: F(x) = 1 − exp(−rate · x)."""

    rate: Array = param("λ", "1/effort", POSITIVE, (0.1, 10.0), "Holes found per unit of search, of those left.")
    flat: ClassVar[bool] = False

    def survival(self, x: Array) -> Array:
        return jnp.exp(-self.rate * x)

    def density(self, x: Array) -> Array:
        return self.rate * jnp.exp(-self.rate * x)

    def quantile(self, found: Array, missed: Array) -> Array:
        return -_log_missed(found, missed) / self.rate

    def reach(self, level: Array) -> Array:
        return jnp.maximum(jnp.log(self.rate / level), 0.0) / self.rate

    def best_average(self) -> tuple[Array, Array]:
        return jnp.zeros_like(self.rate), self.rate


class Lomax(AbstractDensity):
    """A fat tail, some holes are very hard to find: F(x) = 1 − (1 + x/scale)^(−shape)."""

    shape: Array = param("s", "1", POSITIVE, (0.5, 5.0), "How thin the tail is: small means ever harder holes.")
    scale: Array = param("σ", "effort", POSITIVE, (0.1, 10.0), "The search effort at which finding slows down.")
    flat: ClassVar[bool] = False

    def survival(self, x: Array) -> Array:
        return jnp.exp(-self.shape * jnp.log1p(x / self.scale))

    def density(self, x: Array) -> Array:
        return self.shape / self.scale * jnp.exp(-(self.shape + 1) * jnp.log1p(x / self.scale))

    def quantile(self, found: Array, missed: Array) -> Array:
        return self.scale * jnp.expm1(-_log_missed(found, missed) / self.shape)

    def reach(self, level: Array) -> Array:
        excess = jnp.maximum(jnp.log(self.shape) - jnp.log(self.scale) - jnp.log(level), 0.0)
        return self.scale * jnp.expm1(excess / (self.shape + 1))

    def best_average(self) -> tuple[Array, Array]:
        return jnp.zeros_like(self.shape * self.scale), self.shape / self.scale


class Weibull(AbstractDensity):
    """Finding that speeds up (shape > 1) or slows down (shape < 1): F(x) = 1 − exp(−(x/scale)^shape)."""

    shape: Array = param("s", "1", POSITIVE, (0.5, 3.0), "Above 1 finding first speeds up, below 1 it only slows down.")
    scale: Array = param("σ", "effort", POSITIVE, (0.1, 10.0), "The search effort that finds 63 % of the holes.")
    flat: ClassVar[bool] = False

    def survival(self, x: Array) -> Array:
        return jnp.exp(-_power(x / self.scale, self.shape))

    def density(self, x: Array) -> Array:
        log_x = jnp.log(x / self.scale)
        inside = jnp.where(x > 0, log_x, 0.0)
        regular = self.shape / self.scale * jnp.exp((self.shape - 1) * inside - jnp.exp(self.shape * inside))
        at_zero = jnp.where(self.shape < 1, jnp.inf, jnp.where(self.shape > 1, 0.0, 1 / self.scale))
        return jnp.where(x > 0, regular, at_zero)

    def quantile(self, found: Array, missed: Array) -> Array:
        return self.scale * _power(-_log_missed(found, missed), 1 / self.shape)

    def reach(self, level: Array) -> Array:
        # With v = shape · log(x/scale) the equation log f = log level is concave in v:
        # Newton's method from the right falls monotonically to the larger root.
        bend = (self.shape - 1) / self.shape
        height = jnp.log(self.shape / self.scale) - jnp.log(level)
        start = jnp.log(jnp.maximum(2 * height, 1.0))

        def step(_: int, v: Array) -> Array:
            slope = bend - jnp.exp(v)
            return v - (height + bend * v - jnp.exp(v)) / jnp.where(slope < 0, slope, -1.0)

        v = jax.lax.fori_loop(0, 40, step, start + jnp.zeros_like(bend))
        peak = jnp.where(bend > 0, height + bend * jnp.log(jnp.where(bend > 0, bend, 1.0)) - bend, height)
        reached = jnp.where(self.shape < 1, True, peak > 0)
        return jnp.where(reached, self.scale * jnp.exp(v / self.shape), 0.0)

    def best_average(self) -> tuple[Array, Array]:
        # F(x) = x f(x) with u = (x/scale)^shape reads expm1(u) = shape · u, which has one root u > 0 for shape > 1.
        speeds_up = self.shape > 1
        shape = jnp.where(speeds_up, self.shape, 2.0)

        def step(_: int, u: Array) -> Array:
            return u - (jnp.expm1(u) - shape * u) / (jnp.exp(u) - shape)

        u = jax.lax.fori_loop(0, 60, step, 2 * jnp.log(shape) + 1.0)
        best = self.scale * u ** (1 / shape)
        at_zero = jnp.where(self.shape < 1, jnp.inf, 1 / self.scale)
        x = jnp.where(speeds_up, best, 0.0)
        return x, jnp.where(speeds_up, -jnp.expm1(-u) / jnp.where(speeds_up, best, 1.0), at_zero)


class Uniform(AbstractDensity):
    """Holes run out: F(x) = x/width up to the effort `width`, which finds the last one."""

    width: Array = param("w", "effort", POSITIVE, (0.1, 10.0), "The search effort that finds every hole.")
    flat: ClassVar[bool] = True

    def survival(self, x: Array) -> Array:
        return jnp.maximum(1 - x / self.width, 0.0)

    def density(self, x: Array) -> Array:
        return jnp.where(x <= self.width, 1 / self.width, 0.0)

    def quantile(self, found: Array, missed: Array) -> Array:
        return self.width * found

    def reach(self, level: Array) -> Array:
        return jnp.where(level <= 1 / self.width, self.width, 0.0)

    def best_average(self) -> tuple[Array, Array]:
        return jnp.zeros_like(self.width), 1 / self.width


class LogNormal(AbstractDensity):
    """Easy, typical and very hard holes: log x is normal around log(median) with standard deviation sigma."""

    median: Array = param("m", "effort", POSITIVE, (0.1, 10.0), "The search effort that finds half of the holes.")
    sigma: Array = param("σ", "1", POSITIVE, (0.3, 2.0), "How much holes differ in difficulty, in logarithms.")
    flat: ClassVar[bool] = False

    def survival(self, x: Array) -> Array:
        return jnp.where(x > 0, special.ndtr(-self._score(x)), 1.0)

    def density(self, x: Array) -> Array:
        z = self._score(x)
        return jnp.where(x > 0, jnp.exp(-z * z / 2) / (jnp.where(x > 0, x, 1.0) * self.sigma * _ROOT_TWO_PI), 0.0)

    def quantile(self, found: Array, missed: Array) -> Array:
        z = jnp.where(found < 0.5, normal_quantile(found), -normal_quantile(missed))
        return self.median * jnp.exp(self.sigma * z)

    def reach(self, level: Array) -> Array:
        # log f = log level is a quadratic in z = log(x/median)/sigma.
        constant = jnp.log(self.median) + jnp.log(self.sigma * _ROOT_TWO_PI) + jnp.log(level)
        square = self.sigma**2 - 2 * constant
        z = jnp.sqrt(jnp.maximum(square, 0.0)) - self.sigma
        return jnp.where(square >= 0, self.median * jnp.exp(self.sigma * z), 0.0)

    def best_average(self) -> tuple[Array, Array]:
        # F(x) = x f(x) reads φ(z)/Φ(z) = sigma; the inverse Mills ratio falls from ∞ to 0 and exceeds −z.
        low, high = -self.sigma - 1.0, jnp.full_like(self.sigma, 40.0)

        def above(z: Array) -> Array:
            return -z * z / 2 - jnp.log(_ROOT_TWO_PI * self.sigma) - special.log_ndtr(z)

        z = last_where(above, low, high)
        x = self.median * jnp.exp(self.sigma * z)
        return x, special.ndtr(z) / x

    def _score(self, x: ArrayLike) -> Array:
        return jnp.log(jnp.where(jnp.asarray(x) > 0, x, 1.0) / self.median) / self.sigma


_ROOT_TWO_PI = 2.5066282746310002

DENSITIES: tuple[type[AbstractDensity], ...] = (Exponential, Lomax, Weibull, Uniform, LogNormal)


def _power(x: Array, exponent: Array) -> Array:
    """x^exponent, without a derivative at 0 that is none."""
    some = x > 0
    return jnp.where(some, jnp.where(some, x, 1.0) ** exponent, 0.0)


def _log_missed(found: Array, missed: Array) -> Array:
    """log(missed), exact at both ends."""
    return jnp.where(found < 0.5, jnp.log1p(-jnp.minimum(found, 0.5)), jnp.log(missed))
