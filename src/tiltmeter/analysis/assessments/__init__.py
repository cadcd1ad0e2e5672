"""Answers to assessments: who gains from a system, which ratings matter, and what would happen if they were others."""

from tiltmeter.analysis.assessments._assess import Assessed as Assessed
from tiltmeter.analysis.assessments._assess import Interplay as Interplay
from tiltmeter.analysis.assessments._assess import assess as assess
from tiltmeter.analysis.assessments._assess import leverage as leverage
from tiltmeter.analysis.assessments._assess import system_of as system_of
from tiltmeter.analysis.assessments._compare import Comparison as Comparison
from tiltmeter.analysis.assessments._compare import Pair as Pair
from tiltmeter.analysis.assessments._compare import Part as Part
from tiltmeter.analysis.assessments._compare import compare as compare
from tiltmeter.analysis.assessments._cuts import Cut as Cut
from tiltmeter.analysis.assessments._cuts import Cuts as Cuts
from tiltmeter.analysis.assessments._cuts import spurious as spurious
from tiltmeter.analysis.assessments._leverage import Lever as Lever
from tiltmeter.analysis.assessments._leverage import Leverage as Leverage
from tiltmeter.analysis.assessments._leverage import leverage_of as leverage_of
from tiltmeter.analysis.assessments._profile import BridgeRow as BridgeRow
from tiltmeter.analysis.assessments._profile import DriverRow as DriverRow
from tiltmeter.analysis.assessments._profile import ProfileRow as ProfileRow
from tiltmeter.analysis.assessments._raters import Argued as Argued
from tiltmeter.analysis.assessments._raters import Disagreement as Disagreement
from tiltmeter.analysis.assessments._raters import Raters as Raters
from tiltmeter.analysis.assessments._robust import Conclusion as Conclusion
from tiltmeter.analysis.assessments._robust import Robustness as Robustness
from tiltmeter.analysis.assessments._what_if import Move as Move
from tiltmeter.analysis.assessments._what_if import WhatIf as WhatIf
from tiltmeter.analysis.assessments._what_if import what_if as what_if
