"""The checker of claims: what it finds where the truth is known, and what it refuses."""

import dataclasses
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import tiltmeter as tm
from claim_cases import SQUARE, known
from tiltmeter.analysis._json import as_json
from tiltmeter.claims import FINDINGS, Case, Claim, Formula, Move, Outcome, Points, Span, Tilting, check, region
from tiltmeter.errors import ClaimError, TiltmeterError

IMPROVED = Move("attacker_edge", "multiply", "improvement")
REGION = {"attacker_stake": Span(0.5, 2.0, 1.0), "improvement": Span(1.1, 4.0, 2.0)}


def tilting(**changed: Any) -> Claim:
    """A better attacker succeeds more often: a claim over solved contests."""
    fields: dict[str, Any] = {
        "id": "better-attackers",
        "statement": "Better attackers succeed more often.",
        "source": ("nobody",),
        "cases": (Case(tm.Tullock, region(REGION)),),
        "test": Tilting((IMPROVED,)),
        "technology": "better attackers",
        "own": ("improvement",),
        "samples": 256,
    }
    return Claim(**(fields | changed))


def test_a_claim_that_always_holds_holds() -> None:
    found = check(tilting())
    assert found.finding == "holds"
    assert found.share == 1
    assert found.counterexample is None
    assert found.condition is None
    assert found.searched > 500
    assert found.regret <= 1e-8


def test_a_claim_that_never_holds_fails() -> None:
    found = check(known(lambda x, y: -1 - x))
    assert (found.finding, found.share, found.condition) == ("fails", 0, None)
    assert found.counterexample is not None
    assert found.counterexample.inputs == {"attacker_stake": 2.0, "defender_stake": 2.0}


def test_a_learnt_condition_names_the_boundary_and_its_accuracy() -> None:
    found = check(known(lambda x, y: x - 0.25))
    assert found.finding == "holds-if"
    assert found.condition is not None
    assert found.condition.kind == "rule"
    assert found.condition.accuracy >= 0.99
    name, sign, number = found.condition.text.split()
    assert (name, sign) == ("attacker_stake", ">")
    assert float(number) == pytest.approx(3**0.25, rel=0.02)
    assert found.share == pytest.approx(0.75, abs=0.01)


def test_without_a_readable_rule_a_claim_fails() -> None:
    found = check(known(lambda x, y: np.sin(40 * x) * np.sin(40 * y)))
    assert (found.finding, found.condition) == ("fails", None)
    assert found.share == pytest.approx(0.5, abs=0.05)


def test_a_formula_is_compared_with_the_numbers() -> None:
    def above_zero(case: Case, points: Points) -> np.ndarray:
        return points["attacker_stake"] - points["defender_stake"]

    right = Formula("x > y", above_zero, "")
    found = check(known(lambda x, y: x - y, formula=right))
    assert found.condition is not None
    assert (found.condition.kind, found.condition.text, found.finding) == ("formula", "x > y", "holds-if")
    assert found.condition.error is not None
    assert found.condition.error <= 1e-9
    wrong = dataclasses.replace(right, above_zero=lambda case, points: above_zero(case, points) - 1e-6)
    other = check(known(lambda x, y: x - y, formula=wrong))
    assert other.condition is None or other.condition.kind == "rule"
    valued = dataclasses.replace(right, value=lambda case, points: np.log(points["attacker_stake"]))
    other = check(known(lambda x, y: x - y, formula=valued))
    assert other.condition is None or other.condition.kind == "rule"


def test_the_search_finds_a_violation_that_no_draw_has() -> None:
    def pocket(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return (x - 0.7123) ** 2 + (y - 0.3456) ** 2 - 1e-5

    found = check(known(pocket, samples=64))
    assert found.violated == 0
    assert found.finding == "fails"
    assert found.counterexample is not None
    assert found.counterexample.margin < 0


def test_draws_that_are_not_certified_never_count_as_holding() -> None:
    found = check(known(lambda x, y: 1 + x, certified=lambda x, y: x > 0.25))
    assert found.finding == "undecided"
    assert found.share == pytest.approx(0.75, abs=0.01)
    assert found.uncertified == pytest.approx(0.25, abs=0.01)
    none = check(known(lambda x, y: 1 + x, certified=lambda x, y: x > 2))
    assert (none.finding, none.share) == ("undecided", 0)


def test_draws_without_a_change_are_told_apart() -> None:
    found = check(known(lambda x, y: np.maximum(x - 0.5, 0)))
    assert found.finding == "holds"
    assert found.share == 1
    assert found.unchanged == pytest.approx(0.5, abs=0.01)


def test_shares_have_the_exact_binomial_interval() -> None:
    found = check(known(lambda x, y: x - 0.25))
    held = round(found.share * found.draws)
    low = stats.beta.ppf(0.025, held, found.draws - held + 1)
    high = stats.beta.ppf(0.975, held + 1, found.draws - held)
    assert (found.share_low, found.share_high) == pytest.approx((low, high))


def test_the_smallest_counterexample_is_plain() -> None:
    found = check(known(lambda x, y: 0.9 - x))
    assert found.counterexample is not None
    assert found.counterexample.plain == ("defender_stake",)
    assert found.counterexample.inputs["defender_stake"] == 2
    value = found.counterexample.inputs["attacker_stake"]
    assert value == float(f"{value:.2g}")
    assert found.counterexample.said["x"] > 0.9


@given(seed=st.integers(0, 2**32), cut=st.floats(0.05, 0.95))
def test_every_finding_is_consistent_and_repeats(seed: int, cut: float) -> None:
    claim = known(lambda x, y: y - cut, samples=128)
    found = check(claim, seed=seed)
    assert found.finding in FINDINGS
    assert 0 <= found.share_low <= found.share <= found.share_high <= 1
    assert found.violated > 0
    assert (found.counterexample is None) == (found.finding == "holds")
    assert found.record() == check(claim, seed=seed).record()
    json.dumps(as_json(found.record()), allow_nan=False)


def test_a_technology_without_effect_is_refused() -> None:
    both = (IMPROVED, Move("defender_edge", "multiply", "improvement"))
    with pytest.raises(ClaimError, match="better-attackers: technology: nothing changes"):
        check(tilting(test=Tilting(both)))
    with pytest.raises(ClaimError, match="changes nothing, whatever"):
        Tilting((Move("attacker_cost", "multiply", 1.0),))
    with pytest.raises(ClaimError, match="changes nothing"):
        Tilting(())


def test_a_region_where_the_contest_is_undefined_is_refused() -> None:
    with pytest.raises(ClaimError, match=r"region\.attacker_stake: Tullock is undefined where attacker_stake is -1 to"):
        tilting(cases=(Case(tm.Tullock, region(REGION | {"attacker_stake": Span(-1.0, 1.0)})),))
    with pytest.raises(ClaimError, match="region: unknown input of Tullock 'hole_count'"):
        tilting(cases=(Case(tm.Tullock, region(REGION | {"hole_count": 2.0})),))
    with pytest.raises(ClaimError, match="leads where the contest is undefined"):
        check(tilting(test=Tilting((Move("attacker_edge", "add", -1.0),))))
    with pytest.raises(ClaimError, match="nothing varies"):
        tilting(cases=(Case(tm.Tullock, region({"attacker_stake": 1.0})),))
    with pytest.raises(ClaimError, match="from a lower to a higher"):
        Span(2.0, 1.0)


def test_a_measure_that_the_contest_lacks_is_refused() -> None:
    with pytest.raises(ClaimError, match="unknown measure 'holes_left'"):
        Tilting((IMPROVED,), measure="holes_left")
    with pytest.raises(ClaimError, match="while efforts are fixed"):
        Tilting((IMPROVED,), measure="attacker_effort", efforts="fixed")
    with pytest.raises(TiltmeterError, match="unknown direction"):
        Tilting((IMPROVED,), direction="grows")  # type: ignore[arg-type]


def test_fixed_efforts_agree_with_the_success_function() -> None:
    efforts = {"attacker_effort": Span(0.1, 1.0), "defender_effort": Span(0.1, 1.0)}
    claim = tilting(
        cases=(Case(tm.Tullock, region(efforts | {"improvement": 2.0})),),
        test=Tilting((IMPROVED,), efforts="fixed"),
        efforts="fixed",
    )
    points = claim.cases[0].region.points(np.asarray([[0.5, 0.5], [1.0, 0.0]]))
    a, d = points["attacker_effort"], points["defender_effort"]
    assert claim.test(claim.cases[0], points).margin == pytest.approx(2 * a / (2 * a + d) - a / (a + d))


def test_several_contests_are_told_apart() -> None:
    def test(case: Case, points: Points, search: bool = False) -> Any:
        return known(lambda x, y: x + (1 if case.contest is tm.Tullock else -2)).test(case, points)

    contests = (tm.Tullock, tm.DifferenceForm)
    found = check(known(lambda x, y: x, cases=tuple(Case(one, region(SQUARE)) for one in contests), test=test))
    assert found.finding == "holds-if"
    assert found.condition is not None
    assert (found.condition.text, found.condition.accuracy) == ("the contest is Tullock", 1)
    assert [case.holds for case in found.cases] == [1, 0]


def test_a_claim_need_not_be_about_contests() -> None:
    def test(case: Case, points: Points, search: bool = False) -> Outcome:
        margin = 0.5 - points["access"] * points["capability"]
        return Outcome(margin, np.ones(margin.shape, bool), np.zeros(margin.shape), {"harm": 0.5 - margin})

    ratings = region({"access": Span(0.0, 1.0), "capability": Span(0.0, 1.0)})
    claim = known(lambda x, y: x, cases=(Case(None, ratings, name="ratings"),), test=test, own=("access", "capability"))
    found = check(claim)
    assert found.share == pytest.approx(0.5 + 0.5 * np.log(2), abs=0.01)
    assert found.record()["cases"][0]["contest"] is None
    with pytest.raises(ClaimError, match="region: unknown input of the claim 'access'"):
        known(lambda x, y: x, cases=(Case(None, ratings),), test=test, own=("capability",))
    with pytest.raises(ClaimError, match="known: cases: this test needs a contest"):
        check(known(lambda x, y: x, cases=claim.cases, test=Tilting((IMPROVED,)), own=claim.own))
