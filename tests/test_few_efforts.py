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
