"""A small assessment that the tests vary, and how to see what is wrong with a variation."""

import pytest

from tiltmeter.errors import AssessmentError
from tiltmeter.framework import loads

FILE = "case.yaml"

GOOD = """\
format: 1
name: case
title: A system in cybersecurity
system: A system
domain: cybersecurity
date: "2025-01-01"
rubric: 2
raters:
  - name: ann
    ratings:
      capability-breadth: {value: 1 to 3, mode: 2, evidence: [eci-gpt-4]}
      capability-depth: {indicator: metr-time-horizon, figure: horizon-gpt-4}
      access-level: 2 to 3
      interaction-complexity: 1 to 2
      modifiability: 1 to 3
      knowledge-transferability: 1 to 3
      distribution-control: 2 to 4
      model-reach-and-integration: 2 to 3
      technical-safeguards: 1 to 3
      monitoring-and-auditing: 1 to 3
      geopolitical-stability: 1 to 2
      regulatory-strength: 0 to 2
"""

BOB = """\
  - name: bob
    weight: 3
    ratings:
      capability-breadth: 3 to 4
      capability-depth: 3 to 4
      access-level: 1 to 2
      interaction-complexity: 1 to 2
      modifiability: 0 to 1
      knowledge-transferability: 1 to 2
      distribution-control: 3 to 4
      model-reach-and-integration: 2 to 3
      technical-safeguards: 3 to 4
      monitoring-and-auditing: 3 to 4
      geopolitical-stability: 1 to 2
      regulatory-strength: 3 to 4
"""

TWO = GOOD + BOB


def varied(old: str, new: str, text: str = GOOD) -> str:
    """The file with one thing changed."""
    assert text.count(old) == 1, old
    return text.replace(old, new)


def refused(text: str) -> AssessmentError:
    """What is said of a file that is wrong."""
    with pytest.raises(AssessmentError) as caught:
        loads(text, FILE)
    return caught.value


def line_of(part: str, text: str) -> int:
    """The line of the file, counted from 1, in which a text stands."""
    (line,) = (number for number, row in enumerate(text.splitlines(), start=1) if part in row)
    return line
