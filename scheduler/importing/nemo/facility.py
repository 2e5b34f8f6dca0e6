"""NEMO's records as the lists of one centre: what each becomes, and what of it has no counterpart here.

Knows nothing of what is odd in them, and of storing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from scheduler.importing.kinds import BookingLine
from scheduler.importing.nemo.document import Document, Record
from scheduler.importing.nemo.policies import COLUMNS, policy_left, policy_of
from scheduler.importing.outcome import Remark
from scheduler.loading.calendar_lines import ClosureLine, LeaveLine
from scheduler.loading.limit_lines import QuotaLine
from scheduler.loading.line import Line
from scheduler.loading.lines import (
    CapabilityLine,
    CapacityLine,
    CentreLine,
    ClusterLine,
    LaboratoryLine,
    OpeningLine,
    OrganisationLine,
    PersonLine,
    ProjectLine,
    QualificationLine,
    ShiftLine,
    UnitLine,
)
from scheduler.loading.policy_lines import PolicyLine
from scheduler.local_time import local_moment

STAGE = "prototype"
MADE_UP: Mapping[type[Line], frozenset[str]] = {CentreLine: frozenset({"name"}), ProjectLine: frozenset({"stage"})}
"""Columns that NEMO does not have: of what is there already it says none of them."""
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORT = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_KEY = 50
"""How much of a name stands in a key that is made of it."""

Texts = dict[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A row of a list, with the number of the record it comes from."""

    kind: type[Line]
    number: int
    texts: Texts


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedOutage:
    """A unit out of order; ``reference`` is NEMO's number."""

    reference: str
    unit: str
    start: datetime
    end: datetime
    reason: str
    record: Record


@dataclass
class Facility:
    """``rows`` and ``outages`` are what is taken over, ``left_out`` the rest, record by record."""

    document: Document
    centre: str
    zone: str
    rows: list[Row] = field(default_factory=list)
    outages: list[PlannedOutage] = field(default_factory=list)
    left_out: list[Remark] = field(default_factory=list)
    taken: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.rows.append(Row(kind=CentreLine, number=0, texts={"centre": self.centre, "name": f"NEMO ({self.centre})"}))
        self._locations: set[str] = set()
        taking: dict[str, Callable[[Record], None]] = {
            "accounttype": self._account_type,
            "account": self._account,
            "project": self._project,
            "tool": self._tool,
            "user": self._user,
            "qualification": self._qualification,
            "area": self._area,
            "closuretime": self._closure,
            "staffabsence": self._absence,
            "staffavailability": self._availability,
            "scheduledoutage": self._outage,
        }
        for record in self.document.records:
            if record.model in taking:
                taking[record.model](record)
        self._bookings()

    # -- what is taken

    def _put(self, record: Record, kind: type[Line], **texts: str) -> None:
        self.taken.add(record.number)
        self.rows.append(Row(kind=kind, number=record.number, texts=texts))

    def _leave(self, record: Record, why: str) -> None:
        self.left_out.append(Remark(place=record.place, text=why))

    def _account_type(self, record: Record) -> None:
        self._put(record, ClusterLine, cluster=record.name or "", name=record.name or "")

    def _account(self, record: Record) -> None:
        kind = self.document.find("accounttype", record.reference("type"))
        if kind is None:
            self._leave(record, "its type is none of the file's; a cluster is needed")
            return
        name = record.name or ""
        self._put(record, OrganisationLine, organisation=name, cluster=kind.name or "", name=name)

    def _project(self, record: Record) -> None:
        account = self.document.find("account", record.reference("account"))
        kind = None if account is None else self.document.find("accounttype", account.reference("type"))
        if account is None or kind is None:
            self._leave(record, "its account is none of the file's")
            return
        name = record.name or ""
        self._put(
            record,
            ProjectLine,
            project=name,
            organisation=account.name or "",
            cluster=kind.name or "",
            name=name,
            stage=STAGE,
        )
        if record.references("only_allow_tools"):
            self._leave(record, "which tools it may use: here a project may use every unit")

    def _tool(self, record: Record) -> None:
        name, location, category = record.name or "", record.text("_location"), record.text("_category")
        self._location(record, location)
        self._put(record, UnitLine, unit=name, laboratory=location, name=name, type=category)
        self._put(record, CapabilityLine, unit=name, capability=category)
        most = record.number_of("_maximum_reservations_per_day")
        if most is not None and most > 0:
            self._put(
                record,
                QuotaLine,
                quota=f"{name[:_KEY]} a day",
                per="person",
                centre=self.centre,
                unit=name,
                most_runs=str(most),
                period="day",
            )
        self._put(record, PolicyLine, unit=name, **dict.fromkeys(COLUMNS, "") | policy_of(record))
        for why in policy_left(record):
            self._leave(record, why)

    def _location(self, record: Record, location: str) -> None:
        """NEMO asks for no hours: a room is open round the clock."""
        if location not in self._locations:
            self._locations.add(location)
            self._put(record, LaboratoryLine, laboratory=location, centre=self.centre, name=location)
            self._put(record, OpeningLine, laboratory=location, days="Mon-Sun", opens="00:00", closes="24:00")

    def _user(self, record: Record) -> None:
        projects = [self.document.find("project", reference) for reference in record.references("projects")]
        accounts = [
            None if each is None else self.document.find("account", each.reference("account")) for each in projects
        ]
        owner = next((each for each in accounts if each is not None), None)
        if owner is None:
            self._leave(record, "it has no project whose account the file has; a person here is of a centre or of one")
            return
        name = " ".join(filter(None, (record.text("first_name"), record.text("last_name"))))
        self._put(
            record,
            PersonLine,
            person=record.name or "",
            name=name or record.name or "",
            centre=self.centre,
            organisation=owner.name or "",
        )

    def _qualification(self, record: Record) -> None:
        user = self.document.find("user", record.reference("user"))
        tool = self.document.find("tool", record.reference("tool"))
        if user is None or tool is None or user.number not in self._users():
            self._leave(record, "its user or its tool is not taken over")
            return
        self._put(record, QualificationLine, person=user.name or "", unit=tool.name or "")

    def _users(self) -> set[int]:
        """Numbers of the users that are taken, wherever they stand in the file."""
        return {each.number for each in self.document.of("user") if each.references("projects")}

    def _area(self, record: Record) -> None:
        most = record.number_of("maximum_capacity")
        if most is None or most <= 0:
            self._leave(record, "an area without a capacity: nothing here has that meaning")
            return
        name = record.name or ""
        self._put(
            record,
            CapacityLine,
            capacity=f"area {name[:_KEY]}",
            centre=self.centre,
            name=name,
            measure="persons",
            level=str(most),
        )
        if record.fields.get("requires_reservation") or record.number_of("reservation_horizon") is not None:
            self._leave(
                record, "reservations of the area itself: here units are booked, and a room's places limit work"
            )

    def _closure(self, record: Record) -> None:
        closure = self.document.find("closure", record.reference("closure"))
        start, end = moment_of(record, "start_time"), moment_of(record, "end_time")
        if start is None or end is None or start >= end:
            self._leave(record, "its times cannot be read, or its end is not after its start")
            return
        reason = (closure.name if closure is not None else None) or "closed"
        self._put(
            record, ClosureLine, centre=self.centre, starts=start.isoformat(), ends=end.isoformat(), reason=reason
        )
        if closure is not None:
            self.taken.add(closure.number)

    def _absence(self, record: Record) -> None:
        user = self.document.find("user", record.reference("staff_member"))
        first, last = _day(record.text("start_date")), _day(record.text("end_date"))
        if user is None or first is None or last is None or first > last or not record.fields.get("full_day"):
            self._leave(record, "its person or days cannot be read, or it is not for whole days")
            return
        starts, ends = (_midnight(day, self.zone) for day in (first, last + timedelta(days=1)))
        self._put(record, LeaveLine, person=user.name or "", starts=starts, ends=ends)

    def _availability(self, record: Record) -> None:
        user = self.document.find("user", record.reference("staff_member"))
        days = " ".join(short for day, short in zip(_DAYS, _SHORT, strict=True) if record.fields.get(day))
        starts, ends = record.text("start_time")[:5], record.text("end_time")[:5]
        if user is None or not days or not starts or not ends:
            self._leave(record, "its person, days or times are not given")
            return
        self._put(record, ShiftLine, person=user.name or "", days=days, starts=starts, ends=ends)

    def _outage(self, record: Record) -> None:
        tool = self.document.find("tool", record.reference("tool"))
        start, end = moment_of(record, "start"), moment_of(record, "end")
        if tool is None or start is None or end is None or start >= end:
            self._leave(record, "of an area or a resource, or without times in order: here units are out of order")
            return
        self.taken.add(record.number)
        reason = record.text("title") or record.text("details")
        self.outages.append(
            PlannedOutage(
                reference=str(record.pk), unit=tool.name or "", start=start, end=end, reason=reason, record=record
            )
        )

    # -- bookings and their use

    def _bookings(self) -> None:
        used: dict[int, Record] = {}
        free = list(self.document.of("usageevent"))
        reservations = [each for each in self.document.of("reservation") if self._whole(each, "reservation")]
        for reservation in reservations:
            use = next((each for each in free if _is_use_of(each, reservation)), None)
            if use is not None:
                used[reservation.number] = use
                free.remove(use)
        for reservation in reservations:
            self._booking(reservation, used.get(reservation.number))
        for use in free:
            if self._whole(use, "usage"):
                self._booking(use, use)

    def _whole(self, record: Record, what: str) -> bool:
        tool = self.document.find("tool", record.reference("tool"))
        project = self.document.find("project", record.reference("project"))
        start, end = moment_of(record, "start"), moment_of(record, "end")
        why = ""
        if tool is None:
            why = f"a {what} of an area, or of a tool that the file does not have"
        elif project is None:
            why = f"a {what} without a project, or of one that the file does not have"
        elif start is None:
            why = f"a {what} whose start cannot be read"
        elif end is None:
            why = f"a {what} of {tool.name} open since {start:%Y-%m-%d %H:%M} UTC: a booking has an end"
        elif start >= end:
            why = f"a {what} whose end is not after its start"
        if why:
            self._leave(record, why)
        return not why

    def _booking(self, record: Record, use: Record | None) -> None:
        start, end = moment_of(record, "start"), moment_of(record, "end")
        tool = self.document.find("tool", record.reference("tool"))
        project = self.document.find("project", record.reference("project"))
        assert start is not None
        assert end is not None
        assert tool is not None
        assert project is not None
        texts = {
            "booking": record.place if record.model == "reservation" else f"usage {record.pk}",
            "units": tool.name or "",
            "start": start.replace(second=0, microsecond=0).isoformat(),
            "end": _up(end).isoformat(),
            "project": project.name or "",
            "purpose": record.text("title"),
            "state": _state(record),
        }
        if use is not None:
            self.taken.add(use.number)
            begun, ended = moment_of(use, "start"), moment_of(use, "end")
            texts |= {"used_start": "" if begun is None else begun.isoformat()}
            texts |= {"used_end": "" if ended is None else ended.isoformat()}
        self._put(record, BookingLine, **texts)
        self._leave(record, "who booked, and who created it: a booking here is its project's")


def moment_of(record: Record, name: str) -> datetime | None:
    """A moment with its offset; ``None`` where there is none that can be read."""
    try:
        found = datetime.fromisoformat(record.text(name))
    except ValueError:
        return None
    return found if found.tzinfo is not None and 2000 <= found.year < 2200 else None


def _state(record: Record) -> str:
    if record.fields.get("cancelled"):
        return "cancelled"
    return "no_show" if record.fields.get("missed") else ""


def _is_use_of(use: Record, reservation: Record) -> bool:
    """Of the same tool and project, at the same time as the reservation that was kept."""
    spans = [(moment_of(each, "start"), moment_of(each, "end")) for each in (use, reservation)]
    (begun, ended), (start, end) = spans
    if None in (begun, ended, start, end) or _state(reservation):
        return False
    assert begun is not None and ended is not None and start is not None and end is not None  # noqa: PT018
    same = all(use.reference(name) == reservation.reference(name) for name in ("tool", "project"))
    return same and begun < end and start < ended


def _up(moment: datetime) -> datetime:
    """To the whole minute."""
    floor = moment.replace(second=0, microsecond=0)
    return floor if floor == moment else floor + timedelta(minutes=1)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _midnight(day: date, zone: str) -> str:
    return local_moment(day, 0, zone).isoformat()
