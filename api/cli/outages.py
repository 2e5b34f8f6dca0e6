"""``outage`` and ``outages``: a broken unit reported, its repair drafted here if asked; and those that are broken.

Knows nothing of how repairs are found.
"""

from api.cli.moments import moment
from api.cli.opening import opened
from api.cli.places import centre_zones, unit_zone
from api.cli.planning import draft_here, judged
from api.cli.signing import Signing, signer_of
from api.cli.tables import show_changes, show_left_out, show_outage, show_outages
from api.cli.terminal import now, print_json, say
from scheduler.actors import LOCAL_ADMINISTRATOR
from scheduler.outages import end_outage, list_outages, report_outage


def outage(url: str, *, unit: str, start: str, end: str, reason: str, draft: bool, as_json: bool) -> None:
    """Reports it; times without an offset are those of the unit's centre."""
    with opened(url) as database:
        zone = unit_zone(database, unit)
        reported = report_outage(
            database,
            actor=LOCAL_ADMINISTRATOR,
            now=now(),
            unit=unit,
            start=moment(start, zone, option="--from"),
            end=moment(end, zone, option="--until"),
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


def outages(url: str, *, centre: str | None, as_json: bool) -> None:
    """Lists them, in the clocks of their centres."""
    with opened(url) as database:
        zones = centre_zones(database, () if centre is None else (centre,))
        found = {key: list_outages(database, actor=LOCAL_ADMINISTRATOR, now=now(), centre=key) for key in zones}
    if as_json:
        print_json([view for views in found.values() for view in views])
    else:
        show_outages(found, zones)


def end(url: str, *, outage_id: int, reason: str, signing: Signing, as_json: bool) -> None:
    """The unit works again, now."""
    with opened(url) as database:
        signer = signer_of(database, signing)
        ended = end_outage(
            database,
            actor=signer.actor,
            now=now(),
            outage_id=outage_id,
            reason=reason,
            password=signer.password,
            meaning=signer.meaning,
        )
    if as_json:
        print_json(ended)
        return
    say(f"{ended.unit} works again: outage {ended.id} is over.")
    if ended.repair_plan_id is not None:
        say(f"Repair {ended.repair_plan_id} is asked for anew, for what still lies under another outage.")
