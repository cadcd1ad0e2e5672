"""The one list of claims; a family is a file of its own and a line here."""

from tiltmeter.claims import (
    _adapting,
    _boosts,
    _forging,
    _formulas,
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
    *_formulas.CLAIMS,
    *_success.CLAIMS,
    *_growth.CLAIMS,
    *_war.CLAIMS,
    *_adapting.CLAIMS,
    *_weapons.CLAIMS,
)


def claim_named(name: str) -> Claim:
    """The claim of that id; `UnknownNameError` with the nearest one otherwise."""
    for claim in LEDGER:
        if claim.id == name:
            return claim
    raise unknown("claim", name, (claim.id for claim in LEDGER))
