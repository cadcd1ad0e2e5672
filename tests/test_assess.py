"""Answers to assessments: what they are made of, against differences, recomputation and closed forms."""

import json

import krippendorff
import numpy as np
import pytest

from assessment_cases import BOB, GOOD, TWO, varied
from tiltmeter import analysis, framework
from tiltmeter.analysis import assessments
from tiltmeter.analysis.assessments._raters import alpha, expected
from tiltmeter.analysis.assessments._slopes import slopes
from tiltmeter.errors import AssessmentError
from tiltmeter.framework import System, load_graph, loads
from tiltmeter.framework._graph import loads as graph_from
from tiltmeter.scenarios._assessed import scenario_of

SAMPLES = 256


@pytest.fixture(scope="module")
def case() -> framework.Assessment:
    return loads(GOOD)


@pytest.fixture(scope="module")
def found(case: framework.Assessment) -> assessments.Assessed:
    return assessments.assess(case, samples=SAMPLES)


def test_the_answer_is_that_of_the_same_contests_solved_by_evaluate(found: assessments.Assessed) -> None:
    tilt = analysis.evaluate(found.scenario, found.values)["all"]
    assert found.tilt[0] == pytest.approx(tilt.value, abs=1e-12)
    assert found.chances.offense == np.mean(tilt.value > 1e-9)
    assert found.certificate.worst_regret <= 1e-8
    assert not found.failed


def test_draws_that_no_formula_covers_are_searched() -> None:
    weapon = assessments.assess("gpt-4-cbrn", samples=SAMPLES, deep=False)
    by_formula = analysis.evaluate(weapon.scenario, weapon.values, search=False)["all"]
    assert not by_formula.certified.all()
    assert weapon.failed == 0
    assert weapon.tilt[0][by_formula.certified] == pytest.approx(by_formula.value[by_formula.certified], abs=1e-12)
    searched = analysis.evaluate(weapon.scenario, weapon.values)["all"]
    assert weapon.tilt[0] == pytest.approx(searched.value, abs=2e-3)


def test_records_hold_the_four_parts_and_do_not_change(case: framework.Assessment, found: assessments.Assessed) -> None:
    record = found.record()
    assert {"profile", "bridge", "balance", "leverage", "interplay", "robustness", "raters"} <= set(record)
    assert len(record["profile"]) == 18
    again = assessments.assess(case, samples=SAMPLES)
    assert json.dumps(again.record()) == json.dumps(record)


def test_without_connections_nothing_settles_elsewhere(case: framework.Assessment) -> None:
    graph = load_graph()
    bare = graph.without(*(one.id for one in graph.influences))
    found = assessments.assess(case, graph=bare, samples=64, deep=False)
    assert all(row.rated == row.settled for row in found.profile)
    assert found.interplay.turned == 0
    assert found.interplay.tilt_as_rated == found.interplay.tilt_settled


def test_beside_itself_a_system_changes_nothing() -> None:
    points = dict.fromkeys(framework.rubric().names, "2")
    case = loads(GOOD).with_settings(points)
    found = assessments.assess(case, baseline=case, samples=32, deep=False)
    assert found.side == "unchanged"
    assert all(row.value.median == pytest.approx(1.0) for row in found.bridge)


def test_derivatives_agree_with_differences_of_the_whole_chain(case: framework.Assessment) -> None:
    system = System(case, load_graph())
    scenario = scenario_of(system)
    values = scenario.values(scenario.scores(4, 3))
    exact = slopes(scenario, system, values, 4)
    for k, name in enumerate(case.rubric.names):
        ends = []
        for shift in (1e-4, -1e-4):
            moved = values | {name: values[name] + shift}
            ends.append(analysis.evaluate(scenario, moved)["all"].value)
        assert exact[k] == pytest.approx((ends[0] - ends[1]) / 2e-4, rel=2e-3, abs=2e-6), name


def test_leverage_ranks_by_three_rules_and_says_where_they_disagree(found: assessments.Assessed) -> None:
    lever = found.leverage
    assert lever is not None
    assert [one.ranks["sobol"] for one in lever.dimensions] == sorted(one.ranks["sobol"] for one in lever.dimensions)
    sizes = {one.name: abs(one.derivative.median) for one in lever.dimensions}
    strongest = min(lever.dimensions, key=lambda one: one.ranks["derivative"])
    assert sizes[strongest.name] == max(sizes.values())
    assert {one.kind for one in lever.elements} == {"element"}
    assert set(lever.others) == {"influences", "bridge", "contest"}
    assert -1 <= lever.agreement["derivative, centrality"] <= 1
    for text in lever.disagreements:
        assert " is number " in text


def test_a_rating_that_is_certain_has_no_share_of_the_spread(case: framework.Assessment) -> None:
    lever = assessments.leverage(case, settings={"capability-depth": "3"}, samples=SAMPLES)
    (depth,) = (one for one in lever.dimensions if one.name == "capability-depth")
    assert depth.sobol == 0


def test_what_if_moves_only_by_what_was_set_and_holds_it(case: framework.Assessment) -> None:
    found = assessments.what_if(case, regulatory_strength=4, samples=SAMPLES)
    assert found.settings == {"regulatory-strength": 4.0}
    assert found.after["regulatory-strength"] == 4
    assert {move.source for move in found.moves if move.round == 1} <= {"sociotechnical-context", "misuse-restraint"}
    assert set(found.direct) == {"sociotechnical-context"}
    assert found.change.median < 0
    last = found.rounds[-1]
    assert all(last[name] == pytest.approx(found.after[name], abs=1e-6) for name in last)
    held = assessments.assess(case, settings={"regulatory-strength": "4"}, samples=SAMPLES, deep=False)
    assert held.profile[-1].settled.median == 4
    json.dumps(found.record())


def test_what_if_refuses_what_does_not_exist(case: framework.Assessment) -> None:
    with pytest.raises(AssessmentError, match="unknown dimension 'regulation'"):
        assessments.what_if(case, regulation=4)
    with pytest.raises(AssessmentError, match="out of the scale"):
        assessments.what_if(case, regulatory_strength=5)


def test_a_connection_without_weight_is_spurious_and_all_cuts_together_are_the_bare_graph(
    case: framework.Assessment,
) -> None:
    found = assessments.spurious(case, samples=64)
    nothing = [one for one in found.each if one.weight == 0]
    assert len(found.each) == 32
    whole = assessments.assess(case, samples=64, deep=False)
    assert found.offense == pytest.approx(whole.interplay.offense_settled)
    assert found.without_any.offense == pytest.approx(whole.interplay.offense_as_rated)
    assert set(found.together) | set(found.needed) == {one.id for one in found.each}
    assert not set(found.together) & set(found.needed)
    assert nothing  # guessed at zero, with a range: cutting them moves single draws only
    weightless = graph_from(
        "format: 1\nversion: w\nbased_on: 1\nedges:\n"
        "  - {from: adaptability, to: safeguards-and-mitigations, weight: 0, why: a test}\n"
    )
    cut = assessments.spurious(case, graph=weightless, samples=64)
    (one,) = (each for each in cut.each if each.id == "adaptability -> safeguards-and-mitigations")
    assert one.shift == 0
    assert one.spurious


def test_a_graph_with_several_fixed_points_is_refused_with_all_of_them(case: framework.Assessment) -> None:
    graph = graph_from(
        "format: 1\nversion: two\ngain: {value: 40, why: a test}\nedges:\n"
        "  - {from: adaptability, to: raw-capability-potential, weight: 1, why: a test}\n"
        "  - {from: raw-capability-potential, to: adaptability, weight: 1, why: a test}\n"
        "  - {from: safeguards-and-mitigations, to: adaptability, weight: -0.9, why: a test}\n",
        "two.yaml",
    )
    low = case.with_settings(dict.fromkeys(("capability-breadth", "capability-depth", "modifiability"), "0.05"))
    low = low.with_settings({"knowledge-transferability": "0.05"})
    # `with_settings` does not hold what it sets; only the options of `assess` do.
    with pytest.raises(AssessmentError, match=r"two.yaml: gain: the graph has \d fixed points") as caught:
        assessments.assess(low, graph=graph, samples=32, deep=False)
    assert "(2) " in str(caught.value)


def test_raters_are_kept_apart_to_the_verdict() -> None:
    case = loads(TWO)
    found = assessments.assess(case, samples=SAMPLES)
    raters = found.raters
    assert [reading.name for reading in found.scenario.readings] == ["ann", "bob"]
    assert [reading.weight for reading in found.scenario.readings] == [0.25, 0.75]
    assert raters.between is not None
    assert raters.within is not None
    assert raters.between + raters.within == pytest.approx(1)
    means, variances = found.tilt.mean(axis=1), found.tilt.var(axis=1)
    between = 0.25 * 0.75 * (means[0] - means[1]) ** 2
    within = 0.25 * variances[0] + 0.75 * variances[1]
    assert raters.between == pytest.approx(between / (between + within))
    apart = raters.disagreements[0]
    assert apart.range == pytest.approx(abs(apart.means["ann"] - apart.means["bob"]))
    assert raters.argued is not None
    slope = {one.name: one.derivative.median for one in found.leverage.dimensions} if found.leverage else {}
    effects = {
        (rater, one.dimension): slope[one.dimension] * weight * (one.means[other] - one.means[rater])
        for one in raters.disagreements
        for rater, other, weight in (("ann", "bob", 0.25), ("bob", "ann", 0.75))
    }
    most = max(effects, key=lambda key: abs(effects[key]))
    assert (raters.argued.rater, raters.argued.dimension) == most
    assert raters.argued.effect == pytest.approx(effects[most])


def test_identical_raters_agree_and_explain_nothing() -> None:
    same = GOOD + GOOD[GOOD.index("  - name: ann") :].replace("ann", "eve")
    found = assessments.assess(loads(same), samples=64, deep=False)
    assert found.raters.alpha == pytest.approx(1)
    assert found.raters.between is not None
    assert found.raters.between < 0.05  # of the draws alone, which differ from rater to rater


def test_the_median_pool_and_a_pooled_question_have_one_reading() -> None:
    case = loads(varied("rubric: 2\n", "rubric: 2\npool: median\n", TWO))
    found = assessments.assess(case, samples=64, deep=False)
    assert len(found.scenario.readings) == 1
    assert found.raters.between is None
    assert len(scenario_of(System(loads(TWO), load_graph()), apart=False).readings) == 1


def test_alpha_is_one_minus_observed_over_expected_disagreement() -> None:
    ratings = expected(loads(TWO))
    pairs = [(a - b) ** 2 for a, b in ratings.T]
    values = ratings.ravel()
    observed = np.mean(pairs)
    n = values.size
    chance = np.sum((values[:, None] - values[None]) ** 2) / (n * (n - 1))
    assert alpha(ratings, "interval") == pytest.approx(1 - observed / chance)
    assert alpha(ratings, "interval") == pytest.approx(
        krippendorff.alpha(reliability_data=ratings, level_of_measurement="interval")
    )
    gap = ratings.copy()
    gap[0, 0] = np.nan
    assert alpha(gap, "interval") == pytest.approx(alpha(ratings[:, 1:], "interval"))
    assert alpha(np.full((2, 3), 2.0), "interval") is None


def test_a_comparison_splits_the_difference_into_parts_that_sum_to_it() -> None:
    first, second = loads(GOOD), loads(GOOD[: GOOD.index("raters:")].replace("case", "other") + "raters:\n" + BOB)
    found = assessments.compare(first, second, samples=64)
    assert sum(part.tilt for part in found.parts) == pytest.approx(found.difference)
    assert found.difference < 0
    assert "more to defense than" in found.sentence
    record = found.record()
    assert {"profile", "bridge", "balance", "leverage", "first", "second", "sentence"} <= set(record)
    same = assessments.compare(first, first, samples=64)
    assert same.difference == 0
    assert all(pair.difference == 0 for pair in same.profile)


def test_versions_of_the_rubric_are_not_compared() -> None:
    old = loads(varied("rubric: 2", "rubric: 1"))
    with pytest.raises(AssessmentError, match="by different anchors cannot be compared"):
        assessments.compare(old, loads(GOOD), samples=32)
    with pytest.raises(AssessmentError, match="by different anchors cannot be compared"):
        assessments.assess(loads(GOOD), baseline=old, samples=32)


def test_part_of_the_bridge_can_be_replaced_in_the_assessment() -> None:
    text = varied("rubric: 2\n", 'rubric: 2\nbridge: {"attacker_cost by regulation": x 50, strip: 1}\n')
    found = assessments.assess(loads(text), samples=64, deep=False)
    plain = assessments.assess(loads(GOOD), samples=64, deep=False)
    cost = {row.parameter: row.value.median for row in found.bridge}["attacker_cost"]
    assert cost > 2 * {row.parameter: row.value.median for row in plain.bridge}["attacker_cost"]
    assert found.chances.offense < plain.chances.offense
