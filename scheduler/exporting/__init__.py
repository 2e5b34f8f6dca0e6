"""Lists of everything that somebody may see, as rows; those that can be imported have the columns of an import.

Knows nothing of file formats, and sees no more than the readers of ``scheduler.catalogue`` show the actor.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime

from models.chains import moment_text
from models.database import Database
from models.queries.access import account_names
from models.queries.imported import references_of, used_times_of
from models.queries.recorded import next_events, of_others_too
from models.tables import AuditEvent, UsedTime
from scheduler import catalogue, notices, requesting
from scheduler.access import Action, can, check_may
from scheduler.actors import Actor
from scheduler.door.recording import account_in
from scheduler.errors import Unknown
from scheduler.events import Looking, search_of
from scheduler.exported import record_export
from scheduler.exporting import besides
from scheduler.exporting.tables import PAGE, Asking, Cell, Row, Table, paged
from scheduler.importing.bookings import SOURCE
from scheduler.importing.kinds import KINDS, NUMBER
from scheduler.keys import check_known
from scheduler.setting_policies import list_policies
from scheduler.terms import FIELDS as POLICY_FIELDS
from scheduler.views import BookingView, NoticeView, RequestView

ALWAYS = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def export(
    database: Database, *, actor: Actor, now: datetime, kind: str, form: str, centre: str | None = None
) -> Table:
    """One of ``EXPORTS``; that it was taken, and in which format, is recorded. Raises ``Unknown`` for a kind or a
    centre."""
    if kind not in EXPORTS:
        raise Unknown("kind of export", kind)
    if kind in ASKED:
        check_may(actor, ASKED[kind])
    with database.reading() as session:
        check_known(session, centre=centre)
    columns, rows_of = EXPORTS[kind]
    rows = tuple(rows_of(Asking(database=database, actor=actor, now=now, centre=centre)))
    record_export(database, actor=actor, now=now, kind=kind, form=form, rows=len(rows), about={"centre": centre})
    return Table(kind=kind, columns=columns, rows=rows)


def _centres(asking: Asking) -> Iterator[Row]:
    for row in catalogue.list_centres(asking.database, actor=asking.actor, now=asking.now):
        if asking.centre in (None, row.key):
            yield row.key, row.name, row.zone


def _clusters(asking: Asking) -> Iterator[Row]:
    for row in catalogue.list_clusters(asking.database, actor=asking.actor, now=asking.now):
        yield row.key, row.name


def _laboratories(asking: Asking) -> Iterator[Row]:
    found = catalogue.list_laboratories(asking.database, actor=asking.actor, now=asking.now, centre=asking.centre)
    for row in found:
        yield row.key, row.centre, row.name


def _units(asking: Asking) -> Iterator[Row]:
    def read(after: int) -> list[catalogue.UnitView]:
        return catalogue.list_units(
            asking.database, actor=asking.actor, now=asking.now, centre=asking.centre, after=after, limit=PAGE
        )

    for row in paged(read):
        yield (
            row.key,
            row.laboratory,
            row.name,
            row.type,
            row.lanes,
            row.cleaning_family,
            row.buffer_minutes,
            row.usable_minutes,
            row.hour_cost,
        )


def _policies(asking: Asking) -> Iterator[Row]:
    found = list_policies(asking.database, actor=asking.actor, now=asking.now, centre=asking.centre)
    for row in found:
        yield (
            row.centre if row.unit is None else None,
            row.unit,
            *(_as_cell(name, getattr(row, name)) for name in POLICY_FIELDS),
        )


def _as_cell(name: str, value: int | bool | None) -> Cell:
    """As a list of policies is read."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is not None and name in ("free_from", "free_until"):
        return f"{value // 60:02}:{value % 60:02}"
    return value


def _organisations(asking: Asking) -> Iterator[Row]:
    def read(after: int) -> list[catalogue.OrganisationView]:
        return catalogue.list_organisations(
            asking.database, actor=asking.actor, now=asking.now, after=after, limit=PAGE
        )

    for row in paged(read):
        yield row.key, row.cluster, row.name


def _projects(asking: Asking) -> Iterator[Row]:
    def read(after: int) -> list[catalogue.ProjectView]:
        return catalogue.list_projects(asking.database, actor=asking.actor, now=asking.now, after=after, limit=PAGE)

    for row in paged(read):
        yield row.key, row.organisation, row.cluster, row.name, row.stage


def _people(asking: Asking) -> Iterator[Row]:
    for row in catalogue.list_people(asking.database, actor=asking.actor, now=asking.now, centre=asking.centre):
        # A name that was blanked stays blank, whatever an import says.
        yield row.key, row.name or row.key, row.centre, row.organisation, row.hours_per_day, row.hours_per_week


def _requests(asking: Asking) -> Iterator[Row]:
    def read(after: int) -> list[RequestView]:
        return requesting.list_requests(
            asking.database, actor=asking.actor, now=asking.now, centre=asking.centre, after=after, limit=PAGE
        )

    for row in paged(read):
        yield (
            row.key,
            row.centre,
            row.project,
            row.recipe,
            row.quantity,
            "; ".join(f"{name}={number}" for name, number in row.parameters.items()),
            row.priority,
            row.submitted,
            row.release,
            row.due,
            row.deadline,
            "yes" if row.may_share else "no",
            row.least_quantity,
            row.organisation,
            row.state,
        )


def _booking_views(asking: Asking) -> Iterator[BookingView]:
    start, end = ALWAYS

    def read(after: int) -> list[BookingView]:
        return catalogue.list_bookings(
            asking.database,
            actor=asking.actor,
            now=asking.now,
            start=start,
            end=end,
            centre=asking.centre,
            after=after,
            limit=PAGE,
        )

    return paged(read)


def _bookings(asking: Asking) -> Iterator[Row]:
    for row, reference, used in _used_bookings(asking):
        ends = [each.end_at for each in used]
        pieces = [each.quantity for each in used if each.quantity is not None]
        yield (
            reference,
            _held(row, "unit"),
            row.start,
            row.end,
            row.project,
            row.purpose,
            row.quantity,
            row.state,
            used[0].start_at if used else None,
            None if None in ends or not ends else max(end for end in ends if end is not None),
            sum(pieces) if pieces else None,
            row.id,
            row.centre,
            row.organisation,
            row.cluster,
            row.stage,
            row.request,
            row.operation,
            _held(row, "person"),
            row.plan_id,
        )


def _used(asking: Asking) -> Iterator[Row]:
    for row, reference, used in _used_bookings(asking):
        for each in used:
            yield (
                reference,
                row.centre,
                _held(row, "unit"),
                row.project,
                row.organisation,
                row.start,
                row.end,
                each.start_at,
                each.end_at,
                each.quantity,
                each.told_at,
            )


def _used_bookings(asking: Asking) -> Iterator[tuple[BookingView, str, list[UsedTime]]]:
    """Each booking that is shown, with its reference and when it was used."""
    views = list(_booking_views(asking))
    ids = [view.id for view in views]
    with asking.database.reading() as session:
        references = references_of(session, source=SOURCE, object_kind="booking", object_ids=ids)
        used = used_times_of(session, ids)
    times = Counter(references.values())
    for view in views:
        # Two centres may call theirs the same: then each is known by its number.
        alone = view.id in references and times[references[view.id]] == 1
        yield view, references[view.id] if alone else f"{NUMBER}{view.id}", used.get(view.id, [])


def _held(row: BookingView, kind: str) -> str:
    return "; ".join(sorted({hold.key for hold in row.holds if hold.kind == kind}))


def _notices(asking: Asking) -> Iterator[Row]:
    def read(after: int) -> list[NoticeView]:
        return notices.list_notices(
            asking.database, actor=asking.actor, now=asking.now, centre=asking.centre, after=after, limit=PAGE
        )

    for row in paged(read):
        yield row.id, row.made_at, row.organisation, row.kind, row.request, row.booking_id, row.plan_id, row.text


def _audit(asking: Asking) -> Iterator[Row]:
    """Every field as it is hashed (``models.chains``), so that whoever has the file can check it without us; and what
    whoever did it is called, as long as they are not erased. Of what is of another centre too only its place in the
    chain, so that its links can be followed. All of one state: what is committed meanwhile could leave a gap else."""
    with asking.database.reading() as session:
        wanted = search_of(session, asking.actor, Looking(centre=asking.centre))
        after = 0
        while page := next_events(session, wanted, after_id=after, limit=PAGE):
            numbers = {event.actor: account_in(event.actor) for event in page}
            names = account_names(session, {number for number in numbers.values() if number is not None})
            ids = [event.id for event in page if event.id is not None]
            withheld = set() if wanted.open_to is None else of_others_too(session, ids, wanted.open_to)
            for event in page:
                whole = event.id not in withheld
                yield _event(event, names.get(numbers[event.actor] or 0)) if whole else _place_of(event)
            after = page[-1].id or 0
            session.expunge_all()


def _event(event: AuditEvent, name: str | None) -> Row:
    return (
        event.id,
        event.chain,
        event.number,
        moment_text(event.at),
        event.actor,
        name,
        event.verb,
        event.object_kind,
        event.object_id,
        event.reason,
        event.before,
        event.after,
        event.changes,
        event.previous_hash,
        event.hash,
        None,
    )


def _place_of(event: AuditEvent) -> Row:
    """Of an event that is withheld: where it stands in its chain, and nothing that it says."""
    told: dict[str, Cell] = {"chain": event.chain, "number": event.number, "withheld": "yes"}
    told |= {"previous_hash": event.previous_hash, "hash": event.hash}
    return tuple(told.get(name) for name in (*_OF_EVENTS, *_TOLD))


def _columns(kind: str, *more: str) -> tuple[str, ...]:
    """Those of an import, and what is only told."""
    return (*KINDS[kind].columns, *more)


_OF_BOOKINGS = ("id", "centre", "organisation", "cluster", "stage", "request", "operation", "technicians", "plan")
_OF_USE = ("booked_start", "booked_end", "start", "end", "quantity", "told_at")
_OF_EVENTS = ("id", "chain", "number", "at", "actor", "actor_name", "verb", "object_kind", "object_id", "reason")
_TOLD = ("before", "after", "changes", "previous_hash", "hash", "withheld")

EXPORTS: Mapping[str, tuple[tuple[str, ...], Callable[[Asking], Iterator[Row]]]] = {
    "centres": (_columns("centres"), _centres),
    "clusters": (_columns("clusters"), _clusters),
    "laboratories": (_columns("laboratories"), _laboratories),
    "units": (_columns("units"), _units),
    "policies": (("centre", "unit", *POLICY_FIELDS), _policies),
    "organisations": (_columns("organisations"), _organisations),
    "projects": (_columns("projects"), _projects),
    "people": (_columns("people"), _people),
    "requests": (_columns("requests", "organisation", "state"), _requests),
    "bookings": (_columns("bookings", *_OF_BOOKINGS), _bookings),
    "used": (("booking", "centre", "units", "project", "organisation", *_OF_USE), _used),
    "recipes": (besides.RECIPES, besides.recipes),
    "outages": (besides.OUTAGES, besides.outages),
    "maintenance": (besides.MAINTENANCE, besides.maintenance),
    "plans": (besides.PLANS, besides.plans),
    "accounts": (besides.ACCOUNTS, besides.accounts),
    "notices": (("id", "made_at", "organisation", "kind", "request", "booking", "plan", "text"), _notices),
    "audit": ((*_OF_EVENTS, *_TOLD), _audit),
}
"""By kind: the columns, and what reads the rows."""
ASKED: Mapping[str, Action] = {"people": "see people", "accounts": "see people", "audit": "read record"}
"""Kinds of which there is nothing that everybody may see."""


def kinds_for(actor: Actor) -> tuple[str, ...]:
    """Those of ``EXPORTS`` of which there is something that the actor may see."""
    return tuple(kind for kind in EXPORTS if can(actor, ASKED.get(kind, "see bookings")))


__all__ = ["ALWAYS", "ASKED", "EXPORTS", "Row", "Table", "export", "kinds_for"]
