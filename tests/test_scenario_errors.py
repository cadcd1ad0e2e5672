"""Bad input: one message that names the file, the line, the field, the value and what is allowed."""

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenario_cases import FILE, GOOD, line_of, refused, varied
from tiltmeter.errors import ScenarioError
from tiltmeter.scenarios import Scenario, load, loads

STAKE = "{value: 5 to 20, evidence: [ai-spearphish-vs-generic], why: read off}"

# What is replaced, by what, the field that is to blame, and what the message has to say; then, where the mistake is not
# reported on the line of what is replaced, a part of the line on which it is.
CASES = [
    # Names.
    ("contest: Tullock", "contest: Tulock", "readings.odds.contest", "contest 'Tulock'; did you mean 'Tullock'?"),
    ("question:", "qestion:", "qestion", "unknown field 'qestion'; did you mean 'question'?"),
    ("    weight: 0.5", "    wieght: 0.6", "readings.forgery.wieght", "did you mean 'weight'?"),
    ("    guess: twice", "    gues: twice", "parameters.defender_stake.gues", "did you mean 'guess'?"),
    ("baseline: before", "baselin: before", "technology.baselin", "did you mean 'baseline'?"),
    ("    value: 0.7", "    valu: 0.7", "correlations.1.valu", "did you mean 'value'?"),
    ("  attacker_cost: 2", "  atacker_cost: 2", "parameters.atacker_cost", "did you mean 'attacker_cost'?"),
    ("flaw: {value: 1", "attacker_edge: {value: 1", "readings.forgery.parameters.attacker_edge",
     "unknown parameter of Examination 'attacker_edge'"),
    ("holes.scale", "holes.rate", "readings.holes.parameters.holes.rate", "'holes.rate'"),
    ("      imitation: 1.5", "      imitatio: 1.5", "readings.forgery.changes.imitatio", "did you mean 'imitation'?"),
    ("{holes: Lomax}", "{holes: Lomx}", "readings.holes.options.holes", "did you mean 'Lomax'?"),
    ("{holes: Lomax}", "{hole: Lomax}", "readings.holes.options.hole", "did you mean 'holes'?"),
    ("ai-spearphish-vs-generic", "ai-spearphish-vs-generc", "parameters.attacker_stake.evidence.1",
     "did you mean 'ai-spearphish-vs-generic'?"),
    ("guess: offense", "guess: ofense", "guess", "unknown guess 'ofense'; did you mean 'offense'?"),
    ("name: odds", "name: forgery", "readings.forgery.name", "given to two readings"),
    ("name: odds", "name: The Odds", "readings.The Odds.name", "lower-case"),
    # Numbers.
    ("  attacker_cost: 2", "  attacker_cost: -2", "parameters.attacker_cost", "-2 is out of range: attacker_cost"),
    ("  attacker_cost: 2", "  attacker_cost: 0", "parameters.attacker_cost", "> 0"),
    ("1% to 5%", "1% to 100%", "readings.forgery.parameters.false_positive_cap", "the end 1 of 1% to 100%"),
    ("attacker_cost: 2", "attacker_cost: {distribution: normal, mean: -1, sd: 9}", "parameters.attacker_cost",
     "the median -1 of normal (mean -1, sd 9) is out of range"),
    ("median: 1,", "median: -1,", "readings.odds.parameters.attacker_edge.value.median", "must be > 0, not -1"),
    ("5 to 20", "20 to 5", "parameters.attacker_stake.value", "the interval '20 to 5' is reversed"),
    ("attacker_cost: 2", "attacker_cost: .nan", "parameters.attacker_cost", "finite number, not nan"),
    ("attacker_cost: 2", "attacker_cost: -.inf", "parameters.attacker_cost", "finite number, not -inf"),
    ("attacker_cost: 2", "attacker_cost: true", "parameters.attacker_cost", "must be a number, not true"),
    ("attacker_cost: 2", "attacker_cost: '2'", "parameters.attacker_cost", "leave the quotation marks out"),
    ("attacker_cost: 2", "attacker_cost: two", "parameters.attacker_cost", "'two' is no value; write a number (2)"),
    ("attacker_cost: 2", "attacker_cost:", "parameters.attacker_cost", "the value is missing"),
    ("attacker_cost: 2", "attacker_cost: {why: so}", "parameters.attacker_cost.value", "'value' is missing"),
    ("attacker_cost: 2", "attacker_cost: x 2", "parameters.attacker_cost", "belongs under `changes`"),
    ("x 0.1 to 0.3", "x -0.3 to -0.1", "changes.attacker_cost", "a factor on attacker_cost must be finite and > 0"),
    ("x 0.1 to 0.3", "-0.3", "changes.attacker_cost", "To subtract write + -0.3"),
    ("x 0.1 to 0.3", "+ -3", "changes.attacker_cost", "2 plus -3, but it must be finite and > 0"),
    ("weight: 0.5", "weight: 0.4", "readings", "0.4 + 0.3 + 0.2 = 0.9", "readings:"),
    ("weight: 0.5", "weight: 0.500001", "readings", "= 1.000001", "readings:"),
    ("weight: 0.5", "weight: 0", "readings.forgery.weight", "must be > 0 and at most 1, not 0"),
    ("weight: 0.5", "weight: '0.5'", "readings.forgery.weight", "leave the quotation marks out"),
    ("weight: 0.5", "weight: yes", "readings.forgery.weight", "must be a number, not 'yes'"),
    ("    weight: 0.5\n", "", "readings.forgery.weight", "the field 'weight' is missing", "name: forgery"),
    # Correlations.
    ("[attacker_stake, flaw]", "[attacker_stak, flaw]", "correlations.1.between", "did you mean 'attacker_stake'?"),
    ("[attacker_stake, flaw]", "[attacker_cost, flaw]", "correlations.1.between", "attacker_cost is certain"),
    ("[attacker_stake, flaw]", "[flaw, flaw]", "correlations.1.between", "two different inputs"),
    ("[attacker_stake, flaw]", "[attacker_edge, flaw]", "correlations.2.between", "is given twice",
     "[flaw, attacker_edge]"),
    ("value: 0.7", "value: 1", "correlations.1.value", "between -1 and 1, both excluded, not 1"),
    ("value: 0.7", "value: 0.99", "correlations.1.value", "not positive definite"),
    # Form.
    ("format: 1", "format: 2", "format", "2 is not supported; this version of tiltmeter reads format 1"),
    ("format: 1", "format: true", "format", "true is not supported"),
    ("title: A case", "title: 5", "title", "must be text, not 5"),
    ("title: A case", "title: ''", "title", "must not be empty"),
    ("  - a note", "  - [a]", "notes.1", "must be text, not a list"),
    (STAKE, "[1, 2]", "parameters.attacker_stake", "must be a number, not a list"),
    ("{name: language models, short: AI, baseline: before}", "3", "technology", "mapping of fields, not 3"),
    ("short: AI", "short: 'A:I'", "technology.short", "no : or ="),
    ("attacker_cost: 2", "attacker_cost: !!python/object/apply:os.system [ls]", "parameters.attacker_cost",
     "the tag !!python/object/apply:os.system"),
    ("attacker_cost: 2", "attacker_cost: &here 2", "parameters.attacker_cost", "anchor"),
    ("  attacker_cost: 2", "  attacker_cost: 2\n  attacker_cost: 3", "parameters.attacker_cost",
     "given twice; first on line 13", "  attacker_cost: 3"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[2]}: {case[3]}")
def test_a_mistake_is_named_with_its_place(case):
    old, new, field, said, *where = case
    text = varied(old, new)
    error = refused(text)
    assert said in error.message
    line = line_of(text, *where) if where else GOOD[: GOOD.index(old)].count("\n") + 1
    assert (error.file, error.line, error.field) == (FILE, line, field)
    assert str(error) == f"{FILE}:{line}: {field}: {error.message}"


@pytest.mark.parametrize("name", ["format", "name", "title", "question", "technology", "readings"])
def test_a_missing_field_is_named(name):
    start = line_of(GOOD, f"{name}:") - 1
    lines = GOOD.splitlines(keepends=True)
    end = next((n for n in range(start + 1, len(lines)) if lines[n][0] not in " -"), len(lines))
    error = refused("".join(lines[:start] + lines[end:]))
    assert (error.line, error.field) == (1, name)
    assert f"the field '{name}' is missing" in error.message


def test_a_reading_without_a_contest_is_refused():
    text = varied("    contest: Tullock\n", "")
    error = refused(text)
    assert (error.line, error.field) == (line_of(text, "name: odds"), "readings.odds.contest")


def without_changes(text: str) -> str:
    head, tail = text.split("changes:\n  attacker_cost: x 0.1 to 0.3\n  defender_stake: + 1 to 2\n")
    return head + tail


def test_a_scenario_without_changes_is_refused():
    text = without_changes(GOOD).replace("    changes:\n      imitation: 1.5\n", "")
    text = text[: text.index("    changes:\n      attacker_edge")] + text[text.index("  - name: holes") :]
    text = text[: text.index("correlations:")]
    error = refused(text)
    assert (error.line, error.field) == (1, "changes")
    assert "no changes are given" in error.message


def test_a_reading_without_changes_is_refused():
    text = without_changes(GOOD)
    error = refused(text)
    assert (error.line, error.field) == (line_of(text, "name: holes"), "readings.holes.changes")
    assert "zero by construction" in error.message


def test_a_shared_value_that_no_reading_uses_is_refused():
    text = varied("  defender_returns: 0.4 to 0.6\n", "  defender_returns: 0.4 to 0.6\n  attacker_returns: 1\n")
    error = refused(text)
    assert (error.line, error.field) == (line_of(text, "attacker_returns: 1"), "parameters.attacker_returns")
    assert "each that has the parameter gives its own" in error.message


def test_without_readings_a_scenario_is_refused():
    assert "at least one item" in refused(GOOD[: GOOD.index("readings:")] + "readings: []\n").message


# One mistake each of form, meaning and evidence; wherever two of them stand, the upper one is reported.
MISTAKES = [
    ("format: 1", "format: 3"),
    ("question:", "qestion:"),
    ("[ai-spearphish-vs-generic]", "[no-such-figure]"),
    ("    guess: twice as much", "    guess: 5"),
    ("  attacker_cost: 2", "  attacker_cost: -2"),
    ("x 0.1 to 0.3", "x 0.3 to 0.1"),
    ("contest: Examination", "contest: Exam"),
    ("flaw: {value: 1 to 3}", "flaw: {value: -1 to 3}"),
    ("weight: 30%", "weight: -1"),
    ("attacker_edge: {value", "attacker_edg: {value"),
    ("options: {holes: Lomax}", "options: {holes: 5}"),
    ("contest: Tullock", "contest: 5"),
    ("name: holes", "name: 7"),
    ("      imitation: 1.5", "      imitation: {low: 1, high: 2}"),
    ("x 0.1 to 0.3", "{distribution: uniform, low: 1}"),
    ("  - {between: [flaw, attacker_edge], value: -0.3}", "  - 5"),
    ("  - a note", "  - 6"),
]


@settings(max_examples=60)
@given(st.lists(st.sampled_from(MISTAKES), min_size=1, max_size=4, unique_by=lambda mistake: mistake[0]))
def test_of_several_mistakes_the_first_in_the_file_is_reported(mistakes):
    text = GOOD
    for old, new in mistakes:
        assert old in text
        text = text.replace(old, new, 1)
    error = refused(text)
    lines = {line_of(text, new) for _, new in mistakes}
    # That a parameter does not exist cannot be known of a reading whose contest is unknown.
    assert error.line == min(lines)


def test_a_value_above_a_reading_that_lacks_its_contest_is_reported_first():
    text = varied("    contest: Tullock\n", "").replace("flaw: {value: 1 to 3}", "flaw: {value: -1 to 3}")
    assert refused(text).field == "readings.forgery.parameters.flaw.value"
    # Below it, the contest is.
    text = varied("    contest: Tullock\n", "").replace("holes.scale: 2 to 8", "holes.scale: -2 to 8")
    assert refused(text).field == "readings.odds.contest"


@settings(max_examples=150)
@given(st.integers(0, len(GOOD.splitlines()) - 1), st.text(max_size=20) | st.sampled_from(["", "[", "- 1", "{}", "~"]))
def test_a_damaged_file_is_loaded_or_refused(line, junk):
    lines = GOOD.splitlines()
    lines[line] = lines[line].split(":")[0] + ": " + junk if ":" in lines[line] else junk

    def outcome() -> Scenario | ScenarioError:
        try:
            return loads("\n".join(lines), FILE)
        except ScenarioError as error:
            return error

    found = outcome()
    assert isinstance(found, Scenario) or (found.file == FILE and found.line is not None)


@pytest.mark.parametrize("given", ["spearphishing", "Spear Phishing", "spear-fishing"])
def test_an_unknown_scenario_is_answered_with_the_nearest(given):
    with pytest.raises(ScenarioError, match=r"unknown scenario .* did you mean 'spear-phishing'"):
        load(given)


@pytest.mark.parametrize("given", ["missing.yaml", "folder/missing"])
def test_a_missing_file_is_told(given):
    with pytest.raises(ScenarioError, match=f"{given}: there is no such file"):
        load(given)


def test_folders_large_binary_and_nameless_files_are_refused(tmp_path):
    large, binary = tmp_path / "large.yaml", tmp_path / "binary.yaml"
    with large.open("wb") as file:
        file.truncate(50_000_000)
    binary.write_bytes(b"format: 1\n\xff\xfe")
    for path, said in [
        (tmp_path, "folder"),
        (large, "larger than 1,000,000 bytes"),
        (binary, "no UTF-8 text: byte 0xff"),
        (sys.executable, "no UTF-8|control character|larger"),
        ("a\0.yaml", "cannot be read"),
        ("a" * 5000, "cannot be read"),
    ]:
        with pytest.raises(ScenarioError, match=said) as caught:
            load(path)
        assert caught.value.file == str(path)
