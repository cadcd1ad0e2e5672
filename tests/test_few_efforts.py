"""Newton's method for a few efforts, which a user's own contest gets, against the formulas that it knows nothing of."""

import numpy as np
import pytest

import tiltmeter as tm
from contest_cases import drawn
from tiltmeter.equilibrium._draws import over_draws
from tiltmeter.equilibrium._few_efforts import ways

COUNT = 256


def candidates(contest):
    """What each way proposes, with its certificate."""
    found = [over_draws(way, contest, takes="batches", seldom=True)[0] for way in ways(contest, many=True)]
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
    found = dict(zip(("pure", "attacker", "defender", "both", "scanned"), candidates(contest), strict=True))
    kinds = tm.solve(contest, search=False).kind
    good = {way: certificate.regret <= 1e-9 for way, (_, certificate) in found.items()}
    assert (kinds[good["attacker"] & ~good["pure"]] == "semi-mixed").all()
    assert (kinds[good["both"] & ~good["pure"] & ~good["attacker"]] == "mixed").all()
    assert good["attacker"].any()
    assert good["both"].any()


def test_a_scan_finds_what_no_rough_start_leads_to():
    """Threshold weapons that formulas leave open, since both sides mix: most of them, as the search finds them."""
    weapons = tm.ThresholdWeapon(
        attacker_stake=[7.87, 6.37, 10.64, 8.27, 5.92],
        defender_stake=[283.7, 63.5, 1585.6, 353.1, 119.5],
        defender_cost=[1.73, 0.89, 1.24, 2.35, 5.1],
        actors=[3.95, 5.15, 10.64, 10.28, 12.0],
        capability=[0.52, 0.437, 0.551, 0.388, 0.462],
        threshold=[5.8, 5.53, 7.49, 5.45, 5.89],
        steepness=[1.24, 0.961, 1.54, 1.92, 1.52],
        screening=[0.865, 0.301, 0.348, 1.6, 1.47],
    )
    assert (tm.solve(weapons, search=False).status == "failed").all()
    *_, (_, rough), (_, scanned) = candidates(weapons)
    good = scanned.regret <= 1e-9
    assert good.sum() > max((rough.regret <= 1e-9).sum(), 2)
    searched = tm.solve(weapons)
    np.testing.assert_allclose(scanned.attack_success[good], searched.attack_success[good], rtol=1e-5)


def test_what_is_no_equilibrium_is_refused():
    """At flat densities efforts that are stationary are not best; the verifier says so."""
    contest = drawn("HoleSearch", {"holes": "Uniform"}, COUNT)
    for played, certificate in candidates(contest):
        refused = certificate.regret > 1e-3
        assert refused.any()
        assert np.isfinite(np.asarray(played.attacker_efforts)[~refused]).all()
