"""The report and the result folder: written whole or not at all, and checked by recomputing what is in it."""

from tiltmeter.report._assessment import write_assessment as write_assessment
from tiltmeter.report._atlas import Drawn as Drawn
from tiltmeter.report._atlas import write_atlas as write_atlas
from tiltmeter.report._catalogue import write_catalogue as write_catalogue
from tiltmeter.report._checks import Check as Check
from tiltmeter.report._checks import FolderCheck as FolderCheck
from tiltmeter.report._claims import write_claims as write_claims
from tiltmeter.report._comparison import write_comparison as write_comparison
from tiltmeter.report._folder import ASSESSMENT as ASSESSMENT
from tiltmeter.report._folder import ATLAS as ATLAS
from tiltmeter.report._folder import CATALOGUE as CATALOGUE
from tiltmeter.report._folder import CLAIMS as CLAIMS
from tiltmeter.report._folder import COMPARISON as COMPARISON
from tiltmeter.report._folder import check_target as check_target
from tiltmeter.report._html import html as html
from tiltmeter.report._verify import verify as verify
from tiltmeter.report._write import write as write
