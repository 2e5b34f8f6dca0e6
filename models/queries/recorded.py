"""Audit events as somebody looks for them: of some chains, by what was done, by whom, to what and when.

Knows nothing of who may read which chain.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, exists, func, select

from models.chains import PEOPLE
from models.tables import Account, AuditEvent, Cluster, Organisation, Resource

_ANY_CLOCK = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Search:
    """What is looked for; ``None``: whatever it is. ``open_to``: the chains that may be read. ``since`` and ``until``:
    events in ``[since, until)``."""

    open_to: frozenset[str] | None = None
    chain: str | None = None
    verb: str | None = None
    actor: str | None = None
    object_kind: str | None = None
    object_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def newest_events(session: Session, search: Search, *, before_id: int | None, limit: int) -> list[AuditEvent]:
    """The newest first, with an id below ``before_id``."""
    wanted = select(AuditEvent).where(*_conditions(search)).order_by(col(AuditEvent.id).desc()).limit(limit)
    return list(session.exec(wanted if before_id is None else wanted.where(col(AuditEvent.id) < before_id)))


def next_events(session: Session, search: Search, *, after_id: int, limit: int) -> list[AuditEvent]:
    """In the order in which they were recorded, with an id above ``after_id``."""
    wanted = select(AuditEvent).where(*_conditions(search), col(AuditEvent.id) > after_id)
    return list(session.exec(wanted.order_by(col(AuditEvent.id)).limit(limit)))


def of_others_too(session: Session, ids: Collection[int], open_to: Collection[str]) -> set[int]:
    """Those of the events that were recorded of a centre too whose chain is not open."""
    wanted = select(AuditEvent.id).where(col(AuditEvent.id).in_(ids), _is_of_others_too(open_to))
    return {found for found in session.exec(wanted) if found is not None}


def refused_bookings(session: Session, *, centre_id: int, start: datetime, end: datetime) -> list[AuditEvent]:
    """Attempts to book at a centre that were refused with reasons, of which the time that was asked for may touch
    ``[start, end)``: it stands there by whatever clock it was written."""
    after = col(AuditEvent.after)
    wanted = select(AuditEvent).where(
        AuditEvent.verb == "refused booking",
        AuditEvent.chain == f"centre:{centre_id}",
        after["asked"]["start"].as_string() < (end + _ANY_CLOCK).isoformat(),
        after["asked"]["end"].as_string() > (start - _ANY_CLOCK).isoformat(),
    )
    found = session.exec(wanted.order_by(col(AuditEvent.id)))
    return [event for event in found if event.after is not None and event.after["reasons"]]


def lost_chains(session: Session) -> list[str]:
    """Chains of which no event is there, although there are rows of which one told when they were made: units and
    people of a centre on its own, organisations, clusters and accounts on that of people and settings."""
    there = set(session.exec(select(AuditEvent.chain).distinct()))
    furnished = session.exec(select(Resource.centre_id).distinct().order_by(col(Resource.centre_id)))
    lost = [chain for chain in (f"centre:{id_}" for id_ in furnished) if chain not in there]
    kinds = (Organisation.id, Cluster.id, Account.id)
    if PEOPLE not in there and any(session.exec(select(kind).limit(1)).first() is not None for kind in kinds):
        lost.append(PEOPLE)
    return lost


def verbs(session: Session) -> list[str]:
    """Everything that was ever done, by its verb: one seek in the index for each, however many events there are."""
    step = select(func.min(AuditEvent.verb).label("verb")).cte("step", recursive=True)
    following = select(func.min(AuditEvent.verb)).where(col(AuditEvent.verb) > step.c.verb).scalar_subquery()
    steps = step.union_all(select(following).where(step.c.verb.is_not(None)))
    return [verb for verb in session.execute(select(steps.c.verb)).scalars() if verb is not None]


def _conditions(search: Search) -> list[ColumnElement[bool]]:
    equal = {name: getattr(search, name) for name in ("chain", "verb", "actor", "object_kind", "object_id")}
    found = [getattr(AuditEvent, name) == value for name, value in equal.items() if value is not None]
    if search.since is not None:
        found.append(col(AuditEvent.at) >= search.since)
    if search.until is not None:
        found.append(col(AuditEvent.at) < search.until)
    if search.open_to is not None:
        found.append(col(AuditEvent.chain).in_(sorted(search.open_to)))
    return found


def _is_of_others_too(chains: Collection[str]) -> ColumnElement[bool]:
    """Whether the same was recorded for a centre whose chain is none of these: a plan of several, say."""
    other = aliased(AuditEvent)
    same = ("object_kind", "object_id", "verb", "at", "actor")
    return exists().where(
        *(getattr(other, name) == getattr(AuditEvent, name) for name in same),
        col(other.chain).not_in(sorted(chains)),
        col(other.chain) != PEOPLE,
    )
