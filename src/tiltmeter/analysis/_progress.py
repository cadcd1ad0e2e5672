"""How long work tells how far it is."""

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called with the name of a stage, how much of it is done, and of how much."""


def silent(stage: str, done: int, total: int) -> None:
    """Tell nothing."""
    del stage, done, total
