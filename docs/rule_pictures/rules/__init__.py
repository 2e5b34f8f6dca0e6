"""The pictures, one module per rule and of its name: what each needs of the example, and how it is drawn.

Knows no files. A rule may have several pictures; the first has the rule's name alone.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from docs.rule_pictures.canvas import Canvas
from docs.rule_pictures.rules import (
    allowed_starts,
    batching,
    capacity,
    kept,
    lags,
    maintenance,
    one_at_a_time,
    open_hours,
    pinned,
    planned_whole,
    quota,
    same_choice,
    staffed,
    stock,
    within_window,
)
from docs.rule_pictures.week import Week
from solver.problem import Problem


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """``data``: ids of that in the example's problem which the picture is about; none means that the example lacks it.
    ``draw`` answers ``None`` where the plan shows no such thing. ``repaired``: it is of the repair, not of the plan."""

    data: Callable[[Problem], Iterator[str]]
    draw: Callable[[Week], Canvas | None]
    repaired: bool = False


PICTURES: dict[str, Picture] = {
    "planned_whole": Picture(data=planned_whole.data, draw=planned_whole.draw),
    "kept": Picture(data=kept.data, draw=kept.draw, repaired=True),
    "within_window": Picture(data=within_window.data, draw=within_window.draw),
    "open_hours": Picture(data=open_hours.data, draw=open_hours.draw),
    "one_at_a_time": Picture(data=one_at_a_time.data, draw=one_at_a_time.draw),
    "staffed": Picture(data=staffed.data, draw=staffed.draw),
    "capacity": Picture(data=capacity.data, draw=capacity.draw),
    "stock": Picture(data=stock.data, draw=stock.draw),
    "stock_budget": Picture(data=stock.budgets, draw=stock.draw_budget),
    "lags": Picture(data=lags.data, draw=lags.draw),
    "pinned": Picture(data=pinned.data, draw=pinned.draw, repaired=True),
    "quota": Picture(data=quota.data, draw=quota.draw),
    "same_choice": Picture(data=same_choice.data, draw=same_choice.draw),
    "same_choice_person": Picture(data=same_choice.by_person, draw=same_choice.draw_persons),
    "maintenance": Picture(data=maintenance.data, draw=maintenance.draw),
    "batching": Picture(data=batching.data, draw=batching.draw),
    "allowed_starts": Picture(data=allowed_starts.data, draw=allowed_starts.draw),
    "allowed_starts_kept": Picture(data=allowed_starts.kept, draw=allowed_starts.draw_kept),
    "open_hours_pausing": Picture(data=open_hours.paused, draw=open_hours.draw_paused),
    "open_hours_closure": Picture(data=open_hours.closed_once, draw=open_hours.draw_closure),
    "one_at_a_time_changeovers": Picture(data=one_at_a_time.set_up, draw=one_at_a_time.draw_changeovers),
    "staffed_handover": Picture(data=staffed.handed_over, draw=staffed.draw_handover),
    "staffed_visits": Picture(data=staffed.visits, draw=staffed.draw_visits),
    "staffed_own_operator": Picture(data=staffed.own_operators, draw=staffed.draw_own_operator),
    "lags_no_wait": Picture(data=lags.straight, draw=lags.draw_straight),
}
