"""How numbers are written in sentences."""


def percent(share: float) -> str:
    """A share as a percentage of at most three significant digits, such as "3.1 %"."""
    return f"{100 * share:.3g} %"


def sentence_case(text: str) -> str:
    """The text with a capital in front, whatever follows."""
    return text[:1].upper() + text[1:]
