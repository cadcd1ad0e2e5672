"""`tiltmeter claims` and `tiltmeter which`: what they print and write, and how they refuse."""

import json
import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from claim_cases import known
from tiltmeter import claims, figures
from tiltmeter.claims import Axis, Claim, Picture, check
from tiltmeter.cli import app

FEW = ("--samples", "128")
ROOT = Path(__file__).parent.parent


@pytest.fixture
def short_ledger(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A ledger of three claims that need no solver."""
    ledger: tuple[Claim, ...] = (
        known(lambda x, y: x - 0.5, id="first-large", remark="First.\n\nSecond paragraph."),
        known(lambda x, y: 1 + x, id="always"),
        known(lambda x, y: -1 - x, id="never"),
    )
    monkeypatch.setattr("tiltmeter.claims.LEDGER", ledger)
    monkeypatch.setattr("tiltmeter.claims._index.LEDGER", ledger)
    monkeypatch.chdir(tmp_path)


def call(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


@pytest.mark.usefixtures("short_ledger")
def test_the_list_has_a_line_for_each() -> None:
    lines = call("claims", *FEW).stdout.splitlines()
    assert [line.split()[:2] for line in lines] == [
        ["first-large", "holds-if"],
        ["always", "holds"],
        ["never", "fails"],
    ]
    assert all(line.endswith("The first stake is large.") for line in lines)


@pytest.mark.usefixtures("short_ledger")
def test_json_has_a_record_for_each() -> None:
    found = json.loads(call("claims", "--json", *FEW).stdout)
    assert [one["finding"] for one in found] == ["holds-if", "holds", "fails"]
    first, second, third = found
    assert first["condition"].startswith("attacker_stake >")
    assert second["condition"] is second["counterexample"] is None
    assert third["counterexample"]["margin"] < 0
    assert {"id", "share", "regret"} <= set(first)
    page = (ROOT / "docs" / "reference" / "cli.md").read_text("utf-8")
    (row,) = (line for line in page.splitlines() if line.startswith("| `claims` |"))
    assert set(first) | set(first["counterexample"]) <= set(re.findall(r"`(\w+)`", row))


@pytest.mark.usefixtures("short_ledger")
def test_one_claim_is_shown_whole_with_its_figure() -> None:
    shown = call("claims", "first-large", *FEW).stdout
    assert "holds-if  in 50" in shown
    assert "attacker_stake >" in shown
    assert "fails at" in shown
    assert "again with   tiltmeter claims first-large --samples 128" in shown
    assert "Second paragraph." in shown
    folder = Path("first-large-claim")
    assert {path.name for path in folder.iterdir()} == {
        "findings.json", "first-large.png", "first-large.svg", "manifest.json",
    }  # fmt: skip
    (record,) = json.loads((folder / "findings.json").read_text("utf-8"))
    assert claims.finding_of(record).finding == "holds-if"
    again = call("claims", "first-large", *FEW)
    assert again.exit_code == 0  # what it wrote, it replaces


@pytest.mark.usefixtures("short_ledger")
def test_json_of_one_claim_writes_nothing() -> None:
    assert len(json.loads(call("claims", "always", "--json", *FEW).stdout)) == 1
    assert not list(Path().iterdir())


@pytest.mark.usefixtures("short_ledger")
def test_wrong_names_and_places_are_refused() -> None:
    wrong = call("claims", "alway")
    assert wrong.exit_code == 2
    assert "unknown claim 'alway'; did you mean 'always'" in wrong.stderr
    Path("mine").mkdir()
    Path("mine/file").write_text("x")
    taken = call("claims", "--out", "mine", *FEW)
    assert taken.exit_code == 2
    assert "does not hold findings of tiltmeter" in taken.stderr
    missing = call("claims", "none.yaml")
    assert missing.exit_code == 2
    assert "none.yaml: there is no such file" in missing.stderr


def test_figures_show_draws_boundary_and_counterexample() -> None:
    picture = Picture(Axis("first", "attacker_stake", True), Axis("second", "defender_stake"), boundary=lambda x: x)
    found = check(known(lambda x, y: y - x, picture=picture), samples=128)
    drawn = found.drawn
    assert set(drawn.found) == {1, -1}
    assert all(x == y for x, y in drawn.boundary)
    assert np.all((np.asarray(drawn.x) > np.asarray(drawn.y)) == (np.asarray(drawn.found) < 0))
    chart = figures.claim(found).to_dict(validate=False)
    text = json.dumps(chart)
    assert "Ring: the smallest counterexample" in text
    assert "Line: the boundary that was derived" in text
    svg, png = figures.render(figures.claim(found))
    assert svg.startswith("<svg")
    assert png.startswith(b"\x89PNG")


def test_which_answers_asks_and_refuses() -> None:
    told = call("which", "--answer", "about=surface")
    assert told.exit_code == 0
    assert told.stdout.startswith("Perimeter: Guarding a perimeter\n")
    asked = call("which", "--answer", "about=holes")
    assert asked.exit_code == 2
    assert "Can the holes run out? Give --answer with one of: run-out=yes" in asked.stderr
    wrong = call("which", "--answer", "about")
    assert "not of the form QUESTION=ANSWER" in wrong.stderr
    twice = call("which", "-a", "about=holes", "-a", "about=items")
    assert "given twice" in twice.stderr


def test_which_speaks_json() -> None:
    found = json.loads(call("which", "-a", "about=holes", "-a", "run-out=no", "--json").stdout)
    assert (found["contest"], found["options"]) == ("PatchRace", {"patching": "Queue"})
    page = (ROOT / "docs" / "reference" / "cli.md").read_text("utf-8")
    (row,) = (line for line in page.splitlines() if line.startswith("| `which` |"))
    assert set(found) == set(re.findall(r"`(\w+)`", row)) - {"which"}


def test_which_is_a_conversation(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal:
        def isatty(self) -> bool:
            return True

    answers = iter(["items", "2", "1"])
    monkeypatch.setattr("tiltmeter.cli._which.sys", SimpleNamespace(stdin=Terminal()))
    monkeypatch.setattr("tiltmeter.cli._which.typer.prompt", lambda *_, **__: next(answers))
    told = call("which")
    assert "What is the attack about?" in told.stdout
    assert "Examination: Examination" in told.stdout
    assert "tiltmeter which --answer about=items --answer truth=no --answer together=item" in told.stdout
