"""What policies say of one booking by hand: stored rows in, sentences out.

Knows no policy: those are in ``scheduler.policies``.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session

from models.queries.policies import PolicyRow, ahead_of_unit, policies_of
from models.queries.world import World
from models.tables import Policy
from scheduler.admission import Owner
from scheduler.policies import Ahead, Asking, Beside, Terms, approval, broken, late_cancel, missed
from scheduler.policies.asking import free_times
from scheduler.views import Sentence

OF_CENTRE, OF_UNIT = "policy of a centre", "policy"
"""What the record calls a policy."""
FIELDS = tuple(Terms.__dataclass_fields__)
_AROUND = timedelta(days=15)
"""As far as nearest starts are looked for, and a day."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AskedUnits:
    """One booking as it is asked for, unit by unit."""

    units: tuple[Asking, ...]

    def broken(self, start: datetime) -> Iterator[Sentence]:
        """What it breaks if it starts then, and is as long."""
        for each in self.units:
            yield from broken(replace(each, start=start, end=start + (each.end - each.start)))

    @property
    def any_limit(self) -> bool:
        """Whether there is any policy at all."""
        return any(each.terms != Terms() for each in self.units)

    @property
    def wants_approval(self) -> bool:
        """Whether a lab manager is to confirm it."""
        return approval.is_wanted(each.terms for each in self.units)


def asked_units(
    session: Session,
    world: World,
    *,
    units: Sequence[int],
    span: tuple[datetime, datetime],
    now: datetime,
    owner: Owner,
) -> AskedUnits:
    """Within a transaction that has locked the centre, so that nobody else asks meanwhile. ``world`` holds the runs
    beside it."""
    start, end = span
    policies = policies_of(session, units)
    found = []
    for unit in units:
        row = policies[unit]
        terms = terms_of(row)
        ahead = (
            ()
            if terms == Terms()
            else _ahead(session, unit, since=min(now, start) - _AROUND - timedelta(minutes=terms.apart_minutes or 0))
        )
        found.append(
            Asking(
                unit=row.unit.key,
                zone=row.centre.zone,
                terms=terms,
                now=now,
                start=start,
                end=end,
                person=owner.asker,
                organisation=owner.organisation,
                ahead=tuple(ahead),
                beside=tuple(_beside(world, row, owner.organisation)) if terms.whole_gaps else (),
                free=free_times(terms, row.centre.zone, start - _AROUND, end + _AROUND),
                usable_minutes=row.unit.usable_minutes,
            )
        )
    return AskedUnits(units=tuple(found))


def late_sentences(
    session: Session, *, unit_ids: Collection[int], start: datetime, now: datetime
) -> tuple[Sentence, ...]:
    """What policies say against giving back at ``now`` what holds these units from ``start`` on."""
    return tuple(
        sentence
        for row in policies_of(session, unit_ids).values()
        for sentence in late_cancel.broken(terms_of(row), unit=row.unit.key, zone=row.centre.zone, start=start, now=now)
    )


def wanting_approval(session: Session, unit_ids: Collection[int]) -> frozenset[int]:
    """Those of the units of which a lab manager is to confirm each booking."""
    policies = policies_of(session, unit_ids)
    return frozenset(unit for unit, row in policies.items() if approval.is_wanted([terms_of(row)]))


def missed_from(session: Session, *, unit_ids: Collection[int], start: datetime) -> datetime:
    """From when on a booking of these units may be marked as missed."""
    return missed.missed_from(map(terms_of, policies_of(session, unit_ids).values()), start)


def terms_of(row: PolicyRow) -> Terms:
    """The unit's, and where they say nothing the centre's."""
    return terms_in(row.own).or_else(terms_in(row.of_centre))


def terms_in(policy: Policy | None) -> Terms:
    """As one row says them."""
    return Terms() if policy is None else Terms(**{name: getattr(policy, name) for name in FIELDS})


def _ahead(session: Session, unit: int, *, since: datetime) -> Iterator[Ahead]:
    for booking, run in ahead_of_unit(session, unit, since=since):
        yield Ahead(person=booking.made_by, organisation=booking.organisation_id, start=run.start_at, end=run.end_at)


def _beside(world: World, row: PolicyRow, organisation: int) -> Iterator[Beside]:
    """What holds the unit; its buffer lies between bookings of different organisations."""
    for booked in (*world.runs, *world.lingering):
        owners = {each.organisation_id for each in booked.bookings}
        buffer = row.unit.buffer_minutes if owners and owners != {organisation} else 0
        for hold in booked.holds:
            if hold.resource_id == row.unit.id:
                yield Beside(start=hold.start_at, end=hold.end_at, buffer_minutes=buffer)
