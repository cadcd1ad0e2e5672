"""What a scenario's answer is, what it rests on, and what would turn it round."""

from tiltmeter.analysis._catalogue import Entry as Entry
from tiltmeter.analysis._catalogue import ReadingEntry as ReadingEntry
from tiltmeter.analysis._catalogue import catalogue as catalogue
from tiltmeter.analysis._evaluate import Outcome as Outcome
from tiltmeter.analysis._evaluate import evaluate as evaluate
from tiltmeter.analysis._findings import Artifact as Artifact
from tiltmeter.analysis._findings import Certificate as Certificate
from tiltmeter.analysis._findings import Driver as Driver
from tiltmeter.analysis._findings import Drivers as Drivers
from tiltmeter.analysis._findings import Failures as Failures
from tiltmeter.analysis._findings import Flip as Flip
from tiltmeter.analysis._findings import Move as Move
from tiltmeter.analysis._findings import Reversal as Reversal
from tiltmeter.analysis._findings import Spread as Spread
from tiltmeter.analysis._influence import Influence as Influence
from tiltmeter.analysis._json import as_json as as_json
from tiltmeter.analysis._recount import recount as recount
from tiltmeter.analysis._run import Result as Result
from tiltmeter.analysis._run import run as run
from tiltmeter.analysis._verdict import Interval as Interval
from tiltmeter.analysis._verdict import MeasureVerdict as MeasureVerdict
from tiltmeter.analysis._verdict import ReadingVerdict as ReadingVerdict
from tiltmeter.analysis._verdict import Verdict as Verdict
