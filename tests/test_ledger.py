"""The ledger: what it holds, whether formulas agree with the numbers, and whether the committed findings are true."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from pybtex.database import parse_file
from scipy.optimize import brentq

import tiltmeter as tm
from tiltmeter.analysis._json import as_json
from tiltmeter.claims import FINDINGS, FIRST, LEDGER, Claim, Question, check, claim_named, finding_of, questions, which
from tiltmeter.claims._condition import EXACT, agreement
from tiltmeter.claims._holes import plugged
from tiltmeter.errors import ClaimError, UnknownNameError

ROOT = Path(__file__).parent.parent
WRITTEN = {
    record["id"]: record for record in json.loads((ROOT / "docs" / "claims" / "findings.json").read_text("utf-8"))
}
ASKED = """
    plugging-favours-defense watching-favours-offense verification-favours-defense examination-favours-offense
    perimeter-favours-defense quality-inspection-favours-defense certification-favours-offense speed-favours-offense
    forging-favours-offense no-pure-equilibrium-in-hole-search hole-search-mixed-equilibrium
    fat-tails-raise-attack-effort boost-lowers-own-effort boost-raises-rival-effort payoffs-single-peaked
    dissipation-inverse-to-diminishing-returns csf-diminishing-homogeneous-complements offensive-then-defensive-scaling
    intermediate-advantage-is-worst asymmetry-reduces-conflict human-side-gains-more adaptation-damps-the-shift
    concentration-square-law who-runs-faster detection-without-equilibrium-misleads
    threshold-knowledge-is-offense-dominant access-is-a-bottleneck capability-and-context-most-influential
    elements-are-interdependent leverage-points-exist capabilities-are-neutral
"""
CHEAP = (
    "perimeter-favours-defense",
    "perimeter-favours-defense-if-probing-gets-cheaper-too",
    "speed-favours-offense-if-patching-speeds-up-too",
    "boost-lowers-own-effort",
    "boost-raises-rival-effort",
    "csf-efforts-are-complements",
    "offense-advantage-intensifies-arms-races",
    "threshold-knowledge-is-offense-dominant",
    "access-limits-both-sides-alike",
    "influences-move-the-tilt",
)


def test_the_ledger_has_every_claim_once() -> None:
    ids = [claim.id for claim in LEDGER]
    assert len(ids) == len(set(ids))
    assert set(ASKED.split()) <= set(ids)
    assert claim_named(ids[0]) is LEDGER[0]
    with pytest.raises(UnknownNameError, match="did you mean 'who-runs-faster'"):
        claim_named("who-runs-fastest")


@pytest.mark.parametrize("claim", LEDGER, ids=lambda claim: claim.id)
def test_claims_say_what_they_mean(claim: Claim) -> None:
    literature = set(parse_file(str(ROOT / "docs" / "references.bib")).entries)
    assert set(claim.source) <= literature
    assert claim.statement.endswith(".")
    assert "$" not in claim.remark + claim.statement  # both are shown on terminals
    if claim.version_of:
        assert not claim_named(claim.version_of).version_of
    if claim.formula:
        assert len(claim.formula.derivation) > 100
    for case in claim.cases:
        for name, span in case.region.spans.items():
            assert span.plain is None or span.low <= span.plain <= span.high, name


@pytest.mark.parametrize("claim", [claim for claim in LEDGER if claim.formula], ids=lambda claim: claim.id)
def test_formulas_agree_with_the_numbers(claim: Claim) -> None:
    assert claim.formula
    for place, case in enumerate(claim.cases):
        cube = case.region.draws(64, 5, place)
        found = claim.test(case, case.region.points(cube))
        right, error = agreement(claim, claim.formula, case, cube, found.margin, found.certified)
        assert right == 1
        assert error <= EXACT


@pytest.mark.parametrize("name", CHEAP)
def test_committed_findings_are_what_is_found(name: str) -> None:
    found = as_json(check(claim_named(name)).record())
    written = {key: value for key, value in WRITTEN[name].items() if key != "drawn"}
    assert found.keys() == written.keys()
    for key in ("finding", "condition", "condition_kind", "draws", "command", "cases", "source", "statement"):
        assert found[key] == written[key], key
    for key in ("share", "share_low", "share_high", "unchanged", "violated", "uncertified"):
        assert found[key] == pytest.approx(written[key], abs=2e-3), key
    assert (found["counterexample"] is None) == (written["counterexample"] is None)


def test_committed_findings_are_complete_and_can_be_read() -> None:
    assert list(WRITTEN) == [claim.id for claim in LEDGER]
    for record in WRITTEN.values():
        found = finding_of(record)
        assert as_json(found.record() | {"drawn": found.drawn}) == record
        assert found.finding in FINDINGS
        assert found.regret <= 1e-6
        if found.claim.formula and found.finding == "holds-if":
            assert found.condition
            assert found.condition.kind == "formula"
        if found.finding == "holds":
            assert (found.share, found.uncertified, found.counterexample) == (1, 0, None)
            assert found.searched > 0
        if found.finding in ("holds-if", "fails"):
            assert found.counterexample
            assert found.counterexample.margin < 0


@pytest.mark.parametrize("name", [name for name, record in WRITTEN.items() if record["counterexample"]])
def test_committed_counterexamples_are_some(name: str) -> None:
    claim, example = claim_named(name), WRITTEN[name]["counterexample"]
    case = next(case for case in claim.cases if case.title == example["case"])
    found = claim.test(case, {key: np.asarray([value]) for key, value in example["inputs"].items()})
    assert found.certified[0]
    assert found.margin[0] == pytest.approx(example["margin"], rel=1e-3, abs=1e-6)
    assert found.margin[0] < 0


def test_boosts_move_both_efforts_together() -> None:
    before, after = (
        tm.solve(tm.Tullock(attacker_edge=edge, attacker_stake=10.0, defender_stake=10.0)) for edge in (1, 2)
    )
    assert (before.attacker_effort, after.attacker_effort) == pytest.approx((2.5, 20 / 9))
    own, rival = (WRITTEN[name] for name in ("boost-lowers-own-effort", "boost-raises-rival-effort"))
    assert own["share"] + rival["share"] == pytest.approx(1)


def test_plugging_agrees_with_a_root_found_alone() -> None:
    count, alpha, beta = 5.0, 0.05, 0.2
    left = brentq(lambda q: count * q * (1 - q) ** (count - 1) - beta, 1e-9, 1 / count)
    found = plugged(*(np.asarray([value]) for value in (count, alpha, beta)))[0]
    assert found == pytest.approx(1 - (1 - left) ** count, abs=1e-12)
    contest = tm.PlugHoles(hole_count=count, attacker_productivity=1 / alpha, defender_productivity=1 / beta)
    assert found == pytest.approx(float(tm.solve(contest).attack_success), abs=1e-12)


def test_hole_search_is_as_unique_as_the_search_for_all_says() -> None:
    falling, flat = (
        tm.HoleSearch(holes=holes, attacker_stake=4.0, defender_stake=4.0)
        for holes in (tm.holes.Exponential(), tm.holes.Uniform())
    )
    assert tm.solve_all(falling).unique
    assert tm.solve(falling).status == "certified"
    grid = np.linspace(0.0, 1.0, 9)
    assert not tm.solve_all(flat, grid, grid).unique
    assert tm.solve(flat).status == "several"


def test_every_contest_has_a_way_to_it() -> None:
    reached = {
        answer.leads_to.contest
        for question in questions()
        for answer in question.answers
        if not isinstance(answer.leads_to, Question)
    }
    assert reached == {contest.__name__ for contest in tm.CONTESTS}
    names = [question.name for question in questions()]
    assert len(names) == len(set(names))
    for question in questions():
        for answer in question.answers:
            if not isinstance(answer.leads_to, Question):
                tm.build(answer.leads_to.contest, {}, **answer.leads_to.options)
                assert all(claim_named(name) for name in answer.leads_to.claims)


def test_answers_lead_on_or_are_refused() -> None:
    assert which({}) is FIRST
    watched = which({"about": "holes", "run-out": "yes", "plug": "watch"})
    assert not isinstance(watched, Question)
    assert watched.contest == "WatchHoles"
    with pytest.raises(ClaimError, match="about: unknown answer 'hole'; did you mean 'holes'"):
        which({"about": "hole"})
    with pytest.raises(ClaimError, match="do not lead to it: unknown question 'plug'"):
        which({"about": "items", "plug": "watch"})


def test_the_page_of_the_notes_names_claims_that_exist() -> None:
    page = (ROOT / "docs" / "claims" / "notes.md").read_text("utf-8")
    firsts = {claim.id for claim in LEDGER if not claim.version_of}
    named = set(re.findall(r"\]\(([a-z0-9-]+)\.md\)", page))
    assert named
    assert named <= firsts
