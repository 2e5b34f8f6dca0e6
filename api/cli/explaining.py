"""``why`` and ``earliest``: why a request is out, what would let it in, and where it would fit.

Knows nothing of how that is found.
"""

from collections.abc import Iterable

from api.cli.opening import opened
from api.cli.terminal import now, print_json, say
from scheduler.actors import LOCAL_ADMINISTRATOR
from scheduler.explaining import earliest_of, why_left_out
from scheduler.time_words import tell_span
from scheduler.views import Sentence
from scheduler.why_views import EarliestView, WhyView


def why(url: str, *, plan_id: int, key: str, in_time: bool, limit: float, as_json: bool) -> None:
    """The verdict, then each list that has something in it."""
    with opened(url) as database:
        view = why_left_out(
            database,
            actor=LOCAL_ADMINISTRATOR,
            now=now(),
            plan_id=plan_id,
            request=key,
            in_time=in_time,
            limit=limit,
        )
    if as_json:
        print_json(view)
    else:
        _show_why(view)


def earliest(url: str, *, key: str, n: int, as_json: bool) -> None:
    """One line per place, local times."""
    with opened(url) as database:
        view = earliest_of(database, actor=LOCAL_ADMINISTRATOR, now=now(), request=key, n=n)
    if as_json:
        print_json(view)
    else:
        _show_earliest(view)


def _show_why(view: WhyView) -> None:
    say(view.text)
    _list("", (*view.yields, *view.conflict))
    _list("What would let it in, the smallest change first:", view.options)
    if not view.options and view.verdict != "fits":
        say("Nothing was found that would let it in.")
    if not view.searched:
        say("The time was up before everything was looked at.")
    _list("What stands in its way beside the plan:", view.blockers)


def _list(head: str, told: Iterable[Sentence]) -> None:
    for number, each in enumerate(told):
        if head and not number:
            say(head)
        say(f"  - {each.text}")


def _show_earliest(view: EarliestView) -> None:
    if view.placements:
        say(f"The earliest places of {view.request} ({view.zone}):")
    else:
        say(f"{view.request} has no place beside what is booked within the horizon.")
    for each in view.placements:
        say(f"  {tell_span(each.start, each.end, view.zone)}  {', '.join(each.units)}")
        for step in each.steps if len(each.steps) > 1 else ():
            say(f"    {step.operation}: {tell_span(step.start, step.end, view.zone)}  {', '.join(step.units)}")
    _list("What stands in its way:", view.blockers)
    if view.note:
        say(view.note)
