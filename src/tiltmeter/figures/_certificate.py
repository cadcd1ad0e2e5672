"""How well the equilibria are certified: the regrets of all draws."""

import json
from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np

from tiltmeter.figures import _words as words
from tiltmeter.figures._colors import INK, MUTED, NEUTRAL
from tiltmeter.figures._theme import WIDTH, at, finish, over

if TYPE_CHECKING:
    from tiltmeter.analysis import Certificate, Result

_FLOOR = -17.0


def certificate(result: "Result") -> alt.TopLevelMixin:
    """Histogram of the regrets, on a log axis, with the tolerances up to which an equilibrium counts as certified."""
    found = result.verdict.certificate
    regret = np.ravel(np.asarray(result.data["regret"].values, dtype=float))
    regret = regret[np.isfinite(regret)]
    exponents = np.log10(np.maximum(regret, 10.0**_FLOOR))
    edges = np.arange(_FLOOR, max(1.0, float(exponents.max(initial=_FLOOR))) + 0.5, 0.5)
    counts, _ = np.histogram(exponents, bins=edges)
    total = max(int(counts.sum()), 1)
    bars = [
        {"from": float(low), "to": float(high), "share": 100 * int(count) / total, "none": 0}
        for low, high, count in zip(edges[:-1], edges[1:], counts, strict=True)
        if count
    ]
    labels = {place: f"1e{place}" for place in range(-16, 1, 4)}
    labels[0] = "1"
    labels[-16] = f"≤ {labels[-16]}"
    axis = alt.Axis(
        title="Regret, as a share of the stake", values=list(labels), labelExpr=f"{json.dumps(labels)}[datum.value]"
    )
    x = alt.X("from:Q", axis=axis, scale=alt.Scale(domain=[_FLOOR, 1], nice=False, zero=False))
    y = alt.Y("share:Q", axis=alt.Axis(title="Share of solved contests (%)", tickCount=4))
    layers: list[Any] = [over(bars).mark_bar(color=NEUTRAL).encode(x=x, y=y, **at(x2="to:Q", y2="none:Q"))]
    for kind, limit in _limits(found):
        limit_line = over([{"from": float(np.log10(limit)), "text": kind}])
        layers.append(limit_line.mark_rule(color=INK, strokeDash=[4, 3]).encode(**at(x="from:Q")))
        text = limit_line.mark_text(align="left", dx=5, color=MUTED, fontSize=11)
        layers.append(text.encode(y=alt.value(8), **at(x="from:Q", text="text:N")))
    chart = alt.layer(*layers).properties(width=WIDTH - 40, height=150)
    return finish(
        chart,
        _finding(found),
        "Regret: the most that either side could still gain by any deviation that was found, over all readings, draws"
        " and both states. Dashed: the tolerance up to which an equilibrium counts as certified.",
    )


def _limits(found: "Certificate") -> list[tuple[str, float]]:
    """One line per tolerance, with the kinds of equilibrium that it holds for."""
    kinds: dict[float, list[str]] = {}
    for kind, limit in found.tolerance.items():
        kinds.setdefault(limit, []).append(kind)
    return [(words.listed(names), limit) for limit, names in sorted(kinds.items()) if limit > 0]


def _finding(found: "Certificate") -> str:
    total = sum(found.statuses.values())
    good = found.statuses.get("certified", 0) + found.statuses.get("several", 0)
    if total == 0 or not np.isfinite(found.worst_regret):
        return "No equilibrium was found, so there is none to certify"
    who = f"All {words.count(total)}" if good == total else f"{words.percent(good / total)} of {words.count(total)}"
    return f"{who} equilibria are certified; the worst regret is {words.number(found.worst_regret, 2)} of the stake"
