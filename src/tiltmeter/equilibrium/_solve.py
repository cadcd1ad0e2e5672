"""Solve a contest: by formula where it has one, by search elsewhere, and certify every answer."""

from typing import Any

import jax
import numpy as np

from tiltmeter._status import APPROXIMATE_TOLERANCE, KINDS, MIXED_TOLERANCE, PURE_TOLERANCE, STATUSES
from tiltmeter.contests import AbstractContest, Strategies
from tiltmeter.equilibrium._attempts import attempted
from tiltmeter.equilibrium._check import check_success
from tiltmeter.equilibrium._draws import flatten, unflatten
from tiltmeter.equilibrium._equilibrium import Equilibrium
from tiltmeter.equilibrium._formula import expectation, sides_mixing
from tiltmeter.equilibrium._leaders import led
from tiltmeter.equilibrium._orders import Order, leader_of
from tiltmeter.equilibrium._verify import Certificate, verify


def solve(contest: AbstractContest, search: bool = True, order: Order = "simultaneous") -> Equilibrium:
    """The equilibrium of every contest that the parameters describe, each with its certificate.

    Args:
        contest: parameters of any shapes that broadcast.
        search: whether to search, which takes a thousand times longer, where no formula holds; such draws have the
            status "failed" otherwise; matters only for simultaneous moves.
        order: who moves first: "simultaneous", "defender-first" or "attacker-first". Who moves first commits to one
            effort, which the other sees and answers with a global best response; where several answers are best, the
            other gives the one that the first likes best.

    Returns:
        An `Equilibrium` with arrays of the broadcast shape. Where there are several equilibria (status "several")
        it is the one in which the attacker attacks least.

    Raises:
        SuccessFunctionError: for a contest of your own whose success function is none; the message says why.
        UnknownNameError: for an order that does not exist.
        ParameterError: if a defender that chooses its exposure too, as in `AdaptiveTarget`, is to move first.

    A contest with a closed form is solved by it; what the formulas do not cover, or the verifier does not accept, goes
    to the double-oracle search. Every contest here has the equilibria of a zero-sum game (Moulin & Vial 1978), so that
    equilibria of either route are interchangeable.
    """
    shape, leader = contest.shape, leader_of(order)
    check_success(contest)
    flat = flatten(contest, shape)
    if leader is not None:
        played = led(flat, leader)
        certificate = verify(flat, played, order)
        nowhere = np.zeros(np.shape(certificate.regret), bool)
        return unflatten_equilibrium(_assembled(flat, played, certificate, ~nowhere, nowhere, (), order), shape)
    strategies, certificate, beyond, several, others = attempted(flat, search, alone=shape == ())
    return unflatten_equilibrium(_assembled(flat, strategies, certificate, beyond, several, others), shape)


def _assembled(
    flat: AbstractContest,
    played: Strategies,
    certificate: Certificate,
    beyond: np.ndarray,
    several: np.ndarray,
    others: tuple[Strategies, ...],
    order: Order = "simultaneous",
) -> Equilibrium:
    regret = certificate.regret
    played = jax.tree.map(np.asarray, played)
    mixing = sides_mixing(flat, played)
    tolerance = np.where(mixing > 0, MIXED_TOLERANCE, PURE_TOLERANCE)
    failed = ~(regret <= APPROXIMATE_TOLERANCE)
    status = np.where(regret <= tolerance, np.where(several, 2, 0), np.where(failed, STATUSES.index("failed"), 1))
    active = played.attacker_entered if flat.card.entry else played.attacker_efforts > 0
    return Equilibrium(
        attacker_effort=expectation(played.attacker_efforts, played.attacker_weights),
        defender_effort=expectation(played.defender_efforts, played.defender_weights),
        attack_probability=expectation(active, played.attacker_weights),
        attack_success=np.asarray(certificate.attack_success),
        attacker_payoff=np.asarray(certificate.attacker_payoff) * np.asarray(flat.attacker_stake),
        defender_payoff=np.asarray(certificate.defender_payoff) * np.asarray(flat.defender_stake),
        regret=regret,
        kind_code=np.where(failed, KINDS.index("uncertified"), mixing),
        status_code=status,
        beyond_formula=beyond,
        strategies=played,
        others=others,
        order=order,
    )


def unflatten_equilibrium(equilibrium: Equilibrium, shape: tuple[int, ...]) -> Equilibrium:
    """Give every array of an equilibrium over flattened draws the contest's shape."""
    fields: dict[str, Any] = {
        name: value if name == "order" else unflatten(value, shape) for name, value in vars(equilibrium).items()
    }
    return Equilibrium(**fields)
