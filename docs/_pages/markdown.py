"""Text as Markdown takes it."""


def escaped(text: str) -> str:
    """The text with what Markdown would take for a tag or formula made plain."""
    return text.replace("<", "&lt;").replace("$", "&#36;")


def cell(text: str) -> str:
    """The text for a cell of a table."""
    return escaped(text).replace("|", "\\|").replace("\n", " ")


def code_cell(text: str) -> str:
    """Code for a cell of a table; its bars are replaced, as the table would take them for its own."""
    return f"`{text.replace('|', chr(0x2223))}`"
