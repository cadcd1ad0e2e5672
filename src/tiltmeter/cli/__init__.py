"""The command line. Everything that takes time to import is imported by the command that needs it."""

from tiltmeter.cli._app import app as app
from tiltmeter.cli._app import main as main
