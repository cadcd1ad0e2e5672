"""The catalogue of applications: the bundled scenarios by field, in the order of the table of notes they come from."""

from collections.abc import Mapping

from tiltmeter.scenarios._load import load
from tiltmeter.scenarios._scenario import Scenario

FIELDS: Mapping[str, tuple[str, ...]] = {
    "War": ("assassination", "battle-robots", "camouflage"),
    "Computer security": ("compromise-a-server", "oss-vulnerabilities", "spear-phishing"),
    "Education": ("cheating-on-problemsets", "cheating-on-essays"),
    "Research": ("forging-historical-documents", "faking-research-data"),
    "Content moderation": (
        "email-spam-with-link",
        "policy-violating-content",
        "censoring-communication",
        "deepfakes",
        "watermarking",
    ),
    "Work": ("leaking-information", "monitoring-productivity"),
    "Trade": ("quality-check",),
}


def catalogue() -> tuple[Scenario, ...]:
    """The scenarios of the catalogue, in order."""
    return tuple(load(name) for names in FIELDS.values() for name in names)
