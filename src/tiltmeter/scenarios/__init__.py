"""Scenarios: files that ask a question about a technology, with everything that is needed to answer it."""

from tiltmeter.inputs._quantity import Quantity as Quantity
from tiltmeter.scenarios._catalogue import FIELDS as FIELDS
from tiltmeter.scenarios._catalogue import catalogue as catalogue
from tiltmeter.scenarios._load import bundled as bundled
from tiltmeter.scenarios._load import load as load
from tiltmeter.scenarios._load import loads as loads
from tiltmeter.scenarios._load import titles as titles
from tiltmeter.scenarios._scenario import Correlation as Correlation
from tiltmeter.scenarios._scenario import Input as Input
from tiltmeter.scenarios._scenario import Reading as Reading
from tiltmeter.scenarios._scenario import Scenario as Scenario
from tiltmeter.scenarios._schema import schema as schema
from tiltmeter.scenarios._template import template as template
from tiltmeter.scenarios._uses import stale as stale
from tiltmeter.scenarios._uses import uses as uses
from tiltmeter.scenarios._uses import uses_of_assessment as uses_of_assessment
