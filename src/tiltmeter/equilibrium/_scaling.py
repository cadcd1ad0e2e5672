"""How success changes when both sides scale their efforts by one factor (Garfinkel & Dafoe 2019)."""

import dataclasses
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, ArrayLike

from tiltmeter.contests import AbstractContest
from tiltmeter.equilibrium._draws import over_draws, unflatten
from tiltmeter.equilibrium._efforts import broadcast_to_efforts, checked_efforts
from tiltmeter.errors import ParameterError

SCALING_CLASSES = (
    "constant",
    "offensive",
    "defensive",
    "offensive-then-defensive",
    "defensive-then-offensive",
    "mixed",
)

# Twenty factors a decade, six decades down and up.
_FACTORS = np.geomspace(1e-6, 1e6, 241)
# Success changes if it changes by more than this, or by more than this share of itself; less may be rounding.
_CHANGE = 1e-12
_SHARE = 1e-9
_HALVINGS = 60


@dataclasses.dataclass(frozen=True, eq=False)
class Scaling:
    """Success along a line of proportional efforts, (k · attacker's, k · defender's) for the factors k.

    Arrays have the shape to which contest and efforts broadcast; `success` and `elasticity` have the factors as a
    further, last axis.

    Attributes:
        factors: the factors k, rising, one axis.
        success: the probability that an attack with these efforts succeeds; where the attacker may stay out, if it
            does not.
        elasticity: the percentage by which success rises when both efforts rise by one percent, ∂ log P / ∂ log k; 0
            where success is 0.
        class_code: index into `SCALING_CLASSES`; read it as `scaling_class`.
        turning_point: the factor at which success is highest ("offensive-then-defensive") or lowest
            ("defensive-then-offensive"), exact to ten digits; the first such factor where it turns more often
            ("mixed"), the middle where success is flat there, and infinite where it never turns.
    """

    factors: np.ndarray
    success: np.ndarray
    elasticity: np.ndarray
    class_code: np.ndarray
    turning_point: np.ndarray

    @property
    def scaling_class(self) -> np.ndarray:
        """Whether larger investments on both sides help offense, defense, one and then the other, or neither.

        "offensive" and "defensive": success rises, or falls, over all factors, apart from stretches where it is flat;
        "constant": it changes nowhere by more than rounding can; "mixed": it turns more than once.
        """
        return np.asarray(SCALING_CLASSES)[self.class_code]


def scaling(
    contest: AbstractContest,
    attacker_effort: ArrayLike,
    defender_effort: ArrayLike,
    factors: ArrayLike | None = None,
) -> Scaling:
    """Scale both sides' efforts by one factor: does growth of investments help the attacker or the defender?

    Garfinkel & Dafoe (2019), "How does the offense-defense balance scale?", expect that growth often helps offense
    while investments are small and defense once they are large: "offensive-then-defensive".

    Args:
        contest: parameters of any shapes that broadcast.
        attacker_effort: efforts ≥ 0 of the attacker at factor 1, broadcast against the contest.
        defender_effort: efforts ≥ 0 of the defender at factor 1, likewise.
        factors: rising factors > 0; by default 241 from 1e-6 to 1e6. Success must not rise and fall between two of
            them for the class to be right.

    Raises:
        ParameterError: for efforts that are negative or not finite or do not broadcast, and for other factors.
    """
    attack, defense = (
        checked_efforts(given, name)
        for given, name in ((attacker_effort, "attacker_effort"), (defender_effort, "defender_effort"))
    )
    steps = _FACTORS if factors is None else _checked(factors)
    wide, shape = broadcast_to_efforts(contest, attack, defense)
    efforts = np.broadcast_to(attack, shape), np.broadcast_to(defense, shape)
    found, _ = over_draws(_along_one, wide, *efforts, np.broadcast_to(steps, (*shape, steps.size)), code="quick")
    course = _course(found[0])
    ends = unflatten((steps[course.before], steps[course.after]), shape)
    turn, _ = over_draws(_turn_one, wide, *efforts, *ends, unflatten(course.first, shape), code="quick")
    success, elasticity, code, turn = unflatten((*found, course.code, np.where(course.turns > 0, turn, np.inf)), shape)
    return Scaling(steps, success, elasticity, code, turn)


def _checked(factors: ArrayLike) -> np.ndarray:
    steps = np.asarray(factors, dtype=float)
    proper = steps.ndim == 1 and steps.size >= 2 and bool(np.all(np.isfinite(steps) & (steps > 0)))
    if not (proper and np.all(np.diff(steps) > 0)):
        raise ParameterError(f"factors must be two or more finite, positive, rising numbers; {factors!r} are not.")
    return steps


def _along_one(contest: AbstractContest, a: Array, d: Array, factors: Array) -> tuple[Array, Array]:
    """Success and its elasticity at each factor, for scalar parameters and efforts."""
    success, slope = _slope(contest, a, d, factors)
    return success, jnp.where(success > 0, slope / jnp.where(success > 0, success, 1.0), 0.0)


def _slope(contest: AbstractContest, a: Array, d: Array, factor: Array) -> tuple[Array, Array]:
    """Success and its derivative by the factor's logarithm."""
    x, y = factor * a, factor * d
    # Each effort apart: an effort of zero stays zero, and success may have no finite slope there.
    success, by_attack = jax.jvp(lambda effort: contest.success(effort, y), (x,), (x,))
    _, by_defense = jax.jvp(lambda effort: contest.success(x, effort), (y,), (y,))
    return success, jnp.where(x > 0, by_attack, 0.0) + jnp.where(y > 0, by_defense, 0.0)


def _turn_one(contest: AbstractContest, a: Array, d: Array, before: Array, after: Array, first: Array) -> Array:
    """The factor between `before` and `after` at which success, which goes `first` up (1) or down (−1), turns."""

    def halve(_: int, state: tuple[Array, Array]) -> tuple[Array, Array]:
        low, high = state
        middle = (low + high) / 2
        slope = first * _slope(contest, a, d, jnp.exp(middle))[1]
        # The first pair closes on where success stops moving, the second on where it starts to move back.
        goes_on = jnp.stack([slope[0] > 0, slope[1] >= 0])
        return jnp.where(goes_on, middle, low), jnp.where(goes_on, high, middle)

    start = jnp.log(jnp.stack([before, before])), jnp.log(jnp.stack([after, after]))
    low, high = jax.lax.fori_loop(0, _HALVINGS, halve, start)
    return jnp.exp(jnp.mean((low + high) / 2))


class _Course(NamedTuple):
    """How success moves along the factors: the class, the turns, the first direction and the first turn's neighbors."""

    code: np.ndarray
    turns: np.ndarray
    first: np.ndarray
    before: np.ndarray
    after: np.ndarray


def _course(success: np.ndarray) -> _Course:
    """Follow success, shape (draws, factors), from the least factor on; a turn counts once it exceeds rounding."""
    draws, count = success.shape
    direction, turns = np.zeros(draws, int), np.zeros(draws, int)
    first, before, after = np.zeros(draws, int), np.zeros(draws, int), np.zeros(draws, int)
    # The least and the largest since the last turn, and where the extreme is first and last attained.
    low, high = success[:, 0].copy(), success[:, 0].copy()
    start, end = np.zeros(draws, int), np.zeros(draws, int)
    for j in range(1, count):
        here = success[:, j]
        tolerance = np.maximum(_CHANGE, _SHARE * np.maximum(here, high))
        risen, fallen = here - low > tolerance, high - here > tolerance
        back = np.where(direction > 0, fallen, (direction < 0) & risen)
        opening = (direction == 0) & (risen | fallen)
        once = back & (turns == 0)
        before, after = np.where(once, start, before), np.where(once, end, after)
        turns += back
        direction = np.where(back, -direction, np.where(opening, np.where(risen, 1, -1), direction))
        first = np.where(opening, direction, first)
        ahead = np.where(direction > 0, here > high, here < low) | back | opening
        level = np.where(direction > 0, here == high, here == low)
        start, end = np.where(ahead, j, start), np.where(ahead | level, j, end)
        low = np.where(back | opening, here, np.minimum(low, here))
        high = np.where(back | opening, here, np.maximum(high, here))
    names = [
        "constant",
        "offensive",
        "offensive-then-defensive",
        "mixed",
        "defensive",
        "defensive-then-offensive",
        "mixed",
    ]
    place = np.where(first == 0, 0, np.minimum(turns, 2) + np.where(first > 0, 1, 4))
    code = np.asarray([SCALING_CLASSES.index(name) for name in names])[place]
    return _Course(code, turns, first, np.maximum(before - 1, 0), np.minimum(after + 1, count - 1))
