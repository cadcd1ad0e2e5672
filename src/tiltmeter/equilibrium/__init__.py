"""Solve and certify: closed forms, the double-oracle search, best responses, and the verifier."""

from tiltmeter._status import KINDS as KINDS
from tiltmeter._status import MIXED_TOLERANCE as MIXED_TOLERANCE
from tiltmeter._status import PURE_TOLERANCE as PURE_TOLERANCE
from tiltmeter._status import STATUSES as STATUSES
from tiltmeter.equilibrium._curves import Response as Response
from tiltmeter.equilibrium._curves import best_response as best_response
from tiltmeter.equilibrium._curves import isovalue as isovalue
from tiltmeter.equilibrium._equilibrium import Equilibrium as Equilibrium
from tiltmeter.equilibrium._formula import Expected as Expected
from tiltmeter.equilibrium._formula import formula as formula
from tiltmeter.equilibrium._orders import ORDERS as ORDERS
from tiltmeter.equilibrium._orders import Order as Order
from tiltmeter.equilibrium._scaling import SCALING_CLASSES as SCALING_CLASSES
from tiltmeter.equilibrium._scaling import Scaling as Scaling
from tiltmeter.equilibrium._scaling import scaling as scaling
from tiltmeter.equilibrium._sensitivities import Sensitivities as Sensitivities
from tiltmeter.equilibrium._sensitivities import sensitivities as sensitivities
from tiltmeter.equilibrium._sets import EquilibriumSet as EquilibriumSet
from tiltmeter.equilibrium._sets import solve_all as solve_all
from tiltmeter.equilibrium._solve import solve as solve
from tiltmeter.equilibrium._verify import Certificate as Certificate
from tiltmeter.equilibrium._verify import verify as verify
