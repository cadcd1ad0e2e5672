"""How numbers are written in sentences."""


def percent(share: float) -> str:
    """A share as a percentage of at most three significant digits, such as "3.1 %"."""
    return f"{100 * share:.3g} %"
