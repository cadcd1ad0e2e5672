"""The list of all figures, from which the result folder and the report are made."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import altair as alt

from tiltmeter.figures._best_responses import best_responses
from tiltmeter.figures._both_states import Asked
from tiltmeter.figures._certificate import certificate
from tiltmeter.figures._distributions import distributions
from tiltmeter.figures._drivers import drivers
from tiltmeter.figures._flips import flips
from tiltmeter.figures._isovalues import isovalues
from tiltmeter.figures._measures import measures
from tiltmeter.figures._readings import readings
from tiltmeter.figures._tilts import tilts

if TYPE_CHECKING:
    from tiltmeter.analysis import Result

WITHOUT_RESULT: dict[str, Callable[[Asked], alt.TopLevelMixin]] = {
    "best-responses": best_responses,
    "isovalues": isovalues,
}
"""Those that show the contests at the median inputs, so that they can be drawn before there is a result."""

ALL: dict[str, "Callable[[Result], alt.TopLevelMixin]"] = {
    "distributions": distributions,
    "tilts": tilts,
    "readings": readings,
    "measures": measures,
    "flips": flips,
    "drivers": drivers,
    "best-responses": best_responses,
    "isovalues": isovalues,
    "certificate": certificate,
}
"""Every figure by the name of its file, in the order of the report."""
