"""Why something is not planned, and what would help: the table of contents.

Knows nothing of CP-SAT: ``why`` and ``conflict_among``, which ask it, stand in modules that are imported by their names
(``solver.explain.why``, ``solver.explain.conflict``), in the solving child.
"""

from solver.blockers import CODES, sentence
from solver.explain.answers import Conflict, Earliest, Move, Placement, Relaxation, Why, Yielding
from solver.explain.blocking import explain, explain_request, last_start
from solver.explain.earliest import Standing, earliest
from solver.explain.nearest import nearest_starts

__all__ = [
    "CODES",
    "Conflict",
    "Earliest",
    "Move",
    "Placement",
    "Relaxation",
    "Standing",
    "Why",
    "Yielding",
    "earliest",
    "explain",
    "explain_request",
    "last_start",
    "nearest_starts",
    "sentence",
]
