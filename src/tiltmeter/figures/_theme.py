"""One look for all figures: sizes, type, and the frame with its title."""

import json
import re
import textwrap
from typing import Any

import altair as alt

from tiltmeter.figures._colors import FAINT, INK, MUTED, PAPER

WIDTH = 640
"""Width of the drawing in pixels; what stands left and right of it is at most some 40 pixels more."""

FONT = "Helvetica Neue, Helvetica, Arial, Liberation Sans, sans-serif"
PERCENT_LABEL = "format(100 * datum.value, 'd') + ' %'"
"""Labels of an axis that runs over shares of one."""

LABEL_SIZE = 12
_TITLE_CHARACTERS = 80
_SUBTITLE_CHARACTERS = 104


def finish(chart: Any, title: str, subtitle: str) -> alt.TopLevelMixin:
    """The chart under its finding, in the house's type and colors.

    Args:
        chart: any Altair chart without a title.
        title: the finding, in a sentence; also the text that screen readers get.
        subtitle: what is drawn, and how to read it.
    """
    # Set rather than chained: each call of a chain copies the whole chart.
    chart.title = alt.TitleParams(
        text=_wrapped(title, _TITLE_CHARACTERS),
        subtitle=_wrapped(subtitle, _SUBTITLE_CHARACTERS),
        anchor="start",
        frame="bounds",
        fontSize=16,
        fontWeight=600,
        color=INK,
        subtitleColor=MUTED,
        subtitleFontSize=LABEL_SIZE,
        subtitlePadding=5,
        offset=14,
        font=FONT,
        subtitleFont=FONT,
    )
    chart.description = title
    chart.background = PAPER
    chart.padding = 12
    chart.config = alt.Config(aria=False, view={"stroke": None}, axis=_AXIS, text=_TEXT)
    return chart


_AXIS: dict[str, Any] = {
    "labelColor": MUTED,
    "titleColor": MUTED,
    "labelFontSize": LABEL_SIZE - 1,
    "titleFontSize": LABEL_SIZE,
    "titleFontWeight": "normal",
    "domainColor": FAINT,
    "tickColor": FAINT,
    "gridColor": FAINT,
    "gridOpacity": 0.6,
    "labelFont": FONT,
    "titleFont": FONT,
    "titlePadding": 8,
    "labelFlush": False,
}
_TEXT: dict[str, Any] = {"font": FONT, "fontSize": LABEL_SIZE, "color": INK}


def over(rows: list[dict[str, Any]]) -> Any:
    """A chart over inline data, which needs no data frame and meets no row limit.

    Its type is left open: what Altair accepts is wider than what its annotations can say.
    """
    # As text: Altair copies lists of records each time a chart is put into another one.
    return alt.Chart(alt.Data(values=json.dumps(rows, allow_nan=False), format=alt.DataFormat(type="json")))


def at(**fields: str) -> dict[str, Any]:
    """Encodings of fields by channel, such as `at(x="low:Q", x2="high:Q")`.

    Altair would make the same of the bare texts, but takes ten times as long to find the channel.
    """
    return {channel: _CHANNELS[channel](field) for channel, field in fields.items()}


_CHANNELS: dict[str, Any] = {
    "x": alt.X,
    "x2": alt.X2,
    "y": alt.Y,
    "y2": alt.Y2,
    "text": alt.Text,
    "detail": alt.Detail,
    "order": alt.Order,
}


def labels(rows: list[dict[str, Any]], rim: float = 3, **mark: Any) -> list[Any]:
    """Colored words on a drawing, with a rim of paper that keeps them legible where they cross a line.

    Args:
        rows: with `x`, `y`, `text` and `color`.
        rim: its width in pixels, on both sides of a stroke together.
        mark: properties of the text, such as `align`.
    """
    color = alt.Color("color:N", scale=None)
    paper = over(rows).mark_text(stroke=PAPER, strokeWidth=rim, strokeJoin="round", color=PAPER, **mark)
    return [
        paper.encode(**at(x="x:Q", y="y:Q", text="text:N")),
        over(rows).mark_text(**mark).encode(color=color, **at(x="x:Q", y="y:Q", text="text:N")),
    ]


def text_column(rows: list[dict[str, Any]], field: str, x: float, y: Any, **mark: Any) -> Any:
    """A column of texts at a fixed distance from the left; up to two lines each, centered on their row.

    Args:
        rows: the rows; each has `field` and what `y` encodes.
        field: the field with the text.
        x: pixels from the left.
        y: the encoding of the row.
        mark: further properties of the text, such as `align`.
    """
    layers: list[Any] = []
    for lines in (1, 2):
        chosen = [row for row in rows if str(row[field]).count("\n") + 1 == lines]
        style: dict[str, Any] = {"align": "left", "baseline": "middle", "lineBreak": "\n", "lineHeight": 14}
        style["dy"] = -7 * (lines - 1)
        chart = over(chosen).mark_text(**(style | mark))
        layers.append(chart.encode(x=alt.value(x), y=y, text=alt.Text(f"{field}:N")))
    return alt.layer(*layers)


def two_lines(text: str, characters: int) -> str:
    """The text broken into at most two lines, cut with an ellipsis beyond."""
    return "\n".join(_wrapped(text, characters, 2)) or "–"


def _wrapped(text: str, characters: int, most: int | None = None) -> list[str]:
    """Lines of at most so many characters; a number stays with its unit."""
    kept = re.sub(r" (?=[%×])|(?<=÷) ", "\N{NO-BREAK SPACE}", text)
    return textwrap.wrap(kept, characters, max_lines=most, placeholder=" …") or [""]
