"""The assessment file as pydantic models: which fields there are and what they hold."""

import datetime
from typing import Annotated, Any, Literal, cast

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, WithJsonSchema, model_validator

from tiltmeter.framework._scale import HIGHEST
from tiltmeter.inputs._amount import FORMS, AmountError, amount_of
from tiltmeter.inputs._entry import Entries, Filled, Model, Name, listing, mapping, share
from tiltmeter.inputs._number import finite_number, in_words
from tiltmeter.inputs._yaml import Path

Range = tuple[float, float]


def _range(given: object) -> Range:
    """The ends of `2` or `1 to 3`, which must lie on the scale."""
    if isinstance(given, dict):
        raise AmountError("a rating is a number (2) or a range (1 to 3), not a mapping.")
    try:
        amount = amount_of(given)
    except AmountError as error:
        if FORMS not in str(error):
            raise
        raise AmountError(f"{in_words(given)} is no rating; write a number (2) or a range (1 to 3).") from None
    if amount.operation != "set":
        raise AmountError(f"{amount.text} is a change; a rating is a number (2) or a range (1 to 3).")
    ends = [end for _, end in amount.quantity.arguments]
    for end in ends:
        if not 0 <= end <= HIGHEST:
            raise AmountError(f"{end:g} in {amount.text!r} is out of the scale, which runs from 0 to {HIGHEST:g}.")
    return ends[0], ends[-1]


def _on_scale(given: object) -> float:
    number = finite_number(given)
    if not 0 <= number <= HIGHEST:
        raise ValueError(f"must lie on the scale, from 0 to {HIGHEST:g}, not {number:g}.")
    return number


def _positive(given: object) -> float:
    number = finite_number(given)
    if not number > 0:
        raise ValueError(f"must be > 0, not {number:g}.")
    return number


def _date(text: str) -> str:
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is no date; write it as 2023-03-14.") from None
    return text


def _version(given: object) -> int:
    if isinstance(given, bool) or not isinstance(given, int):
        raise ValueError(f"must be the number of a version of the rubric, such as 1, not {in_words(given)}.")
    return given


_NUMBER: dict[str, Any] = {"type": ["number", "string"]}
OnScale = Annotated[float, BeforeValidator(_on_scale), WithJsonSchema(_NUMBER)]
Version = Annotated[int, BeforeValidator(_version), WithJsonSchema({"type": "integer"})]
Confidence = Annotated[float, BeforeValidator(share), WithJsonSchema(_NUMBER)]
Positive = Annotated[float, BeforeValidator(_positive), WithJsonSchema(_NUMBER)]


class RatingPart(Model):
    """What a rater says of one dimension: a number or range, or an indicator that rates it."""

    value: Annotated[Any, BeforeValidator(_range), WithJsonSchema(_NUMBER)] = Field(
        default=None, description="A number (2) or a range (1 to 3), from 0 to 4."
    )
    mode: OnScale | None = Field(default=None, description="The likeliest value; the middle of the range if left out.")
    confidence: Confidence = Field(default=0.9, description="The probability that the truth lies in the range.")
    min: OnScale = Field(default=0.0, description="The least value that is possible at all.")
    max: OnScale = Field(default=HIGHEST, description="The largest value that is possible at all.")
    indicator: str | None = Field(default=None, description="A metric of the rubric that rates the dimension.")
    figure: str | None = Field(default=None, description="The figure of the evidence store that gives the metric.")
    spread: OnScale = Field(default=0.5, description="How far the map from the metric to the scale may be off.")
    evidence: Annotated[list[str], BeforeValidator(listing)] = Field(
        default=[], description="Ids of figures that the rating rests on."
    )
    guess: Annotated[Filled | None, Field(description="Why the rating is a guess, where no figure supports it.")] = None
    why: Annotated[str, Field(description="How the rating follows from the figures and the anchors.")] = ""

    @model_validator(mode="before")
    @classmethod
    def _bare_value(cls, given: object) -> object:
        return cast("dict[str, Any]", given) if isinstance(given, dict) else {"value": given}


class RaterPart(Model):
    """One rater with all that they say."""

    name: Name
    weight: Positive = Field(default=1.0, description="How much the rater counts, relative to the others.")
    rubric: Version | None = Field(default=None, description="The version of the rubric that the rater used.")
    ratings: Annotated[dict[str, RatingPart], BeforeValidator(mapping)] = Field(
        default={}, description="By dimension, what the rater says."
    )


class PredictionPart(Model):
    """An observable that follows from the assessment, to be scored later."""

    indicator: Filled = Field(description="What will be observed.")
    by: Annotated[Filled, AfterValidator(_date)] = Field(description="The date by which, such as 2027-12-31.")
    low: float | int = Field(description="The 5 % quantile.")
    high: float | int = Field(description="The 95 % quantile.")
    unit: Filled
    why: Filled

    @model_validator(mode="after")
    def _ordered(self) -> "PredictionPart":
        if not self.low < self.high:
            raise ValueError(f"the range is reversed or empty: low {self.low:g}, high {self.high:g}.")
        return self


class Document(Model):
    """An assessment: the ratings of one AI system in one domain, by one or several raters, with evidence."""

    format: Literal[1]
    name: Name = Field(description="A short name, such as gpt-4-cyber.")
    title: Filled
    system: Filled = Field(description="The AI system that is assessed, in prose.")
    domain: Name = Field(description="The domain in which it is assessed, such as cybersecurity.")
    date: Annotated[Filled, AfterValidator(_date)] = Field(description="The day for which it holds.")
    rubric: Version = Field(description="The version of the rubric that the raters used.")
    based_on: str | None = Field(
        default=None, description="An assessment whose raters' ratings stand where this file gives none."
    )
    pool: Literal["linear", "median"] = Field(default="linear", description="How the raters are pooled.")
    raters: list[RaterPart] = Field(min_length=1)
    bridge: Entries = Field(default={}, description="Inputs of the domain's bridge to replace, by name.")
    predictions: Annotated[list[PredictionPart], BeforeValidator(listing)] = Field(default=[])
    notes: Annotated[list[Filled], BeforeValidator(listing)] = Field(default=[])


def model_at(path: Path) -> type[BaseModel]:
    """The model of the mapping at `path` of an assessment file."""
    match path:
        case ("raters", int(), "ratings", str()):
            return RatingPart
        case ("raters", int()):
            return RaterPart
        case ("predictions", int()):
            return PredictionPart
        case _:
            return Document
