"""Replacing inputs from outside the file."""

import numpy as np
import pytest

from scenario_cases import FILE, GOOD
from tiltmeter.errors import ScenarioError
from tiltmeter.scenarios import Correlation, Scenario, loads


@pytest.fixture(scope="module")
def good() -> Scenario:
    return loads(GOOD, FILE)


def test_by_parameter_name_in_all_readings_that_have_it(good):
    changed = good.with_settings({"attacker_returns": "0.7", "defender_stake": "3 to 4"})
    medians = changed.medians()
    assert medians["forgery.attacker_returns"] == medians["odds.attacker_returns"] == 0.7
    assert medians["defender_stake"] == medians["odds.defender_stake"] == pytest.approx(np.sqrt(12))
    assert changed.settings == (("attacker_returns", "0.7"), ("defender_stake", "3 to 4"))
    assert set(changed.uncertain) == {*good.uncertain, "odds.defender_stake"}


def test_by_id_in_one_reading(good):
    medians = good.with_settings({"odds.attacker_returns": "0.7"}).medians()
    assert (medians["forgery.attacker_returns"], medians["odds.attacker_returns"]) == (0.5, 0.7)


def test_changes_by_their_prefix(good):
    changed = good.with_settings({"AI:attacker_cost": "0.5 to 0.6", "AI:imitation": "x 1.2"})
    assert changed.input("AI:attacker_cost").operation == "set"
    assert changed.input("AI:attacker_cost").unit == "money/effort"
    assert changed.input("AI:imitation").operation == "multiply"
    assert changed.input("AI:imitation").unit == "1"
    values = changed.values(np.zeros(len(changed.uncertain)))
    after = changed.technology("forgery", values).apply(changed.contest("forgery", values))
    assert float(after.attacker_cost) == pytest.approx(np.sqrt(0.3))
    assert float(after.imitation) == pytest.approx(1.2)


def test_what_was_set_is_marked_so_and_the_rest_is_kept(good):
    changed = good.with_settings({"attacker_stake": "{distribution: uniform, low: 1, high: 3}"})
    stake = changed.input("attacker_stake")
    assert (stake.provenance, stake.evidence, stake.line) == ("set by hand", (), None)
    assert stake.text == "uniform (low 1, high 3)"
    assert changed.sha256 == good.sha256
    assert [i for i in changed.inputs if i.id != "attacker_stake"] == [
        i for i in good.inputs if i.id != "attacker_stake"
    ]
    assert good.medians()["attacker_stake"] == pytest.approx(10)


def test_settings_add_up(good):
    both = good.with_settings({"attacker_cost": "3"}).with_settings({"attacker_cost": "4"})
    assert both.medians()["attacker_cost"] == 4
    assert both.settings == (("attacker_cost", "3"), ("attacker_cost", "4"))


def test_the_correlation_of_an_input_that_becomes_certain_is_dropped(good):
    changed = good.with_settings({"attacker_stake": "10"})
    assert changed.correlations == (Correlation(("flaw", "attacker_edge"), -0.3),)
    assert changed.scores(8, 0).shape == (8, len(good.uncertain) - 1)
    assert good.with_settings({"attacker_stake": "10 to 11"}).correlations == good.correlations


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("atacker_cost", "1", "unknown input 'atacker_cost'; did you mean 'attacker_cost'? Allowed: attacker_stake,"),
        ("AI:attacker_edg", "x 2", "did you mean 'AI:attacker_edge'?"),
        ("odds.flaw", "1", "unknown input"),
        ("", "1", "unknown input ''"),
        ("attacker_cost", "-1", "-1 is out of range: attacker_cost must be finite and > 0"),
        ("attacker_cost", "8 to 2", "reversed"),
        ("attacker_cost", ".nan", "finite"),
        ("attacker_cost", "nan", "is no value"),
        ("attacker_cost", "true", "not true"),
        ("attacker_cost", "", "missing"),
        ("attacker_cost", "'1'", "leave the quotation marks out"),
        ("attacker_cost", "x 2", "AI:attacker_cost"),
        ("attacker_cost", "1\nformat: 2", "one line"),
        ("attacker_cost", "a: b", "no YAML"),
        ("attacker_cost", "!!python/name:os.system", "tag"),
        ("attacker_cost", "{distribution: normal, mean: 1}", "sd of normal is missing"),
        ("AI:attacker_cost", "x -1", "a factor on attacker_cost"),
        ("AI:attacker_cost", "+ -3", "carries attacker_cost out of its range: 2 plus -3"),
        ("AI:false_positive_cap", "x 2", "unknown input"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(good, name, text, said):
    with pytest.raises(ScenarioError) as caught:
        good.with_settings({name: text})
    assert said in caught.value.message
    assert caught.value.file == "--set"
    assert (caught.value.field or "").split(".sd")[0] == name
