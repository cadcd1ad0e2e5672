"""The balance: measures of who is favored at an equilibrium."""

import dataclasses
from collections.abc import Mapping
from typing import Literal

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from tiltmeter.contests import AbstractContest, Strategies
from tiltmeter.equilibrium import Equilibrium, solve
from tiltmeter.equilibrium._draws import over_draws, unflatten


@dataclasses.dataclass(frozen=True)
class Measure:
    """One measure of the balance.

    Attributes:
        name: the public name.
        title: the name in prose.
        unit: what it is measured in.
        leans: +1 where a rise leans to offense, −1 where it leans to defense, 0 where neither.
        form: how to print it: "percent" for shares that are read as percentages, else "number".
        meaning: one sentence, with the formula.
    """

    name: str
    title: str
    unit: str
    leans: Literal[-1, 0, 1]
    form: Literal["percent", "number"]
    meaning: str


MEASURES: tuple[Measure, ...] = (
    Measure("attack_success", "attack success", "probability", 1, "percent", "Probability that the attack succeeds."),
    Measure(
        "attack_probability",
        "attacks made",
        "probability",
        1,
        "percent",
        "Probability that the attacker makes an effort, or takes part at all.",
    ),
    Measure("attacker_payoff", "attacker's payoff", "money", 1, "number", "Stake times success, less the costs."),
    Measure(
        "defender_payoff",
        "defender's payoff",
        "money",
        -1,
        "number",
        "Stake times failure, less the costs.",
    ),
    Measure("expected_damage", "expected damage", "money", 1, "number", "The defender's stake times attack success."),
    Measure(
        "cost_ratio",
        "cost ratio",
        "1",
        0,
        "number",
        "What the defender spends per unit that the attacker spends; infinite where only the defender spends.",
    ),
    Measure(
        "dissipation",
        "dissipation",
        "1",
        0,
        "percent",
        "What both sides spend, as a share of the mean of the two stakes.",
    ),
    Measure(
        "scaling_elasticity",
        "scaling elasticity",
        "1",
        1,
        "number",
        "Percent by which success rises when both efforts rise by one percent; positive: more investment leans to "
        "offense (Garfinkel & Dafoe 2019).",
    ),
    Measure("welfare", "joint payoff", "money", 0, "number", "The sum of both sides' payoffs."),
    Measure("attacker_effort", "attacker's effort", "effort", 0, "number", "Expected effort of the attacker."),
    Measure("defender_effort", "defender's effort", "effort", 0, "number", "Expected effort of the defender."),
)


def balance(contest: AbstractContest, equilibrium: Equilibrium | None = None) -> Mapping[str, np.ndarray]:
    """Every measure of `MEASURES` at an equilibrium, by name.

    Args:
        contest: parameters of any shapes that broadcast.
        equilibrium: of this contest; solved for when left out.

    Returns:
        Arrays of the contest's shape. `cost_ratio` is infinite where only the defender spends and 1 where nobody does;
        `scaling_elasticity` is 0 where an attack cannot succeed.
    """
    at = solve(contest) if equilibrium is None else equilibrium
    shape = contest.shape
    # So little is done for a draw that better code would not be sooner.
    (slope, attack_bill, defense_bill), _ = over_draws(_local_one, contest, at.strategies, code="quick")
    spent_a, spent_d = unflatten(attack_bill, shape), unflatten(defense_bill, shape)
    stake_a, stake_d = np.asarray(contest.attacker_stake), np.asarray(contest.defender_stake)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where((spent_a == 0) & (spent_d == 0), 1.0, spent_d / spent_a)
        elasticity = np.where(at.attack_success > 0, unflatten(slope, shape) / at.attack_success, 0.0)
    return {
        "attack_success": at.attack_success,
        "attack_probability": at.attack_probability,
        "attacker_payoff": at.attacker_payoff,
        "defender_payoff": at.defender_payoff,
        "expected_damage": at.attack_success * stake_d,
        "cost_ratio": ratio,
        "dissipation": (spent_a + spent_d) / ((stake_a + stake_d) / 2),
        "scaling_elasticity": elasticity,
        "welfare": at.attacker_payoff + at.defender_payoff,
        "attacker_effort": at.attacker_effort,
        "defender_effort": at.defender_effort,
    }


def _local_one(contest: AbstractContest, played: Strategies) -> tuple[Array, Array, Array]:
    """The slope of success along both efforts, and both sides' expected spending, for scalar parameters."""
    # An effort of zero stays zero when scaled, but a success function may have no finite slope there.
    a = jnp.maximum(played.attacker_efforts, _NEXT_TO_NOTHING)[:, None]
    d = jnp.maximum(played.defender_efforts, _NEXT_TO_NOTHING)[None]
    open_weights = played.defender_weights
    if played.defender_exposures is not None:
        open_weights = open_weights * played.defender_exposures
    weights = played.attacker_weights[:, None] * open_weights[None]
    fee = jnp.zeros(())
    if contest.card.entry:
        weights = weights * played.attacker_entered[:, None]
        fee = contest.entry_cost * jnp.sum(played.attacker_entered * played.attacker_weights)  # type: ignore[attr-defined]

    def scaled(factor: Array) -> Array:
        if played.attacker_spreads is None or played.defender_spreads is None:
            success = contest.success(factor * a, factor * d)
        else:
            spreads = played.attacker_spreads[:, None], played.defender_spreads[None]
            success = contest.mean_success(factor * a, spreads[0], factor * d, spreads[1])
        return jnp.sum(jnp.where(weights > 0, weights * success, 0.0))

    _, slope = jax.jvp(scaled, (jnp.ones(()),), (jnp.ones(()),))
    attack_bill = contest.attacker_cost * jnp.sum(played.attacker_efforts * played.attacker_weights) + fee
    defense_bill = contest.defender_cost * jnp.sum(played.defender_efforts * played.defender_weights)
    return slope, attack_bill, defense_bill


_NEXT_TO_NOTHING = 1e-300
