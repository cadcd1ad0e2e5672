"""Tidy what the search returns: efforts that it cannot tell apart become one, unused places go."""

from typing import Any

import numpy as np

from tiltmeter.contests import Strategies

# The search places an effort to about the square root of its own tolerance; payoffs are flat there to second order.
SAME = 2e-2
_UNUSED = 1e-12


def compacted(found: Strategies, same: float = SAME) -> Strategies:
    """The same mixtures on as few efforts as possible, least effort first.

    Args:
        found: supports on the last axis, one leading axis over draws.
        same: efforts that differ by no more than this share become one.

    Returns:
        Supports of a width that is a power of two, so that few widths are ever compiled for.
    """
    a, entered, p = (np.asarray(x) for x in (found.attacker_efforts, found.attacker_entered, found.attacker_weights))
    d, q = np.asarray(found.defender_efforts), np.asarray(found.defender_weights)
    exposed = None if found.defender_exposures is None else np.asarray(found.defender_exposures)
    attack, present, attack_weights = _merged(a, entered, p, same)
    defense, exposure, defense_weights = _merged(d, np.ones_like(d) if exposed is None else exposed, q, same)
    open_to = None if exposed is None else exposure
    return Strategies(attack, np.round(present), attack_weights, defense, defense_weights, open_to)  # type: ignore[arg-type]


def _merged(efforts: Any, partaking: Any, weights: Any, same: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Efforts, how far the side takes part with each, and weights, where those that are alike have become one."""
    used = weights > _UNUSED
    # Unused places sort to the end and fall into no group.
    order = np.lexsort((efforts, partaking, ~used), axis=-1)
    x, e, w, u = (np.take_along_axis(y, order, axis=-1) for y in (efforts, partaking, weights, used))
    apart = (np.diff(x, axis=-1) > same * x[..., 1:]) | (np.abs(np.diff(e, axis=-1)) > SAME)
    group = np.concatenate([np.zeros_like(x[..., :1], int), np.cumsum(apart, axis=-1)], axis=-1)
    widest = int(np.max(np.where(u, group, 0), initial=0)) + 1
    places = 2 ** max(1, int(np.ceil(np.log2(widest))))
    total, effort, present = (np.zeros((*x.shape[:-1], places)) for _ in range(3))
    rows = np.broadcast_to(np.arange(x.shape[0])[:, None], x.shape)
    kept = (rows[u], group[u])
    np.add.at(total, kept, w[u])
    np.add.at(effort, kept, (w * x)[u])
    np.add.at(present, kept, (w * e)[u])
    share = np.where(total > 0, total, 1.0)
    # What is no strategy stays none, for the verifier to refuse.
    sums = np.sum(total, axis=-1, keepdims=True)
    return effort / share, present / share, total / np.where(sums > 0, sums, 1.0)
