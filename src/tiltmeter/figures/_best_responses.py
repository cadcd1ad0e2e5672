"""Best-response curves of both sides before and after the technology, and the equilibria on them."""

import altair as alt

from tiltmeter.figures import _words as words
from tiltmeter.figures._both_states import Asked, both_states
from tiltmeter.figures._reply_layers import reply_layers
from tiltmeter.figures._scene import Array, ReadingScene


def best_responses(result: Asked) -> alt.TopLevelMixin:
    """Each side's best response to any effort of the other, at the median inputs, before and after."""
    return both_states(
        result,
        reply_layers,
        _finding,
        "the effort that pays each side most against any effort of the other. Where a curve"
        " breaks off, the best response jumps. Points: what is played at the equilibrium, larger where it is likelier;"
        " hollow, and dashed lines: the attacker stays out.",
    )


def _finding(name: str, solved: list[ReadingScene], several: bool) -> str:
    efforts = [(item.scene.attacker_effort, item.scene.defender_effort) for item in solved]
    if len(solved) > 2:
        attack, defense = (sum(pair[side][1] > pair[side][0] for pair in efforts) for side in range(2))
        total = len(solved)
        return f"With {name}, attack effort rises in {attack} of {total} readings, defense effort in {defense}"
    told = [
        f"attack {_move(attack)}, defense {_move(defense)}{f' ({item.reading.title})' if several else ''}"
        for item, (attack, defense) in zip(solved, efforts, strict=True)
    ]
    return f"Effort with {name}: {'; '.join(told)}"


def _move(efforts: Array) -> str:
    before, after = float(efforts[0]), float(efforts[1])
    if before == after or (before > 0 and abs(after / before - 1) < 0.005):
        return "unchanged"
    if before == 0 or after == 0:
        return f"from {words.number(before, 2)} to {words.number(after, 2)}"
    times = after / before
    if 1 / 1.5 < times < 1.5:
        return f"{words.change(round(100 * (times - 1)), 'number')} %"
    return words.factor(times)
