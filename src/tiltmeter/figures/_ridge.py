"""Ridges of histograms: rows of bars over one axis, each with its interval below and its words above."""

from typing import TYPE_CHECKING, Any, Literal

import altair as alt
import numpy as np
from numpy.typing import NDArray

from tiltmeter.figures._colors import INK
from tiltmeter.figures._theme import WIDTH, at, over

if TYPE_CHECKING:
    from tiltmeter.analysis import Interval
    from tiltmeter.figures._draws import Histogram

BARS = 84.0
"""Height of the highest bar in pixels."""

Align = Literal["left", "right"]
Record = dict[str, Any]


class Ridge:
    """Collects what is drawn, so that however many rows there are it becomes few layers.

    Places on the horizontal axis are shares of one, and drawn in percent; heights are pixels from the bottom.
    """

    def __init__(self, edges: NDArray[np.float64], height: float) -> None:
        self._low, self._high = 100 * float(edges[0]), 100 * float(edges[-1])
        self._height = height
        self._bars: list[Record] = []
        self._spans: list[Record] = []
        self._ticks: list[Record] = []
        self._texts: dict[tuple[Align, int], list[Record]] = {}

    def bars(self, shown: "Histogram", base: float, scale: float, color: str) -> None:
        """Bars of a histogram that stand on `base`; a share of `scale` is as high as a bar can be."""
        for bar in shown.rows():
            top = base + bar["share"] / scale * BARS
            self._bars.append({"x": 100 * bar["from"], "x2": 100 * bar["to"], "y": base, "y2": top, "color": color})

    def interval(self, found: "Interval", y: float) -> None:
        """A line over 90 % of the draws with a tick at the median; nothing where there is no draw."""
        if np.isfinite([found.low, found.median, found.high]).all():
            self._spans.append({"x": 100 * found.low, "x2": 100 * found.high, "y": y})
            self.tick(found.median, y - 6, y + 6, INK)

    def tick(self, x: float, low: float, high: float, color: str, width: float = 3) -> None:
        """An upright line."""
        self._ticks.append({"x": 100 * x, "y": low, "y2": high, "color": color, "width": width})

    def words(
        self, text: str, y: float, color: str, *, x: float | None = None, align: Align = "left", bold: bool
    ) -> None:
        """Words at a place on the axis, or from the left edge on where none is given."""
        at = self._low if x is None else 100 * x
        row = {"x": at, "y": y, "text": text, "color": color}
        self._texts.setdefault((align, 600 if bold else 400), []).append(row)

    def words_at(self, text: str, y: float, color: str, pixels: float) -> None:
        """Words that begin some pixels from the left edge."""
        share = self._low + (self._high - self._low) * pixels / WIDTH
        self.words(text, y, color, x=share / 100, bold=False)

    def chart(self, title: str) -> Any:
        """The chart, with the axis titled."""
        axis = alt.Axis(title=title, tickCount=8, grid=True)
        x = alt.X("x:Q", axis=axis, scale=alt.Scale(domain=[self._low, self._high], nice=False, zero=False))
        y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[0, self._height], nice=False))
        color = alt.Color("color:N", scale=None)
        bars = over(self._bars).mark_bar(opacity=0.85, stroke=None)
        spans = over(self._spans).mark_rule(color=INK, strokeWidth=3, strokeCap="round")
        ticks = over(self._ticks).mark_rule()
        layers = [
            bars.encode(x=x, y=y, color=color, **at(x2="x2:Q", y2="y2:Q")),
            spans.encode(**at(x="x:Q", x2="x2:Q", y="y:Q")),
            ticks.encode(
                color=color, strokeWidth=alt.StrokeWidth("width:Q", scale=None), **at(x="x:Q", y="y:Q", y2="y2:Q")
            ),
        ]
        for (align, weight), rows in self._texts.items():
            text = over(rows).mark_text(align=align, fontWeight=weight)
            layers.append(text.encode(color=color, **at(x="x:Q", y="y:Q", text="text:N")))
        return alt.layer(*layers).properties(width=WIDTH, height=self._height)
