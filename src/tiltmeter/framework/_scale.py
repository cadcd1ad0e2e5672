"""From an indicator's value to a rating: piecewise linear, logarithmic or logistic, always within the scale."""

import math
from typing import Annotated, Literal

import numpy as np
from pydantic import FiniteFloat, model_validator

from tiltmeter.inputs._entry import Model

HIGHEST = 4.0
"""The top of the scale; its bottom is 0."""

Point = Annotated[list[FiniteFloat], "value, rating"]


class Scale(Model):
    """How an indicator maps to a rating.

    Attributes:
        form: "linear" joins the points by lines, "log" does so over the value's logarithm, "logistic" is
            4 / (1 + exp(-(value - middle) / width)).
        points: pairs of value and rating, values ascending; for linear and log.
        middle: the value at which the rating is 2; for logistic.
        width: how far from the middle the curve bends; negative where it falls; for logistic.
    """

    form: Literal["linear", "log", "logistic"]
    points: list[Point] = []  # noqa: RUF012 (pydantic copies it)
    middle: FiniteFloat | None = None
    width: FiniteFloat | None = None

    @model_validator(mode="after")
    def _sound(self) -> "Scale":
        if self.form == "logistic":
            if self.middle is None or not self.width or self.points:
                raise ValueError("a logistic map needs a middle and a width other than 0, and no points.")
            return self
        values = [point[0] for point in self.points]
        if self.middle is not None or self.width is not None or len(values) < 2:
            raise ValueError(f"a {self.form} map needs at least two points, and neither middle nor width.")
        if any(len(point) != 2 or not 0 <= point[1] <= HIGHEST for point in self.points):
            raise ValueError("each point is a value and a rating from 0 to 4.")
        if values != sorted(set(values)) or (self.form == "log" and values[0] <= 0):
            raise ValueError("the values of the points must ascend, and be positive for a log map.")
        return self

    def rating(self, value: float) -> float:
        """The rating for a value; beyond the outer points it stays at theirs."""
        if self.form == "logistic":
            assert self.middle is not None
            assert self.width is not None
            return HIGHEST / (1 + math.exp(min(-(value - self.middle) / self.width, 700.0)))
        values, ratings = zip(*self.points, strict=True)
        if self.form == "log":
            return float(np.interp(math.log(max(value, 1e-300)), np.log(values), ratings))
        return float(np.interp(value, values, ratings))
