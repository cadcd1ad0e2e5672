"""How tests call the command line."""

import re
from pathlib import Path

from typer.testing import CliRunner, Result

from tiltmeter.cli import app

FEW = ("--samples", "64")


def call(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def fails(*arguments: str | Path) -> str:
    """The message of a call that must end with exit code 2, one line on stderr and nothing on stdout."""
    result = call(*arguments)
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert re.fullmatch(r"error: [^\n]+\n", result.stderr), result.stderr
    assert "Traceback" not in result.stderr
    return result.stderr
