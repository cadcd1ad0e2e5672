"""The bytes and the text of a file that somebody gave."""

from pathlib import Path

from tiltmeter.inputs._yaml import LARGEST, SCENARIO, Kind, too_large


def read_bytes(path: Path, kind: Kind = SCENARIO) -> bytes:
    """The bytes of a file that is not too large, whatever it says of its size; `FileNotFoundError` if there is none."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise
    except IsADirectoryError:
        raise kind.error(f"this is a folder, not {kind.file}.", path) from None
    except (OSError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) else str(error)
        raise kind.error(f"the file cannot be read: {said}.", path) from None
    if len(data) > LARGEST:
        raise too_large(str(path), kind)
    return data


def text_of(data: bytes, file: str, kind: Kind = SCENARIO) -> str:
    """The text that the bytes of a file are; an error with the line where they are none."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"the file is no UTF-8 text: byte 0x{data[error.start]:02x} at position {error.start}."
        raise kind.error(message, file, line) from None
