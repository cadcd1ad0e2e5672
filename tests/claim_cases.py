"""Claims whose truth is known, over a region of two inputs that no contest needs to be solved for."""

from collections.abc import Callable
from typing import Any

import numpy as np

import tiltmeter as tm
from tiltmeter.claims import Case, Claim, Outcome, Points, Span, region

SQUARE = {"attacker_stake": Span(1.0, 3.0, 2.0), "defender_stake": Span(1.0, 3.0, 2.0)}

Margin = Callable[[np.ndarray, np.ndarray], np.ndarray]


def known(margin: Margin, certified: Margin | None = None, **changed: Any) -> Claim:
    """A claim with this margin as a function of the logarithms of the two stakes, which run from 0 to 1."""

    def test(case: Case, points: Points, search: bool = False) -> Outcome:
        x, y = (np.log(points[name]) / np.log(3.0) for name in SQUARE)
        sure = np.ones(x.shape, bool) if certified is None else np.asarray(certified(x, y), dtype=bool)
        return Outcome(np.asarray(margin(x, y), dtype=float), sure, np.zeros(x.shape), {"x": x, "y": y})

    given: dict[str, Any] = {
        "id": "known",
        "statement": "The first stake is large.",
        "source": ("nobody",),
        "cases": (Case(tm.Tullock, region(SQUARE)),),
        "test": test,
        "samples": 1024,
    }
    return Claim(**(given | changed))
