"""A commented scenario file to start from."""

import re

# What it says of fields and forms is checked by loading it in the tests.
_TEXT = """\
# A scenario asks which side a technology favors. Edit this file, then:
#   tiltmeter check FILE     says what is wrong, and what each number rests on
#   tiltmeter run FILE       answers
# `tiltmeter list` shows the contests and the bundled scenarios, `tiltmeter schema` is for editors that check YAML.
format: 1
name: "{name}"
title: {title}
question: Does AI lean this contest to the attacker or to the defender?
domain: computer-security
# money: USD                           # optional: what stakes, costs and payoffs are counted in
# guess: offense                       # optional: offense, defense, unchanged or depends

technology:
  name: artificial intelligence
  short: AI                            # used in ids, such as AI:attacker_cost
  baseline: without AI

# What is known without the technology, for every reading whose contest has the parameter. A value is
#   2                                  a certain number; 5% is 0.05
#   2 to 8                             90 % of the values lie in there: lognormal, or normal if an end is not positive
#   {{distribution: lognormal, median: 3, sigma: 0.5}}
#                                      also normal (mean, sd), uniform (low, high), loguniform (low, high),
#                                      triangular (low, mode, high), beta (a, b), gamma (shape, scale)
# Each is cut to the values that the parameter allows. What is not given takes the contest's default, and is reported
# as such.
parameters:
  attacker_stake:
    value: 5 to 20
    guess: an order of magnitude, to be replaced
    # evidence: [id-of-a-figure]       # the figures that it rests on
    # why: how it follows from them
  defender_stake:
    value: 5 to 20
    guess: as much as the attacker gains, to be replaced
  attacker_cost: 1                     # the short form has no source, and is reported as a guess
  defender_cost: 1

# What the technology does. `x 0.1 to 0.3` multiplies, `+ 1 to 2` adds, a bare value is the new value.
changes:
  attacker_cost:
    value: x 0.3 to 0.8
    guess: attack becomes cheaper, nobody measured how much
  defender_cost:
    value: x 0.5 to 0.9
    guess: defense becomes cheaper too, but less

# Hypotheses of which contest it really is. With several, the weights sum to 1.
readings:
  - name: share
    title: The larger share of the effort is likelier to win
    contest: Tullock
    weight: 1
    why: a first guess; add a second reading that you find plausible
    parameters:                        # of this reading, instead of or beside the shared ones
      attacker_edge: 0.5 to 2
    # changes: {{attacker_edge: x 1.1 to 1.5}}
    # options: {{}}                      # for HoleSearch {{holes: Lomax}}

# Inputs that move together: -1 < value < 1, names as `tiltmeter check` prints them.
correlations:
  - {{between: [attacker_stake, defender_stake], value: 0.5}}

notes:
  - All numbers are guesses to be replaced.
"""


def template(name: str) -> str:
    """The text of a new scenario file, with comments, which is itself a scenario that can be run.

    Args:
        name: what to call it; letters that a name cannot have become hyphens.
    """
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "my-scenario"
    words = plain.replace("-", " ")
    return _TEXT.format(name=plain, title=f'"{words[0].upper()}{words[1:]}"')
