"""Check the folder of an assessment: hashes, inputs, and the answer with its certificates, computed anew."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tiltmeter.analysis.assessments import Answer, answer
from tiltmeter.errors import AssessmentError, TiltmeterError
from tiltmeter.framework import Assessment, Graph, loads
from tiltmeter.framework._graph import loads as graph_of
from tiltmeter.report._checks import Check, FolderCheck, agree, files

Progress = Callable[[str, int, int], None]

# What is certified is compared by itself.
_CERTIFICATE = "certificate"
# What tells of the computation and not of its result.
_ABOUT = ("tiltmeter",)


def verify_assessment(folder: Path, manifest: Mapping[str, Any], progress: Progress | None = None) -> FolderCheck:
    """Recompute what a folder of `tiltmeter assess` says, from the assessment, graph and baseline that it holds.

    Every equilibrium is solved again, and certified by the verifier that shares no code with the solvers.

    Args:
        folder: what `write_assessment` has written.
        manifest: its manifest.
        progress: called with a stage, and the steps done and in all.
    """
    checks = [files(folder, manifest)]
    try:
        said = json.loads((folder / "assessment.json").read_text(encoding="utf-8"))
        assessment, graph, baseline = _inputs(folder, manifest)
        checks.append(_same_inputs(assessment, manifest, said))
        found = answer(
            assessment,
            settings=manifest["settings"],
            graph=graph,
            baseline=baseline,
            samples=manifest["samples"],
            seed=manifest["seed"],
            deep=manifest["deep"],
            cuts=manifest["cuts"],
            progress=progress,
        )
        checks += _answers(said, found)
    except (TiltmeterError, OSError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        # What was tampered with can be wrong in any way; that it is, and where, is the finding.
        checks.append(Check("contents", False, f"the stored answer cannot be recomputed: {error}"))
    return FolderCheck(str(folder), tuple(checks))


def _inputs(folder: Path, manifest: Mapping[str, Any]) -> tuple[Assessment, Graph, Assessment | None]:
    def text(name: str) -> str:
        return (folder / name).read_text(encoding="utf-8")

    if not manifest["graph"]:
        raise AssessmentError("the graph was changed in Python and is not in the folder.", folder)
    assessment = loads(text("assessment.yaml"), str(folder / "assessment.yaml"))
    baseline = loads(text("baseline.yaml"), str(folder / "baseline.yaml")) if manifest["baseline"] else None
    return assessment, graph_of(text("graph.yaml"), str(folder / "graph.yaml")), baseline


def _same_inputs(assessment: Assessment, manifest: Mapping[str, Any], said: Mapping[str, Any]) -> Check:
    stated = {
        "assessment": tuple((one["name"], one["sha256"]) for one in (manifest["assessment"], said["assessment"])),
        "settings": (manifest["settings"], dict(said["assessment"]["settings"])),
        "samples": (manifest["samples"], said["samples"]),
        "seed": (manifest["seed"], said["seed"]),
    }
    wrong = [name for name, values in stated.items() if any(value != values[0] for value in values)]
    if wrong:
        return Check("inputs", False, f"manifest.json and assessment.json differ on: {', '.join(wrong)}")
    ratings = sum(len(rater.ratings) for rater in assessment.raters)
    return Check("inputs", True, f"{ratings} ratings are those that were assessed")


def _answers(said: Mapping[str, Any], found: Answer) -> tuple[Check, Check]:
    # Through text, as what was stored went.
    record = json.loads(json.dumps(found.record()))
    # The hash is that of the bytes of the original, of which the folder holds the text.
    record["assessment"]["sha256"] = said["assessment"]["sha256"]
    stated = {key: value for key, value in said.items() if key not in _ABOUT}
    computed = {key: value for key, value in record.items() if key not in _ABOUT}
    wrong = [
        key
        for key in dict.fromkeys((*stated, *computed))
        if key != _CERTIFICATE and not (key in stated and key in computed and agree(stated[key], computed[key]))
    ]
    certificate = found.found.certificate
    solved = sum(certificate.statuses.values()) - certificate.statuses["failed"]
    same = agree(stated[_CERTIFICATE], computed[_CERTIFICATE])
    certified = (
        f"{solved:,} equilibria solved and certified anew; worst regret {certificate.worst_regret:.1e} of the stake"
    )
    return (
        Check(
            "answer",
            not wrong,
            f"assessment.json does not follow from assessment.yaml: {', '.join(wrong)}"
            if wrong
            else "assessment.json follows from assessment.yaml, graph.yaml and the seed",
        ),
        Check(
            "certificates", same, certified if same else "the stored certificate is another than that of the equilibria"
        ),
    )
