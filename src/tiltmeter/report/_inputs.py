"""What answers about assessments were computed from, as files of a folder, and read back from there."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tiltmeter.errors import AssessmentError
from tiltmeter.framework import Assessment, Graph, loads
from tiltmeter.framework._graph import loads as graph_of

GRAPH = "graph.yaml"


def input_files(graph: Graph, given: Mapping[str, Assessment | None]) -> dict[str, str]:
    """Texts by file; an assessment's are its own and those of what it is based on, one after the other.

    Args:
        graph: one that was changed in Python has no file.
        given: assessments by what their files are called; those that are None have none.
    """
    found: dict[str, str] = {GRAPH: graph.text} if graph.text else {}
    for name, assessment in given.items():
        place = 0
        while assessment:
            found[_file(name, place)] = assessment.text
            assessment, place = assessment.base, place + 1
    return found


def stated(graph: Graph, baseline: Assessment | None) -> dict[str, str | None]:
    """What a manifest says of graph and baseline: their files."""
    return {"graph": GRAPH if graph.text else None, "baseline": "baseline.yaml" if baseline else None}


def read_assessment(folder: Path, name: str, settings: Mapping[str, str] | None = None) -> Assessment:
    """The assessment of that name in a folder, on what it is based on there, with settings.

    Raises:
        AssessmentError: when a file is wrong.
        OSError: when it is missing.
    """
    bases = 0
    while (folder / _file(name, bases + 1)).exists():
        bases += 1
    found: Assessment | None = None
    for place in range(bases, 0, -1):
        found = _read(folder / _file(name, place), found)
    found = _read(folder / _file(name, 0), found)
    return found.with_settings(settings) if settings else found


def read_baseline(folder: Path, manifest: Mapping[str, Any]) -> Assessment | None:
    """The baseline in a folder; None where the manifest says that it is a world without the system."""
    return read_assessment(folder, "baseline") if manifest["baseline"] else None


def read_graph(folder: Path, manifest: Mapping[str, Any]) -> Graph:
    """The graph in a folder; `AssessmentError` where the manifest says that there is none."""
    if not manifest["graph"]:
        raise AssessmentError("the graph was changed in Python and is not in the folder.", folder)
    path = folder / GRAPH
    return graph_of(path.read_text(encoding="utf-8"), str(path))


def _read(path: Path, base: Assessment | None) -> Assessment:
    return loads(path.read_text(encoding="utf-8"), str(path), base)


def _file(name: str, place: int) -> str:
    return f"{name}-base-{place}.yaml" if place else f"{name}.yaml"
