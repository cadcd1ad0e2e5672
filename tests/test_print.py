"""Lines that are aligned: whole in a pipe, folded between words on a terminal."""

import pytest

from tiltmeter.cli import _print

SAID = "When the defender plugs the holes that it finds, an equal improvement in finding helps defense."


@pytest.fixture
def terminal(monkeypatch):
    def of(width: int) -> None:
        monkeypatch.setenv("FORCE_COLOR", "1")
        monkeypatch.setenv("COLUMNS", str(width))

    return of


def test_in_a_pipe_every_row_is_one_line(monkeypatch):
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    assert _print.aligned([("a", SAID), ("longer", "x"), ()]) == [f"a       {SAID}", "longer  x", ""]
    assert _print.paragraph(SAID * 3) == SAID * 3


def test_on_a_terminal_the_last_cell_goes_on_below_itself(terminal):
    terminal(60)
    (line,) = _print.aligned([("plugging", SAID)])
    parts = line.split("\n")
    assert len(parts) > 1
    assert all(len(part) <= 60 for part in parts)
    assert all(part.startswith(" " * 10) for part in parts[1:])
    assert " ".join(part.strip() for part in parts) == f"plugging  {SAID}"


def test_where_little_room_is_left_it_goes_below_the_row(terminal):
    terminal(60)
    (line,) = _print.aligned([("plugging-favours-defense", "holds-if", SAID)])
    first, *others = line.split("\n")
    assert first == "plugging-favours-defense  holds-if"
    assert " ".join(part.strip() for part in others) == SAID
    assert all(part.startswith("    ") and len(part) <= 60 for part in others)


def test_what_fits_stays_on_its_line_and_numbers_flush_right(terminal):
    terminal(60)
    assert _print.aligned([("a", "10"), ("b", "9")], right=frozenset({1})) == ["a  10", "b   9"]
