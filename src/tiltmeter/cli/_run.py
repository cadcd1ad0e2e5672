"""`tiltmeter run`: load, solve, write the folder, print the answer."""

import shlex
import webbrowser
from collections.abc import Sequence
from pathlib import Path

import typer

from tiltmeter import figures
from tiltmeter.cli import _print
from tiltmeter.errors import TiltmeterError


def run(
    scenario: str,
    *,
    out: Path | None,
    samples: int,
    seed: int,
    settings: Sequence[str],
    open_report: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Run one scenario, given by name or file; see the options of the command."""
    chosen = parse_settings(settings)
    with _print.progress(quiet) as progress, figures.begin() as begun:
        progress("reading the scenario", 0, 1)
        # These take seconds to import, by which time the first line of progress stands.
        from tiltmeter import analysis, report, scenarios

        loaded = scenarios.load(scenario)
        asked = loaded.with_settings(chosen) if chosen else loaded
        target = out or Path(f"{asked.name}-tilt")
        report.check_target(target)
        progress("reading the scenario", 1, 1)
        command = _command(scenario, samples, seed, settings)
        begun.expect(asked)
        result = analysis.run(asked, samples=samples, seed=seed, progress=progress, counted=begun.know)
        report.write(result, target, command=command, progress=progress, begun=begun)
    page = target / "report.html"
    if as_json:
        _print.as_json({"folder": str(target), "report": str(page), "summary": result.summary()})
    else:
        from tiltmeter.cli import _answer

        _print.lines(_answer.short(result) if quiet else _answer.whole(result))
        _print.lines([f"report: {page}"])
    if open_report and not webbrowser.open(page.absolute().as_uri()):
        typer.echo(f"no browser could be started; open {page} yourself", err=True)


def parse_settings(settings: Sequence[str], form: str = "NAME=VALUE, such as attacker_cost='2 to 8'") -> dict[str, str]:
    """Settings as a mapping; `TiltmeterError` for one without a name or value, or a name given twice."""
    chosen: dict[str, str] = {}
    for text in settings:
        name, equals, value = (part.strip() for part in text.partition("="))
        if not (name and equals and value):
            raise TiltmeterError(f"--set {text!r} is not of the form {form}.")
        if name in chosen:
            raise TiltmeterError(f"--set gives {name} twice: {chosen[name]!r} and {value!r}.")
        chosen[name] = value
    return chosen


def _command(scenario: str, samples: int, seed: int, settings: Sequence[str]) -> str:
    words = ["tiltmeter", "run", scenario, "--samples", str(samples), "--seed", str(seed)]
    return shlex.join([*words, *(word for text in settings for word in ("--set", text))])
