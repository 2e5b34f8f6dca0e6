"""Units that want approval: what is asked for holds nothing, one of two that clash wins, each answer is on record."""

import threading
from typing import Any

import pytest
from sqlmodel import Session, col, select

from models.database import Database
from models.replay import differences
from models.tables import AuditEvent, Booking, Centre, Hold, Policy, Quota, Unit
from scheduler import approving, judging
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.actors import Actor
from scheduler.admission import Admission
from scheduler.approving import confirm_booking, list_asked, return_booking
from scheduler.booking import book_units, cancel_booking, show_booking
from scheduler.door import passwords
from scheduler.door.signing_in import whose_session
from scheduler.errors import BookingRefused, Forbidden, NotPossibleNow, ReasonMissing, SignatureMissing, Unknown
from scheduler.formalities import take_given
from scheduler.notices import list_notices
from scheduler.outages import report_outage
from scheduler.views import BookingView
from tests.quick_passwords import PASSWORD, QUICK, person
from tests.scheduler.actors import engineer, manager, technician
from tests.scheduler.holds import drop_guard
from tests.scheduler.small_centre import NOW, at, found, store


def prepared(database: Database) -> Database:
    found(database)
    store(database, Policy(unit_id=2, approval=True))
    return database


@pytest.fixture
def lab(sqlite_database: Database) -> Database:
    return prepared(sqlite_database)


def ask(database: Database, *, actor: Actor | None = None, **more: Any) -> BookingView:
    wish: dict[str, Any] = {"units": ("OVEN-1",), "start": at("Tue 10:00"), "end": at("Tue 12:00"), "project": "A-1"}
    return book_units(database, actor=actor or engineer(1), now=NOW, **wish | more)


def confirm(database: Database, made: BookingView, **more: Any) -> BookingView:
    wish: dict[str, Any] = {"actor": manager(1), "now": NOW} | more
    return confirm_booking(database, booking_id=made.id, **wish)


def in_force(database: Database) -> list[int]:
    with database.reading() as session:
        return [row.run_id for row in session.exec(select(Hold).where(col(Hold.in_force)).order_by(col(Hold.id)))]


def test_what_is_asked_for_holds_from_the_lab_managers_yes_on(database: Database) -> None:
    prepared(database)
    made, other = ask(database), ask(database, actor=engineer(2), project="B-1")
    assert (made.state, other.state, in_force(database)) == ("asked", "asked", [])
    assert [each.id for each in list_asked(database, actor=manager(1), now=NOW)] == [made.id, other.id]
    assert confirm(database, made).state == "confirmed"
    assert len(in_force(database)) == 1
    with pytest.raises(BookingRefused) as refusal:
        confirm(database, other)
    assert [each.code for each in refusal.value.reasons if each.code != "option"] == ["taken"]
    returned = return_booking(database, actor=manager(1), now=NOW, booking_id=other.id, reason="taken by others")
    assert returned.state == "returned"
    assert list_asked(database, actor=manager(1), now=NOW) == []
    told = [(each.organisation, each.text) for each in list_notices(database, actor=ME, now=NOW)]
    assert told == [
        ("BETA", "booking 2 of Tue 1 Dec 10:00 is not approved: taken by others."),
        ("ALFA", "booking 1 is confirmed: 1 run from Tue 1 Dec 10:00."),
    ]
    with database.reading() as session:
        verbs = list(session.exec(select(AuditEvent.verb).order_by(col(AuditEvent.id))))
        untold = [row for row in differences(session) if row.table in ("booking", "hold", "run")]
    assert verbs == ["asked for booking"] * 2 + ["confirmed booking", "refused approval", "returned booking"]
    assert untold == []


def both_at_once(database: Database, ids: list[int]) -> list[str]:
    told: list[str] = []

    def one(booking_id: int) -> None:
        try:
            told.append(confirm_booking(database, actor=manager(1), now=NOW, booking_id=booking_id).state)
        except BookingRefused as refusal:
            told.append(refusal.code)

    threads = [threading.Thread(target=one, args=(each,)) for each in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return sorted(told)


def test_of_two_confirmed_at_once_one_wins(database: Database) -> None:
    prepared(database)
    ids = [ask(database).id, ask(database, actor=engineer(2), project="B-1").id]
    assert both_at_once(database, ids) == ["booking_refused", "confirmed"]
    assert len(in_force(database)) == 1


def _judge_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        judging, "admit", lambda _world, *, units, **_: Admission(lanes=(0,) * len(units), blockers=(), options=())
    )


def test_the_guard_alone_lets_one_win_too(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    prepared(database)
    ids = [ask(database).id, ask(database, actor=engineer(2), project="B-1").id]
    _judge_nothing(monkeypatch)
    assert both_at_once(database, ids) == ["booking_refused", "confirmed"]


def test_with_admission_and_guard_off_both_get_in(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    prepared(database)
    ids = [ask(database).id, ask(database, actor=engineer(2), project="B-1").id]
    _judge_nothing(monkeypatch)
    drop_guard(database)
    assert both_at_once(database, ids) == ["confirmed", "confirmed"]


def test_it_is_judged_again_by_what_holds_now(lab: Database) -> None:
    made = ask(lab)
    report_outage(lab, actor=ME, now=NOW, unit="OVEN-1", start=at("Tue 11:00"), end=at("Tue 13:00"))
    with pytest.raises(BookingRefused, match="does not fit") as refusal:
        confirm(lab, made)
    assert refusal.value.reasons[0].code == "out_of_order"
    assert show_booking(lab, actor=ME, now=NOW, booking_id=made.id).state == "asked"


def test_the_quota_of_whoever_asked_counts(lab: Database) -> None:
    quota: dict[str, Any] = {"centre_id": 1, "measure": "count", "most": 1, "period": "day"}
    store(lab, Quota(key="Q", per="person", **quota))
    first, second = ask(lab), ask(lab, start=at("Tue 14:00"), end=at("Tue 15:00"))
    other = ask(lab, actor=engineer(2), project="B-1", start=at("Tue 16:00"), end=at("Tue 17:00"))
    confirm(lab, first)
    with pytest.raises(BookingRefused):
        confirm(lab, second)
    assert confirm(lab, other).state == "confirmed"


def test_it_was_asked_for_in_time_however_late_the_answer(lab: Database) -> None:
    made = ask(lab, start=at("Mon 10:00"), end=at("Mon 12:00"))

    def notice(session: Session) -> None:
        row = session.exec(select(Policy)).one()
        row.notice_minutes, row.longest_minutes = 10_000, 1

    lab.write(notice)
    assert confirm(lab, made, now=at("Mon 09:59")).state == "confirmed"


def test_what_would_have_begun_is_not_confirmed(lab: Database) -> None:
    made = ask(lab)
    with pytest.raises(BookingRefused) as refusal:
        confirm(lab, made, now=at("Tue 10:01"))
    assert refusal.value.reasons[0].code == "past"
    assert return_booking(lab, actor=manager(1), now=at("Tue 10:01"), booking_id=made.id, reason="late").state


def test_an_override_goes_with_it_and_puts_two_on_no_place(lab: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def strict(session: Session) -> None:
        session.get_one(Centre, 1).settings = {"signatures": True}

    lab.write(strict)
    monkeypatch.setattr(passwords, "hasher", QUICK)
    anna = whose_session(lab, now=NOW, secret=person(lab, NOW, role="manager", centre="EL").secret)
    signed = {"override_reason": "visit", "password": PASSWORD, "meaning": "a visit"}
    made = ask(lab, actor=anna, start=at("Tue 21:00"), end=at("Tue 23:00"), **signed)
    assert made.state == "asked"
    lab.write(lambda session: setattr(session.get_one(Centre, 1), "settings", {}))
    assert confirm(lab, made).state == "confirmed"


def test_the_owner_takes_it_back_and_an_answer_comes_too_late(lab: Database) -> None:
    made = ask(lab)
    with pytest.raises(Unknown):
        cancel_booking(lab, actor=engineer(2), now=NOW, booking_id=made.id)
    assert cancel_booking(lab, actor=engineer(1), now=at("Tue 11:00"), booking_id=made.id).state == "cancelled"
    with pytest.raises(NotPossibleNow, match="does not wait for approval"):
        confirm(lab, made)
    with pytest.raises(NotPossibleNow, match="does not wait for approval"):
        return_booking(lab, actor=manager(1), now=NOW, booking_id=made.id, reason="no")
    assert in_force(lab) == []


def test_whoever_may_approve_need_not_ask_unless_a_signature_is_wanted(lab: Database) -> None:
    assert ask(lab, actor=manager(1)).state == "confirmed"
    assert ask(lab, units=("OVEN-2",)).state == "confirmed"
    assert ask(lab, units=("OVEN-2", "OVEN-1"), start=at("Wed 10:00"), end=at("Wed 11:00")).state == "asked"
    lab.write(lambda session: setattr(session.get_one(Centre, 1), "settings", {"signatures": True}))
    assert ask(lab, actor=manager(1), start=at("Wed 12:00"), end=at("Wed 13:00")).state == "asked"


def test_a_no_needs_a_reason_and_a_yes_what_the_centre_asks_for(lab: Database) -> None:
    made = ask(lab)
    with pytest.raises(ReasonMissing):
        return_booking(lab, actor=manager(1), now=NOW, booking_id=made.id, reason=" ")
    lab.write(lambda session: setattr(session.get_one(Centre, 1), "settings", {"reasons": True, "signatures": True}))
    with pytest.raises(ReasonMissing):
        confirm(lab, made)
    with pytest.raises(SignatureMissing):
        confirm(lab, made, reason="fits")
    with pytest.raises(SignatureMissing, match="no account to sign with"):
        confirm(lab, made, actor=ME, reason="fits", password="x", meaning="approved")
    assert in_force(lab) == []


def test_a_signature_that_was_wanted_meanwhile_is_missed_under_the_lock(
    lab: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = ask(lab)
    take = take_given

    def settings_change(*where: Any, **asked: Any) -> Any:
        found = take(*where, **asked)
        lab.write(lambda session: setattr(session.get_one(Centre, 1), "settings", {"signatures": True}))
        return found

    monkeypatch.setattr(approving, "take_given", settings_change)
    with pytest.raises(SignatureMissing):
        confirm(lab, made)
    # Control: without the look under the lock it is confirmed by whoever came before signatures were wanted.
    lab.write(lambda session: setattr(session.get_one(Centre, 1), "settings", {}))
    monkeypatch.setattr(approving, "check_given", lambda *_, **__: None)
    assert confirm(lab, made).state == "confirmed"


@pytest.mark.parametrize(
    ("actor", "refusal"),
    [(engineer(1), Forbidden), (technician(1), Forbidden), (engineer(2), Unknown), (manager(2), Unknown)],
)
def test_only_the_centres_manager_answers_and_sees_what_waits(
    lab: Database, actor: Actor, refusal: type[Exception]
) -> None:
    made = ask(lab)
    with pytest.raises(refusal):
        confirm(lab, made, actor=actor)
    with pytest.raises(refusal):
        return_booking(lab, actor=actor, now=NOW, booking_id=made.id, reason="no")
    if actor.grants[0].role == "manager":
        assert list_asked(lab, actor=actor, now=NOW) == []
    else:
        with pytest.raises(Forbidden):
            list_asked(lab, actor=actor, now=NOW)
    assert show_booking(lab, actor=ME, now=NOW, booking_id=made.id).state == "asked"


def test_it_gets_a_lane_that_is_free_then(lab: Database) -> None:
    store(lab, Policy(unit_id=4, approval=True))
    made = [ask(lab, units=("SEM",)) for _ in range(3)]
    lanes = [confirm(lab, each).holds[0].lane for each in made[:2]]
    assert sorted(lanes) == [0, 1]
    with pytest.raises(BookingRefused):
        confirm(lab, made[2])


def test_several_units_are_confirmed_together(lab: Database) -> None:
    made = confirm(lab, ask(lab, units=("PRINTER", "OVEN-1")))
    with lab.reading() as session:
        keys = {row.id: row.key for row in session.exec(select(Unit))}
        held = [keys[row.resource_id] for row in session.exec(select(Hold).where(col(Hold.in_force)))]
        states = [row.state for row in session.exec(select(Booking))]
    assert (sorted(held), states) == (["OVEN-1", "PRINTER"], ["confirmed"])
    assert sorted(hold.key for hold in made.holds) == ["OVEN-1", "PRINTER"]
