"""Adaptive target: beside its effort, the target chooses how far it exposes itself."""

from typing import ClassVar

import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer
from jaxtyping import Array

from tiltmeter.contests._base import (
    NON_NEGATIVE,
    OPEN_PROBABILITY,
    SHARED,
    AbstractContest,
    Card,
    ClosedForm,
    Strategies,
    param,
    part_fields,
)
from tiltmeter.contests._halving import last_where
from tiltmeter.contests._tullock import Tullock
from tiltmeter.errors import ParameterError

# The log of the smallest exposure, and the least that has one.
_LEAST = -28.0
_NEXT_TO_NOTHING = 1e-300


class AdaptiveTarget(AbstractContest):
    r"""A target that gains from being exposed withdraws as the attack becomes cheaper, beside defending itself.

    Success      $x \cdot P(a, d)$ with P of the contest it wraps and the exposure $x \in [0, 1]$, which the target
                 chooses and which earns it $B x^{\gamma}$
    Equilibrium  that of the wrapped contest with both stakes scaled by x, where x is the exposure that pays best at
                 that risk: one equation in x; by search where the target would rather mix.
    Technology   AI lowers `attacker_cost`; what the target gives up by withdrawing is then part of the damage
    Limits       exposure is chosen without seeing the attack, at once with the effort; a stylized formalization of an
                 idea that Tabarrok (2024) states in words

    Use it when targets can leave, hide or do without; the loss shows in `defender_payoff` rather than in success, which
    may even fall. If they cannot, use the wrapped contest itself.

    Example:
        Attacks ten times cheaper succeed less often, because the target has withdrawn; it is worse off all the same.

        >>> import tiltmeter as tm
        >>> target = tm.AdaptiveTarget(attacker_cost=[1.0, 0.1], exposure_benefit=0.5, exposure_returns=0.3)
        >>> found = tm.solve(target)
        >>> print(found.attack_success.round(3), found.defender_payoff.round(3))
        [0.09  0.069] [1.164 1.155]
    """

    exposure_benefit: Array = param("B", "money", NON_NEGATIVE, (0.1, 2.0), "What full exposure earns the target.")
    exposure_returns: Array = param(
        "γ", "1", OPEN_PROBABILITY, (0.2, 0.9), "How fast the gain from exposure rises; below 1, it slows down.", 0.5
    )
    wrapped: AbstractContest = Tullock()

    card: ClassVar[Card] = Card(
        title="Adaptive target",
        aliases=("withdrawal", "exposure"),
        cites=("Tabarrok2024",),
        exposure=True,
    )

    def __check_init__(self) -> None:
        if self.wrapped.card.entry or self.wrapped.card.exposure or not self.wrapped.only_success_counts:
            raise ParameterError(f"AdaptiveTarget cannot wrap {type(self.wrapped).__name__}; wrap one such as Tullock.")
        for name in SHARED:
            value = getattr(self.wrapped, name)
            if not isinstance(value, Tracer) and np.any(np.asarray(value) != 1):
                raise ParameterError(
                    f"AdaptiveTarget.wrapped.{name} would have no effect; give {name} to AdaptiveTarget."
                )

    def success(self, attacker_effort: Array, defender_effort: Array) -> Array:
        return self.wrapped.success(attacker_effort, defender_effort)

    def exposure_gain(self, exposure: Array) -> Array:
        benefit = self.exposure_benefit / self.defender_stake
        known = jnp.where(exposure > 0, exposure, 1.0)
        return jnp.where(exposure > 0, benefit * jnp.exp(self.exposure_returns * jnp.log(known)), 0.0)

    def best_exposure(self, risk: Array) -> Array:
        marginal = self.exposure_returns * self.exposure_benefit / self.defender_stake
        worth = jnp.where(marginal > 0, marginal, 1.0) / jnp.where(risk > 0, risk, 1.0)
        wanted = jnp.exp(jnp.minimum(jnp.log(worth) / (1 - self.exposure_returns), 0.0))
        return jnp.where(marginal > 0, jnp.where(risk > 0, wanted, 1.0), jnp.where(risk > 0, 0.0, 1.0))

    def closed_form(self) -> ClosedForm | None:
        first = self._inside(jnp.ones(self.shape))
        if first is None:
            return None

        # The more is exposed the more is fought over; the exposure that pays is below the one assumed, or above it.
        def more(log_exposed: Array) -> Array:
            pays = self.best_exposure(self._risk(self._inside(jnp.exp(log_exposed))))
            return jnp.log(jnp.maximum(pays, _NEXT_TO_NOTHING)) - log_exposed

        log_exposed = last_where(more, jnp.full(self.shape, _LEAST), jnp.zeros(self.shape))
        exposed = jnp.where(self.best_exposure(self._risk(first)) >= 1, 1.0, jnp.exp(log_exposed))
        found = self._inside(exposed)
        assert found is not None
        exposures = jnp.broadcast_to(exposed[..., None], found.strategies.defender_efforts.shape)
        strategies = Strategies(*jax.tree.leaves(found.strategies), defender_exposures=exposures)
        return ClosedForm(strategies, solved=found.solved, several=found.several)

    def _inside(self, exposed: Array) -> ClosedForm | None:
        """The wrapped contest's equilibrium when so much of the stakes is exposed."""
        shared = {name: jnp.broadcast_to(getattr(self, name), self.shape) for name in SHARED}
        shared["attacker_stake"] *= exposed
        shared["defender_stake"] *= exposed
        own = {name: getattr(self.wrapped, name) for name in part_fields(self.wrapped)}
        return type(self.wrapped)(**shared, **own).closed_form()

    def _risk(self, found: ClosedForm | None) -> Array:
        assert found is not None
        played = jax.tree.map(lambda x: jnp.moveaxis(x, -1, 0), found.strategies)
        chances = self.wrapped.success(played.attacker_efforts[:, None], played.defender_efforts)
        return jnp.sum(chances * played.attacker_weights[:, None] * played.defender_weights, axis=(0, 1))
