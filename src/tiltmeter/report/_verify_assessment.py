"""Check folders of assessments and of comparisons: the inputs, and the answers with certificates, computed anew."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tiltmeter.analysis._progress import Progress
from tiltmeter.analysis.assessments import answer, compare
from tiltmeter.report._checks import Check, certified, follows, stated_alike
from tiltmeter.report._inputs import read_assessment, read_baseline, read_graph

# What is certified is compared by itself.
_CERTIFICATE = "certificate"
# What tells of the computation and not of its result.
_ABOUT = "tiltmeter"


def assessment_checks(folder: Path, manifest: Mapping[str, Any], progress: Progress | None = None) -> Iterator[Check]:
    """Recompute what a folder of `tiltmeter assess` says, from the assessment, graph and baseline that it holds.

    Every equilibrium is solved again, and certified by the verifier that shares no code with the solvers.

    Args:
        folder: what `write_assessment` has written.
        manifest: its manifest.
        progress: called with a stage, and the steps done and in all.
    """
    file = "assessment.json"
    said = json.loads((folder / file).read_text(encoding="utf-8"))
    assessment = read_assessment(folder, "assessment")
    ratings = sum(len(rater.ratings) for rater in assessment.raters)
    alike = _assessed_alike("assessment", manifest["assessment"] | {"settings": manifest["settings"]}, said)
    yield stated_alike(alike | _drawn_alike(manifest, said), file, f"{ratings} ratings are those that were assessed")
    found = answer(
        assessment,
        settings=manifest["settings"],
        graph=read_graph(folder, manifest),
        baseline=read_baseline(folder, manifest),
        samples=manifest["samples"],
        seed=manifest["seed"],
        deep=manifest["deep"],
        cuts=manifest["cuts"],
        progress=progress,
    )
    record = _stored(found.record(), said)
    yield follows(_bare(said), _bare(record), file, "assessment.yaml, graph.yaml")
    yield certified([said[_CERTIFICATE]], [found.found.certificate])


def comparison_checks(folder: Path, manifest: Mapping[str, Any], progress: Progress | None = None) -> Iterator[Check]:
    """Recompute what a folder of `tiltmeter compare` says, as for an assessment."""
    file, sides = "comparison.json", ("first", "second")
    said = json.loads((folder / file).read_text(encoding="utf-8"))
    first, second = (read_assessment(folder, side, manifest[side]["settings"]) for side in sides)
    alike = {name: pair for side in sides for name, pair in _assessed_alike(side, manifest[side], said[side]).items()}
    ratings = sum(len(rater.ratings) for one in (first, second) for rater in one.raters)
    yield stated_alike(alike | _drawn_alike(manifest, said), file, f"{ratings} ratings are those that were compared")
    found = compare(
        first,
        second,
        graph=read_graph(folder, manifest),
        baseline=read_baseline(folder, manifest),
        samples=manifest["samples"],
        seed=manifest["seed"],
        progress=progress,
    )
    record = found.record()
    record |= {side: _stored(record[side], said[side]) for side in sides}
    bare = [_bare(one | {side: _bare(one[side]) for side in sides}) for one in (said, record)]
    yield follows(bare[0], bare[1], file, "first.yaml, second.yaml, graph.yaml")
    yield certified([said[side][_CERTIFICATE] for side in sides], [found.first.certificate, found.second.certificate])


def _assessed_alike(name: str, stated: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """What the manifest and an answer say of what was assessed."""
    own = said["assessment"]
    return {
        name: ((stated["name"], stated["sha256"]), (own["name"], own["sha256"])),
        f"settings of the {name}": (stated["settings"], dict(own["settings"])),
    }


def _drawn_alike(manifest: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {name: (manifest[name], said[name]) for name in ("samples", "seed")}


def _stored(record: dict[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """A record as it would have been stored: through text, and with the hash of the original file.

    The folder holds the text of that file and not its bytes.
    """
    found = json.loads(json.dumps(record))
    found["assessment"]["sha256"] = said["assessment"]["sha256"]
    return found


def _bare(record: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in record.items() if key not in (_CERTIFICATE, _ABOUT)}
