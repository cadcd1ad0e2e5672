"""Reading YAML: what is kept, and what is refused before anything is made of it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiltmeter.errors import ScenarioError
from tiltmeter.inputs._yaml import DEEPEST, LARGEST, Node, parse


def refused(text: str) -> ScenarioError:
    with pytest.raises(ScenarioError) as caught:
        parse(text, "case.yaml")
    return caught.value


def test_lines_of_all_fields_are_kept():
    tree = parse("a: 1\nb:\n  c:\n    - x\n    - name: y\n      d: 2\n", "case.yaml")
    assert tree.locate(("a",)) == (1, "a")
    assert tree.locate(("b", "c")) == (3, "b.c")
    assert tree.locate(("b", "c", 0)) == (4, "b.c.1")
    assert tree.locate(("b", "c", 1, "d")) == (6, "b.c.y.d")


def test_steps_that_lead_nowhere_are_left_out():
    tree = parse("a: 1\nb:\n  c: 3\n", "case.yaml")
    assert tree.locate(("b", "missing")) == (2, "b")
    assert tree.locate(("b", "missing", "c")) == (3, "b.c")
    assert tree.locate(("a", "value")) == (1, "a")
    assert tree.locate(()) == (1, "")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2", 2), ("2.5", 2.5), ("1e-3", 1e-3), ("1_000", 1000), ("true", True), ("False", False), ("~", None),
        ("null", None), ("", None), ("no", "no"), ("on", "on"), ("nan", "nan"), ("2001-01-01", "2001-01-01"),
        ("1:30", "1:30"), ("+1", "+1"), ("5%", "5%"), ("'2'", "2"), ('"true"', "true"), ("0x10", "0x10"),
    ],
)  # fmt: skip
def test_words_stand_for_what_they_look_like(text, value):
    found = parse(f"a: {text}", "case.yaml").plain()["a"]
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize("tag", ["!!python/object/apply:os.system", "!!python/name:os.system", "!!str", "!own", "!"])
def test_tags_are_refused(tag, tmp_path):
    error = refused(f"a: 1\nb:\n  c: {tag} [touch {tmp_path / 'ran'}]\n")
    assert (error.file, error.line, error.field) == ("case.yaml", 3, "b.c")
    assert tag in error.message
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("text", "line", "field", "said"),
    [
        ("a: 1\nb: &x [1]\n", 2, "b", "anchor &x"),
        ("a: 1\nb: *x\n", 2, "b", "alias *x"),
        ("a:\n  b: 1\n  c: 2\n  b: 3\n", 4, "a.b", "given twice; first on line 2"),
        ("? [a]\n: 1\n", 1, None, "plain word"),
        ("a: 1\n---\nb: 2\n", 2, None, "second document"),
        ("", 1, None, "empty"),
        ("# only a comment\n", 1, None, "empty"),
        ("~\n", 1, None, "empty"),
        ("- a\n", 1, None, "mapping"),
        ("word", 1, None, "mapping"),
        ("a: 1\nb: [1, 2\n", 3, None, "no YAML"),
        ("a: 1\n b: 2\n", 2, None, "no YAML"),
        ("a: 'x\n", 2, None, "no YAML"),
        ("a:\n\tb: 1\n", 2, None, "no YAML"),
        ("a: 1\nb: \x00\n", 2, None, "control character"),
        ("a: \udc80\n", 1, None, "control character"),
    ],
)
def test_what_scenarios_do_not_need_is_refused(text, line, field, said):
    error = refused(text)
    assert (error.file, error.line, error.field) == ("case.yaml", line, field)
    assert said in error.message


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_deep_nesting_is_refused(opening):
    assert f"more than {DEEPEST} levels" in refused("a:\n  " + opening * 100_000).message


def test_a_large_text_is_refused_before_it_is_parsed():
    # It is no YAML either, which is not found out.
    assert "larger than" in refused("[" * (LARGEST + 1)).message
    assert "larger than" in refused("a: " + "é" * (LARGEST // 2)).message


names = st.text("abcdefg-", min_size=1, max_size=5).filter(lambda name: not name.startswith("-"))
scalars = (
    st.none() | st.booleans() | st.integers(-1000, 1000) | st.floats(allow_nan=False, allow_infinity=False) | names
)
inside = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3), max_leaves=8
)
trees = st.dictionaries(names, inside, min_size=1, max_size=4)


@given(trees)
def test_what_another_writer_wrote_is_read_back(data):
    # JSON is YAML; its strings stand in quotation marks.
    assert parse(json.dumps(data, indent=1), "case.yaml").plain() == data


@given(st.text())
def test_any_text_is_read_or_refused(text):
    def outcome() -> Node | ScenarioError:
        try:
            return parse(text, "case.yaml")
        except ScenarioError as error:
            return error

    found = outcome()
    assert found.file == "case.yaml" if isinstance(found, ScenarioError) else isinstance(found.plain(), dict)
