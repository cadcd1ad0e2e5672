"""What a good scenario file becomes: readings, inputs, ids, provenance, contests and technologies."""

import hashlib
import subprocess
import sys

import numpy as np
import pytest

from scenario_cases import FILE, GOOD, line_of, refused, varied
from tiltmeter.contests import Examination, HoleSearch, Tullock, parameters
from tiltmeter.errors import UnknownNameError
from tiltmeter.scenarios import Correlation, Scenario, bundled, load, loads, titles


@pytest.fixture(scope="module")
def good() -> Scenario:
    return loads(GOOD, FILE)


def test_what_the_file_says_of_itself(good):
    assert (good.name, good.title, good.question) == ("case", "A case", "Does AI lean it?")
    assert (good.domain, good.guess, good.notes) == ("testing", "offense", ("a note",))
    assert (good.technology_name, good.technology_short, good.baseline) == ("language models", "AI", "before")
    assert (good.path, good.text, good.sha256) == (FILE, GOOD, hashlib.sha256(GOOD.encode()).hexdigest())
    assert good.settings == ()


def test_readings(good):
    assert [(r.name, r.title, r.contest, r.weight) for r in good.readings] == [
        ("forgery", "Forging and examining", "Examination", 0.5),
        ("odds", "odds", "Tullock", 0.3),
        ("holes", "holes", "HoleSearch", 0.2),
    ]
    assert good.readings[2].options == {"holes": "Lomax"}
    assert good.reading("odds") is good.readings[1]
    with pytest.raises(UnknownNameError, match="did you mean 'odds'"):
        good.reading("ods")


def test_ids_say_which_readings_share_a_value(good):
    readings = {given.id: given.readings for given in good.inputs}
    assert readings["attacker_stake"] == ("forgery", "odds", "holes")
    # One reading gives its own.
    assert readings["defender_stake"] == ("forgery", "holes")
    assert readings["odds.defender_stake"] == ("odds",)
    # Given by two readings, each for itself.
    assert readings["forgery.attacker_returns"] == ("forgery",)
    assert readings["odds.attacker_returns"] == ("odds",)
    # Shared, and two of three contests have it.
    assert readings["defender_returns"] == ("forgery", "odds")
    # One contest has it.
    assert readings["flaw"] == ("forgery",)
    assert readings["holes.scale"] == ("holes",)
    # Changes.
    assert readings["AI:attacker_cost"] == ("forgery", "odds", "holes")
    assert readings["AI:imitation"] == ("forgery",)
    assert readings["AI:attacker_edge"] == ("odds",)
    assert len(readings) == len(good.inputs)


def test_every_reading_has_each_parameter_of_its_contest_once(good):
    for reading in good.readings:
        used = [i.parameter for i in good.inputs if i.role == "parameter" and reading.name in i.readings]
        assert sorted(used) == sorted(parameters(reading.contest, **reading.options))


def test_defaults_come_last_and_are_called_so(good):
    defaults = [given for given in good.inputs if given.default]
    assert good.inputs[-len(defaults) :] == tuple(defaults)
    assert {given.provenance for given in defaults} == {"default, not sourced"}
    assert good.input("defender_cost").readings == ("forgery", "odds", "holes")
    assert good.input("holes.shape").quantity.median == parameters("HoleSearch", holes="Lomax")["holes.shape"].default


def test_a_default_that_differs_between_contests_is_told_apart():
    text = varied("  defender_returns: 0.4 to 0.6\n", "")
    inputs = {given.id: given for given in loads(text, FILE).inputs}
    assert inputs["forgery.defender_returns"].quantity.median == parameters("Examination")["defender_returns"].default
    assert inputs["odds.defender_returns"].quantity.median == parameters("Tullock")["defender_returns"].default


def test_inputs_stand_in_the_order_of_the_file_with_their_lines(good):
    given = [i for i in good.inputs if not i.default]
    assert [i.line for i in given] == sorted(i.line for i in given)
    for i in given:
        assert i.parameter in GOOD.splitlines()[i.line - 1]
    assert good.input("flaw").line == line_of(GOOD, "flaw: {")
    assert good.input("flaw").field == "readings.forgery.parameters.flaw"
    assert good.input("AI:imitation").field == "readings.forgery.changes.imitation"


def test_provenance(good):
    said = {given.id: given.provenance for given in good.inputs}
    assert said["attacker_stake"] == "sourced"
    assert said["defender_stake"] == "guess"
    assert said["attacker_cost"] == "guess, no source"
    assert good.input("attacker_stake").evidence == ("ai-spearphish-vs-generic",)
    assert good.input("attacker_stake").why == "read off"
    both = varied("guess: twice as much", "guess: twice as much\n    evidence: [ai-spearphish-vs-generic]")
    assert loads(both).input("defender_stake").provenance == "sourced, in part a guess"


def test_operations_units_and_labels(good):
    shown = {given.id: (given.operation, given.unit, given.label) for given in good.inputs}
    assert shown["attacker_stake"] == (None, "money", "attacker stake")
    assert shown["AI:attacker_cost"] == ("multiply", "1", "AI: attacker cost")
    assert shown["AI:defender_stake"] == ("add", "money", "AI: defender stake")
    assert shown["AI:imitation"] == ("set", "1", "AI: imitation")
    assert shown["AI:attacker_edge"] == ("multiply", "1", "AI: attacker edge")
    assert shown["forgery.attacker_returns"] == (None, "1", "attacker returns (Forging and examining)")
    assert shown["holes.scale"] == (None, "effort", "scale of holes")


def test_money_is_called_what_the_file_says(good):
    assert good.money == ""
    counted = loads(varied("domain: testing", "domain: testing\nmoney: million EUR"))
    assert counted.money == "million EUR"
    units = {given.id: given.unit for given in counted.inputs}
    assert units["attacker_stake"] == units["AI:defender_stake"] == "million EUR"
    assert units["attacker_cost"] == "million EUR/effort"
    assert units["AI:attacker_cost"] == units["attacker_edge"] == "1"
    said = str(refused(varied("domain: testing", "domain: testing\nmoney: thousands of euros")))
    assert "money" in said
    assert "at most 12 characters" in said


def test_a_short_name_may_be_a_plural(good):
    assert not good.technology_plural
    assert loads(varied("short: AI, baseline", "short: AI, plural: true, baseline")).technology_plural


def test_a_shared_value_is_cut_to_what_all_its_readings_allow(good):
    # Returns must be > 0 in a Tullock contest, ≥ 0 in an examination.
    assert str(good.input("defender_returns").domain) == "> 0"
    assert str(good.input("forgery.attacker_returns").domain) == "≥ 0"


def test_contests_and_technologies_hold_the_values(good):
    values = good.values(good.scores(16, 1))
    forgery, odds, holes = (good.contest(reading, values) for reading in good.readings)
    assert isinstance(forgery, Examination)
    assert isinstance(odds, Tullock)
    assert isinstance(holes, HoleSearch)
    assert forgery.shape == odds.shape == holes.shape == (16,)
    np.testing.assert_array_equal(forgery.attacker_stake, values["attacker_stake"])
    np.testing.assert_array_equal(odds.attacker_stake, values["attacker_stake"])
    np.testing.assert_array_equal(holes.defender_stake, values["defender_stake"])
    assert float(odds.defender_stake) == 30
    np.testing.assert_array_equal(holes.holes.scale, values["holes.scale"])

    technology = good.technology("odds", values)
    assert technology.name == "language models"
    assert {name: change.operation for name, change in technology.changes.items()} == {
        "attacker_cost": "multiply",
        "defender_stake": "add",
        "attacker_edge": "multiply",
    }
    after = technology.apply(odds)
    np.testing.assert_allclose(after.attacker_cost, 2 * values["AI:attacker_cost"])
    np.testing.assert_allclose(after.defender_stake, 30 + values["AI:defender_stake"])
    np.testing.assert_allclose(good.technology(good.readings[0], values).apply(forgery).imitation, 1.5)


def test_medians_are_the_values_at_score_zero(good):
    values = good.values(np.zeros(len(good.uncertain)))
    assert {id: float(value) for id, value in values.items()} == pytest.approx(good.medians(), rel=1e-12)
    assert list(good.medians()) == [given.id for given in good.inputs]
    assert good.medians()["attacker_stake"] == pytest.approx(10)


def test_correlations_and_groups(good):
    assert good.correlations == (
        Correlation(("attacker_stake", "flaw"), 0.7),
        Correlation(("flaw", "attacker_edge"), -0.3),
    )
    linked = ("attacker_stake", "flaw", "attacker_edge")
    assert linked in good.groups
    assert sorted(id for group in good.groups for id in group) == sorted(good.uncertain)
    assert all(len(group) == 1 for group in good.groups if group != linked)


def test_sections_without_content_are_empty():
    text = varied("    options: {holes: Lomax}\n", "    options:\n").replace("holes.scale", "holes.rate")
    text = text[: text.index("correlations:")] + "correlations:\nnotes:\n"
    scenario = loads(text, FILE)
    assert scenario.correlations == scenario.notes == ()
    assert scenario.readings[2].options == {}


def test_a_single_reading_needs_no_weight():
    text = GOOD[: GOOD.index("  - name: odds")].replace("    weight: 0.5\n", "")
    assert loads(text, FILE).readings[0].weight == 1.0


def test_a_file_gives_the_same_as_its_text(tmp_path):
    file = tmp_path / "case.yaml"
    for data in (GOOD.encode(), b"\xef\xbb\xbf" + GOOD.encode(), GOOD.replace("\n", "\r\n").encode()):
        file.write_bytes(data)
        scenario = load(file)
        assert scenario.sha256 == hashlib.sha256(data).hexdigest()
        assert scenario.medians() == loads(GOOD).medians()
        assert load(str(file)).path == str(file)


@pytest.mark.parametrize("name", bundled())
def test_bundled_scenarios_load_and_draw(name):
    scenario = load(name)
    assert scenario.name == name
    assert scenario.path == f"bundled/{name}.yaml"
    assert titles()[name] == scenario.title
    values = scenario.values(scenario.scores(1024, 0))
    for reading in scenario.readings:
        contest = scenario.contest(reading, values)
        assert scenario.technology(reading, values).apply(contest).shape == (1024,)


@pytest.mark.parametrize("name", bundled())
def test_no_number_of_a_bundled_scenario_lacks_a_source_or_the_word_guess(name):
    for given in load(name).inputs:
        assert given.evidence or given.guess or given.default, given.id
        assert given.provenance != "guess, no source"


def test_the_main_scenarios_are_bundled():
    assert {"spear-phishing", "compromise-a-server"} <= set(bundled())


def test_names_titles_and_templates_need_no_heavy_library():
    code = (
        "import sys, tiltmeter.scenarios as s; s.bundled(); s.titles(); s.template('a');"
        "print(sorted({'jax', 'scipy', 'pandas', 'xarray', 'pydantic'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
