"""A contest of one's own: ten lines, and everything works."""

from typing import ClassVar

import jax.numpy as jnp
import numpy as np
import pytest
from jaxtyping import Array

import tiltmeter as tm
from tiltmeter.contests import POSITIVE, AbstractContest, Card, param


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
