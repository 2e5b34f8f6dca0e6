"""The record is read the newest first, by whom and as far as they may, and by what they look for."""

import json
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlmodel import Session

from api.sheets import written
from models.audit import PEOPLE, record
from models.database import Database
from models.queries.recorded import verbs
from models.tables import Account, AccountDetail, Centre
from scheduler.actors import NOBODY, Actor
from scheduler.auditing import verify_audit
from scheduler.errors import BadValue, Forbidden, NotSignedIn, Unknown
from scheduler.events import Looking, choices, list_events
from scheduler.exporting import export
from tests.scheduler.actors import administrator, auditor, engineer, manager, technician
from tests.scheduler.rehashed import rehashed
from tests.scheduler.small_centre import NOW, found, store

LATER = NOW + timedelta(days=1)


def did(database: Database, verb: str, *chains: str, **more: Any) -> None:
    """The same event on each of the chains."""
    event = {"at": NOW, "actor": "account:7", "object_kind": "booking", "object_id": "17", **more}

    def command(session: Session) -> None:
        for chain in chains:
            record(session, chain=chain, verb=verb, **event)

    database.write(command)


@pytest.fixture
def kept(sqlite_database: Database) -> Database:
    fill(sqlite_database)
    return sqlite_database


def fill(database: Database) -> None:
    """Events of two centres, of both at once, and of people; by two accounts, on two days."""
    found(database)
    store(database, Centre(id=2, key="ME", name="Mechanics", zone="Europe/Moscow"))
    for number, email in ((7, "anna@works.example"), (8, "boris@works.example")):
        store(database, Account(id=number, made_at=NOW))
        store(database, AccountDetail(account_id=number, email=email, name=f"Person {number}"))
    did(database, "made", "centre:1", after={"state": "asked"})
    did(database, "changed", "centre:1", actor="account:8", reason="why not", at=LATER)
    did(database, "milled", "centre:2")
    did(database, "published plan", "centre:1", "centre:2", object_kind="plan", object_id="3")
    did(database, "signed in", PEOPLE, object_kind="account", object_id="7")


OURS = {"made", "changed", "milled", "published plan", "signed in"}


def told(database: Database, reader: Actor, /, **looking: Any) -> list[str]:
    view = list_events(database, actor=reader, now=NOW, looking=Looking(**looking), limit=1_000)
    return [event.verb for event in view.events if event.verb in OURS]


def test_who_looks_after_all_reads_all_the_newest_first(kept: Database) -> None:
    for reader in (administrator(), auditor()):
        assert told(kept, reader) == ["signed in", "published plan", "published plan", "milled", "changed", "made"]


BOTH = Actor(key="account:9", grants=(*manager(1).grants, *manager(2).grants), account_id=9)


def test_a_lab_manager_reads_their_centres_chain(kept: Database) -> None:
    assert told(kept, manager(1)) == ["published plan", "changed", "made"]
    assert told(kept, manager(2)) == ["published plan", "milled"]
    assert told(kept, BOTH) == ["published plan", "published plan", "milled", "changed", "made"]


@pytest.mark.parametrize(("reader", "reason", "fields"), [(BOTH, "the mill is free", 1), (manager(1), "", 0)])
def test_of_what_is_of_another_centre_too_a_lab_manager_learns_that_it_was_done(
    kept: Database, reader: Actor, reason: str, fields: int
) -> None:
    did(kept, "published", "centre:1", "centre:2", reason="the mill is free", before={"a": 1}, after={"a": 2})
    event = list_events(kept, actor=reader, now=NOW, looking=Looking(verb="published", centre="EL")).events[0]
    assert (event.reason, len(event.fields), event.who) == (reason, fields, "Person 7")
    exported = export(kept, actor=reader, now=NOW, kind="audit", form="json").rows
    assert ("published" in {row[6] for row in exported}) == bool(fields)


def test_a_lab_managers_export_is_followed_over_what_is_withheld(kept: Database) -> None:
    did(kept, "published", "centre:1", "centre:2", reason="the mill is free", before={"a": 1}, after={"a": 2})
    did(kept, "went on", "centre:1")
    table = export(kept, actor=manager(1), now=NOW, kind="audit", form="json")
    events: list[dict[str, Any]] = json.loads(written(table, "json"))
    assert [event["number"] for event in events] == list(range(1, len(events) + 1))
    withheld = next(event for event in events if event["withheld"] and event["number"] == len(events) - 1)
    told = {name for name, value in withheld.items() if value is not None}
    assert told == {"chain", "number", "previous_hash", "hash", "withheld"}
    assert rehashed(events) == []
    without = [event for event in events if not event["withheld"]]
    assert rehashed(without) != []


@pytest.mark.parametrize("reader", [engineer(1), technician(1)])
def test_who_runs_no_centre_reads_none(kept: Database, reader: Actor) -> None:
    readings: tuple[Callable[..., object], ...] = (partial(list_events, looking=Looking()), choices, verify_audit)
    for reading in readings:
        with pytest.raises(Forbidden):
            reading(kept, actor=reader, now=NOW)
        with pytest.raises(NotSignedIn):
            reading(kept, actor=NOBODY, now=NOW)


LOOKED_FOR: list[tuple[dict[str, Any], list[str]]] = [
    ({"centre": "EL"}, ["published plan", "changed", "made"]),
    ({"chain": "people"}, ["signed in"]),
    ({"verb": "made"}, ["made"]),
    ({"actor": "account:8"}, ["changed"]),
    ({"actor": "Boris@Works.example"}, ["changed"]),
    ({"kind": "plan", "object_id": "3"}, ["published plan", "published plan"]),
    ({"object_id": "7"}, ["signed in"]),
    ({"start": LATER}, ["changed"]),
    ({"end": LATER, "centre": "EL"}, ["published plan", "made"]),
    ({"verb": "made", "actor": "account:8"}, []),
]


def test_what_is_looked_for_is_found_on_both_databases(database: Database) -> None:
    fill(database)
    for looking, verbs_found in LOOKED_FOR:
        assert told(database, auditor(), **looking) == verbs_found
    assert told(database, manager(1)) == ["published plan", "changed", "made"]
    assert set(choices(database, actor=auditor(), now=NOW).verbs) >= OURS


def test_it_is_read_page_by_page_without_losing_what_comes_in_meanwhile(kept: Database) -> None:
    looking, seen, after = Looking(centre="EL"), list[str](), 0
    while True:
        page = list_events(kept, actor=auditor(), now=NOW, looking=looking, after=after, limit=1)
        seen += [event.verb for event in page.events]
        after = page.events[-1].id
        did(kept, "came in", "centre:1")
        if not page.more:
            break
    assert [verb for verb in seen if verb in OURS] == ["published plan", "changed", "made"]
    assert "came in" not in seen


def test_an_event_is_told_with_who_what_why_and_what_changed(kept: Database) -> None:
    signed = {"state": "published", "signature": {"account_id": 7, "meaning": "approved", "at": NOW.isoformat()}}
    did(kept, "signed", "centre:1", before={"state": "draft"}, after=signed, reason="the week is full")
    event = list_events(kept, actor=manager(1), now=NOW, looking=Looking(verb="signed")).events[0]
    assert (event.who, event.reason, event.meaning) == ("Person 7", "the week is full", "approved")
    assert (event.object_kind, event.object_id, event.history_of) == ("booking", "17", "booking")
    assert [(each.before, each.after) for each in event.fields if each.field == "state"] == [("draft", "published")]


@pytest.mark.parametrize(
    ("kind", "history_of"),
    [
        ("booking", "booking"),
        ("technician", "person"),
        ("list of grants", "budget"),
        ("list of closures", None),
        ("attempt", None),
        ("file", None),
    ],
)
def test_an_event_says_under_which_kind_its_objects_history_is_told(
    kept: Database, kind: str, history_of: str | None
) -> None:
    did(kept, "marked", "centre:1", object_kind=kind)

    def told_to(reader: Actor) -> str | None:
        return list_events(kept, actor=reader, now=NOW, looking=Looking(verb="marked")).events[0].history_of

    assert told_to(auditor()) == history_of
    assert told_to(manager(1)) == (history_of if history_of == "booking" else None)


def test_another_centre_is_refused_and_what_is_not_there_unknown(kept: Database) -> None:
    for looking in ({"centre": "ME"}, {"chain": "centre:2"}, {"chain": "people"}, {"chain": "centre:99"}):
        with pytest.raises(Forbidden):
            told(kept, manager(1), **looking)
    with pytest.raises(Unknown):
        told(kept, auditor(), centre="MOON")
    with pytest.raises(BadValue):
        told(kept, auditor(), centre="EL", chain="people")


def test_whether_there_is_an_account_with_an_address_is_for_who_sees_people(kept: Database) -> None:
    for reader, address in ((auditor(), "nobody@works.example"), (manager(1), "anna@works.example")):
        with pytest.raises(Unknown, match=f"There is no account '{address}'"):
            told(kept, reader, actor=address)


def test_what_can_be_looked_for_is_told_by_the_names_of_centres(kept: Database) -> None:
    view = choices(kept, actor=auditor(), now=NOW)
    named = [(each.chain, each.centre) for each in view.chains]
    assert named == [("centre:1", "Electronics"), ("centre:2", "Mechanics"), ("people", None)]
    assert set(view.verbs) >= OURS
    assert [each.chain for each in choices(kept, actor=manager(2), now=NOW).chains] == ["centre:2"]
    with kept.reading() as session:
        assert sorted(verbs(session)) == sorted(set(verbs(session)))


def test_a_lab_manager_verifies_their_centres_chain(kept: Database) -> None:
    assert [chain.chain for chain in verify_audit(kept, actor=manager(1), now=NOW).chains] == ["centre:1"]
    assert len(verify_audit(kept, actor=auditor(), now=NOW).chains) == 3
