"""The commands and their options. What they do is in the module of the same name."""

import contextlib
import io
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from tiltmeter._garbage import collect_seldom
from tiltmeter.cli._cache import keep_compiled
from tiltmeter.cli._errors import ErrorGroup
from tiltmeter.cli._examples import epilog

MOST_SAMPLES = 2**20

app = typer.Typer(
    name="tiltmeter",
    cls=ErrorGroup,
    help="Which way does a technology lean the balance between offense and defense, why, and how sure can one be?",
    epilog="Start with:  tiltmeter run spear-phishing",
    invoke_without_command=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON, and nothing else, on stdout.")]
Scenario = Annotated[str, typer.Argument(metavar="NAME|FILE", help="A bundled scenario, or a scenario file (YAML).")]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="Set an input, as in the file: attacker_cost='2 to 8'. Repeats."),
]


def main() -> None:
    """Run the program with the arguments of this process."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show "→" shows "?" and no traceback.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    keep_compiled()
    collect_seldom()
    try:
        app(prog_name="tiltmeter")
    except SystemExit as ended:
        _leave(ended.code)


def _leave(code: str | int | None) -> None:
    """End the process at once: to take the compiler and all it made apart takes long, and frees what ends anyway."""
    if not (code is None or isinstance(code, int)):
        sys.exit(code)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError):  # nobody reads it any more
            stream.flush()
    os._exit(code or 0)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"tiltmeter {version('tiltmeter')}")
        raise typer.Exit


def _samples(given: int | None) -> int | None:
    if given is not None and not 1 <= given <= MOST_SAMPLES:
        raise typer.BadParameter(f"{given} is not between 1 and {MOST_SAMPLES:,}.")
    return given


def _seed(given: int) -> int:
    if not 0 <= given < 2**63:
        raise typer.BadParameter(f"{given} is not between 0 and 2^63 - 1.")
    return given


@app.callback()
def _options(  # pyright: ignore[reportUnusedFunction]
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command(epilog=epilog("run"))
def run(
    scenario: Scenario,
    out: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Where the results go; default: NAME-tilt, here.")
    ] = None,
    samples: Annotated[
        int, typer.Option(callback=_samples, help="Draws of the uncertain inputs; powers of two are best.")
    ] = 16384,
    seed: Annotated[int, typer.Option(callback=_seed, help="The same seed gives the same draws.")] = 0,
    settings: Settings = None,
    open_report: Annotated[bool, typer.Option("--open", help="Open the report in the browser.")] = False,
    as_json: AsJson = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar, and only the answer.")] = False,
) -> None:
    """Who does the technology favor? Solve the scenario before and after it, and write a report."""
    from tiltmeter.cli import _run

    _run.run(
        scenario,
        out=out,
        samples=samples,
        seed=seed,
        settings=settings or [],
        open_report=open_report,
        as_json=as_json,
        quiet=quiet,
    )


Assessment = Annotated[str, typer.Argument(metavar="NAME|FILE", help="A bundled assessment, or a file (YAML).")]
GraphFile = Annotated[
    str | None, typer.Option("--graph", metavar="FILE", help="Your own influence graph instead of the bundled one.")
]
Baseline = Annotated[str, typer.Option(help="What it is compared with: no-ai, or another assessment.")]
Samples = Annotated[int, typer.Option(callback=_samples, help="Draws; powers of two are best.")]
Seed = Annotated[int, typer.Option(callback=_seed, help="The same seed gives the same draws.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar, and only the answer.")]


@app.command(epilog=epilog("assess"))
def assess(
    assessment: Assessment,
    out: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Where the report goes; default: NAME-assessment, here.")
    ] = None,
    samples: Samples = 16384,
    seed: Seed = 0,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="DIMENSION=RATING", help="Hold a dimension: regulatory-strength=4. Repeats."),
    ] = None,
    graph: GraphFile = None,
    baseline: Baseline = "no-ai",
    cuts: Annotated[bool, typer.Option("--cuts", help="Also look for connections that could be cut.")] = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Which way does an AI system lean its domain? From ratings of six elements to a verdict with a report."""
    from tiltmeter.cli import _assess

    _assess.assess(
        assessment,
        out=out,
        samples=samples,
        seed=seed,
        settings=settings or [],
        graph=graph,
        baseline=baseline,
        cuts=cuts,
        as_json=as_json,
        quiet=quiet,
    )


@app.command(epilog=epilog("compare"))
def compare(
    first: Annotated[str, typer.Argument(metavar="FIRST", help="A bundled assessment, or a file (YAML).")],
    second: Annotated[str, typer.Argument(metavar="SECOND", help="The one that it is compared with.")],
    out: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Where a report goes; left out: none is written.")
    ] = None,
    samples: Samples = 16384,
    seed: Seed = 0,
    graph: GraphFile = None,
    baseline: Baseline = "no-ai",
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Two assessments side by side: what differs, and why."""
    from tiltmeter.cli import _assess

    _assess.compare(
        first,
        second,
        out=out,
        samples=samples,
        seed=seed,
        graph=graph,
        baseline=baseline,
        as_json=as_json,
        quiet=quiet,
    )


@app.command(epilog=epilog("catalogue"))
def catalogue(
    names: Annotated[list[str] | None, typer.Argument(metavar="NAME|FILE", help="Scenarios; left out: all.")] = None,
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Where the overview goes.")] = Path("catalogue"),
    samples: Annotated[
        int, typer.Option(callback=_samples, help="Draws of each application; powers of two are best.")
    ] = 16384,
    seed: Annotated[int, typer.Option(callback=_seed, help="The same seed gives the same draws.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Every application of the catalogue side by side: the guess, the verdict, and what it turns on."""
    from tiltmeter.cli import _catalogue

    _catalogue.catalogue(names or [], out=out, samples=samples, seed=seed, as_json=as_json)


@app.command(epilog=epilog("check"))
def check(scenario: Scenario, settings: Settings = None, as_json: AsJson = False) -> None:
    """Is a scenario file right, and what does each of its numbers rest on?"""
    from tiltmeter.cli import _check

    _check.check(scenario, settings or [], as_json)


@app.command(epilog=epilog("evidence"))
def evidence(
    name: Annotated[
        str | None,
        typer.Argument(metavar="ID|NAME|FILE", help="A figure, scenario, assessment or claim; left out: all."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """What leans on what: every number, the figures behind it, their sources and how well they were checked."""
    from tiltmeter.cli import _evidence

    _evidence.show(name, as_json)


@app.command("list", epilog=epilog("list"))
def list_(as_json: AsJson = False) -> None:
    """The bundled scenarios and assessments, and the contests."""
    from tiltmeter.cli import _list

    _list.list_all(as_json)


@app.command(epilog=epilog("atlas"))
def atlas(
    names: Annotated[list[str] | None, typer.Argument(metavar="NAME", help="Contests; left out: all.")] = None,
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Where the pictures go.")] = Path("atlas"),
    as_json: AsJson = False,
) -> None:
    """Draw every contest: isovalue curves, best responses, and what a technology does. SVG, PNG and a page."""
    from tiltmeter.cli import _atlas

    _atlas.atlas(names or [], out, as_json)


@app.command(epilog=epilog("claims"))
def claims(
    name: Annotated[
        str | None, typer.Argument(metavar="ID|FILE", help="One claim, or a file with claims of your own; else all.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Where findings and figures go; of one claim: ID-claim.")
    ] = None,
    samples: Annotated[
        int | None, typer.Option(callback=_samples, help="Draws for each claim; else as many as it asks for.")
    ] = None,
    seed: Annotated[int, typer.Option(callback=_seed, help="The same seed gives the same findings.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Where do claims of the literature hold? Search for violations, and say when they hold and where they fail."""
    from tiltmeter.cli import _claims

    _claims.claims(name, out=out, samples=samples, seed=seed, as_json=as_json)


@app.command(epilog=epilog("which"))
def which(
    answers: Annotated[
        list[str] | None,
        typer.Option("--answer", "-a", metavar="QUESTION=ANSWER", help="Answer a question beforehand. Repeats."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Which contest fits? A few questions lead to it, with the reason and what is known about it."""
    from tiltmeter.cli import _which

    _which.which_contest(answers or [], as_json)


@app.command(epilog=epilog("new"))
def new(
    name: Annotated[str, typer.Argument(metavar="NAME|FILE", help="NAME.yaml is written here, or FILE as it is.")],
    force: Annotated[bool, typer.Option("--force", help="Replace a file that exists.")] = False,
) -> None:
    """Write a scenario file to start from, with comments."""
    from tiltmeter.cli import _new

    _new.new(name, force)


@app.command(epilog=epilog("schema"))
def schema() -> None:
    """The JSON Schema of the scenario file, for editors that check and complete YAML."""
    from tiltmeter.cli import _print
    from tiltmeter.scenarios import schema as scenario_schema

    _print.as_json(scenario_schema())


@app.command(epilog=epilog("verify"))
def verify(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="What `run`, `assess` or `compare` has written.")],
    as_json: AsJson = False,
) -> None:
    """Recompute the hashes and certificates of a folder of run, assess or compare; exit code 1 if anything is off."""
    from tiltmeter.cli import _verify

    if not _verify.verify(folder, as_json):
        raise typer.Exit(1)
