"""``plan``, ``publish``, ``export`` and ``outage`` on a small centre, with their exit statuses."""

import csv
import io
from pathlib import Path
from xml.etree import ElementTree

import pytest

from models.tables import Recipe
from tests import databases
from tests.api.cli_world import OnDatabase, furnish
from tests.api.commanded import Commanded
from tests.scheduler.small_centre import request, store
from tests.scheduler.test_counting import REWORKED


@pytest.fixture
def pilotline(
    sqlite_url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> OnDatabase:
    furnish(sqlite_url)
    return OnDatabase(sqlite_url, Commanded(capsys), monkeypatch, tmp_path)


def test_plan_prints_levels_and_what_stayed_out_with_its_reason(pilotline: OnDatabase) -> None:
    ended = pilotline.plan()
    assert ended.status == 0, ended.err
    for expected in (
        "4 runs of 2 requests planned, 1 request left out",
        "unplanned",
        "Weighted lateness",
        "0 violations",
    ):
        assert expected in ended.out
    assert "LATE (Alfa): unplanned" in ended.out
    assert "    - " in ended.out
    assert "It is a draft: `pilotline publish 1` confirms it." in ended.out


def test_progress_goes_to_stderr_and_json_alone_to_stdout(pilotline: OnDatabase) -> None:
    ended = pilotline.plan("--json")
    assert ended.status == 0
    assert ended.json["plan"]["summary"]["state"] == "draft"
    assert ended.json["check"]["violations"] == []
    assert ended.json["published"] is None
    assert "Planning 2026-W49 for all centres" in ended.err
    assert "planned 2" in ended.err


def test_same_work_and_seed_give_the_same_plan(pilotline: OnDatabase) -> None:
    first, second = (pilotline.plan("--seed", 5, "--json").json["plan"]["assignments"] for _ in range(2))
    assert first == second


def test_publish_confirms_what_was_drafted_once(pilotline: OnDatabase) -> None:
    pilotline.plan()
    ended = pilotline("publish", 1, "--json")
    assert ended.status == 0
    assert ended.json["confirmed"] == 4
    again = pilotline("publish", 1)
    assert again.status == 1
    assert again.out == ""
    assert "publish" in again.err


def test_plan_and_publish_in_one_go(pilotline: OnDatabase) -> None:
    ended = pilotline.plan("--publish")
    assert ended.status == 0, ended.err
    assert "Plan 1 is published: 4 bookings confirmed" in ended.out


def test_limit_and_work_together_are_wrong_use(pilotline: OnDatabase) -> None:
    assert pilotline.plan("--time-limit", 3).status == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["plan", "--week", "2026-W49", "--centre", "MOON"], "There is no centre 'MOON'."),
        (["plan", "--week", "2026-W40"], "2026-W40 is over"),
        (["publish", "77"], "There is no plan 77."),
        (["export", "plan", "77"], "There is no plan 77."),
        (["export", "bookings", "--week", "2026-W49", "--centre", "MOON"], "There is no centre 'MOON'."),
        (["export", "week", "--week", "2026-W49", "--centre", "MOON"], "There is no centre 'MOON'."),
        (["outage", "OVEN-9", "--from", "2026-12-01T10:40", "--until", "2026-12-02T10:00"], "no unit 'OVEN-9'"),
        (["outage", "OVEN-1", "--from", "2026-12-02T10:40", "--until", "2026-12-01T10:00"], "is not before the end"),
    ],
    ids=lambda value: " ".join(value[:4]) if isinstance(value, list) else None,
)
def test_what_is_refused_ends_with_status_1_and_says_why(pilotline: OnDatabase, words: list[str], said: str) -> None:
    ended = pilotline(*words)
    assert ended.status == 1
    assert ended.out == ""
    assert said in ended.err


def test_exported_plan_passes_the_check(pilotline: OnDatabase) -> None:
    pilotline.plan()
    assert pilotline("export", "plan", 1, "--out", "plan.json").status == 0
    checked = pilotline("check", "plan.json", "--json")
    assert checked.status == 0
    assert checked.json["holds"] is True
    assert Path("plan.json").read_text(encoding="utf-8") == pilotline("export", "plan", 1).out


def test_exported_bookings_as_csv_and_json_say_the_same(pilotline: OnDatabase) -> None:
    pilotline.plan("--publish")
    rows = list(csv.DictReader(io.StringIO(pilotline("export", "bookings", "--week", "2026-W49").out)))
    views = pilotline("export", "bookings", "--week", "2026-W49", "--format", "json").json
    assert len(rows) == len(views) == 4
    assert [int(row["id"]) for row in rows] == [view["id"] for view in views]
    assert {row["units"] for row in rows} <= {"PRINTER", "OVEN-1", "OVEN-2"}
    assert all(row["technicians"] for row in rows)
    assert {row["state"] for row in rows} == {"confirmed"}


def test_bookings_of_another_week_are_not_exported(pilotline: OnDatabase) -> None:
    pilotline.plan("--publish")
    assert pilotline("export", "bookings", "--week", "2027-W02").out.count("\n") == 1


def test_exported_week_is_a_chart(pilotline: OnDatabase) -> None:
    pilotline.plan("--publish")
    assert pilotline("export", "week", "--week", "2026-W49").status == 0
    texts = {element.text for element in ElementTree.parse("week.svg").iter("{http://www.w3.org/2000/svg}text")}
    assert {"Electronics, 2026-W49", "Assembly", "OVEN-1  Oven-1", "Information technologies"} <= texts


def test_file_that_cannot_be_written_is_wrong_use(pilotline: OnDatabase) -> None:
    pilotline.plan()
    assert pilotline("export", "plan", 1, "--out", "no/such/folder/plan.json").status == 2


def _oven(pilotline: OnDatabase) -> str:
    """An oven that is booked."""
    views = pilotline("export", "bookings", "--week", "2026-W49", "--format", "json").json
    return next(
        str(hold["key"]) for view in views for hold in view["holds"] if hold["kind"] == "unit" and "OVEN" in hold["key"]
    )


def test_outage_on_a_booked_unit_asks_for_a_repair(pilotline: OnDatabase) -> None:
    pilotline.plan("--publish")
    oven = _oven(pilotline)
    ended = pilotline("outage", oven, "--from", "2026-11-30T00:00", "--until", "2026-12-07T00:00", "--json")
    assert ended.status == 0, ended.err
    assert ended.json["outage"]["start"] == "2026-11-29T21:00:00Z"
    assert ended.json["outage"]["affected"]
    assert ended.json["outage"]["repair_plan_id"] == 2
    assert ended.json["plan"] is None


def test_an_outage_is_listed_and_ended(pilotline: OnDatabase) -> None:
    assert "EL: every unit works." in pilotline("outages").out
    pilotline("outage", "OVEN-1", "--from", "2026-11-30T08:00", "--until", "2026-12-02T08:00", "--reason", "door")
    listed = pilotline("outages", "--centre", "EL").out
    assert all(each in listed for each in ("OVEN-1", "Mon 30 Nov 08:00", "Wed 02 Dec 08:00", "door"))
    refused = pilotline("end-outage", 1, "--at", "2026-12-02T08:00")
    assert (refused.status, "only at a moment between" in refused.err) == (1, True)
    assert "OVEN-1 works again from Tue 1 Dec 2026 12:00" in pilotline("end-outage", 1, "--at", "2026-12-01T12:00").out
    assert pilotline("outages", "--json").json[0]["end"] == "2026-12-01T09:00:00Z"
    assert "is withdrawn: it had not begun" in pilotline("end-outage", 1).out
    assert "is over already" in pilotline("end-outage", 1).err
    assert "There is no outage 9" in pilotline("end-outage", 9).err


def test_repair_drafted_at_once_says_who_moves(pilotline: OnDatabase) -> None:
    pilotline.plan("--publish")
    oven = _oven(pilotline)
    until = "2026-12-07T00:00+03:00"
    ended = pilotline("outage", oven, "--from", "2026-11-30T00:00+03:00", "--until", until, "--draft")
    assert ended.status == 0, ended.err
    assert f"{oven} is out of order from Mon 30 Nov 00:00 to Mon 07 Dec 00:00 (Europe/Moscow)" in ended.out
    assert "1 request move" in ended.out or "requests move" in ended.out
    assert "`pilotline publish 2` makes it so." in ended.out


@pytest.mark.parametrize("moment", ["tomorrow", "2026-13-01T10:00", "10:40"])
def test_moment_that_is_none_is_wrong_use(pilotline: OnDatabase, moment: str) -> None:
    ended = pilotline("outage", "OVEN-1", "--from", moment, "--until", "2026-12-02T10:00")
    assert ended.status == 2
    assert "2026-12-01T10:40" in ended.err


def test_all_of_it_on_a_database_that_is_named_by_option(
    pilotline: OnDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PILOTLINE_DATABASE")
    ended = pilotline.plan()
    assert ended.status == 1
    assert "There is no database at pilotline.db: `pilotline init` makes one." in ended.err
    assert not Path("pilotline.db").exists()
    assert pilotline.plan("--database", pilotline.url).status == 0


def test_pin_keeps_a_booking_where_it_is(pilotline: OnDatabase) -> None:
    pilotline.plan("--publish")
    (first, *_) = pilotline("withdraw", "REQ-2", "--json").json["cancelled"]
    gone = pilotline("pin", str(first["id"]))
    assert (gone.status, gone.err) == (
        1,
        f"Booking {first['id']} is no confirmed booking that is still to begin: nothing moves it.\n",
    )
    kept = next(number for number in range(1, 9) if number != first["id"] and pilotline("pin", str(number)).status == 0)
    ended = pilotline("pin", str(kept), "--keep", "time")
    assert (ended.status, ended.out) == (0, f"Plans leave the time of booking {kept} as it is.\n")
    assert pilotline("pin", str(kept)).out == f"Plans leave the time and the units of booking {kept} as they are.\n"
    assert pilotline("pin", str(kept), "--keep", "none", "--json").json["pin"] == "none"
    assert pilotline("pin", str(kept), "--keep", "place").status == 2


def test_withdraw_takes_a_request_and_its_bookings_back(pilotline: OnDatabase) -> None:
    pilotline.plan("--publish")
    ended = pilotline("withdraw", "REQ-1", "--reason", "no parts")
    assert (ended.status, ended.out) == (0, "Request REQ-1 is withdrawn; 2 bookings are cancelled.\n")
    assert pilotline("withdraw", "LATE").out == "Request LATE is withdrawn.\n"
    as_json = pilotline("withdraw", "REQ-2", "--json").json
    assert as_json["request"]["state"] == "withdrawn"
    assert [each["operation"] for each in as_json["cancelled"]] == ["print", "soak"]
    again = pilotline("withdraw", "REQ-1", "--json")
    assert again.status == 1
    assert again.json["detail"] == "Request REQ-1 is withdrawn already."
    assert pilotline("withdraw", "NONE").status == 1


def test_count_corrects_a_conditional_step(pilotline: OnDatabase) -> None:
    ended = pilotline("count", "REQ-1", "print", 3)
    assert ended.status == 1
    assert "'print' is not conditional: the whole lot goes through it." in ended.err
    assert pilotline("count", "NONE", "print", 3).status == 1
    assert pilotline("count", "REQ-1", "print", "-3").status == 2
    with databases.opened(pilotline.url) as database:
        store(database, Recipe(id=2, laboratory_id=1, key="CHECKED", name="Checked", routing=REWORKED))
        request(database, "EL-001", recipe_id=2, quantity=60)
    ended = pilotline("count", "EL-001", "rework", 12)
    assert (ended.status, ended.out) == (0, "12 of 60 pieces of EL-001 go through rework.\n")
    as_json = pilotline("count", "EL-001", "rework", 0, "--json").json
    assert as_json["counts"] == [{"operation": "rework", "pieces": 0, "counted": True}]
