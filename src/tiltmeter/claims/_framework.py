"""Claims about the six elements of an AI system."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from tiltmeter.claims._claim import Case, Claim, Outcome, Test
from tiltmeter.claims._elements import (
    BRIDGE,
    DOMAINS,
    ELEMENTS,
    LEAST,
    MEMBERS,
    MOST,
    OWN,
    PUSHES,
    RATINGS,
    Tilts,
    driven,
    numbers,
    tilts,
)
from tiltmeter.claims._region import FloatArray, Points, Span, region

_ACCESS = "access-level"
_CAPABILITY, _CONTEXT = ELEMENTS[0], ELEMENTS[-1]
# Below this there is nothing to limit, and no influence to compare.
_NOTHING = 1e-9
# Twice the even share of two elements of six.
_DISPROPORTIONATE = 2 / 3


@dataclasses.dataclass(frozen=True)
class _Bottleneck:
    """What both sides can use at the access of the point, beside what they could if anybody had access.

    Attributes:
        alike: whether both must lose about the same factor; otherwise both must lose half.
    """

    alike: bool = False

    def __call__(self, case: Case, points: Points, search: bool = False) -> Outcome:
        found, proved = driven(points, ({}, {_ACCESS: 4.0}), (_ACCESS,))
        kept: dict[str, FloatArray] = {}
        some = np.ones(len(points[_ACCESS]), dtype=bool)
        for side in ("attacker", "defender"):
            tight, free = found[f"{side}-capability"]
            some &= free > _NOTHING
            kept[side] = np.where(some, tight / np.maximum(free, _NOTHING), 1.0)
        margin = 0.5 - np.maximum(kept["attacker"], kept["defender"])
        if self.alike:
            margin = np.log(1.25) - np.abs(np.log(kept["attacker"] / kept["defender"]))
        said = {f"share that the {side} keeps": share for side, share in kept.items()}
        return Outcome(np.where(some, margin, 0.0), np.asarray(proved.all(axis=0)), np.zeros(len(margin)), said)


def influences(case: Case, points: Points, search: bool) -> tuple[FloatArray, Tilts]:
    """How far the tilt moves when an element goes from its least to its most; shape (elements, n)."""
    found = tilts(case, points, [ends[name] for name in ELEMENTS for ends in (LEAST, MOST)], search)
    return np.abs(found.tilt[1::2] - found.tilt[::2]), found


@dataclasses.dataclass(frozen=True)
class _Leading:
    """Whether these elements move the tilt further than any other does, as a share of the largest influence."""

    elements: tuple[str, ...]

    def __call__(self, case: Case, points: Points, search: bool = False) -> Outcome:
        size, found = influences(case, points, search)
        own = np.array([name in self.elements for name in ELEMENTS])
        largest = size.max(axis=0)
        ahead = size[own].min(axis=0) - size[~own].max(axis=0)
        margin = np.where(largest > _NOTHING, ahead / np.maximum(largest, _NOTHING), 0.0)
        return _outcome(margin, found, dict(zip(ELEMENTS, size, strict=True)))


@dataclasses.dataclass(frozen=True)
class _Concentrated:
    """Whether the two strongest elements have at least twice their even share of all influence."""

    def __call__(self, case: Case, points: Points, search: bool = False) -> Outcome:
        size, found = influences(case, points, search)
        whole = size.sum(axis=0)
        share = np.sort(size, axis=0)[-2:].sum(axis=0) / np.maximum(whole, _NOTHING)
        margin = np.where(whole > _NOTHING, share - _DISPROPORTIONATE, 0.0)
        return _outcome(margin, found, dict(zip(ELEMENTS, size, strict=True)))


@dataclasses.dataclass(frozen=True)
class _Interdependent:
    """Whether the tilt is another when no element pushes any other.

    Attributes:
        share: of the larger of the two tilts that they must differ by; None where the side must change.
    """

    share: float | None = None

    def __call__(self, case: Case, points: Points, search: bool = False) -> Outcome:
        whole, bare = (tilts(case, points, ({},), search, linked) for linked in (True, False))
        found = Tilts(
            np.concatenate([whole.tilt, bare.tilt]),
            np.concatenate([whole.certified, bare.certified]),
            np.concatenate([whole.regret, bare.regret]),
        )
        with_them, without = found.tilt
        size = np.abs(found.tilt).max(axis=0)
        if self.share is None:
            margin = -np.sign(with_them * without) * np.abs(found.tilt).min(axis=0)
        else:
            apart = np.abs(with_them - without) / np.maximum(size, _NOTHING)
            margin = np.where(size > _NOTHING, apart - self.share, 0.0)
        return _outcome(margin, found, {"tilt with the influences": with_them, "tilt without": without})


@dataclasses.dataclass(frozen=True)
class _Turned:
    """Whether these ratings, all else as it is, carry the tilt from one side to the other, or never do.

    Attributes:
        variants: the ratings.
        turned: whether the claim is that they do.
    """

    variants: Sequence[Mapping[str, float]]
    turned: bool

    def __call__(self, case: Case, points: Points, search: bool = False) -> Outcome:
        found = tilts(case, points, self.variants, search)
        lowest, highest = found.tilt.min(axis=0), found.tilt.max(axis=0)
        apart = np.minimum(highest, -lowest)
        return _outcome(apart if self.turned else -apart, found, {"lowest tilt": lowest, "highest tilt": highest})


def _outcome(margin: FloatArray, found: Tilts, said: Mapping[str, FloatArray]) -> Outcome:
    certified = np.asarray(found.certified.all(axis=0))
    return Outcome(np.where(certified, margin, 0.0), certified, found.regret.max(axis=0), said)


def _rating(name: str) -> Callable[[Points], FloatArray]:
    """The rating of an element: the mean of its dimensions, turned round where a higher one makes it less."""
    up = {one: MOST[name][one] > LEAST[name][one] for one in MEMBERS[name]}
    return lambda points: np.mean([points[one] if up[one] else 4 - points[one] for one in up], axis=0)


_FEATURES = {name.replace("-", " "): _rating(name) for name in ELEMENTS}
_BESIDE_ACCESS: Mapping[str, Callable[[Points], FloatArray]] = {
    **{name: of for name, of in _FEATURES.items() if name != ELEMENTS[1].replace("-", " ")},
    "attacker-access/defender-access": lambda points: points["attacker-access"] / points["defender-access"],
}
_TIGHT = (Case(None, region({**RATINGS, **PUSHES, **BRIDGE, _ACCESS: Span(0.1, 1.0, 0.5)}), name="the bridge"),)
_CONTEXTS = tuple(
    dict(zip(MEMBERS[_CONTEXT], map(float, pair), strict=True)) for pair in ((0, 0), (0, 4), (2, 2), (4, 0), (4, 4))
)
_CAPABILITIES = tuple(dict.fromkeys(MEMBERS[_CAPABILITY], float(rating)) for rating in (1, 2, 3, 4))
_INFLUENCE = "the change of the tilt as an element goes from its least to its most"
_OF_ACCESS: Mapping[str, Any] = {
    "cases": _TIGHT,
    "technology": "access is held between 0.1 and 1 of 4, where nobody but vetted applicants has it, rather than at 4",
    "measure": "the capability that a side can use",
    "own": tuple(_TIGHT[0].region.spans),
    "features": _BESIDE_ACCESS,
    "samples": 4096,
    "numbers": None,
}
_SYSTEM = "a system with these ratings, beside a world without it"


def _claim(id: str, statement: str, test: Test, remark: str, **changed: Any) -> Claim:
    """A claim over all domains."""
    fields: dict[str, Any] = {
        "source": ("CorsiKilianMallah2024",),
        "cases": DOMAINS,
        "technology": _SYSTEM,
        "own": OWN,
        "features": _FEATURES,
        "samples": 3072,
        "numbers": lambda: numbers(*(case.title for case in DOMAINS)),
    }
    return Claim(id=id, statement=statement, test=test, remark=remark, **(fields | changed))


CLAIMS: tuple[Claim, ...] = (
    _claim(
        "access-is-a-bottleneck",
        "Tight access takes from attackers and from defenders at least half of what they could use of a system, "
        "whatever its capability.",
        _Bottleneck(),
        """
The paper says that tight access limits both uses whatever the capability. With any ratings, influences and bridge it
mostly takes half of what either side can use, and how capable the system is hardly matters. It does not where
defenders can show who they are and get in all the same, which the bridge writes as a low power of access; nor where
adaptability is what is short, so that there was little to take. Copies that get round a closed door are the paper's
own break condition; the second one, of gaps in capability, is not in the bridge.""",
        **_OF_ACCESS,
    ),
    _claim(
        "access-limits-both-sides-alike",
        "Tight access takes about the same share, to a quarter, from attackers and from defenders.",
        _Bottleneck(alike=True),
        """
Alike does not mean equally. The bridge gives the two sides access to different powers, guesses both: attackers are
refused more often than defenders, so that a closed door costs them more in three of four draws. Tight access is then
no neutral brake: it moves the balance.""",
        version_of="access-is-a-bottleneck",
        **_OF_ACCESS,
    ),
    _claim(
        "capability-and-context-most-influential",
        "Raw capability and sociotechnical context influence the balance more than any other element does.",
        _Leading((_CAPABILITY, _CONTEXT)),
        """
An element goes from its least to its most, the ratings of the others stand as they are, and all answer through the
influences; by how much the tilt moves is the element's influence. The two that the paper names lead together about as
often as any two of six would by chance, in 1 of 15 cases. Capability leads far more often than that; context acts
through rules and rivalry, and leads nowhere often. The bridge multiplies by capability, so that its influence is
partly by form.""",
        measure=_INFLUENCE,
    ),
    _claim(
        "capability-most-influential",
        "Raw capability influences the balance more than any other element does.",
        _Leading((_CAPABILITY,)),
        """
By chance each of the six would lead in a sixth of the cases. Capability does so two to three times as often, in every
domain; its rivals are access and safeguards.""",
        measure=_INFLUENCE,
        version_of="capability-and-context-most-influential",
    ),
    _claim(
        "elements-are-interdependent",
        "To leave out how the elements push each other changes the side that a system favors.",
        _Interdependent(),
        """
The side seldom changes: most systems lean by more than what the elements do to each other. Where a system is near the
line the influences decide, in cybersecurity in about a quarter of all systems. The weights are guesses; their ranges
are searched here, and with any weights in them the influences settle in one place only, by a bound.""",
        measure="the tilt with the influences and without them",
    ),
    _claim(
        "influences-move-the-tilt",
        "To leave out how the elements push each other changes the tilt by more than a fifth of it.",
        _Interdependent(0.2),
        """
The weaker kind of interdependence: an effect worth a fifth of the tilt. It is there for most systems in cybersecurity
and for a third elsewhere. So the elements are a system whose parts matter to each other, as the paper has it, but the
verdict seldom hangs on that.""",
        measure="the tilt with the influences and without them",
        version_of="elements-are-interdependent",
    ),
    _claim(
        "leverage-points-exist",
        "A few elements have disproportionate influence: the two strongest of the six have two thirds of it all.",
        _Concentrated(),
        """
Two of six elements that count the same have a third of all influence; twice that is called disproportionate here. Six
influences drawn at random, each exponentially distributed, would have so much in the largest two in 42 % of cases. By
that standard the framework has fewer leverage points than chance makes: influence is spread rather evenly, and which
elements lead depends on where a system stands.""",
        measure=_INFLUENCE,
    ),
    _claim(
        "access-and-safeguards-are-leverage-points",
        "Access and safeguards influence the balance more than any other element does.",
        _Leading((ELEMENTS[1], ELEMENTS[4])),
        """
The paper names these two as likely leverage points. They lead together about as often as any two would by chance, in
1 of 15 cases, though safeguards lead alone in a fifth of the cases or more.""",
        measure=_INFLUENCE,
        version_of="leverage-points-exist",
    ),
    _claim(
        "capabilities-are-neutral",
        "The same capability leans to offense in one context and to defense in another.",
        _Turned(_CONTEXTS, turned=True),
        """
Nothing moves but the two dimensions of context, over the ends of the scale and its middle. In cybersecurity that
turns the side of most systems; in disinformation and CBRN, where most systems lean to defense whatever the context,
it seldom does. A capability is neutral in some domains and not in others. The asymmetries that the paper sees emerge
are those of the contest, which is no part of the framework's context.""",
        measure="the tilt at five contexts, all else as rated",
    ),
    _claim(
        "context-alone-decides",
        "To which side a system leans depends on its context and not on how capable it is.",
        _Turned(_CAPABILITIES, turned=False),
        """
The stronger form, in which orientation depends on context entirely. Where it fails, growing capability nearly always
turns the side from defense to offense: in the bridge rules and monitoring help the defender even against a weak
system, and a strong one outweighs them.""",
        measure="the tilt at four levels of capability, all else as rated",
        version_of="capabilities-are-neutral",
    ),
)
