# What this package offers, and where each name lives: read by type checkers, and by `__init__.py` to import on demand.

from ._assessment import write_assessment as write_assessment
from ._atlas import Drawn as Drawn
from ._atlas import write_atlas as write_atlas
from ._catalogue import write_catalogue as write_catalogue
from ._checks import Check as Check
from ._checks import FolderCheck as FolderCheck
from ._claims import write_claims as write_claims
from ._comparison import write_comparison as write_comparison
from ._folder import ASSESSMENT as ASSESSMENT
from ._folder import ATLAS as ATLAS
from ._folder import CATALOGUE as CATALOGUE
from ._folder import CLAIMS as CLAIMS
from ._folder import COMPARISON as COMPARISON
from ._folder import check_target as check_target
from ._html import html as html
from ._verify import verify as verify
from ._write import write as write
