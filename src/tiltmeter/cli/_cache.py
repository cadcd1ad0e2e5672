"""Keep compiled solvers between runs: the second run of a machine starts to solve at once."""

import os
from pathlib import Path

import platformdirs


def keep_compiled() -> None:
    """Let JAX store what it compiles in the user's cache folder; what the user has set in the environment wins."""
    folder = Path(platformdirs.user_cache_dir("tiltmeter")) / "compiled"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return  # without a place to keep it, every run compiles
    if os.access(folder, os.W_OK):
        os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(folder))
        os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0.1")
