"""The forms of a value: numbers, percentages, intervals, distributions, and what a change does with them."""

import math
import re

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from scipy import stats

from tiltmeter.contests import NON_NEGATIVE, OPEN_PROBABILITY, POSITIVE, Domain
from tiltmeter.inputs._amount import TEXT_PATTERN, Amount, AmountError, amount_of
from tiltmeter.inputs._family import FAMILIES
from tiltmeter.inputs._number import as_text, number_of
from tiltmeter.inputs._yaml import parse

EVERYWHERE = Domain(-np.inf, np.inf, False, False)

finite = st.floats(allow_nan=False, allow_infinity=False)
moderate = st.floats(-1e6, 1e6).filter(lambda x: x == 0 or abs(x) > 1e-6)
inner = st.floats(1e-6, 1 - 1e-6)


def read(text: str) -> Amount:
    """The amount that a value in a file stands for."""
    return amount_of(parse(f"value: {text}", "case").plain()["value"])


def number(text: str) -> float:
    amount = read(text)
    assert amount.quantity.certain
    return amount.quantity.median


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2", 2), ("-2", -2), ("−2", -2), ("2.", 2), (".5", 0.5), ("1e-3", 1e-3), ("1E3", 1e3), ("1_000", 1000),
        ("1_000.5", 1000.5), ("5%", 0.05), ("5 %", 0.05), ("-2.5%", -0.025), ("010", 10), ("'5%'", 0.05),
    ],
)  # fmt: skip
def test_numbers_as_people_write_them(text, value):
    assert number(text) == value


@given(finite)
def test_a_number_survives_being_written_and_read(value):
    assert number_of(as_text(value)) == value
    assert number(as_text(value)) == value


@given(moderate, moderate, st.sampled_from([" to ", " – ", "–", "  to "]), st.sampled_from(["", "x ", "× ", "+ ", "x"]))
def test_an_interval_survives_being_written_and_read(one, other, between, sign):
    low, high = sorted((one, other))
    assume(low < high)
    text = f"{sign}{as_text(low)}{between}{as_text(high)}"
    amount = read(text)
    assert amount.quantity.arguments == (("low", low), ("high", high))
    assert amount.operation == {"": "set", "+": "add"}.get(sign.strip(), "multiply")
    assert amount.text == text
    assert read(amount.text) == amount


@given(moderate, st.sampled_from(["x", "X", "×", "+"]), st.sampled_from(["", " "]))
def test_a_sign_says_what_a_change_does(value, sign, space):
    amount = read(f"'{sign}{space}{as_text(value)}'")
    assert (amount.operation, amount.quantity.median) == ("add" if sign == "+" else "multiply", value)


def test_a_leading_plus_adds_with_and_without_a_space():
    assert read("+0.3").operation == read("+ 0.3").operation == "add"
    assert read("+ -0.3").quantity.median == -0.3
    assert read("0.3").operation == "set"


@given(st.text())
def test_any_text_is_read_or_refused_by_name(text):
    def outcome() -> Amount | AmountError:
        try:
            return amount_of(text)
        except AmountError as error:
            return error

    found = outcome()
    assert str(found) if isinstance(found, AmountError) else math.isfinite(found.quantity.arguments[0][1])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("8 to 2", "reversed; write the lower end first: 2 to 8"),
        ("2 to 2", "no width"),
        ("5 to 10%", "both ends with %"),
        ("2-8", "write the interval as '2 to 8'"),
        ("1,000", "is no value"),
        ("yes", "is no value"),
        ("true", "not true"),
        ("'1'", "leave the quotation marks out"),
        ("[1, 2]", "not a list"),
        (".nan", "finite"),
        ("-.inf", "finite"),
        ("x .inf", "is no value"),
        ("1" + "0" * 400, "finite"),
        ("", "missing"),
        ("{low: 1, high: 2}", "names no distribution"),
        ("{distribution: lognomal}", "did you mean 'lognormal'"),
        ("{distribution: 3}", "unknown distribution 3"),
        ("{distribution: normal, mean: 1}", "argument sd of normal is missing"),
        ("{distribution: normal, mean: 1, sdd: 2}", "did you mean 'sd'"),
        ("{distribution: normal, mean: 1, sd: 0}", "must be > 0, not 0"),
        ("{distribution: normal, mean: true, sd: 1}", "not true"),
        ("{distribution: normal, mean: '1', sd: 1}", "leave the quotation marks out"),
        ("{distribution: normal, mean: .nan, sd: 1}", "finite"),
        ("{distribution: uniform, low: 2, high: 1}", "at least low, 2, not 1"),
        ("{distribution: uniform, low: 2, high: 2}", "greater than low, 2"),
        ("{distribution: triangular, low: 1, mode: 5, high: 2}", "at least mode, 5, not 2"),
        ("{distribution: loguniform, low: 0, high: 1}", "must be > 0, not 0"),
        ("{distribution: normal, mean: 1, sd: 2, operation: divide}", "unknown operation 'divide'"),
    ],
)
def test_what_is_no_value_is_refused_with_a_reason(text, said):
    with pytest.raises(AmountError) as caught:
        read(text)
    assert said in str(caught.value)


@given(st.floats(1e-3, 1e3), st.floats(1.001, 100))
def test_of_a_positive_interval_90_per_cent_lie_inside_as_a_lognormal(low, ratio):
    quantity = read(f"{as_text(low)} to {as_text(low * ratio)}").quantity.within(POSITIVE)
    assert quantity.interval() == pytest.approx((low, low * ratio), rel=1e-9)
    assert quantity.median == pytest.approx(low * math.sqrt(ratio), rel=1e-9)
    logs = np.log(quantity.ppf(np.array([0.1587, 0.5, 0.8413])))
    assert logs[2] - logs[1] == pytest.approx(logs[1] - logs[0], rel=1e-6)


@given(st.floats(-100, 0), st.floats(0.01, 100))
def test_of_another_interval_90_per_cent_lie_inside_as_a_normal(low, width):
    quantity = read(f"{as_text(low)} to {as_text(low + width)}").quantity.within(EVERYWHERE)
    expected = stats.norm(low + width / 2, width / 2 / stats.norm.ppf(0.95))
    shares = np.linspace(0.01, 0.99, 9)
    np.testing.assert_allclose(quantity.ppf(shares), expected.ppf(shares), rtol=1e-9, atol=1e-9)


DISTRIBUTIONS = {
    "{distribution: normal, mean: 2, sd: 0.5}": stats.norm(2, 0.5),
    "{distribution: lognormal, median: 3, sigma: 0.5}": stats.lognorm(0.5, scale=3),
    "{distribution: uniform, low: 1, high: 4}": stats.uniform(1, 3),
    "{distribution: loguniform, low: 1, high: 1000}": stats.loguniform(1, 1000),
    "{distribution: triangular, low: 1, mode: 2, high: 5}": stats.triang(0.25, 1, 4),
    "{distribution: beta, a: 2, b: 5}": stats.beta(2, 5),
    "{distribution: gamma, shape: 2, scale: 3}": stats.gamma(2, scale=3),
}


@pytest.mark.parametrize(("text", "expected"), DISTRIBUTIONS.items())
def test_a_named_distribution_is_scipys(text, expected):
    quantity = read(text).quantity.within(EVERYWHERE)
    shares = np.linspace(0.001, 0.999, 21)
    np.testing.assert_allclose(quantity.ppf(shares), expected.ppf(shares), rtol=1e-12)
    assert quantity.median == pytest.approx(expected.median(), rel=1e-12)
    assert quantity.interval() == pytest.approx((expected.ppf(0.05), expected.ppf(0.95)), rel=1e-12)


def test_every_family_is_compared_with_scipy():
    assert {read(text).quantity.family for text in DISTRIBUTIONS} == set(FAMILIES)


@given(st.floats(-1, 2), st.floats(0.1, 3), st.floats(-2, 0), st.floats(0.1, 4), inner)
def test_a_truncated_normal_is_scipys_truncated_normal(mean, sd, low, width, share):
    assume(low < mean < low + width)
    text = f"{{distribution: normal, mean: {as_text(mean)}, sd: {as_text(sd)}}}"
    quantity = read(text).quantity.within(Domain(low, low + width, True, True))
    expected = stats.truncnorm((low - mean) / sd, (low + width - mean) / sd, mean, sd)
    assert float(quantity.ppf(np.asarray(share))) == pytest.approx(expected.ppf(share), rel=1e-6, abs=1e-6)
    assert float(quantity.cdf(quantity.ppf(np.asarray(share)))) == pytest.approx(share, rel=1e-6)


@given(st.floats(0.05, 0.6), st.floats(0.1, 1.5), inner)
def test_a_lognormal_share_is_cut_at_one(median, sigma, share):
    text = f"{{distribution: lognormal, median: {as_text(median)}, sigma: {as_text(sigma)}}}"
    quantity = read(text).quantity.within(OPEN_PROBABILITY)
    logs = stats.truncnorm(-np.inf, -math.log(median) / sigma, math.log(median), sigma)
    assert float(quantity.ppf(np.asarray(share))) == pytest.approx(math.exp(logs.ppf(share)), rel=1e-6)


@settings(max_examples=50)
@given(
    st.sampled_from(
        [
            "{distribution: normal, mean: 0.5, sd: 3}",
            "{distribution: beta, a: 0.001, b: 0.001}",
            "{distribution: gamma, shape: 0.01, scale: 30}",
            "{distribution: uniform, low: -3, high: 4}",
            "0.01 to 0.99",
        ]
    ),
    st.sampled_from([POSITIVE, NON_NEGATIVE, OPEN_PROBABILITY]),
    st.lists(st.floats(0, 1), min_size=1),
)
@example("{distribution: beta, a: 0.001, b: 0.001}", OPEN_PROBABILITY, [0.0, 0.49, 0.51, 1.0])
def test_draws_never_leave_the_domain_and_rise_with_the_share(text, domain, shares):
    values = read(text).quantity.within(domain).ppf(np.sort(np.array(shares)))
    assert domain.contains(values).all()
    assert (np.diff(values) >= 0).all()


def test_a_certain_quantity_has_one_value():
    quantity = read("3").quantity
    assert quantity.certain
    assert quantity.interval() == (3.0, 3.0)
    np.testing.assert_array_equal(quantity.ppf(np.array([0.1, 0.9])), [3.0, 3.0])
    np.testing.assert_array_equal(quantity.cdf(np.array([2.9, 3.0])), [0.0, 1.0])


@pytest.mark.parametrize(
    ("text", "domain", "said"),
    [
        ("0", POSITIVE, "0 is out of range"),
        ("-1 to 2", NON_NEGATIVE, "the end -1 of -1 to 2"),
        ("0.2 to 1", OPEN_PROBABILITY, "the end 1 of 0.2 to 1"),
        ("{distribution: normal, mean: -1, sd: 5}", POSITIVE, "the median -1 of normal (mean -1, sd 5)"),
        ("{distribution: lognormal, median: 1, sigma: 500}", POSITIVE, "values overflow"),
    ],
)
def test_a_quantity_outside_its_domain_is_told(text, domain, said):
    problem = read(text).quantity.problem(domain)
    assert problem is not None
    assert said in problem


@pytest.mark.parametrize("text", ["0.1", "0.1 to 0.9", "{distribution: uniform, low: -1, high: 2}"])
def test_a_quantity_inside_its_domain_is_fine(text):
    assert read(text).quantity.problem(OPEN_PROBABILITY) is None


@pytest.mark.parametrize("text", ["2 to 8", "x 0.1", "+ -0.3", "5%", "5% – 6%", "-2 to 3"])
def test_editors_accept_the_texts_that_are_read(text):
    assert re.search(TEXT_PATTERN, text)
    assert amount_of(text).text == text
