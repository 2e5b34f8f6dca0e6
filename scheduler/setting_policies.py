"""What may be asked of units: shown to all, set by a lab manager.

Knows nothing of what a policy means.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.audit import record, snapshot
from models.database import Database
from models.locks import lock_centres, raise_revision
from models.queries.policies import every_policy, policies_of, policy_of_centre
from models.tables import Policy
from scheduler.access import Thing, check_may
from scheduler.actors import Actor
from scheduler.errors import BadValue
from scheduler.formalities import check_reason, formalities_of
from scheduler.keys import id_of
from scheduler.policies import Terms
from scheduler.refusals import recorded_refusals
from scheduler.terms import OF_CENTRE, OF_UNIT, terms_in, terms_of


@dataclass(frozen=True, kw_only=True, slots=True)
class PolicyView(Terms):
    """What may be asked of a unit by hand; without a ``unit`` of every one of the centre that does not say otherwise.
    ``None``: not limited, or, of a unit, as its centre says. Times of day are minutes after local midnight."""

    centre: str
    unit: str | None


def list_policies(database: Database, *, actor: Actor, now: datetime, centre: str | None = None) -> list[PolicyView]:
    """As they are written: those of centres first, then those of units. Raises ``Unknown``."""
    check_may(actor, "see busy times")
    with database.reading() as session:
        rows = every_policy(session, centre_id=id_of(session, "centre", centre))
        return [_view(terms_in(policy), at, unit) for policy, at, unit in rows]


def policy_of_unit(database: Database, *, actor: Actor, now: datetime, unit: str) -> PolicyView:
    """What holds for the unit: its own, and else its centre's. Raises ``Unknown``."""
    check_may(actor, "see busy times")
    with database.reading() as session:
        id_ = id_of(session, "unit", unit) or 0
        row = policies_of(session, [id_])[id_]
        return _view(terms_of(row), row.centre.key, unit)


def written_policy(
    database: Database, *, actor: Actor, now: datetime, centre: str | None = None, unit: str | None = None
) -> PolicyView:
    """As it is written for the unit, or else for the centre. Raises ``Unknown``."""
    check_may(actor, "see busy times")
    with database.reading() as session:
        place = _place(session, centre, unit)
        return _view(terms_in(_stored(session, place)), place.centre, unit)


def set_policy(
    database: Database,
    *,
    actor: Actor,
    now: datetime,
    terms: Terms,
    centre: str | None = None,
    unit: str | None = None,
    reason: str = "",
) -> PolicyView:
    """Writes the whole policy of a unit, or else of a centre; bookings that stand stay as they are.

    Raises ``Unknown``, ``Forbidden``, ``BadValue``, ``ReasonMissing``.
    """
    return _set(database, actor, now, lambda _: terms, asdict(terms), centre=centre, unit=unit, reason=reason)


def change_policy(
    database: Database,
    *,
    actor: Actor,
    now: datetime,
    changes: Mapping[str, Any],
    centre: str | None = None,
    unit: str | None = None,
    reason: str = "",
) -> PolicyView:
    """As ``set_policy``, of these fields alone (``None``: not limited, or as the centre says); the others stay as they
    are written by then."""
    asked = dict(changes)
    return _set(
        database, actor, now, lambda terms: replace(terms, **asked), asked, centre=centre, unit=unit, reason=reason
    )


def _set(
    database: Database,
    actor: Actor,
    now: datetime,
    change: Callable[[Terms], Terms],
    asked: Mapping[str, Any],
    *,
    centre: str | None,
    unit: str | None,
    reason: str,
) -> PolicyView:
    check_may(actor, "see busy times")
    with database.reading() as session:
        place = _place(session, centre, unit)

    def command(session: Session) -> None:
        (row,) = lock_centres(session, [place.centre_id])
        check_may(actor, "set policies", Thing(centre_id=place.centre_id))
        check_reason(formalities_of([row]), reason)
        stored = _stored(session, place)
        terms = change(terms_in(stored))
        _check(terms)
        if _write(session, actor, now, stored, terms, place, reason.strip()):
            raise_revision(row)

    about = f"{place.kind} {place.key}"
    with recorded_refusals(
        database, actor=actor, now=now, verb="policy", centre_ids=(place.centre_id,), about=about, asked=asked
    ):
        database.write(command)
    return written_policy(database, actor=actor, now=now, centre=centre, unit=unit)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Place:
    """Whose policy it is: ``unit_id`` is ``None`` for the centre's."""

    centre_id: int
    centre: str
    unit_id: int | None = None
    unit: str = ""

    @property
    def kind(self) -> str:
        return OF_CENTRE if self.unit_id is None else OF_UNIT

    @property
    def key(self) -> str:
        return self.unit or self.centre


def _place(session: Session, centre: str | None, unit: str | None) -> _Place:
    """Raises ``Unknown``, ``BadValue`` where neither is given."""
    if unit is not None:
        unit_id = id_of(session, "unit", unit) or 0
        at = policies_of(session, [unit_id])[unit_id].centre
        return _Place(centre_id=at.id or 0, centre=at.key, unit_id=unit_id, unit=unit)
    if centre is None:
        raise BadValue("Name a centre or a unit.", field="centre")
    return _Place(centre_id=id_of(session, "centre", centre) or 0, centre=centre)


def _stored(session: Session, place: _Place) -> Policy | None:
    if place.unit_id is None:
        return policy_of_centre(session, place.centre_id)
    return policies_of(session, [place.unit_id])[place.unit_id].own


def _write(
    session: Session, actor: Actor, now: datetime, row: Policy | None, terms: Terms, place: _Place, reason: str
) -> bool:
    """Whether anything changed."""
    if terms_in(row) == terms:
        return False
    before = None if row is None else snapshot(row)
    if row is None:
        row = Policy(centre_id=place.centre_id if place.unit_id is None else None, unit_id=place.unit_id)
    for name, value in asdict(terms).items():
        setattr(row, name, value)
    session.add(row)
    session.flush()
    record(
        session,
        chain=f"centre:{place.centre_id}",
        at=now,
        actor=actor.key,
        verb=f"{'added' if before is None else 'changed'} {place.kind}",
        object_kind=place.kind,
        object_id=place.key,
        reason=reason,
        before=before,
        after=snapshot(row),
    )
    return True


def _check(terms: Terms) -> None:
    """Raises ``BadValue`` for what contradicts itself."""
    shortest, longest = terms.shortest_minutes, terms.longest_minutes
    if shortest is not None and longest is not None and shortest > longest:
        raise BadValue(f"The longest is at least {shortest} min, the shortest.", field="longest_minutes")
    if (terms.free_from is None) != (terms.free_until is None):
        raise BadValue("The free time has a beginning and an end, or neither.", field="free_until")
    if terms.free_from is not None and terms.free_from == terms.free_until:
        raise BadValue("The free time ends at another time of the day than it begins.", field="free_until")


def _view(terms: Terms, centre: str, unit: str | None) -> PolicyView:
    return PolicyView(centre=centre, unit=unit, **asdict(terms))
