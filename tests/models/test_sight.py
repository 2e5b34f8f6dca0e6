"""Queries find what may be seen: of some organisations, at some centres, or all; on either database."""

from typing import Any

import pytest
from sqlmodel import Session

from models.database import Database
from models.queries.booked import booked_rows, booking_place, project_with_key
from models.queries.catalogue import booking_ids_between, organisation_id_of
from models.queries.people import clusters_of, organisations_of, projects_of
from models.queries.plans import list_plans_of, plan_in_sight, plan_with_id
from models.queries.record import notices_of
from models.queries.requested import request_with_key, requested_rows
from models.queries.sight import EVERYTHING, Sight
from models.tables import Booking, Notice, Plan, PlanCentre, Run
from tests.scheduler.small_centre import NOW, at, found, request, store
from tests.scheduler.test_quotas import another_centre

ALFA, HERE, NOTHING = Sight(organisation_ids=frozenset({1})), Sight(centre_ids=frozenset({1})), Sight()
WHEN: dict[str, Any] = {"start": at("Mon 00:00"), "end": at("Sun 00:00")}


@pytest.fixture(autouse=True)
def _both(database: Database) -> None:
    """Alfa works at centres 1 and 2, Beta at centre 2 alone; what is Beta's has the number 2."""
    found(database)
    another_centre(database)
    request(database, "R-1")
    request(database, "R-2", project=2, centre_id=2, recipe_id=None, routing={"operations": []})
    for number, owner, centre in ((1, 1, 1), (2, 2, 2), (3, 1, 2)):
        run: dict[str, Any] = {"centre_id": centre, "start_at": at("Tue 10:00"), "end_at": at("Tue 12:00")}
        owned: dict[str, Any] = {"project_id": owner, "organisation_id": owner, "cluster_id": owner}
        told: dict[str, Any] = {"stage": "prototype", "state": "confirmed", "made_at": NOW, "made_by": "account:1"}
        store(
            database,
            Run(id=number, **run),
            Booking(
                id=number, run_id=number, booked_start=at("Tue 10:00"), booked_end=at("Tue 12:00"), **owned, **told
            ),
            Notice(id=number, centre_id=centre, organisation_id=owner, kind="cancelled", made_at=NOW),
        )
    for number, centre, state in ((1, 1, "draft"), (2, 2, "draft"), (3, 2, "published")):
        asked: dict[str, Any] = {
            "week": "2026-W49",
            "settings": {},
            "asked_by": "account:1",
            "asked_at": NOW,
            "document": "{}",
            "found_at": NOW,
        }
        asked |= {"published_by": "account:1", "published_at": NOW} if state == "published" else {}
        store(database, Plan(id=number, kind="week", state=state, **asked))
        store(database, PlanCentre(plan_id=number, centre_id=centre, revision=0))


def seen(session: Session, sight: Sight) -> dict[str, list[Any]]:
    """What each query finds, by ids or keys."""
    return {
        "bookings": booking_ids_between(session, **WHEN, sight=sight),
        "rows": [row.booking.id for row in booked_rows(session, booking_ids=[1, 2, 3], sight=sight)],
        "places": [id_ for id_ in (1, 2, 3) if booking_place(session, id_, sight=sight) is not None],
        "requests": [row.request.key for row in requested_rows(session, sight=sight)],
        "request": [key for key in ("R-1", "R-2") if request_with_key(session, key, sight=sight) is not None],
        "notices": sorted(row[0].id or 0 for row in notices_of(session, sight=sight)),
        "owners": [row.key for row in organisations_of(session, sight=sight)],
        "owner": [key for key in ("ALFA", "BETA") if organisation_id_of(session, key, sight=sight) is not None],
        "projects": [row.key for row in projects_of(session, sight=sight)],
        "project": [key for key in ("A-1", "B-1") if project_with_key(session, key, sight=sight) is not None],
    }


def expected(bookings: list[int], requests: list[str], owners: list[str]) -> dict[str, list[Any]]:
    projects = [{"ALFA": "A-1", "BETA": "B-1"}[owner] for owner in owners]
    return {
        **dict.fromkeys(("bookings", "rows", "places", "notices"), bookings),
        **dict.fromkeys(("requests", "request"), requests),
        **dict.fromkeys(("owners", "owner"), owners),
        **dict.fromkeys(("projects", "project"), projects),
    }


def test_each_sees_what_is_theirs_and_nothing_else(database: Database) -> None:
    with database.reading() as session:
        assert seen(session, EVERYTHING) == expected([1, 2, 3], ["R-1", "R-2"], ["ALFA", "BETA"])
        assert seen(session, ALFA) == expected([1, 3], ["R-1"], ["ALFA"])
        assert seen(session, HERE) == expected([1], ["R-1"], ["ALFA"])
        there = Sight(centre_ids=frozenset({2}))
        assert seen(session, there) == expected([2, 3], ["R-2"], ["ALFA", "BETA"])
        assert seen(session, NOTHING) == expected([], [], [])
        assert clusters_of(session, [1]) == {1}


def test_plans_are_seen_where_they_may_be_drafted_or_once_they_are_published(database: Database) -> None:
    def plans(whole: Sight, published: Sight) -> list[int | None]:
        with database.reading() as session:
            condition = plan_in_sight(whole=whole, published=published)
            listed = sorted(plan.id or 0 for plan in list_plans_of(session, condition))
            one_by_one = [id_ for id_ in (1, 2, 3) if plan_with_id(session, id_, condition) is not None]
        assert listed == one_by_one
        return list(listed)

    assert plans(EVERYTHING, EVERYTHING) == [1, 2, 3]
    assert plans(HERE, HERE) == [1]
    assert plans(NOTHING, EVERYTHING) == [3]
    assert plans(HERE, EVERYTHING) == [1, 3]
    assert plans(NOTHING, NOTHING) == []
