"""The bridge: from the levels of the twelve dimensions to what changes in a contest, for each side.

The equations, with levels in [0, 1]:

    access of a side       A_S = access-level ^ (attacker-access or defender-access)
    removable safeguards   ρ = strip · modifiability · (1 − distribution-control)
    what safeguards stop   λ = safeguards-limit · technical-safeguards · (1 − ρ)
    usable capability      U_S = C · (a A_S^s + (1 − a) M^s)^(1/s), for the attacker times (1 − λ)

with the elements' levels C of raw capability potential and M of adaptability, a = access-share and s = substitution.
Capability multiplies because without it there is nothing to use. Access and adaptability are combined with a constant
elasticity of substitution that is drawn from "both are needed" to "one makes up for the other": whether access is a
bottleneck, and for whom, is then found and not assumed. Safeguards take from the attacker alone, since they refuse what
is harmful, and hold only as long as they cannot be stripped from weights that are out.

A driver Q is one of the quantities in `DRIVERS`. Over the course from a world without the system to the world with it a
parameter is multiplied by full^ΔQ, or raised by full · ΔQ, where `full` is what Q does when it goes from 0 to 1.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tiltmeter.contests import NON_NEGATIVE, OPEN_PROBABILITY, PROBABILITY, Domain
from tiltmeter.framework._rubric import Rubric
from tiltmeter.inputs._amount import Operation
from tiltmeter.inputs._quantity import Quantity

INPUTS: Mapping[str, Domain] = {
    "substitution": Domain(-50.0, 1.0, True, True),
    "access-share": OPEN_PROBABILITY,
    "attacker-access": NON_NEGATIVE,
    "defender-access": NON_NEGATIVE,
    "safeguards-limit": PROBABILITY,
    "strip": PROBABILITY,
}
"""What the equations take as given, with the values that are allowed."""

DRIVERS: Mapping[str, str] = {
    "attacker-capability": "usable capability of the attacker, after safeguards",
    "defender-capability": "usable capability of the defender",
    "attacker-ease": "usable capability of the attacker times the ease of using it (1 less interaction complexity)",
    "defender-ease": "usable capability of the defender times the ease of using it",
    "attack-volume": "proliferation times the attacker's usable capability: how many more can now attack",
    "monitoring": "monitoring and auditing",
    "regulation": "regulatory strength",
    "rivalry": "the attacker's usable capability times 1 less geopolitical stability: what states would pay for it",
}
"""The quantities that drive parameters, with their meanings."""

# Levels below this count as this, so that powers stay finite.
_LEAST = 1e-9


@dataclasses.dataclass(frozen=True)
class Link:
    """What a driver does to a parameter of the contest.

    Attributes:
        parameter: its name.
        driver: one of `DRIVERS`.
        operation: "multiply" or "add".
        full: what it does when the driver goes from 0 to 1.
        evidence: ids of figures.
        guess: why it is a guess.
        why: how it follows from the figures.
    """

    parameter: str
    driver: str
    operation: Operation
    full: Quantity
    evidence: tuple[str, ...]
    guess: str
    why: str

    @property
    def id(self) -> str:
        """Its unique name: `attacker_cost by attacker-ease`."""
        return f"{self.parameter} by {self.driver}"


def drivers(rubric: Rubric, levels: Sequence[Any], given: Mapping[str, Any], xp: Any = np) -> dict[str, Any]:
    """The drivers of a profile.

    Args:
        rubric: whose dimensions.
        levels: of the dimensions, in [0, 1], each of any shape.
        given: the values of `INPUTS`.
        xp: whose functions are used: numpy, or `jax.numpy` for derivatives.
    """
    level = {name: xp.asarray(value) for name, value in zip(rubric.names, levels, strict=True)}
    able, adaptable = (_element(rubric, level, name) for name in ("raw-capability-potential", "adaptability"))
    removable = given["strip"] * level["modifiability"] * (1 - level["distribution-control"])
    stopped = given["safeguards-limit"] * level["technical-safeguards"] * (1 - removable)
    usable = {
        side: able * _substituting(_power(level["access-level"], given[f"{side}-access"], xp), adaptable, given, xp)
        for side in ("attacker", "defender")
    }
    usable["attacker"] = usable["attacker"] * (1 - stopped)
    ease = 1 - level["interaction-complexity"]
    return {
        "attacker-capability": usable["attacker"],
        "defender-capability": usable["defender"],
        "attacker-ease": usable["attacker"] * ease,
        "defender-ease": usable["defender"] * ease,
        "attack-volume": _element(rubric, level, "proliferation-diffusion-release") * usable["attacker"],
        "monitoring": level["monitoring-and-auditing"],
        "regulation": level["regulatory-strength"],
        "rivalry": (1 - level["geopolitical-stability"]) * usable["attacker"],
    }


def changes(
    links: Sequence[Link], full: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any], xp: Any = np
) -> dict[str, tuple[Operation, Any]]:
    """What the step from one profile to another does to each parameter.

    Args:
        links: what drives what.
        full: the strength of each link, by its id.
        before: the drivers without the system.
        after: the drivers with it.
        xp: as for `drivers`.

    Returns:
        By parameter the operation and its value. Links that multiply one parameter are multiplied, links that add to
        one are added; no domain does both to one parameter.
    """
    made: dict[str, tuple[Operation, Any]] = {}
    for link in links:
        moved = after[link.driver] - before[link.driver]
        strength = xp.asarray(full[link.id])
        value = xp.exp(moved * xp.log(strength)) if link.operation == "multiply" else moved * strength
        if link.parameter in made:
            sofar = made[link.parameter][1]
            value = sofar * value if link.operation == "multiply" else sofar + value
        made[link.parameter] = (link.operation, value)
    return made


def _element(rubric: Rubric, level: Mapping[str, Any], name: str) -> Any:
    members = [one for one in rubric.dimensions if one.element == name]
    own = [level[one.name] if one.raises == "more" else 1 - level[one.name] for one in members]
    return sum(own[1:], own[0]) / len(own)


def _power(level: Any, exponent: Any, xp: Any) -> Any:
    # The exponent may be 0; then everybody has access.
    return xp.exp(exponent * xp.log(xp.maximum(level, _LEAST)))


def _substituting(access: Any, adaptable: Any, given: Mapping[str, Any], xp: Any) -> Any:
    """Access and adaptability together, with constant elasticity of substitution."""
    s = xp.asarray(given["substitution"])
    s = xp.where(xp.abs(s) < 1e-6, 1e-6, s)
    share = xp.asarray(given["access-share"])
    first = xp.log(share) + s * xp.log(xp.maximum(access, _LEAST))
    second = xp.log1p(-share) + s * xp.log(xp.maximum(adaptable, _LEAST))
    return xp.exp(xp.logaddexp(first, second) / s)
