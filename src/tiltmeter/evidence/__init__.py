"""Evidence: sourced figures as data, each with its check status and what it does not show."""

from tiltmeter.evidence._figure import STALE as STALE
from tiltmeter.evidence._figure import STATUSES as STATUSES
from tiltmeter.evidence._figure import Figure as Figure
from tiltmeter.evidence._figure import Source as Source
from tiltmeter.evidence._load import figure as figure
from tiltmeter.evidence._load import load as load
from tiltmeter.evidence._use import Use as Use
from tiltmeter.evidence._use import stale_among as stale_among
