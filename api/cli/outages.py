"""``outage``: a broken unit reported, and its repair drafted here if asked. ``outages``, ``end-outage``: what is out of
order, and that it works again.

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
from scheduler.outages import centre_of_outage, end_outage, list_outages, report_outage
from scheduler.time_words import tell_in_full


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
            show_changes(view.changes, view.effect)
            show_left_out(view.left_out)
            say(f"`pilotline publish {plan_id}` makes it so.")
        elif plan_id is not None:
            say("`pilotline work`, or the server, drafts it; nothing moves until it is published.")


def outages(url: str, *, centres: tuple[str, ...], as_json: bool) -> None:
    """What is out of order now or will be, by centre."""
    with opened(url) as database:
        zones = centre_zones(database, centres)
        found = {key: list_outages(database, actor=LOCAL_ADMINISTRATOR, now=now(), centre=key) for key in zones}
    if as_json:
        print_json([each for listed in found.values() for each in listed])
        return
    for key, listed in found.items():
        show_outages(key, listed, zones[key])


def end(url: str, *, outage_id: int, at: str, reason: str, signing: Signing, as_json: bool) -> None:
    """The unit works again; a moment without an offset is that of its centre."""
    with opened(url) as database:
        centre = centre_of_outage(database, actor=LOCAL_ADMINISTRATOR, now=now(), outage_id=outage_id)
        zone = centre_zones(database)[centre]
        signer = signer_of(database, signing)
        ended = end_outage(
            database,
            actor=signer.actor,
            now=now(),
            outage_id=outage_id,
            reason=reason,
            at=moment(at, zone, option="--at") if at else None,
            password=signer.password,
            meaning=signer.meaning,
        )
    if as_json:
        print_json(ended)
        return
    assert ended.end is not None
    if ended.end <= ended.start:
        say(f"Outage {ended.id} of {ended.unit} is withdrawn: it had not begun.")
    else:
        say(f"{ended.unit} works again from {tell_in_full(ended.end, zone)} on.")
    if ended.repair_plan_id is not None:
        say(f"Repair plan {ended.repair_plan_id} was asked for, of what still lies under an outage.")
