"""The framework as data: elements, dimensions with their anchors, and indicators; by version."""

import functools
from collections.abc import Mapping
from importlib import resources
from typing import Annotated, Literal

import numpy as np
from pydantic import Field, ValidationError, model_validator

from tiltmeter.errors import unknown
from tiltmeter.framework._scale import Scale
from tiltmeter.inputs._entry import Filled, Model, Name
from tiltmeter.inputs._problems import problems_of, raise_first
from tiltmeter.inputs._yaml import FRAMEWORK, parse

CURRENT = 2
"""The version of the rubric that new assessments should use."""


class Element(Model):
    """One of the six elements."""

    name: Name
    title: Filled
    meaning: Filled


class Indicator(Model):
    """A public metric that rates a dimension."""

    name: Name
    title: Filled
    unit: Filled
    map: Scale
    why: Filled


class Dimension(Model):
    """One of the twelve dimensions.

    Attributes:
        name: such as `regulatory-strength`.
        element: the element to which it belongs.
        title: the name in prose.
        question: what is rated.
        raises: "more" where a higher rating makes the element more, "less" where it makes it less.
        anchors: what the ratings 0, 1, 2, 3 and 4 look like.
        indicators: public metrics that rate it.
    """

    name: Name
    element: str
    title: Filled
    question: Filled
    raises: Literal["more", "less"]
    anchors: Annotated[list[Filled], Field(min_length=5, max_length=5)]
    indicators: list[Indicator]

    def indicator(self, name: str) -> Indicator:
        """The indicator of that name; `UnknownNameError` otherwise."""
        for one in self.indicators:
            if one.name == name:
                return one
        raise unknown(f"indicator of {self.name}", name, (one.name for one in self.indicators))


class _File(Model):
    format: Literal[1]
    version: int
    based_on: int | None = None
    elements: list[Element] = Field(default=[])
    dimensions: list[Dimension]

    @model_validator(mode="after")
    def _whole(self) -> "_File":
        if (self.based_on is None) != bool(self.elements):
            raise ValueError("gives its elements, or the version on which it is based, and not both.")
        return self


class Rubric(Model):
    """One version of the rubric.

    Attributes:
        version: its number.
        elements: in the order of the paper.
        dimensions: in the order of the elements.
        changed: names of the dimensions that are worded otherwise than in the version before.
    """

    version: int
    elements: tuple[Element, ...]
    dimensions: tuple[Dimension, ...]
    changed: tuple[str, ...]

    @functools.cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the dimensions."""
        return tuple(one.name for one in self.dimensions)

    @functools.cached_property
    def element_names(self) -> tuple[str, ...]:
        """Names of the elements."""
        return tuple(one.name for one in self.elements)

    @functools.cached_property
    def owner(self) -> tuple[int, ...]:
        """For each dimension the position of its element."""
        return tuple(self.element_names.index(one.element) for one in self.dimensions)

    @functools.cached_property
    def direction(self) -> tuple[int, ...]:
        """For each dimension +1 where a higher rating makes its element more, else -1."""
        return tuple(1 if one.raises == "more" else -1 for one in self.dimensions)

    def dimension(self, name: str) -> Dimension:
        """The dimension of that name, written with hyphens or underscores; `UnknownNameError` otherwise."""
        wanted = name.replace("_", "-")
        if wanted not in self.names:
            raise unknown("dimension", name, self.names)
        return self.dimensions[self.names.index(wanted)]

    def element_levels(self, levels: np.ndarray) -> np.ndarray:
        """Levels of the elements in [0, 1] from those of the dimensions, over the last axis."""
        direction, owner = np.array(self.direction), np.array(self.owner)
        oriented = np.where(direction > 0, levels, 1 - levels)
        members = np.eye(len(self.elements))[owner]
        return oriented @ (members / members.sum(axis=0))


def versions() -> tuple[int, ...]:
    """The versions of the rubric that can be read, ascending."""
    folder = resources.files("tiltmeter.framework").joinpath("data", "rubrics")
    return tuple(sorted(int(file.name.removesuffix(".yaml")) for file in folder.iterdir() if file.name[0].isdigit()))


@functools.cache
def rubric(version: int = CURRENT) -> Rubric:
    """A version of the rubric; `UnknownNameError` for one that does not exist."""
    if version not in versions():
        raise unknown("version of the rubric", str(version), map(str, versions()))
    file = _read(version)
    if file.based_on is None:
        return Rubric(version=version, elements=tuple(file.elements), dimensions=tuple(file.dimensions), changed=())
    before = rubric(file.based_on)
    anew: Mapping[str, Dimension] = {one.name: one for one in file.dimensions}
    whole = tuple(anew.get(one.name, one) for one in before.dimensions)
    return Rubric(version=version, elements=before.elements, dimensions=whole, changed=tuple(anew))


def _read(version: int) -> _File:
    name = f"rubrics/{version}.yaml"
    text = resources.files("tiltmeter.framework").joinpath("data", name).read_text("utf-8")
    tree = parse(text, name, FRAMEWORK)
    try:
        return _File.model_validate(tree.plain())
    except ValidationError as error:
        raise_first(problems_of(error, lambda _: _File), tree, name, FRAMEWORK.error)
        raise
