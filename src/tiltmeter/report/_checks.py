"""What a check of a folder consists of, and what counts as the same number."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from tiltmeter.report._folder import changes

# Two computations of one number may differ by the order of a sum's terms, on another machine or with other versions.
# By this much: of the stake for regrets and probabilities, of its size for everything else.
SAME = 1e-9


@dataclasses.dataclass(frozen=True)
class Check:
    """One thing that was recomputed.

    Attributes:
        name: "files", "draws", "certificates", "measures" or "summary", of an assessment "files", "inputs", "answer" or
            "certificates"; "contents" where they cannot be read.
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
