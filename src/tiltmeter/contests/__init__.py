"""The contests: one file each. `CONTESTS` is the one list from which everything else is generated."""

from tiltmeter.contests import holes as holes
from tiltmeter.contests._base import AbstractContest as AbstractContest
from tiltmeter.contests._base import Card as Card
from tiltmeter.contests._base import ClosedForm as ClosedForm
from tiltmeter.contests._base import Strategies as Strategies
from tiltmeter.contests._base import param as param
from tiltmeter.contests._base import two_point as two_point
from tiltmeter.contests._examination import Examination as Examination
from tiltmeter.contests._hole_search import HoleSearch as HoleSearch
from tiltmeter.contests._index import CONTESTS as CONTESTS
from tiltmeter.contests._index import build as build
from tiltmeter.contests._index import contest_named as contest_named
from tiltmeter.contests._index import option_choices as option_choices
from tiltmeter.contests._index import options_of as options_of
from tiltmeter.contests._index import parameters as parameters
from tiltmeter.contests._index import values_of as values_of
from tiltmeter.contests._parameter import NON_NEGATIVE as NON_NEGATIVE
from tiltmeter.contests._parameter import OPEN_PROBABILITY as OPEN_PROBABILITY
from tiltmeter.contests._parameter import POSITIVE as POSITIVE
from tiltmeter.contests._parameter import PROBABILITY as PROBABILITY
from tiltmeter.contests._parameter import Domain as Domain
from tiltmeter.contests._parameter import Parameter as Parameter
from tiltmeter.contests._tullock import Tullock as Tullock
from tiltmeter.contests._verification import Verification as Verification
