"""Python's garbage collector, for processes that are over in seconds."""

import gc

# New objects between two collections of the young ones; and how many collections before older ones are looked at too.
_SELDOM = (200_000, 20, 50)


def collect_seldom() -> None:
    """Look for garbage a few times instead of thousands: next to nothing of what is traced and drawn is any."""
    gc.set_threshold(*_SELDOM)
