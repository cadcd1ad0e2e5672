"""Which contest fits: a few questions that lead from the theory points of the notes to a contest, with the reason."""

import dataclasses
from collections.abc import Iterator, Mapping

from tiltmeter.errors import ClaimError, unknown


@dataclasses.dataclass(frozen=True)
class Fit:
    """Where the questions lead.

    Attributes:
        contest: the contest that fits.
        reason: why, and who gains from a technology that both sides get.
        claims: ids of the claims that say when.
        options: parts to choose, such as `{"patching": "Queue"}`.
    """

    contest: str
    reason: str
    claims: tuple[str, ...] = ()
    options: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class Answer:
    """An answer to a question.

    Attributes:
        name: what to call it.
        text: the answer in words.
        leads_to: the next question, or where it ends.
    """

    name: str
    text: str
    leads_to: "Question | Fit"


@dataclasses.dataclass(frozen=True)
class Question:
    """A question.

    Attributes:
        name: what to call it.
        text: the question.
        answers: to choose from.
    """

    name: str
    text: str
    answers: tuple[Answer, ...]

    def answered(self, given: str) -> Answer:
        """The answer of that name; `ClaimError` says which there are."""
        for answer in self.answers:
            if answer.name == given:
                return answer
        raise ClaimError(str(unknown("answer", given, (answer.name for answer in self.answers))), field=self.name)


_FITS: Mapping[str, Fit] = {
    "hole-search": Fit(
        "HoleSearch",
        "Who searches further wins. Better search on both sides brings attackers in while it is dear, and helps "
        "defense as easy holes run out.",
        ("no-pure-equilibrium-in-hole-search", "fat-tails-raise-attack-effort"),
    ),
    "plugging": Fit(
        "PlugHoles",
        "Holes run out and stay closed: equal progress helps defense as soon as plugging pays.",
        ("plugging-favours-defense",),
    ),
    "watching": Fit(
        "WatchHoles",
        "In the end both sides know all holes, and attention decides: equal progress helps offense where attention is "
        "short.",
        ("watching-favours-offense",),
    ),
    "patching": Fit(
        "PatchRace",
        "Speed decides: faster finding helps offense unless closing speeds up as much.",
        ("speed-favours-offense", "who-runs-faster"),
        {"patching": "Lag"},
    ),
    "queue": Fit(
        "PatchRace",
        "Holes wait for those who patch them: the more come up, the longer each stays open, which helps offense.",
        ("speed-favours-offense-when-holes-arrive-faster", "who-runs-faster"),
        {"patching": "Queue"},
    ),
    "verification": Fit(
        "Verification",
        "Nobody can refine a forgery against the truth: better tests help defense.",
        ("verification-favours-defense",),
    ),
    "inspection": Fit(
        "QualityInspection",
        "The supplier mixes in as much as goes unnoticed: better and cheaper tests help defense.",
        ("quality-inspection-favours-defense",),
    ),
    "examination": Fit(
        "Examination",
        "Forgers refine against the same classifier: equal progress helps offense if they imitate more than "
        "proportionally, or if forging gets cheaper fast enough; else defense.",
        ("examination-favours-offense", "forging-favours-offense"),
    ),
    "certification": Fit(
        "Certification",
        "As for one item; that many are examined shifts the level and not the sign.",
        ("certification-favours-offense",),
    ),
    "peace": Fit(
        "ArmsBurden",
        "Arms are to deter: the worst is an advantage of offense that just ends deterrence.",
        ("intermediate-advantage-is-worst", "war-begins-where-deterrence-ends"),
    ),
    "ground": Fit(
        "GroundInvasion",
        "Holding takes a minimum, and a front has room for so many: growing forces help offense first and defense "
        "later.",
        ("offensive-then-defensive-scaling",),
    ),
    "battle": Fit(
        "Lanchester",
        "Numbers count squared under aimed fire, and once under area fire.",
        ("concentration-square-law",),
    ),
    "race": Fit("AllPay", "No luck at all: each side must keep the other guessing, and the stronger gains."),
    "ratio": Fit(
        "Tullock",
        "Equal progress changes nothing. One side's lowers both efforts if it is ahead, and raises both if it is "
        "behind.",
        ("boost-lowers-own-effort", "boost-raises-rival-effort"),
    ),
    "difference": Fit(
        "DifferenceForm",
        "Only the lead counts: equal progress helps whoever leads.",
        ("asymmetry-reduces-conflict",),
    ),
    "people": Fit(
        "HumanMachine",
        "Machines that take over work help the more human side once they are worth more than people; better machines "
        "help the other.",
        ("human-side-gains-more",),
    ),
    "surface": Fit(
        "Perimeter",
        "Cheaper coverage helps defense. If probing gets cheaper too, that helps the attacker first and the defender "
        "once attacks are cheap.",
        ("perimeter-favours-defense", "perimeter-favours-defense-if-probing-gets-cheaper-too"),
    ),
    "once": Fit(
        "ThresholdWeapon",
        "Below a threshold nothing, above it everything: what screening costs decides.",
        ("threshold-knowledge-is-offense-dominant",),
    ),
    "exposure": Fit(
        "AdaptiveTarget",
        "As attacks become cheaper the target exposes itself less, as a rule so far that fewer succeed.",
        ("adaptation-damps-the-shift",),
    ),
}

_ORDER = Question(
    "order",
    "Do both sides come upon the same holes first?",
    (
        Answer("easiest-first", "yes, the easiest ones", _FITS["hole-search"]),
        Answer("anywhere", "no, they look in different places", _FITS["plugging"]),
    ),
)
_PLUG = Question(
    "plug",
    "What can a defender do about a hole that it finds?",
    (
        Answer("plug", "close it for good, at once", _ORDER),
        Answer("watch", "only watch it, and not all of them at once", _FITS["watching"]),
        Answer("later", "close it, but that takes time", _FITS["patching"]),
    ),
)
_HOLES = Question(
    "run-out",
    "Can the holes run out?",
    (
        Answer("yes", "yes, there are so many and no more", _PLUG),
        Answer("no", "no, new ones keep coming up", _FITS["queue"]),
    ),
)
_SAMPLED = Question(
    "sampled",
    "Is one item tested, or a sample from a lot?",
    (
        Answer("item", "one item", _FITS["verification"]),
        Answer("lot", "a sample from a lot", _FITS["inspection"]),
    ),
)
_TOGETHER = Question(
    "together",
    "Is one item examined, or must many appear genuine together?",
    (
        Answer("item", "one item", _FITS["examination"]),
        Answer("lot", "many together", _FITS["certification"]),
    ),
)
_ITEMS = Question(
    "truth",
    "Is there a ground truth that the defender can test an item against?",
    (
        Answer("yes", "yes, such as its own quality or a record", _SAMPLED),
        Answer("no", "no, only its appearance can be judged", _TOGETHER),
    ),
)
_FORCES = Question(
    "war",
    "What is to be decided?",
    (
        Answer("peace", "whether there is war at all", _FITS["peace"]),
        Answer("ground", "who holds a piece of ground", _FITS["ground"]),
        Answer("battle", "who is left of two forces that wear each other down", _FITS["battle"]),
    ),
)
_COUNTS = Question(
    "counts",
    "What do the odds depend on?",
    (
        Answer("ratio", "the ratio of efforts", _FITS["ratio"]),
        Answer("difference", "the difference of efforts", _FITS["difference"]),
        Answer("people", "people and machines that work together", _FITS["people"]),
    ),
)
_ODDS = Question(
    "luck",
    "Does the side with more effort surely win?",
    (
        Answer("yes", "yes, by however little it leads", _FITS["race"]),
        Answer("no", "no, luck counts too", _COUNTS),
    ),
)
FIRST = Question(
    "about",
    "What is the attack about?",
    (
        Answer("holes", "finding a weak spot that the defender has not found", _HOLES),
        Answer("items", "getting a forged or bad item accepted", _ITEMS),
        Answer("surface", "getting past a surface that is guarded everywhere", _FITS["surface"]),
        Answer("forces", "armed forces", _FORCES),
        Answer("once", "a weapon that one of many actors needs to have once", _FITS["once"]),
        Answer("exposure", "a target that can withdraw", _FITS["exposure"]),
        Answer("odds", "efforts of both sides that shift the odds", _ODDS),
    ),
)


def which(answers: Mapping[str, str]) -> Fit | Question:
    """Where answers lead: to a contest, or to the next question that has none.

    Args:
        answers: the name of an answer by the name of its question.

    Raises:
        ClaimError: for an answer that a question does not have, or to a question that these answers do not lead to.
    """
    asked: list[str] = []
    step: Question | Fit = FIRST
    while isinstance(step, Question) and step.name in answers:
        asked.append(step.name)
        step = step.answered(answers[step.name]).leads_to
    for name in answers:
        if name not in asked:
            allowed = [*asked, *([step.name] if isinstance(step, Question) else [])]
            raise ClaimError(f"these answers do not lead to it: {unknown('question', name, allowed)}", field=name)
    return step


def questions(first: Question = FIRST) -> Iterator[Question]:
    """All questions, each before those that follow from it."""
    yield first
    for answer in first.answers:
        if isinstance(answer.leads_to, Question):
            yield from questions(answer.leads_to)
