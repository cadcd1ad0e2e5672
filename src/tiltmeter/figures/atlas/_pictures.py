"""The list of the atlas: every contest's picture, and the grids of Tullock contests."""

import dataclasses
from collections.abc import Callable, Iterable
from functools import partial

import altair as alt

from tiltmeter.contests import CONTESTS, AbstractContest, Tullock, contest_named
from tiltmeter.figures.atlas._grids import LEVELS_OF, REPLIES_OF, grid_levels, grid_replies
from tiltmeter.figures.atlas._picture import picture


@dataclasses.dataclass(frozen=True)
class Picture:
    """One picture of the atlas.

    Attributes:
        name: of its file, without an ending.
        contest: the name of the contest that it shows.
        draw: makes the chart; it takes seconds.
    """

    name: str
    contest: str
    draw: Callable[[], alt.TopLevelMixin]


def pictures(names: Iterable[str] = ()) -> tuple[Picture, ...]:
    """The pictures of contests, in the order of the index.

    Args:
        names: of contests; left out: all.

    Raises:
        UnknownNameError: for a contest that does not exist, with the nearest name.
    """
    wanted = {contest_named(name) for name in names} or set(CONTESTS)
    return tuple(one for contest in CONTESTS if contest in wanted for one in _of(contest))


def _of(contest: type[AbstractContest]) -> list[Picture]:
    name = contest.__name__
    found = [Picture(name.lower(), name, partial(picture, contest))]
    if contest is Tullock:
        found += [Picture(f"tullock-{grid}-isovalues", name, partial(grid_levels, grid)) for grid in LEVELS_OF]
        found += [Picture(f"tullock-{grid}-best-responses", name, partial(grid_replies, grid)) for grid in REPLIES_OF]
    return found
