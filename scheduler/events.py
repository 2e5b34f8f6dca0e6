"""Reading the record: the newest events first, of the chains that somebody may read, as they look for them.

Knows nothing of how events come about, nor of the chains' hashes.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from models.chains import PEOPLE, heads
from models.database import Database
from models.queries.access import account_with_email
from models.queries.recorded import Search, newest_events, of_others_too, verbs
from models.tables import Centre
from scheduler.access import Thing, can, check_may, forbidden, sight
from scheduler.actors import Actor
from scheduler.door.recording import key_of
from scheduler.errors import BadValue, Unknown
from scheduler.history import EventView, event_views
from scheduler.keys import id_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Looking:
    """What somebody looks for; ``None``: whatever it is.

    ``centre``: on the chain of the centre with this key; ``chain``: on this one (``people``, ``centre:1``). ``actor``:
    by whom, as an event has it (``account:17``), or by e-mail address, for who sees people. ``start`` and ``end``:
    events in ``[start, end)``.
    """

    centre: str | None = None
    chain: str | None = None
    verb: str | None = None
    actor: str | None = None
    kind: str | None = None
    object_id: str | None = None
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class EventsView:
    """``more``: there are earlier events than those listed."""

    events: tuple[EventView, ...]
    more: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadableChain:
    """A chain that may be read, and the name of its centre (``None``: that of people and settings)."""

    chain: str
    centre: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ChoicesView:
    """What can be looked for: the chains that may be read, and every verb there is."""

    chains: tuple[ReadableChain, ...]
    verbs: tuple[str, ...]


def list_events(
    database: Database, *, actor: Actor, now: datetime, looking: Looking, after: int = 0, limit: int = 100
) -> EventsView:
    """The newest first; ``after`` is the id of the last one seen. Of what was recorded of several centres, such as a
    plan, those who may not read of all of them are told that it was done, and neither its reason nor its fields.

    Raises ``Forbidden``, ``BadValue``, and ``Unknown`` for a centre or an address."""
    check_may(actor, "read record")
    with database.reading() as session:
        wanted = search_of(session, actor, looking)
        found = newest_events(session, wanted, before_id=after or None, limit=limit + 1)
        views = list(event_views(session, actor, found[:limit]))
        if wanted.open_to is not None:
            shared = of_others_too(session, [view.id for view in views], wanted.open_to)
            views = [_shortened(view) if view.id in shared else view for view in views]
    return EventsView(events=tuple(views), more=len(found) > limit)


def _shortened(view: EventView) -> EventView:
    return replace(view, reason="", meaning=None, fields=(), rows=0, history_of=None)


def choices(database: Database, *, actor: Actor, now: datetime) -> ChoicesView:
    """Raises ``Forbidden``."""
    check_may(actor, "read record")
    open_to = readable_chains(actor)
    with database.reading() as session:
        found = [chain for chain in heads(session) if open_to is None or chain in open_to]
        named = tuple(ReadableChain(chain=chain, centre=_centre_name(session, chain)) for chain in found)
        return ChoicesView(chains=named, verbs=tuple(verbs(session)))


def readable_chains(actor: Actor) -> frozenset[str] | None:
    """The chains of the centres that the actor runs; ``None``: all there are."""
    seen = sight(actor, "read record")
    return None if seen.everything else frozenset(f"centre:{each}" for each in seen.centre_ids)


def search_of(session: Session, actor: Actor, looking: Looking) -> Search:
    """The search as the store understands it. Raises as ``list_events``."""
    centre_id = id_of(session, "centre", looking.centre)
    if centre_id is not None:
        check_may(actor, "read record", Thing(centre_id=centre_id))
    open_to = readable_chains(actor)
    if open_to is not None and looking.chain not in (None, *open_to):
        raise forbidden("read record")
    if centre_id is not None and looking.chain is not None:
        raise BadValue("Give a centre or a chain, not both.", field="chain")
    return Search(
        open_to=open_to,
        chain=looking.chain if centre_id is None else f"centre:{centre_id}",
        verb=looking.verb,
        actor=_key(session, actor, looking.actor),
        object_kind=looking.kind,
        object_id=looking.object_id,
        since=looking.start,
        until=looking.end,
    )


def _key(session: Session, actor: Actor, who: str | None) -> str | None:
    if who is None or "@" not in who:
        return who
    account = account_with_email(session, who.lower()) if can(actor, "see people") else None
    if account is None:
        raise Unknown("account", who)
    return key_of(account.id or 0)


def _centre_name(session: Session, chain: str) -> str | None:
    """A centre whose row is gone is told by its number."""
    if chain == PEOPLE:
        return None
    number = chain.partition(":")[2]
    row = session.get(Centre, int(number)) if number.isdecimal() else None
    return chain if row is None else row.name
