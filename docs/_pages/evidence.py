"""The page of the evidence: every figure with its source, and what leans on it."""

from collections.abc import Iterable

import tiltmeter as tm
from _pages.files import read
from _pages.markdown import escaped
from tiltmeter.evidence import STATUSES, Figure
from tiltmeter.scenarios import Scenario


def evidence_page(scenarios: Iterable[Scenario]) -> str:
    """Every figure with its source, and what leans on it."""
    leaning: dict[str, dict[str, None]] = {}
    for scenario in scenarios:
        for use in tm.scenarios.uses(scenario):
            for id in use.figures:
                leaning.setdefault(id, {})[use.name] = None
    parts = [read("reference/evidence.md").rstrip()]
    parts += ["\n".join(f"- **{status}**: {meaning}" for status, meaning in STATUSES.items())]
    for id, figure in sorted(tm.evidence.load().items()):
        parts.append(_figure(figure, list(leaning.get(id, ()))))
    return "\n\n".join(parts) + "\n"


def _figure(figure: Figure, leaning: list[str]) -> str:
    source = f"[{figure.source}]({figure.source.url})" if figure.source.url else str(figure.source)
    used = ", ".join(f"[{name}](../scenarios/{name}.md)" for name in leaning) or "nothing that is bundled"
    return (
        f"### {figure.id} {{ #{figure.id} }}\n\n{figure.quantity}: {figure.text}. "
        f"{escaped(figure.caveat)} {source}. **{figure.status}**. Leaning on it: {used}."
    )
