"""What each command's help ends with: command lines to begin with."""

from collections.abc import Mapping

EXAMPLES: Mapping[str, tuple[str, ...]] = {
    "run": ("run spear-phishing", "run my-question.yaml --set attacker_cost='2 to 8' --open"),
    "assess": ("assess gpt-4-cyber", "assess gpt-4-cyber --set regulatory-strength=4 --cuts"),
    "compare": ("compare gpt-4-cyber claude-opus-4-5-cyber --out pair",),
    "catalogue": ("catalogue", "catalogue deepfakes my-question.yaml --out mine"),
    "check": ("check my-question.yaml",),
    "evidence": ("evidence spear-phishing", "evidence bec-loss-per-complaint"),
    "list": ("list", "list --json"),
    "atlas": ("atlas Tullock PatchRace --out pictures",),
    "claims": ("claims", "claims forging-favours-offense", "claims my-claims.yaml --out findings"),
    "which": ("which", "which --answer about=items --answer truth=no"),
    "new": ("new my-question",),
    "schema": ("schema > scenario.schema.json",),
    "verify": ("verify spear-phishing-tilt",),
}


def epilog(command: str) -> str:
    """The examples of a command, each on a line of its own."""
    given = EXAMPLES[command]
    return "\n\n".join(("Examples:" if len(given) > 1 else "Example:", *(f"tiltmeter {line}" for line in given)))
