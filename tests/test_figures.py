import dataclasses
import json
import pickle
import struct
import subprocess
import sys
import xml.etree.ElementTree as ET
from types import SimpleNamespace
from typing import Any

import altair as alt
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from _synthetic import all_failed, with_draws, with_verdict
from tiltmeter import analysis, figures, scenarios
from tiltmeter.analysis import Result
from tiltmeter.figures import _words as words
from tiltmeter.figures._draw_all import _without_strategies
from tiltmeter.figures._draws import bin_edges, draws, histogram, limits
from tiltmeter.figures._engraver import packed
from tiltmeter.figures._level_layers import level_layers
from tiltmeter.figures._reply_layers import reply_layers
from tiltmeter.figures._scene import Scene, Size
from tiltmeter.figures._staging import contest_at_medians, scenes_of
from tiltmeter.figures._states import staged
from tiltmeter.figures._theme import two_lines

HOSTILE = "</text><script>alert(1)</script>&\"' <b>"

CONTESTS = """\
format: 1
name: curves
title: Curves
question: Which?
technology: {name: better tools, short: tools}
changes:
  attacker_cost: {value: x 0.5, guess: made up}
readings:
"""


def finding(chart: Any) -> str:
    return " ".join(chart.to_dict(validate=False)["title"]["text"]).replace("\N{NO-BREAK SPACE}", " ")


def records(chart: Any) -> list[dict[str, Any]]:
    """All rows of all layers of a chart."""
    rows: list[dict[str, Any]] = []

    def walk(part: Any) -> None:
        if isinstance(part, dict):
            if isinstance(part.get("values"), str):
                rows.extend(json.loads(part["values"]))
            for child in part.values():
                walk(child)
        if isinstance(part, list):
            for child in part:
                walk(child)

    walk(chart.to_dict(validate=False))
    return rows


def single(result: Result) -> Result:
    """The first reading alone."""
    scenario = dataclasses.replace(
        result.scenario, readings=(dataclasses.replace(result.scenario.readings[0], weight=1.0),)
    )
    data = result.data.isel(reading=[0]).assign(weight=("reading", np.ones(1)))
    reading = dataclasses.replace(result.verdict.readings[0], weight=1.0)
    alone = dataclasses.replace(result, scenario=scenario, data=data)
    return with_draws(with_verdict(alone, readings=(reading,)))


def odd(result: Result) -> dict[str, Result]:
    """The cases that pictures are apt to get wrong."""
    verdict = result.verdict
    endless = dataclasses.replace(verdict.measures[5].after, low=1.0, median=np.inf, high=np.inf)
    measures = (*verdict.measures[:5], dataclasses.replace(verdict.measures[5], after=endless), *verdict.measures[6:])
    status = np.asarray(result.data["status"]).copy()
    status[0, 0, ::2] = 3
    return {
        "ordinary": result,
        "all failed": all_failed(result),
        "some failed": with_draws(result, status=status),
        "all equal": with_draws(result, attack_success=np.float64(0.3)),
        "all zero": with_draws(result, attack_success=np.float64(0.0)),
        "one reading": single(result),
        "nothing flips": with_verdict(
            result, flips=tuple(dataclasses.replace(f, value=None, factor=None, to=None) for f in verdict.flips)
        ),
        "no inputs": with_verdict(result, flips=()),
        "no drivers": with_verdict(result, drivers=dataclasses.replace(verdict.drivers, items=(), note="Not valid.")),
        "endless measure": with_verdict(result, measures=measures),
    }


@pytest.mark.parametrize("case", ["ordinary", "all failed", "some failed", "all equal", "all zero", "one reading",
                                  "nothing flips", "no inputs", "no drivers", "endless measure"])  # fmt: skip
@pytest.mark.parametrize("name", [name for name in figures.ALL if name not in ("best-responses", "isovalues")])
def test_every_figure_draws_every_case(door_result: Result, name: str, case: str) -> None:
    chart = figures.ALL[name](odd(door_result)[case])
    root = ET.fromstring(figures.svg(chart))
    assert root.tag.endswith("svg")
    assert root[0].text == chart.description
    assert "nan" not in finding(chart).lower()
    assert len(finding(chart)) > 15


def test_all_pictures_at_once_are_those_one_by_one(door_result: Result) -> None:
    steps: list[tuple[str, int, int]] = []
    drawn = figures.draw_all(door_result, lambda *step: steps.append(step))
    assert list(drawn) == list(figures.ALL)
    assert steps[0][1:] == (0, len(drawn))
    assert steps[-1][1:] == (len(drawn), len(drawn))
    for name, (svg, png) in drawn.items():
        assert (svg, png) == figures.render(figures.ALL[name](door_result)), name
        width, height = struct.unpack(">II", png[16:24])
        root = ET.fromstring(svg)
        assert (width, height) == (2 * int(root.attrib["width"]), 2 * int(root.attrib["height"]))
        # An address other than the names of the format would be a request.
        assert svg.count("http") == svg.count("http://www.w3.org/")


def test_pictures_begun_early_by_another_process_are_the_same(door_result: Result) -> None:
    with figures.begin() as begun:
        begun.expect(door_result.scenario)
        begun.know(analysis.Counted(door_result.scenario, 64, door_result.data, _counted(door_result.verdict)))
        assert {"isovalues", "tilts"} <= begun.pictures.keys()
        assert figures.draw_all(door_result, begun=begun) == figures.draw_all(door_result)


def _counted(verdict: analysis.Verdict) -> SimpleNamespace:
    later = ("sentence", "flips", "reversal", "drivers", "spread", "artifacts")
    return SimpleNamespace(**{name: value for name, value in vars(verdict).items() if name not in later})


def test_a_run_tells_what_is_counted_before_it_goes_on(door_result: Result) -> None:
    told: list[analysis.Counted] = []
    result = analysis.run(door_result.scenario, samples=64, seed=7, counted=told.append)
    (counted,) = told
    assert vars(counted.verdict) == vars(_counted(result.verdict))
    assert counted.data is result.data


def test_pictures_are_drawn_here_when_the_other_process_has_died(door_result: Result) -> None:
    chart = figures.distributions(door_result)
    with figures.begin() as begun:
        begun.engraver.close()
        assert begun.engraver.draw("distributions", packed(door_result)) is None
        drawn = figures.draw_all(door_result, begun=begun)
    assert drawn["distributions"] == figures.render(chart)


def test_what_is_wrong_with_a_scenario_is_not_said_by_the_drawings() -> None:
    bad = scenarios.loads(CONTESTS + "  - {name: one, contest: Tullock, weight: 1}").with_settings(
        {"tools:attacker_cost": "x 2"}
    )
    with figures.begin() as begun:
        begun.expect(bad)


def test_titles_say_what_was_found(door_result: Result) -> None:
    verdict = door_result.verdict
    success = verdict.measures[0]
    title = finding(figures.distributions(door_result))
    assert words.percent(success.before.median) in title
    assert words.percent(success.after.median) in title
    assert f"In {words.chance(max(verdict.offense, verdict.defense, verdict.unchanged))} of the draws" in finding(
        figures.tilts(door_result)
    )
    assert finding(figures.flips(odd(door_result)["nothing flips"])).startswith("No input, moved alone, turns")
    assert finding(figures.drivers(odd(door_result)["no drivers"])).startswith("No shares can be given")
    unchanged = figures.tilts(odd(door_result)["all equal"])
    assert finding(unchanged) == "In 100 % of the draws, nothing changes with cameras"
    for name in ("distributions", "tilts", "certificate"):
        assert finding(figures.ALL[name](odd(door_result)["all failed"])).startswith("No ")


def test_bars_have_the_color_of_their_side_and_their_share(door_result: Result) -> None:
    rows = [row for row in records(figures.tilts(door_result)) if "x2" in row and "color" in row]
    blue, red = ([row for row in rows if row["color"] == color] for color in (figures.DEFENSE, figures.OFFENSE))
    assert blue
    assert all(row["x2"] <= 1e-9 for row in blue)
    assert all(row["x"] >= -1e-9 for row in red)
    for share, bars in ((door_result.verdict.defense, blue), (door_result.verdict.offense, red)):
        # All bars of the top row are drawn to one scale, so their heights add up as the probabilities do.
        top = max(row["y"] for row in blue + red)
        height = sum(row["y2"] - row["y"] for row in bars if row["y"] == top)
        total = sum(row["y2"] - row["y"] for row in blue + red if row["y"] == top)
        assert height / total == pytest.approx(share / (1 - door_result.verdict.unchanged), abs=1e-9)


def test_a_failed_draw_is_left_out_of_the_reading_it_failed_in(door_result: Result) -> None:
    found = draws(odd(door_result)["some failed"])
    assert not found.usable[0, ::2].any()
    assert found.usable[0, 1::2].all()
    assert found.usable[1].all()
    assert np.isnan(found.tilt[0, 0])


def test_far_out_draws_do_not_squeeze_the_picture_and_are_counted() -> None:
    values = np.concatenate([np.linspace(-0.1, 0.1, 2000), [0.9, -0.8]])[None]
    reach = limits(values)
    assert -0.1 < reach.low < 0 < reach.high < 0.1
    assert reach.beyond == pytest.approx(0.02, abs=2e-3)
    assert words.percent(reach.beyond) in reach.note
    assert histogram(values, np.ones(1), bin_edges(reach.low, reach.high)).shares.sum() == pytest.approx(1)
    plain = limits(np.linspace(0, 1, 100)[None])
    assert (plain.low, plain.high, plain.beyond, plain.note) == (0, 1, 0, "")


@given(
    st.lists(st.floats(-1, 1, allow_nan=False), min_size=1, max_size=30),
    st.lists(st.booleans(), min_size=30, max_size=30),
)
def test_histograms_hold_all_the_weight(values: list[float], missing: list[bool]) -> None:
    given = np.array([values, values[::-1]])
    given[:, np.array(missing[: len(values)])] = np.nan
    known = given[np.isfinite(given)]
    edges = bin_edges(float(known.min()) if known.size else np.nan, float(known.max()) if known.size else np.nan)
    assert np.all(np.diff(edges) > 0)
    shares = histogram(given, np.array([0.25, 0.75]), edges).shares
    assert shares.sum() == pytest.approx(1.0 if known.size else 0.0)
    if known.size and known.min() < 0 < known.max():
        assert np.min(np.abs(edges)) <= 1e-9 * (edges[1] - edges[0])


def test_scenario_texts_stay_text(door_result: Result) -> None:
    verdict = door_result.verdict
    readings = tuple(dataclasses.replace(reading, title=HOSTILE) for reading in verdict.readings)
    flips = tuple(dataclasses.replace(flip, label=HOSTILE) for flip in verdict.flips)
    hostile = with_verdict(door_result, readings=readings, flips=flips)
    for name in ("tilts", "readings", "flips"):
        root = ET.fromstring(figures.svg(figures.ALL[name](hostile)))
        assert not [node for node in root.iter() if node.tag.endswith("script")]


@pytest.fixture(scope="module")
def scenes() -> dict[str, Scene]:
    """A contest whose best responses jump, and one where they do not."""
    text = CONTESTS + (
        "  - {name: steep, contest: Tullock, weight: 0.5, parameters: {attacker_stake: 10, defender_stake: 10,"
        " attacker_returns: 1.5, defender_returns: 1.5}}\n"
        "  - {name: flat, contest: Tullock, weight: 0.5, parameters: {attacker_stake: 10, defender_stake: 10}}\n"
    )
    return {item.reading.name: item.scene for item in scenes_of(scenarios.loads(text), Size())}


def test_best_responses_break_where_they_jump_and_only_there(scenes: dict[str, Scene]) -> None:
    steep, flat = scenes["steep"], scenes["flat"]
    for curves in flat.replies:
        assert not any(jumps.any() for _, _, _, jumps in curves)
    x, y, _, jumps = steep.replies[0][0]
    (place,) = np.flatnonzero(jumps)
    # Against r = 1.5 the attacker gives up where the interior payoff is zero: t = r − 1 and e₂ as the notes have it.
    t, r, stake = 0.5, 1.5, 10.0
    giving_up = stake * r * t / (1 + t) ** 2 / t ** (1 / r)
    assert x[place] == pytest.approx(giving_up, rel=1e-4)
    assert x[place + 1] - x[place] < 1e-3 * x[-1]
    assert y[place] == pytest.approx(stake * r * t / (1 + t) ** 2, rel=1e-3)
    assert np.all(y[place + 1 :] == 0)
    drawn = alt.layer(*reply_layers(steep, Size())(0))
    assert len({row["piece"] for row in records(drawn) if row.get("color") == figures.OFFENSE and "piece" in row}) == 2


def test_both_states_stand_side_by_side(scenes: dict[str, Scene]) -> None:
    for scene in scenes.values():
        # Half the cost of attacking moves the equilibrium; the axes are the same unless one were lost on the other's.
        assert scene.attacker_effort[1] > scene.attacker_effort[0]
        assert scene.shared == bool(np.ptp(scene.attacker_top) == 0)


def test_the_equilibrium_lies_on_both_curves(scenes: dict[str, Scene]) -> None:
    scene = scenes["flat"]
    efforts = scene.attacker_effort, scene.defender_effort
    for curves, own, other in zip(scene.replies, efforts, efforts[::-1], strict=True):
        for state, (x, y, _, _) in enumerate(curves):
            assert np.interp(other[state], x, y) == pytest.approx(own[state], rel=1e-3)


def test_level_curves_are_those_of_the_notes(scenes: dict[str, Scene]) -> None:
    levels = scenes["steep"].levels
    assert levels
    for level, curves in levels.items():
        x, y = curves[0]
        # The notes' e₁ = (p / (1 − p))^(1/r₁) e₂^(r₂/r₁), for equal returns and no edge.
        np.testing.assert_allclose(y, (level / (1 - level)) ** (1 / 1.5) * x, rtol=1e-9, atol=1e-12)


def test_labels_of_level_curves_stay_in_the_frame_and_apart(scenes: dict[str, Scene]) -> None:
    size = Size()
    for scene in scenes.values():
        for state in range(2):
            rows = records(alt.layer(*level_layers(scene, size)(state)))
            words_at = {(row["x"], row["y"]): row["text"] for row in rows if "text" in row}
            spots = np.array(list(words_at)) / scene.frame(state)
            assert len(spots) >= 4
            assert len(set(words_at.values())) == len(spots)
            assert spots.min() > 0
            assert spots.max() < 1
            apart = np.abs(spots[:, None] - spots) * [size.width, size.height]
            touching = (apart[..., 0] < 12) & (apart[..., 1] < 8)
            assert touching.sum() == len(spots)  # each touches itself


def test_what_only_draws_imports_nothing_that_solves(door_result: Result) -> None:
    code = (
        "import pickle, sys\n"
        "asked = [pickle.loads(pickle.load(sys.stdin.buffer)) for _ in range(2)]\n"
        "from tiltmeter import figures\n"
        "charts = [figures.best_responses(asked[0]), figures.isovalues(asked[0])]\n"
        "rest = [draw for name, draw in figures.ALL.items() if name not in ('best-responses', 'isovalues')]\n"
        "charts += [draw(asked[1]) for draw in rest]\n"
        "print(len(charts), 'jax' in sys.modules, 'scipy.stats' in sys.modules)"
    )
    sent = b"".join(
        pickle.dumps(packed(asked)) for asked in (staged(door_result.scenario), _without_strategies(door_result))
    )
    run = subprocess.run([sys.executable, "-c", code], input=sent, capture_output=True, check=True)
    assert run.stdout.split() == [b"9", b"False", b"False"]


def test_medians_make_the_contest(door_result: Result) -> None:
    scenario = door_result.scenario
    contest = contest_at_medians(scenario, scenario.readings[0])
    edges = np.asarray(contest.defender_edge)
    assert edges[0] == 1
    assert edges[1] == pytest.approx(scenario.medians()["cameras:defender_edge"])


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (words.number(0.0), "0"),
        (words.number(1234.5), "1,230"),
        (words.number(-0.01234), "−0.0123"),
        (words.number(1.234e6), "1.23 M"),
        (words.number(3.14e-7), "3.1e-7"),
        (words.number(np.inf), "∞"),
        (words.number(np.nan), "–"),
        (words.typeset("regret 3.1e-7, 1230"), "regret 3.1 × 10⁻⁷, 1230"),
        (words.percent(0.3141), "31.4 %"),
        (words.percent(0.99999), "> 99.9 %"),
        (words.percent(0.00034), "0.034 %"),
        (words.percent(1.0), "100 %"),
        (words.points(0.195), "+19.5 points"),
        (words.points(-0.195), "−19.5 points"),
        (words.points(1e-9), "0 points"),
        (words.chance(0.004), "< 1 %"),
        (words.chance(0.998), "> 99 %"),
        (words.chance(1.0), "100 %"),
        (words.factor(3.14), "3.1 ×"),
        (words.factor(0.25), "÷ 4"),
        (words.span(0.041, 0.38, "percent", changes=True), "+4.1 … +38.0 points"),
        (words.change(-1.8e-15, "number"), "0"),
        (words.listed(["a", "b", "c"]), "a, b and c"),
        (words.shortened("abcdef", 4), "abc…"),
        (two_lines("of 65 %", 5), "of\n65\N{NO-BREAK SPACE}%"),
    ],
)
def test_numbers_in_words(said: str, expected: str) -> None:
    assert said == expected


@given(st.floats(0, 1, exclude_min=True, exclude_max=True))
def test_a_share_between_none_and_all_is_never_called_either(share: float) -> None:
    for said in (words.percent(share), words.chance(share)):
        assert said not in ("0 %", "0.0 %", "100 %", "100.0 %")
