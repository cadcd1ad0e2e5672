"""A system in a domain, beside a world without it: everything between its ratings and the contest, as one function."""

import dataclasses
import functools
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from tiltmeter.errors import AssessmentError
from tiltmeter.framework._assessment import Assessment
from tiltmeter.framework._bridge import INPUTS, Link, changes, drivers
from tiltmeter.framework._domain import Domain, domain
from tiltmeter.framework._dynamics import Weights, rest_levels
from tiltmeter.framework._graph import Graph
from tiltmeter.framework._scale import HIGHEST
from tiltmeter.framework._settle import Settled, settle
from tiltmeter.inputs._entry import Entry
from tiltmeter.technology import Change

FloatArray = npt.NDArray[np.float64]
Values = Mapping[str, npt.ArrayLike]

NO_AI = "no-ai"
"""The baseline in which nothing of the system is there."""
GAIN = "gain"
"""The name of the graph's gain among the inputs."""


@dataclasses.dataclass(frozen=True)
class System:
    """An assessment with the domain, graph and baseline that turn it into a technology.

    Attributes:
        assessment: what was rated.
        graph: how the elements push each other.
        baseline: the assessment that it is compared with, or None for a world without the system.
        clamped: dimensions that stay as rated, whatever pushes them.
        extra: links beside those of the domain, or instead of those with the same parameter and driver.
    """

    assessment: Assessment
    graph: Graph
    baseline: Assessment | None = None
    clamped: tuple[str, ...] = ()
    extra: tuple[Link, ...] = ()

    def __post_init__(self) -> None:
        if self.baseline and self.baseline.rubric.version != self.assessment.rubric.version:
            raise AssessmentError(
                f"{self.assessment.name} uses version {self.assessment.rubric.version} of the rubric, "
                f"{self.baseline.name} version {self.baseline.rubric.version}; "
                "ratings by different anchors cannot be compared."
            )

    @functools.cached_property
    def domain(self) -> Domain:
        """The domain of the assessment."""
        return domain(self.assessment.domain)

    @functools.cached_property
    def given(self) -> Mapping[str, Entry]:
        """What the equations of the bridge take as given."""
        own = {name: entry for name, entry in self.assessment.bridge.items() if name in INPUTS}
        return dict(self.domain.inputs) | own

    def levels(self, values: Values) -> FloatArray:
        """Levels as rated, in [0, 1], shape (dimensions, n).

        Args:
            values: by dimension the rating on the scale.
        """
        rated = [np.asarray(values[name], dtype=float) / HIGHEST for name in self.assessment.rubric.names]
        return np.stack([np.broadcast_to(one, _points(values)) for one in rated])

    def rest(self, levels: FloatArray) -> FloatArray:
        """Levels in the world that the system is compared with, shape like `levels`."""
        if self.baseline is None:
            return rest_levels(self.assessment.rubric, levels)
        names = self.assessment.rubric.names
        middle = np.array([self.baseline.distribution(name).median() for name in names]) / HIGHEST
        return np.broadcast_to(middle[:, None], levels.shape)

    def weights(self, values: Values) -> Weights:
        """The graph's weights, with n on the last axis."""
        shape = _points(values)
        edges, gates = (
            np.stack([np.broadcast_to(np.asarray(values[one.id], dtype=float), shape) for one in part])
            if part
            else np.zeros((0, *shape))
            for part in (self.graph.edges, self.graph.gates)
        )
        return Weights(edges, gates, np.broadcast_to(np.asarray(values[GAIN], dtype=float), shape))

    def settled(self, values: Values) -> Settled:
        """Where the graph settles at values of all inputs."""
        levels = self.levels(values)
        return settle(self.graph, levels, self.rest(levels), self.weights(values), self.clamped)

    def drivers(self, levels: FloatArray, values: Values) -> dict[str, FloatArray]:
        """The drivers of the bridge at levels of the dimensions, shape (dimensions, n)."""
        given = {name: np.asarray(values[name], dtype=float) for name in INPUTS}
        found = drivers(self.assessment.rubric, list(levels), given)
        return {name: np.asarray(value) for name, value in found.items()}

    def changes(
        self, values: Values, parameters: Sequence[str], settled: FloatArray | None = None
    ) -> dict[str, Change]:
        """What the system does to a contest's parameters, beside the world that it is compared with.

        Args:
            values: of all inputs, by name.
            parameters: the contest's parameters; links to others are left out.
            settled: levels of the dimensions, if they are known already; NaN where the graph has no single place, which
                leaves parameters there as they are, for the caller to discard.
        """
        rated = self.levels(values)
        levels = self.settled(values).levels if settled is None else settled
        known = np.where(np.isnan(levels), self.rest(rated), levels)
        before, after = self.drivers(self.rest(rated), values), self.drivers(known, values)
        links = self.links(parameters)
        made = changes(links, {link.id: values[link.id] for link in links}, before, after)
        return {name: Change(operation, np.asarray(value)) for name, (operation, value) in made.items()}

    def links(self, parameters: Sequence[str]) -> tuple[Link, ...]:
        """The links to these parameters: the domain's, as the assessment may have replaced them, and the extra ones."""
        own = {link.id: _replaced(link, self.assessment.bridge.get(link.id)) for link in self.domain.links}
        own |= {link.id: link for link in self.extra}
        return tuple(link for link in own.values() if link.parameter in parameters)


def _replaced(link: Link, entry: Entry | None) -> Link:
    if entry is None:
        return link
    return dataclasses.replace(
        link, full=entry.value.quantity, evidence=tuple(entry.evidence), guess=entry.guess or "", why=entry.why
    )


def _points(values: Values) -> tuple[int, ...]:
    shape = np.broadcast_shapes(*(np.shape(value) for value in values.values()))
    return shape or (1,)
