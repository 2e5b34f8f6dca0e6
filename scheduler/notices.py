"""Notices to organisations, in words.

Changes nothing: notices are written by the use cases that cause them.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from models.database import Database
from models.queries.people import organisations_of
from models.queries.record import notices_of
from models.tables import Notice
from scheduler.access import check_may, owners_sight, sight
from scheduler.actors import Actor
from scheduler.keys import check_known
from scheduler.naming import tell_owner
from scheduler.time_words import tell, tell_length
from scheduler.views import NoticeView


def list_notices(
    database: Database,
    *,
    actor: Actor,
    now: datetime,
    organisation: str | None = None,
    centre: str | None = None,
    after: int = 0,
    limit: int = 50,
) -> list[NoticeView]:
    """Notices that the actor may see, the newest first; ``after`` is the id of the last one seen (0: from the newest).
    Raises ``Unknown`` for an organisation or a centre."""
    check_may(actor, "see bookings")
    with database.reading() as session:
        check_known(session, sight=owners_sight(actor), organisation=organisation, centre=centre)
        rows = notices_of(
            session,
            organisation_key=organisation,
            centre_key=centre,
            before_id=after or None,
            limit=limit,
            sight=sight(actor),
        )
        known = organisations_of(session)
        return [
            NoticeView(
                id=notice.id or 0,
                organisation=organisation.key,
                owner=tell_owner(organisation, known),
                request=request,
                booking_id=notice.booking_id,
                plan_id=notice.plan_id,
                kind=notice.kind,
                text=notice_text(notice, request, zone),
                made_at=notice.made_at,
            )
            for notice, organisation, request, zone in rows
        ]


def notice_text(notice: Notice, request: str | None, zone: str) -> str:
    """One sentence, times local to the centre."""
    facts = notice.facts
    about = (
        " ".join(part for part in (request, str(facts.get("purpose") or "")) if part) or f"booking {notice.booking_id}"
    )
    if notice.kind == "moved":
        return f"{about} {_change(facts, zone)}."
    if notice.kind == "displaced":
        return f"{about} loses its place of {_told(facts['from'], zone)}; it stands first in the next plan."
    if notice.kind == "confirmed":
        runs = facts.get("runs", 1)
        return (
            f"{request or about} is confirmed: {runs} run{'s' if runs != 1 else ''} from {_told(facts['from'], zone)}."
        )
    if notice.kind == "lag_broken":
        most, soonest = tell_length(int(facts["most"])), tell_length(int(facts["soonest"]))
        return f"{about} is followed after {soonest} at the soonest; {most} are allowed. Scrap it, redo it, or accept."
    if notice.kind == "counted":
        return f"{about}: {facts['count']} of {facts['quantity']} pieces go through it."
    reason = facts.get("reason")
    if notice.kind == "returned":
        return f"{about} of {_told(facts['from'], zone)} is not approved: {reason}."
    if notice.kind == "no_show":
        return f"{about} of {_told(facts['from'], zone)} was missed: nobody came for it, and its time is free."
    if notice.kind == "withdrawn":
        return f"{request} is withdrawn" + (f": {reason}." if reason else ".")
    return f"{about} of {_told(facts['from'], zone)} is cancelled" + (f": {reason}." if reason else ".")


def _change(facts: Mapping[str, Any], zone: str) -> str:
    """What changes of a booking that moves: when it starts, where it is done, when it ends."""
    was, is_now = _told(facts["from"], zone), _told(facts["to"], zone)
    units, before = (", ".join(facts.get(name, ())) for name in ("units", "units_before"))
    where = f"from {before} to {units}" if before and before != units else f"on {units}" if units else ""
    if was != is_now:
        return ", ".join(part for part in (f"moves from {was} to {is_now}", where) if part)
    if before and before != units:
        return f"goes {where}, at {was} as before"
    end = f", and ends at {_told(facts['end'], zone)}" if "end" in facts else ""
    return ", ".join(part for part in (f"starts at {was} as before", where) if part) + end


def _told(moment: str, zone: str) -> str:
    return tell(datetime.fromisoformat(moment), zone)
