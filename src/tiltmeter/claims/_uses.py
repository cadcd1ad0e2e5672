"""What claims lean on: figures where their regions take numbers from them, and the literature that states them."""

import dataclasses

from tiltmeter.claims._claim import Claim
from tiltmeter.evidence import Figure, Use, stale_among


def uses(claim: Claim) -> tuple[Use, ...]:
    """What the claim leans on: its sources first, then the numbers that it takes from figures or guesses.

    The ends of its region are no numbers to lean on: they say where it was looked, and stand beside every finding.
    """
    stated = Use("claim", claim.id, "statement", "", (), "", "", claim.source)
    taken = claim.numbers() if claim.numbers else ()
    return (stated, *(dataclasses.replace(use, name=claim.id) for use in taken))


def stale(claim: Claim) -> tuple[Figure, ...]:
    """The doubtful and withdrawn figures that the claim leans on; it is stale where there are any."""
    return stale_among(id for use in uses(claim) for id in use.figures)
