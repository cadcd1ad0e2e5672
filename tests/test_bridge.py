"""The bridge: its equations in closed form and in the limits, and what they do to contests."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiltmeter.contests import contest_named, parameters
from tiltmeter.framework import DRIVERS, INPUTS, changes, domain, domains, drivers, rubric

RUBRIC = rubric()
PLAIN = {
    "substitution": 1.0,
    "access-share": 0.7,
    "attacker-access": 1.0,
    "defender-access": 1.0,
    "safeguards-limit": 0.0,
    "strip": 0.0,
}


def levels(**given_levels: float) -> list[float]:
    base = dict.fromkeys(RUBRIC.names, 0.5)
    return list((base | {name.replace("_", "-"): value for name, value in given_levels.items()}).values())


def test_with_perfect_substitutes_usable_capability_is_a_weighted_mean_times_capability() -> None:
    found = drivers(RUBRIC, levels(access_level=0.2, modifiability=0.9, knowledge_transferability=0.7), PLAIN)
    assert float(found["defender-capability"]) == pytest.approx(0.5 * (0.7 * 0.2 + 0.3 * 0.8))


def test_limits_of_the_elasticity_are_the_geometric_mean_and_the_smaller_of_both() -> None:
    profile = levels(access_level=0.2, modifiability=0.8, knowledge_transferability=0.8)
    geometric = drivers(RUBRIC, profile, PLAIN | {"substitution": 0.0})
    assert float(geometric["attacker-capability"]) == pytest.approx(0.5 * 0.2**0.7 * 0.8**0.3, rel=1e-4)
    scarce = drivers(RUBRIC, profile, PLAIN | {"substitution": -50.0})
    assert float(scarce["attacker-capability"]) == pytest.approx(0.5 * 0.2, rel=0.02)


def test_safeguards_take_from_the_attacker_alone_unless_they_can_be_stripped() -> None:
    given_inputs = PLAIN | {"safeguards-limit": 0.8, "strip": 1.0}
    kept = drivers(RUBRIC, levels(technical_safeguards=1.0, distribution_control=1.0), given_inputs)
    assert float(kept["attacker-capability"]) == pytest.approx(0.2 * float(kept["defender-capability"]))
    out = levels(technical_safeguards=1.0, distribution_control=0.0, modifiability=1.0)
    stripped = drivers(RUBRIC, out, given_inputs)
    assert float(stripped["attacker-capability"]) == pytest.approx(float(stripped["defender-capability"]))


def test_each_side_has_its_own_access() -> None:
    found = drivers(RUBRIC, levels(access_level=0.25), PLAIN | {"attacker-access": 0.5, "defender-access": 2.0})
    assert float(found["attacker-capability"]) == pytest.approx(0.5 * (0.7 * 0.5 + 0.3 * 0.5))
    assert float(found["defender-capability"]) == pytest.approx(0.5 * (0.7 * 0.0625 + 0.3 * 0.5))


def test_drivers_are_those_that_are_documented() -> None:
    assert set(drivers(RUBRIC, levels(), PLAIN)) == set(DRIVERS)


@given(st.lists(st.floats(0, 1), min_size=12, max_size=12), st.floats(-2, 0.8), st.floats(0.1, 0.9))
def test_drivers_stay_between_none_and_all(profile: list[float], substitution: float, share: float) -> None:
    given_inputs = PLAIN | {"substitution": substitution, "access-share": share, "safeguards-limit": 0.9, "strip": 0.8}
    for value in drivers(RUBRIC, profile, given_inputs).values():
        assert -1e-9 <= float(value) <= 1 + 1e-9


@given(st.lists(st.floats(0.01, 0.99), min_size=12, max_size=12), st.floats(-2, 0.8))
def test_more_capability_or_access_never_gives_a_side_less(profile: list[float], substitution: float) -> None:
    given_inputs = PLAIN | {"substitution": substitution, "safeguards-limit": 0.5, "strip": 0.5}
    before = drivers(RUBRIC, profile, given_inputs)
    for name in ("capability-breadth", "capability-depth", "access-level", "knowledge-transferability"):
        raised = list(profile)
        raised[RUBRIC.names.index(name)] += 0.01
        after = drivers(RUBRIC, raised, given_inputs)
        for side in ("attacker", "defender"):
            assert float(after[f"{side}-capability"]) >= float(before[f"{side}-capability"]) - 1e-12


@pytest.mark.parametrize("name", domains())
def test_nothing_changes_beside_the_same_profile_and_links_combine(name: str) -> None:
    links = domain(name).links
    full = {link.id: link.full.median for link in links}
    here = drivers(RUBRIC, levels(), PLAIN)
    for operation, value in changes(links, full, here, here).values():
        assert float(value) == pytest.approx(1.0 if operation == "multiply" else 0.0)
    ones = {driver: np.asarray(1.0) for driver in DRIVERS}
    zeros = {driver: np.asarray(0.0) for driver in DRIVERS}
    made = changes(links, full, zeros, ones)  # type: ignore[arg-type]
    for parameter, (operation, value) in made.items():
        own = [full[link.id] for link in links if link.parameter == parameter]
        assert float(value) == pytest.approx(np.prod(own) if operation == "multiply" else np.sum(own))
        assert len({link.operation for link in links if link.parameter == parameter}) == 1


@pytest.mark.parametrize("name", domains())
def test_domains_name_parameters_of_their_contest_and_say_what_is_a_guess(name: str) -> None:
    found = domain(name)
    known = parameters(contest_named(found.contest))
    assert set(found.parameters) <= set(known)
    assert {link.parameter for link in found.links} <= set(known)
    assert set(found.inputs) == set(INPUTS)
    for entry in (*found.parameters.values(), *found.inputs.values()):
        assert entry.evidence or entry.guess
    assert all(link.evidence or link.guess for link in found.links)
    linked = {link.driver for link in found.links}
    assert {"attacker-capability", "defender-capability", "rivalry", "monitoring", "regulation"} <= linked
