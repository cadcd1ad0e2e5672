"""Claims of one's own: files that are right, and what is said of those that are wrong."""

from pathlib import Path

import pytest

from tiltmeter.claims import Claim, check, load
from tiltmeter.errors import ClaimError

PAGE = Path(__file__).parent.parent / "docs" / "how-to" / "claim.md"
RIGHT = PAGE.read_text("utf-8").split("```yaml\n")[1].split("```")[0]


def written(folder: Path, text: str, name: str = "mine.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_example_of_the_page_can_be_checked(tmp_path: Path) -> None:
    path = written(tmp_path, RIGHT)
    (claim,) = load(path)
    assert claim.file == str(path)
    found = check(claim, samples=1024)
    assert found.finding == "holds-if"
    assert found.counterexample
    assert found.counterexample.inputs["attacker_returns"] < found.counterexample.inputs["defender_returns"]
    assert found.command == f"tiltmeter claims {path} --samples 1024"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "contest: Tullock",
            "contest: Tulock",
            r"mine.yaml:5: cheap.*: contest: unknown contest 'Tulock'",
        ),
        (
            "attacker_returns: [0.3",
            "attacker_returns: [0",
            r":9: .*region.attacker_returns: Tullock is undefined",
        ),
        ("attacker_stake: [0.1, 10]", "attacker_stake: [10, 0.1]", "from a lower to a higher finite number"),
        ("attacker_stake: [0.1, 10]", "attacker_stake: [1, 2, 3]", r"two ends, \[low, high\]"),
        ("attacker_stake:", "hole_count:", "unknown input of Tullock 'hole_count'"),
        ("attacker_cost: {divide: cheaper}", "attacker_kost: {divide: cheaper}", "unknown parameter of Tullock"),
        ("attacker_cost: {divide: cheaper}", "attacker_cost: {divide: dearer}", "unknown input 'dearer'"),
        ("attacker_cost: {divide: cheaper}", "attacker_cost: {halve: 2}", "mine.yaml:1[45]: .*divide"),
        ("direction: rises", "direction: grows", "'rises' or 'falls'"),
        ("direction: rises", "direction: rises\n    measure: joy", r":1\d: cheap.*: measure: unknown measure 'joy'"),
        ("direction: rises", "direction: rises\n    efforts: fixed", "fixed efforts must be given"),
        ("direction: rises", "direction: rises\n    mesure: x", "unknown field 'mesure'; did you mean 'measure'"),
        ("    source: an argument at lunch\n", "", "the field 'source' is missing"),
        ("id: cheap-tools", "id: Cheap tools", "is no id"),
        ("claims:", "claim:", "mine.yaml:1: .*claim"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in RIGHT
    with pytest.raises(ClaimError, match=said):
        load(written(tmp_path, RIGHT.replace(old, new, 1)))


def test_technologies_that_change_nothing_are_refused(tmp_path: Path) -> None:
    same = RIGHT.replace("attacker_cost: {divide: cheaper}", "attacker_cost: {divide: 1}")
    with pytest.raises(ClaimError, match="changes nothing"):
        load(written(tmp_path, same.replace("        defender_cost: {divide: cheaper}\n", "")))
    equal = RIGHT.replace("      attacker_returns: [0.3, 1]\n      defender_returns: [0.3, 1]\n", "")
    (claim,) = load(written(tmp_path, equal))
    with pytest.raises(ClaimError, match="nothing changes: attack success is the same in all 256 certified draws"):
        check(claim, samples=256)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is empty"),
        ("claims: []", "mine.yaml:1: claims"),
        ("claims: [", "this is no YAML"),
        ("claims: *x", "the alias"),
        (RIGHT + RIGHT.partition("\n")[2], "the id is given 2 times"),
    ],
)
def test_files_that_are_none_are_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ClaimError, match=said):
        load(written(tmp_path, text))


def test_missing_and_binary_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ClaimError, match="there is no such file"):
        load(tmp_path / "none.yaml")
    path = tmp_path / "bytes.yaml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ClaimError, match="no UTF-8"):
        load(path)


def test_claims_in_python(tmp_path: Path) -> None:
    text = PAGE.read_text("utf-8").split("```python\n")[1].split("finding = ")[0]
    (claim,) = load(written(tmp_path, text, "mine.py"))
    assert isinstance(claim, Claim)
    assert claim.file.endswith("mine.py")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("CLAIMS = ()", "must define CLAIMS"),
        ("CLAIMS = (1,)", "must define CLAIMS"),
        ("x = 1", "must define CLAIMS"),
        ("1/0", "fails with ZeroDivisionError"),
        ("from tiltmeter.claims import Span\nSpan(2.0, 1.0)", "from a lower to a higher"),
    ],
)
def test_python_files_without_claims_are_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ClaimError, match=said):
        load(written(tmp_path, text, "mine.py"))
