"""The commands, in their own words."""

from typer.testing import CliRunner

from tiltmeter.cli import app


def commands() -> str:
    """What `tiltmeter COMMAND --help` says, for every command."""
    names = [command.name or command.callback.__name__ for command in app.registered_commands]
    texts = []
    for name in names:
        shown = CliRunner().invoke(app, [name, "--help"], env={"COLUMNS": "92", "TERM": "dumb", "NO_COLOR": "1"})
        texts.append(f"## `tiltmeter {name}`\n\n```text\n{shown.stdout.strip()}\n```\n")
    return "\n" + "\n".join(texts)
