"""The picture that explains a contest: isovalue curves, best responses, and what a technology does."""

from typing import Any

import altair as alt
import jax
import numpy as np

from tiltmeter.contests import AbstractContest, parameters, values_of
from tiltmeter.figures import _words as words
from tiltmeter.figures._level_curves import has_order
from tiltmeter.figures._level_layers import level_layers
from tiltmeter.figures._panel import panel, panel_title
from tiltmeter.figures._plane import Plane, plane_of
from tiltmeter.figures._reply_layers import reply_layers
from tiltmeter.figures._scene import Scene, Size
from tiltmeter.figures._staging import scene_of
from tiltmeter.figures._theme import finish
from tiltmeter.figures.atlas._examples import course_of, example_of
from tiltmeter.figures.atlas._sweep import Sweep, sweep
from tiltmeter.figures.atlas._sweep_panel import sweep_panel

_SIZE = Size()
_WIDE = Size(width=452, height=150)
_SAME = 0.005


def picture(contest: AbstractContest | type[AbstractContest], swept: str | tuple[str, ...] = ()) -> alt.TopLevelMixin:
    """Isovalue curves, best responses with the equilibrium, and the equilibria along a parameter that AI moves.

    Args:
        contest: a contest with scalar parameters; or a class, which is then drawn where the atlas draws it.
        swept: the parameter to move through its typical range, or several that move together; left out: what the
            contest's description names under "Technology".
    """
    names = (swept,) if isinstance(swept, str) and swept else tuple(swept)
    drawn, course = example_of(contest) if isinstance(contest, type) else (contest, course_of(contest))
    along = sweep(drawn, course_of(drawn, names) if names else course)
    plane = plane_of(jax.tree.map(lambda leaf: np.asarray(leaf, dtype=float)[None], drawn))
    scene = scene_of(plane, _SIZE)
    titles = (
        panel_title("Attack success by efforts", f"{_where_alike(drawn)} the attack succeeds equally often", _SIZE),
        panel_title(*_outcome_said(scene), _SIZE),
    )
    upper = [
        panel(scene, 0, layers(scene, _SIZE)(0), title, _SIZE)
        for layers, title in zip((level_layers, reply_layers), titles, strict=True)
    ]
    row: Any = alt.hconcat(*upper, spacing=26).resolve_scale(x="independent", y="independent")
    chart = alt.vconcat(row, sweep_panel(along, _WIDE), spacing=18).resolve_scale(x="independent", y="independent")
    return finish(chart, _finding(drawn, along), _meaning(drawn, plane))


def _where_alike(contest: AbstractContest) -> str:
    return "along a line" if has_order(contest) else "along a border"


def _outcome_said(scene: Scene) -> tuple[str, str]:
    if not scene.usable[0]:
        return "Best responses", "no equilibrium found"
    return f"Best responses, {scene.kinds[0]} equilibrium", scene.outcome(0)


def _finding(contest: AbstractContest, along: Sweep) -> str:
    """What the sweep found, in a sentence."""
    course = along.course
    order = slice(None, None, -1 if course.lowered else 1)
    first, last = (words.number(float(along.values[order][end])) for end in (0, -1))
    moves = course.moves
    return f"{contest.card.title}: {trend(along.success[order])} as {course.subject} {moves} from {first} to {last}"


def trend(success: np.ndarray) -> str:
    """How success moves along a sweep, in words; NaN where it is not known."""
    known = success[np.isfinite(success)]
    if known.size == 0:
        return "no equilibrium was found"
    first, last = known[0], known[-1]
    top, bottom = known.max(), known.min()
    if top - bottom < _SAME:
        return f"attack success stays at {words.percent(float(first))}"
    turning = [("rises", "falls", known.argmax()), ("falls", "rises", known.argmin())]
    for there, back, place in turning:
        sign = 1 if there == "rises" else -1
        steps = sign * np.diff(known)
        if (steps[:place] >= -_SAME / 5).all() and (steps[place:] <= _SAME / 5).all():
            told = [words.percent(float(value)) for value in (first, known[place], last)]
            if abs(known[place] - last) < _SAME:
                return f"attack success {there} from {told[0]} to {told[2]}"
            if abs(known[place] - first) < _SAME:
                return f"attack success {back} from {told[0]} to {told[2]}"
            return f"attack success {there} from {told[0]} to {told[1]} and {back} again to {told[2]}"
    return f"attack success moves between {words.percent(float(bottom))} and {words.percent(float(top))}"


def _meaning(contest: AbstractContest, plane: Plane) -> str:
    """At which parameters the panels are drawn, and how to read them."""
    given = values_of(contest)
    changed = [
        f"{name} {words.number(float(np.asarray(given[name])))}"
        for name, parameter in parameters(contest).items()
        if float(np.asarray(given[name])) != parameter.default
    ]
    where = f"Drawn at {words.listed(changed)}; all else at its default." if changed else "Drawn at the defaults."
    exposed = (
        f" The target exposes {words.percent(float(plane.exposure[0]))} of itself." if contest.card.exposure else ""
    )
    out = "; hollow, and dashed lines: the attacker stays out." if contest.card.entry else "."
    return (
        f"{where}{exposed} A best response is the effort that pays a side most against an effort of the other; where"
        f" its curve breaks off, it jumps. Points: what is played at the equilibrium, larger where it is likelier{out}"
    )
