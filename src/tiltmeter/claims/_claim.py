"""What a claim is: a proposition over a contest, a technology, a measure and a region, and a test of it."""

import dataclasses
import re
from collections.abc import Callable, Mapping
from typing import Literal, Protocol

import numpy as np

from tiltmeter._status import UNCHANGED
from tiltmeter.claims._region import EFFORTS, BoolArray, FloatArray, Points, Region, check_region
from tiltmeter.contests import AbstractContest
from tiltmeter.errors import ClaimError
from tiltmeter.evidence import Use

Efforts = Literal["fixed", "equilibrium"]
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclasses.dataclass(frozen=True)
class Case:
    """A contest over a region.

    Attributes:
        contest: its class; None for a claim about something other than contests, whose inputs are then all its own.
        region: what varies and what is fixed.
        options: the chosen parts, such as `{"holes": "Lomax"}`.
        name: what tells it from the claim's other cases; the contest's name when left out.
    """

    contest: type[AbstractContest] | None
    region: Region
    options: Mapping[str, str] = dataclasses.field(default_factory=dict)
    name: str = ""

    @property
    def title(self) -> str:
        """What to call it."""
        return self.name or (self.contest.__name__ if self.contest else "model")

    @property
    def model(self) -> type[AbstractContest]:
        """The contest; `ClaimError` where there is none."""
        if self.contest is None:
            raise ClaimError("this test needs a contest, and the case has none.", field="cases")
        return self.contest


@dataclasses.dataclass(frozen=True)
class Outcome:
    """A claim at n points; arrays of shape (n,).

    Attributes:
        margin: by how much it holds; above zero it does, below zero it does not.
        certified: where everything behind the margin is certified; elsewhere the margin means nothing.
        regret: the worst regret behind it, 0 where no equilibrium is.
        said: numbers that explain the margin, such as success before and after, by name.
        score: what the adversarial search drives down, where the margin itself fades towards the ends of the region;
            it has the margin's sign.
    """

    margin: FloatArray
    certified: BoolArray
    regret: FloatArray
    said: Mapping[str, FloatArray]
    score: FloatArray | None = None


class Test(Protocol):
    """Where a claim holds."""

    def __call__(self, case: Case, points: Points, search: bool = False) -> Outcome:
        """The claim at points of one of its cases.

        Args:
            case: which.
            points: the inputs.
            search: whether to search for equilibria that no formula gives, which is slow.
        """
        ...


@dataclasses.dataclass(frozen=True)
class Formula:
    """A condition that was derived: the claim holds exactly where a function of the inputs is above zero.

    Attributes:
        text: the condition in a line, for terminals.
        above_zero: the function; `value` below says what else it predicts.
        derivation: how it follows, in Markdown with formulas.
        value: the margin itself by an independent formula, where there is one; compared to 1e-9.
    """

    text: str
    above_zero: Callable[[Case, Points], FloatArray]
    derivation: str
    value: Callable[[Case, Points], FloatArray] | None = None


@dataclasses.dataclass(frozen=True)
class Axis:
    """An axis of a claim's figure.

    Attributes:
        title: what it shows.
        values: an input's name, or a function of the inputs.
        logarithmic: whether its scale is.
    """

    title: str
    values: str | Callable[[Points], FloatArray]
    logarithmic: bool = False

    def of(self, points: Points) -> FloatArray:
        """The values at points."""
        return np.asarray(points[self.values] if isinstance(self.values, str) else self.values(points), dtype=float)


@dataclasses.dataclass(frozen=True)
class Picture:
    """What a claim's figure shows: draws by where they hold, over two axes, and the boundary that the formula gives.

    Attributes:
        x: the horizontal axis.
        y: the vertical axis.
        boundary: the y at which the claim starts or ceases to hold, given x; None where there is no such line.
    """

    x: Axis
    y: Axis
    boundary: Callable[[FloatArray], FloatArray] | None = None


@dataclasses.dataclass(frozen=True, eq=False)
class Claim:
    """A proposition of the literature, stated so that a machine can look for where it holds.

    Attributes:
        id: what it is called; lower case words with hyphens.
        statement: the proposition, in a sentence.
        source: keys of the literature, the first of which says it; or words, for claims of your own.
        cases: contests and regions over which it is searched; in equal parts.
        test: where it holds.
        technology: what changes, in words; empty where nothing does.
        measure: what is compared, in words.
        efforts: whether efforts are held fixed or are those of the equilibrium.
        own: inputs that belong to the claim and not to the contest, such as the size of an improvement.
        tolerance: margins up to this, either way, say that nothing changes.
        formula: the condition, where it was derived.
        features: further functions of the inputs that a learnt rule may use, by name.
        picture: what the figure shows; one that the cases and inputs suggest when left out.
        remark: what the source leaves open, what is wrong with it and what is right, in Markdown.
        version_of: the claim of which this is another version.
        samples: how many draws are made unless others are asked for.
        file: the file that it was read from; empty for claims of the ledger.
        numbers: what it takes from figures or guesses; None where it needs none beside its region.
    """

    id: str
    statement: str
    source: tuple[str, ...]
    cases: tuple[Case, ...]
    test: Test
    technology: str = ""
    measure: str = "attack success"
    efforts: Efforts = "equilibrium"
    own: tuple[str, ...] = ()
    tolerance: float = UNCHANGED
    formula: Formula | None = None
    features: Mapping[str, Callable[[Points], FloatArray]] = dataclasses.field(default_factory=dict)
    picture: Picture | None = None
    remark: str = ""
    version_of: str = ""
    samples: int = 4096
    file: str = ""
    numbers: Callable[[], tuple[Use, ...]] | None = None

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise ClaimError(f"{self.id!r} is no id; use lower-case words with hyphens, such as my-claim.", field="id")
        if not self.cases:
            raise ClaimError("a claim needs a contest and a region to search.", self.id, "cases")
        for case in self.cases:
            if not case.region.spans:
                raise ClaimError("nothing varies in the region; give an interval.", self.id, "region")
            own = (*self.own, *EFFORTS) if self.efforts == "fixed" else self.own
            check_region(self.id, case.region, case.contest, own, **case.options)
