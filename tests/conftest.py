"""A small scenario that solves at once, its result, and its result folder; and an empty folder to work in."""

import shutil
from pathlib import Path

import pytest
from hypothesis import settings

from door_case import DOOR
from tiltmeter import analysis, report, scenarios

# No test measures time, and the first call of a compiled function takes long; CI must not depend on luck.
settings.register_profile("tiltmeter", deadline=None, max_examples=30, derandomize=True)
settings.load_profile("tiltmeter")


@pytest.fixture
def door(tmp_path: Path) -> Path:
    """The scenario as a file."""
    path = tmp_path / "guarded-door.yaml"
    path.write_text(DOOR, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def door_result() -> analysis.Result:
    return analysis.run(scenarios.loads(DOOR).with_settings({"attacker_cost": "0.5 to 2"}), samples=64, seed=7)


@pytest.fixture(scope="session")
def written(door_result: analysis.Result, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A result folder; not to be changed."""
    return report.write(door_result, tmp_path_factory.mktemp("written") / "tilt", command="tiltmeter run guarded-door")


@pytest.fixture
def folder(written: Path, tmp_path: Path) -> Path:
    """A copy of the result folder, to be tampered with."""
    return Path(shutil.copytree(written, tmp_path / "tilt"))


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What stands for the user's cache."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache: Path) -> Path:
    """An empty folder as the working directory, from where the user's own cache is not touched."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"
