"""Reading the evidence store."""

import functools
from collections.abc import Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from types import MappingProxyType

import yaml
from pydantic import TypeAdapter, ValidationError

from tiltmeter.errors import TiltmeterError, UnknownNameError, nearest
from tiltmeter.evidence._figure import Figure

_SAFE_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@functools.lru_cache(maxsize=1)
def load() -> Mapping[str, Figure]:
    """All figures by id, file by file; read once.

    Raises:
        TiltmeterError: when a file of the store is damaged.
    """
    figures: dict[str, Figure] = {}
    folder = resources.files("tiltmeter.evidence").joinpath("data")
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".yaml"):
            for read in read_figures(file):
                if read.id in figures:
                    raise TiltmeterError(f"{file.name}: the figure {read.id!r} is given twice.")
                figures[read.id] = read
    return MappingProxyType(figures)


def figure(id: str) -> Figure:
    """The figure of that id; `UnknownNameError` with the nearest id otherwise."""
    figures = load()
    found = figures.get(id)
    if found is None:
        guess = nearest(id, figures)
        hint = f"; did you mean {guess!r}?" if guess else "."
        raise UnknownNameError(f"unknown evidence {id!r}{hint} The store holds {len(figures)} figures.")
    return found


def read_figures(file: Traversable) -> list[Figure]:
    """The figures in one file of the store.

    Raises:
        TiltmeterError: when it is no list of figures; the message names the file, the figure and the field.
    """
    try:
        data = yaml.load(file.read_text("utf-8"), _SAFE_LOADER)  # the safe loader
    except yaml.YAMLError as error:
        raise TiltmeterError(f"{file.name}: this is no YAML: {error}") from None
    try:
        return TypeAdapter(list[Figure]).validate_python(data)
    except ValidationError as error:
        first = error.errors()[0]
        index, *fields = first["loc"] or (None,)
        item = data[index] if isinstance(index, int) else None
        id = item.get("id", index) if isinstance(item, dict) else index
        place = ".".join(str(part) for part in (id, *fields) if part is not None)
        raise TiltmeterError(f"{file.name}: {place}: {first['msg']}, not {first['input']!r}.") from None
