"""Python's garbage collector, where it would look for garbage again and again and find none."""

import gc
from collections.abc import Generator
from contextlib import contextmanager

# New objects between two collections of the young ones; and how many collections before older ones are looked at too.
_SELDOM = (200_000, 20, 50)


def collect_seldom() -> None:
    """A few times instead of thousands, in processes that are over in seconds: next to nothing is garbage."""
    gc.set_threshold(*_SELDOM)


@contextmanager
def uncollected() -> Generator[None]:
    """Look for no garbage while much is made that stays; afterwards as the user has set it."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()
