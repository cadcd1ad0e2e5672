"""The influence graph: elements on a circle, arrows for edges, and gates as filled shapes."""

import math
from typing import TYPE_CHECKING, Any

import altair as alt

from tiltmeter.figures._colors import FAINT, INK, MUTED, NEUTRAL, PAPER
from tiltmeter.figures._theme import WIDTH, at, finish, labels, over

if TYPE_CHECKING:
    from tiltmeter.framework import Graph, Influence

_HEIGHT = 460
_CENTER, _RADIUS = (WIDTH / 2, _HEIGHT / 2), 165.0
# Weaker edges are drawn thin and without an arrow's head.
_STRONG = 0.25


def hypergraph(graph: "Graph") -> alt.TopLevelMixin:
    """Edges as arrows, darker the stronger, dashed where they push down; gates as areas over what acts together."""
    elements = graph.rubric.elements
    place = {one.name: _at(index, len(elements)) for index, one in enumerate(elements)}
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, WIDTH], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[_HEIGHT, 0], nice=False))
    layers, told = _gates(graph, place, x, y)
    for one in sorted(graph.edges, key=lambda one: abs(one.weight)):
        if one.weight:
            layers += _edge(one, place, x, y)
    dots = [{"x": spot[0], "y": spot[1]} for spot in place.values()]
    layers.append(over(dots).mark_point(filled=True, size=220, color=INK, opacity=1).encode(x=x, y=y))
    names = [
        {"x": _outward(spot, 22)[0], "y": _outward(spot, 22)[1], "text": one.title, "color": INK}
        for one, spot in zip(elements, place.values(), strict=True)
    ]
    # Words last: layers without an axis of their own cannot stand between others.
    layers += labels(told, align="center", fontSize=10)
    for align, chosen in _aligned(names):
        layers += labels(chosen, align=align, fontWeight=600, fontSize=11)
    chart = alt.layer(*layers).properties(width=WIDTH, height=_HEIGHT)
    return finish(chart, _finding(graph), _EXPLAINED)


_EXPLAINED = (
    "An arrow says that one element pushes another, up where it is solid and down where it is dashed; thick and dark "
    "where the weight is large. A gray area joins what pushes only together. Weights are guesses, each with its reason."
)


def _at(index: int, count: int) -> tuple[float, float]:
    turn = 2 * math.pi * index / count - math.pi / 2
    return _CENTER[0] + _RADIUS * math.cos(turn), _CENTER[1] + _RADIUS * math.sin(turn)


def _outward(spot: tuple[float, float], by: float) -> tuple[float, float]:
    away = math.dist(spot, _CENTER)
    return tuple(s + by * (s - c) / away for s, c in zip(spot, _CENTER, strict=True))  # type: ignore[return-value]


def _edge(one: "Influence", place: dict[str, tuple[float, float]], x: Any, y: Any) -> list[Any]:
    start, end = place[one.sources[0]], place[one.target]
    # Bent to one side, so that the two directions of a pair do not lie on each other.
    middle = [(a + b) / 2 for a, b in zip(start, end, strict=True)]
    length = math.dist(start, end)
    normal = ((end[1] - start[1]) / length, -(end[0] - start[0]) / length)
    bend = [m + 0.13 * length * n for m, n in zip(middle, normal, strict=True)]
    points: list[dict[str, float]] = []
    for step in range(25):
        t = 0.05 + 0.9 * step / 24
        spot = [(1 - t) ** 2 * a + 2 * t * (1 - t) * m + t**2 * b for a, m, b in zip(start, bend, end, strict=True)]
        points.append({"x": spot[0], "y": spot[1], "order": step})
    strong = abs(one.weight) >= _STRONG
    style: dict[str, Any] = {"strokeWidth": 5 * abs(one.weight), "color": INK if strong else NEUTRAL}
    style |= {"strokeDash": [5, 4]} if one.weight < 0 else {}
    lines = over(points).mark_line(opacity=0.75 if strong else 0.35, **style)
    found = [lines.encode(x=x, y=y, **at(order="order:Q"))]
    if strong:
        found.append(_head(points[-3], points[-1], x, y))
    return found


def _head(before: dict[str, float], tip: dict[str, float], x: Any, y: Any) -> Any:
    angle = (math.degrees(math.atan2(tip["y"] - before["y"], tip["x"] - before["x"])) + 90) % 360
    mark = over([{"x": tip["x"], "y": tip["y"]}]).mark_point(
        shape="triangle", filled=True, size=70, color=INK, opacity=1, angle=angle
    )
    return mark.encode(x=x, y=y)


def _gates(
    graph: "Graph", place: dict[str, tuple[float, float]], x: Any, y: Any
) -> tuple[list[Any], list[dict[str, Any]]]:
    """Areas, hubs and lines of the gates, and their names."""
    owner = {one.name: one.element for one in graph.rubric.dimensions}
    found: list[Any] = []
    told: list[dict[str, Any]] = []
    for gate in graph.gates:
        spots = [place[owner.get(name, name)] for name in dict.fromkeys(owner.get(n, n) for n in gate.sources)]
        middle = [sum(axis) / len(spots) for axis in zip(*spots, strict=True)]
        ring = [*spots, spots[0]] if len(spots) > 2 else [*spots]
        corners = [{"x": a[0], "y": a[1], "order": i} for i, a in enumerate(ring)]
        style: dict[str, Any] = {"strokeWidth": 26, "strokeJoin": "round", "strokeCap": "round", "opacity": 0.5}
        area = over(corners).mark_line(color=FAINT, fill=FAINT if len(spots) > 2 else None, **style)
        found.append(area.encode(x=x, y=y, **at(order="order:Q")))
        target = place[gate.target]
        line = over([{"x": middle[0], "y": middle[1], "order": 0}, {"x": target[0], "y": target[1], "order": 1}])
        dash: dict[str, Any] = {"strokeDash": [5, 4]} if gate.weight < 0 else {}
        found.append(
            line.mark_line(color=MUTED, strokeWidth=5 * abs(gate.weight), **dash).encode(
                x=x, y=y, **at(order="order:Q")
            )
        )
        hub = over([{"x": middle[0], "y": middle[1]}])
        found.append(
            hub.mark_point(shape="diamond", filled=True, size=110, color=MUTED, opacity=1, stroke=PAPER).encode(
                x=x, y=y
            )
        )
        told.append({"x": middle[0], "y": middle[1] + 16, "text": gate.id.replace("-", " "), "color": MUTED})
    return found, told


def _aligned(rows: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    sides: dict[str, list[dict[str, Any]]] = {"left": [], "center": [], "right": []}
    for row in rows:
        away = row["x"] - _CENTER[0]
        sides["left" if away > 60 else "right" if away < -60 else "center"].append(row)
    # Names that would leave the picture are centered above or below their dot.
    return [(align, chosen) for align, chosen in sides.items() if chosen]


def _finding(graph: "Graph") -> str:
    strongest = max(graph.influences, key=lambda one: abs(one.weight), default=None)
    if strongest is None:
        return "Nothing pushes anything in this graph"
    count = sum(1 for one in graph.edges if one.weight)
    gates = f"{len(graph.gates)} gate{'s' if len(graph.gates) != 1 else ''}"
    titles = {one.name: one.title.lower() for one in graph.rubric.elements}
    source, target = titles.get(strongest.sources[0], strongest.sources[0]), titles[strongest.target]
    return f"{count} influences and {gates} join the elements; among the strongest: {source} on {target}"
