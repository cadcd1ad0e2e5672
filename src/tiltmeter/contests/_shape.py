"""How a side's gain can bend in its own effort: what is proved about it makes certificates cheap."""

from enum import IntEnum


class Shape(IntEnum):
    """The form of a gain over a side's positive efforts, against one effort of the other side.

    Attributes:
        FLAT: effort changes nothing.
        CONCAVE: each further unit of effort adds less, or no more, than the one before.
        ONE_PEAK: what a further unit adds first rises and then falls; gain less cost then has at most one peak.
        UNKNOWN: nothing is proved.
    """

    FLAT = 0
    CONCAVE = 1
    ONE_PEAK = 2
    UNKNOWN = 3
