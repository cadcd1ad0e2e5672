"""The one list of claims; a family is a file of its own and a line here."""

from collections.abc import Mapping
from typing import Any

from tiltmeter.claims import (
    _adapting,
    _asymmetry,
    _boosts,
    _forging,
    _formulas,
    _framework,
    _growth,
    _hole_search,
    _holes,
    _speed,
    _success,
    _surface,
    _tails,
    _tullock,
    _war,
    _weapons,
)
from tiltmeter.claims._claim import Claim
from tiltmeter.claims._finding import Finding
from tiltmeter.errors import unknown

LEDGER: tuple[Claim, ...] = (
    *_holes.CLAIMS,
    *_hole_search.CLAIMS,
    *_tails.CLAIMS,
    *_surface.CLAIMS,
    *_forging.CLAIMS,
    *_speed.CLAIMS,
    *_boosts.CLAIMS,
    *_tullock.CLAIMS,
    *_asymmetry.CLAIMS,
    *_formulas.CLAIMS,
    *_success.CLAIMS,
    *_growth.CLAIMS,
    *_war.CLAIMS,
    *_adapting.CLAIMS,
    *_weapons.CLAIMS,
    *_framework.CLAIMS,
)


def claim_named(name: str) -> Claim:
    """The claim of that id; `UnknownNameError` with the nearest one otherwise."""
    for claim in LEDGER:
        if claim.id == name:
            return claim
    raise unknown("claim", name, (claim.id for claim in LEDGER))


def finding_of(record: Mapping[str, Any]) -> Finding:
    """The finding that a record with its draws tells; `UnknownNameError` for a claim that is no more."""
    return Finding.read(claim_named(str(record["id"])), record)
