"""All that is said of an assessment at once: the answer, the cascade of what was set by hand, and the cuts."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from tiltmeter.analysis._progress import Progress
from tiltmeter.analysis.assessments._assess import Assessed, assess
from tiltmeter.analysis.assessments._cuts import Cuts, spurious
from tiltmeter.analysis.assessments._what_if import WhatIf, what_if
from tiltmeter.framework import Assessment, Graph

# Draws that suffice for a cascade, and for each of many cuts.
_CASCADE, _CUTS = 4096, 1024


@dataclasses.dataclass(frozen=True, eq=False)
class Answer:
    """What `tiltmeter assess` tells.

    Attributes:
        found: the answer.
        what_if: the cascade where dimensions were held by hand; else None.
        cuts: which connections could be cut, where that was asked for; else None.
    """

    found: Assessed
    what_if: WhatIf | None
    cuts: Cuts | None

    def record(self) -> dict[str, Any]:
        """JSON-ready, the same for the same input, seed and version."""
        record = self.found.record()
        record |= {"what_if": self.what_if.record()} if self.what_if else {}
        return record | ({"cuts": self.cuts.record()} if self.cuts else {})


def answer(
    assessment: Assessment,
    *,
    settings: Mapping[str, str] | None = None,
    graph: Graph | str | int | None = None,
    baseline: Assessment | str | None = None,
    samples: int = 16384,
    seed: int = 0,
    deep: bool = True,
    cuts: bool = False,
    progress: Progress | None = None,
) -> Answer:
    """Assess a system, with the cascade of what was set by hand.

    Args:
        assessment: as it is without the settings.
        settings: as for `assess`; those that are one number also start a cascade.
        graph: as for `assess`.
        baseline: as for `assess`.
        samples: of the answer; the cascade and the cuts take fewer.
        seed: of all draws.
        deep: as for `assess`.
        cuts: whether to look for connections that could be cut.
        progress: as for `assess`.
    """
    options: dict[str, Any] = {"graph": graph, "baseline": baseline, "seed": seed}
    found = assess(assessment, settings=settings, samples=samples, deep=deep, progress=progress, **options)
    held = {name: float(text) for name, text in found.assessment.settings if name in found.system.clamped}
    told = what_if(assessment, held, samples=min(samples, _CASCADE), **options) if held else None
    cut = spurious(found.assessment, samples=min(samples, _CUTS), **options) if cuts else None
    return Answer(found, told, cut)
