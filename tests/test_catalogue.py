"""The catalogue: many scenarios answered side by side."""

import dataclasses
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from markupsafe import escape
from typer.testing import CliRunner

from door_case import DOOR
from tiltmeter import analysis, figures, report, scenarios
from tiltmeter.analysis import Influence
from tiltmeter.analysis._catalogue import reason
from tiltmeter.analysis._influence import influences
from tiltmeter.analysis._side import Chances
from tiltmeter.cli import app

SAMPLES = 64
PAGES = Path(__file__).parent.parent / "docs" / "scenarios"


def test_an_entry_says_what_a_run_says(door_result: analysis.Result) -> None:
    asked = door_result.scenario
    other = scenarios.loads(DOOR.replace("name: guarded-door", "name: another-door"))
    found, _ = analysis.catalogue([asked, other], door_result.samples, door_result.seed)
    verdict = door_result.verdict
    assert (found.verdict, found.statuses) == (verdict.side, verdict.certificate.statuses)
    assert found.probability == pytest.approx(verdict.probability)
    assert found.worst_regret == pytest.approx(verdict.certificate.worst_regret, abs=1e-9)
    assert found.failed == verdict.failures.share
    assert found.change.median == pytest.approx(verdict.measures[0].change.median, abs=1e-9)
    for mine, its in zip(found.readings, verdict.readings, strict=True):
        assert (mine.name, mine.verdict) == (its.name, its.side)
        assert (mine.offense, mine.before) == pytest.approx((its.offense, its.measures[0].before.median))


def test_entries_do_not_depend_on_their_company() -> None:
    door = scenarios.loads(DOOR)
    alone = analysis.catalogue([door], SAMPLES)
    among = analysis.catalogue([scenarios.load("spear-phishing"), door], SAMPLES)
    told: list[tuple[str, int, int]] = []
    again = analysis.catalogue([door], SAMPLES, progress=lambda *step: told.append(step))
    assert alone == again
    assert among[1] == alone[0]
    assert {stage: done for stage, done, total in told if done == total} == {
        "drawing": 1, "solving and certifying": 4 * SAMPLES, "reading the answers": 1
    }  # fmt: skip


def ishigami(draws: int = 8192) -> tuple[scenarios.Scenario, dict[str, Any], np.ndarray]:
    """A scenario, values of three inputs that are uniform in (-π, π), and Ishigami's function of them as the tilt."""
    door = scenarios.loads(DOOR)
    values = {name: np.asarray(1.0) for name in door.medians()} | door.values(door.scores(draws, 0))
    x = {name: 2 * np.pi * (np.argsort(np.argsort(values[name])) + 0.5) / draws - np.pi for name in door.uncertain[:3]}
    a, b, c = x.values()
    return door, values | x, np.sin(a) + 7 * np.sin(b) ** 2 + 0.1 * c**4 * np.sin(a)


def test_influences_are_first_order_indices() -> None:
    """First-order indices of Ishigami's function: 0.3139, 0.4424, 0 (Saltelli et al. 2008)."""
    door, values, tilt = ishigami()
    scenario = dataclasses.replace(
        door,
        inputs=tuple(
            dataclasses.replace(one, readings=("struggle", "cautious")) if one.id in door.uncertain[:3] else one
            for one in door.inputs
        ),
    )
    found = {one.input: one for one in influences(scenario, values, np.stack([tilt, tilt]))}
    shares = [found[name].share for name in door.uncertain[:3]]
    assert shares == pytest.approx([0.3139, 0.4424, 0.0], abs=0.02)
    assert found["reading"].share == pytest.approx(0, abs=1e-12)
    assert found[door.uncertain[0]].leans == 1
    # A second reading that differs by a constant adds that to the variance, and nothing else.
    apart = influences(scenario, values, np.stack([tilt, tilt + 10]))
    between = 0.7 * 0.3 * 100
    by_name = {one.input: one.share for one in apart}
    assert by_name["reading"] == pytest.approx(between / (between + tilt.var()))
    assert by_name[door.uncertain[1]] == pytest.approx(0.4424 * tilt.var() / (between + tilt.var()), abs=0.02)


def test_nothing_is_said_of_what_drives_a_tilt_that_does_not_vary() -> None:
    door, values, tilt = ishigami(128)
    assert influences(door, values, np.zeros((2, 128))) == ()
    assert influences(door, values, np.full((2, 128), np.nan)) == ()
    few = np.where(np.arange(128) < 32, tilt, np.nan)
    assert influences(door, values, np.stack([few, few])) == ()


def reading(verdict: Any, weight: float = 0.5) -> analysis.ReadingEntry:
    return analysis.ReadingEntry("a", "A title", "Tullock", weight, verdict, 0.5, 0.5, 0, 0.1, 0.2, 0)


@pytest.mark.parametrize(
    ("chosen", "named", "said"),
    [
        ("offense", ("offense", "offense"), "Both readings lean to offense."),
        ("depends", ("depends", "depends"), "No reading is sure of a side."),
        ("offense", ("offense",), "The only reading leans to offense."),
        ("offense", ("offense", "depends"), "The readings differ: A title (50 %) leans to offense, A title (50 %) is"),
        ("depends", ("offense", "defense"), "The readings contradict each other: A title (50 %) leans to offense,"),
        ("defense", ("defense",) * 3, "All 3 readings lean to defense."),
    ],
)
def test_the_reason_says_what_the_readings_say(chosen: Any, named: tuple[str, ...], said: str) -> None:
    assert reason(chosen, Chances(0.5, 0.5, 0), [reading(one) for one in named], []).startswith(said)


def test_the_reason_says_what_the_answer_turns_on() -> None:
    both = [reading("offense"), reading("offense")]
    inputs = [Influence("attacker_cost", "attacker cost", 0.345, -1)]
    assert reason("offense", Chances(0.9, 0.1, 0), both, inputs).endswith(
        "Attacker cost alone explains 34 % of the spread, larger values leaning to defense."
    )
    between = [Influence("reading", "choice of reading", 0.5, 0)]
    assert reason("offense", Chances(0.9, 0.1, 0), both, between).endswith("is right explains 50 % of the spread.")
    assert reason("depends", Chances(0, 0, 0), both, []) == "No draw could be solved."


def test_the_command_prints_a_row_for_each_application(door: Path, tmp_path: Path) -> None:
    folder = tmp_path / "overview"
    result = CliRunner().invoke(app, ["catalogue", str(door), "--samples", str(SAMPLES), "--out", str(folder)])
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    head, row = (line.split() for line in lines[:2])
    assert head[:3] == ["application", "guess", "verdict"]
    assert row[:3] == ["guarded-door", "none", "defense"]
    assert lines[-1] == f"overview: {folder}/index.html"


def test_json_is_a_list_of_entries(door: Path, tmp_path: Path) -> None:
    folder = tmp_path / "overview"
    few = ["--samples", str(SAMPLES), "--seed", "3", "--out", str(folder)]
    result = CliRunner().invoke(app, ["catalogue", str(door), *few, "--json"])
    (entry,) = json.loads(result.stdout)
    assert json.loads((folder / "catalogue.json").read_text(encoding="utf-8")) == [entry]
    assert set(entry) == {field.name for field in dataclasses.fields(analysis.Entry)}
    assert (entry["application"], entry["guess"], entry["verdict"]) == ("guarded-door", None, "defense")
    assert [one["name"] for one in entry["readings"]] == ["struggle", "cautious"]


# The table of the notes that the scenarios come from: their guess at who benefits, where they have one. Two rows have
# it one column to the left, and one has a question mark.
GUESSES = {
    "assassination": "offense",
    "battle-robots": None,
    "camouflage": "defense",
    "compromise-a-server": "defense",
    "oss-vulnerabilities": "defense",
    "spear-phishing": "offense",
    "cheating-on-problemsets": "offense",
    "cheating-on-essays": "offense",
    "forging-historical-documents": "offense",
    "faking-research-data": "offense",
    "email-spam-with-link": "offense",
    "policy-violating-content": "defense",
    "censoring-communication": "defense",
    "deepfakes": "offense",
    "watermarking": None,
    "leaking-information": "defense",
    "monitoring-productivity": "defense",
    "quality-check": None,
}


@pytest.fixture(scope="module")
def entries() -> tuple[analysis.Entry, ...]:
    return analysis.catalogue(scenarios.catalogue(), SAMPLES)


def test_the_catalogue_is_the_table_of_the_notes(entries: tuple[analysis.Entry, ...]) -> None:
    assert {entry.application: entry.guess for entry in entries} == GUESSES
    assert [entry.application for entry in entries] == list(GUESSES)
    assert sorted(GUESSES) == list(scenarios.bundled())


def test_every_application_is_named_in_words_that_fit(entries: tuple[analysis.Entry, ...]) -> None:
    drawn = figures.svg(figures.catalogue(entries))
    for entry in entries:
        assert f">{entry.short}</text>" in drawn
        assert "-" not in entry.short.replace("open-source", "")
    assert len({entry.short for entry in entries}) == len(entries)


def test_a_scenario_without_a_short_title_is_named_by_its_title_cut_where_the_next_column_begins() -> None:
    door = scenarios.loads(DOOR)
    assert door.short == door.title
    named = scenarios.loads(DOOR.replace("\nquestion:", "\nshort: A door\nquestion:"))
    assert (named.title, named.short) == (door.title, "A door")
    long = "A title that runs on and on, far into the guesses"
    (stale,) = re.findall(
        r">(A title[^<]+)</text>", figures.svg(figures.catalogue([entry("depends", short=long, stale=("x",))]))
    )
    assert stale == "A title that runs on… (stale)"


@pytest.mark.parametrize("name", GUESSES)
def test_every_application_has_readings_that_differ_and_reasons_for_them(name: str) -> None:
    scenario = scenarios.load(name)
    assert len(scenario.readings) >= 2
    assert len({reading.contest for reading in scenario.readings}) == len(scenario.readings)
    assert sum(reading.weight for reading in scenario.readings) == pytest.approx(1)
    assert all(len(reading.why) > 80 and reading.weight > 0 for reading in scenario.readings)
    assert scenario.notes
    assert scenario.text.startswith("# Who gains")
    assert not [given.id for given in scenario.inputs if given.default]
    assert re.search(rf"^    tiltmeter run {name}$", (PAGES / f"{name}.md").read_text(encoding="utf-8"), re.MULTILINE)


def test_every_application_is_solved_and_certified(entries: tuple[analysis.Entry, ...]) -> None:
    for entry in entries:
        total = sum(entry.statuses.values())
        assert total == 2 * SAMPLES * len(entry.readings)
        solved = entry.statuses["certified"] + entry.statuses["several"] + entry.statuses["approximate"]
        assert solved >= 0.95 * total, entry.application
        assert entry.certified >= 0.95, entry.application
        assert entry.worst_regret <= 1e-3
        assert entry.verdict in ("offense", "defense", "depends")
        assert entry.offense + entry.defense + entry.unchanged == pytest.approx(1)
        assert entry.agrees is (None if entry.guess is None else entry.guess == entry.verdict)
        assert entry.reason.endswith(".")


def test_the_overview_shows_every_application(entries: tuple[analysis.Entry, ...], tmp_path: Path) -> None:
    page = report.write_catalogue(
        entries, scenarios.FIELDS, tmp_path / "all", samples=SAMPLES, seed=0, command="tiltmeter catalogue"
    )
    text = page.read_text(encoding="utf-8")
    assert not re.search(r"<script|<link|src=|@import|http-equiv=.refresh", text)
    for entry in entries:
        assert f'id="{entry.application}"' in text
        assert str(escape(entry.reason)) in text
    headings = re.findall(r'<th colspan="6">([^<]+)</th>', text)
    assert headings == list(scenarios.FIELDS)
    shown = re.search(r"(\d+) of (\d+) guesses hold", text)
    assert shown
    assert int(shown[1]) == sum(entry.agrees is True for entry in entries)
    assert int(shown[2]) == sum(guess is not None for guess in GUESSES.values())
    again = report.write_catalogue(
        entries, scenarios.FIELDS, tmp_path / "again", samples=SAMPLES, seed=0, command="tiltmeter catalogue"
    )
    assert [path.read_bytes() for path in sorted(page.parent.iterdir())] == [
        path.read_bytes() for path in sorted(again.parent.iterdir())
    ]


def test_a_folder_that_holds_something_else_is_left_alone(door: Path, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    result = CliRunner().invoke(app, ["catalogue", str(door), "--samples", str(SAMPLES), "--out", str(folder)])
    assert result.exit_code == 2
    assert "does not hold a catalogue of tiltmeter" in result.stderr
    assert [path.name for path in folder.iterdir()] == ["notes.txt"]


def entry(verdict: Any, **fields: Any) -> analysis.Entry:
    shares = {"offense": 0.2, "defense": 0.1, "unchanged": 0.7} | fields
    nothing = analysis.Interval(0.0, 0.0, 0.0)
    known = {field.name: None for field in dataclasses.fields(analysis.Entry)}
    known |= {"application": "a", "short": "A", "technology": "AI", "verdict": verdict, "change": nothing, "stale": ()}
    return analysis.Entry(**(known | shares))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("verdicts", "said"),
    [
        (
            ("offense", "defense", "depends"),
            "Of 3 applications, AI clearly favors attackers in 1 and defenders in 1; in 1 it",
        ),
        (("offense", "offense"), "Of 2 applications, AI clearly favors attackers in 2"),
        (("depends", "unchanged"), "Whom AI favors is open in all 2 applications"),
        (("depends",), "Whom AI favors is open"),
    ],
)
def test_the_picture_says_what_it_shows(verdicts: tuple[str, ...], said: str) -> None:
    chart = figures.catalogue([entry(verdict) for verdict in verdicts])
    drawn = figures.svg(chart)
    assert f"<title>{said}" in drawn
    heads = {"offense": "The attacker gains", "defense": "The defender gains", "depends": "It depends"}
    for verdict, head in heads.items():
        assert (f">{head}</text>" in drawn) == (verdict in verdicts)
