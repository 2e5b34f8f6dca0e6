"""What can be imported by one file: a list each, with its columns described.

Knows nothing of reading and storing. Where a folder of lists has the same list, the columns are the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from models.tables.people import STAGES
from models.tables.work import PRIORITIES
from scheduler.access import Action, can
from scheduler.actors import Actor
from scheduler.errors import Unknown
from scheduler.importing.moments import EXPECTED, FileMoment, file_moment
from scheduler.loading import cells
from scheduler.loading.line import Cell, Key, Line, Text
from scheduler.loading.lines import (
    ClusterLine,
    LaboratoryLine,
    OrganisationLine,
    PersonLine,
    ProjectLine,
    RequestLine,
    UnitLine,
)

Moment = Annotated[FileMoment, Cell(file_moment)]
OptionalMoment = Annotated[FileMoment | None, Cell(file_moment, blank=None)]
MaybeMoment = Annotated[FileMoment | None, Cell(file_moment, blank=None, optional=True)]
Shown = Annotated[str, Cell(str, blank="", optional=True)]
"""A column that exports have and imports pass over, whatever stands there."""
MOST_PIECES = 1_000_000

STATES = ("confirmed", "running", "done", "cancelled", "no_show")


def _asked_key(written: str) -> str:
    """People may call what they ask for by longer names than lists do."""
    return cells.key(written, most=80)


@dataclass(frozen=True, kw_only=True, slots=True)
class CentreFileLine(Line):
    file = "centres.csv"
    identity = ("centre",)
    centre: Key
    name: Text
    zone: Key


@dataclass(frozen=True, kw_only=True, slots=True)
class RequestFileLine(RequestLine):
    """With moments by the centre's clock. ``recipe`` is blank where the routing was drawn by hand, here."""

    request: Annotated[str, Cell(_asked_key)]
    recipe: Annotated[str, Cell(cells.key, blank="")]
    quantity: Annotated[int, Cell(cells.whole(1, MOST_PIECES))]
    least_quantity: Annotated[int | None, Cell(cells.whole(1, MOST_PIECES), blank=None)]
    submitted: Moment
    release: Moment
    due: OptionalMoment
    deadline: OptionalMoment
    organisation: Shown
    state: Shown


@dataclass(frozen=True, kw_only=True, slots=True)
class BookingLine(Line):
    """Units booked by hand, as a calendar elsewhere keeps them, with when they were used in fact. No unit: a visit of
    somebody to a run, which stands here already."""

    file = "bookings.csv"
    identity = ("booking",)
    booking: Key
    units: Annotated[tuple[str, ...], Cell(cells.names(), blank=())]
    start: Moment
    end: Moment
    project: Key
    purpose: Annotated[str, Cell(cells.words, blank="", optional=True)]
    quantity: Annotated[int, Cell(cells.whole(1, MOST_PIECES), blank=1, optional=True)]
    state: Annotated[str, Cell(cells.text, blank="", optional=True)]
    used_start: MaybeMoment
    used_end: MaybeMoment
    used_quantity: Annotated[int | None, Cell(cells.whole(0, MOST_PIECES), blank=None, optional=True)]
    id: Shown
    centre: Shown
    organisation: Shown
    cluster: Shown
    stage: Shown
    request: Shown
    operation: Shown
    technicians: Shown
    plan: Shown


NUMBER = "#"
"""Before a booking's number here, where it has no other reference: as exports write it."""


def number_of(line: BookingLine) -> int | None:
    """The number here by which the line calls its booking."""
    if not line.has("booking"):
        return None
    digits = line.booking.removeprefix(NUMBER)
    told = line.booking.startswith(NUMBER) and digits.isascii() and digits.isdigit() and len(digits) < 10
    return int(digits) if told else None


Told = tuple[str, str]
"""What stands in a column, and an example."""

_KEY = "the name by which other lists and the page call it, at most 60 characters"


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """``columns``: those of a template, in order. ``recorded``: what the record calls its things, and what hangs on
    them."""

    name: str
    line: type[Line]
    recorded: tuple[str, ...]
    columns: Mapping[str, Told]


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            name="centres",
            line=CentreFileLine,
            recorded=("centre",),
            columns={
                "centre": (_KEY, "radio"),
                "name": ("its name in full", "Radio electronics"),
                "zone": ("its time zone, an IANA name", "Europe/Moscow"),
            },
        ),
        Kind(
            name="clusters",
            line=ClusterLine,
            recorded=("cluster",),
            columns={"cluster": (_KEY, "instruments"), "name": ("its name in full", "Instrument making")},
        ),
        Kind(
            name="laboratories",
            line=LaboratoryLine,
            recorded=("laboratory",),
            columns={
                "laboratory": (_KEY, "climate"),
                "centre": ("the centre it belongs to", "radio"),
                "name": ("its name in full", "Climatic tests"),
            },
        ),
        Kind(
            name="units",
            line=UnitLine,
            recorded=("unit",),
            columns={
                "unit": (_KEY, "CHAMBER-1"),
                "laboratory": ("the laboratory it stands in", "climate"),
                "name": ("its name in full; no other unit of the centre has it", "Climatic chamber 1"),
                "type": ("what kind of machine it is", "climatic chamber"),
                "lanes": ("how many places it has that are alike; blank: 1", "1"),
                "cleaning_family": ("units that are set up and cleaned alike; blank: nothing lies between runs", ""),
                "buffer_minutes": ("what stays free between different organisations; blank: 0", "15"),
                "usable_minutes": ("a free time shorter than this is of no use; blank: 0", "60"),
                "hour_cost": ("what an hour of a lane costs, in whole units of any money; blank: 0", "40"),
            },
        ),
        Kind(
            name="organisations",
            line=OrganisationLine,
            recorded=("organisation",),
            columns={
                "organisation": (_KEY, "sunbeam"),
                "cluster": ("the cluster it belongs to", "instruments"),
                "name": ("its name in full", "Sunbeam Ltd"),
            },
        ),
        Kind(
            name="projects",
            line=ProjectLine,
            recorded=("project",),
            columns={
                "project": (_KEY, "sensor"),
                "organisation": ("whose project it is", "sunbeam"),
                "cluster": ("the cluster that it is for", "instruments"),
                "name": ("its name in full", "Soil sensor"),
                "stage": (f"one of {', '.join(STAGES)}", "prototype"),
            },
        ),
        Kind(
            name="people",
            line=PersonLine,
            recorded=("technician", "organisation of an operator"),
            columns={
                "person": (_KEY, "T17"),
                "name": ("the name in full", "Example Person"),
                "centre": ("the centre where they work", "radio"),
                "organisation": ("whose own operator it is; blank: a technician of the centre", ""),
                "hours_per_day": ("greatest hours of planned work in a day; blank: as shifts are", "8"),
                "hours_per_week": ("the same in a week from Monday on", "40"),
            },
        ),
        Kind(
            name="requests",
            line=RequestFileLine,
            recorded=("request",),
            columns={
                "request": (_KEY, "REQ-2026-17"),
                "centre": ("the centre that is asked", "radio"),
                "project": ("for which project", "sensor"),
                "recipe": ("the recipe by which it is done", "boards"),
                "quantity": ("pieces, from 1", "200"),
                "parameters": ("the recipe's numbers by name; blank: as the recipe has them", "soak_hours=48"),
                "priority": (f"one of {', '.join(PRIORITIES)}; blank: normal", "normal"),
                "submitted": (EXPECTED, "2026-11-27T12:00+03:00"),
                "release": ("from when on it can be done; written as submitted", "2026-11-30 08:00"),
                "due": ("by when it is wanted; blank: whenever", "2026-12-04 18:00"),
                "deadline": ("after this it is worth nothing; blank: whenever", ""),
                "may_share": ("yes: work of others may run together with it; blank: no", "no"),
                "least_quantity": ("with how many pieces it would do; blank: with all", ""),
            },
        ),
        Kind(
            name="bookings",
            line=BookingLine,
            recorded=("booking",),
            columns={
                "booking": (
                    "what the booking is called where it comes from; the same again is the same booking",
                    "CAL-1",
                ),
                "units": (
                    "the units it holds, with semicolons between them; blank: a visit that stands here",
                    "CHAMBER-1; SEM-2",
                ),
                "start": (EXPECTED, "2026-12-03 16:00"),
                "end": ("written as start", "2026-12-03 18:30"),
                "project": ("for which project", "sensor"),
                "purpose": ("what it is for; may be blank", "soak"),
                "quantity": ("pieces; blank: 1", "10"),
                "state": (f"one of {', '.join(STATES)}; blank: done if it has ended, else confirmed", ""),
                "used_start": ("when it was begun in fact; blank: not known", ""),
                "used_end": ("when it was ended in fact; blank: not known, or it still goes on", ""),
                "used_quantity": ("pieces that were made; blank: not known", ""),
            },
        ),
    )
}


_ACTIONS: Mapping[str, Action] = {"requests": "plan", "bookings": "override"}
"""What somebody has to be allowed to do, where it is not to change settings: what is asked, with its priority, and what
is booked is a centre's own."""


def action_of(kind: str) -> Action:
    """What whoever brings such a list has to be allowed to do."""
    return _ACTIONS.get(kind, "change settings")


def kinds_for(actor: Actor) -> tuple[str, ...]:
    """The lists that somebody may bring, to one centre at least."""
    return tuple(kind for kind in KINDS if can(actor, action_of(kind)))


def kind_named(name: str, actor: Actor) -> Kind:
    """Raises ``Unknown``, also for a kind that the actor may not bring."""
    if name not in kinds_for(actor):
        raise Unknown("kind of list", name)
    return KINDS[name]


__all__ = [
    "KINDS",
    "NUMBER",
    "STATES",
    "BookingLine",
    "CentreFileLine",
    "Kind",
    "RequestFileLine",
    "action_of",
    "kind_named",
    "kinds_for",
    "number_of",
]
