"""Threshold weapon: nothing below a threshold of capability, and one of many actors above it is enough."""

from typing import ClassVar

import jax
import jax.numpy as jnp
from jaxtyping import Array

from tiltmeter.contests._base import NON_NEGATIVE, POSITIVE, AbstractContest, Card, ClosedForm, param, two_point
from tiltmeter.contests._chances import COUNT, at_least_one
from tiltmeter.contests._screening import Screening, screened


class ThresholdWeapon(AbstractContest):
    r"""One of many actors is enough; each succeeds if its capability passes a threshold and it is not screened out.

    Success      $P = 1 - (1 - \pi)^M$ with $\pi = e^{-k_D d} / (1 + e^{-s (k + a - T)})$ for each of M actors. Those
                 who make no effort try with what they have: at (0, 0) it is $1 - (1 + e^{s (k - T)})^{-M}$, not 0
    Equilibrium  closed form up to equations with one unknown where at most one side mixes: both sides' gains first rise
                 and then fall in their efforts, so that either may choose at random between none and a large one. Where
                 one attack effort meets one screening effort, success is $1 - (1 - \pi_0)^M$ whatever the capability
                 is, with $M \pi_0 (1 - \pi_0)^{M-1} = c_D / (k_D V_D)$. By search where both mix.
    Technology   AI raises what actors can do without an effort (`capability`) and how many they are (`actors`), or
                 lowers the `threshold`; AI that checks orders, or what models answer, raises `screening`.
    Limits       our formalization of the nuclear bomb and CBRN weapons in the appendix of Cunningham (2025), which
                 names them in words. The M actors are alike, try independently, and are one side with one stake and
                 one effort. No numbers for real weapons are offered here.

    Use it when success is all or nothing, anyone's success is everyone's loss (a best shot; Hirshleifer 1983), and what
    can be done is to raise the bar or to screen; if many tries are many small prizes use
    [`HoleSearch`][tiltmeter.HoleSearch]. It leaves out deterrence by punishment, and learning from failed tries.

    Example:
        Capability decides where nobody screens; where screening is worthwhile it hardly counts.

        >>> import tiltmeter as tm
        >>> capability = [0.0, 1.0, 2.0, 3.0]
        >>> tm.solve(tm.ThresholdWeapon(capability=capability, screening=0.1)).attack_success.round(2).tolist()
        [0.02, 0.72, 1.0, 1.0]
        >>> tm.solve(tm.ThresholdWeapon(capability=capability, screening=10.0)).attack_success.round(2).tolist()
        [0.02, 0.11, 0.11, 0.11]
    """

    actors: Array = param("M", "actors", COUNT, (1.0, 1000.0), "How many could try.", 10.0)
    capability: Array = param("k", "effort", NON_NEGATIVE, (0.1, 3.0), "What they can do without an effort.")
    threshold: Array = param("T", "effort", NON_NEGATIVE, (0.3, 10.0), "What the weapon takes.", 2.0)
    steepness: Array = param(
        "s", "1/effort", POSITIVE, (0.5, 10.0), "How sharply success sets in at the threshold.", 3.0
    )
    screening: Array = param(
        "k_D", "1/effort", POSITIVE, (0.3, 30.0), "How fast defense effort screens actors out.", 3.0
    )

    card: ClassVar[Card] = Card(title="Threshold weapon", cites=("Cunningham2025", "Hirshleifer1983"))

    def success(self, attacker_effort: Array, defender_effort: Array) -> Array:
        able = jax.nn.sigmoid(self.steepness * (self.capability + attacker_effort - self.threshold))
        return at_least_one(able * jnp.exp(-self.screening * defender_effort), self.actors)

    def closed_form(self) -> ClosedForm:
        found = screened(
            Screening(
                actors=self.actors,
                start=self.steepness * (self.capability - self.threshold),
                attack_cost=self.attacker_cost / (self.steepness * self.attacker_stake),
                defense_cost=self.defender_cost / (self.screening * self.defender_stake),
            )
        )
        strategies = two_point(
            found.attack / self.steepness, found.attack_often, found.defense / self.screening, found.defense_often
        )
        everywhere = jnp.ones(self.shape, bool)
        return ClosedForm(strategies, solved=everywhere, several=~everywhere)
