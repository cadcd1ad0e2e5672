"""The exported schema and the file to start from."""

import json
import re

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from scenario_cases import GOOD, refused, varied
from tiltmeter.contests import CONTESTS, parameters
from tiltmeter.scenarios import bundled, load, loads, schema, template


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    made = json.loads(json.dumps(schema()))
    jsonschema.Draft202012Validator.check_schema(made)
    return jsonschema.Draft202012Validator(made)


@pytest.mark.parametrize("text", [GOOD, template("case"), *(load(name).text for name in bundled())])
def test_what_loads_fits_the_schema(validator, text):
    assert [error.message for error in validator.iter_errors(yaml.safe_load(text))] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("format: 1", "format: 2"),
        ("question:", "qestion:"),
        ("contest: Tullock", "contest: Tulock"),
        ("  attacker_cost: 2", "  atacker_cost: 2"),
        ("  attacker_cost: 2", "  attacker_cost: two"),
        ("  attacker_cost: 2", "  attacker_cost: true"),
        ("flaw: {value: 1", "attacker_edge: {value: 1"),
        ("{holes: Lomax}", "{holes: Lomx}"),
        ("      imitation: 1.5", "      attacker_edge: 1.5"),
        ("median: 1, ", ""),
        ("distribution: lognormal", "distribution: lognomal"),
        ("weight: 30%", "weight: 2"),
        ("guess: offense", "guess: ofense"),
        ("value: 0.7", "value: 1.7"),
    ],
)
def test_what_the_schema_refuses_does_not_load(validator, old, new):
    text = varied(old, new)
    assert not validator.is_valid(yaml.safe_load(text))
    assert refused(text).line


def test_the_schema_knows_every_contest_and_parameter():
    made = schema()
    assert made["$defs"]["ReadingPart"]["properties"]["contest"]["enum"] == [contest.__name__ for contest in CONTESTS]
    known = made["properties"]["parameters"]["properties"]
    for contest in CONTESTS:
        for name, parameter in parameters(contest).items():
            assert known[name]["description"] or parameter.meaning == ""
    assert "holes.sigma" in known


def test_a_new_file_is_a_scenario_with_comments():
    scenario = loads(template("my-case"))
    assert scenario.name == "my-case"
    assert scenario.title == "My case"
    assert len(re.findall("#", scenario.text)) > 10
    assert scenario.contest("share", scenario.values(scenario.scores(8, 0))).shape == (8,)


def test_what_the_new_file_has_as_comments_is_allowed_too():
    text = template("case")
    for line in re.findall(r"# (?:changes|options|guess): [^ ].*", text):
        text = text.replace(line, line.removeprefix("# "))
    assert loads(text.replace("options: {}", "options:")).guess == "offense"
    assert "AI:attacker_edge" in loads(text).medians()


@given(st.text(max_size=30))
def test_any_name_makes_a_file_that_loads(name):
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", loads(template(name)).name)
