"""What can go wrong, said so that the reader knows what to do: one family of exceptions."""

import difflib
from collections.abc import Iterable
from pathlib import Path


class TiltmeterError(ValueError):
    """Any mistake in what tiltmeter was given. Its text says what was given, what is allowed and what to do."""


class ParameterError(TiltmeterError):
    """A parameter of a contest or of a technology is missing, misspelt, misshapen or out of its range."""


class UnknownNameError(TiltmeterError):
    """A contest, scenario, figure or field was named that does not exist."""


class SuccessFunctionError(TiltmeterError):
    """A contest's success function returns something that is no probability of success."""


class OutputError(TiltmeterError):
    """Results cannot be written to, or read back from, the place that was given."""


class FileError(TiltmeterError):
    """A file that was given is wrong.

    Attributes:
        file: the file's name, or None for text that came from elsewhere.
        line: the line in the file, counted from 1, or None.
        field: the field's dotted path in the file, or None.
    """

    def __init__(
        self, message: str, file: str | Path | None = None, line: int | None = None, field: str | None = None
    ) -> None:
        self.message = message
        self.file = None if file is None else str(file)
        self.line = line
        self.field = field
        place = ":".join(str(part) for part in (self.file, line) if part is not None)
        super().__init__(": ".join(part for part in (place, field, message) if part))


class ScenarioError(FileError):
    """A scenario file is wrong."""


class AssessmentError(FileError):
    """An assessment, or a file of the framework, is wrong, or its graph settles nowhere or in several places."""


class ClaimError(TiltmeterError):
    """A claim cannot be checked: it speaks of what its contest does not have, or of nothing at all.

    Attributes:
        claim: the claim's id, or None where it has none.
        field: what is wrong with it, such as `region.hole_count`, or None.
        file: the file that it was read from, or None.
        line: the line in the file, counted from 1, or None.
    """

    def __init__(
        self,
        message: str,
        claim: str | None = None,
        field: str | None = None,
        file: str | Path | None = None,
        line: int | None = None,
    ) -> None:
        self.message = message
        self.claim = claim
        self.field = field
        self.file = None if file is None else str(file)
        self.line = line
        place = ":".join(str(part) for part in (self.file, line) if part is not None)
        super().__init__(": ".join(part for part in (place, claim, field, message) if part))


def nearest(given: str, allowed: Iterable[str]) -> str | None:
    """The allowed name that resembles `given` most, or None when none does; case and separators do not count."""

    def plain(name: str) -> str:
        return name.lower().replace("_", "-").replace(" ", "-")

    by_plain = {plain(name): name for name in allowed}
    found = difflib.get_close_matches(plain(given), by_plain, n=1, cutoff=0.5)
    return by_plain[found[0]] if found else None


def unknown(kind: str, given: str, allowed: Iterable[str]) -> UnknownNameError:
    """The error for a name that does not exist, with the nearest one that does and the list of all.

    Args:
        kind: what was named, such as "contest".
        given: the name as it was given.
        allowed: the names that exist.
    """
    names = tuple(allowed)
    guess = nearest(given, names)
    hint = f"; did you mean {guess!r}?" if guess else "."
    return UnknownNameError(f"unknown {kind} {given!r}{hint} Allowed: {', '.join(names) if names else 'none'}.")
