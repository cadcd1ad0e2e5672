"""The scenario file as pydantic models: which fields there are and what they hold, contest by contest names aside."""

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from tiltmeter.errors import unknown
from tiltmeter.framework import LinkPart
from tiltmeter.inputs._entry import Entries, Filled, Model, Name, Weight, listing, mapping
from tiltmeter.inputs._number import finite_number, in_words

FORMAT = 1
GUESSES = ("offense", "defense", "unchanged", "depends")


def _short(text: str) -> str:
    if ":" in text or "=" in text or len(text) > 30:
        raise ValueError(f"{in_words(text)} must have at most 30 characters, and no : or =.")
    return text


def _money(text: str) -> str:
    if len(text) > 12:
        raise ValueError(f"{in_words(text)} must have at most 12 characters, such as USD or million EUR.")
    return text


def _guess(text: str) -> str:
    if text not in GUESSES:
        raise unknown("guess", text, GUESSES)
    return text


def _format(given: object) -> object:
    if type(given) is not int or given != FORMAT:
        raise ValueError(f"{in_words(given)} is not supported; this version of tiltmeter reads format {FORMAT}.")
    return given


def _correlation(given: object) -> float:
    number = finite_number(given)
    if not -1 < number < 1:
        raise ValueError(f"must be between -1 and 1, both excluded, not {number:g}.")
    return number


def _pair(given: list[str]) -> list[str]:
    if len(given) != 2 or given[0] == given[1]:
        raise ValueError(f"must name two different inputs, not {', '.join(given) or 'none'}.")
    return given


Guess = Annotated[str, AfterValidator(_guess), WithJsonSchema({"enum": list(GUESSES)})]


class TechnologyPart(Model):
    """What the technology is called, and what it does where that is not under `changes`: an assessed system."""

    name: Filled | None = Field(default=None, description="Its name in prose, such as large language models.")
    short: Annotated[Filled, AfterValidator(_short)] = Field(
        default="tech", description="A short name, such as AI, used in ids (AI:attacker_cost) and figures."
    )
    plural: bool = Field(
        default=False, description="Whether the short name is a plural: drones favour a side, AI favours one."
    )
    baseline: str = Field(
        default="",
        description="What it is compared with: before 2023; of an assessed system no-ai, or another assessment.",
    )
    assessment: str | None = Field(
        default=None, description="An assessed system that is the technology: its name, or a file beside this one."
    )
    graph: str | None = Field(default=None, description="A file with an influence graph instead of the bundled one.")
    links: Annotated[list[LinkPart], BeforeValidator(listing)] = Field(
        default=[], description="What drives which parameter, beside or instead of the links of the domain."
    )


class ReadingPart(Model):
    """One hypothesis of which contest the application really is."""

    name: Name
    title: str = Field(default="", description="Its name in prose.")
    contest: str
    weight: Weight | None = Field(default=None, description="How likely this reading is; all weights sum to 1.")
    why: str = Field(default="", description="Why this contest, and why this weight.")
    options: Annotated[dict[str, str], BeforeValidator(mapping)] = Field(
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
    short: str = Field(default="", description="The title in a few words, for tables and pictures of many scenarios.")
    question: Filled
    domain: str = Field(default="", description="The field it belongs to, such as computer-security.")
    money: Annotated[str, AfterValidator(_money)] = Field(
        default="", description="What stakes, costs and payoffs are counted in, such as USD; a label, no conversion."
    )
    guess: Guess | None = Field(
        default=None, description="Which side was guessed to gain, before anything was computed."
    )
    technology: TechnologyPart
    parameters: Entries = Field(default={}, description="Values for every reading whose contest has the parameter.")
    changes: Entries = Field(default={}, description="What the technology does, in every reading with the parameter.")
    readings: list[ReadingPart] = Field(min_length=1)
    correlations: Annotated[list[CorrelationPart], BeforeValidator(listing)] = Field(default=[])
    notes: Annotated[list[Filled], BeforeValidator(listing)] = Field(
        default=[], description="What else the reader should know."
    )
