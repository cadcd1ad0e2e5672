"""A small scenario that the tests of the scenario file vary, and how to see what is wrong with a variation."""

import pytest

from tiltmeter.errors import ScenarioError
from tiltmeter.scenarios import loads

FILE = "case.yaml"

GOOD = """\
format: 1
name: case
title: A case
question: Does AI lean it?
domain: testing
guess: offense
technology: {name: language models, short: AI, baseline: before}
parameters:
  attacker_stake: {value: 5 to 20, evidence: [ai-spearphish-vs-generic], why: read off}
  defender_stake:
    value: 10 to 40
    guess: twice as much
  attacker_cost: 2
  defender_returns: 0.4 to 0.6
changes:
  attacker_cost: x 0.1 to 0.3
  defender_stake: + 1 to 2
readings:
  - name: forgery
    title: Forging and examining
    contest: Examination
    weight: 0.5
    why: looks like it
    parameters:
      flaw: {value: 1 to 3}
      attacker_returns: 0.5
      false_positive_cap: 1% to 5%
    changes:
      imitation: 1.5
  - name: odds
    contest: Tullock
    weight: 30%
    parameters:
      attacker_edge: {value: {distribution: lognormal, median: 1, sigma: 0.2}}
      attacker_returns: 0.8
      defender_stake: 30
    changes:
      attacker_edge:
        value: {distribution: uniform, low: 1, high: 2, operation: multiply}
  - name: holes
    contest: HoleSearch
    weight: 0.2
    options: {holes: Lomax}
    parameters: {holes.scale: 2 to 8}
correlations:
  - between: [attacker_stake, flaw]
    value: 0.7
  - {between: [flaw, attacker_edge], value: -0.3}
notes:
  - a note
"""


def varied(old: str, new: str) -> str:
    """The good scenario with the first `old` replaced, which has to be there."""
    assert old in GOOD
    return GOOD.replace(old, new, 1)


def line_of(text: str, part: str) -> int:
    """The number of the first line that holds `part`."""
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)


def refused(text: str) -> ScenarioError:
    """The error that loading the text raises."""
    with pytest.raises(ScenarioError) as caught:
        loads(text, FILE)
    return caught.value
