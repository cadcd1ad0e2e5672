"""What the numbers of a scenario lean on."""

from tiltmeter.evidence import Figure, Use, stale_among
from tiltmeter.scenarios._scenario import Scenario


def uses(scenario: Scenario) -> tuple[Use, ...]:
    """Every number that the scenario's file gives, in its order, with the figures that it rests on."""
    return tuple(
        Use("scenario", scenario.name, given.id, given.text, given.evidence, given.why, given.guess)
        for given in scenario.inputs
        if not given.default
    )


def stale(scenario: Scenario) -> tuple[Figure, ...]:
    """The doubtful and withdrawn figures that the scenario leans on; it is stale where there are any."""
    return stale_among(id for given in scenario.inputs for id in given.evidence)
