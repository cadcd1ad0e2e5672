"""The rule for the side, and the sentence that says it."""

import numpy as np
import pytest

from tiltmeter.analysis._side import Chances, chances, sentence, side, side_of, signs

NAN = np.nan
OFFENSE, DEFENSE, SAME, OPEN = (
    Chances(0.8, 0.2, 0.0),
    Chances(0.2, 0.8, 0.0),
    Chances(0.1, 0.1, 0.8),
    Chances(0.5, 0.5, 0.0),
)


def test_signs() -> None:
    found = signs(np.array([0.1, -0.1, 5e-10, -5e-10, 0.0, NAN, 2e-9]))
    assert np.array_equal(found, [1, -1, 0, 0, 0, NAN, 1], equal_nan=True)
    assert [side_of(sign) for sign in (1.0, -1.0, 0.0)] == ["offense", "defense", "unchanged"]


def test_chances_are_weighted_and_leave_failed_draws_out() -> None:
    tilt = np.array([[0.1, 0.1, -0.1, NAN], [0.0, -0.1, NAN, NAN]])
    found = chances(tilt, np.array([0.75, 0.25]))
    total = 3 * 0.75 + 2 * 0.25
    assert found.offense == pytest.approx(1.5 / total)
    assert found.defense == pytest.approx((0.75 + 0.25) / total)
    assert found.unchanged == pytest.approx(0.25 / total)


def test_no_usable_draw_has_no_chances() -> None:
    found = chances(np.full((1, 3), NAN), np.ones(1))
    assert found == Chances(0.0, 0.0, 0.0)
    assert side(found) == "depends"


@pytest.mark.parametrize(
    ("overall", "readings", "expected"),
    [
        (OFFENSE, [], "offense"),
        (DEFENSE, [], "defense"),
        (SAME, [], "unchanged"),
        (OPEN, [], "depends"),
        (Chances(0.66, 0.34, 0.0), [], "depends"),
        (Chances(2 / 3, 1 / 3, 0.0), [], "offense"),
        (OFFENSE, [(0.8, OFFENSE), (0.2, DEFENSE)], "depends"),
        (OFFENSE, [(0.81, OFFENSE), (0.19, DEFENSE)], "offense"),
        (OFFENSE, [(0.6, OFFENSE), (0.4, OPEN)], "offense"),
        (OFFENSE, [(0.7, OFFENSE), (0.3, SAME)], "offense"),
        (DEFENSE, [(0.7, DEFENSE), (0.3, OFFENSE)], "depends"),
        (SAME, [(0.7, SAME), (0.3, OFFENSE)], "depends"),
    ],
)
def test_rule(overall: Chances, readings: list, expected: str) -> None:
    assert side(overall, readings) == expected


def test_probability_of_a_side() -> None:
    assert OFFENSE.of("offense") == 0.8
    assert OFFENSE.of("defense") == 0.2
    assert SAME.of("unchanged") == 0.8
    assert Chances(0.5, 0.3, 0.2).of("depends") == 0.5


def test_sentences() -> None:
    assert sentence("offense", "AI", OFFENSE, [], 0.0) == "AI favours the attacker"
    assert sentence("defense", "encryption", DEFENSE, [], 0.0) == "Encryption favours the defender"
    assert sentence("unchanged", "AI", SAME, [], 0.0) == "AI leaves the balance as it is"
    assert sentence("offense", "drones", OFFENSE, [], 0.0, plural=True) == "Drones favour the attacker"
    assert sentence("unchanged", "robots", SAME, [], 0.0, plural=True) == "Robots leave the balance as it is"


def test_the_sentence_says_on_what_it_depends() -> None:
    split = sentence("depends", "AI", OPEN, [("Forging", 0.6, "offense"), ("Effort", 0.4, "defense")], 0.0)
    assert split == "It depends: Forging (weight 0.6) leans to the attacker, Effort (weight 0.4) leans to the defender"
    open_ = sentence("depends", "AI", OPEN, [("Forging", 1.0, "depends")], 0.0)
    assert open_ == "It depends: the attacker gains with probability 0.50, the defender with 0.50"
    assert "no draw could be solved" in sentence("depends", "AI", Chances(0.0, 0.0, 0.0), [], 1.0)


def test_the_sentence_says_how_many_draws_failed() -> None:
    assert (
        sentence("offense", "AI", OFFENSE, [], 0.031)
        == "AI favours the attacker (3.1 % of the draws could not be solved)"
    )
