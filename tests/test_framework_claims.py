"""Claims about the six elements: against the library's own answers to single assessments, and by their construction."""

import dataclasses

import numpy as np
import pytest

from tiltmeter import analysis, framework
from tiltmeter.claims import Claim, claim_named
from tiltmeter.claims import _elements as elements
from tiltmeter.claims import _framework as claims
from tiltmeter.framework import System, load_graph
from tiltmeter.inputs._entry import Entry
from tiltmeter.scenarios._assessed import scenario_of

CYBER = next(case for case in elements.DOMAINS if case.title == "cybersecurity")
OVER_DOMAINS = [claim for claim in claims.CLAIMS if claim.cases == elements.DOMAINS]


def some(count: int, case: object = CYBER) -> dict[str, np.ndarray]:
    """A few points of a case."""
    assert isinstance(case, type(CYBER))
    return case.region.points(case.region.draws(count, 11))


def test_every_claim_of_the_paper_is_in_the_ledger() -> None:
    asked = """access-is-a-bottleneck capability-and-context-most-influential elements-are-interdependent
        leverage-points-exist capabilities-are-neutral"""
    for name in asked.split():
        assert claim_named(name).source == ("CorsiKilianMallah2024",)
        assert not claim_named(name).version_of


def test_the_middle_of_a_domain_is_the_bundled_assessment_at_its_medians() -> None:
    case = framework.load("gpt-4-cyber")
    scenario = scenario_of(System(case, load_graph()))
    stated = scenario.medians() | {one.id: one.weight for one in load_graph().influences}
    expected = analysis.evaluate(scenario, {name: np.asarray([x]) for name, x in stated.items()})["all"]
    points = CYBER.region.points(CYBER.region.plain()[None])
    points |= {name: np.asarray([case.distribution(name).median()]) for name in framework.rubric().names}
    found = elements.tilts(CYBER, points, ({},), search=False)
    assert found.certified.all()
    assert found.tilt[0] == pytest.approx(expected.value, abs=1e-3)  # regions have three digits


def test_pushes_reach_the_ends_of_the_ranges() -> None:
    scenario = elements._scenario("cybersecurity")
    for place, end in ((-1.0, "low"), (0.0, "weight"), (1.0, "high")):
        points = some(2) | {name: np.full(2, place) for name in elements.PUSHES}
        given = elements._values(scenario, points, ({},), linked=True)
        for one in load_graph().influences:
            assert given[one.id] == pytest.approx(getattr(one, end), abs=1e-12)


def test_in_every_region_the_influences_settle_in_one_place() -> None:
    for case in elements.DOMAINS:
        corners = {name: np.where(np.arange(64) % 2, 1.0, -1.0) for name in elements.PUSHES}
        found = elements.tilts(case, some(64, case) | corners, ({},), search=False)
        assert found.certified.mean() > 0.9
    _, proved = elements.driven(some(64, claims._TIGHT[0]), ({},), ("access-level",))
    assert proved.all()


def test_without_influences_a_rating_moves_only_what_reads_it() -> None:
    points = some(16)
    same = elements.tilts(CYBER, points, ({}, {"distribution-control": 4.0}), search=False, linked=False)
    assert np.abs(same.tilt[1] - same.tilt[0]).max() > 0
    alone = points | {"modifiability": np.zeros(16), "model-reach-and-integration": np.full(16, 2.0)}
    moved = elements.tilts(CYBER, alone, ({}, {"geopolitical-stability": 4.0}), search=False, linked=False)
    assert (moved.tilt[1] <= moved.tilt[0] + 1e-9).all()  # fewer rivals pay for attacks


def test_the_bottleneck_is_what_an_assessment_held_there_says() -> None:
    case = framework.load("gpt-4-cyber")
    given = {"substitution": 0.5, "access-share": 0.6, "attacker-access": 1.1, "defender-access": 0.5}
    entries = {name: Entry.model_validate({"value": value, "guess": "a test"}) for name, value in given.items()}
    rated = dict.fromkeys(case.rubric.names, "2")
    region = claims._TIGHT[0].region
    points = region.points(region.plain()[None]) | {name: np.asarray([value]) for name, value in given.items()}
    found = claim_named("access-is-a-bottleneck").test(claims._TIGHT[0], points)
    usable = []
    for access in ("0.5", "4"):
        own = dataclasses.replace(case, bridge=entries).with_settings(rated | {"access-level": access})
        system = System(own, load_graph(), clamped=("access-level",))
        middle = {name: np.asarray([x]) for name, x in scenario_of(system).medians().items()}
        usable.append(system.drivers(system.settled(middle).levels, middle))
    for side in ("attacker", "defender"):
        tight, free = (one[f"{side}-capability"] for one in usable)
        assert found.said[f"share that the {side} keeps"] == pytest.approx(tight / free, rel=1e-2)
    kept = max(found.said.values())
    assert found.margin == pytest.approx(0.5 - kept)


@pytest.mark.parametrize("claim", OVER_DOMAINS, ids=lambda claim: claim.id)
def test_margins_say_whether_the_claim_holds(claim: Claim) -> None:
    points = some(32)
    found = claim.test(CYBER, points)
    assert found.certified.all()
    said = np.stack(list(found.said.values()))
    clear = np.abs(found.margin) > claim.tolerance
    if "influence" in claim.statement and len(said) == 6:
        order, rising = np.argsort(-said, axis=0, kind="stable"), np.sort(said, axis=0)
        leading = {
            "capability-and-context-most-influential": (np.isin(order[:2], (0, 5))).all(axis=0),
            "capability-most-influential": order[0] == 0,
            "access-and-safeguards-are-leverage-points": (np.isin(order[:2], (1, 4))).all(axis=0),
            "leverage-points-exist": rising[-2:].sum(axis=0) > 2 * rising[:-2].sum(axis=0),
        }[claim.id]
    else:
        low, high = said.min(axis=0), said.max(axis=0)
        apart = high - low > 0.2 * np.abs(said).max(axis=0)
        across = (low < 0) & (high > 0)
        leading = {
            "elements-are-interdependent": across,
            "influences-move-the-tilt": apart,
            "capabilities-are-neutral": across,
            "context-alone-decides": ~across,
        }[claim.id]
    assert ((found.margin > 0) == leading)[clear].all()


def test_elements_go_from_their_least_to_their_most() -> None:
    assert elements.LEAST["accessibility-and-control"] == {"access-level": 0.0, "interaction-complexity": 4.0}
    assert elements.MOST["proliferation-diffusion-release"]["distribution-control"] == 0.0
    size, found = claims.influences(CYBER, some(8), search=False)
    assert size.shape == (6, 8)
    assert found.tilt.shape == (12, 8)
    assert (size >= 0).all()
    # Without capability nothing can be used: the system leaves at most rules and watching, which help the defender.
    assert (found.tilt[0] <= 1e-9).all()
