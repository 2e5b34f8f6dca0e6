"""A mistake in a problem, as data and as a sentence, and the error that carries all of them.

Knows nothing of how mistakes are found.
"""

from dataclasses import dataclass

SENTENCES: dict[str, str] = {
    "no_horizon": "The horizon has to be at least 1 tick; it is {horizon}.",
    "calendar_too_short": "Calendars end at {calendar_end}, before the horizon at {horizon}.",
    "commit_outside_horizon": "The part to be committed ends at {commit_until}, not within the horizon 0..{horizon}.",
    "empty_id": "A {0} has an empty id.",
    "duplicate_id": "{times} of the kind {0} have the id {1}.",
    "unknown_unit": "{0} uses the unit {1}, which does not exist.",
    "unknown_capacity": "{0} uses the capacity {1}, which does not exist.",
    "unknown_stock": "{0} takes from the stock {1}, which does not exist.",
    "unknown_lag_end": "{0} has a lag to {1}, which is neither a task nor a fact of it.",
    "unknown_base": "{0} adds to {1}, which is no request before it.",
    "unknown_cost": "The level {0} names the cost {1}, which does not exist.",
    "no_levels": "There is no level to plan by.",
    "negative_factor": "The level {0} counts {1} with the negative factor {factor}.",
    "negative_tolerance": "The level {0} has the negative tolerance {tolerance}.",
    "level_too_large": "The level {0} could reach {worst}; at most {limit} can be counted. Use smaller weights.",
    "use_too_large": "What could be used of {0}, by ticks, adds up to {most}; at most {limit} can be counted. Use a "
    "coarser measure.",
    "number_too_large": "{0}: {1} is {number}; it has to lie within {limit} of 0.",
    "window_empty": "{0}: {1} has the window {start}..{end}, which is empty.",
    "windows_out_of_order": "{0}: in {1} a window starts at {start} although the one before it ends at {end}; windows "
    "are sorted and neither overlap nor touch.",
    "taken_lanes_miscounted": "{0} has {lanes} lanes, but {lists} lists of taken windows.",
    "no_lanes": "{0} needs at least 1 lane; it has {lanes}.",
    "steps_out_of_order": "{0}: a step at {tick} follows one at {before}.",
    "negative_level": "{0} has the negative level {level} from {tick}.",
    "changes_out_of_order": "{0}: a change at {tick} follows one at {before}.",
    "no_tasks": "{0} has no tasks.",
    "no_modes": "{0} has no mode in which it could be done.",
    "duration_too_short": "{0}: mode {mode} takes {duration} ticks; at least 1 is needed.",
    "negative_part": "{0}: mode {mode} has a head of {head} and a tail of {tail} ticks; neither may be negative.",
    "parts_too_long": "{0}: in mode {mode} head ({head}) and tail ({tail}) are longer than the whole ({duration}).",
    "negative_wait": "{0}: mode {mode} allows a wait of {max_wait} ticks, which is negative.",
    "negative_hours": "{0} may work {most} ticks from {start}; it has to be at least 0.",
    "pausing_unit_part": "{0}: in mode {mode} {1} is used for the {2} of work that pauses and has it throughout.",
    "pausing_handover": "{0}: in mode {mode} {1} may be handed over, but the work pauses; whoever begins it goes on.",
    "handover_while_waiting": "{0}: in mode {mode} {1} may be handed over for the {rest}, which has no fixed "
    "length: it may wait to be unloaded.",
    "lanes_out_of_range": "{0}: mode {mode} needs {needed} lanes of {1}, which has {lanes}.",
    "amount_too_small": "{0}: mode {mode} uses {amount} of {1}; at least 1 is needed.",
    "negative_size": "{0} makes {size} pieces, which is negative.",
    "batch_over_room": "{0}: in mode {mode} its {size} pieces are more than the room for {room} on {1}.",
    "room_of_part": "{0}: mode {mode} gives {1} a room, but uses it only for its {rest}.",
    "room_unheld": "{0}: mode {mode} gives {1} a room, but does not hold it.",
    "booked_reversed": "{0} stands booked from {start} to {end}, which is no time at all.",
    "units_unsorted": "{0}: its {1} units are not sorted, or one is named twice.",
    "pin_names_no_mode": "{0} is pinned to units that none of its {modes} modes uses.",
    "pin_outside_horizon": "{0} is pinned to {start}, outside the horizon 0..{horizon}.",
    "pin_outside_windows": "{0} is pinned to {start}, where none of its modes fits into one of its {windows} windows.",
    "fact_reversed": "{0} is said to have ended at {end}, before its start at {start}.",
    "negative_weight": "{0} has the negative {1} {weight}.",
    "unknown_share": "{0} counts to the share {1}, which does not exist.",
    "negative_worth": "{0} gives {worth} to its share, which is negative.",
    "negative_share": "The share {0} has a target of {target} and {given} given; neither may be negative.",
    "share_too_large": "The share {0} could reach {most}; at most {limit} can be counted. Use smaller hour weights.",
    "unknown_renewal": "{0}: its {1} is renewed by {rest}, which is no task.",
    "renewal_no_maintenance": "{0}: its {1} is renewed by {rest}, which is no maintenance.",
    "renewal_elsewhere": "{0}: its {1} is renewed by {rest}, which can be done without holding the unit.",
    "renewal_twice": "{0}: its {1} names {rest} twice.",
    "renewal_gives_less": "{0}: its {1} gives {renewed} when renewed, less than the {left} that are left before.",
    "renewal_gives_nothing": "{0}: its {1} gives {renewed} when renewed; at least 1 is needed.",
    "renewals_out_of_order": "{0}: its {1} is renewed at {tick} after {before}; fixed renewals are ascending.",
    "used_reversed": "{0}: its {1} counts fixed work from {start} to {end}, which is no time at all.",
    "maintenance_batched": "{0} is maintenance, which shares no run; it is of the class {1}.",
    "nameless_expiry": "{0} has an expiry without a kind.",
    "lag_reversed": "{0}: the lag from {1} to {rest} is at least {least} and at most {most}, which is impossible.",
    "starts_impossible": "{0} may be started from {first} until {end} every {step} ticks; this has to lie within "
    "0..{calendar_end}, end after it begins, and have steps of at least 1.",
    "starts_too_many": "{0} may be started at {single} single ticks; at most {most} can be weighed. Use wider steps.",
    "starts_out_of_order": "{0} may be started from {first} on, which is named after {before}; they are sorted.",
    "lags_contradict": "{0}: its lags and shortest durations contradict each other by {excess} ticks, all the way "
    "round {1}, {rest}.",
    "quota_unknown_unit": "The quota {0} counts the unit {1}, which does not exist.",
    "quota_units_unsorted": "The quota {0} names {units} units; it needs at least 1, each once and sorted.",
    "quota_negative": "The quota {0} allows {most}, which is negative.",
    "quota_without_time": "The quota {0} needs either buckets (it has {buckets}) or a length, and not both.",
    "quota_too_short": "The quota {0} holds in any {length} ticks; at least 1 is needed.",
    "quota_too_far": "The quota {0} would be counted tick by tick until {calendar_end}; at most {most} can be. Use "
    "longer ticks or a shorter horizon.",
    "quota_buckets_overlap": "The quota {0} has a bucket from {start} although the one before it ends at {end}.",
    "quota_taken_unsorted": "The quota {0} has {spans} spans of fixed work that are not sorted.",
    "choice_unknown_task": "{0} has a rule about {1}, which is neither a task nor a fact of it.",
    "choice_of_one": "{0} has a rule about the same or another {1} with {tasks} tasks; it needs two, each once.",
    "choice_handed_over": "{0} is for the same or for different persons than other work, so nobody may take it over.",
    "lanes_with_setups": "{0} has {lanes} lanes, but setups, a buffer or a least usable gap: lanes that have these of "
    "their own are units.",
    "negative_gap": "{0} has the negative {1} {ticks}.",
    "setup_twice": "{0}: {times} setups lead from {1} to {rest}.",
    "setup_to_nothing": "{0}: the setup from {1} leads to no family.",
    "negative_setup": "{0}: the setup from {1} to {rest} is {number}, which is negative.",
    "setup_without_work": "{0}: the setup from {1} to {rest} has a skill or hold times, but takes {length} ticks; at "
    "least 1 is needed.",
    "fixed_reversed": "{0}: fixed work is said to last from {start} to {end}, which is no time at all.",
    "fixed_out_of_order": "{0}: fixed work from {start} on follows work from {before} on.",
    "fixed_not_taken": "{0}: fixed work at {start}..{end} is known, but the unit is not taken throughout.",
    "used_twice": "{0}: mode {mode} uses {1} {times} times; a unit with setups or a buffer is used once.",
    "negative_cost": "{0}: mode {mode} has the negative cost {cost}.",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Defect:
    """``code`` says what is wrong, ``ids`` with what (the owner first), ``numbers`` are named amounts."""

    code: str
    ids: tuple[str, ...] = ()
    numbers: tuple[tuple[str, int], ...] = ()

    @property
    def sentence(self) -> str:
        """The defect in words; times are ticks."""
        shown = (*self.ids, "itself", "itself")
        rest = ", ".join(self.ids[2:]) or "itself"
        return SENTENCES[self.code].format(*shown, rest=rest, **dict(self.numbers))


class BadProblem(ValueError):
    """The problem contradicts itself and was refused whole; ``defects`` has everything that is wrong with it."""

    def __init__(self, defects: tuple[Defect, ...]) -> None:
        self.defects = defects
        super().__init__(" ".join(defect.sentence for defect in defects))

    def __reduce__(self) -> tuple[type["BadProblem"], tuple[tuple[Defect, ...]]]:
        return BadProblem, (self.defects,)


def defect(code: str, *ids: str, **numbers: int) -> Defect:
    """A defect from loose ids and named numbers."""
    return Defect(code=code, ids=ids, numbers=tuple(numbers.items()))
