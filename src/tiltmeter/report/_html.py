"""The report: one page that needs nothing but a browser, and not even script or a network."""

import base64
import hashlib
import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from tiltmeter.report._context import context
from tiltmeter.report._living import payload
from tiltmeter.report._svg import embedded

if TYPE_CHECKING:
    from tiltmeter.analysis import Result

_TEMPLATE = "report.html.j2"


def html(result: "Result", figures: Mapping[str, str], command: str = "") -> str:
    """The report as the text of an HTML file.

    Args:
        result: what to report.
        figures: by name as in `tiltmeter.figures.ALL`, the text of an SVG file; those that are missing are left out.
        command: the command line that gives this result.

    Texts of the scenario are escaped wherever they stand; the page's policy lets no script run but its own, and no
    address be loaded.
    """
    held = payload(result)
    living = bool(held["inputs"]) or len(held["readings"]) > 1
    script = asset("report.js") + asset("explore.js")
    return template(_TEMPLATE).render(
        context(result),
        command=command,
        figures={name: Markup(embedded(svg, name)) for name, svg in figures.items()},
        style=Markup(asset("report.css")),
        script=Markup(script),
        script_hash="sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        samples_json=_json(held) if living else "",
        held=f"{held['draws']:,}" if held["draws"] < held["samples"] else "",
    )


def _json(value: Any) -> Markup:
    """JSON that may stand in a page: no text in it can end the element that holds it."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)


def asset(name: str) -> str:
    """The text of a file that the pages are made from."""
    return (files("tiltmeter.report") / "assets" / name).read_text(encoding="utf-8")


@cache
def template(name: str) -> Any:
    """A page's template, in which texts are escaped wherever they stand."""
    environment = Environment(
        loader=DictLoader({name: asset(name)}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)
