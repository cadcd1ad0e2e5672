"""Patch race: who finds the hole first, and does the patch come in time?"""

from typing import ClassVar

import jax.numpy as jnp
from jaxtyping import Array, ArrayLike

from tiltmeter.contests._base import POSITIVE, AbstractContest, Card, ClosedForm, Shape, param, two_point
from tiltmeter.contests._halving import last_where
from tiltmeter.contests.patching import AbstractPatching, Lag


class PatchRace(AbstractContest):
    r"""Both sides look for the same hole; the attacker wins if it finds it before the defender's patch is in place.

    Success      $P = 1 - \frac{\mu_D}{\mu_A + \mu_D} e^{-\mu_A \tau}$ with the rates $\mu_A = k_A a$, $\mu_D = k_D d$
                 at which the sides find the hole, and the lag τ from finding to closing; 0 for an attacker who does not
                 search, also at (0, 0), and 1 for any other where the lag is infinite
    Equilibrium  pure and unique, one equation in $\mu_A + \mu_D$: success is concave in a and convex in d. Both sides
                 always search. Without a lag it is [`Tullock`][tiltmeter.Tullock] with returns of 1. With an infinite
                 lag the least attack succeeds for sure: none is optimal, a tiny one is returned, and no defense.
    Technology   AI that searches raises both productivities. If the lag stays as it is, success rises; if the lag
                 shrinks by the same factor, nothing changes. AI that writes patches shortens the lag; AI that finds
                 more holes may lengthen the queue (`patching.Queue`).
    Limits       our formalization of "if technology changes quickly", of which Cunningham (2025) says that it favors
                 offense. There is one hole, found by chance at constant rates, with one lag for all: if the lag varies,
                 success is less than at its mean.

    Use it when speed decides: who finds first, and how fast the fix is out; if fixes are instant use
    [`HoleSearch`][tiltmeter.HoleSearch] or [`PlugHoles`][tiltmeter.PlugHoles]. It leaves out that a published patch
    shows the attacker the hole, and that effort may go into patching.

    Example:
        Doubled search helps the attacker, unless patching is twice as fast too.

        >>> import tiltmeter as tm
        >>> for search, lag in ((1.0, 1.0), (2.0, 1.0), (2.0, 0.5)):
        ...     both = {"attacker_productivity": search, "defender_productivity": search}
        ...     found = tm.solve(tm.PatchRace(patching=tm.patching.Lag(patch_lag=lag), **both))
        ...     print(f"{found.attack_success:.4f}")
        0.6883
        0.7812
        0.6883
    """

    attacker_productivity: Array = param(
        "k_A", "1/time/effort", POSITIVE, (0.3, 3.0), "Rate of finding per unit of attack effort."
    )
    defender_productivity: Array = param(
        "k_D", "1/time/effort", POSITIVE, (0.3, 3.0), "Rate of finding per unit of defense effort."
    )
    patching: AbstractPatching = Lag()

    card: ClassVar[Card] = Card(title="Patch race", cites=("Cunningham2025", "Rescorla2005", "Kleinrock1975"))

    def success(self, attacker_effort: Array, defender_effort: Array) -> Array:
        attack, defense = self.attacker_productivity * attacker_effort, self.defender_productivity * defender_effort
        both = attack + defense
        lag = self.patching.lag()
        closed = lag < jnp.inf
        # 1 − (1 − m) e^{−μ_A τ} as a sum of two positive terms, with m = μ_A/(μ_A + μ_D).
        first = attack / jnp.where(both > 0, both, 1.0)
        in_time = -jnp.expm1(-attack * jnp.where(closed, lag, 1.0))
        late = jnp.where(closed, in_time, jnp.where(attack > 0, 1.0, 0.0))
        return first + (1 - first) * late

    def attack_shape(self, defender_effort: Array) -> ArrayLike:
        return Shape.CONCAVE

    def defense_shape(self, attacker_effort: Array) -> ArrayLike:
        return Shape.CONCAVE

    def closed_form(self) -> ClosedForm:
        # Success is concave in a and convex in d: efforts are pure. Both slopes are the costs where the attacker's
        # share of the rates is m = u/(1 + u), u = (β/α)(1 + τ S), and m e^{−τ S m} = β S for their sum S, with costs α
        # and β per unit of the rates as shares of the stakes. The left side over S falls in S: there is one root.
        attack_cost = self.attacker_cost / (self.attacker_productivity * self.attacker_stake)
        defense_cost = self.defender_cost / (self.defender_productivity * self.defender_stake)
        lag = self.patching.lag()
        closed = jnp.broadcast_to(lag < jnp.inf, self.shape)
        lag = jnp.where(closed, lag, 1.0)

        def odds(rates: Array) -> Array:
            return defense_cost / attack_cost * (1 + lag * rates)

        def too_few(log_rates: Array) -> Array:
            rates = jnp.exp(log_rates)
            share = 1 / (1 + 1 / odds(rates))
            return jnp.log(share) - lag * rates * share > jnp.log(defense_cost) + log_rates

        # Up to 1/τ the exponential is at least 1/e, and the share is at least its value without a lag.
        most = -jnp.log(defense_cost)
        without = most - jnp.log1p(attack_cost / defense_cost) - 1
        rates = jnp.exp(last_where(too_few, jnp.minimum(without, -jnp.log(jnp.maximum(lag, _TINY))), most))
        defense = rates / (1 + odds(rates))
        # An attack that no patch can stop needs no more than to be made; there is no least effort, so a tiny one.
        attack_effort = jnp.where(
            closed,
            defense * odds(rates) / self.attacker_productivity,
            _LEAST * self.attacker_stake / self.attacker_cost,
        )
        defense_effort = jnp.where(closed, defense, 0.0) / self.defender_productivity
        everywhere = jnp.ones(self.shape, bool)
        return ClosedForm(two_point(attack_effort, 1.0, defense_effort), solved=everywhere, several=~everywhere)


_TINY = 1e-300
# As a share of the effort that costs the stake.
_LEAST = 1e-12
