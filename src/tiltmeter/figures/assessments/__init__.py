"""Figures of assessments: each takes an answer and gives a chart whose title says what it shows."""

from tiltmeter.figures.assessments._bridge import bridge as bridge
from tiltmeter.figures.assessments._cascade import cascade as cascade
from tiltmeter.figures.assessments._comparison import comparison as comparison
from tiltmeter.figures.assessments._hypergraph import hypergraph as hypergraph
from tiltmeter.figures.assessments._leverage import leverage as leverage
from tiltmeter.figures.assessments._profile import profile as profile
