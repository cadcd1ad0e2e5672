"""Lines that are aligned: whole in a pipe, folded between words on a terminal."""

import pytest
from rich.text import Text

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


def test_cells_that_do_not_fit_go_below_with_the_last(terminal):
    terminal(60)
    name = "proliferation-diffusion-release -> sociotechnical-context"
    first, further = _print.aligned([("", name, "0.4 (0.2 to 0.6)", "guess", SAID), ("", "", "", "again", "and again")])
    head, *below = first.split("\n")
    assert head == f"  {name}"
    assert " ".join(part.strip() for part in below) == f"0.4 (0.2 to 0.6)  guess  {SAID}"
    assert all(len(part) <= 60 for part in below)
    assert further == "    again  and again"


def test_empty_cells_at_the_end_take_no_room(terminal):
    terminal(60)
    rows = [("a", "b" * 30, ""), ("a", "b", "stale")]
    assert _print.aligned(rows) == [f"a  {'b' * 30}", f"a  b{' ' * 31}stale"]


def test_numbers_stay_with_their_unit(terminal):
    terminal(60)
    said = f"{'x' * 56} 49 % and 2 × as much"
    assert _print.paragraph(said).split("\n")[1] == "49 % and 2 × as much"
    (line,) = _print.aligned([("a", said)])
    assert line.split("\n")[1].strip() == "49 % and 2 × as much"


def test_styled_text_is_folded_between_words_and_keeps_its_style(terminal, monkeypatch):
    styled = Text.assemble((SAID, "bold"), f"  (probability 49 %) {SAID}")
    terminal(40)
    folded = _print.folded(styled)
    assert all(len(line) <= 40 for line in folded.plain.split("\n"))
    assert folded.plain.split() == styled.plain.split()
    bold = "".join(folded.plain[span.start : span.end] for span in folded.spans if span.style == "bold")
    assert "".join(bold.split()) == "".join(SAID.split())
    monkeypatch.delenv("FORCE_COLOR")
    assert _print.folded(styled) is styled
