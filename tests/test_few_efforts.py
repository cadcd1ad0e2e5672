"""Newton's method for a few efforts, which a user's own contest gets, against the formulas that it knows nothing of."""

import numpy as np
import pytest

import tiltmeter as tm
from contest_cases import drawn
from tiltmeter.contests import values_of
from tiltmeter.equilibrium._double_oracle import double_oracle, short_double_oracle
from tiltmeter.equilibrium._draws import over_draws
from tiltmeter.equilibrium._few_efforts import WAYS, attacker_mixes_within

COUNT = 256


def candidates(contest):
    """What each way proposes, with its certificate."""
    found = [over_draws(way, contest, takes="batches", seldom=True)[0] for way in WAYS]
    return [(one, tm.verify(contest, one)) for one in found]


@pytest.mark.parametrize(
    ("name", "options", "share"),
    [
        ("Tullock", {}, 0.99),
        ("HoleSearch", {"holes": "Exponential"}, 0.98),
        ("HoleSearch", {"holes": "Lomax"}, 0.98),
        ("HoleSearch", {"holes": "LogNormal"}, 0.93),
        ("Examination", {}, 0.97),
    ],
)
def test_it_finds_what_the_formulas_say(name, options, share):
    contest = drawn(name, options, COUNT)
    exact = tm.solve(contest, search=False)
    solved = np.zeros(COUNT, bool)
    for played, certificate in candidates(contest):
        good = (certificate.regret <= 1e-9) & exact.usable
        solved |= good
        success = np.asarray(certificate.attack_success)
        np.testing.assert_allclose(success[good], exact.attack_success[good], rtol=1e-5, atol=1e-7)
        spent = np.sum(np.asarray(played.defender_efforts) * np.asarray(played.defender_weights), axis=-1)
        np.testing.assert_allclose(spent[good], exact.defender_effort[good], rtol=1e-3, atol=1e-5)
    assert solved.mean() >= share


def test_each_way_of_mixing_is_found_by_its_own():
    """Hole search with a density that rises first: pure, attackers who mix, and both sides mixing."""
    contest = drawn("HoleSearch", {"holes": "LogNormal"}, COUNT)
    found = dict(zip(("pure", "attacker", "defender", "both"), candidates(contest), strict=True))
    kinds = tm.solve(contest, search=False).kind
    good = {way: certificate.regret <= 1e-9 for way, (_, certificate) in found.items()}
    assert (kinds[good["attacker"] & ~good["pure"]] == "semi-mixed").all()
    assert (kinds[good["both"] & ~good["pure"] & ~good["attacker"]] == "mixed").all()
    assert good["attacker"].any()
    assert good["both"].any()


def test_what_is_no_equilibrium_is_refused():
    """At flat densities efforts that are stationary are not best; the verifier says so."""
    contest = drawn("HoleSearch", {"holes": "Uniform"}, COUNT)
    for played, certificate in candidates(contest):
        refused = certificate.regret > 1e-3
        assert refused.any()
        assert np.isfinite(np.asarray(played.attacker_efforts)[~refused]).all()


def unsolved_examinations(count=256):
    """Draws of examinations that cost little to try, with and without a formula."""
    generator = np.random.default_rng(5)
    return tm.Examination(
        attacker_stake=10 ** generator.uniform(2, 4, count),
        attacker_cost=10 ** generator.uniform(0, 2, count),
        defender_stake=10 ** generator.uniform(2, 4, count),
        defender_cost=10 ** generator.uniform(0, 2, count),
        flaw=generator.uniform(4, 7, count),
        attacker_returns=generator.uniform(0.05, 0.3, count),
        defender_returns=generator.uniform(0.05, 0.3, count),
        false_positive_cap=0.01,
        entry_cost=1.0,
    )


def chosen(contest, rows):
    """Some of the draws."""
    values = {name: np.broadcast_to(value, contest.shape)[rows] for name, value in values_of(contest).items()}
    return tm.build(type(contest), values)


def test_an_attacker_who_takes_part_with_and_without_effort_is_found():
    """Where raw forgeries and refined ones pay alike, no formula holds; the search confirms Newton's answers."""
    contest = unsolved_examinations()
    formula = tm.solve(contest, search=False)
    played, _ = over_draws(attacker_mixes_within, contest, takes="batches", seldom=True)
    regret = tm.verify(contest, played).regret
    rows = np.flatnonzero((regret <= 1e-9) & ~formula.usable)
    assert rows.size >= 5
    weights = np.asarray(played.attacker_weights)[rows]
    assert ((weights > 0) & (weights < 1)).all()
    assert (np.asarray(played.attacker_entered)[rows] == 1).all()
    some = chosen(contest, rows[:8])
    searched, _ = over_draws(double_oracle, some, takes="draws in turn", seldom=True)
    success = np.asarray(tm.verify(some, searched).attack_success)
    np.testing.assert_allclose(np.asarray(tm.verify(contest, played).attack_success)[rows[:8]], success, atol=5e-5)


def test_short_lists_of_efforts_find_what_long_ones_find():
    contest = unsolved_examinations()
    rows = np.flatnonzero(~tm.solve(contest, search=False).usable)[:8]
    some = chosen(contest, rows)
    ways = (short_double_oracle, double_oracle)
    short, long = (over_draws(way, some, takes="draws in turn", seldom=True)[0] for way in ways)
    assert short.attacker_efforts.shape[-1] < long.attacker_efforts.shape[-1]
    checked = [tm.verify(some, found) for found in (short, long)]
    assert all((certificate.regret <= 1e-6).all() for certificate in checked)
    np.testing.assert_allclose(checked[0].attack_success, checked[1].attack_success, atol=5e-5)
