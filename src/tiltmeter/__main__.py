"""`python -m tiltmeter`: the command line."""

from tiltmeter.cli import main

main()
