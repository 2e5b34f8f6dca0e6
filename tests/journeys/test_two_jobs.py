"""Two jobs followed through: 200 boards from paste to test, and a bioreactor run over the week's end.

Everything but the loading goes through the doors that people use.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from models.database import Database
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.loading import load_directory
from scheduler.local_time import parse_relative
from tests import databases
from tests.api.declared import Declared, answer
from tests.sizes import FULL

TECHNOPARK = Path(__file__).parents[2] / "examples" / "technopark"
ZONE = "Europe/Moscow"
WEEK, NEXT = "2026-W49", "2026-W50"
HOUR = timedelta(hours=1)
Bookings = dict[str, list[dict[str, Any]]]


class Technopark(Declared):
    """The example before its first week, and a clock that the test moves."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, moment=moment("W-1 Wed 09:00"))
        load_directory(database, actor=ME, now=self.moment, directory=TECHNOPARK, week=WEEK)

    def publish(self, week: str, centre: str) -> None:
        """A plan of one centre's week is asked for, made and published."""
        asked = {"week": week, "centres": [centre], "work": 2, "workers": 2}
        address = answer(self.post("/api/v1/plans", json=asked), 202)["address"]
        assert self.work()
        answer(self.post(f"{address}/publish"))

    def bookings(self, centre: str, request: str) -> Bookings:
        """What stands booked for a request, by operation (all samplings as one), in order of time."""
        found: list[dict[str, Any]] = []
        span = {"start": moment("W+0 Mon 00:00").isoformat(), "end": moment("W+4 Mon 00:00").isoformat()}
        while True:
            asked = {**span, "centre": centre, "after": str(found[-1]["id"] if found else 0)}
            page = answer(self.get("/api/v1/bookings", params=asked))
            found += page
            if not page:
                break
        by_operation: Bookings = defaultdict(list)
        for each in sorted(found, key=lambda one: (one["start"], one["id"])):
            if each["request"] == request and each["state"] in ("confirmed", "tentative"):
                name = each["operation"]
                by_operation["sampling" if name.endswith(" sampling") else name].append(each)
        return by_operation

    def board(self, centre: str, week: str) -> str:
        return self.get("/board", params={"centre": centre, "week": week}).text


def moment(text: str) -> datetime:
    return parse_relative(text, WEEK, ZONE)


def span(booking: dict[str, Any]) -> tuple[datetime, datetime]:
    return datetime.fromisoformat(booking["start"]), datetime.fromisoformat(booking["end"])


def keys(booking: dict[str, Any], kind: str) -> list[str]:
    return [hold["key"] for hold in booking["holds"] if hold["kind"] == kind]


BOARDS, BATCH = (("sqlite", "postgresql"), ("sqlite", "postgresql")) if FULL else (("sqlite",), ("postgresql",))
"""The databases on which each job is followed: one each where time is short."""


@pytest.fixture
def technopark(request: pytest.FixtureRequest) -> Iterator[Technopark]:
    with databases.opened(request.getfixturevalue(f"{request.param}_url")) as database:
        yield Technopark(database)


@pytest.mark.parametrize("technopark", BOARDS, indirect=True)
def test_two_hundred_boards_from_paste_to_test(technopark: Technopark) -> None:
    technopark.publish(WEEK, "electronics")
    lot = technopark.bookings("electronics", "EL-001")
    runs = {name: [each["quantity"] for each in found] for name, found in lot.items()}
    assert runs == {
        "print": [100, 100],
        "place": [100, 100],
        "reflow": [50, 50, 50, 50],
        "inspect": [100, 100],
        "rework": [20],
        "soak": [100, 100],
        "test": [100, 100],
    }
    for number, reflow in enumerate(lot["reflow"]):
        printed = span(lot["print"][number // 2])[1]
        assert printed <= span(reflow)[0] <= printed + 4 * HOUR, "each panel's paste is soldered within 4 h"
    for number, soak in enumerate(lot["soak"]):
        start, end = span(soak)
        assert end - start >= 49 * HOUR, "loaded, 48 h, unloaded"
        attended = [span(hold) for hold in soak["holds"] if hold["kind"] == "person"]
        assert sum((until - since for since, until in attended), 0 * HOUR) == HOUR, "nobody stands beside it"
        assert start >= span(lot["inspect"][number])[1]
        assert end + HOUR <= span(lot["test"][number])[0] <= end + 48 * HOUR
    assert max(span(each)[1] for each in lot["test"]) <= moment("W+0 Sat 15:00"), "its deadline"

    technopark.moment = max(span(each)[1] for each in lot["inspect"]) - timedelta(minutes=1)
    counted = answer(technopark.post("/api/v1/requests/EL-001/counts", json={"operation": "rework", "count": 0}))
    assert counted["counts"] == [{"operation": "rework", "pieces": 0, "counted": True}]
    after = technopark.bookings("electronics", "EL-001")
    assert set(lot) - set(after) == {"rework"}, "nothing to rework: the run is given back"
    assert {name: after[name] for name in after} == {name: lot[name] for name in after}
    told = answer(technopark.get("/api/v1/notices", params={"centre": "electronics"}))
    assert lot["rework"][0]["id"] in {notice["booking_id"] for notice in told}
    assert "soak" in technopark.board("electronics", WEEK)


@pytest.mark.parametrize("technopark", BATCH, indirect=True)
def test_a_bioreactor_run_over_the_weeks_end_sampled_at_night(technopark: Technopark) -> None:
    technopark.publish(WEEK, "pharma")
    batch = technopark.bookings("pharma", "PH-005")
    (run,) = batch["cultivate"]
    start, end = span(run)
    monday = moment("W+1 Mon 00:00")
    assert start < monday < end, "it runs over the week's end"
    assert end - start >= 122 * HOUR

    samples = batch["sampling"]
    assert len(samples) == 15, "every 8 h of the 122 h 45 min that it takes by itself"
    shifts = {"T119": ("Mon", "Tue", "Wed", "Thu"), "T120": ("Fri", "Sat", "Sun")}
    at_night = 0
    for number, sample in enumerate(samples, start=1):
        at, until = span(sample)
        assert until - at == HOUR / 2
        assert abs(at - start - 8 * number * HOUR) <= HOUR, "every 8 h, an hour sooner or later"
        assert keys(sample, "unit") == [], "the bioreactor stands still for nobody"
        (person,) = keys(sample, "person")
        local = at.astimezone(ZoneInfo(ZONE))
        if local.hour >= 20 or local.hour < 8:
            at_night += local.hour >= 22 or local.hour < 6
            evening = local if local.hour >= 20 else local - timedelta(days=1)
            assert person not in shifts or evening.strftime("%a") in shifts[person]
    assert at_night >= 4, "two of three samplings, every night"

    (fill,), (dry,) = batch["fill"], batch["freeze-dry"]
    assert span(fill)[1] <= span(dry)[0] <= span(fill)[1] + 1.5 * HOUR
    assert span(dry)[1] - span(dry)[0] >= 62 * HOUR
    link = f"/bookings/{run['id']}"
    for week in (WEEK, NEXT):
        assert link in technopark.board("pharma", week), "both weeks' boards show it"

    technopark.moment = moment("W+0 Fri 12:00")
    assert technopark.moment > start
    technopark.publish(NEXT, "pharma")
    again = technopark.bookings("pharma", "PH-005")
    assert again["cultivate"] == [run], "the next week's plan leaves what runs where it is"
    assert [one for one in again["sampling"] if span(one)[0] < technopark.moment] == [
        one for one in samples if span(one)[0] < technopark.moment
    ]
    assert len(again["sampling"]) == len(samples)
    assert span(again["fill"][0])[1] <= span(again["freeze-dry"][0])[0] <= span(again["fill"][0])[1] + 1.5 * HOUR
