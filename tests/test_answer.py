"""The answer as text, in cases that the small scenario does not show by itself."""

import dataclasses
from typing import Any

import pytest
from rich.text import Text

from tiltmeter.analysis import Artifact, Drivers, Failures, Flip, Result, Reversal
from tiltmeter.cli import _answer, _print


def told(result: Result, **changes: Any) -> list[str]:
    """The lines for a verdict of which some fields are replaced."""
    verdict = dataclasses.replace(result.verdict, **changes)
    lines = _answer.whole(dataclasses.replace(result, verdict=verdict))
    return [line.plain if isinstance(line, Text) else line for line in lines]


def line(lines: list[str], start: str) -> str:
    (found,) = (line for line in lines if line.startswith(start))
    return found


def flip(**changes: Any) -> Flip:
    plain = Flip(None, "stake", "stake", 2.0, "money", 5.0, 2.5, "≥", "defense", (0.1, 50.0), 0.03)
    return dataclasses.replace(plain, **changes)


def test_answer_has_every_measure_in_order(door_result: Result) -> None:
    lines = told(door_result)
    assert lines[0] == "A guarded door with and without better cameras"
    assert lines[3].startswith(door_result.verdict.sentence)
    titles = [measure.title for measure in door_result.verdict.measures]
    assert all(text.startswith(title) for text, title in zip(lines[4:], titles, strict=False))


def test_probability_stands_beside_a_side_only(door_result: Result) -> None:
    assert "(probability 87 %)" in told(door_result, side="offense", sentence="AI favors", probability=0.87)[3]
    assert told(door_result, side="depends", sentence="It depends", probability=0.5)[3] == "It depends"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "stake ≥ 2.5 × the central estimate  (probability 3 %)"),
        ({"factor": 0.4, "direction": "≤"}, "stake ≤ 0.4 × the central estimate  (probability 3 %)"),
        ({"factor": None, "central": 0.0}, "stake ≥ 5 money, central estimate 0  (probability 3 %)"),
    ],
)
def test_flip_is_told_relative_to_the_central_estimate(
    door_result: Result, changes: dict[str, Any], expected: str
) -> None:
    told_flip = line(told(door_result, flips=(flip(**changes),)), "flips to the defender when")
    assert told_flip.endswith(expected)


def test_only_flips_of_the_mean_are_told_and_their_side_once(door_result: Result) -> None:
    lines = told(door_result, flips=(flip(), flip(input="cost"), flip(input="other", reading="struggle")))
    assert line(lines, "flips to").endswith("stake ≥ 2.5 × the central estimate  (probability 3 %)")
    assert any(text.strip().startswith("cost ≥") for text in lines)
    assert not any("other" in text for text in lines)


def test_no_flip_and_no_reversal_are_said(door_result: Result) -> None:
    nowhere = flip(value=None, factor=None, direction="", to=None)
    lines = told(door_result, flips=(nowhere,), reversal=Reversal(False, 6.0, (), 0.0, None, 0.1))
    assert "when any one input moves alone" in line(lines, "does not flip")
    assert "within 6 standard deviations" in line(lines, "no reversal")


def test_reversal_at_the_central_estimates(door_result: Result) -> None:
    lines = told(door_result, reversal=Reversal(True, 0.0, (), 0.6, "defense", -0.1))
    assert "already at the central estimates" in line(lines, "reversed")


def test_what_weakens_the_answer_is_said(door_result: Result) -> None:
    lines = told(
        door_result,
        failures=Failures(0.021, 3, "struggle: where stake > 3", 0.9),
        artifacts=(Artifact("struggle", "sign", "passed", "none"), Artifact("struggle", "zero", "is zero", "warning")),
        drivers=Drivers("none", 0, False, "no shares, because inputs are correlated", ()),
    )
    assert line(lines, "unsolved").endswith("2.1 % of the draws: struggle: where stake > 3")
    assert line(lines, "careful").endswith("struggle: is zero")
    assert line(lines, "driven by").endswith("no shares, because inputs are correlated")
    doubtful = dataclasses.replace(door_result.verdict.drivers, sufficient=False)
    assert "too few samples" in line(told(door_result, drivers=doubtful), "driven by")


def test_columns_are_aligned_by_what_the_terminal_shows() -> None:
    assert _print.aligned([("a", "1", "x"), ("åé", "22"), ("日本", "3", "y")], right=frozenset({1})) == [
        "a      1  x",
        "åé    22",
        "日本   3  y",
    ]
    assert _print.aligned([]) == []
