"""The result folder: what is in it, how it appears, and what its verification notices."""

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from door_case import DOOR
from tiltmeter import analysis, report, scenarios
from tiltmeter.errors import OutputError
from tiltmeter.report import _folder, _write


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def rewritten(folder: Path) -> None:
    """Bring the manifest's hashes up to date, as somebody who hides a change would."""
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"] = _folder.hashes(folder)
    (folder / "manifest.json").write_text(json.dumps(manifest))


def faults(folder: Path) -> dict[str, str]:
    return {check.name: check.finding for check in report.verify(folder).checks if not check.ok}


def change_data(folder: Path, change: Callable[[xr.Dataset], None]) -> None:
    path = folder / "results.nc"
    with xr.open_dataset(path, engine="scipy") as stored:
        data = stored.load()
    change(data)
    _write.write_data(data, path)
    rewritten(folder)


def test_folder_holds_what_is_promised(written: Path, door_result: analysis.Result) -> None:
    names = {path.name for path in written.iterdir()}
    assert names == {"report.html", "summary.json", "results.nc", "figures", "scenario.yaml", "manifest.json"}
    drawn = sorted(path.name for path in (written / "figures").iterdir())
    assert {Path(name).suffix for name in drawn} == {".svg", ".png"}
    assert len(drawn) == 2 * len({Path(name).stem for name in drawn}) > 8
    assert (written / "scenario.yaml").read_text(encoding="utf-8") == DOOR
    assert json.loads((written / "summary.json").read_text(encoding="utf-8")) == door_result.summary()


def test_manifest_says_how_to_get_the_same_again(written: Path) -> None:
    manifest = json.loads((written / "manifest.json").read_text())
    assert manifest["command"] == "tiltmeter run guarded-door"
    assert (manifest["samples"], manifest["seed"]) == (64, 7)
    assert manifest["scenario"]["sha256"] == hashlib.sha256(DOOR.encode()).hexdigest()
    assert manifest["scenario"]["settings"] == {"attacker_cost": "0.5 to 2"}
    assert {"python", "tiltmeter", "jax", "numpy", "scipy", "SALib"} <= set(manifest["versions"])
    on_disk = {str(path.relative_to(written)) for path in written.rglob("*") if path.is_file()}
    assert set(manifest["files"]) == on_disk - {"manifest.json"}


def test_data_is_read_back_as_it_was(written: Path, door_result: analysis.Result) -> None:
    with xr.open_dataset(written / "results.nc", engine="scipy") as stored:
        assert set(stored.data_vars) == set(door_result.data.data_vars)
        for name, variable in door_result.data.data_vars.items():
            np.testing.assert_array_equal(stored[name], variable)
            assert stored[name].dims == variable.dims
            assert stored[name].attrs.get("long_name") == variable.attrs.get("long_name")


def test_same_scenario_and_seed_give_the_same_bytes(written: Path, tmp_path: Path) -> None:
    scenario = scenarios.loads(DOOR).with_settings({"attacker_cost": "0.5 to 2"})
    again = report.write(analysis.run(scenario, samples=64, seed=7), tmp_path / "again", command="another command")
    for name in ("summary.json", "results.nc", "scenario.yaml"):
        assert (again / name).read_bytes() == (written / name).read_bytes(), name


def test_another_seed_gives_another_summary(written: Path) -> None:
    scenario = scenarios.loads(DOOR).with_settings({"attacker_cost": "0.5 to 2"})
    assert analysis.run(scenario, samples=64, seed=8).summary() != json.loads((written / "summary.json").read_text())


@pytest.mark.parametrize(("samples", "seed"), [(1, 2**63 - 1), (3, 2**31), (1000, 0)])
def test_any_number_of_draws_and_seed_can_be_written_and_verified(tmp_path: Path, samples: int, seed: int) -> None:
    result = analysis.run(scenarios.loads(DOOR), samples=samples, seed=seed)
    assert report.verify(report.write(result, tmp_path / "tilt")).ok


def test_written_folder_is_verified(written: Path) -> None:
    found = report.verify(written)
    assert found.ok, found
    assert [check.name for check in found.checks] == ["files", "draws", "certificates", "measures", "summary"]


def test_changed_missing_and_added_files_are_named(folder: Path) -> None:
    (folder / "report.html").write_text("something else")
    (folder / "figures" / "flips.svg").unlink()
    (folder / "note.txt").write_text("mine")
    assert faults(folder) == {"files": "figures/flips.svg was missing; note.txt was added; report.html was changed"}


@pytest.mark.parametrize("name", ["regret", "attack_success", "attacker_payoff", "scaling_elasticity", "welfare"])
def test_changed_number_is_found_behind_right_hashes(folder: Path, name: str) -> None:
    def change(data: xr.Dataset) -> None:
        data[name].values[1, 0, 5] += 1e-4

    change_data(folder, change)
    found = faults(folder)
    assert "files" not in found
    assert ("regrets differ, first in draw 5" if name == "regret" else f"{name} does not follow") in "; ".join(
        found.values()
    )
    assert "cautious, before" in "; ".join(found.values())


def test_changed_strategy_is_no_equilibrium(folder: Path) -> None:
    def change(data: xr.Dataset) -> None:
        data["attacker_support"].values[0, 1, 3] *= 1.5

    change_data(folder, change)
    assert "struggle, after" in faults(folder)["certificates"]


def test_changed_draw_is_found(folder: Path) -> None:
    def change(data: xr.Dataset) -> None:
        data["inputs"].loc[{"input": "attacker_stake", "sample": 2}] *= 1.01

    change_data(folder, change)
    assert "attacker_stake" in faults(folder)["draws"]


def test_changed_scenario_is_found(folder: Path) -> None:
    path = folder / "scenario.yaml"
    path.write_text(path.read_text().replace("500 to 2000", "500 to 3000"))
    rewritten(folder)
    assert "attacker_stake" in faults(folder)["draws"]


@pytest.mark.parametrize("key", ["offense", "measures", "certificate", "readings", "side", "samples"])
def test_changed_summary_is_found(folder: Path, key: str) -> None:
    path = folder / "summary.json"
    summary = json.loads(path.read_text())
    verdict = summary["verdict"]
    if key == "samples":
        summary["samples"] += 1
    elif key == "side":
        verdict["side"] = "unchanged"
    elif key == "offense":
        verdict["offense"] += 0.01
    elif key == "measures":
        verdict["measures"][0]["change"]["median"] *= 1.01
    elif key == "certificate":
        verdict["certificate"]["worst_regret"] = 1e-3
    else:
        verdict["readings"][1]["measures"][2]["after"]["high"] *= 2
    path.write_text(json.dumps(summary))
    rewritten(folder)
    assert key in faults(folder)["summary"]


def test_garbled_data_is_a_finding_and_no_crash(folder: Path) -> None:
    (folder / "results.nc").write_bytes(b"CDF\x01 and then something else")
    assert set(faults(folder)) == {"files", "contents"}


@pytest.mark.parametrize("content", [None, "", "[]", '{"kind": "tiltmeter results"}', '{"kind": "other", "format": 1}'])
def test_other_folders_are_not_verified(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(OutputError, match=r"manifest\.json"):
        report.verify(tmp_path)
    with pytest.raises(OutputError, match="is not a folder"):
        report.verify(tmp_path / "nowhere")


def test_own_folder_is_replaced(written: Path, folder: Path, door_result: analysis.Result) -> None:
    (folder / "figures" / "flips.svg").unlink()  # what is missing can be written again
    report.write(door_result, folder, command="again")
    assert json.loads((folder / "manifest.json").read_text())["command"] == "again"
    assert (folder / "figures" / "flips.svg").is_file()
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_folders_of_others_are_left_alone(tmp_path: Path, door_result: analysis.Result) -> None:
    thesis = tmp_path / "thesis"
    thesis.mkdir()
    (thesis / "chapter.txt").write_text("years of work")
    with pytest.raises(OutputError, match="does not hold results of tiltmeter"):
        report.write(door_result, thesis)
    assert snapshot(thesis) == {"chapter.txt": b"years of work"}
    file = tmp_path / "file"
    file.write_text("a file")
    with pytest.raises(OutputError, match="not a folder"):
        report.write(door_result, file)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "thesis"]


@pytest.mark.parametrize(("name", "what"), [("notes.md", "added"), ("scenario.yaml", "changed")])
def test_own_folder_with_work_of_others_is_left_alone(folder: Path, name: str, what: str) -> None:
    (folder / name).write_text("my work")
    before = snapshot(folder)
    with pytest.raises(OutputError, match=f"{name} was {what}"):
        report.check_target(folder)
    assert snapshot(folder) == before


def test_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    report.check_target(tmp_path / "empty")
    with _folder.staging(tmp_path / "empty") as partial:
        (partial / "x").write_text("whole")
    assert snapshot(tmp_path) == {"empty/x": b"whole"}


def test_link_is_left_alone(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(folder, target_is_directory=True)
    with pytest.raises(OutputError, match="not a folder"):
        report.check_target(tmp_path / "link")


def test_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="there is no folder"):
        report.check_target(tmp_path / "nowhere" / "tilt")
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="there is no folder"):
        report.check_target(tmp_path / "file" / "tilt")
    with pytest.raises(OutputError, match="cannot be written"):
        report.check_target(Path("/proc/tilt"))  # refuses even those who may write everywhere
    with pytest.raises(OutputError, match="name too long"):
        report.check_target(tmp_path / ("x" * 250))


def test_current_folder_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    for out in (Path(), Path(".."), Path("/")):
        with pytest.raises(OutputError, match="the folder you are in"):
            report.check_target(out)


def write_half(out: Path, stop: BaseException) -> None:
    with _folder.staging(out) as partial:
        (partial / "report.html").write_text("half")
        raise stop


@pytest.mark.parametrize("stop", [KeyboardInterrupt(), OSError(28, "No space left on device"), ZeroDivisionError()])
def test_interrupted_writing_leaves_nothing(folder: Path, stop: BaseException) -> None:
    before = snapshot(folder.parent)
    for out in (folder, folder.parent / "new"):
        with pytest.raises((KeyboardInterrupt, OutputError, ZeroDivisionError)):
            write_half(out, stop)
    assert snapshot(folder.parent) == before
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_interrupted_swap_keeps_the_old_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = snapshot(folder)
    rename = Path.rename

    def failing(self: Path, target: Path) -> Path:
        if ".partial-" in self.name:
            raise KeyboardInterrupt
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(KeyboardInterrupt), _folder.staging(folder):
        pass
    assert snapshot(folder) == before
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_folder_has_ordinary_permissions(written: Path, tmp_path: Path) -> None:
    (tmp_path / "ordinary").mkdir()
    assert written.stat().st_mode == (tmp_path / "ordinary").stat().st_mode


def test_results_are_whole_without_their_origin(written: Path, tmp_path: Path) -> None:
    moved = shutil.copytree(written, tmp_path / "elsewhere")
    assert report.verify(Path(moved)).ok
    assert os.fspath(written) not in (written / "summary.json").read_text()
