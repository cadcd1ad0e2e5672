"""The command line: what it prints, what it writes, and how it ends."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import tiltmeter
from cli_cases import FEW, call, fails
from tiltmeter import analysis
from tiltmeter.cli import app
from tiltmeter.cli._cache import keep_compiled
from tiltmeter.cli._examples import EXAMPLES
from tiltmeter.scenarios import Scenario

pytestmark = pytest.mark.usefixtures("here")


_solved: dict[tuple[object, ...], analysis.Result] = {}


@pytest.fixture(autouse=True)
def solved_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Solve the same scenario with the same settings, samples and seed once for all tests."""
    solve = analysis.run

    def run(scenario: Scenario, samples: int, seed: int, progress: Any, counted: Any) -> analysis.Result:
        key = (scenario.sha256, scenario.settings, samples, seed)
        if key not in _solved:
            _solved[key] = solve(scenario, samples=samples, seed=seed, progress=progress)
        return _solved[key]

    monkeypatch.setattr("tiltmeter.analysis.run", run)


def test_run_writes_the_folder_and_prints_the_answer(door: Path, here: Path) -> None:
    result = call("run", door, *FEW)
    assert result.exit_code == 0, result.output
    assert [path.name for path in here.iterdir()] == ["guarded-door-tilt"]
    lines = result.stdout.splitlines()
    assert lines[-1] == "report: guarded-door-tilt/report.html"
    assert lines[3].startswith(
        json.loads((here / "guarded-door-tilt" / "summary.json").read_text())["verdict"]["sentence"]
    )
    assert sum(" → " in line and "90 %:" in line for line in lines) == len(tiltmeter.MEASURES)
    for start in ("attack success ", "readings ", "driven by ", "spread from ", "certificate "):
        assert any(line.startswith(start) for line in lines), start
    assert any(line.startswith(("flips to ", "does not flip")) for line in lines)
    assert "\x1b" not in result.stdout
    assert call("verify", "guarded-door-tilt").exit_code == 0


def test_run_prints_pure_json(door: Path, here: Path) -> None:
    result = call("run", door, *FEW, "--json", "--out", "results")
    found = json.loads(result.stdout)
    assert found["folder"] == "results"
    assert Path(found["report"]).is_file()
    assert found["summary"] == json.loads((here / "results" / "summary.json").read_text())


def test_quiet_run_prints_the_answer_only(door: Path) -> None:
    lines = call("run", door, *FEW, "--quiet").stdout.splitlines()
    assert len(lines) == 2
    assert "probability" in lines[0]
    assert lines[1].startswith("report: ")


def test_settings_change_the_answer_and_are_recorded(door: Path, here: Path) -> None:
    calls = [call("run", door, *FEW, "--json", "--out", "a"), call("run", door, *FEW, "--json", "--out", "b",
             "--set", "defender_edge=1", "--set", "attacker_stake = 300 to 400")]  # fmt: skip
    plain, changed = (json.loads(result.stdout)["summary"] for result in calls)
    values = [{given["id"]: given["value"] for given in one["scenario"]["inputs"]} for one in (plain, changed)]
    assert values[0]["attacker_stake"] == "500 to 2000"
    assert values[1]["attacker_stake"] == "300 to 400"
    assert plain["verdict"]["measures"] != changed["verdict"]["measures"]
    manifest = json.loads((here / "b" / "manifest.json").read_text())
    assert manifest["scenario"]["settings"] == {"defender_edge": "1", "attacker_stake": "300 to 400"}
    assert "--set 'attacker_stake = 300 to 400'" in manifest["command"]
    assert call("verify", "b").exit_code == 0


def test_recorded_command_gives_the_same_summary(door: Path, here: Path) -> None:
    call("run", door, *FEW, "--seed", "5", "--set", "attacker_cost=0.5 to 2", "--out", "a")
    command = json.loads((here / "a" / "manifest.json").read_text())["command"]
    subprocess.run(f"{sys.executable} -m {command} --out b", shell=True, check=True, capture_output=True)
    assert (here / "a" / "summary.json").read_bytes() == (here / "b" / "summary.json").read_bytes()


def test_run_replaces_its_own_folder_and_no_other(door: Path, here: Path) -> None:
    assert call("run", door, *FEW).exit_code == 0
    changed = call("run", door, *FEW, "--set", "defender_edge=1", "--set", "attacker_stake = 300 to 400")
    assert changed.exit_code == 0
    (here / "guarded-door-tilt" / "mine.txt").write_text("mine")
    assert "mine.txt was added" in fails("run", door, *FEW)
    assert json.loads((here / "guarded-door-tilt" / "manifest.json").read_text())["scenario"]["settings"]


def test_open_says_where_the_report_is_when_there_is_no_browser(door: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("webbrowser.open", lambda address: asked.append(address))
    result = call("run", door, *FEW, "--open", "--out", "results")
    assert result.exit_code == 0
    assert asked == [(Path.cwd() / "results" / "report.html").as_uri()]
    assert "results/report.html" in result.stderr


def test_check_lists_every_number_with_what_it_rests_on(door: Path) -> None:
    found = json.loads(call("check", door, "--json").stdout)
    by_id = {given["id"]: given for given in found["inputs"]}
    assert by_id["attacker_stake"]["provenance"] == "guess"
    assert by_id["attacker_stake"]["guess"] == "what a burglar hopes for"
    assert by_id["defender_cost"]["provenance"] == "default, not sourced"
    assert set(found["without_evidence"]) == set(by_id)
    text = call("check", door).stdout
    assert all(name in text for name in by_id)
    assert "500 to 2000" in text


def test_check_shows_evidence_of_bundled_scenarios() -> None:
    found = json.loads(call("check", "spear-phishing", "--json").stdout)
    known = tiltmeter.evidence.load()
    cited = {name for given in found["inputs"] for name in given["evidence"]}
    assert cited
    assert cited <= set(known)


def test_list_has_all_scenarios_and_contests() -> None:
    found = json.loads(call("list", "--json").stdout)
    assert [one["name"] for one in found["scenarios"]] == list(tiltmeter.scenarios.bundled())
    assert [one["name"] for one in found["contests"]] == [contest.__name__ for contest in tiltmeter.CONTESTS]
    text = call("list").stdout
    assert "spear-phishing" in text
    assert "Tullock" in text


def test_atlas_draws_the_contests_that_are_named(here: Path) -> None:
    found = json.loads(call("atlas", "Verification", "--out", "pictures", "--json").stdout)
    assert found["folder"] == "pictures"
    assert Path(found["page"]).is_file()
    (picture,) = found["pictures"]
    assert picture["contest"] == "Verification"
    assert picture["finding"].startswith("Verification: attack success ")
    assert {path.as_posix() for path in Path("pictures").iterdir()} == {
        found["page"], picture["svg"], picture["png"], "pictures/manifest.json"
    }  # fmt: skip
    again = call("atlas", "Verification", "--out", "pictures").stdout.splitlines()
    assert again == [f"verification  {picture['finding']}", "atlas: pictures/index.html"]


def test_atlas_writes_nothing_for_a_contest_that_does_not_exist_or_over_what_it_has_not_written(here: Path) -> None:
    assert "unknown contest 'Tulock'; did you mean 'Tullock'?" in fails("atlas", "Verification", "Tulock")
    assert not list(here.iterdir())
    (here / "atlas").mkdir()
    (here / "atlas" / "mine.txt").write_text("mine", encoding="utf-8")
    assert "atlas exists and does not hold an atlas of tiltmeter; it is left alone." in fails("atlas", "Verification")
    assert [path.name for path in (here / "atlas").iterdir()] == ["mine.txt"]


def test_schema_is_a_json_schema() -> None:
    assert json.loads(call("schema").stdout)["properties"]["readings"]


def test_new_file_is_right_and_is_never_replaced_unasked(here: Path) -> None:
    assert call("new", "my-question").exit_code == 0
    assert call("check", "my-question.yaml").exit_code == 0
    (here / "my-question.yaml").write_text("work")
    assert "exists already" in fails("new", "my-question")
    assert "exists already" in fails("new", "my-question.yaml")
    assert (here / "my-question.yaml").read_text() == "work"
    assert call("new", "my-question", "--force").exit_code == 0
    assert call("check", "my-question.yaml").exit_code == 0


def test_verify_names_what_is_off_and_ends_with_one(folder: Path) -> None:
    assert call("verify", folder).exit_code == 0
    summary = folder / "summary.json"
    summary.write_text(summary.read_text().replace('"offense"', '"offence"', 1))
    result = call("verify", folder)
    assert result.exit_code == 1
    assert "summary.json was changed" in result.stdout
    found = json.loads(call("verify", folder, "--json").stdout)
    assert found["ok"] is False
    assert [check["name"] for check in found["checks"] if not check["ok"]]


def test_help_names_every_command() -> None:
    result = call("--help")
    assert result.exit_code == 0
    for command in ("run", "check", "list", "atlas", "new", "schema", "verify"):
        assert re.search(rf"\b{command}\b", result.stdout)
        assert call(command, "--help").exit_code == 0
    assert call().stdout == result.stdout


def test_version() -> None:
    assert call("--version").stdout == f"tiltmeter {tiltmeter.__version__}\n"


@pytest.mark.parametrize("command", EXAMPLES)
def test_examples_in_help_can_be_given(command: str) -> None:
    shown = call(command, "--help").stdout
    for line in EXAMPLES[command]:
        assert f"tiltmeter {line}" in shown
        name, *words = shlex.split(line.partition(" > ")[0])
        assert name == command
        assert all(word in shown for word in words if word.startswith("--"))
        given = [word for word in words if re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", word) and command != "new"]
        known = {*tiltmeter.scenarios.bundled(), *tiltmeter.framework.bundled(), *tiltmeter.evidence.load()}
        known |= {claim.id for claim in tiltmeter.claims.LEDGER} | {"spear-phishing-tilt"}
        assert set(given) <= known
    assert {one.name or one.callback.__name__ for one in app.registered_commands if one.callback} == set(EXAMPLES)


def test_a_new_file_with_a_space_in_its_name_is_quoted(here: Path) -> None:
    assert call("new", "My question").stdout.endswith("tiltmeter check 'My question.yaml'\n")


def test_starting_is_quick_because_nothing_heavy_is_imported() -> None:
    code = "import sys, tiltmeter.cli; print(' '.join(sys.modules))"
    loaded = set(
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    )
    assert "typer" in loaded
    assert loaded.isdisjoint({"jax", "numpy", "scipy", "pandas", "xarray", "altair", "sklearn", "pydantic", "rich"})


def test_closed_pipe_is_quiet(door: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as pipe:
        done = subprocess.run(
            [sys.executable, "-m", "tiltmeter", "check", str(door)], stdout=pipe, stderr=subprocess.PIPE, check=False
        )
    assert done.stderr == b""
    assert done.returncode == 1


def test_interrupt_while_solving(door: Path, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("tiltmeter.analysis.run", stopped)
    result = call("run", door, *FEW)
    assert (result.exit_code, result.stdout, result.stderr) == (130, "", "interrupted\n")
    assert list(here.iterdir()) == []


def test_interrupt_while_writing(door: Path, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[str] = []

    def stopped(*_: object, **__: object) -> None:
        begun.extend(path.name for path in here.glob(".guarded-door-tilt.partial-*/*"))
        raise KeyboardInterrupt

    # By then the figures are written.
    monkeypatch.setattr("tiltmeter.report._write.html", stopped)
    result = call("run", door, *FEW)
    assert begun == ["figures"]
    assert (result.exit_code, result.stdout, result.stderr) == (130, "", "interrupted\n")
    assert list(here.iterdir()) == []


def test_terminal_without_unicode_gets_question_marks(door: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tiltmeter", "run", str(door), *FEW],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        check=True,
    )
    assert b"attack success" in done.stdout
    assert done.stderr == b""


def test_compiled_code_is_kept_where_the_user_keeps_caches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def chosen(cache_home: str, folder: str = "") -> str | None:
        monkeypatch.setenv("XDG_CACHE_HOME", cache_home)
        monkeypatch.setenv("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0.1")
        monkeypatch.setenv("JAX_COMPILATION_CACHE_DIR", folder)
        if not folder:
            monkeypatch.delenv("JAX_COMPILATION_CACHE_DIR")
        keep_compiled()
        return os.environ.get("JAX_COMPILATION_CACHE_DIR")

    assert chosen(str(tmp_path)) == str(tmp_path / "tiltmeter" / "compiled")
    assert chosen(str(tmp_path), folder="elsewhere") == "elsewhere"
    assert chosen("/proc/nowhere") is None
