"""The parts that files of all kinds share: names, shares, and values with what they rest on."""

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

from tiltmeter.inputs._amount import TEXT_PATTERN, Amount, amount_of
from tiltmeter.inputs._family import FAMILIES
from tiltmeter.inputs._number import finite_number


def _filled(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be empty.")
    return text.strip()


def _name(text: str) -> str:
    letters = text.replace("-", "").replace("_", "")
    if not (letters.isascii() and letters.isalnum() and letters == letters.lower() and text[0].isalnum()):
        raise ValueError(f"{text!r} is no name; use lower-case letters, digits and hyphens, such as my-case.")
    return text


def share(given: object) -> float:
    """A number that is a share, and not 0."""
    number = finite_number(given)
    if not 0 < number <= 1:
        raise ValueError(f"must be > 0 and at most 1, not {number:g}.")
    return number


# A field that is written without a value, such as `changes:` with all lines commented out, is empty.
def mapping(given: object) -> object:
    """An empty mapping where nothing is given."""
    return {} if given is None else given


def listing(given: object) -> object:
    """An empty list where nothing is given."""
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
Weight = Annotated[float, BeforeValidator(share), WithJsonSchema(_SHARE_SCHEMA)]


class Model(BaseModel):
    """A part of the file; unknown fields are refused, and nothing is converted silently."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, arbitrary_types_allowed=True)


class Entry(Model):
    """A value of a parameter, or what the technology does to it, with what it rests on."""

    value: Value
    evidence: Annotated[list[str], BeforeValidator(listing)] = Field(
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


Entries = Annotated[dict[str, Entry], BeforeValidator(mapping)]
