"""How far raters agree, and what their disagreement does to the answer."""

import dataclasses
from collections.abc import Mapping
from typing import Literal

import numpy as np
import numpy.typing as npt

from tiltmeter.analysis._evaluate import weights_of
from tiltmeter.analysis.assessments._leverage import Leverage
from tiltmeter.framework import Assessment, pooled
from tiltmeter.scenarios import Scenario

FloatArray = npt.NDArray[np.float64]


@dataclasses.dataclass(frozen=True)
class Disagreement:
    """How far apart the raters are on one dimension.

    Attributes:
        dimension: its name.
        means: the expected rating by rater.
        range: the distance of the highest from the lowest.
        effect: how much of the tilt that distance is worth, by the dimension's median derivative; null where that was
            not computed.
    """

    dimension: str
    means: Mapping[str, float]
    range: float
    effect: float | None


@dataclasses.dataclass(frozen=True)
class Argued:
    """The one rating most worth arguing about.

    Attributes:
        rater: whose.
        dimension: of what.
        rating: the rater's expected rating.
        others: the pooled expected rating of the others.
        effect: how far the tilt would move if the rater took the view of the others.
    """

    rater: str
    dimension: str
    rating: float
    others: float
    effect: float


@dataclasses.dataclass(frozen=True)
class Raters:
    """The raters' agreement.

    Attributes:
        count: how many there are.
        alpha: Krippendorff's alpha for interval data over the expected ratings; 1 is full agreement, 0 that of chance;
            null for one rater, or where nothing varies.
        alpha_ordinal: the same for ordinal data, over ratings rounded to the anchors.
        disagreements: by dimension, the furthest apart first; empty for one rater.
        between: share of the tilt's variance that lies between the raters; null for one rater and for the median pool,
            in which raters are not kept apart.
        within: share that lies within them.
        argued: the one rating most worth arguing about; null for one rater.
    """

    count: int
    alpha: float | None
    alpha_ordinal: float | None
    disagreements: tuple[Disagreement, ...]
    between: float | None
    within: float | None
    argued: Argued | None


def raters_of(assessment: Assessment, scenario: Scenario, tilt: FloatArray, leverage: Leverage | None) -> Raters:
    """The agreement of an assessment's raters.

    Args:
        assessment: with one or several raters.
        scenario: of the run, with one reading per rater where they are kept apart.
        tilt: of the run, shape (readings, draws).
        leverage: whose derivatives say what a disagreement is worth.
    """
    if len(assessment.raters) < 2:
        return Raters(len(assessment.raters), None, None, (), None, None, None)
    means = expected(assessment)
    slope = {one.name: one.derivative.median for one in leverage.dimensions} if leverage else {}
    names = [one.name for one in assessment.raters]
    disagreements = [
        Disagreement(
            dimension,
            dict(zip(names, map(float, means[:, column]), strict=True)),
            float(np.nanmax(means[:, column]) - np.nanmin(means[:, column])),
            _effect(slope, dimension, float(np.nanmax(means[:, column]) - np.nanmin(means[:, column]))),
        )
        for column, dimension in enumerate(assessment.rubric.names)
        if not np.isnan(means[:, column]).all()
    ]
    between, within = _shares(scenario, tilt)
    return Raters(
        len(names),
        alpha(means, "interval"),
        alpha(np.round(means), "ordinal"),
        tuple(sorted(disagreements, key=lambda one: -one.range)),
        between,
        within,
        _argued(assessment, means, slope),
    )


def expected(assessment: Assessment) -> FloatArray:
    """Expected ratings, shape (raters, dimensions); NaN where a rater said nothing."""
    return np.array(
        [
            [
                np.nan if rater.ratings[name].missing else pooled([rater.ratings[name].spread], [1.0]).mean()
                for name in assessment.rubric.names
            ]
            for rater in assessment.raters
        ]
    )


def alpha(ratings: FloatArray, level: Literal["interval", "ordinal"]) -> float | None:
    """Krippendorff's alpha of ratings, shape (raters, units), NaN where missing; None where it is not defined.

    Args:
        ratings: at least two raters.
        level: "interval" or "ordinal".
    """
    import krippendorff

    pairable = ratings[:, (~np.isnan(ratings)).sum(axis=0) >= 2]
    if pairable.size == 0 or np.nanmax(pairable) == np.nanmin(pairable):
        return None
    return float(krippendorff.alpha(reliability_data=pairable, level_of_measurement=level))


def _effect(slope: Mapping[str, float], dimension: str, distance: float) -> float | None:
    return abs(slope[dimension]) * distance if dimension in slope else None


def _shares(scenario: Scenario, tilt: FloatArray) -> tuple[float | None, float | None]:
    """The law of total variance over the raters: shares between and within them."""
    if len(scenario.readings) < 2:
        return None, None
    weights = weights_of(scenario)
    known = ~np.isnan(tilt).all(axis=1)
    weights = weights[known] / weights[known].sum()
    means, variances = np.nanmean(tilt[known], axis=1), np.nanvar(tilt[known], axis=1)
    between = float(weights @ (means - weights @ means) ** 2)
    within = float(weights @ variances)
    total = between + within
    return (between / total, within / total) if total > 0 else (0.0, 0.0)


def _argued(assessment: Assessment, means: FloatArray, slope: Mapping[str, float]) -> Argued | None:
    """The rating whose change to the view of the others would move the tilt most, the rater's weight considered."""
    weights = np.array([one.weight for one in assessment.raters])
    best: Argued | None = None
    for row, rater in enumerate(assessment.raters):
        for column, dimension in enumerate(assessment.rubric.names):
            others = np.delete(means[:, column], row)
            known = ~np.isnan(others)
            if np.isnan(means[row, column]) or not known.any() or dimension not in slope:
                continue
            rest = float(np.average(others[known], weights=np.delete(weights, row)[known]))
            share = weights[row] / weights.sum()
            effect = float(slope[dimension] * share * (rest - means[row, column]))
            if best is None or abs(effect) > abs(best.effect):
                best = Argued(rater.name, dimension, float(means[row, column]), rest, effect)
    return best
