"""What was found about a claim."""

import dataclasses
from collections.abc import Mapping
from typing import Any, Literal

from tiltmeter.claims._claim import Claim
from tiltmeter.claims._uses import stale

FINDINGS = ("holds", "holds-if", "fails", "undecided")

Verdict = Literal["holds", "holds-if", "fails", "undecided"]


@dataclasses.dataclass(frozen=True)
class Condition:
    """When a claim holds.

    Attributes:
        text: the condition, in a line.
        kind: "formula" for one that was derived and agrees with the numbers, "rule" for one that was learnt from draws.
        accuracy: how often it is right on draws that it was not made from; draws where it holds and where it does not
            weigh the same.
        error: for a formula the largest distance from the numbers, of boundaries (as a share of the intervals searched)
            and of margins, 0 where it is below 1e-9 of the former; None for a rule.
    """

    text: str
    kind: Literal["formula", "rule"]
    accuracy: float
    error: float | None = None


@dataclasses.dataclass(frozen=True)
class Counterexample:
    """The smallest one that was found: inputs as plain as the violation allows.

    Attributes:
        case: the contest.
        inputs: all inputs that vary in the region, by name.
        plain: the names of those that could be moved to their plainest values.
        said: what the claim is about, there; such as success before and after.
        margin: by how much the claim is violated; below zero.
        regret: the worst regret behind it.
    """

    case: str
    inputs: dict[str, float]
    plain: tuple[str, ...]
    said: dict[str, float]
    margin: float
    regret: float


@dataclasses.dataclass(frozen=True)
class CaseShares:
    """Where a claim holds over one of its cases, as shares of its draws."""

    case: str
    holds: float
    violated: float
    unchanged: float
    uncertified: float


@dataclasses.dataclass(frozen=True)
class Drawn:
    """Some of the draws for a figure: positions and what was found there.

    Attributes:
        x: positions on the horizontal axis.
        y: positions on the vertical axis.
        found: 1 holds, −1 violated, 0 no change, −2 not certified.
        boundary: points of the line at which the claim starts or ceases to hold.
        counterexample: where the counterexample lies; empty where there is none.
        titles: what the two axes show.
        logarithmic: whether the axes' scales are.
    """

    x: tuple[float, ...]
    y: tuple[float, ...]
    found: tuple[int, ...]
    boundary: tuple[tuple[float, float], ...]
    counterexample: tuple[float, ...]
    titles: tuple[str, str]
    logarithmic: tuple[bool, bool]


@dataclasses.dataclass(frozen=True)
class Finding:
    """What a search found about a claim.

    Attributes:
        claim: which.
        finding: "holds": nowhere violated, though searched for violations, and everything certified; "holds-if": a
            condition tells where; "fails": no condition that a person can read does; "undecided": not violated, but
            some draws could not be certified.
        share: of the draws in which anything changes, or that could not be certified, the share where the claim holds.
        share_low: the lower end of its 95 % confidence interval (Clopper & Pearson), as if draws were independent.
        share_high: the upper end.
        unchanged: share of all draws in which nothing changes.
        violated: share of all draws in which the opposite holds.
        uncertified: share of all draws that could not be certified; they never count as holding.
        draws: how many there were.
        searched: how many further points the adversarial search has looked at.
        lowest: the lowest margin that was seen.
        condition: when the claim holds; None where it always or never does, or where no rule is good enough.
        counterexample: None where none was found.
        regret: the worst regret behind certified draws.
        cases: how it is over each case.
        drawn: what the figure shows.
        seed: of the draws.
    """

    claim: Claim
    finding: Verdict
    share: float
    share_low: float
    share_high: float
    unchanged: float
    violated: float
    uncertified: float
    draws: int
    searched: int
    lowest: float
    condition: Condition | None
    counterexample: Counterexample | None
    regret: float
    cases: tuple[CaseShares, ...]
    drawn: Drawn
    seed: int

    @property
    def command(self) -> str:
        """What reproduces it."""
        extra = "".join(
            f" --{name} {value}"
            for name, value, usual in (("samples", self.draws, self.claim.samples), ("seed", self.seed, 0))
            if value != usual
        )
        return f"tiltmeter claims {self.claim.file or self.claim.id}{extra}"

    def record(self) -> dict[str, Any]:
        """The finding for JSON, with the claim itself."""
        claim = self.claim
        given = {
            "id": claim.id,
            "statement": claim.statement,
            "source": list(claim.source),
            "version_of": claim.version_of or None,
            "technology": claim.technology,
            "measure": claim.measure,
            "efforts": claim.efforts,
            "cases": [
                {
                    "case": case.title,
                    "contest": None if case.contest is None else case.contest.__name__,
                    "options": dict(case.options),
                }
                | {"region": case.region.said()}
                for case in claim.cases
            ],
        }
        found = {
            field.name: getattr(self, field.name)
            for field in dataclasses.fields(self)
            if field.name not in ("claim", "condition", "counterexample", "cases", "drawn")
        }
        condition, example = self.condition, self.counterexample
        return given | found | {
            "condition": None if condition is None else condition.text,
            "condition_kind": None if condition is None else condition.kind,
            "condition_accuracy": None if condition is None else condition.accuracy,
            "condition_error": None if condition is None else condition.error,
            "counterexample": None if example is None else dataclasses.asdict(example),
            "shares": [dataclasses.asdict(case) for case in self.cases],
            "stale": [one.id for one in stale(claim)],
            "command": self.command,
        }  # fmt: skip

    @classmethod
    def read(cls, claim: Claim, record: Mapping[str, Any]) -> "Finding":
        """A finding from its record, to which its draws were added as `drawn`.

        Args:
            claim: which.
            record: as `record` gives it.
        """
        plain = {
            field.name: record[field.name]
            for field in dataclasses.fields(cls)
            if field.name not in ("claim", "condition", "counterexample", "cases", "drawn")
        }
        condition = None
        if record["condition"] is not None:
            parts = (record[f"condition{suffix}"] for suffix in ("", "_kind", "_accuracy", "_error"))
            condition = Condition(*parts)
        example = record["counterexample"]
        if example is not None:
            example = Counterexample(**(example | {"said": _numbers(example["said"])}))
        return cls(
            claim=claim,
            condition=condition,
            counterexample=example,
            cases=tuple(CaseShares(**case) for case in record["shares"]),
            drawn=Drawn(**record["drawn"]),
            **plain,
        )


def _numbers(said: Mapping[str, float | None]) -> dict[str, float]:
    """Numbers as JSON has them, where those that are not finite are null."""
    return {name: float("nan") if value is None else value for name, value in said.items()}
