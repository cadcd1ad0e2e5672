"""The project as a whole: its public names, versions, literature, layout and documentation."""

import ast
import json
import re
import shlex
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from pybtex.database import parse_file
from typer.testing import CliRunner

import tiltmeter
from tiltmeter.cli import app

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "src").rglob("*.py"))
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())

PUBLIC = """
    AbstractContest AdaptiveTarget AllPay ArmsBurden Assessed Assessment Battle CONTESTS Card Certification Change
    Comparison Cuts DifferenceForm Domain Equilibrium EquilibriumSet Examination Expected GroundInvasion
    HoleSearch HumanMachine Lanchester Leverage MEASURES Measure NON_NEGATIVE OPEN_PROBABILITY POSITIVE PROBABILITY
    Parameter PatchRace Perimeter PlugHoles QualityInspection Response Result Scaling Scenario Sensitivities Shape
    Strategies Technology ThresholdWeapon Tilt TiltmeterError Tullock Verdict Verification WatchHoles WhatIf analysis
    assess balance battle best_response build claims compare contest_named contests errors evidence figures formula
    framework holes isovalue leverage load param parameters patching report run scaling scenarios sensitivities solve
    solve_all spurious tilt verify what_if
"""


def test_public_names_change_only_on_purpose() -> None:
    assert set(tiltmeter.__all__) == set(PUBLIC.split())


def test_every_public_name_exists_whatever_was_imported_before() -> None:
    before = "import tiltmeter as tm, tiltmeter.tilt, tiltmeter.analysis"
    code = f"{before}; print([type(getattr(tm, name)).__name__ for name in tm.__all__])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    kinds = dict(zip(tiltmeter.__all__, ast.literal_eval(done.stdout), strict=True))
    assert kinds["tilt"] == kinds["balance"] == kinds["solve"] == "function"
    assert kinds["analysis"] != "function"


def test_one_version_everywhere() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    changes = (ROOT / "CHANGELOG.md").read_text()
    released = re.search(r"^## \[(\d+\.\d+\.\d+)\] - (\d{4}-\d\d-\d\d)$", changes, re.MULTILINE)
    assert released
    assert {
        PROJECT["project"]["version"], version("tiltmeter"), tiltmeter.__version__, citation["version"], released[1]
    } == {tiltmeter.__version__}  # fmt: skip
    assert str(citation["date-released"]) == released[2]


def test_constraints_pin_every_dependency_and_name_no_address() -> None:
    text = (ROOT / "constraints.txt").read_text()
    pinned = dict(line.split("==") for line in text.splitlines() if not line.startswith("#"))
    names = {re.sub(r"[-_.]+", "-", name).lower() for name in pinned}
    project = PROJECT["project"]
    for extra in (project["dependencies"], *project["optional-dependencies"].values()):
        for requirement in map(Requirement, extra):
            assert re.sub(r"[-_.]+", "-", requirement.name).lower() in names, requirement
    assert not re.search(r"://|@|--", text.partition("\n")[2])


def imported_by(source: Path) -> set[str]:
    """The packages that a file imports, also those by `import_module`."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "import_module":
            names |= {str(argument.value) for argument in node.args if isinstance(argument, ast.Constant)}
    return {name.partition(".")[0] for name in names}


def test_packages_are_required_if_and_only_if_they_are_imported() -> None:
    modules = {"pyyaml": "yaml", "scikit-learn": "sklearn", "vl-convert-python": "vl_convert"}
    required = {Requirement(text).name for text in PROJECT["project"]["dependencies"]}
    imported = set().union(*map(imported_by, SOURCES)) - set(sys.stdlib_module_names) - {"tiltmeter"}
    assert imported == {modules.get(name, name.replace("-", "_")) for name in required}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT / "src").as_posix())
def test_files_and_functions_stay_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 400
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 60, f"{node.name} is long"


def test_rooms_import_only_from_rooms_before_them() -> None:
    lint = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    done = subprocess.run(lint, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert re.search(r"[1-9]\d* kept, 0 broken", done.stdout)


def test_every_citation_exists_and_every_reference_is_cited() -> None:
    known = set(parse_file(str(ROOT / "docs" / "references.bib")).entries)
    cards = {key for contest in tiltmeter.CONTESTS for key in contest.card.cites}
    citations = "".join(mark for page in PAGES for mark in re.findall(r"\[@[^\]]+\]", page.read_text(encoding="utf-8")))
    pages = set(re.findall(r"@(\w+)", citations))
    assert cards | pages == known


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_paths_named_in_pages_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = re.findall(r"`((?:src|docs|tests|benchmarks|\.ci)/[\w./-]+|[A-Z]+\.(?:md|cff)|[\w-]+\.(?:toml|txt))`", text)
    written = {"src/tiltmeter/contests/_my_contest.py", "docs/scenarios/my-question.md"}  # for the reader to write
    for path in set(named) - written:
        assert (ROOT / path).exists(), path


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_commands_in_pages_can_be_given(page: Path) -> None:
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    for block in re.findall(r"```console\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
        for line in block.splitlines():
            if line.startswith("make "):
                assert line.split()[1] in targets, line
            if line.startswith("tiltmeter "):
                words = shlex.split(line.partition(" > ")[0])[1:]
                options = [word for word in words[1:] if word.startswith("--")]
                shown = CliRunner().invoke(app, [words[0], "--help"], env={"COLUMNS": "200"})
                assert shown.exit_code == 0, line
                assert all(option in shown.stdout for option in options), line


def test_keys_of_json_output_are_documented(door: Path) -> None:
    page = (ROOT / "docs" / "reference" / "cli.md").read_text(encoding="utf-8")
    for arguments in (["check", str(door), "--json"], ["list", "--json"]):
        (row,) = (line for line in page.splitlines() if line.startswith(f"| `{arguments[0]}` |"))
        found = json.loads(CliRunner().invoke(app, arguments).stdout)
        nested = [record for value in found.values() if isinstance(value, list) for record in value[:1]]
        keys = {key for record in [found, *nested] if isinstance(record, dict) for key in record}
        assert keys == set(re.findall(r"`(\w+)`", row)) - {arguments[0]}


def test_package_ships_its_data_and_types() -> None:
    package = Path(tiltmeter.__file__).parent
    assert (package / "py.typed").exists()
    assert (package / "__init__.pyi").exists()
    for pattern in ("scenarios/bundled/*.yaml", "evidence/data/*.yaml", "framework/data/*/*.yaml"):
        assert list(package.glob(pattern)), pattern
