"""The draws and everything that was computed for them, as one labelled dataset."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from tiltmeter.balance import MEASURES
from tiltmeter.contests._parameter import in_money
from tiltmeter.equilibrium import KINDS, STATUSES, Equilibrium
from tiltmeter.scenarios import Scenario
from tiltmeter.tilt import Tilt

if TYPE_CHECKING:
    import xarray as xr

AnyArray = npt.NDArray[Any]
Variables = dict[str, AnyArray]

STATES = ("before", "after")
_SUPPORTS = {
    "attacker_support": ("attacker_efforts", "effort", "efforts that the attacker plays"),
    "attacker_entered": ("attacker_entered", "1", "whether the attacker takes part when it plays this effort"),
    "attacker_weight": ("attacker_weights", "probability", "probability of each of the attacker's efforts"),
    "defender_support": ("defender_efforts", "effort", "efforts that the defender plays"),
    "defender_weight": ("defender_weights", "probability", "probability of each of the defender's efforts"),
    "defender_exposure": ("defender_exposures", "1", "how far the defender exposes itself with this effort"),
    "attacker_spread": ("attacker_spreads", "1", "half the width of an even draw around the effort, as a share of it"),
    "defender_spread": ("defender_spreads", "1", "half the width of an even draw around the effort, as a share of it"),
}


def variables_of(found: Tilt, draws: int) -> Variables:
    """The arrays of one reading, by variable name: shape (state, draws), with a support axis for the strategies.

    Args:
        found: the tilt of one reading at some draws, or at one point that stands for all.
        draws: how many draws.
    """
    both = (found.equilibrium_before, found.equilibrium_after)
    variables: Variables = {
        measure.name: np.stack([_spread(state[measure.name], draws) for state in (found.before, found.after)])
        for measure in MEASURES
    }
    variables["regret"] = np.stack([_spread(one.regret, draws) for one in both])
    variables["status"] = np.stack([_spread(one.status_code, draws) for one in both]).astype(np.int8)
    variables["kind"] = np.stack([_spread(one.kind_code, draws) for one in both]).astype(np.int8)
    for name, (field, _, _) in _SUPPORTS.items():
        states = [_supports(one, field, draws) for one in both]
        variables[name] = np.stack([_padded(part, max(one.shape[-1] for one in states)) for part in states])
    return variables


def dataset(
    scenario: Scenario,
    values: Mapping[str, AnyArray],
    chunks: Sequence[Mapping[str, Variables]],
    attributes: Mapping[str, str | int],
) -> "xr.Dataset":
    """The dataset of a run.

    Args:
        scenario: what was asked.
        values: the inputs at all draws, by id.
        chunks: for consecutive blocks of draws, the variables of each reading.
        attributes: what describes the whole dataset.
    """
    import xarray as xr

    names = [reading.name for reading in scenario.readings]
    draws = sum(chunk[names[0]]["regret"].shape[-1] for chunk in chunks)
    data: dict[str, Any] = {}
    places = max(part[name].shape[-1] for chunk in chunks for part in chunk.values() for name in _SUPPORTS)
    for name, (dims, attrs) in _described(scenario.money).items():
        chosen = [[chunk[reading][name] for reading in names] for chunk in chunks]
        if "support" in dims:
            chosen = [[_padded(part, places) for part in parts] for parts in chosen]
        data[name] = (dims, np.concatenate([np.stack(parts) for parts in chosen], axis=2), attrs)
    data["weight"] = (
        ("reading",),
        np.array([reading.weight for reading in scenario.readings], dtype=float),
        {"long_name": "weight of the reading", "units": "1"},
    )
    ids = [given.id for given in scenario.inputs]
    data["inputs"] = (
        ("input", "sample"),
        np.stack([np.broadcast_to(np.asarray(values[name], dtype=float), (draws,)) for name in ids]),
        {"long_name": "values of the inputs at the draws; their units are in the coordinate unit"},
    )
    coordinates: dict[str, Any] = {
        "reading": ("reading", names, {"long_name": "reading of the scenario"}),
        "state": ("state", list(STATES), {"long_name": "without and with the technology"}),
        "sample": ("sample", np.arange(draws), {"long_name": "number of the draw"}),
        "input": ("input", ids, {"long_name": "id of the input"}),
        "unit": ("input", [given.unit for given in scenario.inputs], {"long_name": "unit of the input"}),
    }
    return xr.Dataset(data, coordinates, {"Conventions": "CF-1.11", "title": scenario.title, **attributes})


def _described(money: str) -> dict[str, tuple[tuple[str, ...], dict[str, Any]]]:
    """Dimensions and attributes of every variable that has a state."""
    dims = ("reading", "state", "sample")
    described: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
        measure.name: (dims, {"long_name": measure.title, "units": in_money(measure.unit, money)})
        for measure in MEASURES
    }
    described["regret"] = (dims, {"long_name": "largest gain from deviating, as a share of the stake", "units": "1"})
    for name, meanings, long_name in (
        ("status", STATUSES, "how far the equilibrium is certified"),
        ("kind", KINDS, "which sides mix"),
    ):
        flags = {
            "long_name": long_name,
            "flag_values": np.arange(len(meanings), dtype=np.int8),
            "flag_meanings": " ".join(meanings),
        }
        described[name] = (dims, flags)
    for name, (_, unit, long_name) in _SUPPORTS.items():
        described[name] = ((*dims, "support"), {"long_name": long_name, "units": unit})
    return described


def _spread(values: npt.ArrayLike, draws: int) -> AnyArray:
    return np.broadcast_to(np.asarray(values), (draws,))


def _supports(found: Equilibrium, field: str, draws: int) -> AnyArray:
    given = getattr(found.strategies, field)
    # Where exposure is no choice, the defender is wholly exposed; where nothing is said of a draw, there is none.
    absent = np.full_like(found.strategies.defender_efforts, 1.0 if field == "defender_exposures" else 0.0)
    values = absent if given is None else np.asarray(given, dtype=float)
    return np.broadcast_to(values, (draws, values.shape[-1]))


def _padded(part: AnyArray, width: int) -> AnyArray:
    """With unused places up to this width of the last axis."""
    missing = width - part.shape[-1]
    return np.pad(part, [(0, 0)] * (part.ndim - 1) + [(0, missing)]) if missing else part
