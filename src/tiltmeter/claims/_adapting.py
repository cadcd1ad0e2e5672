"""Claims about who and what adapts: people and machines, targets, forgers, and sides as a whole."""

import dataclasses

import jax.numpy as jnp
import numpy as np

from tiltmeter.claims._claim import Axis, Case, Claim, Efforts, Formula, Outcome, Picture
from tiltmeter.claims._region import FloatArray, Points, Span, region
from tiltmeter.claims._tilting import Direction, Move, Tilting, contest_at
from tiltmeter.contests import AbstractContest, AdaptiveTarget, Examination, HumanMachine, build
from tiltmeter.equilibrium import KINDS, STATUSES, Equilibrium, best_response, solve

_CERTIFIED = STATUSES.index("certified")


@dataclasses.dataclass(frozen=True)
class _HumanSideGains:
    """The side with the larger human share gains."""

    moves: tuple[Move, ...]
    efforts: Efforts = "equilibrium"

    def __call__(self, case: Case, points: Points, search: bool = False) -> Outcome:
        """Points with `machines` have as many on both sides; those with `machine` the same productivity."""
        wide = dict(points)
        if "machines" in wide:
            wide |= {"attacker_effort": wide["machines"], "defender_effort": wide["machines"]}
        if "machine" in wide:
            wide |= {"attacker_machine": wide["machine"], "defender_machine": wide["machine"]}
        direction: Direction = "falls"
        found = Tilting(self.moves, direction=direction, efforts=self.efforts)(case, wide, search)
        more = np.sign(wide["defender_human_share"] - wide["attacker_human_share"])
        return dataclasses.replace(
            found, margin=more * found.margin, score=None if found.score is None else more * found.score
        )


def _machines_outnumber(case: Case, points: Points) -> FloatArray:
    return points["machines"] - 1


def _pure(at: Equilibrium) -> np.ndarray:
    """Where an equilibrium is certified and pure."""
    return (np.asarray(at.status_code) == _CERTIFIED) & (np.asarray(at.kind_code) == KINDS.index("pure"))


def _exposure(at: Equilibrium) -> FloatArray:
    """How far the target is exposed in a pure equilibrium."""
    exposures, weights = np.asarray(at.strategies.defender_exposures), np.asarray(at.strategies.defender_weights)
    return np.sum(exposures * weights, axis=-1)


@dataclasses.dataclass(frozen=True)
class _Adaptation:
    """The shift with a target that adapts against that with one that stays as it was."""

    reverses: bool

    def __call__(self, case: Case, points: Points, search: bool = False) -> Outcome:
        cheaper = dict(points) | {"attacker_cost": 1 / points["cheaper"]}
        at, after = (solve(contest_at(case, one), search=False) for one in (points, cheaper))
        exposed = _exposure(at)
        unmoved: AbstractContest = build(
            case.options["wrapped"],
            {"attacker_stake": points["attacker_stake"] * exposed, "attacker_cost": cheaper["attacker_cost"]},
        )
        reply = best_response(unmoved, "attacker", at.defender_effort)
        success = np.asarray(unmoved.success(jnp.asarray(reply.effort), jnp.asarray(at.defender_effort)))
        partial, full = exposed * success - at.attack_success, after.attack_success - at.attack_success
        margin = full if self.reverses else partial - full
        said = {
            "before": at.attack_success,
            "if nobody adapted": at.attack_success + partial,
            "after": after.attack_success,
        }
        usable = _pure(at) & _pure(after)
        return Outcome(np.where(usable, margin, 0.0), usable, np.maximum(at.regret, after.regret), said)


@dataclasses.dataclass(frozen=True)
class _Misleads:
    """Forgeries pass more often in the new equilibrium than an evaluation at the forgers' old behavior says."""

    def __call__(self, case: Case, points: Points, search: bool = False) -> Outcome:
        better = dict(points) | {"defender_accuracy": points["defender_accuracy"] * points["improvement"]}
        contest = contest_at(case, better)
        at, after = solve(contest_at(case, points), search=search), solve(contest, search=search)
        forged = at.attacker_effort / np.maximum(at.attack_probability, 1e-300)
        tested = np.asarray(contest.success(jnp.asarray(forged), jnp.asarray(at.defender_effort)), dtype=float)
        passing = after.attack_success / np.maximum(after.attack_probability, 1e-300)
        tried = (at.attack_probability > 0) & (after.attack_probability > 0)
        certified = (np.asarray(at.status_code) == _CERTIFIED) & (np.asarray(after.status_code) == _CERTIFIED)
        said = {"pass rate tested": tested, "pass rate in equilibrium": passing}
        return Outcome(np.where(tried, passing - tested, 0.0), certified, np.maximum(at.regret, after.regret), said)


_SHARES = {"attacker_human_share": Span(0.05, 0.9, 0.2), "defender_human_share": Span(0.05, 0.9, 0.6)}
_SUBSTITUTION = {"substitution": Span(0.3, 3.0, 1.0)}
_TAKEN_OVER = (
    Move("attacker_human_share", "divide", "taken_over"),
    Move("defender_human_share", "divide", "taken_over"),
)
_BETTER_MACHINES = (
    Move("attacker_machine", "multiply", "improvement"),
    Move("defender_machine", "multiply", "improvement"),
)
_TARGET = {
    "attacker_stake": Span(0.3, 10.0, 1.0),
    "defender_stake": Span(0.3, 10.0, 1.0),
    "exposure_benefit": Span(0.1, 3.0, 0.5),
    "exposure_returns": Span(0.1, 0.9, 0.5),
    "cheaper": Span(1.1, 10.0, 2.0),
}
_TARGETS = tuple(
    Case(AdaptiveTarget, region(_TARGET), {"wrapped": name}, f"AdaptiveTarget around {name}")
    for name in ("Tullock", "PlugHoles")
)
_EXPOSED = Picture(
    Axis("benefit of being exposed", "exposure_benefit", True), Axis("defender's stake", "defender_stake", True)
)

CLAIMS: tuple[Claim, ...] = (
    Claim(
        id="human-side-gains-more",
        statement="AI helps most the side that now depends on humans: machines take over what people did, on both "
        "sides alike.",
        source=("Schneier2018",),
        cases=(
            Case(
                HumanMachine,
                region(
                    _SHARES | _SUBSTITUTION | {"machine": Span(0.1, 100.0, 10.0), "taken_over": Span(1.1, 10.0, 2.0)}
                ),
            ),
        ),
        test=_HumanSideGains(_TAKEN_OVER),
        technology="both sides' human shares fall by the factor taken_over; machines are as productive on both sides",
        own=("machine", "taken_over"),
        picture=Picture(
            Axis("machines per stake m V/c", "machine", True), Axis("elasticity of substitution", "substitution", True)
        ),
        remark="""
It depends on what takes the place of people. Where a side's machines are worth more than its people were, the more
human side has more to gain from handing work over, and gains it. Where machines are still scarce or poor, handing
work over to them weakens the side that hands over more.""",
    ),
    Claim(
        id="human-side-gains-more-at-fixed-efforts",
        statement="With as many machines on both sides, held fixed, machines that take over work help the side with "
        "more people.",
        source=("Schneier2018",),
        cases=(
            Case(
                HumanMachine,
                region(
                    _SHARES | _SUBSTITUTION | {"machines": Span(0.1, 10.0, 3.0), "taken_over": Span(1.1, 10.0, 2.0)}
                ),
            ),
        ),
        test=_HumanSideGains(_TAKEN_OVER, "fixed"),
        technology="both sides' human shares fall by the factor taken_over",
        efforts="fixed",
        own=("machines", "taken_over"),
        version_of="human-side-gains-more",
        formula=Formula(
            text="m x > 1: the machines are worth more than the people",
            above_zero=_machines_outnumber,
            derivation=r"""
With $n = m x$ machines and $\rho = 1 - 1/\sigma$, strength is $E(s)^\rho = s + (1 - s) n^\rho$, which falls with
the human share s if n > 1, and rises if n < 1. Let $g(s) = \log E(s/f) - \log E(s)$ be what a side gains. With $b =
n^\rho$, $g'(s)$ has the sign of $(b - 1)/\rho$ times $\frac{1}{b + s(1-b)} - \frac{1}{f b + s (1 - b)}$, and the
difference is positive because f > 1. As $(b - 1)/\rho > 0$ exactly if n > 1, the side with the larger s gains more
exactly then. (At σ = 1 take the limit: $g(s) = s (1 - 1/f) \log n$.)""",
        ),
        picture=Picture(
            Axis("machines on both sides, m x", "machines", True), Axis("substitution", "substitution", True)
        ),
    ),
    Claim(
        id="human-side-gains-more-from-better-machines",
        statement="Machines that become more productive on both sides alike help the side that depends more on people.",
        source=("Schneier2018",),
        cases=(
            Case(
                HumanMachine,
                region(
                    _SHARES | _SUBSTITUTION | {"machine": Span(0.1, 100.0, 10.0), "improvement": Span(1.1, 10.0, 2.0)}
                ),
            ),
        ),
        test=_HumanSideGains(_BETTER_MACHINES),
        technology="both sides' machines become more productive by the factor improvement",
        own=("machine", "improvement"),
        version_of="human-side-gains-more",
        picture=Picture(
            Axis("attacker's human share", "attacker_human_share"),
            Axis("defender's human share", "defender_human_share"),
        ),
        remark="""
Better machines help whoever has the more machine work to do: a side gains in proportion to the elasticity of its
strength in machines, (1 − s) n^ρ/(s + (1 − s) n^ρ), which falls with its human share s. That AI brings better
machines and that it takes over human work pull in opposite directions; the source speaks of the second.""",
    ),
    Claim(
        id="adaptation-damps-the-shift",
        statement="When attacks become cheaper, the shift in equilibrium is smaller than the shift that would follow "
        "if nobody but the attacker adapted.",
        source=("Tabarrok2024",),
        cases=_TARGETS,
        test=_Adaptation(reverses=False),
        technology="attacks become cheaper by the factor cheaper",
        own=("cheaper",),
        samples=2048,
        # What a best reply gives is known to about 1e-9.
        tolerance=1e-8,
        picture=_EXPOSED,
        remark="""
It holds nearly everywhere, and more strongly than the source says: as a rule the target withdraws so far that
attacks succeed less often than before (see adaptation-does-not-reverse-the-shift). It fails where the target has
nothing left to adapt: one that is fully exposed, because that is worth more to it than what it risks, and that
gives up defending when it becomes hopeless.""",
    ),
    Claim(
        id="adaptation-does-not-reverse-the-shift",
        statement="When attacks become cheaper, they still succeed more often in equilibrium.",
        source=("Tabarrok2024",),
        cases=_TARGETS,
        test=_Adaptation(reverses=True),
        technology="attacks become cheaper by the factor cheaper",
        own=("cheaper",),
        version_of="adaptation-damps-the-shift",
        samples=2048,
        picture=_EXPOSED,
        remark="""
An exposed target withdraws in proportion to 1/risk^(1/(1 − γ)), with the returns γ < 1 of being exposed: by more
than the risk has grown. So success, exposure times risk, falls; and yet the target is worse off, for it gives up
what exposure was good for. Only a target that stays fully exposed is hit more often.""",
    ),
    Claim(
        id="detection-without-equilibrium-misleads",
        statement="Error rates of a better detector, measured at the forgers' present behavior, are better than they "
        "will be once forgers have adapted.",
        source=("Cunningham2025", "JabarianImas2025"),
        cases=(
            Case(
                Examination,
                region(
                    {
                        "attacker_cost": Span(0.001, 0.1, 0.01),
                        "defender_stake": Span(1.0, 10.0, 1.0),
                        "flaw": Span(0.5, 4.0, 1.0),
                        "attacker_accuracy": Span(0.3, 3.0, 1.0),
                        "defender_accuracy": Span(0.3, 3.0, 1.0),
                        "imitation": Span(0.0, 2.0, 1.0),
                        "attacker_returns": Span(0.1, 1.0, 0.5),
                        "defender_returns": Span(0.1, 1.0, 0.5),
                        "false_positive_cap": Span(0.001, 0.2, 0.05),
                        "entry_cost": Span(0.0, 0.3, 0.0),
                        "improvement": Span(1.1, 10.0, 2.0),
                    }
                ),
            ),
        ),
        test=_Misleads(),
        technology="the detector becomes more accurate by the factor improvement",
        measure="share of forgeries that pass",
        own=("improvement",),
        samples=2048,
        picture=Picture(Axis("forger's returns θ", "attacker_returns"), Axis("cost of forging", "attacker_cost", True)),
        remark="""
The notes suspect that a trade-off of error rates leaves out the equilibrium. It does: forgers refine more against a
better detector, so that more passes than the test says. The exceptions are detectors so good that forgers give up
refining, or that make it worth the examiner's while to look harder. Where forgers do not refine at all, before and
after, the test is right.""",
    ),
)
