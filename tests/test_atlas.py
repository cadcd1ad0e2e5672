"""The atlas: what its pictures show is what the contests and the notes' formulas say."""

import dataclasses
import json
import xml.etree.ElementTree as ET
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import altair as alt
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jaxtyping import Array

import tiltmeter as tm
from tiltmeter import figures, report
from tiltmeter.errors import OutputError, TiltmeterError
from tiltmeter.figures._level_curves import has_order, level_curves
from tiltmeter.figures._level_layers import level_layers
from tiltmeter.figures._plane import Plane, plane_of, played
from tiltmeter.figures._reply_curves import reply_curves
from tiltmeter.figures._scene import Size
from tiltmeter.figures._staging import scene_of
from tiltmeter.figures._success_map import success_map
from tiltmeter.figures.atlas import _examples, _grids, _picture
from tiltmeter.figures.atlas._sweep import Sweep, sweep

every_contest = pytest.mark.parametrize("contest", tm.CONTESTS, ids=lambda contest: contest.__name__)


@cache
def plane(contest: type[tm.AbstractContest]) -> Plane:
    drawn, _ = _examples.example_of(contest)
    return plane_of(jax.tree.map(lambda leaf: np.asarray(leaf, dtype=float)[None], drawn))


@cache
def swept(contest: type[tm.AbstractContest]) -> Sweep:
    return sweep(*_examples.example_of(contest))


def records(chart: Any) -> list[dict[str, Any]]:
    """All rows of all layers of a chart."""
    rows: list[dict[str, Any]] = []

    def walk(part: Any) -> None:
        for child in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
            walk(child)
        if isinstance(part, dict) and isinstance(part.get("values"), str):
            rows.extend(json.loads(part["values"]))

    walk(chart.to_dict(validate=False))
    return rows


@every_contest
def test_every_contest_has_a_picture_with_a_finding(contest: type[tm.AbstractContest]) -> None:
    picture = figures.atlas.pictures([contest.__name__])[0]
    assert picture.name == contest.__name__.lower()
    chart = picture.draw()
    svg = figures.svg(chart)
    assert ET.fromstring(svg)[0].text == chart.to_dict(validate=False)["description"]
    assert chart.description.startswith(f"{contest.card.title}: attack success ")
    assert "nan" not in svg.lower()
    texts = [node.text or "" for node in ET.fromstring(svg).iter() if node.tag.endswith("text")]
    assert {"attack success", "attacker's payoff", "defender's payoff", "attacker replies", "defender replies"} <= set(
        texts
    )
    assert any(text.endswith(" %") for text in texts)


@every_contest
def test_the_equilibrium_is_inside_the_frame(contest: type[tm.AbstractContest]) -> None:
    shown = plane(contest)
    assert shown.usable(0)
    points = played(shown, 0)
    assert sum(point["weight"] for point in points) > 0.98
    for point in points:
        assert 0 <= point["x"] < shown.defender_top[0]
        assert 0 <= point["y"] < shown.attacker_top[0]
    spread = max(max(point["x"] / shown.defender_top[0], point["y"] / shown.attacker_top[0]) for point in points)
    assert spread > 0.1  # not squeezed into a corner


@every_contest
def test_what_is_played_lies_on_the_curve_of_the_side_that_plays_it(contest: type[tm.AbstractContest]) -> None:
    shown = plane(contest)
    frame = np.array([shown.defender_top[0], shown.attacker_top[0]])
    points = np.array([[point["x"], point["y"]] for point in played(shown, 0)]) / frame
    strategies = shown.equilibrium.strategies
    for side, weights, turned in (
        ("attacker", strategies.defender_weights, False),
        ("defender", strategies.attacker_weights, True),
    ):
        # The curves are best responses to single efforts; against a mixture another one may be best.
        if np.asarray(weights).max() > 1 - 1e-6:
            x, y, _, _ = reply_curves(shown, side)[0]
            line = np.stack([y, x] if turned else [x, y], axis=-1) / frame
            for point in points:
                assert _distance(point, line) < 0.01, (side, point)


def _distance(point: np.ndarray, line: np.ndarray) -> float:
    """How far a point is from the nearest part of a line through points."""
    begin, step = line[:-1], np.diff(line, axis=0)
    along = np.clip(((point - begin) * step).sum(axis=1) / np.maximum((step**2).sum(axis=1), 1e-300), 0, 1)
    return float(np.sqrt(((begin + along[:, None] * step - point) ** 2).sum(axis=1)).min())


@every_contest
def test_a_sweep_goes_through_the_typical_range_and_says_where_sides_mix(contest: type[tm.AbstractContest]) -> None:
    found = swept(contest)
    low, high = found.parameter.typical
    assert found.values[0] <= low <= high <= found.values[-1]
    assert found.values[0] <= found.here <= found.values[-1]
    assert np.all(np.diff(found.values) > 0)
    assert np.isfinite(found.success).mean() > 0.95
    for values in (found.success, found.attacker_payoff, found.defender_payoff):
        assert np.all(np.isfinite(values) == found.equilibrium.usable)
    regimes = found.regimes
    assert [begin for _, begin, _ in regimes[1:]] == [end for _, _, end in regimes[:-1]]
    assert (regimes[0][1], regimes[-1][2]) == (0.0, 1.0)
    assert {kind for kind, _, _ in regimes} <= {"pure", "semi-mixed", "mixed", "unsolved"}
    middle = [(begin + end) / 2 for _, begin, end in regimes]
    nearest = [int(np.abs(found.places - place).argmin()) for place in middle]
    assert [str(found.kinds[place]) for place in nearest] == [kind for kind, _, _ in regimes]


def test_examples_are_of_contests_and_parameters_that_exist() -> None:
    assert set(_examples.EXAMPLES) <= {contest.__name__ for contest in tm.CONTESTS}
    for name, example in _examples.EXAMPLES.items():
        drawn, course = _examples.example_of(tm.contest_named(name))
        assert set(course.names) <= set(tm.parameters(drawn))
        if len(course.names) > 1:
            values = tm.contests.values_of(drawn)
            assert len({float(values[one]) for one in course.names}) == 1, "they are drawn along one axis"
        assert example.values or example.course, "says nothing that is not said without it"


class Lock(tm.AbstractContest):
    """A lock is picked in time or is not."""

    skill: Array = tm.param("k", "1/effort", tm.POSITIVE, (0.5, 5.0), "How fast the attacker picks.", 3.0)

    card: ClassVar[tm.Card] = tm.Card(title="Lock picking")

    def success(self, attacker_effort: Array, defender_effort: Array) -> Array:
        return 1 - jnp.exp(-self.skill * attacker_effort / (1 + defender_effort))


def test_a_contest_of_your_own_has_its_picture_too() -> None:
    chart = figures.atlas.picture(Lock(attacker_stake=2.0))
    assert "as skill rises from 0.5 to 5" in chart.description
    assert "Drawn at attacker_stake 2" in " ".join(chart.to_dict(validate=False)["title"]["subtitle"])
    moved = figures.atlas.picture(Lock(), swept="attacker_cost")
    assert "as the attacker's cost falls from 10 to 0.1" in moved.description


@pytest.mark.parametrize(
    ("said", "names", "lowered"),
    [
        (
            "AI lowers `attacker_cost` and `defender_cost`, and raises `skill`.",
            ("attacker_cost", "defender_cost"),
            True,
        ),
        ("AI raises `skill`,\n                 or lowers `attacker_cost`.", ("skill",), False),
        ("AI shortens the `skill`.", ("skill",), True),
        ("AI helps.", ("skill",), False),
    ],
)
def test_what_a_technology_moves_is_read_from_the_description(said: str, names: tuple[str, ...], lowered: bool) -> None:
    described = type("Described", (Lock,), {"__doc__": f"A lock.\n\n    Technology   {said}\n    Limits       none\n"})
    course = _examples.course_of(described())
    assert (course.names, course.lowered) == (names, lowered)


@pytest.mark.parametrize(
    ("success", "said"),
    [
        ([0.1, 0.2, 0.4], "rises from 10.0 % to 40.0 %"),
        ([0.4, 0.2, 0.1], "falls from 40.0 % to 10.0 %"),
        ([0.1, 0.5, 0.3], "rises from 10.0 % to 50.0 % and falls again to 30.0 %"),
        ([0.5, 0.1, 0.3], "falls from 50.0 % to 10.0 % and rises again to 30.0 %"),
        ([0.3, 0.301, 0.3], "stays at 30.0 %"),
        ([0.1, 0.5, 0.2, 0.6], "moves between 10.0 % and 60.0 %"),
        ([np.nan, 0.1, np.nan, 0.4], "rises from 10.0 % to 40.0 %"),
    ],
)
def test_how_success_moves_in_words(success: list[float], said: str) -> None:
    assert _picture.trend(np.array(success)) == f"attack success {said}"


def test_a_sweep_without_equilibria_says_so() -> None:
    assert _picture.trend(np.full(3, np.nan)) == "no equilibrium was found"


@pytest.mark.parametrize(
    "contest", [c for c in tm.CONTESTS if not has_order(c())], ids=lambda contest: contest.__name__
)
def test_a_map_of_success_shows_each_area_under_its_own_name(contest: type[tm.AbstractContest]) -> None:
    shown, size = plane(contest), Size(120, 90)
    success = success_map(shown, 0, size)
    assert success.shape == (90, 120)
    drawn = alt.layer(*level_layers(scene_of(shown, size), size)(0))
    rows = records(drawn)
    frame = np.array([shown.defender_top[0], shown.attacker_top[0]])
    names = [row for row in rows if "text" in row]
    assert names
    for row in names:
        column, line = (np.array([row["x"], row["y"]]) / frame * [120, 90]).astype(int)
        here = 100 * success[line, column]
        text = row["text"].removesuffix(" %")
        low, high = {"<": (0.0, 5.0), ">": (90.0, 100.0)}.get(text[0], (None, None))
        if low is None:
            parts = [float(part) for part in text.split("–")]
            low, high = parts if len(parts) == 2 else (parts[0] - 0.5, parts[0] + 0.5)
        assert low <= here <= high


# --- the notes' grids ----------------------------------------------------------------------------------------------


@cache
def grid_plane(name: str) -> Plane:
    return _grids.GRIDS[name].plane()


@pytest.mark.parametrize("name", ["returns", "edges", "costs"])
def test_isovalue_curves_of_the_grids_are_those_of_the_notes(name: str) -> None:
    shown = grid_plane(name)
    contest: Any = shown.contest
    for level, curves in level_curves(shown).items():
        for number, (x, y) in enumerate(curves):
            edge, against, r, s = (
                float(np.asarray(getattr(contest, field))[number])
                for field in ("attacker_edge", "defender_edge", "attacker_returns", "defender_returns")
            )
            # The notes' e₁(e₂) = (p α₂ / ((1 − p) α₁))^(1/r₁) e₂^(r₂/r₁).
            expected = (level * against / ((1 - level) * edge)) ** (1 / r) * x ** (s / r)
            np.testing.assert_allclose(y, expected, rtol=1e-8, atol=1e-12)


@pytest.mark.parametrize("name", list(_grids.GRIDS))
@pytest.mark.parametrize("side", ["attacker", "defender"])
def test_best_responses_of_the_grids_jump_where_trying_stops_to_pay(name: str, side: str) -> None:
    shown = grid_plane(name)
    contest: Any = shown.contest
    other = "defender" if side == "attacker" else "attacker"

    def of(field: str, number: int) -> float:
        return float(np.asarray(getattr(contest, field))[number])

    for number, (x, y, _, jumps) in enumerate(reply_curves(shown, side)):
        r, s = of(f"{side}_returns", number), of(f"{other}_returns", number)
        worth = of(f"{side}_stake", number) / of(f"{side}_cost", number)
        t = r - 1
        if r <= 1:
            assert not jumps.any()
            continue
        # At t = r − 1 the interior payoff V t (1 + t − r) / (1 + t)² is zero; the notes' formulas give both efforts.
        own = worth * r * t / (1 + t) ** 2
        edges = of(f"{side}_edge", number) / of(f"{other}_edge", number)
        giving_up = (edges * own**r / t) ** (1 / s)
        if giving_up > x[-1]:
            assert not jumps.any()
            continue
        (place,) = np.flatnonzero(jumps)
        assert x[place] == pytest.approx(giving_up, rel=2e-4)
        assert y[place] == pytest.approx(own, rel=2e-3)
        assert np.all(y[place + 1 :] == 0), "the false branch is not drawn"


def test_grids_have_equilibria_of_every_kind() -> None:
    assert list(grid_plane("jumps").equilibrium.kind) == ["pure", "semi-mixed", "mixed"]
    for name in ("edges", "costs"):
        kinds = grid_plane(name).equilibrium.kind.reshape(3, 3)
        assert (kinds[:, :2] == "pure").all()
        assert (kinds[:, 2] == "semi-mixed").all()
    assert (grid_plane("returns").equilibrium.kind == "pure").all()


def test_findings_of_the_grids_are_what_theory_says() -> None:
    times, stake = np.array([1.5, 3.0, 6.0]), 2.0
    efforts = {
        name: [np.asarray(side).reshape(3, 3) for side in (found.attacker_effort, found.defender_effort)]
        for name in ("edges", "costs", "returns")
        for found in [grid_plane(name).equilibrium]
    }
    # At returns of 1 both spend V α / (1 + α)² with an edge α, and V / (1 + c)² and V c / (1 + c)² with a cost c.
    for side in efforts["edges"]:
        np.testing.assert_allclose(side[:, 1], stake * times / (1 + times) ** 2, rtol=1e-9)
        assert np.all(np.diff(side, axis=0) < 1e-12)
    np.testing.assert_allclose(efforts["costs"][0][:, 1], stake / (1 + times) ** 2, rtol=1e-9)
    np.testing.assert_allclose(efforts["costs"][1][:, 1], stake * times / (1 + times) ** 2, rtol=1e-9)
    for side in efforts["costs"]:
        assert np.all(np.diff(side, axis=0) < 0)
    # Between equals each spends r V / 4.
    np.testing.assert_allclose(np.diag(efforts["returns"][0]), stake * np.array([0.5, 1.0, 2.0]) / 4, rtol=1e-9)
    said = _grids.LEVELS_OF["edges"](np.asarray(grid_plane("edges").equilibrium.attack_success).reshape(3, 3))
    assert "60.0 %, 75.0 % and 85.7 %" in said
    said = _grids.LEVELS_OF["costs"](np.asarray(grid_plane("costs").equilibrium.attack_success).reshape(3, 3))
    assert "40.0 %, 25.0 % and 14.3 %" in said


@pytest.mark.parametrize("draw", [_grids.grid_levels, _grids.grid_replies])
def test_grids_are_drawn_with_labels_on_the_outer_axes_only(draw: Any) -> None:
    svg = figures.svg(draw("edges"))
    texts = [node.text for node in ET.fromstring(svg).iter() if node.tag.endswith("text")]
    assert texts.count("Defender's effort") == 3
    assert texts.count("Attacker's effort") == 3
    for value in ("1½", "3", "6"):
        for returns in ("½", "1", "2"):
            assert f"Edge {value}, returns {returns}" in texts


# --- the list and the folder ---------------------------------------------------------------------------------------


def test_the_atlas_lists_every_contest_once_and_the_grids_under_tullock() -> None:
    listed = figures.atlas.pictures()
    names = [picture.name for picture in listed]
    assert len(set(names)) == len(names)
    assert [one for one in names if "-" not in one] == [contest.__name__.lower() for contest in tm.CONTESTS]
    grids = [picture for picture in listed if "-" in picture.name]
    assert {picture.contest for picture in grids} == {"Tullock"}
    assert {picture.name.split("-")[1] for picture in grids} == set(_grids.GRIDS)
    assert [picture.name for picture in figures.atlas.pictures(["Verification"])] == ["verification"]
    with pytest.raises(TiltmeterError, match="did you mean 'Verification'"):
        figures.atlas.pictures(["Verifcation"])


@pytest.fixture(scope="module")
def one() -> figures.atlas.Picture:
    """A picture that is drawn at once."""
    points = alt.Chart(alt.Data(values=[{"x": 1}])).mark_point().encode(x="x:Q")
    (listed,) = figures.atlas.pictures(["Verification"])
    return dataclasses.replace(listed, draw=lambda: points.properties(description="One <point>"))


def test_the_folder_holds_every_picture_and_a_page_that_shows_them(one: figures.atlas.Picture, tmp_path: Path) -> None:
    steps: list[tuple[str, int, int]] = []
    drawn = report.write_atlas([one], tmp_path / "atlas", lambda *step: steps.append(step))
    assert [dataclasses.astuple(record) for record in drawn] == [
        ("verification", "Verification", "Verification", "One <point>")
    ]
    assert {path.name for path in (tmp_path / "atlas").iterdir()} == {
        "index.html", "manifest.json", "verification.svg", "verification.png"
    }  # fmt: skip
    page = (tmp_path / "atlas" / "index.html").read_text(encoding="utf-8")
    assert "One &lt;point&gt;. As <a href=" in page
    assert "<svg" in page
    assert page.count("://") == page.count("://www.w3.org/")
    assert steps == [("drawing the atlas", 0, 1), ("drawing the atlas", 1, 1)]
    report.write_atlas([one], tmp_path / "atlas")
    assert {path.name for path in tmp_path.iterdir()} == {"atlas"}


def test_nothing_is_left_of_an_atlas_that_was_not_finished(one: figures.atlas.Picture, tmp_path: Path) -> None:
    def stop() -> alt.TopLevelMixin:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        report.write_atlas([one, dataclasses.replace(one, name="second", draw=stop)], tmp_path / "atlas")
    assert not list(tmp_path.iterdir())


def test_an_atlas_does_not_replace_results_nor_results_an_atlas(
    one: figures.atlas.Picture, folder: Path, tmp_path: Path
) -> None:
    with pytest.raises(OutputError, match="does not hold an atlas of tiltmeter"):
        report.write_atlas([one], folder)
    report.write_atlas([one], tmp_path / "atlas")
    with pytest.raises(OutputError, match="does not hold results of tiltmeter"):
        report.check_target(tmp_path / "atlas")
    with pytest.raises(OutputError, match="holds an atlas"):
        report.verify(tmp_path / "atlas")
