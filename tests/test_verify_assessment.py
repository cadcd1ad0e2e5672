"""`tiltmeter verify` on folders of assessments and comparisons: what is stored is computed anew, changes are found."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assessment_cases import GOOD, TWO
from test_assess_cli import SCENARIO
from tiltmeter import framework, report
from tiltmeter.analysis import assessments
from tiltmeter.cli import app
from tiltmeter.report import _folder

GRAPH = """\
format: 1
version: mine
based_on: 1
edges:
  - {from: adaptability, to: safeguards-and-mitigations, weight: -0.1, low: -0.2, high: 0, why: a test}
"""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = assessments.answer(framework.loads(TWO), settings={"regulatory-strength": "4"}, samples=64, deep=False)
    return report.write_assessment(found, tmp_path_factory.mktemp("written") / "case")


@pytest.fixture
def folder(written: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(written, tmp_path / "case"))


def rehash(folder: Path) -> None:
    """Write the hashes of what is there now into the manifest, as somebody would who hides a change."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(manifest | {"files": _folder.hashes(folder)}), "utf-8")


def change(path: Path, keys: tuple[str | int, ...]) -> None:
    """Change a number or a hash in a file, and the hash of the file with it."""
    stored = json.loads(path.read_text("utf-8"))
    at = stored
    for key in keys[:-1]:
        at = at[key]
    at[keys[-1]] = "0" * 64 if keys[-1] == "sha256" else at[keys[-1]] + 0.125
    path.write_text(json.dumps(stored), "utf-8")
    rehash(path.parent)


def wrong(folder: Path) -> dict[str, str]:
    return {check.name: check.finding for check in report.verify(folder).checks if not check.ok}


def test_a_folder_is_verified(written: Path) -> None:
    found = report.verify(written)
    assert [check.name for check in found.checks] == ["files", "inputs", "answer", "certificates"]
    assert found.ok
    assert "256 equilibria solved and certified anew" in found.checks[-1].finding  # two raters, without and with it


def test_a_changed_file_is_named(folder: Path) -> None:
    (folder / "report.html").write_text("no", "utf-8")
    assert wrong(folder) == {"files": "report.html was changed"}


def test_a_changed_rating_is_found_behind_right_hashes(folder: Path) -> None:
    path = folder / "assessment.yaml"
    text = path.read_text("utf-8")
    assert text.count("modifiability: 0 to 1") == 1
    path.write_text(text.replace("modifiability: 0 to 1", "modifiability: 3 to 4"), "utf-8")
    rehash(folder)
    assert "profile" in wrong(folder)["answer"]


@pytest.mark.parametrize(
    ("keys", "check"),
    [
        (("chances", "offense"), "answer"),
        (("balance", 0, "change", "median"), "answer"),
        (("certificate", "worst_regret"), "certificates"),
        (("samples",), "inputs"),
        (("assessment", "sha256"), "inputs"),
    ],
)
def test_a_changed_number_is_found_behind_right_hashes(folder: Path, keys: tuple[str | int, ...], check: str) -> None:
    change(folder / "assessment.json", keys)
    assert check in wrong(folder)


def test_a_dropped_part_and_garbled_files_are_findings_and_no_crash(folder: Path) -> None:
    path = folder / "assessment.json"
    stored = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({key: value for key, value in stored.items() if key != "bridge"}), "utf-8")
    rehash(folder)
    assert wrong(folder)["answer"].endswith("bridge")
    (folder / "assessment.yaml").write_text("format: 2", "utf-8")
    rehash(folder)
    assert "cannot be recomputed" in wrong(folder)["contents"]


def test_own_graph_and_baseline_are_in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("case.yaml").write_text(GOOD, "utf-8")
    Path("mine.yaml").write_text(GRAPH, "utf-8")
    options = ["--graph", "mine.yaml", "--baseline", "gpt-4-cyber", "--samples", "32", "--cuts"]
    done = CliRunner().invoke(app, ["assess", "case.yaml", *options])
    assert done.exit_code == 0, done.output
    manifest = json.loads(Path("case-assessment/manifest.json").read_text("utf-8"))
    assert manifest["command"].startswith("tiltmeter assess case.yaml --cuts ")
    assert manifest["command"].endswith("--graph mine.yaml --baseline gpt-4-cyber")
    for name in ("case.yaml", "mine.yaml"):
        Path(name).unlink()
    checked = CliRunner().invoke(app, ["verify", "case-assessment"])
    assert checked.exit_code == 0, checked.output
    assert checked.stdout.splitlines()[-1] == "case-assessment: verified"
    Path("case-assessment/graph.yaml").write_text(GRAPH.replace("-0.1", "-0.2"), "utf-8")
    found = CliRunner().invoke(app, ["verify", "case-assessment", "--json"])
    assert found.exit_code == 1
    assert {check["name"] for check in json.loads(found.stdout)["checks"] if not check["ok"]} >= {"files", "answer"}


def test_a_graph_that_was_changed_in_python_cannot_be_verified(tmp_path: Path) -> None:
    graph = framework.load_graph()
    cut = graph.without(graph.edges[0].id)
    found = assessments.answer(framework.loads(GOOD), graph=cut, samples=32, deep=False)
    written = report.write_assessment(found, tmp_path / "case")
    assert "changed in Python" in wrong(written)["contents"]


BASED = """\
format: 1
name: newer
title: A newer system in cybersecurity
system: A newer system
domain: cybersecurity
date: "2025-06-01"
rubric: 2
based_on: {base}
raters:
  - name: ann
    ratings:
      capability-breadth: 3 to 4
"""


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An assessment that is based on one that is based on a third, each in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    for name, text in {
        "first/case.yaml": GOOD,
        "second/newer.yaml": BASED.format(base="../first/case.yaml"),
        "third/newest.yaml": BASED.format(base="../second/newer.yaml").replace("-breadth: 3 to 4", "-depth: 3 to 4"),
    }.items():
        path = tmp_path / name
        path.parent.mkdir()
        path.write_text(text, "utf-8")
    return Path("third/newest.yaml")


def command(*arguments: str) -> None:
    done = CliRunner().invoke(app, list(arguments))
    assert done.exit_code == 0, done.output


def forget() -> None:
    """Delete everything but what the commands have written."""
    for name in ("first", "second", "third"):
        shutil.rmtree(name)


def test_what_an_assessment_is_based_on_is_in_the_folder(own: Path) -> None:
    rated = framework.load(str(own))
    command("assess", str(own), "--samples", "32", "--out", "written")
    forget()
    written = Path("written")
    assert wrong(written) == {}
    again = framework.loads(written.joinpath("assessment.yaml").read_text("utf-8"), "here", rated.base)
    assert again.raters == rated.raters
    base = written / "assessment-base-2.yaml"
    assert base.read_text("utf-8") == GOOD
    base.write_text(GOOD.replace("access-level: 2 to 3", "access-level: 3 to 4"), "utf-8")
    rehash(written)
    assert "profile" in wrong(written)["answer"]
    (written / "assessment-base-1.yaml").unlink()
    rehash(written)
    assert "unknown assessment '../second/newer.yaml'" in wrong(written)["contents"]


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    held = framework.loads(TWO.replace("name: case", "name: other")).with_settings({"regulatory-strength": "4"})
    found = assessments.compare(framework.loads(GOOD), held, samples=32)
    return report.write_comparison(found, tmp_path_factory.mktemp("compared") / "pair")


def test_a_comparison_is_verified(compared: Path) -> None:
    found = report.verify(compared)
    assert [check.name for check in found.checks] == ["files", "inputs", "answer", "certificates"]
    assert found.ok, found
    assert found.checks[1].finding.startswith("36 ratings")  # of three raters, on twelve dimensions each
    assert "192 equilibria solved and certified anew" in found.checks[-1].finding


def test_a_changed_comparison_is_found_behind_right_hashes(compared: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(compared, tmp_path / "pair"))
    for keys in (
        ("difference",),
        ("parts", 0, "tilt"),
        ("second", "chances", "offense"),
        ("second", "certificate", "worst_regret"),
        ("seed",),
        ("first", "assessment", "sha256"),
    ):
        change(folder / "comparison.json", keys)
    assert wrong(folder) == {
        "inputs": "manifest.json and comparison.json differ on: first, seed",
        "answer": "comparison.json does not follow from first.yaml, second.yaml, graph.yaml: "
        "second, seed, difference, parts",
        "certificates": "the stored certificate is another than that of the equilibria",
    }


def test_a_comparison_holds_what_it_was_computed_from(own: Path) -> None:
    Path("mine.yaml").write_text(GRAPH, "utf-8")
    given = ["first/case.yaml", str(own), "--graph", "mine.yaml", "--baseline", "second/newer.yaml"]
    command("compare", *given, "--samples", "32", "--out", "written")
    forget()
    Path("mine.yaml").unlink()
    checked = CliRunner().invoke(app, ["verify", "written"])
    assert checked.exit_code == 0, checked.output
    names = {path.name for path in Path("written").glob("*.yaml")}
    assert names == {
        "first.yaml", "graph.yaml", "second.yaml", "second-base-1.yaml", "second-base-2.yaml",
        "baseline.yaml", "baseline-base-1.yaml",
    }  # fmt: skip
    path = Path("written/second.yaml")
    path.write_text(path.read_text("utf-8").replace("-depth: 3 to 4", "-depth: 2 to 3"), "utf-8")
    found = CliRunner().invoke(app, ["verify", "written"])
    assert found.exit_code == 1
    assert "files         WRONG  second.yaml was changed" in found.stdout
    assert "comparison.json does not follow from first.yaml, second.yaml, graph.yaml:" in found.stdout


def test_a_run_holds_the_assessed_system_that_is_its_technology(own: Path) -> None:
    text = SCENARIO.replace("gpt-4-cyber", "third/newest.yaml").replace("no-ai", "first/case.yaml\n  graph: mine.yaml")
    Path("mine.yaml").write_text(GRAPH, "utf-8")
    Path("holes.yaml").write_text(text, "utf-8")
    command("run", "holes.yaml", "--samples", "32", "--out", "written")
    forget()
    for name in ("mine.yaml", "holes.yaml"):
        Path(name).unlink()
    command("verify", "written")
    path = Path("written/assessment-base-2.yaml")
    path.write_text(path.read_text("utf-8").replace("access-level: 2 to 3", "access-level: 3 to 4"), "utf-8")
    rehash(Path("written"))
    assert wrong(Path("written"))["draws"].endswith("seed give: access-level")
