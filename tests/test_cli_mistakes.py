"""Mistakes on the command line and in files: one clear message, and nothing half-written."""

import re
from pathlib import Path

import pytest

from cli_cases import FEW, call, fails
from door_case import DOOR

pytestmark = pytest.mark.usefixtures("here")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("run",), "Missing argument"),
        (("rum", "spear-phishing"), "No such command"),
        (("run", "spear-phising"), "did you mean 'spear-phishing'"),
        (("run", "nowhere/case.yaml"), "no such file"),
        (("run", "spear-phishing", "--samples", "0"), "0 is not between 1 and 1,048,576"),
        (("run", "spear-phishing", "--samples", "1000000000000"), "not between 1 and 1,048,576"),
        (("run", "spear-phishing", "--samples", "many"), "--samples"),
        (("run", "spear-phishing", "--samples", "nan"), "--samples"),
        (("run", "spear-phishing", "--seed", "-1"), "-1 is not between"),
        (("run", "spear-phishing", "--sample", "4"), "No such option"),
        (("run", "spear-phishing", "--set", "attacker_cost"), "NAME=VALUE"),
        (("run", "spear-phishing", "--set", "=3"), "NAME=VALUE"),
        (("run", "spear-phishing", "--set", "attacker_cost=2", "--set", "attacker_cost=3"), "twice"),
        (("run", "spear-phishing", "--set", "atacker_cost=2"), "did you mean 'attacker_cost'"),
        (("run", "spear-phishing", "--set", "attacker_cost=nan"), "attacker_cost"),
        (("run", "spear-phishing", "--set", "attacker_cost=-1"), "attacker_cost"),
        (("run", "spear-phishing", "--set", "attacker_cost=8 to 2"), "reversed"),
        (("run", "spear-phishing", "--out", "/proc/tilt"), "cannot be written"),
        (("run", "spear-phishing", "--out", "nowhere/tilt"), "there is no folder"),
        (("verify", "nowhere"), "is not a folder"),
        (("verify", "."), "manifest.json"),
        (("new", "nowhere/case"), "there is no folder nowhere. Create it first."),
        (("new", ""), "'' is no name for a scenario"),
        (("new", "_.yaml"), "is no name for a scenario"),
        (("run", ""), "unknown scenario ''"),
        (("run",), "`tiltmeter run --help` says more."),
        (("compare", "gpt-4-cyber"), "Missing argument 'SECOND'."),
        (("assess", "gpt-4-cyber", "--set", "access-level"), "DIMENSION=RATING, such as regulatory-strength=4"),
        (("assess", "gpt-4-cyber", "--set", "access-level=high"), "'high' is no rating; write a number (2) or a range"),
        (("assess", "gpt-4-cyber", "--set", "access-level=3 to 1"), "reversed"),
        (("claims", "nowhere.yaml"), "nowhere.yaml: there is no such file."),
        (("evidence", "nowhere"), "is no figure, scenario, assessment or claim"),
        (("catalogue", "nowhere"), "unknown scenario 'nowhere'"),
        (("which", "--answer", "about"), "QUESTION=ANSWER"),
    ],
)
def test_mistakes_on_the_command_line(arguments: tuple[str, ...], message: str, here: Path) -> None:
    assert message in fails(*arguments)
    assert list(here.iterdir()) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "message"),
    [
        ("contest: Tullock", "contest: Tulock", 15, "contest", "did you mean 'Tullock'"),
        ("title: A guarded", "tittle: A guarded", 3, "tittle", "did you mean 'title'"),
        ("attacker_cost: {value: 1", "attacker_coast: {value: 1", 9, "attacker_coast", "did you mean 'attacker_cost'"),
        ("value: 500 to 2000", "value: -5", 7, "attacker_stake", "> 0"),
        ("value: 500 to 2000", "value: .nan", 7, "attacker_stake", "nan"),
        ("500 to 2000", "2000 to 500", 7, "attacker_stake", "reversed"),
        ("weight: 0.7", "weight: 0.6", 13, "readings", "sum to"),
        ("technology: {name: better cameras, short: cameras, baseline: no cameras}", "", 1, "technology", "missing"),
        ("question: Do", "question: [Do", 4, "", "YAML"),
        ("guess: the unit", "guess: !!python/object/apply:os.system [ls]", 9, "guess", "tag"),
    ],
)
def test_mistakes_in_a_file(
    old: str, new: str, line: int, field: str, message: str, here: Path, tmp_path: Path
) -> None:
    path = tmp_path / "case.yaml"
    assert old in DOOR
    path.write_text(DOOR.replace(old, new, 1), encoding="utf-8")
    for command in (("run", path, *FEW), ("check", path)):
        said = fails(*command)
        place = re.match(rf"error: {re.escape(str(path))}:(\d+): (\S*)", said)
        assert place, said
        assert field in said
        assert message in said
        assert abs(int(place[1]) - line) <= 1, said
    assert list(here.iterdir()) == []


COMMANDS = ("run", "check", "catalogue", "evidence", "assess", "claims")


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty; "),
        (b"- 1\n", " is a mapping of fields"),
        (b"a: b: c\n", "this is no YAML"),
        (b"\xff\xfe\x00", "the file is no UTF-8 text: byte 0xff"),
        (None, "this is a folder, not a"),
    ],
    ids=["empty", "list", "no YAML", "no text", "folder"],
)
def test_files_of_another_kind(command: str, content: bytes | None, said: str, here: Path, tmp_path: Path) -> None:
    path = tmp_path / "given.yaml"
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    message = fails(command, path)
    assert message.startswith(f"error: {path}")
    assert said in message
    assert not re.search(r"file file|\bNone\b", message)
    assert list(here.iterdir()) == []


def test_a_folder_that_cannot_be_verified_says_what_it_holds(here: Path) -> None:
    assert call("atlas", "Verification", "--out", "pictures").exit_code == 0
    said = fails("verify", "pictures")
    assert "pictures holds an atlas, written by `tiltmeter atlas`" in said
    assert "`tiltmeter run`, `tiltmeter assess` or `tiltmeter compare`" in said


def test_errors_break_between_words_on_a_terminal(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "60")
    said = re.sub("\x1b\\[[0-9;]*m", "", call("check", "nothing").stderr).splitlines()
    assert said[0].startswith("error: unknown scenario 'nothing'")
    assert len(said) > 3
    assert all(len(line) <= 60 for line in said)


def test_huge_file_is_refused(tmp_path: Path, here: Path) -> None:
    path = tmp_path / "huge.yaml"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    assert "larger than" in fails("run", path)
    assert list(here.iterdir()) == []
