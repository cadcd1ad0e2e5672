# What this package offers, and where each name lives: read by type checkers, and by `__init__.py` to import on demand.

from ._catalogue import Entry as Entry
from ._catalogue import ReadingEntry as ReadingEntry
from ._catalogue import catalogue as catalogue
from ._evaluate import Outcome as Outcome
from ._evaluate import evaluate as evaluate
from ._findings import Artifact as Artifact
from ._findings import Certificate as Certificate
from ._findings import Driver as Driver
from ._findings import Drivers as Drivers
from ._findings import Failures as Failures
from ._findings import Flip as Flip
from ._findings import Move as Move
from ._findings import Reversal as Reversal
from ._findings import Spread as Spread
from ._influence import Influence as Influence
from ._json import as_json as as_json
from ._recount import recount as recount
from ._result import Counted as Counted
from ._result import Result as Result
from ._run import run as run
from ._verdict import Interval as Interval
from ._verdict import MeasureVerdict as MeasureVerdict
from ._verdict import ReadingVerdict as ReadingVerdict
from ._verdict import Verdict as Verdict
