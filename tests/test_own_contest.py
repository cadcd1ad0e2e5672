"""A contest of one's own: ten lines, and everything works."""

from typing import ClassVar

import jax.numpy as jnp
import numpy as np
import pytest
from jaxtyping import Array

import tiltmeter as tm
from tiltmeter.contests import POSITIVE, AbstractContest, Card, param
from tiltmeter.errors import SuccessFunctionError


class Difference(AbstractContest):
    """Success depends on the difference of efforts (Hirshleifer 1989)."""

    decisiveness: Array = param("k", "1/effort", POSITIVE, (0.5, 5.0), "How much a difference of efforts decides.")
    card: ClassVar[Card] = Card(title="Difference form")

    def success(self, attacker_effort: Array, defender_effort: Array) -> Array:
        return 1 / (1 + jnp.exp(self.decisiveness * (defender_effort - attacker_effort)))


def test_solving_and_certificates():
    found = tm.solve(Difference(decisiveness=np.array([0.5, 2.0, 3.9])))
    assert (found.status == "certified").all()
    np.testing.assert_allclose(found.attack_success, 0.5, atol=1e-4)
    # k ≤ 4: the slope at equal efforts, k/4, never pays its cost of 1.
    np.testing.assert_allclose(found.attacker_effort, 0.0, atol=1e-9)


def test_mixed_equilibria_are_found_where_pure_ones_do_not_exist():
    found = tm.solve(Difference(decisiveness=8.0))
    assert found.status == "certified"
    assert found.kind == "mixed"
    assert found.attack_success == pytest.approx(0.5, abs=1e-3)


def test_technology_tilt_responses_and_curves():
    contest = Difference(decisiveness=2.0, attacker_stake=4.0)
    tilted = tm.tilt(contest, tm.Technology("sharper", {"decisiveness": tm.Change("multiply", np.array([1.0, 1.5]))}))
    assert tilted.certified.all()
    assert tilted.value[0] == 0
    reply = tm.best_response(contest, "attacker", 0.0)
    assert reply.effort > 0
    assert tm.isovalue(contest, 0.5, 0.3) == pytest.approx(0.3, rel=1e-9)
    assert tm.isovalue(contest, 0.4, 0.0) == 0.0


class Wrong(AbstractContest):
    """A success function that is none, in the way that `way` says."""

    way: Array = param("w", "1", POSITIVE, (1.0, 5.0), "Which mistake is made.")
    card: ClassVar[Card] = Card(title="Wrong")

    def success(self, attacker_effort: Array, defender_effort: Array) -> Array:
        right = attacker_effort / (1 + attacker_effort + defender_effort)
        wrong = [
            jnp.nan + right,
            2.5 * right,
            0.9 - right,
            0.1 + 0.5 * right + 0.5 * defender_effort / (1 + defender_effort),
        ]
        return jnp.select([self.way == i + 1 for i in range(4)], wrong, right)


@pytest.mark.parametrize(
    ("way", "message"),
    [
        (1.0, r"Wrong\.success is not a finite number: it is nan at attacker's effort 0 and"),
        (2.0, "is not between 0 and 1: it is 1"),
        (3.0, "falls with the attacker's effort"),
        (4.0, "rises with the defender's effort"),
    ],
)
def test_what_is_no_success_function_is_refused_with_the_reason(way, message):
    with pytest.raises(SuccessFunctionError, match=message):
        tm.solve(Wrong(way=way))
    with pytest.raises(SuccessFunctionError, match=r"in draw 2\."):
        tm.solve(Wrong(way=np.array([5.0, 5.0, way])))
    assert tm.solve(Wrong(way=5.0)).status == "certified"


class Flat(Wrong):
    """Does not broadcast."""

    def success(self, attacker_effort: Array, defender_effort: Array) -> Array:
        return jnp.zeros(3)


def test_a_success_function_of_the_wrong_shape_is_refused():
    with pytest.raises(SuccessFunctionError, match=r"returns shape \(3,\)"):
        tm.solve(Flat())
