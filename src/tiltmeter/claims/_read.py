"""Claims of your own: read from a YAML file, or from a Python file that has a tuple `CLAIMS`."""

import dataclasses
import runpy
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tiltmeter.claims._claim import Case, Claim
from tiltmeter.claims._region import EFFORTS, Span, region
from tiltmeter.claims._tilting import Move, Tilting
from tiltmeter.contests import contest_named, parameters
from tiltmeter.errors import ClaimError, FileError, TiltmeterError, unknown
from tiltmeter.inputs._files import read_bytes, text_of
from tiltmeter.inputs._yaml import CLAIMS, Node, parse

_STRICT = ConfigDict(extra="forbid", strict=True)
_Operation = Literal["multiply", "divide", "add", "set"]
_Number = int | float


class _Technology(BaseModel):
    model_config = _STRICT
    name: str = Field(description="What it is, in words.")
    changes: dict[str, dict[_Operation, _Number | str]] = Field(
        description="Parameter to what happens to it: multiply, divide, add or set, by a number or an input.",
        min_length=1,
    )


class _Entry(BaseModel):
    model_config = _STRICT
    id: str = Field(description="Lower-case words with hyphens.")
    statement: str = Field(description="The claim, in a sentence.")
    source: str = Field(description="Who says so, and where.")
    contest: str = Field(description="A contest of the library.")
    options: dict[str, str] = Field(default_factory=dict, description="Chosen parts, such as `holes: Lomax`.")
    region: dict[str, list[_Number] | _Number] = Field(
        description="Input to its interval [low, high], or to a fixed number. Parameters that are left out have their "
        "defaults; inputs that are none of the contest's belong to the technology.",
        min_length=1,
    )
    technology: _Technology = Field(description="What changes.")
    measure: str = Field(default="attack_success", description="A measure of the balance.")
    direction: Literal["rises", "falls"] = Field(description="Where the claim says that the measure goes.")
    efforts: Literal["equilibrium", "fixed"] = Field(
        default="equilibrium", description="Fixed efforts are then inputs: attacker_effort and defender_effort."
    )
    remark: str = Field(default="", description="What a reader should know, in Markdown.")


class _File(BaseModel):
    model_config = _STRICT
    claims: list[_Entry] = Field(description="The claims.", min_length=1)


def load(path: str | Path) -> tuple[Claim, ...]:
    """The claims of a file.

    Args:
        path: a YAML file, or a Python file with a tuple `CLAIMS` of `tiltmeter.claims.Claim`; the latter is executed.

    Raises:
        ClaimError: when it cannot be read, or a claim in it cannot be checked; the message says where.
    """
    file = Path(path)
    try:
        data = read_bytes(file, CLAIMS)
        found = _from_python(file) if file.suffix == ".py" else _from_yaml(text_of(data, str(file), CLAIMS), file)
    except FileNotFoundError:
        raise ClaimError("there is no such file.", file=path) from None
    except FileError as error:
        raise ClaimError(error.message, None, error.field, path, error.line) from None
    ids = [claim.id for claim in found]
    for name in ids:
        if ids.count(name) > 1:
            raise ClaimError(f"the id is given {ids.count(name)} times; give each claim its own.", name, "id", path)
    return tuple(dataclasses.replace(claim, file=str(path)) for claim in found)


def _from_python(file: Path) -> tuple[Claim, ...]:
    try:
        found: Any = runpy.run_path(str(file)).get("CLAIMS")
    except TiltmeterError as error:
        raise ClaimError(str(error), file=file) from None
    except Exception as error:
        raise ClaimError(f"the file fails with {type(error).__name__}: {error}.", file=file) from error
    some = isinstance(found, Sequence) and bool(cast(Sequence[Any], found))
    if not some or not all(isinstance(claim, Claim) for claim in found):
        raise ClaimError("the file must define CLAIMS, a tuple of at least one tiltmeter.claims.Claim.", file=file)
    return tuple(found)


def _from_yaml(text: str, file: Path) -> tuple[Claim, ...]:
    tree = parse(text, str(file), CLAIMS)
    try:
        entries = _File.model_validate(tree.plain()).claims
    except ValidationError as error:
        raise _misread(error, tree, file) from None
    return tuple(_claim(entry, tree, place, file) for place, entry in enumerate(entries))


def _misread(error: ValidationError, tree: Node, file: Path) -> ClaimError:
    """The first thing that is wrong with the form of the file."""
    details = error.errors()[0]
    path = details["loc"]
    line, field = tree.locate(path)
    match details["type"]:
        case "missing":
            message = f"the field {str(path[-1])!r} is missing."
        case "extra_forbidden":
            owner = _Technology if "technology" in path else _File if len(path) == 1 else _Entry
            message = str(unknown("field", str(path[-1]), owner.model_fields))
        case _:
            message = f"{details['msg']}, not {details['input']!r}."
    return ClaimError(message, None, field or None, file, line)


def _claim(entry: _Entry, tree: Node, place: int, file: Path) -> Claim:
    def refusal(message: str, *field: str) -> ClaimError:
        line, _ = tree.locate(("claims", place, *field))
        return ClaimError(message, entry.id, ".".join(field) or None, file, line)

    try:
        contest = contest_named(entry.contest)
        known = parameters(contest, **entry.options)
    except TiltmeterError as error:
        raise refusal(str(error), "contest") from None
    searched: dict[str, Span | float] = {}
    for name, value in entry.region.items():
        if isinstance(value, list) and len(value) != 2:
            raise refusal(f"an interval has two ends, [low, high]; {value} has {len(value)}.", "region", name)
        try:
            searched[name] = Span(float(value[0]), float(value[1])) if isinstance(value, list) else float(value)
        except TiltmeterError as error:
            raise refusal(str(error), "region", name) from None
    moves: list[Move] = []
    for name, change in entry.technology.changes.items():
        if name not in known:
            raise refusal(str(unknown(f"parameter of {entry.contest}", name, known)), "technology", "changes", name)
        for operation, by in change.items():
            if isinstance(by, str) and by not in searched:
                raise refusal(str(unknown("input", by, searched)), "technology", "changes", name)
            moves.append(Move(name, operation, by))
    own = tuple(name for name in searched if name in {move.by for move in moves} and name not in known)
    missing = [name for name in EFFORTS if entry.efforts == "fixed" and name not in searched]
    if missing:
        raise refusal(f"fixed efforts must be given: {', '.join(missing)}.", "region")
    try:
        return Claim(
            id=entry.id,
            statement=entry.statement,
            source=(entry.source,),
            cases=(Case(contest, region(searched), entry.options),),
            test=Tilting(tuple(moves), entry.measure, entry.direction, entry.efforts),
            technology=entry.technology.name,
            measure=entry.measure.replace("_", " "),
            efforts=entry.efforts,
            own=own,
            remark=entry.remark,
        )
    except ClaimError as error:
        raise refusal(error.message, *(error.field or "").split(".", 1)[: 2 if error.field else 0]) from None
