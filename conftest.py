"""For the whole test run: types are checked as functions are called, and the Python in the documentation is tested."""

from pathlib import Path

import pytest
from jaxtyping import install_import_hook
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

# Not the rooms whose tests give them wrong types on purpose, nor those whose functions jax or typer looks into.
CHECKED = ("balance", "evidence", "figures", "report")
install_import_hook([f"tiltmeter.{room}" for room in CHECKED], "typechecked.typechecked")


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the documentation's examples write a result folder."""
    return tmp_path_factory.mktemp("results") / "tilt"


pytest_collect_file = Sybil(parsers=[PythonCodeBlockParser()], patterns=["*.md"], fixtures=["out"]).pytest()
