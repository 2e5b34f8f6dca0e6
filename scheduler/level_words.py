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


def tell_level(name: str) -> str:
    """A level of one cost in words; one that a centre named itself keeps its name."""
    return LEVELS.get(name, name)
