"""For the whole test run: types are checked as functions are called, and the Python in the documentation is tested."""

import gc
from pathlib import Path

import jax
import pytest
from jaxtyping import install_import_hook
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

# Not the rooms whose tests give them wrong types on purpose, nor those whose functions jax or typer looks into.
CHECKED = ("balance", "evidence", "figures", "report")
install_import_hook([f"tiltmeter.{room}" for room in CHECKED], "typechecked.typechecked")

# Compiled code is kept in regions of memory, of which a process may have some 65,000 on Linux; beyond that it crashes.
_REGIONS = Path("/proc/self/maps")
_MANY_REGIONS = 15_000


def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """After a file, give compiled code back if there is much; what is needed again is read from the kept code."""
    if (nextitem is not None and nextitem.path == item.path) or not _REGIONS.exists():
        return
    if _REGIONS.read_bytes().count(b"\n") > _MANY_REGIONS:
        jax.clear_caches()
        gc.collect()


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the documentation's examples write a result folder."""
    return tmp_path_factory.mktemp("results") / "tilt"


pytest_collect_file = Sybil(parsers=[PythonCodeBlockParser()], patterns=["*.md"], fixtures=["out"]).pytest()
