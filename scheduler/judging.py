"""Judging one booking by hand before it holds: the rule book, the policies about asking, and what an override breaks.

Knows nothing of how it is stored.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from models.errors import HoldTaken
from models.queries.sight import Sight
from models.queries.world import read_world
from models.tables import Booking, Centre
from scheduler.admission import LOOK_AHEAD, Admission, Owner, admit, past_sentence
from scheduler.errors import BookingRefused
from scheduler.overriding import lanes_in_spite
from scheduler.terms import asked_units
from scheduler.time_words import tell
from scheduler.views import Sentence


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """``lanes``: of each unit; ``broken``: what an override lets it break. ``wants_approval``: a lab manager is to
    confirm it."""

    lanes: tuple[int, ...]
    broken: tuple[Sentence, ...]
    wants_approval: bool


def judge_by_hand(
    session: Session,
    centre: Centre,
    *,
    units: Sequence[int],
    span: tuple[datetime, datetime],
    now: datetime,
    owner: Owner,
    sight: Sight,
    in_spite: bool,
    asks: bool = True,
) -> Judged:
    """Within a transaction that has locked what it reads. ``in_spite``: only a clash of holds stands against it.
    ``asks``: somebody asks for it now, so that the policies count too; they do not for what was asked for before.

    Raises ``BookingRefused``.
    """
    start, end = span
    if start < now - LOOK_AHEAD:
        past = past_sentence(start, centre.zone)
        raise BookingRefused(past.text, reasons=(past,))
    since = max(min(now, start), start - LOOK_AHEAD)
    world = read_world(session, centre_ids=[centre.id or 0], since=since, until=max(end, start + LOOK_AHEAD))
    asked = asked_units(session, world, units=units, span=span, now=now, owner=owner)
    policies = asked.broken if asks and asked.any_limit else None
    admission = admit(world, units=units, start=start, end=end, now=now, owner=owner, sight=sight, policies=policies)
    lanes, broken = admission.lanes, admission.blockers
    if broken and not in_spite:
        raise _refusal(admission, centre.zone)
    if broken:
        lanes = lanes_in_spite(session, units=units, span=span, blockers=broken)
    return Judged(lanes=lanes, broken=broken, wants_approval=asked.wants_approval)


@contextmanager
def refused_where_taken(what: str) -> Iterator[None]:
    """Says so where, between judging and storing, another booking has taken ``what``. Raises ``BookingRefused``."""
    try:
        yield
    except HoldTaken as clash:
        text = f"{what} was taken by another booking just now."
        raise BookingRefused(text, reasons=(Sentence(code="taken", text=text),)) from clash


def _refusal(admission: Admission, zone: str) -> BookingRefused:
    """Every blocker, and the nearest starts that would fit."""
    told = [tell(option, zone) for option in admission.options]
    options = tuple(
        Sentence(code="option", text=f"{when} fits.", facts=(("start", option.isoformat()),))
        for when, option in zip(told, admission.options, strict=True)
    )
    text = "The booking does not fit." + (f" Nearest starts that do: {', '.join(told)} ({zone})." if told else "")
    return BookingRefused(text, reasons=(*admission.blockers, *options))


def owner_of(booking: Booking) -> Owner:
    """Whose a booking is that was made already."""
    return Owner(
        organisation=booking.organisation_id,
        cluster=booking.cluster_id,
        project=booking.project_id,
        asker=booking.made_by,
        stage=booking.stage,
    )
