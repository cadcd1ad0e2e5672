"""Assessment files: what loads, and what is said of what does not."""

from pathlib import Path

import pytest

from assessment_cases import FILE, GOOD, TWO, line_of, refused, varied
from tiltmeter import framework
from tiltmeter.errors import AssessmentError
from tiltmeter.framework import load, loads, rubric


@pytest.mark.parametrize("name", framework.bundled())
def test_bundled_assessments_rate_every_dimension_on_sourced_figures(name: str) -> None:
    found = load(name)
    assert found.name == name
    assert name.endswith({"cybersecurity": "cyber", "cbrn": "cbrn", "disinformation": "disinformation"}[found.domain])
    for rater in found.raters:
        assert set(rater.ratings) == set(found.rubric.names)
        for rating in rater.ratings.values():
            assert rating.evidence or rating.guess, (name, rating.dimension)
            assert not rating.missing


def test_bundled_systems_are_assessed_where_they_make_sense() -> None:
    names = set(framework.bundled())
    for system in ("gpt-4", "deepseek-r1", "claude-opus-4-5"):
        assert {f"{system}-{domain}" for domain in ("cyber", "cbrn", "disinformation")} <= names
    assert "evo-2-cbrn" in names


def test_an_indicator_rates_by_its_documented_map() -> None:
    rating = loads(GOOD).raters[0].ratings["capability-depth"]
    expected = rubric(2).dimension("capability-depth").indicator("metr-time-horizon").map.rating(4.0)
    assert rating.spread.mode == pytest.approx(expected)
    assert (rating.spread.low, rating.spread.high) == pytest.approx((expected - 0.5, expected + 0.5))
    assert rating.evidence == ("horizon-gpt-4",)


def test_an_older_version_of_the_rubric_still_loads() -> None:
    found = loads(varied("rubric: 2", "rubric: 1"))
    assert found.rubric.version == 1
    assert found.rubric.dimension("access-level").anchors != rubric(2).dimension("access-level").anchors


def test_ratings_without_evidence_are_counted_in_a_warning() -> None:
    (warning,) = loads(GOOD).warnings
    assert warning.startswith("10 of 12 ratings have no evidence: access-level, ")


def test_dimensions_that_nobody_rated_are_uniform_and_said_to_be() -> None:
    found = loads(varied("      access-level: 2 to 3\n", ""))
    assert any("1 dimensions are not rated" in warning for warning in found.warnings)
    assert found.distribution("access-level").ppf([0.25, 0.75]) == pytest.approx([1, 3], abs=0.01)


def test_a_file_may_stand_on_another_one(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(GOOD, encoding="utf-8")
    text = GOOD[: GOOD.index("raters:")] + "based_on: base.yaml\nraters:\n  - {name: ann, ratings: {access-level: 4}}\n"
    (tmp_path / "own.yaml").write_text(text, encoding="utf-8")
    found = load(str(tmp_path / "own.yaml"))
    assert found.raters[0].ratings["access-level"].text == "4"
    assert found.raters[0].ratings["modifiability"].text == "1 to 3"
    assert found.sha256 != loads(text, str(tmp_path / "own.yaml")).sha256[:0]
    (tmp_path / "base.yaml").write_text(text.replace("base.yaml", "own.yaml"), encoding="utf-8")
    with pytest.raises(AssessmentError, match="in a circle"):
        load(str(tmp_path / "own.yaml"))


def test_settings_replace_a_rating_of_every_rater() -> None:
    found = loads(TWO).with_settings({"regulatory_strength": "4", "access-level": "1 to 2"})
    assert {rater.ratings["regulatory-strength"].text for rater in found.raters} == {"4"}
    assert found.settings == (("regulatory-strength", "4"), ("access-level", "1 to 2"))
    for name, text, said in (
        ("regulation", "4", "unknown dimension"),
        ("access-level", "5", "out of the scale"),
        ("access-level", "3 to 1", "reversed"),
    ):
        with pytest.raises(AssessmentError, match=said) as caught:
            loads(GOOD).with_settings({name: text})
        assert caught.value.field == name


@pytest.mark.parametrize(
    ("old", "new", "said", "field", "where"),
    [
        ("access-level: 2 to 3", "acces-level: 2 to 3", "did you mean 'access-level'", "acces-level", "acces-level"),
        (
            "access-level: 2 to 3",
            "access-level: 2 to 5",
            "out of the scale, which runs from 0 to 4",
            "access-level",
            "to 5",
        ),
        ("access-level: 2 to 3", "access-level: -1", "out of the scale", "access-level", "-1"),
        (
            "access-level: 2 to 3",
            "access-level: 3 to 2",
            "reversed; write the lower end first",
            "access-level",
            "3 to 2",
        ),
        ("access-level: 2 to 3", "access-level: {value: 2 to 3, mode: 1}", "must lie in the range", "mode", "mode: 1"),
        ("access-level: 2 to 3", "access-level: {value: 2, confidence: 2}", "at most 1", "confidence", "confidence: 2"),
        ("access-level: 2 to 3", "access-level: {value: 1 to 3, min: 2}", "between min 2", "access-level", "min: 2"),
        ("access-level: 2 to 3", "access-level: {why: none}", "needs a value, or an indicator", "access-level", "none"),
        ("access-level: 2 to 3", "access-level: {value: 2, evidence: [nowhere]}", "unknown evidence", "1", "nowhere"),
        ("metr-time-horizon", "metr-time", "did you mean 'metr-time-horizon'", "indicator", "metr-time"),
        ("horizon-gpt-4", "eci-gpt-4-x", "unknown evidence", "indicator", "eci-gpt-4-x"),
        ("figure: horizon-gpt-4", "figure: gpqa-gpt-4", "wants 'minutes'", "indicator", "gpqa-gpt-4"),
        ("rubric: 2", "rubric: 9", "Allowed: 1, 2", "rubric", "rubric: 9"),
        ("domain: cybersecurity", "domain: cybersec", "did you mean 'cybersecurity'", "domain", "domain: cybersec"),
        ('date: "2025-01-01"', 'date: "2025-13-01"', "is no date", "date", "2025-13-01"),
        (
            "  - name: ann\n",
            "  - name: ann\n    rubric: 1\n",
            "by different anchors cannot be mixed",
            "rubric",
            "rubric: 1",
        ),
        ("  - name: ann\n", "  - name: ann\n    weight: 0\n", "must be > 0", "weight", "weight: 0"),
        ("system: A system\n", "", "the field 'system' is missing", "system", "format: 1"),
        ("system: A system\n", "system: A system\nsistem: x\n", "unknown field 'sistem'", "sistem", "sistem"),
        ("rubric: 2\n", "rubric: 2\nbased_on: nobody\n", "unknown assessment 'nobody'", "based_on", "based_on"),
        ("rubric: 2\n", "rubric: 2\nbridge: {nothing: 2}\n", "unknown part of the bridge", "nothing", "bridge"),
        (
            "rubric: 2\n",
            "rubric: 2\nbridge: {strip: 2}\n",
            "strip must be finite and between 0 and 1",
            "strip",
            "bridge",
        ),
        (
            "rubric: 2\n",
            'rubric: 2\nbridge: {"attacker_cost by regulation": 2}\n',
            "must multiply",
            "attacker_cost by regulation",
            "bridge",
        ),
    ],
)
def test_mistakes_are_reported_with_line_and_field(old: str, new: str, said: str, field: str, where: str) -> None:
    text = varied(old, new)
    error = refused(text)
    assert said in str(error), str(error)
    assert error.field is not None
    assert error.field.endswith(field), str(error)
    assert error.file == FILE
    assert error.line == line_of(where, text), str(error)


def test_a_rater_is_given_once_and_mixed_rubrics_are_refused_across_files() -> None:
    error = refused(TWO.replace("name: bob", "name: ann"))
    assert "the rater 'ann' is given twice" in str(error)
    assert error.line == TWO.splitlines().index("  - name: bob") + 1
    text = varied("rubric: 2\n", "rubric: 1\nbased_on: gpt-4-cyber\n")
    assert "uses version 1 of the rubric, but gpt-4-cyber" in str(refused(text))


def test_a_name_that_does_not_exist() -> None:
    with pytest.raises(AssessmentError, match="did you mean 'gpt-4-cyber'"):
        load("gpt4-cyber")
    with pytest.raises(AssessmentError, match="there is no such file"):
        load("nowhere.yaml")
    assert "the file is empty" in str(refused(""))
    assert "the alias" in str(refused("format: *one"))
