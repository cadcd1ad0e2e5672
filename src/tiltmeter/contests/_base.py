"""What every contest is: two sides with stakes and costs, and a success function of their efforts."""

import abc
import dataclasses
from typing import TYPE_CHECKING, Any, final

import equinox as eqx
import numpy as np
from jaxtyping import Array, ArrayLike

from tiltmeter.contests._parameter import (
    NON_NEGATIVE,
    OPEN_PROBABILITY,
    POSITIVE,
    PROBABILITY,
    Parameter,
    check_fields,
    described_fields,
    param,
)
from tiltmeter.contests._shape import Shape
from tiltmeter.contests._strategies import ClosedForm, Strategies, two_point
from tiltmeter.errors import ParameterError

if TYPE_CHECKING:
    # Type checkers know abstract class variables only as class variables.
    from typing import ClassVar as AbstractClassVar
else:
    from equinox import AbstractClassVar

__all__ = [
    "NON_NEGATIVE",
    "OPEN_PROBABILITY",
    "POSITIVE",
    "PROBABILITY",
    "SHARED",
    "AbstractContest",
    "Card",
    "ClosedForm",
    "Shape",
    "Strategies",
    "param",
    "part_fields",
    "two_point",
]


@dataclasses.dataclass(frozen=True)
class Card:
    """What the library must know about a contest beside its formulas.

    Attributes:
        title: its name in prose.
        aliases: other names in the literature.
        cites: keys of `references.bib`.
        entry: whether the attacker decides to take part at all: staying out costs nothing and never succeeds,
            taking part costs `entry_cost` beside the effort, and may succeed with zero effort.
        exposure: whether the defender decides how far to expose itself, which scales success, and which
            `exposure_gain` and `best_exposure` then describe.
        spread: whether strategies may draw an effort evenly from an interval; `mean_success` then averages over that.
        unique: who proves that the equilibrium is the only one, where it is drawn from intervals: no search can.
        exemptions: checks of the conformance suite that do not apply, each with the reason.
    """

    title: str
    aliases: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()
    entry: bool = False
    exposure: bool = False
    spread: bool = False
    unique: str = ""
    exemptions: tuple[tuple[str, str], ...] = ()


class AbstractContest(eqx.Module):
    """A game between an attacker and a defender who choose efforts at a cost, each with a stake.

    The attacker earns `attacker_stake · P − attacker_cost · a`, the defender
    `defender_stake · (1 − P) − defender_cost · d`, where P = `success(a, d)` is the probability that the attack
    succeeds. A contest of your own needs its parameters, a `card` and `success`; solving, certificates, pictures and
    pages follow from these.
    """

    attacker_stake: Array = param("V_A", "money", POSITIVE, (0.1, 10.0), "What success is worth to the attacker.")
    defender_stake: Array = param("V_D", "money", POSITIVE, (0.1, 10.0), "What success costs the defender.")
    attacker_cost: Array = param("c_A", "money/effort", POSITIVE, (0.1, 10.0), "What a unit of attack effort costs.")
    defender_cost: Array = param("c_D", "money/effort", POSITIVE, (0.1, 10.0), "What a unit of defense effort costs.")

    card: AbstractClassVar[Card]

    def __check_init__(self) -> None:
        check_fields(self)
        for part in self._parts():
            check_fields(part)
        _ = self.shape

    @abc.abstractmethod
    def success(self, attacker_effort: Array, defender_effort: Array) -> Array:
        """The probability that the attack succeeds, in [0, 1]; rises with the first effort, falls with the second.

        Args:
            attacker_effort: efforts a ≥ 0, any shape that broadcasts against the parameters.
            defender_effort: efforts d ≥ 0, likewise.
        """

    def attacker_gain(self, attacker_effort: Array, defender_effort: Array) -> Array:
        """What the attacker gets before the cost of its effort, as a share of its stake: success, unless overridden."""
        return self.success(attacker_effort, defender_effort)

    def defender_gain(self, attacker_effort: Array, defender_effort: Array) -> Array:
        """What the defender gets before the cost of its effort, as a share of its stake: failure, unless overridden."""
        return 1 - self.success(attacker_effort, defender_effort)

    def attack_shape(self, defender_effort: Array) -> ArrayLike:
        """What is proved about the attacker's gain over its positive efforts, against these of the defender.

        Returns:
            A `Shape` for each. Override it together with `defense_shape`: certificates are then proofs, and cheaper.
        """
        return Shape.UNKNOWN

    def defense_shape(self, attacker_effort: Array) -> ArrayLike:
        """What is proved about the defender's gain over its positive efforts, against these of the attacker."""
        return Shape.UNKNOWN

    def attack_steps(self) -> tuple[Array, ...]:
        """Positive efforts of the attacker at which success may jump up, of the contest's shape; none by default.

        The certificate looks just beyond each: between two efforts of a scan a jump would be overlooked.
        """
        return ()

    def mean_success(
        self, attacker_effort: Array, attacker_spread: ArrayLike, defender_effort: Array, defender_spread: ArrayLike
    ) -> Array:
        """Success where each effort is drawn evenly from effort · (1 ± spread); only for a card with `spread`."""
        raise NotImplementedError(f"{type(self).__name__} says `spread` but has no mean_success.")

    def exposure_gain(self, exposure: Array) -> Array:
        """What being exposed earns the defender, as a share of its stake; only for a card with `exposure`."""
        raise NotImplementedError(f"{type(self).__name__} says `exposure` but has no exposure_gain.")

    def best_exposure(self, risk: Array) -> Array:
        """The exposure in [0, 1] that earns most where full exposure succumbs with probability `risk`."""
        raise NotImplementedError(f"{type(self).__name__} says `exposure` but has no best_exposure.")

    def closed_form(self) -> ClosedForm | None:
        """An equilibrium by formula, for every element of the broadcast parameters; None when there is no formula."""
        return None

    def long_form(self) -> ClosedForm | None:
        """The same for scalar parameters, by a computation too long to be made for draws that need none."""
        return None

    def worked_form(self) -> ClosedForm | None:
        """The same for parameters of shape (B,), in NumPy: for so few draws that nothing pays for compiling it."""
        return None

    @final
    @property
    def only_success_counts(self) -> bool:
        """Whether the two sides' gains are success and failure; the game is then strategically zero-sum."""
        overridden = type(self).attacker_gain, type(self).defender_gain
        return overridden == (AbstractContest.attacker_gain, AbstractContest.defender_gain)

    @final
    @property
    def shape(self) -> tuple[int, ...]:
        """The shape to which the parameters broadcast; `ParameterError` when they do not."""
        named = {
            f"{type(owner).__name__}.{name}": np.shape(getattr(owner, name))
            for owner, fields in (
                (self, described_fields(self)),
                *((part, part_fields(part)) for part in self._parts()),
            )
            for name in fields
        }
        try:
            return np.broadcast_shapes(*named.values())
        except ValueError:
            shapes = ", ".join(f"{name} {shape}" for name, shape in named.items() if shape)
            raise ParameterError(
                f"the parameters' shapes do not broadcast: {shapes}. Give arrays of one shape, or add axes of length 1."
            ) from None

    @final
    def _parts(self) -> tuple[eqx.Module, ...]:
        """Parts with parameters of their own, such as a density."""
        fields = (getattr(self, field.name) for field in dataclasses.fields(self))
        return tuple(value for value in fields if isinstance(value, eqx.Module))


SHARED = tuple(described_fields(AbstractContest))
"""The parameters that every contest has."""


def part_fields(part: Any) -> dict[str, Parameter]:
    """The parameters of a part of a contest; a contest inside another leaves stakes and costs to that one."""
    described = described_fields(part)
    inner = isinstance(part, AbstractContest) or (isinstance(part, type) and issubclass(part, AbstractContest))
    return {name: described[name] for name in described if not (inner and name in SHARED)}
