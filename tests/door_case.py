"""The text of a small scenario with two readings that both have formulas."""

DOOR = """\
format: 1
name: guarded-door
title: A guarded door with and without better cameras
question: Do better cameras lean the guarding of a door to the burglar or to the owner?
technology: {name: better cameras, short: cameras, baseline: no cameras}
parameters:
  attacker_stake: {value: 500 to 2000, guess: what a burglar hopes for}
  defender_stake: {value: 2000 to 9000, guess: loss and repair}
  attacker_cost: {value: 1, guess: the unit}
changes:
  defender_edge: {value: x 1.5 to 4, guess: a leaflet}
readings:
  - name: struggle
    title: Both sides burn effort
    contest: Tullock
    weight: 0.7
    why: Neither side can be sure of the outcome.
  - name: cautious
    title: Both sides burn effort, with falling returns
    contest: Tullock
    weight: 0.3
    why: The same, but effort soon pays less.
    parameters:
      attacker_returns: {value: 0.4 to 0.8, guess: falling}
      defender_returns: {value: 0.4 to 0.8, guess: falling}
"""
