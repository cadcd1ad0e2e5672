"""The evidence store."""

import pytest
import yaml

from tiltmeter import evidence
from tiltmeter.errors import TiltmeterError, UnknownNameError
from tiltmeter.evidence import Figure, Source
from tiltmeter.evidence._load import read_figures

GOOD = {
    "id": "a-figure", "quantity": "Share of something", "value": 0.5, "unit": "probability", "side": "attacker",
    "source": {"authors": "A. Author", "title": "A title", "year": 2024, "url": "https://example.org"},
    "status": "read", "caveat": "Shows little.", "used_for": ["spear-phishing"],
}  # fmt: skip


def read(tmp_path, *figures):
    file = tmp_path / "some.yaml"
    file.write_text(yaml.safe_dump(list(figures)), "utf-8")
    return read_figures(file)


def test_the_store_holds_complete_figures():
    figures = evidence.load()
    assert figures
    for id, figure in figures.items():
        assert figure.id == id
        assert figure.status in evidence.STATUSES
        assert figure.caveat
        assert figure.source.title
        assert figure.text.endswith(figure.unit)


def test_the_store_is_read_once_and_cannot_be_changed():
    assert evidence.load() is evidence.load()
    with pytest.raises(TypeError):
        evidence.load()["a"] = None  # type: ignore[index]


def test_a_figure_by_its_id():
    id = next(iter(evidence.load()))
    assert evidence.figure(id) is evidence.load()[id]


def test_an_unknown_id_is_answered_with_the_nearest():
    with pytest.raises(UnknownNameError, match="did you mean 'ai-spearphish-vs-generic'"):
        evidence.figure("ai-spearfish-vs-generic")
    with pytest.raises(UnknownNameError, match="The store holds"):
        evidence.figure("")


def test_what_is_read_is_what_the_file_says(tmp_path):
    (figure,) = read(tmp_path, GOOD)
    assert figure == Figure(**{**GOOD, "source": Source(**GOOD["source"]), "used_for": ("spear-phishing",)})
    assert figure.text == "0.5 probability"
    assert str(figure.source) == "A. Author (2024), A title"


def test_a_range_is_shown_with_its_middle(tmp_path):
    bare = {name: value for name, value in GOOD.items() if name != "value"}
    both = read(tmp_path, {**bare, "low": 1, "high": 3000}, {**bare, "id": "b", "low": 1, "central": 2.5, "high": 3})
    assert [figure.text for figure in both] == ["1 to 3,000 probability", "1 to 3 (central 2.5) probability"]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"statu": "read"}, "a-figure.statu"),
        ({"status": "seen"}, "a-figure.status"),
        ({"side": "left"}, "a-figure.side"),
        ({"value": "much"}, "a-figure.value"),
        ({"value": float("nan")}, "a-figure.value"),
        ({"caveat": " "}, "a-figure.caveat"),
        ({"source": {**GOOD["source"], "url": "javascript:alert(1)"}}, "a-figure.source.url"),
        ({"source": {"title": "A title"}}, "a-figure.source.authors"),
        ({"id": "A Figure"}, "A Figure.id"),
        ({"value": None}, "needs a value, or both low and high"),
        ({"low": 1, "high": 2}, "has a value as well as a range"),
        ({"value": None, "low": 3, "high": 2}, "low ≤ central ≤ high"),
        ({"value": None, "low": 1, "central": 3, "high": 2}, "low ≤ central ≤ high"),
    ],
)
def test_a_damaged_figure_is_refused_by_name(tmp_path, change, place):
    with pytest.raises(TiltmeterError) as caught:
        read(tmp_path, GOOD, {**GOOD, "id": "a-figure", **change})
    assert str(caught.value).startswith("some.yaml: ")
    assert place in str(caught.value)


def test_what_is_no_list_of_figures_is_refused(tmp_path):
    file = tmp_path / "some.yaml"
    for text in ("a: [", "word", "- 1", "- !!python/name:os.system"):
        file.write_text(text, "utf-8")
        with pytest.raises(TiltmeterError, match=r"some\.yaml: "):
            read_figures(file)
