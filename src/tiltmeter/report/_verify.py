"""Check a result folder: hashes, draws, certificates, measures and the summary, each recomputed from what is stored."""

import dataclasses
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import xarray as xr

from tiltmeter import equilibrium
from tiltmeter._status import MIXED_TOLERANCE, PURE_TOLERANCE
from tiltmeter.analysis import recount
from tiltmeter.analysis._progress import Progress, silent
from tiltmeter.balance import balance
from tiltmeter.contests import AbstractContest, Strategies
from tiltmeter.equilibrium import KINDS, STATUSES, Equilibrium
from tiltmeter.framework import System
from tiltmeter.report._checks import SAME, Check, FolderCheck, agree, recomputed, same
from tiltmeter.report._folder import ASSESSMENT, COMPARISON, KIND, read_manifest
from tiltmeter.report._inputs import read_assessment, read_baseline, read_graph
from tiltmeter.report._verify_assessment import assessment_checks, comparison_checks
from tiltmeter.scenarios import Scenario, loads

FloatArray = npt.NDArray[np.float64]


@dataclasses.dataclass(frozen=True)
class _Stored:
    """What a folder holds, read back."""

    scenario: Scenario
    samples: int
    seed: int
    data: xr.Dataset
    summary: dict[str, Any]


def verify(folder: Path, progress: Progress | None = None) -> FolderCheck:
    """Recompute the hashes, draws, certificates, measures and summary of a result folder; of the folder of an
    assessment or a comparison its hashes, inputs, answer and certificates.

    The flips, drivers, reversal, spread and artifacts in the summary are covered by its hash only.

    Args:
        folder: what `write`, `write_assessment` or `write_comparison` has written.
        progress: called with a stage, and the steps done and in all.

    Raises:
        OutputError: when the folder is no result folder.
    """
    steps = {KIND: _result_checks, ASSESSMENT: assessment_checks, COMPARISON: comparison_checks}
    manifest = read_manifest(folder, *steps)
    return recomputed(folder, manifest, steps[manifest["kind"]](folder, manifest, progress))


def _result_checks(folder: Path, manifest: Mapping[str, Any], progress: Progress | None) -> Iterator[Check]:
    stored = _read(folder, manifest)
    yield _draws(stored)
    yield from _equilibria(stored, progress or silent)
    yield _summary(stored)


def _read(folder: Path, manifest: Mapping[str, Any]) -> _Stored:
    path = folder / "scenario.yaml"
    scenario = loads(path.read_text(encoding="utf-8"), str(path), _system(folder, manifest))
    settings: dict[str, str] = manifest["scenario"]["settings"]
    with xr.open_dataset(folder / "results.nc", engine="scipy") as data:
        return _Stored(
            scenario=scenario.with_settings(settings) if settings else scenario,
            samples=manifest["samples"],
            seed=manifest["seed"],
            data=data.load(),
            summary=json.loads((folder / "summary.json").read_text(encoding="utf-8")),
        )


def _system(folder: Path, manifest: Mapping[str, Any]) -> System | None:
    """The assessed system that is the technology, where it is one."""
    about = manifest.get("system")
    if not about:
        return None
    return System(read_assessment(folder, "assessment"), read_graph(folder, about), read_baseline(folder, about))


def _draws(stored: _Stored) -> Check:
    scenario, data = stored.scenario, stored.data
    values = scenario.values(scenario.scores(stored.samples, stored.seed))
    if data.sizes["sample"] != stored.samples or set(data["input"].values) != set(values):
        return Check("draws", False, "results.nc does not hold the inputs of scenario.yaml, or not as many draws")
    wrong = [name for name, value in values.items() if not same(data["inputs"].sel(input=name), value)]
    if wrong:
        return Check(
            "draws", False, f"results.nc differs from what scenario.yaml and the seed give: {', '.join(wrong)}"
        )
    return Check(
        "draws", True, f"{len(values)} inputs of {stored.samples:,} draws follow from scenario.yaml and the seed"
    )


def _equilibria(stored: _Stored, tell: Progress) -> tuple[Check, Check]:
    """Certificates and measures of every reading and state, from the stored inputs and strategies alone."""
    solved, worst = 0, 0.0
    bad_certificates: list[str] = []
    bad_measures: list[str] = []
    states = list(_contests(stored))
    for done, (reading, state, contest) in enumerate(states):
        tell("verifying", done, len(states))
        part = stored.data.sel(reading=reading, state=state)
        usable = np.asarray(part["status"]) != STATUSES.index("failed")
        found = _recomputed(contest, part)
        bad_certificates += [f"{reading}, {state}: {what}" for what in _certificate_faults(part, found, usable)]
        bad_measures += [f"{reading}, {state}: {what}" for what in _measure_faults(contest, part, found, usable)]
        solved += int(usable.sum())
        worst = max(worst, float(found.regret[usable].max(initial=0.0)))
        tell("verifying", done + 1, len(states))
    certified = f"{solved:,} equilibria certified anew; worst regret {worst:.1e} of the stake"
    followed = "all measures follow from the stored strategies"
    return (
        Check("certificates", not bad_certificates, "; ".join(bad_certificates) or certified),
        Check("measures", not bad_measures, "; ".join(bad_measures) or followed),
    )


def _contests(stored: _Stored) -> Iterator[tuple[str, str, AbstractContest]]:
    inputs = stored.data["inputs"]
    values = {str(name): np.asarray(inputs.sel(input=name), dtype=float) for name in inputs["input"].values}
    for reading in stored.scenario.readings:
        before = stored.scenario.contest(reading, values)
        yield reading.name, "before", before
        yield reading.name, "after", stored.scenario.technology(reading, values).apply(before)


def _recomputed(contest: AbstractContest, part: xr.Dataset) -> Equilibrium:
    """The equilibrium that the stored strategies are, with the verifier's success, payoffs and regret."""
    draws = (part.sizes["sample"], part.sizes["support"])
    a, entered, p, d, q, exposed, a_spread, d_spread = (
        np.broadcast_to(np.asarray(part[name], dtype=float), draws)
        for name in (
            "attacker_support",
            "attacker_entered",
            "attacker_weight",
            "defender_support",
            "defender_weight",
            "defender_exposure",
            "attacker_spread",
            "defender_spread",
        )
    )
    exposures = exposed if contest.card.exposure else None
    spreads = (a_spread, d_spread) if contest.card.spread else (None, None)
    played = Strategies(*cast(Any, (a, entered, p, d, q, exposures, *spreads)))
    found = equilibrium.verify(contest, played)
    stake = np.asarray(contest.attacker_stake), np.asarray(contest.defender_stake)
    active = entered if contest.card.entry else a > 0
    return Equilibrium(
        attacker_effort=np.sum(a * p, axis=-1),
        defender_effort=np.sum(d * q, axis=-1),
        attack_probability=np.sum(active * p, axis=-1),
        attack_success=np.asarray(found.attack_success),
        attacker_payoff=np.asarray(found.attacker_payoff) * stake[0],
        defender_payoff=np.asarray(found.defender_payoff) * stake[1],
        regret=np.asarray(found.regret),
        kind_code=np.asarray(part["kind"]),
        status_code=np.asarray(part["status"]),
        beyond_formula=np.zeros(draws[0], bool),  # not asked for again
        strategies=played,
    )


def _certificate_faults(part: xr.Dataset, found: Equilibrium, usable: npt.NDArray[np.bool_]) -> Iterator[str]:
    stored = np.asarray(part["regret"], dtype=float)
    wrong = usable & ~(np.abs(found.regret - stored) <= SAME)
    if wrong.any():
        draw = int(np.argmax(wrong))
        yield (
            f"{int(wrong.sum()):,} regrets differ, first in draw {draw}: "
            f"{found.regret[draw]:.3g} where {stored[draw]:.3g} is stored"
        )
    tolerance = np.where(found.kind_code == KINDS.index("pure"), PURE_TOLERANCE, MIXED_TOLERANCE)
    claimed = (found.status_code == STATUSES.index("certified")) & (found.regret > tolerance + SAME)
    if claimed.any():
        yield f"{int(claimed.sum()):,} draws are called certified with a regret beyond the tolerance"


def _measure_faults(
    contest: AbstractContest, part: xr.Dataset, found: Equilibrium, usable: npt.NDArray[np.bool_]
) -> Iterator[str]:
    for name, values in balance(contest, found).items():
        stored = np.asarray(part[name], dtype=float)
        if not same(stored[usable], np.broadcast_to(values, stored.shape)[usable]):
            yield f"{name} does not follow from the strategies"


def _summary(stored: _Stored) -> Check:
    said = stored.summary["verdict"]
    wrong = [key for key, value in recount(stored.scenario, stored.data).items() if not agree(said[key], value)]
    about = {"samples": stored.samples, "seed": stored.seed}
    wrong += [key for key, value in about.items() if stored.summary[key] != value]
    if wrong:
        return Check("summary", False, f"summary.json does not follow from results.nc: {', '.join(wrong)}")
    return Check("summary", True, "probabilities, measures and certificate in summary.json follow from results.nc")
