"""The ledger: claims of the literature, and where each of them holds."""

from tiltmeter.claims._check import check as check
from tiltmeter.claims._claim import Axis as Axis
from tiltmeter.claims._claim import Case as Case
from tiltmeter.claims._claim import Claim as Claim
from tiltmeter.claims._claim import Formula as Formula
from tiltmeter.claims._claim import Outcome as Outcome
from tiltmeter.claims._claim import Picture as Picture
from tiltmeter.claims._finding import FINDINGS as FINDINGS
from tiltmeter.claims._finding import Condition as Condition
from tiltmeter.claims._finding import Counterexample as Counterexample
from tiltmeter.claims._finding import Drawn as Drawn
from tiltmeter.claims._finding import Finding as Finding
from tiltmeter.claims._index import LEDGER as LEDGER
from tiltmeter.claims._index import claim_named as claim_named
from tiltmeter.claims._read import load as load
from tiltmeter.claims._region import Points as Points
from tiltmeter.claims._region import Region as Region
from tiltmeter.claims._region import Span as Span
from tiltmeter.claims._region import region as region
from tiltmeter.claims._tilting import Move as Move
from tiltmeter.claims._tilting import Tilting as Tilting
