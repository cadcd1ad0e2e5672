"""The families of distributions that a value can have, each described once, with scipy's form of it."""

import dataclasses
import math
from collections.abc import Callable, Mapping
from typing import Any

_Z95 = 1.6448536269514722  # the standard normal's 95 % quantile

Arguments = Mapping[str, float]


@dataclasses.dataclass(frozen=True)
class Family:
    """A family of distributions.

    Attributes:
        meaning: one sentence.
        arguments: name to meaning, in order.
        positive: the arguments that must be greater than 0.
        ascending: arguments that must not fall in this order; the last must exceed the first.
        frozen: the scipy.stats distribution with given arguments.
    """

    meaning: str
    arguments: Mapping[str, str]
    frozen: Callable[[Arguments], Any]
    positive: tuple[str, ...] = ()
    ascending: tuple[str, ...] = ()

    def problem(self, given: Arguments) -> tuple[str, str] | None:
        """The first argument that is not allowed, and why; None when all are."""
        for name in self.positive:
            if given[name] <= 0:
                return name, f"must be > 0, not {given[name]:g}."
        for below, above in zip(self.ascending, self.ascending[1:], strict=False):
            if given[above] < given[below]:
                return above, f"must be at least {below}, {given[below]:g}, not {given[above]:g}."
        if self.ascending and given[self.ascending[-1]] == given[self.ascending[0]]:
            return self.ascending[-1], f"must be greater than {self.ascending[0]}, {given[self.ascending[0]]:g}."
        return None


# scipy.stats takes a second to import, so each family imports it when it is asked for numbers.
def _normal(given: Arguments) -> Any:
    from scipy import stats

    return stats.norm(loc=given["mean"], scale=given["sd"])


def _lognormal(given: Arguments) -> Any:
    from scipy import stats

    return stats.lognorm(s=given["sigma"], scale=given["median"])


def _uniform(given: Arguments) -> Any:
    from scipy import stats

    return stats.uniform(loc=given["low"], scale=given["high"] - given["low"])


def _loguniform(given: Arguments) -> Any:
    from scipy import stats

    return stats.loguniform(given["low"], given["high"])


def _triangular(given: Arguments) -> Any:
    from scipy import stats

    width = given["high"] - given["low"]
    return stats.triang(c=(given["mode"] - given["low"]) / width, loc=given["low"], scale=width)


def _beta(given: Arguments) -> Any:
    from scipy import stats

    return stats.beta(given["a"], given["b"])


def _gamma(given: Arguments) -> Any:
    from scipy import stats

    return stats.gamma(given["shape"], scale=given["scale"])


def _interval(given: Arguments) -> Any:
    """The lognormal, or where an end is not positive the normal, of which 90 % lie between the ends."""
    low, high = given["low"], given["high"]
    if low > 0:
        # Root by root and logarithm by logarithm, so that neither the product nor the ratio can overflow.
        sigma = (math.log(high) - math.log(low)) / 2 / _Z95
        return _lognormal({"median": math.sqrt(low) * math.sqrt(high), "sigma": sigma})
    return _normal({"mean": low / 2 + high / 2, "sd": (high / 2 - low / 2) / _Z95})


_ENDS = {"low": "the least value", "high": "the largest value"}

FAMILIES: Mapping[str, Family] = {
    "normal": Family(
        "The bell curve.",
        {"mean": "its middle", "sd": "its standard deviation, > 0"},
        _normal,
        positive=("sd",),
    ),
    "lognormal": Family(
        "A positive value whose logarithm is normal.",
        {"median": "its middle, > 0", "sigma": "the standard deviation of its logarithm, > 0"},
        _lognormal,
        positive=("median", "sigma"),
    ),
    "uniform": Family("Every value between two ends is as likely.", _ENDS, _uniform, ascending=("low", "high")),
    "loguniform": Family(
        "Every order of magnitude between two positive ends is as likely.",
        {"low": "the least value, > 0", "high": "the largest value"},
        _loguniform,
        positive=("low",),
        ascending=("low", "high"),
    ),
    "triangular": Family(
        "Likeliest at the mode, less so towards two ends.",
        {"low": "the least value", "mode": "the likeliest value", "high": "the largest value"},
        _triangular,
        ascending=("low", "mode", "high"),
    ),
    "beta": Family(
        "A share between 0 and 1.", {"a": "first shape, > 0", "b": "second shape, > 0"}, _beta, positive=("a", "b")
    ),
    "gamma": Family(
        "A positive value with a long upper tail.",
        {"shape": "its shape, > 0", "scale": "its scale, > 0"},
        _gamma,
        positive=("shape", "scale"),
    ),
}

# Written `2 to 8`, not by name.
INTERVAL = Family(
    "90 % of the values lie between two ends: lognormal where both are positive, else normal.",
    {"low": "the 5 % quantile", "high": "the 95 % quantile"},
    _interval,
    ascending=("low", "high"),
)
