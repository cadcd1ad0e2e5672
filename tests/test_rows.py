"""Ratings as rows of CSV: out and back, and what is said of rows that are wrong."""

import pytest

from assessment_cases import GOOD, TWO
from tiltmeter.errors import AssessmentError
from tiltmeter.framework import COLUMNS, from_rows, loads, to_rows

HEADER = "node,expert,low,high,mode,confidence,min,max\n"


def test_what_goes_out_comes_back() -> None:
    case = loads(TWO)
    text = to_rows(case)
    assert text.splitlines()[0] == ",".join(COLUMNS)
    assert len(text.splitlines()) == 25
    back = from_rows(text, case)
    assert [(one.name, one.weight) for one in back.raters] == [("ann", 1.0), ("bob", 3.0)]
    for one, other in zip(case.raters, back.raters, strict=True):
        assert {name: rating.spread for name, rating in one.ratings.items()} == {
            name: rating.spread for name, rating in other.ratings.items()
        }


def test_short_rows_take_the_defaults_and_what_is_left_out_is_not_rated() -> None:
    found = from_rows("node,expert,low,high\naccess-level,eve,1,3\nmodifiability,eve,2,2\n", loads(GOOD))
    (eve,) = found.raters
    assert eve.ratings["access-level"].spread.mode == 2
    assert eve.ratings["access-level"].spread.confidence == 0.9
    assert eve.ratings["modifiability"].spread.certain
    assert eve.ratings["capability-depth"].missing


@pytest.mark.parametrize(
    ("text", "said", "line", "field"),
    [
        ("node,expert,low\n", "the column 'high' is missing", 1, "high"),
        ("node,expert,low,high,sd\n", "unknown column 'sd'", 1, "sd"),
        (HEADER, "there are no rows", 1, None),
        (HEADER + "acces-level,eve,1,2,,,,\n", "did you mean 'access-level'", 2, "node"),
        (HEADER + "access-level,,1,2,,,,\n", "must not be empty", 2, "expert"),
        (HEADER + "access-level,eve,one,2,,,,\n", "must be a number, not 'one'", 2, "low"),
        (HEADER + "access-level,eve,1,5,,,,\n", "from 0 to 4, not 5", 2, "high"),
        (HEADER + "access-level,eve,3,1,,,,\n", "reversed", 2, "low"),
        (HEADER + "access-level,eve,1,2,3,,,\n", "must lie in the range", 2, "mode"),
        (HEADER + "access-level,eve,1,2,,0,,\n", "greater than 0 and at most 1", 2, "confidence"),
        (HEADER + "access-level,eve,1,2,,,1.5,\n", "must lie between min 1.5", 2, "min"),
        (HEADER + "access-level,eve,1,2,,,,\naccess-level,eve,1,2,,,,\n", "rates access-level twice", 3, "node"),
        (HEADER + "access-level,eve,1,2\n", "must have 8 cells", 2, None),
    ],
)
def test_wrong_rows_are_reported_with_line_and_column(text: str, said: str, line: int, field: str | None) -> None:
    with pytest.raises(AssessmentError) as caught:
        from_rows(text, loads(GOOD), "rows.csv")
    assert said in str(caught.value)
    assert (caught.value.file, caught.value.line, caught.value.field) == ("rows.csv", line, field)
