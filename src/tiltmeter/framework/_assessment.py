"""An assessment: the ratings of one AI system in one domain, by one or several raters."""

import dataclasses
import functools
from collections.abc import Mapping
from typing import Any

from tiltmeter.errors import AssessmentError, unknown
from tiltmeter.framework._rating import Distribution, Pool, Spread, pooled
from tiltmeter.framework._rubric import Rubric
from tiltmeter.framework._scale import HIGHEST
from tiltmeter.inputs._entry import Entry


@dataclasses.dataclass(frozen=True)
class Rating:
    """What one rater says of one dimension.

    Attributes:
        dimension: its name.
        spread: the distribution.
        text: the rating as the file writes it, or as the indicator gives it.
        evidence: ids of the figures that it rests on.
        guess: why it is a guess; "" where the file does not say.
        why: how it follows from figures and anchors.
        indicator: the metric that rates it; "" where a person does.
        line: in the file; None where it was set from outside, inherited, or is missing.
        missing: whether nobody rated the dimension, so that it may be anywhere on the scale.
    """

    dimension: str
    spread: Spread
    text: str
    evidence: tuple[str, ...] = ()
    guess: str = ""
    why: str = ""
    indicator: str = ""
    line: int | None = None
    missing: bool = False

    @property
    def provenance(self) -> str:
        """What it rests on, in a word or two."""
        if self.missing:
            return "not rated"
        if self.indicator:
            return "by indicator"
        if self.evidence:
            return "sourced, in part a guess" if self.guess else "sourced"
        return "guess" if self.guess else "guess, no source"


def unrated(dimension: str) -> Rating:
    """The rating of a dimension that a rater left out: anywhere on the scale."""
    return Rating(dimension, Spread(0.0, HIGHEST, HIGHEST / 2, 1e-6), "0 to 4, not rated", missing=True)


@dataclasses.dataclass(frozen=True)
class Rater:
    """One rater: name, weight relative to the others, and a rating for every dimension."""

    name: str
    weight: float
    ratings: Mapping[str, Rating]


@dataclasses.dataclass(frozen=True)
class Prediction:
    """An observable that follows from the assessment: 90 % sure that `indicator` is in the range by a date."""

    indicator: str
    by: str
    low: float
    high: float
    unit: str
    why: str


@dataclasses.dataclass(frozen=True)
class Assessment:
    """The ratings of one AI system in one domain.

    Attributes:
        name: a short name.
        title: a title in prose.
        system: the AI system.
        domain: the name of the domain.
        date: the day for which it holds, in ISO form.
        rubric: the version of the rubric that all raters used.
        raters: who rated.
        pool: how raters are pooled where one distribution is needed: "linear" or "median".
        bridge: inputs of the domain's bridge that the file replaces, by name.
        predictions: what follows from it and can be observed later.
        notes: what else the reader should know.
        path: where the text came from.
        text: the file's text.
        sha256: hash of the file's bytes, in hexadecimal.
        settings: what `with_settings` replaced, as (dimension, text), in order.
        base: the assessment whose ratings stand where the file gives none; None where it is based on none.
    """

    name: str
    title: str
    system: str
    domain: str
    date: str
    rubric: Rubric
    raters: tuple[Rater, ...]
    pool: Pool
    bridge: Mapping[str, Entry]
    predictions: tuple[Prediction, ...]
    notes: tuple[str, ...]
    path: str
    text: str
    sha256: str
    settings: tuple[tuple[str, str], ...] = ()
    base: "Assessment | None" = None

    def rater(self, name: str) -> Rater:
        """The rater of that name; `UnknownNameError` otherwise."""
        for one in self.raters:
            if one.name == name:
                return one
        raise unknown("rater", name, (one.name for one in self.raters))

    def distribution(self, dimension: str, pool: Pool | None = None) -> Distribution:
        """The pooled rating of a dimension.

        Args:
            dimension: its name.
            pool: "linear" or "median"; that of the assessment when left out.
        """
        ratings = [one.ratings[dimension] for one in self.raters]
        return pooled([one.spread for one in ratings], [one.weight for one in self.raters], pool or self.pool)

    @functools.cached_property
    def unsourced(self) -> tuple[tuple[str, str], ...]:
        """Pairs of rater and dimension without any evidence."""
        return tuple(
            (rater.name, name)
            for rater in self.raters
            for name, rating in rater.ratings.items()
            if not rating.evidence and not any(setting[0] == name for setting in self.settings)
        )

    @property
    def warnings(self) -> tuple[str, ...]:
        """What weakens the assessment, in sentences; ratings without evidence and dimensions that nobody rated."""
        total = sum(len(rater.ratings) for rater in self.raters)
        missing = sorted({r.dimension for rater in self.raters for r in rater.ratings.values() if r.missing})
        found: list[str] = []
        if self.unsourced:
            names = ", ".join(dict.fromkeys(name for _, name in self.unsourced))
            found.append(f"{len(self.unsourced)} of {total} ratings have no evidence: {names}.")
        if missing:
            found.append(f"{len(missing)} dimensions are not rated and taken as anywhere from 0 to 4: {missing}.")
        return tuple(found)

    def with_settings(self, settings: Mapping[str, str]) -> "Assessment":
        """The assessment with some dimensions rated otherwise, by every rater.

        Args:
            settings: by dimension (hyphens or underscores) the rating as the file would write it.

        Raises:
            AssessmentError: for a dimension that does not exist, or a rating that is out of the scale.
        """
        from tiltmeter.framework._load import rating_from_text

        changed: dict[str, Rating] = {}
        for name, text in settings.items():
            try:
                dimension = self.rubric.dimension(name).name
            except ValueError as error:
                raise AssessmentError(str(error), "--set", field=name) from None
            changed[dimension] = rating_from_text(dimension, text)
        raters = tuple(dataclasses.replace(one, ratings={**one.ratings, **changed}) for one in self.raters)
        made = tuple((rating.dimension, rating.text) for rating in changed.values())
        return dataclasses.replace(self, raters=raters, settings=(*self.settings, *made))

    def record(self) -> dict[str, Any]:
        """What was assessed and what it rests on, ready for JSON."""
        return {
            "name": self.name,
            "title": self.title,
            "system": self.system,
            "domain": self.domain,
            "date": self.date,
            "rubric": self.rubric.version,
            "pool": self.pool,
            "raters": [{"name": one.name, "weight": one.weight} for one in self.raters],
            "sha256": self.sha256,
            "settings": [list(pair) for pair in self.settings],
            "warnings": list(self.warnings),
            "predictions": [dataclasses.asdict(one) for one in self.predictions],
        }
