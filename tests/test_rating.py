"""Ratings as distributions, and how several are pooled; against scipy where it has the same."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from tiltmeter.framework import Spread, pooled

U = np.linspace(0.001, 0.999, 999)


def test_a_sure_range_is_scipys_triangular_distribution() -> None:
    spread = Spread(1.0, 3.0, 1.5, confidence=1.0)
    reference = stats.triang(c=0.25, loc=1, scale=2)
    found = pooled([spread], [1.0])
    assert found.ppf(U) == pytest.approx(reference.ppf(U), abs=2e-3)
    assert spread.cdf(U * 4) == pytest.approx(reference.cdf(U * 4), abs=1e-12)
    assert found.mean() == pytest.approx(reference.mean(), abs=1e-3)


def test_what_confidence_leaves_over_is_uniform_between_the_outer_ends() -> None:
    spread = Spread(1.0, 2.0, 1.5, confidence=0.8, least=0.5, most=3.5)
    assert spread.cdf(1.0) == pytest.approx(0.2 * 0.5 / 3)
    assert spread.cdf(2.0) == pytest.approx(0.8 + 0.2 * 1.5 / 3)
    assert spread.cdf([0.4, 3.6]) == pytest.approx([0, 1])


def test_the_linear_pool_is_the_weighted_mixture() -> None:
    one, other = Spread(0.0, 1.0, 0.5, 1.0), Spread(3.0, 4.0, 3.5, 1.0)
    found = pooled([one, other], [1, 3])
    x = np.linspace(0, 4, 101)
    assert found.cdf(x) == pytest.approx(0.25 * one.cdf(x) + 0.75 * other.cdf(x), abs=2e-3)
    assert found.mean() == pytest.approx(0.25 * 0.5 + 0.75 * 3.5, abs=2e-3)


def test_the_median_pool_takes_the_middle_quantile() -> None:
    spreads = [Spread(low, low + 1, low + 0.5, 1.0) for low in (0.0, 1.0, 3.0)]
    found = pooled(spreads, [1, 1, 1], "median")
    assert found.ppf(U) == pytest.approx(pooled([spreads[1]], [1]).ppf(U), abs=5e-3)
    heavy = pooled(spreads, [1, 1, 5], "median")
    assert heavy.ppf(U) == pytest.approx(pooled([spreads[2]], [1]).ppf(U), abs=5e-3)
    even = pooled(spreads[:2], [1, 1], "median")
    assert even.median() == pytest.approx(1.0, abs=5e-3)


@given(
    st.lists(st.tuples(st.floats(0, 4), st.floats(0, 4), st.floats(0, 1), st.floats(0.05, 1)), min_size=1, max_size=4),
    st.sampled_from(["linear", "median"]),
)
def test_quantiles_ascend_and_stay_on_the_scale(given_spreads: list[tuple[float, ...]], pool: str) -> None:
    spreads = [
        Spread(min(a, b), max(a, b), min(a, b) + share * abs(a - b), confidence)
        for a, b, share, confidence in given_spreads
    ]
    found = pooled(spreads, [1.0] * len(spreads), pool)  # type: ignore[arg-type]
    quantiles = found.ppf(U)
    assert np.all(np.diff(quantiles) >= 0)
    assert quantiles.min() >= 0
    assert quantiles.max() <= 4
    assert found.cdf(quantiles) == pytest.approx(U, abs=0.02)
