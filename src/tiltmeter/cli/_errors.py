"""How the program ends when something is wrong: one line, an exit code, no traceback."""

import sys
from typing import Any

import typer
from typer.core import TyperGroup

from tiltmeter.errors import TiltmeterError

MISTAKE = 2
INTERRUPTED = 130
_ERROR = "error:"


class ErrorGroup(TyperGroup):
    """A group of commands that ends with exit code 2 for a mistake in what was given and 130 for Ctrl-C."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was named."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            typer.echo("interrupted", err=True)
            raise typer.Exit(INTERRUPTED) from None

    def main(self, *args: Any, standalone_mode: bool = True, **extra: Any) -> Any:
        """Run the program; unless `standalone_mode` is off, end it with its exit code."""
        if not standalone_mode:
            return super().main(*args, standalone_mode=False, **extra)
        try:
            code = super().main(*args, standalone_mode=False, **extra)
        except typer.TyperException as error:
            code = _mistake(_with_help(error))
        except TiltmeterError as error:
            code = _mistake(str(error))
        sys.exit(code or 0)


def _with_help(error: typer.TyperException) -> str:
    """What is wrong with the command line, and where to read what is right."""
    said, context = error.format_message(), getattr(error, "ctx", None)
    stop = "" if said.endswith((".", "?", "!")) else "."
    return f"{said}{stop} `{context.command_path} --help` says more." if context else said


def _mistake(message: str) -> int:
    from tiltmeter.cli import _print

    typer.secho(_ERROR, fg=typer.colors.RED, bold=True, err=True, nl=False)
    typer.echo(_print.paragraph(f"{_ERROR} {message}", stderr=True).removeprefix(_ERROR), err=True)
    return MISTAKE
