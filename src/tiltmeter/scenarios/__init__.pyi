# What this package offers, and where each name lives: read by type checkers, and by `__init__.py` to import on demand.

from ._catalogue import FIELDS as FIELDS
from ._catalogue import catalogue as catalogue
from ._load import bundled as bundled
from ._load import load as load
from ._load import loads as loads
from ._load import titles as titles
from ._scenario import Correlation as Correlation
from ._scenario import Input as Input
from ._scenario import Reading as Reading
from ._scenario import Scenario as Scenario
from ._schema import schema as schema
from ._template import template as template
from ._uses import stale as stale
from ._uses import uses as uses
from ._uses import uses_of_assessment as uses_of_assessment
