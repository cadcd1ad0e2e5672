"""For the whole test run: types are checked as functions are called, and the Python in the documentation is tested."""

import gc
import os
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


def pytest_configure(config: pytest.Config) -> None:
    """Keep compiled code with pytest's own cache: what one process or run has compiled, the others need not."""
    if config.cache is None:
        return
    os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(config.cache.mkdir("compiled")))
    os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0.1")
    jax.config.update("jax_compilation_cache_dir", os.environ["JAX_COMPILATION_CACHE_DIR"])
    seconds = float(os.environ["JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS"])
    jax.config.update("jax_persistent_cache_min_compile_time_secs", seconds)


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
