"""What leans on what: the command that lists it, and the marks on whatever leans on a figure that does not hold."""

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from door_case import DOOR
from tiltmeter import analysis, claims, evidence, framework, report, scenarios
from tiltmeter.cli import _answer, _claims, app
from tiltmeter.evidence import _load

LEANING = DOOR.replace(
    "  attacker_cost: {value: 1, guess: the unit}",
    "  attacker_cost: {value: 1, evidence: [pentest-hourly-cost, bec-loss-per-complaint], why: because}",
)


def call(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture
def withdrawn(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The store with one figure withdrawn."""
    id, read = "pentest-hourly-cost", _load.read_figures

    def changed(file: object) -> list[evidence.Figure]:
        return [dataclasses.replace(one, status="withdrawn") if one.id == id else one for one in read(file)]

    monkeypatch.setattr(_load, "read_figures", changed)
    evidence.load.cache_clear()
    yield id
    evidence.load.cache_clear()


def test_nothing_that_is_bundled_leans_on_a_figure_that_does_not_hold() -> None:
    assert [name for name in scenarios.bundled() if scenarios.stale(scenarios.load(name))] == []


def test_every_figure_names_the_scenarios_that_lean_on_it() -> None:
    for name in scenarios.bundled():
        for use in scenarios.uses(scenarios.load(name)):
            for id in use.figures:
                assert name in evidence.figure(id).used_for, (id, name)


def test_a_figure_is_shown_with_everything_that_leans_on_it() -> None:
    found = json.loads(call("evidence", "pentest-hourly-cost", "--json"))
    assert found["figure"]["id"] == "pentest-hourly-cost"
    leaning = {(use["name"], use["part"]) for use in found["uses"] if use["kind"] == "scenario"}
    expected = {
        (name, given.id)
        for name in scenarios.bundled()
        for given in scenarios.load(name).inputs
        if "pentest-hourly-cost" in given.evidence
    }
    assert leaning == expected
    text = call("evidence", "pentest-hourly-cost")
    assert evidence.figure("pentest-hourly-cost").source.url in text
    assert all(name in text for name, _ in leaning)


def test_every_number_is_listed_with_its_sources_or_as_a_guess() -> None:
    found = json.loads(call("evidence", "--json"))
    given = [(name, one.id) for name in scenarios.bundled() for one in scenarios.load(name).inputs]
    given += [(name, one.part) for name in framework.bundled() for one in scenarios.uses_of_assessment(name)]
    of_claims = [use for claim in claims.LEDGER for use in claims.uses(claim)]
    given += [(use.name, use.part) for use in of_claims]
    assert [(use["name"], use["part"]) for use in found["uses"]] == given
    assert all(use["figures"] or use["guess"] for use in found["uses"] if use["kind"] == "scenario")
    assert {id for use in found["uses"] for id in use["figures"]} == {one["id"] for one in found["figures"]}
    lines = call("evidence").splitlines()
    figures = {one["status"] for one in found["figures"]}
    stated = sum(bool(use.sources) for use in of_claims)
    assert lines[-1].startswith(f"{len(given) - stated} numbers")
    assert f", {stated} statements; " in lines[-1]
    assert all(status in lines[-1] for status in figures)


def test_one_scenario_can_be_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "door.yaml"
    path.write_text(LEANING, encoding="utf-8")
    lines = call("evidence", str(path)).splitlines()
    assert lines[0] == "scenario guarded-door"
    assert any("attacker_cost" in line and "pentest-hourly-cost" in line for line in lines)
    assert any("attacker_stake" in line and "guess" in line for line in lines)
    assert lines[-1].startswith("6 numbers, 5 of them guesses; 2 figures: ")


def test_an_assessment_leans_on_the_figures_behind_its_ratings() -> None:
    name = framework.bundled()[0]
    assessment = framework.load(name)
    rated = {id for rater in assessment.raters for rating in rater.ratings.values() for id in rating.evidence}
    assert rated
    found = json.loads(call("evidence", name, "--json"))
    assert {use["kind"] for use in found["uses"]} == {"assessment"}
    assert rated <= {id for use in found["uses"] for id in use["figures"]}
    one = json.loads(call("evidence", min(rated), "--json"))
    assert name in {use["name"] for use in one["uses"]}


def test_a_name_that_is_neither_is_answered_with_the_nearest() -> None:
    for given, near in (("pentest-hourly", "pentest-hourly-cost"), ("spear-fishing", "spear-phishing")):
        result = CliRunner().invoke(app, ["evidence", given])
        assert result.exit_code == 2
        assert f"did you mean '{near}'" in result.stderr


def test_what_leans_on_a_withdrawn_figure_is_stale_everywhere(withdrawn: str, tmp_path: Path) -> None:
    path = tmp_path / "door.yaml"
    path.write_text(LEANING, encoding="utf-8")
    leaning, untouched = scenarios.loads(LEANING), scenarios.loads(DOOR)
    assert [figure.id for figure in scenarios.stale(leaning)] == [withdrawn]
    assert scenarios.stale(untouched) == ()
    # The command line.
    assert f"leans on {withdrawn}, which is withdrawn" in call("check", str(path))
    assert json.loads(call("check", str(path), "--json"))["stale"] == [withdrawn]
    marked = {one["name"]: one["stale"] for one in json.loads(call("list", "--json"))["scenarios"]}
    assert marked["compromise-a-server"] == [withdrawn]
    assert marked["cheating-on-essays"] == []
    assert "which is stale for it" in call("evidence", withdrawn)
    assert "guarded-door  stale" in call("evidence", str(path))
    result = analysis.run(leaning, samples=64)
    told = [str(line) for line in _answer.whole(result)]
    assert any(f"leans on {withdrawn}, which is withdrawn" in line for line in told)
    table = call("catalogue", str(path), "--samples", "64", "--out", str(tmp_path / "catalogue"))
    assert table.splitlines()[1].endswith("stale")
    # The reports.
    assert "marked withdrawn" in report.html(result, {})
    assert "marked withdrawn" in (tmp_path / "catalogue" / "index.html").read_text(encoding="utf-8")
    entries = analysis.catalogue([leaning, untouched], 64)
    assert [entry.stale for entry in entries] == [(withdrawn,), ()]


def test_an_assessment_and_a_claim_on_a_withdrawn_figure_are_stale(withdrawn: str, tmp_path: Path) -> None:
    lines = call("assess", "gpt-4-cyber", "--samples", "64", "--out", str(tmp_path / "assessed"))
    assert f"leans on {withdrawn}, which is withdrawn" in lines
    assert "marked withdrawn" in (tmp_path / "assessed" / "report.html").read_text(encoding="utf-8")
    assert "claim capabilities-are-neutral  stale" in call("evidence", "capabilities-are-neutral")
    leaning, untouched = (claims.claim_named(name) for name in ("context-alone-decides", "access-is-a-bottleneck"))
    assert [figure.id for figure in claims.stale(leaning)] == [withdrawn]
    assert claims.stale(untouched) == ()
    (found,) = json.loads(call("claims", leaning.id, "--samples", "192", "--json"))
    assert found["stale"] == [withdrawn]
    shown = call("claims", leaning.id, "--samples", "192", "--out", str(tmp_path / "claim"))
    assert f"leans on {withdrawn}, which is withdrawn" in shown
    listed = [str(line) for line in _claims._listed([claims.check(one, 192) for one in (leaning, untouched)])]
    assert [line.endswith("  stale") for line in listed] == [True, False]


def test_claims_lean_on_figures_or_on_those_who_state_them() -> None:
    found = json.loads(call("evidence", "--json"))
    of_claims = [use for use in found["uses"] if use["kind"] == "claim"]
    assert {use["name"] for use in of_claims} == {claim.id for claim in claims.LEDGER}
    stated = [use for use in of_claims if use["part"] == "statement"]
    assert [use["sources"] for use in stated] == [list(claim.source) for claim in claims.LEDGER]
    assert all(use["figures"] or use["guess"] or use["sources"] for use in of_claims)
    one = json.loads(call("evidence", "pentest-hourly-cost", "--json"))
    leaning = {use["name"] for use in one["uses"] if use["kind"] == "claim"}
    assert "capabilities-are-neutral" in leaning
    assert "access-is-a-bottleneck" not in leaning
    assert "stated by" in call("evidence", "boost-lowers-own-effort")
