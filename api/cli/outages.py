"""``outage``: a broken unit reported, and its repair drafted here if asked.

Knows nothing of how repairs are found.
"""

from api.cli.moments import moment
from api.cli.opening import opened
from api.cli.places import unit_zone
from api.cli.planning import draft_here, judged
from api.cli.tables import show_changes, show_left_out, show_outage
from api.cli.terminal import now, print_json, say
from scheduler.actors import LOCAL_ADMINISTRATOR
from scheduler.outages import report_outage


def outage(url: str, *, unit: str, start: str, end: str | None, reason: str, draft: bool, as_json: bool) -> None:
    """Reports it; times without an offset are those of the unit's centre."""
    with opened(url) as database:
        zone = unit_zone(database, unit)
        reported = report_outage(
            database,
            actor=LOCAL_ADMINISTRATOR,
            now=now(),
            unit=unit,
            start=moment(start, zone, option="--from"),
            end=None if end is None else moment(end, zone, option="--until"),
            reason=reason,
        )
        plan_id = reported.repair_plan_id
        if draft and plan_id is not None:
            draft_here(database, plan_id, title=f"Repairing the plan around {unit}")
        view = judged(database, plan_id)[0] if draft and plan_id is not None else None
        if as_json:
            print_json({"outage": reported, "plan": view})
            return
        show_outage(reported, zone)
        if view is not None:
            show_changes(view.changes, view.effect, zone)
            show_left_out(view.left_out, zone)
            say(f"`pilotline publish {plan_id}` makes it so.")
        elif plan_id is not None:
            say("`pilotline work`, or the server, drafts it; nothing moves until it is published.")
