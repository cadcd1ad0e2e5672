"""All equilibria of one contest: what they have in common, what differs, and what is proved about them.

Every contest in which only success counts has the equilibria of a zero-sum game M (see `_payoffs`). So any optimal
strategy of one side makes an equilibrium with any of the other, the optimal strategies of each side form a convex set,
and all equilibria share the value of M. Every measure is then linear in each side's strategy, and its range over the
whole set follows from linear programs, one side at a time: also where the set is a continuum, as ties make it.

An optimal strategy plays only efforts that are best responses to any optimal strategy of the other side. Where these
are finitely many, the programs are exact; where they fill an interval, it is represented by many points.
"""

import dataclasses
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import ArrayLike

from tiltmeter.contests import AbstractContest, Strategies
from tiltmeter.equilibrium._equilibrium import Equilibrium
from tiltmeter.equilibrium._formula import OUTPUTS
from tiltmeter.equilibrium._payoffs import attack_limit, attack_share, chance, defense_limit, defense_share
from tiltmeter.equilibrium._solve import solve
from tiltmeter.equilibrium._summits import AS_GOOD, as_good, joined_with, peaks
from tiltmeter.equilibrium._verify import verify
from tiltmeter.errors import ParameterError

if TYPE_CHECKING:
    from scipy.optimize import OptimizeResult

Vector = np.ndarray[Any, np.dtype[np.float64]]
Range = tuple[float, float]

# Weights that differ by less are the same. Where payoffs are smooth, a weight that is off by this costs its square.
_SAME = 1e-6
_SAME_IF_SMOOTH = 1e-3
# Linear programs start with every so manieth effort of the scan; others are added as they are needed, in so many rounds
# at most.
_COARSE = 16
_ROUNDS = 40
_PRECISE = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}
_SCAN = np.concatenate([[0.0], np.geomspace(1e-12, 1e-4, 120, endpoint=False), np.geomspace(1e-4, 1.0, 880)])


@dataclasses.dataclass(frozen=True, eq=False)
class EquilibriumSet:
    """The equilibria of one contest.

    Attributes:
        extremes: equilibria between which all measures of all the others lie; one, where there is but one.
        unique: whether there is only one.
        ranges: the least and the greatest value of each measure over the whole set: attacker_effort, defender_effort,
            attack_probability, attack_success, attacker_payoff and defender_payoff.
        attacker_efforts: every effort that the attacker plays in some equilibrium.
        defender_efforts: every effort that the defender plays in some equilibrium.
        regret: the largest regret of the extremes, as a share of the stake.
        proved: what is proved about the set, in words.
    """

    extremes: tuple[Strategies, ...]
    unique: bool
    ranges: Mapping[str, Range]
    attacker_efforts: Vector
    defender_efforts: Vector
    regret: float
    proved: str

    def __repr__(self) -> str:
        low, high = self.ranges["attack_success"]
        success = f"{low:.4g}" if high - low <= _SAME else f"{low:.4g} to {high:.4g}"
        return f"EquilibriumSet({'one' if self.unique else 'several'}: success {success}, regret {self.regret:.1e})"


@dataclasses.dataclass(frozen=True)
class _Actions:
    """What one side can play.

    Attributes:
        efforts: shape (n,).
        entered: whether it takes part with each, shape (n,).
        bill: what each costs, as a share of the stake, shape (n,).
    """

    efforts: Vector
    entered: Vector
    bill: Vector


def solve_all(
    contest: AbstractContest,
    attacker_efforts: ArrayLike | None = None,
    defender_efforts: ArrayLike | None = None,
) -> EquilibriumSet:
    """The whole set of equilibria of one contest, with the range of every measure over it.

    Args:
        contest: scalar parameters.
        attacker_efforts: the efforts that the attacker may choose from, such as a grid of bids; any effort ≥ 0 when
            left out. Give both or neither.
        defender_efforts: likewise for the defender.

    Raises:
        ParameterError: for arrays of parameters, efforts that are negative or not finite, or a contest whose sides gain
            anything but success and failure, in which equilibria need not be interchangeable.
    """
    if contest.shape:
        raise ParameterError(f"solve_all takes one contest at a time, not an array of shape {contest.shape}.")
    if not contest.only_success_counts or contest.card.exposure:
        raise ParameterError(
            f"solve_all needs a contest in which only success counts; {type(contest).__name__} is none."
        )
    if (attacker_efforts is None) != (defender_efforts is None):
        raise ParameterError("give the efforts of both sides, or of neither.")
    if attacker_efforts is None or defender_efforts is None:
        return _continuous(contest)
    attack = _attacks(contest, _allowed(attacker_efforts, "attacker_efforts"))
    return _finite(contest, attack, _defenses(contest, _allowed(defender_efforts, "defender_efforts")))


def _finite(contest: AbstractContest, attack: _Actions, defense: _Actions) -> EquilibriumSet:
    """The set on grids of efforts: linear programs over all mixtures say all."""
    matrix = _zero_sum(contest, attack, defense)
    value = _value(matrix)
    attacks = _optimal(matrix, value, attack, _SAME)
    defenses = _optimal(-matrix.T, -value, defense, _SAME)
    gains = [value - (p @ matrix).min() for p in attacks] + [(matrix @ q).max() - value for q in defenses]
    proved = "complete: linear programs over all mixtures of these efforts"
    return _described(contest, value, (attack, attacks), (defense, defenses), max(gains), proved)


def _continuous(contest: AbstractContest) -> EquilibriumSet:
    """The set over all efforts ≥ 0, from the best responses to one equilibrium."""
    first = solve(contest)
    if not first.usable:
        raise ParameterError(f"no equilibrium of this {type(contest).__name__} was found: {first.reason}.")
    played = first.strategies
    if contest.card.spread:
        # Best responses to a draw from an interval fill the interval: no list of efforts holds them.
        attack = _ends(played.attacker_efforts, played.attacker_spreads)
        defense = _ends(played.defender_efforts, played.defender_spreads)
        by = contest.card.unique
        known = f"complete: there is no other by {by}" if by else "one equilibrium; whether there are others is open"
        return _single(first, (attack, defense), known, bool(by))
    p, q = np.asarray(played.attacker_weights), np.asarray(played.defender_weights)
    own_attacks = _attacks(
        contest, np.asarray(played.attacker_efforts)[p > 0], np.asarray(played.attacker_entered)[p > 0]
    )
    own_defenses = _defenses(contest, np.asarray(played.defender_efforts)[q > 0])
    p, q = p[p > 0], q[q > 0]
    value = float(p @ _zero_sum(contest, own_attacks, own_defenses) @ q)
    slack = max(AS_GOOD / 10, 2 * float(first.regret))

    def attack_earns(efforts: Vector) -> Vector:
        return _zero_sum(contest, _attacks(contest, efforts, np.ones_like(efforts)), own_defenses) @ q

    def defense_earns(efforts: Vector) -> Vector:
        return -(p @ _zero_sum(contest, own_attacks, _defenses(contest, efforts)))

    scans = float(attack_limit(contest)) * _SCAN, float(defense_limit(contest)) * _SCAN
    entered = own_attacks.efforts[own_attacks.entered > 0]
    attack = _attacks(contest, joined_with(entered, as_good(attack_earns, scans[0]), scans[0][-1]))
    defense = _defenses(contest, joined_with(own_defenses.efforts, as_good(defense_earns, scans[1]), scans[1][-1]))
    attacks, attack_gap = _cut(contest, attack, _defenses(contest, scans[1][::_COARSE]), value - slack, True)
    defenses, defense_gap = _cut(contest, defense, _attacks(contest, scans[0][::_COARSE]), -value - slack, False)
    if len(attacks) == 1 and len(defenses) == 1:
        # The linear programs have confirmed that it is the only one; the solver's digits are better than theirs.
        proof = (
            "complete: no other mixture of best responses to this one is optimal, and equilibria are interchangeable"
        )
        efforts = own_attacks.efforts[own_attacks.entered > 0], own_defenses.efforts
        return _single(first, efforts, proof, True)
    proof = "the range is complete up to the resolution of the efforts looked at; not every equilibrium is listed"
    found = _described(contest, value, (attack, attacks), (defense, defenses), max(attack_gap, defense_gap), proof)
    return dataclasses.replace(found, regret=max(float(verify(contest, one).regret) for one in found.extremes))


def _single(found: Equilibrium, efforts: tuple[Vector, Vector], proved: str, unique: bool) -> EquilibriumSet:
    values = {name: float(getattr(found, name)) for name in OUTPUTS}
    ranges = MappingProxyType({name: (value, value) for name, value in values.items()})
    return EquilibriumSet((found.strategies,), unique, ranges, *efforts, float(found.regret), proved)


def _ends(efforts: Any, spreads: Any) -> Vector:
    """The ends of what is drawn."""
    efforts, spreads = np.asarray(efforts), np.asarray(spreads)
    return np.unique(np.concatenate([efforts * (1 - spreads), efforts * (1 + spreads)]))


def _cut(
    contest: AbstractContest, own: _Actions, other: _Actions, value: float, attacks: bool
) -> tuple[list[Vector], float]:
    """Extreme optimal strategies over these actions, against all efforts of the other side: cutting planes."""
    found, gap = [np.ones(1)], np.inf
    for _ in range(_ROUNDS):
        matrix = _zero_sum(contest, own, other) if attacks else -_zero_sum(contest, other, own).T
        found = _optimal(matrix, value, own, _SAME_IF_SMOOTH)
        limit = float((defense_limit if attacks else attack_limit)(contest))
        worst: list[float] = []
        gap = 0.0
        for mix in found:

            def earns(efforts: Vector, mix: Vector = mix) -> Vector:
                if attacks:
                    return -(mix @ _zero_sum(contest, own, _defenses(contest, efforts)))
                return _zero_sum(contest, _attacks(contest, efforts, np.ones_like(efforts)), own) @ mix

            tops = peaks(earns, limit * _SCAN)
            heights = earns(tops)
            gap = max(gap, float(np.max(heights) + value))
            worst.extend(tops[heights + value > AS_GOOD])
        if gap <= AS_GOOD:
            break
        added = np.unique(worst)
        fresh = _defenses(contest, added) if attacks else _attacks(contest, added, np.ones_like(added))
        other = _Actions(*(np.concatenate([x, y]) for x, y in zip(_fields(other), _fields(fresh), strict=True)))
    return found, max(gap, 0.0)


def _optimal(matrix: Vector, value: float, own: _Actions, same: float) -> list[Vector]:
    """Optimal mixtures of the row player that make its bill, its effort and its taking part least and greatest.

    If there is more than one, a direction in which no two agree finds two. Weights closer than `same` are one mixture.
    """
    count = len(matrix)
    if count == 1:
        return [np.ones(1)]
    uneven = np.mod(np.arange(1, count + 1) * 0.6180339887498949, 1.0)
    # Loaded here: other names of this package do not need it.
    from scipy.optimize import linprog

    found: list[Vector] = []
    for aim in (own.bill, own.efforts, own.entered, uneven):
        size = np.max(np.abs(aim))
        if size == 0 or (count > 1 and np.ptp(aim) == 0):
            continue
        for sign in (1.0, -1.0):
            answer: OptimizeResult = linprog(
                sign * aim / size,
                A_ub=-matrix.T,
                b_ub=np.full(matrix.shape[1], -(value - 1e-12)),
                A_eq=np.ones((1, count)),
                b_eq=[1.0],
                method="highs",
                options=_PRECISE,
            )
            if answer.status != 0:
                continue
            mix = np.maximum(answer.x, 0.0)
            mix /= mix.sum()
            if all(np.max(np.abs(mix - other)) > same for other in found):
                found.append(mix)
    if not found:
        raise ParameterError("the linear programs of this contest have no solution to working precision.")
    return found


def _value(matrix: Vector) -> float:
    """The value of a matrix game for its row player."""
    from scipy.optimize import linprog

    rows, columns = matrix.shape
    answer: OptimizeResult = linprog(
        np.append(np.zeros(rows), -1.0),
        A_ub=np.column_stack([-matrix.T, np.ones(columns)]),
        b_ub=np.zeros(columns),
        A_eq=np.append(np.ones(rows), 0.0)[None],
        b_eq=[1.0],
        bounds=[(0, None)] * rows + [(None, None)],
        method="highs",
        options=_PRECISE,
    )
    return float(-answer.fun)


def _described(
    contest: AbstractContest,
    value: float,
    attack: tuple[_Actions, list[Vector]],
    defense: tuple[_Actions, list[Vector]],
    gap: float,
    proved: str,
) -> EquilibriumSet:
    """The set, from both sides' extreme optimal strategies: every pair of them is an equilibrium."""
    (attacks, rows), (defenses, columns) = attack, defense
    stake_a, stake_d = float(contest.attacker_stake), float(contest.defender_stake)
    attack_bill, defense_bill = _span(attacks.bill, rows), _span(defenses.bill, columns)
    active = attacks.entered if contest.card.entry else (attacks.efforts > 0).astype(float)
    spans = (
        _span(attacks.efforts, rows),
        _span(defenses.efforts, columns),
        _span(active, rows),
        (value + attack_bill[0] - defense_bill[1], value + attack_bill[1] - defense_bill[0]),
        (stake_a * (value - defense_bill[1]), stake_a * (value - defense_bill[0])),
        (stake_d * (1 - value - attack_bill[1]), stake_d * (1 - value - attack_bill[0])),
    )
    count = max(len(rows), len(columns))
    extremes = tuple(
        _strategies(attacks, rows[min(i, len(rows) - 1)], defenses, columns[min(i, len(columns) - 1)])
        for i in range(count)
    )
    return EquilibriumSet(
        extremes=extremes,
        unique=count == 1,
        ranges=MappingProxyType(dict(zip(OUTPUTS, spans, strict=True))),
        attacker_efforts=_played(attacks, rows),
        defender_efforts=_played(defenses, columns),
        regret=max(float(gap), 0.0),
        proved=proved,
    )


def _strategies(attacks: _Actions, row: Vector, defenses: _Actions, column: Vector) -> Strategies:
    def places(values: Vector, used: np.ndarray[Any, np.dtype[np.bool_]]) -> Vector:
        # Few widths, so that the verifier is compiled for few.
        most = max(int((row > _SAME).sum()), int((column > _SAME).sum()))
        padded = np.zeros(2 ** max(1, int(np.ceil(np.log2(most)))))
        padded[: used.sum()] = values[used]
        return padded

    a, d = row > _SAME, column > _SAME
    p, q = places(row / row[a].sum(), a), places(column / column[d].sum(), d)
    efforts = places(attacks.efforts, a), places(attacks.entered, a), p, places(defenses.efforts, d), q
    return Strategies(*efforts)  # type: ignore[arg-type]


def _played(actions: _Actions, mixes: list[Vector]) -> Vector:
    used = np.max(mixes, axis=0) > _SAME
    return np.unique(actions.efforts[used & (actions.entered > 0)])


def _span(values: Vector, mixes: list[Vector]) -> Range:
    means = [float(mix @ values) for mix in mixes]
    return min(means), max(means)


def _zero_sum(contest: AbstractContest, attack: _Actions, defense: _Actions) -> Vector:
    """M for all pairs of actions: what the attacker maximizes and the defender minimizes."""
    efforts: Any = attack.efforts[:, None], attack.entered[:, None], defense.efforts
    chances: Any = chance(contest, *efforts)
    return np.asarray(chances, dtype=float) - attack.bill[:, None] + defense.bill


def _attacks(contest: AbstractContest, efforts: Vector, entered: Vector | None = None) -> _Actions:
    """The attacker's actions with these efforts; staying out, where it may, is one unless `entered` is given."""
    if entered is None:
        entered = np.ones_like(efforts)
        if contest.card.entry:
            efforts, entered = np.append(0.0, efforts), np.append(0.0, entered)
    return _Actions(efforts, entered, np.asarray(attack_share(contest, efforts, entered), dtype=float))  # type: ignore[arg-type]


def _defenses(contest: AbstractContest, efforts: Vector) -> _Actions:
    return _Actions(efforts, np.ones_like(efforts), np.asarray(defense_share(contest, efforts), dtype=float))  # type: ignore[arg-type]


def _fields(actions: _Actions) -> tuple[Vector, Vector, Vector]:
    return actions.efforts, actions.entered, actions.bill


def _allowed(efforts: ArrayLike, name: str) -> Vector:
    given = np.unique(np.asarray(efforts, dtype=float))
    if given.size == 0 or not np.all(np.isfinite(given) & (given >= 0)):
        raise ParameterError(f"{name} must be efforts that are finite and not negative; {efforts!r} is not.")
    return given
