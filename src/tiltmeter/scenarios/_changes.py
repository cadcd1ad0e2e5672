"""Whether what a technology does to a parameter leaves it in its allowed range."""

from collections.abc import Mapping

import numpy as np

from tiltmeter.inputs._quantity import FloatArray
from tiltmeter.scenarios._scenario import Input
from tiltmeter.technology import Change

_DONE = {"multiply": "times", "add": "plus", "set": "set to"}


def carried_out(change: Input, before: Input, values: Mapping[str, FloatArray]) -> str | None:
    """Say where a change carries a parameter out of its range; None where it never does.

    Args:
        change: the change.
        before: the same parameter in the same reading, whose range counts.
        values: arrays that broadcast, by input id.
    """
    operation = change.operation or "set"
    start, step = np.broadcast_arrays(values[before.id], values[change.id])
    with np.errstate(over="ignore"):  # what overflows is out of range, and said to be
        after = Change(operation, step).apply(start)
    allowed = np.atleast_1d(before.domain.contains(after))
    if allowed.all():
        return None
    first = int(np.argmin(allowed.ravel()))
    share = f" in {np.count_nonzero(~allowed)} of {allowed.size} draws" if allowed.size > 1 else ""
    return (
        f"{change.text} carries {change.parameter} out of its range{share}: {start.ravel()[first]:g} "
        f"{_DONE[operation]} {step.ravel()[first]:g}, but it must be finite and {before.domain}. "
        "Narrow the values, or give the new value itself."
    )
