"""The variables of the CP-SAT model and the claims of tasks on resources.

Knows no rule: ``solver.constraints`` says what the variables must keep.
"""

from solver.variables.building import Variables
from solver.variables.claims import Claim, Load
from solver.variables.tasks import TaskVariables

__all__ = ["Claim", "Load", "TaskVariables", "Variables"]
