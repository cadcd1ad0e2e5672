"""What goes into a result folder."""

import json
import platform
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import xarray as xr

from tiltmeter import figures
from tiltmeter.analysis import Result
from tiltmeter.analysis._progress import Progress
from tiltmeter.report._folder import FORMAT, KIND, MANIFEST, hashes, staging, write_picture
from tiltmeter.report._html import html
from tiltmeter.report._inputs import input_files, stated

# Whatever can change a number; their versions are written down.
_LIBRARIES = ("tiltmeter", "jax", "jaxlib", "equinox", "numpy", "scipy", "SALib", "scikit-learn", "xarray", "altair")


def write(
    result: Result,
    out: Path,
    *,
    command: str = "",
    progress: Progress | None = None,
    begun: "figures.Drawings | None" = None,
) -> Path:
    """Write a result folder: report.html, summary.json, results.nc, figures/, scenario.yaml and manifest.json.

    Where the technology is an assessed system the folder also holds what that was read from: assessment.yaml,
    graph.yaml, baseline.yaml where there is one, and files that these are based on.

    Args:
        result: what to write.
        out: the folder. One that tiltmeter wrote is replaced; anything else that is there is left alone.
        command: the command line that gives this result, for the report and the manifest.
        progress: called with a stage, and the steps done and in all.
        begun: drawings that `figures.begin` has begun.

    Returns:
        The folder.

    Raises:
        OutputError: when it cannot be written; then nothing has been.
    """
    with staging(out) as folder:
        drawings = _write_figures(folder / "figures", figures.draw_all(result, progress, begun))
        (folder / "report.html").write_text(html(result, drawings, command), encoding="utf-8")
        (folder / "summary.json").write_text(as_text(result.summary()), encoding="utf-8")
        for name, text in ({"scenario.yaml": result.scenario.text} | _system_files(result)).items():
            (folder / name).write_text(text, encoding="utf-8")
        write_data(result.data, folder / "results.nc")
        manifest = _manifest(result, command) | {"files": hashes(folder)}
        (folder / MANIFEST).write_text(as_text(manifest), encoding="utf-8")
    return out


def as_text(value: Any) -> str:
    """JSON as it is written to files: indented, keys in the order given, no NaN."""
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def write_data(data: xr.Dataset, path: Path) -> None:
    """Write a dataset as NetCDF 3, which SciPy and every NetCDF library can read."""
    # Its integers have 32 bits; a seed that has more is written as text.
    attributes = {
        name: str(value) if isinstance(value, int) and value >= 2**31 else value for name, value in data.attrs.items()
    }
    data.assign_attrs(attributes).to_netcdf(path, engine="scipy", format="NETCDF3_64BIT")


def _write_figures(folder: Path, drawn: Mapping[str, tuple[str, bytes]]) -> dict[str, str]:
    """Write every figure as SVG and PNG; the SVG texts by name."""
    folder.mkdir()
    for name, (svg, png) in drawn.items():
        write_picture(folder, name, svg, png)
    return {name: svg for name, (svg, _) in drawn.items()}


def _system_files(result: Result) -> dict[str, str]:
    """What an assessed system, where that is the technology, was read from."""
    system = result.scenario.system
    return input_files(system.graph, {"assessment": system.assessment, "baseline": system.baseline}) if system else {}


def _manifest(result: Result, command: str) -> dict[str, Any]:
    system = result.scenario.system
    return {
        "kind": KIND,
        "format": FORMAT,
        "scenario": {
            "name": result.scenario.name,
            "sha256": result.scenario.sha256,
            "settings": dict(result.scenario.settings),
        },
        **({"system": stated(system.graph, system.baseline)} if system else {}),
        "samples": result.samples,
        "seed": result.seed,
        "command": command,
    } | made_with()


def made_with() -> dict[str, Any]:
    """The versions of what can change a number, and the machine, for the manifest."""
    return {
        "versions": {"python": platform.python_version()} | {name: version(name) for name in _LIBRARIES},
        "platform": platform.platform(),
    }
