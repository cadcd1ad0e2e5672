"""How an equilibrium answers to its parameters: exact derivatives and elasticities."""

import dataclasses
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

import jax
import numpy as np

from tiltmeter._status import STATUSES
from tiltmeter.contests import AbstractContest, Strategies, values_of
from tiltmeter.equilibrium._draws import code_for, flatten, over_draws, some_rows
from tiltmeter.equilibrium._equilibrium import Equilibrium
from tiltmeter.equilibrium._formula import OUTPUTS
from tiltmeter.equilibrium._formula_slopes import FormulaSlopes, formula_slopes
from tiltmeter.equilibrium._slopes import Slopes, settled_slopes_one, slopes_one
from tiltmeter.equilibrium._solve import solve
from tiltmeter.errors import ParameterError, unknown

if TYPE_CHECKING:
    import xarray as xr

REASONS = (
    "",
    "the equilibrium is not certified",
    "there are several equilibria",
    "the efforts that are played do not meet first-order conditions, and no formula moves smoothly here",
    "the equilibrium's conditions are singular, or nearly: equilibria meet or branch here, or digits are lacking",
    "an effort that is not played earns as much: the least change of a parameter may change which efforts are played",
    "one side mixes over more than eight efforts, and no formula moves smoothly here",
)
_UNCERTIFIED, _SEVERAL, _CONDITIONS, _SINGULAR, _TIE, _WIDE = range(1, 7)

# What may be left of the conditions; how near another kind of equilibrium may be; and the least pivot that leaves
# digits enough.
_LEFT = 1e-8
_NEAR = 1e-7
_REGULAR = 1e-9
# How far outputs may be from those that were solved for, as shares of these; and what is nothing.
_AWAY = 1e-3
_NOTHING = 1e-30
# A derivative that moves its output by less than this share, when a parameter doubles, is rounding.
_ROUNDING = 1e-13
# Asked only whether there is a formula, which the class tells; nothing is computed.
_form = jax.jit(lambda contest: contest.closed_form())
# Few widths of supports, because each is compiled; pure equilibria have one of their own. What a search finds
# on more efforts than these seldom meets the conditions, and takes long to tell.
_WIDTHS = (1, 2, 8)


@dataclasses.dataclass(frozen=True, eq=False)
class Sensitivities:
    """Derivatives of everything that an equilibrium says by every parameter.

    Arrays have the contest's shape, then an axis over `outputs`, then one over `parameters`. Indexed with the names of
    both, `found["attack_success", "attacker_cost"]`, the class gives a derivative.

    Attributes:
        outputs: attacker_effort, defender_effort, attack_probability, attack_success, attacker_payoff and
            defender_payoff, all expected values.
        parameters: names as in `tm.parameters`.
        derivative: in the output's unit per the parameter's; NaN where it does not exist.
        elasticity: the percent by which the output changes per percent of the parameter; NaN also where the output is
            zero and so has no percent.
        reason_code: index into the reasons, of the contest's shape; read it as `reason`.
    """

    outputs: tuple[str, ...]
    parameters: tuple[str, ...]
    derivative: np.ndarray
    elasticity: np.ndarray
    reason_code: np.ndarray

    @property
    def exists(self) -> np.ndarray:
        """Whether the derivatives exist, of the contest's shape."""
        return self.reason_code == 0

    @property
    def reason(self) -> np.ndarray:
        """Why the derivatives do not exist, in words; empty where they do."""
        return np.asarray(REASONS)[self.reason_code]

    def __getitem__(self, names: tuple[str, str]) -> np.ndarray:
        output, parameter = names
        for kind, name, known in (("output", output, self.outputs), ("parameter", parameter, self.parameters)):
            if name not in known:
                raise unknown(kind, name, known)
        return self.derivative[..., self.outputs.index(output), self.parameters.index(parameter)]

    def to_xarray(self) -> "xr.Dataset":
        """The same as a dataset with the dimensions draw (one for each axis of the contest), output and parameter."""
        # Loaded here: solving does not need it.
        import xarray as xr

        axes = self.reason_code.ndim
        draws = ("draw",) if axes == 1 else tuple(f"draw_{i}" for i in range(axes))
        dims = (*draws, "output", "parameter")
        return xr.Dataset(
            {
                "derivative": (dims, self.derivative),
                "elasticity": (dims, self.elasticity),
                "exists": (draws, self.exists),
                "reason": (draws, self.reason),
            },
            coords={"output": list(self.outputs), "parameter": list(self.parameters)},
        )

    def __repr__(self) -> str:
        exist, total = int(np.sum(self.exists)), self.reason_code.size
        return (
            f"Sensitivities({len(self.outputs)} outputs by {len(self.parameters)} parameters: {exist} of {total} exist)"
        )


def sensitivities(
    contest: AbstractContest, equilibrium: Equilibrium | None = None, parameters: Iterable[str] | None = None
) -> Sensitivities:
    """Exact derivatives and elasticities of an equilibrium by the parameters of its contest.

    Args:
        contest: parameters of any shapes that broadcast.
        equilibrium: what `solve` found for it; solved here when not given.
        parameters: names as in `tm.parameters`, dotted for those of a part; all when not given.

    Returns:
        Derivatives by implicit differentiation of the conditions that the equilibrium meets, or by that of its formula
        where success is not smooth. They do not exist, and `reason` says why, where the equilibrium is not
        certified or one of several, and where the least change of a parameter would change which efforts are played:
        there what a parameter does going up differs from what it does going down. At the border of a parameter's range
        they are one-sided.

    Raises:
        UnknownNameError: for a parameter that the contest does not have.
        ParameterError: for an equilibrium of another shape than the contest's, or in which one side moves first.
    """
    values = values_of(contest)
    names = tuple(values) if parameters is None else tuple(parameters)
    for name in names:
        if name not in values:
            raise unknown(f"parameter of {type(contest).__name__}", name, values)
    found, shape = solve(contest) if equilibrium is None else equilibrium, contest.shape
    if np.shape(found.regret) != shape:
        raise ParameterError(f"the equilibrium has the shape {np.shape(found.regret)}, the contest {shape}.")
    if found.order != "simultaneous":
        raise ParameterError(f"sensitivities are for simultaneous moves; this equilibrium is {found.order}.")
    slopes, code = _over_draws(contest, found)
    places = [".".join(key.name for key in path) for path, _ in jax.tree_util.tree_flatten_with_path(contest)[0]]
    at = np.stack([np.broadcast_to(np.asarray(values[name], dtype=float), shape).reshape(-1) for name in names], -1)
    derivative = slopes.derivatives[..., [places.index(name) for name in names]]
    change, scale = derivative * at[:, None], slopes.scales[..., None]
    derivative = np.where(np.abs(change) <= _ROUNDING * np.abs(scale), 0.0, derivative)
    derivative = np.where(code[:, None, None] == 0, derivative, np.nan)
    least = np.maximum(_ROUNDING * np.abs(slopes.scales), _NOTHING)
    level = np.where(np.abs(slopes.outputs) > least, slopes.outputs, np.nan)
    elasticity = derivative * at[:, None] / level[..., None]
    wide = (*shape, len(OUTPUTS), len(names))
    return Sensitivities(OUTPUTS, names, derivative.reshape(wide), elasticity.reshape(wide), code.reshape(shape))


def _over_draws(contest: AbstractContest, found: Equilibrium) -> tuple[Slopes, np.ndarray]:
    """The slopes of all draws, and why they do not exist."""
    flat, played = flatten(contest, contest.shape), flatten(found.strategies, contest.shape)
    status = found.status_code.reshape(-1)
    certified = status == STATUSES.index("certified")
    solved = np.stack([np.asarray(getattr(found, name)).reshape(-1) for name in OUTPUTS], axis=-1)
    slopes, unmet = _nowhere(flat, certified.size), certified.copy()
    if unmet.any() and _form.eval_shape(flat) is not None:
        unmet[unmet] = ~_by_formula(slopes, flat, solved, np.flatnonzero(unmet))
    if unmet.any():
        rows = np.flatnonzero(unmet)
        there = _of_rows(slopes_one, *some_rows((flat, played), rows))
        _put(slopes, rows, there)
        unmet[rows] = ~((there.left <= _LEFT) & _same(there, solved[rows]))
    wide = unmet & (_used(played) > _WIDTHS[-1])
    unmet &= ~wide
    if unmet.any():
        # What the search finds nearly meets the conditions; a few steps lead to where they are met.
        rows = np.flatnonzero(unmet)
        some, near = some_rows((flat, played), rows)
        again = _of_rows(settled_slopes_one, some, near)
        _put(slopes, rows, again)
        unmet[rows] = ~((again.left <= _LEFT) & _same(again, solved[rows]))
    finite = np.isfinite(slopes.derivatives).all(axis=(1, 2))
    code = np.select(
        [~certified, wide, unmet, ~(slopes.margin > _NEAR), ~((slopes.pivot > _REGULAR) & finite)],
        [_UNCERTIFIED, _WIDE, _CONDITIONS, _TIE, _SINGULAR],
        0,
    )
    return slopes, np.where(status == STATUSES.index("several"), _SEVERAL, code)


def _by_formula(slopes: Slopes, flat: AbstractContest, solved: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Fill in what the formula says, of these rows where that is the answer; tell where."""
    known = FormulaSlopes(
        *over_draws(formula_slopes, some_rows(flat, rows), takes="batches", code=code_for(rows.size))[0]
    )
    holds = known.solved & known.straight & _same(known, solved[rows])
    # A formula that moves straight has neither ties nor singularities.
    one = np.ones(rows.size)
    filled = Slopes(known.outputs, known.scales, known.derivatives, 0 * one, one, one)
    _put(slopes, rows[holds], some_rows(filled, np.flatnonzero(holds)))
    return np.asarray(holds)


def _same(slopes: Slopes | FormulaSlopes, solved: np.ndarray) -> np.ndarray:
    """Whether these are slopes of the equilibrium that was solved for."""
    allowed = np.maximum(_AWAY * np.abs(np.asarray(slopes.scales)), _NOTHING)
    return np.all(np.abs(np.asarray(slopes.outputs) - solved) <= allowed, axis=-1)


def _of_rows(one: Callable[..., Slopes], flat: AbstractContest, played: Strategies) -> Slopes:
    """The slopes of all draws; NaN in those whose supports are too wide."""
    slopes = _nowhere(flat, flat.shape[0])
    for members, width in _by_width(played):
        few = some_rows((flat, _heaviest(played, width)), members)
        _put(slopes, members, over_draws(one, *few, code=code_for(members.size, "good"))[0])
    return slopes


def _nowhere(flat: AbstractContest, count: int) -> Slopes:
    """Slopes of which none is known."""
    outputs = len(OUTPUTS)
    shapes = ((outputs,), (outputs,), (outputs, len(jax.tree.leaves(flat))), (), (), ())
    return Slopes(*(np.full((count, *shape), np.nan) for shape in shapes))  # type: ignore[arg-type]


def _put(slopes: Slopes, rows: np.ndarray, new: Slopes) -> None:
    for old, values in zip(slopes, new, strict=True):
        old[rows] = values  # type: ignore[index]


def _by_width(played: Strategies) -> Iterator[tuple[np.ndarray, int]]:
    """The draws whose supports fit into each width, and into no smaller one."""
    used, least = _used(played), -1
    for width in _WIDTHS:
        rows = np.flatnonzero((used > least) & (used <= width))
        least = width
        if rows.size:
            yield rows, width


def _used(played: Strategies) -> np.ndarray:
    """How many efforts are played, by the side that plays more."""
    return np.maximum(*(np.sum(np.asarray(w) > 0, -1) for w in (played.attacker_weights, played.defender_weights)))


def _heaviest(played: Strategies, width: int) -> Strategies:
    """The places with the largest weights, or with unused ones added."""

    def side(weights: np.ndarray, *values: np.ndarray) -> list[np.ndarray]:
        order = np.argsort(-weights, axis=-1, kind="stable")[..., :width]
        missing = [(0, 0)] * (weights.ndim - 1) + [(0, width - order.shape[-1])]
        return [np.pad(np.take_along_axis(np.asarray(x), order, -1), missing) for x in (*values, weights)]

    attack = side(np.asarray(played.attacker_weights), played.attacker_efforts, played.attacker_entered)  # type: ignore[arg-type]
    defense = side(np.asarray(played.defender_weights), played.defender_efforts)  # type: ignore[arg-type]
    return Strategies(*attack, *defense)  # type: ignore[arg-type]
