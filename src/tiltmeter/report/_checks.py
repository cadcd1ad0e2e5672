"""What a check of a folder consists of, and what counts as the same number."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from tiltmeter.analysis._findings import Certificate
from tiltmeter.analysis._json import as_json
from tiltmeter.errors import TiltmeterError
from tiltmeter.report._folder import changes

# Two computations of one number may differ by the order of a sum's terms, on another machine or with other versions.
# By this much: of the stake for regrets and probabilities, of its size for everything else.
SAME = 1e-9


@dataclasses.dataclass(frozen=True)
class Check:
    """One thing that was recomputed.

    Attributes:
        name: "files", "draws", "certificates", "measures" or "summary", of an assessment or a comparison "files",
            "inputs", "answer" or "certificates"; "contents" where they cannot be read.
        ok: whether it agrees with what is stored.
        finding: what was found, in a sentence.
    """

    name: str
    ok: bool
    finding: str


@dataclasses.dataclass(frozen=True)
class FolderCheck:
    """What `verify` found in a result folder.

    Attributes:
        folder: the folder.
        checks: in the order in which they were made.
    """

    folder: str
    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        """Whether everything agrees."""
        return all(check.ok for check in self.checks)


def files(folder: Path, manifest: Mapping[str, Any]) -> Check:
    """Whether every file has the hash that the manifest states."""
    found = changes(folder, manifest)
    if found:
        return Check("files", False, "; ".join(f"{path} was {change}" for path, change in sorted(found.items())))
    return Check("files", True, f"all {len(manifest['files'])} files have their SHA-256")


def recomputed(folder: Path, manifest: Mapping[str, Any], steps: Iterator[Check]) -> FolderCheck:
    """The check of the files, then those of what is computed anew, as far as what is stored can be read.

    Args:
        folder: what is checked.
        manifest: its manifest.
        steps: the other checks; what they raise ends them, and is a finding.
    """
    checks = [files(folder, manifest)]
    try:
        for check in steps:
            checks.append(check)  # noqa: PERF402 (those before a mistake are kept)
    except (TiltmeterError, OSError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        # What was tampered with can be wrong in any way; that it is, and where, is the finding.
        checks.append(Check("contents", False, f"what is stored cannot be recomputed: {error}"))
    return FolderCheck(str(folder), tuple(checks))


def stated_alike(stated: Mapping[str, tuple[Any, Any]], file: str, done: str) -> Check:
    """Whether the manifest and the answer's file say the same of what was given.

    Args:
        stated: what both say, by what it is.
        file: the answer's file.
        done: what to say where they do.
    """
    wrong = [name for name, (one, other) in stated.items() if one != other]
    if wrong:
        return Check("inputs", False, f"manifest.json and {file} differ on: {', '.join(wrong)}")
    return Check("inputs", True, done)


def follows(said: Mapping[str, Any], found: Mapping[str, Any], file: str, source: str) -> Check:
    """Whether a stored answer is the one that was computed anew.

    Args:
        said: the stored one.
        found: the one that was computed, JSON-ready.
        file: the stored one's file.
        source: the files that it was computed from.
    """
    wrong = [
        key
        for key in dict.fromkeys((*said, *found))
        if not (key in said and key in found and agree(said[key], found[key]))
    ]
    told = f"does not follow from {source}: {', '.join(wrong)}" if wrong else f"follows from {source} and the seed"
    return Check("answer", not wrong, f"{file} {told}")


def certified(said: Sequence[Any], found: Sequence[Certificate]) -> Check:
    """Whether stored certificates are those of the equilibria that were solved anew."""
    if not agree(list(said), [as_json(one) for one in found]):
        return Check("certificates", False, "the stored certificate is another than that of the equilibria")
    solved = sum(sum(one.statuses.values()) - one.statuses["failed"] for one in found)
    worst = max(one.worst_regret for one in found)
    told = f"{solved:,} equilibria solved and certified anew; worst regret {worst:.1e} of the stake"
    return Check("certificates", True, told)


def agree(said: Any, found: Any) -> bool:
    """Whether two JSON values are the same but for the last digits of their numbers."""
    if isinstance(said, dict) and isinstance(found, dict):
        one, other = cast(dict[str, Any], said), cast(dict[str, Any], found)
        return one.keys() == other.keys() and all(agree(one[key], other[key]) for key in one)
    if isinstance(said, list) and isinstance(found, list):
        first, second = cast(list[Any], said), cast(list[Any], found)
        return len(first) == len(second) and all(map(agree, first, second))
    if isinstance(said, float | int) and isinstance(found, float | int):
        return same(said, found)
    return said == found


def same(one: npt.ArrayLike, other: npt.ArrayLike) -> bool:
    """Whether two numbers, or two arrays of them, are the same but for their last digits."""
    return bool(np.allclose(np.asarray(one), np.asarray(other), rtol=SAME, atol=SAME, equal_nan=True))
