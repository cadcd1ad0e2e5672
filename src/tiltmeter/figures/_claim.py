"""A claim over its region: where it holds, where it is violated, and the boundary that was derived."""

from typing import TYPE_CHECKING, Any

import altair as alt

from tiltmeter.figures import _words as words
from tiltmeter.figures._colors import HOLDS, INK, NEUTRAL, PAPER, VIOLATED
from tiltmeter.figures._theme import PERCENT_LABEL, WIDTH, at, finish, over, text_column, two_lines

if TYPE_CHECKING:
    from tiltmeter.claims import Claim, Finding
    from tiltmeter.claims import Drawn as DrawnClaim

_HEIGHT = 380
_KINDS = {1: "holds", -1: "violated", 0: "no change", -2: "not certified"}
_COLORS = {"holds": HOLDS, "violated": VIOLATED, "no change": NEUTRAL, "not certified": INK}
_SHAPES = {"holds": "circle", "violated": "cross", "no change": "square", "not certified": "triangle-up"}
_ROW = 30
_LEFT = 190
_SHORT = 90


def claim(finding: "Finding") -> alt.TopLevelMixin:
    """Draws by where the claim holds, over two telling axes; shares of each contest where there are several."""
    drawn = _bars(finding) if len(finding.cases) > 1 and finding.claim.picture is None else _draws(finding.drawn)
    return finish(drawn, _title(finding), _explained(finding))


def _draws(drawn: "DrawnClaim") -> Any:
    rows = [
        {"x": x, "y": y, "found": _KINDS[code]}
        for x, y, code in zip(drawn.x, drawn.y, drawn.found, strict=True)
        if (x > 0 or not drawn.logarithmic[0]) and (y > 0 or not drawn.logarithmic[1])
    ]
    met = [name for name in _KINDS.values() if any(row["found"] == name for row in rows)]
    x, y = (
        channel(
            f"{name}:Q",
            title=title,
            scale=alt.Scale(type="log" if logarithmic else "linear", zero=False, nice=False, padding=6),
            axis=alt.Axis(grid=False, format="~g", tickCount=6),
        )
        for channel, name, title, logarithmic in zip((alt.X, alt.Y), "xy", drawn.titles, drawn.logarithmic, strict=True)
    )
    legend = alt.Legend(title=None, orient="top", symbolOpacity=1)
    color = alt.Color("found:N", scale=alt.Scale(domain=met, range=[_COLORS[name] for name in met]), legend=legend)
    shape = alt.Shape("found:N", scale=alt.Scale(domain=met, range=[_SHAPES[name] for name in met]), legend=legend)
    points = over(rows).mark_point(filled=True, size=34, opacity=0.75).encode(x=x, y=y, color=color, shape=shape)
    layers: list[Any] = [points]
    if drawn.boundary:
        line = [{"x": x, "y": y, "place": place} for place, (x, y) in enumerate(drawn.boundary)]
        layers.append(over(line).mark_line(color=INK, strokeWidth=2).encode(**at(x="x:Q", y="y:Q", order="place:Q")))
    if drawn.counterexample:
        place = [{"x": drawn.counterexample[0], "y": drawn.counterexample[1]}]
        ring = over(place).mark_point(size=190, strokeWidth=2.5, color=INK, fill=PAPER, fillOpacity=0.0)
        layers.append(ring.encode(**at(x="x:Q", y="y:Q")))
    return alt.layer(*layers).properties(width=WIDTH, height=_HEIGHT)


def _bars(finding: "Finding") -> Any:
    rows: list[dict[str, Any]] = []
    for place, case in enumerate(finding.cases):
        start = 0.0
        shares = zip(_KINDS.values(), (case.holds, case.violated, case.unchanged, case.uncertified), strict=True)
        for name, share in shares:
            bar = {"row": place, "label": two_lines(case.case, 30), "found": name, "from": start, "to": start + share}
            rows += [bar] if share > 0 else []
            start += share
    met = [name for name in _KINDS.values() if any(row["found"] == name for row in rows)]
    scale = alt.Scale(domain=met, range=[_COLORS[name] for name in met])
    y = alt.Y("row:O", axis=None)
    axis = alt.Axis(title="Share of the draws", values=[0, 0.25, 0.5, 0.75, 1], labelExpr=PERCENT_LABEL, grid=False)
    x = alt.X("from:Q", axis=axis, scale=alt.Scale(domain=[0, 1], range=[_LEFT, WIDTH]))
    color = alt.Color("found:N", scale=scale, legend=alt.Legend(title=None, orient="top"))
    bars = over(rows).mark_bar(size=16).encode(x=x, y=y, color=color, **at(x2="to:Q"))
    named = [{"row": place, "label": two_lines(case.case, 30)} for place, case in enumerate(finding.cases)]
    return alt.layer(bars, text_column(named, "label", 0, y)).properties(width=WIDTH, height=_ROW * len(finding.cases))


def _title(finding: "Finding") -> str:
    share = words.percent(finding.share)
    match finding.finding:
        case "holds":
            return "Holds wherever anything changes: nowhere in the region was it found violated"
        case "holds-if":
            condition = finding.condition.text if finding.condition else ""
            when = f" if {condition}" if len(condition) <= _SHORT else "; there is a condition"
            return f"Holds in {share} of the region where anything changes{when}"
        case "fails":
            never = finding.share == 0
            return "Fails everywhere" if never else f"Fails: it holds in {share} of the region, without a simple rule"
        case "undecided":
            return f"Undecided: {words.percent(finding.uncertified)} of the draws could not be certified"


def _explained(finding: "Finding") -> str:
    """The claim, its condition, and how to read the drawing."""
    marks = "Each mark is a draw from the region." if len(finding.cases) < 2 or finding.claim.picture else ""
    line = " Line: the boundary that was derived." if finding.drawn.boundary and marks else ""
    ring = " Ring: the smallest counterexample." if finding.drawn.counterexample and marks else ""
    return f"{_said(finding.claim)} {marks}{line}{ring}".strip()


def _said(claim: "Claim") -> str:
    if all(case.contest is None for case in claim.cases):
        return f"The claim: {claim.statement}"
    efforts = {"fixed": "efforts held fixed", "equilibrium": "efforts in equilibrium"}[claim.efforts]
    return f"The claim: {claim.statement} ({efforts[0].upper()}{efforts[1:]}.)"
