"""Ratings as rows, the form in which tools for eliciting experts exchange them: one node and expert per row."""

import csv
import dataclasses
import io
from collections.abc import Iterator

from tiltmeter.errors import AssessmentError, unknown
from tiltmeter.framework._assessment import Assessment, Rater, Rating, unrated
from tiltmeter.framework._rating import Spread
from tiltmeter.framework._scale import HIGHEST
from tiltmeter.inputs._number import as_text

COLUMNS = ("node", "expert", "low", "high", "mode", "confidence", "min", "max")
"""The columns of a row: the dimension, the rater, and the fields of the rating."""

_NUMBERS = COLUMNS[2:]
_NEEDED = ("node", "expert", "low", "high")


def to_rows(assessment: Assessment) -> str:
    """The ratings of an assessment as CSV with the columns of `COLUMNS`; dimensions that nobody rated are left out."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for rater in assessment.raters:
        for name, rating in rater.ratings.items():
            if not rating.missing:
                one = rating.spread
                numbers = (one.low, one.high, one.mode, one.confidence, one.least, one.most)
                writer.writerow((name, rater.name, *map(as_text, numbers)))
    return text.getvalue()


def from_rows(text: str, assessment: Assessment, path: str = "<rows>") -> Assessment:
    """The assessment with the raters and ratings that rows of CSV give, instead of its own.

    Args:
        text: CSV with a header; `mode`, `confidence`, `min` and `max` may be left out or empty.
        assessment: of which everything else is kept; raters that it has keep their weights.
        path: what messages call the text.

    Raises:
        AssessmentError: for the first row that is wrong, with its line and column.
    """
    ratings: dict[str, dict[str, Rating]] = {}
    for line, row in _rows(text, path):
        name, expert = row["node"].strip(), row["expert"].strip()
        if name not in assessment.rubric.names:
            raise AssessmentError(str(unknown("dimension", name, assessment.rubric.names)), path, line, "node")
        if not expert:
            raise AssessmentError("must not be empty.", path, line, "expert")
        own = ratings.setdefault(expert, {})
        if name in own:
            raise AssessmentError(f"{expert} rates {name} twice.", path, line, "node")
        spread = _spread(row, path, line)
        shown = f"{as_text(spread.low)} to {as_text(spread.high)}" if spread.low < spread.high else as_text(spread.low)
        own[name] = Rating(name, spread, shown, guess="given as a row, without evidence", line=line)
    if not ratings:
        raise AssessmentError("there are no rows.", path, 1)
    weights = {one.name: one.weight for one in assessment.raters}
    raters = tuple(Rater(name, weights.get(name, 1.0), _whole(own, assessment)) for name, own in ratings.items())
    return dataclasses.replace(assessment, raters=raters)


def _rows(text: str, path: str) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.DictReader(io.StringIO(text), skipinitialspace=True)
    given = [name.strip() for name in reader.fieldnames or ()]
    for name in given:
        if name not in COLUMNS:
            raise AssessmentError(str(unknown("column", name, COLUMNS)), path, 1, name)
    for name in _NEEDED:
        if name not in given:
            raise AssessmentError(f"the column {name!r} is missing.", path, 1, name)
    reader.fieldnames = given
    for row in reader:
        if None in row or None in row.values():
            message = f"the row must have {len(given)} cells, as the header has."
            raise AssessmentError(message, path, reader.line_num)
        yield reader.line_num, row


def _spread(row: dict[str, str], path: str, line: int) -> Spread:
    numbers: dict[str, float] = {}
    for column in _NUMBERS:
        cell = (row.get(column) or "").strip()
        if not cell and column not in _NEEDED:
            continue
        try:
            numbers[column] = float(cell)
        except ValueError:
            raise AssessmentError(f"must be a number, not {cell!r}.", path, line, column) from None
        top = 1.0 if column == "confidence" else HIGHEST
        if not 0 <= numbers[column] <= top or (column == "confidence" and numbers[column] == 0):
            bound = "greater than 0 and at most 1" if column == "confidence" else f"from 0 to {HIGHEST:g}"
            raise AssessmentError(f"must be {bound}, not {cell}.", path, line, column)
    low, high = numbers["low"], numbers["high"]
    least, most = numbers.get("min", 0.0), numbers.get("max", HIGHEST)
    mode = numbers.get("mode", (low + high) / 2)
    if low > high:
        raise AssessmentError(f"the range is reversed: low {low:g} exceeds high {high:g}.", path, line, "low")
    if not low <= mode <= high:
        raise AssessmentError(f"must lie in the range from {low:g} to {high:g}, not at {mode:g}.", path, line, "mode")
    if least > low or most < high:
        message = f"the range from {low:g} to {high:g} must lie between min {least:g} and max {most:g}."
        raise AssessmentError(message, path, line, "min")
    confidence = numbers.get("confidence", 1.0 if low == high else 0.9)
    return Spread(low, high, mode, confidence, least, most)


def _whole(own: dict[str, Rating], assessment: Assessment) -> dict[str, Rating]:
    return {name: own.get(name) or unrated(name) for name in assessment.rubric.names}
