"""What NEMO lets people ask of a tool, as the columns of a policy here; and what of it nothing here stands for.

Knows nothing of what else a tool has. A number of 0 is no limit, as NEMO reads it.
"""

from collections.abc import Iterator

from scheduler.booking import FARTHEST
from scheduler.importing.nemo.document import Record

POLICIES = {
    "_reservation_horizon": "horizon_days",
    "_minimum_usage_block_time": "shortest_minutes",
    "_maximum_usage_block_time": "longest_minutes",
    "_minimum_time_between_reservations": "apart_minutes",
    "_maximum_future_reservation_time": "person_minutes",
    "_missed_reservation_threshold": "missed_minutes",
}
"""Fields of a tool, each with its column. The greatest number of reservations a day is a quota (docs/adr/0019)."""
COLUMNS = (*POLICIES.values(), "free_from", "free_until", "free_weekend")
"""All that NEMO has of a policy; what else a policy here says stays as it is."""
LEFT = {
    "_max_delayed_logoff": "log-off delayed by at most {} min: work is checked out when it ends, and nobody logs off",
    "_requires_area_access": "access to area {} needed: doors are not switched from here",
}
"""Fields of a tool that nothing here stands for, and why."""


def policy_of(tool: Record) -> dict[str, str]:
    """The cells of its policy; none where it has no limits."""
    numbers = _numbers(tool)
    if _contradict(numbers):
        del numbers["shortest_minutes"], numbers["longest_minutes"]
    found = {column: str(number) for column, number in numbers.items()}
    starts, ends = (tool.text(f"_policy_off_{edge}_time")[:5] for edge in ("start", "end"))
    if tool.fields.get("_policy_off_between_times") and starts and ends and starts != ends:
        found |= {"free_from": starts, "free_until": ends}
    if tool.fields.get("_policy_off_weekend"):
        found["free_weekend"] = "yes"
    return found


def policy_left(tool: Record) -> Iterator[str]:
    """What of it is left out."""
    if _contradict(_numbers(tool)):
        yield "its shortest reservation is longer than its longest: neither is taken over"
    if {"free_from", "free_weekend"} & policy_of(tool).keys() and tool.number_of("_maximum_reservations_per_day"):
        yield "its limits are off at times; the one of reservations a day holds then too"
    for field, told in LEFT.items():
        if tool.fields.get(field) is not None:
            yield told.format(tool.fields[field])


def _numbers(tool: Record) -> dict[str, int]:
    found = {column: tool.number_of(field) or 0 for field, column in POLICIES.items()}
    # Nobody books by hand further ahead than that anyway.
    found["horizon_days"] = min(found["horizon_days"], FARTHEST.days)
    return {column: number for column, number in found.items() if number > 0}


def _contradict(numbers: dict[str, int]) -> bool:
    shortest, longest = numbers.get("shortest_minutes"), numbers.get("longest_minutes")
    return shortest is not None and longest is not None and shortest > longest
