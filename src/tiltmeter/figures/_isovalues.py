"""Level curves of attack success over both efforts before and after the technology, and the equilibria among them."""

import altair as alt

from tiltmeter.figures import _words as words
from tiltmeter.figures._both_states import Asked, both_states
from tiltmeter.figures._level_layers import level_layers
from tiltmeter.figures._scene import ReadingScene


def isovalues(result: Asked) -> alt.TopLevelMixin:
    """Pairs of efforts at which an attack succeeds as often, at the median inputs, before and after."""
    return both_states(
        result,
        level_layers,
        _finding,
        "along a line the attack succeeds equally often, blue below one half, red above. Points:"
        " what is played at the equilibrium, larger where it is likelier; hollow: the attacker stays out.",
    )


def _finding(name: str, solved: list[ReadingScene], several: bool) -> str:
    success = [item.scene.attack_success for item in solved]
    if len(solved) > 2:
        rises = sum(pair[1] > pair[0] for pair in success)
        return f"With {name}, attack success at the median inputs rises in {rises} of {len(solved)} readings"
    told = [
        f"from {words.percent(pair[0])} to {words.percent(pair[1])}{f' ({item.reading.title})' if several else ''}"
        for item, pair in zip(solved, success, strict=True)
    ]
    return f"With {name}, attack success at the median inputs goes {words.listed(told)}"
