"""`tiltmeter assess` and `compare`, their report and figures, and assessments as the technology of a scenario."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assessment_cases import GOOD
from tiltmeter import analysis, figures, framework, report, scenarios
from tiltmeter.analysis import assessments
from tiltmeter.cli import app
from tiltmeter.errors import AssessmentError, OutputError, ScenarioError

FEW = ["--samples", "64"]

SCENARIO = """\
format: 1
name: holes
title: Holes with a system
question: Does the system lean it?
technology:
  assessment: gpt-4-cyber
  baseline: no-ai
  links:
    - {parameter: attacker_edge, driver: attacker-capability, value: x 1 to 3, guess: a test}
parameters:
  attacker_stake: 5 to 20
readings:
  - {name: race, contest: PatchRace, weight: 0.5}
  - {name: share, contest: Tullock, weight: 0.5}
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "case.yaml"
    path.write_text(GOOD, encoding="utf-8")
    return path


def test_assess_writes_a_report_and_prints_the_four_parts(file: Path) -> None:
    done = CliRunner().invoke(
        app, ["assess", "gpt-4-cyber", *FEW, "--set", "regulatory-strength=4", "--cuts", "--json"]
    )
    assert done.exit_code == 0, done.stderr
    found = json.loads(done.stdout)
    assert {"profile", "bridge", "balance", "leverage", "what_if", "cuts", "folder", "report"} <= set(found)
    assert found["assessment"]["settings"] == [["regulatory-strength", "4"]]
    folder = file.parent / "gpt-4-cyber-assessment"
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert {"report.html", "assessment.json", "assessment.yaml", "manifest.json", "figures/cascade.svg"} <= names
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "default-src 'none'" in page
    assert not re.search(r"<script|src=.http", page)
    for anchor in re.findall(r'href="#([^"]+)"', page):
        assert f'id="{anchor}"' in page, anchor
    written = json.loads((folder / "assessment.json").read_text(encoding="utf-8"))
    assert written["profile"] == found["profile"]


def test_assess_says_what_it_found_in_lines(file: Path) -> None:
    done = CliRunner().invoke(app, ["assess", str(file), *FEW, "--out", "there"])
    assert done.exit_code == 0, done.stderr
    for words in ("A system in cybersecurity", "Raw capability potential", "fixed point", "levers", "careful"):
        assert words in done.stdout
    assert "10 of 12 ratings have no evidence" in done.stdout
    assert Path("there/report.html").exists()


def test_compare_gives_pairs(file: Path) -> None:
    done = CliRunner().invoke(app, ["compare", "gpt-4-cyber", str(file), *FEW, "--json"])
    assert done.exit_code == 0, done.stderr
    found = json.loads(done.stdout)
    assert {"profile", "bridge", "balance", "leverage", "first", "second", "sentence", "parts"} <= set(found)
    assert {"first", "second", "difference"} <= set(found["profile"][0])
    assert not Path("there").exists()
    lines = CliRunner().invoke(app, ["compare", str(file), str(file), *FEW, "--out", "there"])
    assert "leans as A system in cybersecurity does" in lines.stdout
    assert "report: there/report.html" in lines.stdout
    page = Path("there/report.html").read_text(encoding="utf-8")
    assert "default-src 'none'" in page
    assert not re.search(r"<script|src=.http", page)
    assert page.count("Regulatory strength") >= 2
    assert {path.name for path in Path("there").rglob("*.*")} == {
        "report.html", "comparison.json", "comparison.svg", "comparison.png", "manifest.json",
        "first.yaml", "second.yaml", "graph.yaml",
    }  # fmt: skip
    Path("there/notes.txt").write_text("mine", encoding="utf-8")
    again = CliRunner().invoke(app, ["compare", str(file), str(file), *FEW, "--out", "there"])
    assert (again.exit_code, "left alone" in again.stderr) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["assess", "gpt4-cyber"], "did you mean 'gpt-4-cyber'"),
        (["assess", "case.yaml", "--set", "regulation=4"], "--set: regulation: unknown dimension"),
        (["assess", "case.yaml", "--set", "access-level=9"], "out of the scale"),
        (["assess", "case.yaml", "--graph", "no.yaml"], "no.yaml: there is no such file"),
        (["assess", "case.yaml", "--baseline", "nobody"], "unknown assessment 'nobody'"),
        (["compare", "case.yaml", "other.yaml"], "other.yaml: there is no such file"),
    ],
)
def test_mistakes_end_with_one_message(file: Path, arguments: list[str], said: str) -> None:
    done = CliRunner().invoke(app, [*arguments, *FEW])
    assert done.exit_code == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (file.parent / "case-assessment").exists()


def test_a_folder_that_is_none_of_an_assessment_is_left_alone(file: Path) -> None:
    (file.parent / "mine").mkdir()
    (file.parent / "mine" / "notes.txt").write_text("mine", encoding="utf-8")
    done = CliRunner().invoke(app, ["assess", str(file), *FEW, "--out", "mine"])
    assert done.exit_code == 2
    assert "does not hold an assessment" in done.stderr
    with pytest.raises(OutputError):
        report.check_target(file.parent / "mine", report.ASSESSMENT)


def test_every_figure_draws_and_its_title_says_what_it_shows() -> None:
    case = framework.loads(GOOD)
    found = assessments.assess(case, samples=64)
    told = assessments.what_if(case, {"regulatory-strength": 4}, samples=64)
    pair = assessments.compare(case, "gpt-4-cyber", samples=64)
    charts = {
        "profile": figures.assessments.profile(found),
        "bridge": figures.assessments.bridge(found),
        "leverage": figures.assessments.leverage(found),
        "cascade": figures.assessments.cascade(told),
        "hypergraph": figures.assessments.hypergraph(found.system.graph),
        "comparison": figures.assessments.comparison(pair),
    }
    said = {
        "profile": "influences among the elements move",
        "bridge": "gives the attacker",
        "leverage": "lever|rankings",
        "cascade": "With regulatory strength at 4, 5 other elements move",
        "hypergraph": "28 influences and 2 gates",
        "comparison": "leans",
    }
    for name, chart in charts.items():
        svg = figures.svg(chart)
        title = re.search(r"<title>(.*?)</title>", svg)
        assert title, name
        assert re.search(said[name], title[1]), title[1]
    colors = figures.svg(charts["bridge"])
    assert figures.OFFENSE.lower() in colors.lower()
    assert figures.DEFENSE.lower() in colors.lower()


def test_an_assessment_is_the_technology_of_a_scenario_and_its_dimensions_are_drivers() -> None:
    scenario = scenarios.loads(SCENARIO)
    roles = {given.id: given.role for given in scenario.inputs}
    assert roles["regulatory-strength"] == "rating"
    assert roles["attacker_edge by attacker-capability"] == "bridge"
    assert scenario.input("attacker_edge by attacker-capability").readings == ("share",)
    assert scenario.technology_name == "GPT-4 (2023)"
    result = analysis.run(scenario, samples=128)
    named = {name for item in result.verdict.drivers.items for name in item.inputs}
    assert {"capability-depth", "regulatory-strength", "influences", "bridge"} <= named
    strict = scenario.with_settings({"regulatory-strength": "4", "attacker-access": "1"})
    assert strict.input("regulatory-strength").quantity.certain
    values = scenario.values(scenario.scores(8, 0))
    own = scenario.of_system("race", values)
    assert scenario.system is not None
    expected = scenario.system.changes(own, ["attacker_productivity"])["attacker_productivity"].value
    assert scenario.technology("race", values).changes["attacker_productivity"].value == pytest.approx(expected)


@pytest.mark.parametrize(
    ("old", "new", "said", "field"),
    [
        ("assessment: gpt-4-cyber", "assessment: gpt-5-cyber", "unknown assessment", "technology.assessment"),
        ("baseline: no-ai", "baseline: nothing", "unknown assessment 'nothing'", "technology.baseline"),
        ("  assessment: gpt-4-cyber\n", "", "the field 'name' is missing", "technology.name"),
        ("parameter: attacker_edge", "parameter: nothing", "unknown parameter", "parameter"),
        ("driver: attacker-capability", "driver: luck", "unknown driver", "driver"),
        ("value: x 1 to 3", "value: 1 to 3", "is no change", "value"),
        ("parameters:\n", "changes: {attacker_cost: x 2}\nparameters:\n", "under technology.links", "changes"),
        ("contest: Tullock", "contest: GroundInvasion", "unknown parameter", "parameter"),
    ],
)
def test_mistakes_in_a_scenario_with_an_assessment(old: str, new: str, said: str, field: str) -> None:
    assert SCENARIO.count(old) == 1
    with pytest.raises(ScenarioError) as caught:
        scenarios.loads(SCENARIO.replace(old, new), "holes.yaml")
    assert said in str(caught.value)
    assert caught.value.line is not None
    assert caught.value.field is not None
    assert caught.value.field.endswith(field), str(caught.value)


def test_a_graph_that_settles_nowhere_is_refused_in_a_scenario(tmp_path: Path) -> None:
    graph = "format: 1\nversion: wild\nbased_on: 1\ngain: {value: 60, why: a test}\n"
    (tmp_path / "wild.yaml").write_text(graph, encoding="utf-8")
    text = SCENARIO.replace("  baseline: no-ai\n", "  baseline: no-ai\n  graph: wild.yaml\n")
    scenario = scenarios.loads(text, str(tmp_path / "holes.yaml"))
    with pytest.raises(AssessmentError, match=r"several fixed points, or none, in [1-9]"):
        analysis.run(scenario, samples=16)
