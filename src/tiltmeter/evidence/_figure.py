"""What a figure is: a number from a source, how well it was checked, and what it does not show."""

from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, FiniteFloat, StringConstraints, model_validator
from pydantic.dataclasses import dataclass

Status = Literal["read", "second-hand", "recalled", "doubtful", "withdrawn"]
STATUSES: dict[str, str] = {
    "read": "the number was read on a page by those who measured it",
    "second-hand": "the number was read in somebody else's account of the source",
    "recalled": "the number is remembered, and still has to be looked up",
    "doubtful": "the number was looked up, and what was found speaks against it or does not settle it",
    "withdrawn": "the number was found to be wrong, or the source was retracted; nothing should lean on it",
}

_STRICT = ConfigDict(extra="forbid")

STALE: tuple[Status, ...] = ("doubtful", "withdrawn")
"""The statuses of figures on which nothing should lean: whatever does is stale."""


def _web_address(text: str) -> str:
    if text and not text.startswith(("https://", "http://")):
        raise ValueError("must start with https:// or http://, or be empty where the source is not on the web")
    return text


Filled = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


@dataclass(frozen=True, config=_STRICT)
class Source:
    """Where a figure comes from. `url` is "" where the source is not on the web."""

    authors: Filled
    title: Filled
    year: Annotated[int, "of publication"]
    url: Annotated[str, AfterValidator(_web_address)] = ""

    def __str__(self) -> str:
        return f"{self.authors} ({self.year}), {self.title}"


@dataclass(frozen=True, config=_STRICT, kw_only=True)
class Figure:
    """A sourced number.

    Attributes:
        id: its unique name, to which scenarios point.
        quantity: what was measured.
        value: the number; None where the source gives a range.
        low: the lower end of the range.
        central: its middle, where the source gives one.
        high: the upper end of the range.
        unit: what it is measured in.
        side: the side that it is about.
        before_ai: the number without AI, where the source compares.
        after_ai: the number with AI.
        source: where it comes from.
        status: how well it was checked; `STATUSES` says what each word means.
        caveat: what it does not show.
        used_for: the applications that it bears on.
    """

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    quantity: Filled
    unit: Filled
    side: Literal["attacker", "defender", "both"]
    source: Source
    status: Status
    caveat: Filled
    used_for: tuple[str, ...]
    value: FiniteFloat | None = None
    low: FiniteFloat | None = None
    central: FiniteFloat | None = None
    high: FiniteFloat | None = None
    before_ai: FiniteFloat | None = None
    after_ai: FiniteFloat | None = None

    @model_validator(mode="after")
    def _one_number_or_a_range(self) -> "Figure":
        ends = (self.low, self.high)
        if self.value is not None:
            if ends != (None, None) or self.central is not None:
                raise ValueError("has a value as well as a range; give one of them")
        elif self.low is None or self.high is None:
            raise ValueError("needs a value, or both low and high")
        elif not self.low <= (self.low if self.central is None else self.central) <= self.high:
            raise ValueError("needs low ≤ central ≤ high")
        return self

    @property
    def stale(self) -> bool:
        """Whether what leans on it is stale, because it is doubtful or withdrawn."""
        return self.status in STALE

    @property
    def text(self) -> str:
        """The number or range with its unit, such as `0.08 to 0.13 (central 0.1) probability`."""
        if self.value is not None:
            return f"{self.value:,.6g} {self.unit}"
        middle = "" if self.central is None else f" (central {self.central:,.6g})"
        return f"{self.low:,.6g} to {self.high:,.6g}{middle} {self.unit}"
