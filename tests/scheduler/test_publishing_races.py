"""A publication, twenty bookings by hand, two cancellations and an outage, all at once: no overlap, nothing lost.

Each round is judged in plain Python over the stored rows; with the rule book's second look and the database's guard off
the same judgement finds overlaps.
"""

import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlmodel import col, select

from models.chains import verify
from models.database import Database
from models.tables import AuditEvent, Booking, Centre, Hold, Outage, Plan, Run
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.booking import book_units, cancel_booking
from scheduler.documents import read_document
from scheduler.drafts import Draft
from scheduler.errors import BookingRefused, PlanClashes, Refused
from scheduler.outages import report_outage
from scheduler.plan_views import AssignmentView, Published
from scheduler.planning import ask_for_plan, draft_plan
from scheduler.plans import plan_document, show_plan
from scheduler.publishing import publish_plan
from scheduler.translate.names import row_id
from scheduler.views import BookingView, OutageView
from tests.scheduler.holds import drop_guard, overlaps
from tests.scheduler.small_centre import NOW, WEEK, at, found, request
from tests.sizes import count

BOOKINGS, IN_THE_WAY = 20, 15
ROUNDS = range(count(short=2, full=20))
OUT = ("PRINTER", at("Tue 08:00"), at("Wed 20:00"))


@dataclass(frozen=True, kw_only=True)
class Round:
    """What everybody wants at once, and what they were answered."""

    plan_id: int
    revision: int
    standing: dict[str, int]
    answers: dict[str, Any]

    def of(self, kind: str) -> dict[str, Any]:
        return {name: answer for name, answer in self.answers.items() if name.startswith(kind)}


def prepared(database: Database) -> tuple[int, dict[str, int]]:
    """A draft of five requests, beside one that is published and units booked by hand; the draft's id, and one booking
    of each of the two."""
    found(database)
    by_hand = _book(database, ("OVEN-2",), at("Thu 09:00"), at("Thu 11:00"))
    request(database, "R-0")
    publish_plan(database, actor=ME, now=NOW, plan_id=_drafted(database))
    for number in range(1, 6):
        request(database, f"R-{number}", project=1 + number % 2)
    with database.reading() as session:
        planned = session.exec(select(Booking.id).where(col(Booking.plan_id).is_not(None))).first()
    assert planned is not None
    return _drafted(database), {"cancel by hand": by_hand.id, "cancel planned": planned}


def _drafted(database: Database) -> int:
    plan_id = ask_for_plan(database, actor=ME, now=NOW, week=WEEK, limit=None, work=2, workers=1)
    draft_plan(database, actor=ME, now=lambda: NOW, plan_id=plan_id)
    return plan_id


def _book(database: Database, units: tuple[str, ...], start: datetime, end: datetime) -> BookingView:
    return book_units(database, actor=ME, now=NOW, units=units, start=start, end=end, project="B-1")


def all_at_once(
    database: Database, seed: int, *, late: float = 0.0, cancelled: tuple[str, ...] = (), booked_first: bool = False
) -> Round:
    """``late``: most seconds by which a booking, a cancellation or the outage comes after the publication, which with
    ``booked_first`` waits for one booking in its way."""
    plan_id, standing = prepared(database)
    planned = show_plan(database, actor=ME, now=NOW, plan_id=plan_id).assignments
    new = [each for each in planned if each.request != "R-0"]
    dice = random.Random(seed)
    wishes: dict[str, Callable[[], Any]] = {
        "publish": lambda: publish_plan(database, actor=ME, now=NOW, plan_id=plan_id),
        "outage": lambda: report_outage(database, actor=ME, now=NOW, unit=OUT[0], start=OUT[1], end=OUT[2]),
    }
    for name in cancelled:
        wishes[name] = partial(cancel_booking, database, actor=ME, now=NOW, booking_id=standing[name])
    for number in range(BOOKINGS):
        start, end = _wanted(dice, new[number % len(new)], beside=number >= IN_THE_WAY)
        wishes[f"book {number}"] = partial(_book, database, new[number % len(new)].units, start, end)
    with database.reading() as session:
        revision = session.exec(select(Centre.revision)).one()
    barrier = threading.Barrier(len(wishes))
    lag = {name: 0.0 if name == "publish" else dice.random() * late for name in wishes}

    in_the_way = threading.Event()

    def wish(name: str) -> Any:
        barrier.wait(timeout=30)
        time.sleep(lag[name])
        if name == "publish" and booked_first:
            assert in_the_way.wait(timeout=30)
        try:
            answer = wishes[name]()
        except Refused as refusal:
            return refusal
        if name in blocking:
            in_the_way.set()
        return answer

    blocking = {f"book {number}" for number in range(IN_THE_WAY)}
    order = dice.sample(sorted(wishes), len(wishes))
    with ThreadPoolExecutor(len(wishes)) as pool:
        answers = dict(zip(order, pool.map(wish, order), strict=True))
    return Round(plan_id=plan_id, revision=revision, standing=standing, answers=answers)


def _wanted(dice: random.Random, planned: AssignmentView, *, beside: bool) -> tuple[datetime, datetime]:
    """A time by hand that reaches into the planned one, or follows on it."""
    length = timedelta(minutes=dice.choice((30, 45)))
    if beside:
        return planned.end, planned.end + length
    start = planned.start + timedelta(minutes=dice.choice((-15, 0, 7)))
    return start, start + length


def judge(database: Database, played: Round) -> None:
    assert overlaps(database) == []
    with database.reading() as session:
        bookings = {row.id: row for row in session.exec(select(Booking)) if row.id is not None}
        runs = {row.id: row for row in session.exec(select(Run)) if row.id is not None}
        holds = session.exec(select(Hold).where(col(Hold.in_force))).all()
        verbs = Counter(event.verb for event in session.exec(select(AuditEvent)))
        assert verify(session, "centre:1") == []
        revision = session.exec(select(Centre.revision)).one()
    held = Counter(hold.run_id for hold in holds)
    assert set(held) == {row.run_id for row in bookings.values() if row.state == "confirmed"}
    _judge_bookings(played, bookings, runs, holds, verbs)
    _judge_cancellations(played, bookings)
    _judge_outage(database, played, bookings, holds)
    _judge_publication(database, played, bookings, runs, holds, verbs)
    done = [answer for answer in played.answers.values() if not isinstance(answer, Refused)]
    assert revision == played.revision + len(done)


def _judge_bookings(played: Round, bookings: Any, runs: Any, holds: Any, verbs: Counter[str]) -> None:
    """What was answered is there as it was answered; what was refused left its record and no more."""
    made = played.of("book")
    won = {answer.id: answer for answer in made.values() if isinstance(answer, BookingView)}
    lost = [answer for answer in made.values() if isinstance(answer, BookingRefused)]
    assert len(won) + len(lost) == len(made) == BOOKINGS
    assert all(refusal.reasons for refusal in lost)
    assert verbs["refused booking"] == len(lost)
    by_hand = {id_ for id_, row in bookings.items() if runs[row.run_id].request_id is None}
    assert by_hand == set(won) | {played.standing["cancel by hand"]}
    for id_, answer in won.items():
        assert bookings[id_].state == "confirmed"
        places = {(hold.lane, hold.start_at, hold.end_at) for hold in holds if hold.run_id == bookings[id_].run_id}
        assert places == {(hold.lane, answer.start, answer.end) for hold in answer.holds}


def _judge_cancellations(played: Round, bookings: Any) -> None:
    for name, answer in played.of("cancel").items():
        assert isinstance(answer, BookingView)
        assert bookings[played.standing[name]].state == answer.state == "cancelled"
    for name in {"cancel by hand", "cancel planned"} - set(played.answers):
        assert bookings[played.standing[name]].state == "confirmed"


def _judge_outage(database: Database, played: Round, bookings: Any, holds: Any) -> None:
    """Whoever still stands under the outage got in before it, was counted, and waits for the repair."""
    (outage,) = played.of("outage").values()
    assert isinstance(outage, OutageView)
    with database.reading() as session:
        unit = session.exec(select(Outage.unit_id)).one()
        repairs = session.exec(select(Plan.id).where(Plan.kind == "repair")).all()
    under = {
        hold.run_id for hold in holds if hold.resource_id == unit and hold.start_at < OUT[2] and OUT[1] < hold.end_at
    }
    standing = {id_ for id_, row in bookings.items() if row.state == "confirmed" and row.run_id in under}
    assert standing <= {view.id for view in outage.affected}
    assert list(repairs) == ([outage.repair_plan_id] if outage.affected else [])


def _judge_publication(
    database: Database, played: Round, bookings: Any, runs: Any, holds: Any, verbs: Counter[str]
) -> None:
    """Whole or not at all."""
    answer = played.answers["publish"]
    written = [row for row in bookings.values() if row.plan_id == played.plan_id]
    state = show_plan(database, actor=ME, now=NOW, plan_id=played.plan_id).summary.state
    if isinstance(answer, PlanClashes):
        assert answer.reasons
        assert (state, written, verbs["refused publish"]) == ("draft", [], 1)
        return
    assert isinstance(answer, Published)
    assert (state, answer.confirmed, verbs["refused publish"]) == ("published", len(written), 0)
    draft = Draft(read_document(plan_document(database, actor=ME, now=NOW, plan_id=played.plan_id)))
    for row in written:
        run = runs[row.run_id]
        planned = draft.assignments[f"R{run.request_id}/{run.operation}/{run.number}"]
        assert row.state == "confirmed"
        assert {
            (hold.resource_id, hold.lane, hold.start_at, hold.end_at) for hold in holds if hold.run_id == run.id
        } == {
            (row_id(each.resource), each.lane, draft.clock.moment(each.start), draft.clock.moment(each.end))
            for each in draft.placements(planned)
        }


@pytest.mark.parametrize("late", [0.0, 0.4], ids=["together", "one after the other"])
@pytest.mark.parametrize("number", ROUNDS)
def test_a_publication_among_twenty_bookings_loses_nothing(database: Database, number: int, late: float) -> None:
    judge(database, all_at_once(database, number, late=late, cancelled=("cancel by hand", "cancel planned")))


def without_second_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rule book does not judge the draft with what was booked meanwhile: only the database's guard is left."""
    monkeypatch.setattr("scheduler.publishing.clashes_of", lambda *_, **__: ())


def test_the_rule_book_alone_holds_when_the_guard_is_off(database: Database) -> None:
    drop_guard(database)
    judge(database, all_at_once(database, 1, booked_first=True))


def test_the_guard_alone_holds_and_says_what_is_taken(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    without_second_look(monkeypatch)
    played = all_at_once(database, 2, booked_first=True)
    judge(database, played)
    (taken,) = played.answers["publish"].reasons
    assert taken.code == "taken"
    assert re.fullmatch(
        r"(PRINTER|OVEN-\d) is taken within \w{3} \d+ \w{3} \d\d:\d\d to \w{3} \d+ \w{3} \d\d:\d\d by another booking.",
        taken.text,
    )


def test_with_both_off_the_same_judgement_finds_overlaps(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    without_second_look(monkeypatch)
    drop_guard(database)
    played = all_at_once(database, 3, booked_first=True)
    assert overlaps(database)
    with pytest.raises(AssertionError):
        judge(database, played)
