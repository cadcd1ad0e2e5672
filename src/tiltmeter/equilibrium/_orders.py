"""Who moves first: the names of the orders of moves."""

from typing import Literal

from tiltmeter.errors import unknown

Order = Literal["simultaneous", "defender-first", "attacker-first"]
Side = Literal["attacker", "defender"]

_LEADERS: dict[str, Side | None] = {"simultaneous": None, "defender-first": "defender", "attacker-first": "attacker"}
ORDERS = tuple(_LEADERS)


def leader_of(order: str) -> Side | None:
    """The side that moves first, None for both at once; `UnknownNameError` for any other name."""
    if order not in _LEADERS:
        raise unknown("order", order, ORDERS)
    return _LEADERS[order]
