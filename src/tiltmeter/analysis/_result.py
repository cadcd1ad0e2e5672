"""What a run gives: the answer, with all that it was computed from."""

import dataclasses
from importlib.metadata import version
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from tiltmeter.analysis._json import as_json
from tiltmeter.analysis._verdict import Verdict
from tiltmeter.scenarios import Scenario

if TYPE_CHECKING:
    import xarray as xr

# The version of the form of `summary.json`.
SUMMARY_FORMAT = 1


@dataclasses.dataclass(frozen=True, eq=False)
class Counted:
    """What is known of a result once its draws are counted, before further contests are solved.

    Attributes:
        scenario: what was asked.
        samples: number of draws.
        data: the draws.
        verdict: the fields of `Verdict` that are known, as attributes.
    """

    scenario: Scenario
    samples: int
    data: "xr.Dataset"
    verdict: SimpleNamespace


@dataclasses.dataclass(frozen=True, eq=False)
class Result:
    """A scenario's answer with all that it was computed from.

    Attributes:
        scenario: what was asked.
        samples: number of draws.
        seed: of every random sequence in the run.
        data: the draws: measures, certificates and strategies before and after, for every reading.
        verdict: the answer.
    """

    scenario: Scenario
    samples: int
    seed: int
    data: "xr.Dataset"
    verdict: Verdict

    def summary(self) -> dict[str, Any]:
        """The content of `summary.json`: JSON-ready, and the same for the same input, seed and version.

        Keys: `format` (version of this form), `tiltmeter` (version of the software), `scenario` (what was asked, its
        readings and inputs), `samples`, `seed`, and `verdict` with the fields of `Verdict`.
        """
        return as_json(
            {
                "format": SUMMARY_FORMAT,
                "tiltmeter": version("tiltmeter"),
                "scenario": _described(self.scenario),
                "samples": self.samples,
                "seed": self.seed,
                "verdict": self.verdict,
            }
        )


def _described(scenario: Scenario) -> dict[str, Any]:
    """What was asked, for the summary."""
    return {
        "name": scenario.name,
        "title": scenario.title,
        "question": scenario.question,
        "domain": scenario.domain,
        "guess": scenario.guess,
        "money": scenario.money,
        "technology": {
            "name": scenario.technology_name,
            "short": scenario.technology_short,
            "plural": scenario.technology_plural,
            "baseline": scenario.baseline,
        },
        "sha256": scenario.sha256,
        "settings": [list(pair) for pair in scenario.settings],
        "inputs": [given.record() for given in scenario.inputs],
        "correlations": [{"between": list(pair.between), "value": pair.value} for pair in scenario.correlations],
    }
