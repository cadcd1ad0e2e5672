"""The scenario file as pydantic models: which fields there are and what they hold, contest by contest names aside."""

from typing import Annotated, Any, cast

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    WithJsonSchema,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from tiltmeter.errors import unknown
from tiltmeter.scenarios._amount import TEXT_PATTERN, Amount, amount_of
from tiltmeter.scenarios._family import FAMILIES
from tiltmeter.scenarios._number import finite_number, in_words

FORMAT = 1
GUESSES = ("offense", "defense", "unchanged", "depends")


def _filled(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be empty.")
    return text.strip()


def _name(text: str) -> str:
    letters = text.replace("-", "").replace("_", "")
    if not (letters.isascii() and letters.isalnum() and letters == letters.lower() and text[0].isalnum()):
        raise ValueError(f"{text!r} is no name; use lower-case letters, digits and hyphens, such as my-case.")
    return text


def _short(text: str) -> str:
    if ":" in text or "=" in text or len(text) > 30:
        raise ValueError(f"{in_words(text)} must have at most 30 characters, and no : or =.")
    return text


def _guess(text: str) -> str:
    if text not in GUESSES:
        raise unknown("guess", text, GUESSES)
    return text


def _format(given: object) -> object:
    if type(given) is not int or given != FORMAT:
        raise ValueError(f"{in_words(given)} is not supported; this version of tiltmeter reads format {FORMAT}.")
    return given


def _share(given: object) -> float:
    number = finite_number(given)
    if not 0 < number <= 1:
        raise ValueError(f"must be > 0 and at most 1, not {number:g}.")
    return number


def _correlation(given: object) -> float:
    number = finite_number(given)
    if not -1 < number < 1:
        raise ValueError(f"must be between -1 and 1, both excluded, not {number:g}.")
    return number


def _pair(given: list[str]) -> list[str]:
    if len(given) != 2 or given[0] == given[1]:
        raise ValueError(f"must name two different inputs, not {', '.join(given) or 'none'}.")
    return given


# A field that is written without a value, such as `changes:` with all lines commented out, is empty.
def _mapping(given: object) -> object:
    return {} if given is None else given


def _list(given: object) -> object:
    return [] if given is None else given


def _amount_schema() -> dict[str, Any]:
    number = {"type": "number"}
    forms: list[dict[str, Any]] = [
        {"title": "a number", **number},
        {
            "title": "an interval or a change",
            "type": "string",
            "pattern": TEXT_PATTERN,
            "description": "`2 to 8` is a 90 % interval; for a change `x 0.1 to 0.3` multiplies and `+ 2` adds.",
        },
    ]
    for name, family in FAMILIES.items():
        arguments = {argument: {**number, "description": meaning} for argument, meaning in family.arguments.items()}
        forms.append(
            {
                "title": name,
                "description": family.meaning,
                "type": "object",
                "properties": {
                    "distribution": {"const": name},
                    **arguments,
                    "operation": {
                        "enum": ["set", "multiply", "add"],
                        "description": "For a change: what it does with the value.",
                    },
                },
                "required": ["distribution", *family.arguments],
                "additionalProperties": False,
            }
        )
    return {"anyOf": forms}


_SHARE_SCHEMA: dict[str, Any] = {
    "anyOf": [
        {"type": "number", "exclusiveMinimum": 0, "maximum": 1},
        {"type": "string", "pattern": r"^[0-9.]+\s*%$", "description": "A share in per cent, such as 60%."},
    ]
}


class _AsWritten:
    """Reads an amount in any of its forms, and describes these to editors."""

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: object, _handler: object) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(amount_of)

    @classmethod
    def __get_pydantic_json_schema__(cls, _schema: CoreSchema, _handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return _amount_schema()


Filled = Annotated[str, AfterValidator(_filled)]
Name = Annotated[str, AfterValidator(_filled), AfterValidator(_name)]
Value = Annotated[Amount, _AsWritten]
Guess = Annotated[str, AfterValidator(_guess), WithJsonSchema({"enum": list(GUESSES)})]
Weight = Annotated[float, BeforeValidator(_share), WithJsonSchema(_SHARE_SCHEMA)]


class Model(BaseModel):
    """A part of the file; unknown fields are refused, and nothing is converted silently."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, arbitrary_types_allowed=True)


class Entry(Model):
    """A value of a parameter, or what the technology does to it, with what it rests on."""

    value: Value
    evidence: Annotated[list[str], BeforeValidator(_list)] = Field(
        default=[], description="Ids of figures that the value rests on."
    )
    guess: Annotated[Filled | None, Field(description="Why the value is a guess, where no figure supports it.")] = None
    why: Annotated[str, Field(description="How the value follows from the figures.")] = ""

    @model_validator(mode="before")
    @classmethod
    def _bare_value(cls, given: object) -> object:
        if isinstance(given, dict) and "distribution" not in given:
            return cast("dict[str, Any]", given)
        return {"value": given}


Entries = Annotated[dict[str, Entry], BeforeValidator(_mapping)]


class TechnologyPart(Model):
    """What the technology is called; what it does stands under `changes`."""

    name: Filled = Field(description="Its name in prose, such as large language models.")
    short: Annotated[Filled, AfterValidator(_short)] = Field(
        default="tech", description="A short name, such as AI, used in ids (AI:attacker_cost) and figures."
    )
    baseline: str = Field(default="", description="What it is compared with, such as: before 2023.")


class ReadingPart(Model):
    """One hypothesis of which contest the application really is."""

    name: Name
    title: str = Field(default="", description="Its name in prose.")
    contest: str
    weight: Weight | None = Field(default=None, description="How likely this reading is; all weights sum to 1.")
    why: str = Field(default="", description="Why this contest, and why this weight.")
    options: Annotated[dict[str, str], BeforeValidator(_mapping)] = Field(
        default={}, description="Parts to choose: {holes: Lomax}."
    )
    parameters: Entries = Field(default={}, description="Values of this reading, instead of or beside the shared ones.")
    changes: Entries = Field(default={}, description="Changes in this reading, instead of or beside the shared ones.")


class CorrelationPart(Model):
    """Two inputs that move together: the correlation of their normal scores (a Gaussian copula)."""

    between: Annotated[list[str], AfterValidator(_pair)] = Field(description="Ids of two uncertain inputs.")
    value: Annotated[
        float,
        BeforeValidator(_correlation),
        WithJsonSchema({"type": "number", "exclusiveMinimum": -1, "exclusiveMaximum": 1}),
    ]


class Document(Model):
    """A scenario: a question, readings of it as contests, a technology, and what is known of the numbers."""

    format: Annotated[Any, BeforeValidator(_format), WithJsonSchema({"const": FORMAT})]
    name: Name = Field(description="A short name, such as spear-phishing.")
    title: Filled
    question: Filled
    domain: str = Field(default="", description="The field it belongs to, such as computer-security.")
    guess: Guess | None = Field(
        default=None, description="Which side was guessed to gain, before anything was computed."
    )
    technology: TechnologyPart
    parameters: Entries = Field(default={}, description="Values for every reading whose contest has the parameter.")
    changes: Entries = Field(default={}, description="What the technology does, in every reading with the parameter.")
    readings: list[ReadingPart] = Field(min_length=1)
    correlations: Annotated[list[CorrelationPart], BeforeValidator(_list)] = []
    notes: Annotated[list[Filled], BeforeValidator(_list)] = Field(
        default=[], description="What else the reader should know."
    )
