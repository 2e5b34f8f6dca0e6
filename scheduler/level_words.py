"""What the levels of a plan are called in a laboratory.

Knows nothing of their values.
"""

LEVELS = {
    "displaced": "Confirmed bookings displaced",
    "moved_in_freeze": "Confirmed bookings moved inside the freeze",
    "unplanned": "Weight of requests left out",
    "tardiness": "Weighted lateness",
    "unfairness": "What the cluster worst off lacks, in thousandths",
    "moved": "Bookings moved",
    "unit_changes": "Bookings moved to other units",
    "shifted": "How far bookings move, in steps of the grid",
    "setup": "Cost of setup and cleaning",
    "running": "Running cost",
    "gaps": "Free time too short to be of use, in steps of the grid",
    "completion": "Weighted completion",
    "makespan": "Length of the whole plan",
}
"""By the name of the cost that a level counts alone."""


PROVEN = (
    "Proven best in this order: no plan has less of one level without more of one before it than its tolerance allows. "
    "What a level cannot be below holds whatever the levels before it are worth."
)
"""Of a plan that is proven optimal."""
BEST_IN_ORDER = "best in order"


def tell_gap(percent: float | None, *, proven: bool) -> str:
    """``2.5 %``, empty where it is not known; of a proven plan there is none: the levels before it ask for what it has
    above its bound."""
    if proven and percent != 0:
        return BEST_IN_ORDER
    return "" if percent is None else f"{percent:.1f} %"


def tell_level(name: str) -> str:
    """A level of one cost in words; one that a centre named itself keeps its name."""
    return LEVELS.get(name, name)
