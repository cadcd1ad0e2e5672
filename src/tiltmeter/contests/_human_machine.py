"""Human and machine: each side's strength is made of people, who are given, and of machine effort, which is bought."""

from typing import ClassVar

import jax
import jax.numpy as jnp
from jaxtyping import Array, ArrayLike

from tiltmeter.contests._base import POSITIVE, PROBABILITY, AbstractContest, Card, ClosedForm, Shape, param, two_point
from tiltmeter.contests._halving import last_where


class HumanMachine(AbstractContest):
    r"""Two sides with people of the same capacity buy machines to go with them; luck decides in proportion to strength.

    Success      $P = E_A / (E_A + E_D)$ with
                 $E = (s + (1 - s)(m x)^{\rho})^{1/\rho}$, $\rho = 1 - 1/\sigma$, for a side with human share s, machine
                 productivity m and effort x: a CES function of a human capacity of one and of m x machines; one half
                 where neither side has any strength, as at (0, 0) for σ ≤ 1
    Equilibrium  pure and unique, for P is concave in a and convex in d: one equation in the log-odds of P, in which
                 each side's effort solves one of its own. With s = 0 it is [`Tullock`][tiltmeter.Tullock] with returns
                 1 and edges m, at σ = 1 Tullock with returns 1 − s and edges $m^{1-s}$
    Technology   AI multiplies `attacker_machine` and `defender_machine`, and lowers the human shares as machines take
                 over what people did; better tools for people raise `substitution`.
    Limits       stylized after Schneier (2018), who says in words that attack is the more automated side and that
                 machines which do human work will therefore help defense; the formula is ours. People are neither
                 hired nor dismissed, and both sides' people are worth the same at m x = 1.

    Multiplying both productivities at given efforts helps the side whose strength rests more on its machines: with as
    many machines on both sides the one with the smaller human share. Machines without end turn the odds to
    $m^{s_D - s_A}$ at σ = 1, but no further than $((1 - s_A)/(1 - s_D))^{1/\rho}$ where they replace people (σ > 1) and
    $(s_A/s_D)^{1/\rho}$ where people are a bottleneck (σ < 1).

    Use it when people limit what machines can do; if only the worth of effort differs use
    [`Tullock`][tiltmeter.Tullock]. It leaves out budgets.

    Example:
        >>> import tiltmeter as tm
        >>> human = {"attacker_human_share": 0.2, "defender_human_share": 0.6}
        >>> for machine, shares in ((1.0, human), (10.0, human), (10.0, {"defender_human_share": 0.2})):
        ...     side = tm.HumanMachine(attacker_machine=machine, defender_machine=machine, **(human | shares))
        ...     print(f"{tm.solve(side).attack_success:.2f}")
        0.42
        0.60
        0.50
    """

    attacker_machine: Array = param("m_A", "1/effort", POSITIVE, (0.3, 3.0), "Machines per unit of attack effort.")
    defender_machine: Array = param("m_D", "1/effort", POSITIVE, (0.3, 3.0), "Machines per unit of defense effort.")
    attacker_human_share: Array = param(
        "s_A", "1", PROBABILITY, (0.0, 0.9), "How much of the attacker's work is for people.", 0.3
    )
    defender_human_share: Array = param(
        "s_D", "1", PROBABILITY, (0.0, 0.9), "How much of the defender's work is for people.", 0.6
    )
    substitution: Array = param(
        "σ", "1", POSITIVE, (0.3, 3.0), "Elasticity of substitution between people and machines.", 0.5
    )

    card: ClassVar[Card] = Card(
        title="Human and machine",
        aliases=("CES contest",),
        cites=("Schneier2018", "ArrowCheneryMinhasSolow1961", "Tullock1980"),
        exemptions=(("strictly monotone", "where all work is for people, machines have no effect"),),
    )

    def success(self, attacker_effort: Array, defender_effort: Array) -> Array:
        rho = 1 - 1 / self.substitution
        attack = _log_strength(self.attacker_machine * attacker_effort, self.attacker_human_share, rho)
        defense = _log_strength(self.defender_machine * defender_effort, self.defender_human_share, rho)
        return jax.nn.sigmoid(attack - defense)

    def attack_shape(self, defender_effort: Array) -> ArrayLike:
        return Shape.CONCAVE

    def defense_shape(self, attacker_effort: Array) -> ArrayLike:
        return Shape.CONCAVE

    def closed_form(self) -> ClosedForm:
        # At log-odds x both sides buy machines for S = P (1 − P) times the elasticity of their strength in machines.
        # The log-odds of the strengths that this gives rise less with x than x itself does: there is one root.
        shares = self.attacker_human_share, self.defender_human_share
        budgets = (
            jnp.log(self.attacker_stake) + jnp.log(self.attacker_machine) - jnp.log(self.attacker_cost),
            jnp.log(self.defender_stake) + jnp.log(self.defender_machine) - jnp.log(self.defender_cost),
        )
        rho = 1 - 1 / self.substitution

        def machines(x: Array) -> list[Array]:
            """The logs of both sides' machines."""
            log_variance = -jnp.abs(x) - 2 * jnp.log1p(jnp.exp(-jnp.abs(x)))
            return [_bought(budget + log_variance, share, rho) for budget, share in zip(budgets, shares, strict=True)]

        def too_low(x: Array) -> Array:
            attack, defense = (_strength(y, share, rho) for y, share in zip(machines(x), shares, strict=True))
            return x < attack - defense

        farthest = jnp.full(self.shape, _FARTHEST)
        attack, defense = (
            jnp.where(share < 1, jnp.exp(y), 0.0)
            for y, share in zip(machines(last_where(too_low, -farthest, farthest)), shares, strict=True)
        )
        everywhere = jnp.ones(self.shape, bool)
        return ClosedForm(
            two_point(attack / self.attacker_machine, 1.0, defense / self.defender_machine),
            solved=everywhere,
            several=~everywhere,
        )


# Beyond these log-odds a side's chance is below 1e-260, and efforts would underflow.
_FARTHEST = 600.0
# The log of no strength: less than any other, and twice the same where neither side has any.
_NONE = -1e100
# An exponential of this leaves room for what multiplies it in a derivative.
_LARGEST = 600.0
_NEARLY_COBB_DOUGLAS = 1e-3
_STEPS = 8
_TINY = 1e-300


def _log_strength(machines: Array, share: Array, rho: Array) -> Array:
    """log E of a number of machines, none included."""
    some = machines > 0
    manned = ((rho > 0) & (share > 0)) | (share == 1)
    alone = jnp.log(jnp.where(manned, share, 1.0)) / jnp.where(rho > 0, rho, 1.0)
    armed = _strength(jnp.log(jnp.where(some, machines, 1.0)), share, rho)
    return jnp.where(some, armed, jnp.where(manned, alone, _NONE))


def _strength(y: Array, share: Array, rho: Array) -> Array:
    """log E of e^y machines."""
    z = rho * y
    near = jnp.abs(z) < _NEARLY_COBB_DOUGLAS
    # The cumulants of a coin that shows machines with probability 1 − s.
    spread = share * (1 - share)
    series = y * (1 - share + spread * z * (1 / 2 + z * ((2 * share - 1) / 6 + z * (1 - 6 * spread) / 24)))
    mostly_machines = share <= 0.5
    rest = _log_mean(jnp.minimum(share, 1 - share), jnp.where(mostly_machines, -z, z))
    return jnp.where(near, series, jnp.where(mostly_machines, y, 0.0) + rest / jnp.where(near, 1.0, rho))


def _log_mean(share: Array, z: Array) -> Array:
    """log(1 − s + s e^z) for s ≤ ½, without cancellation or overflow."""
    inside = jnp.log1p(share * jnp.expm1(jnp.minimum(z, _LARGEST)))
    return inside + jnp.where(share > 0, jnp.maximum(z - _LARGEST, 0.0), 0.0)


def _bought(budget: Array, share: Array, rho: Array) -> Array:
    """The log y of the machines that are bought: e^y = e^budget · ε, where ε is the elasticity of strength.

    1/ε = 1 + e^{q − ρy} with q the log-odds of the human share: Newton's method on a convex function, from above.
    """
    mixed = (share > 0) & (share < 1)
    inside = jnp.where(mixed, share, 0.5)
    odds = jnp.where(mixed, jnp.log(inside) - jnp.log1p(-inside), jnp.where(share > 0, -_NONE, _NONE))
    start = jnp.minimum(budget, (budget - odds) / jnp.maximum(1 - rho, _TINY))

    def step(_: int, y: Array) -> Array:
        power = odds - rho * y
        excess = y - budget + jnp.logaddexp(0.0, power)
        slope = jnp.maximum(1 - rho * jax.nn.sigmoid(power), _TINY)
        return jnp.maximum(y - excess / slope, -_LARGEST)

    return jax.lax.fori_loop(0, _STEPS, step, jnp.maximum(start, -_LARGEST))
