"""What the numbers of scenarios and assessments lean on."""

from collections.abc import Collection

from tiltmeter import framework
from tiltmeter.evidence import Figure, Use, stale_among
from tiltmeter.scenarios._assessed import scenario_of
from tiltmeter.scenarios._scenario import Scenario


def uses(scenario: Scenario, kind: str = "scenario", roles: Collection[str] | None = None) -> tuple[Use, ...]:
    """Every number that the scenario's file gives, in its order, with the figures that it rests on.

    Args:
        scenario: whose numbers.
        kind: what they belong to, for `Use.kind`.
        roles: of the inputs that are wanted; all by default.
    """
    return tuple(
        Use(kind, scenario.name, given.id, given.text, given.evidence, given.why, given.guess)
        for given in scenario.inputs
        if not given.default and (roles is None or given.role in roles)
    )


def uses_of_assessment(name: str) -> tuple[Use, ...]:
    """Every number behind an assessment: its ratings, the influences among elements, and the bridge to its contest.

    Args:
        name: of a bundled assessment, or a file.
    """
    return uses(scenario_of(framework.System(framework.load(name), framework.load_graph(), None)), "assessment")


def stale(scenario: Scenario) -> tuple[Figure, ...]:
    """The doubtful and withdrawn figures that the scenario leans on; it is stale where there are any."""
    return stale_among(id for given in scenario.inputs for id in given.evidence)
