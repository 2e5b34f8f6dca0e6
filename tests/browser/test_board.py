"""The board in a browser: readable in light and dark, by keyboard, and by finding."""

import re

import pytest
from playwright.sync_api import Page, expect

from models.tables import Closure, ReservedPeriod
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.booking import book_units
from scheduler.outages import report_outage
from tests.browser.conftest import Served
from tests.browser.readable import violations
from tests.scheduler.small_centre import NOW, WEEK, at, store

BOARD = f"/board?centre=EL&week={WEEK}"


@pytest.fixture
def _booked(served: Served) -> None:
    for unit, start, end, project, purpose in (
        ("OVEN-1", "Mon 09:00", "Mon 15:00", "A-1", "bake"),
        ("OVEN-1", "Wed 09:00", "Wed 15:00", "B-1", "anneal"),
        ("OVEN-2", "Tue 09:00", "Tue 18:00", "B-1", "cure"),
        ("SEM", "Tue 09:00", "Tue 12:00", "A-1", "joints"),
        ("SEM", "Tue 10:00", "Tue 16:00", "B-1", "seals"),
    ):
        book_units(
            served.database,
            actor=ME,
            now=NOW,
            units=(unit,),
            start=at(start),
            end=at(end),
            project=project,
            purpose=purpose,
        )
    report_outage(
        served.database, actor=ME, now=NOW, unit="OVEN-2", start=at("Tue 12:00"), end=at("Wed 12:00"), reason="fan"
    )


@pytest.mark.usefixtures("_booked")
@pytest.mark.parametrize("width", [1440, 400])
def test_nobody_is_kept_out(page: Page, scheme: str, width: int) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(BOARD)
    assert violations(page) == []


@pytest.mark.usefixtures("_booked")
def test_bars_lie_where_their_time_is(page: Page) -> None:
    page.goto(BOARD)
    track = page.locator(".row", has=page.get_by_text("OVEN-1", exact=True)).locator(".track").bounding_box()
    bar = page.locator(".bar", has_text="anneal").bounding_box()
    assert track is not None
    assert bar is not None
    hours = track["width"] / 168
    assert bar["x"] - track["x"] == pytest.approx((48 + 9) * hours, abs=2)
    assert bar["width"] == pytest.approx(6 * hours, abs=2)


@pytest.mark.usefixtures("_booked")
def test_lanes_lie_one_above_the_other(page: Page) -> None:
    page.goto(BOARD)
    boxes = [page.locator(".bar", has_text=word).bounding_box() for word in ("joints", "seals")]
    upper, lower = boxes
    assert upper is not None
    assert lower is not None
    assert upper["y"] + upper["height"] <= lower["y"]


@pytest.mark.usefixtures("_booked")
def test_arrow_keys_move_between_bars(page: Page) -> None:
    page.goto(BOARD)
    focused = page.locator(".bar > a:focus")
    page.locator(".bar > a").first.focus()
    expect(focused).to_contain_text("bake")
    page.keyboard.press("ArrowRight")
    expect(focused).to_contain_text("anneal")
    expect(page.locator("#card")).to_contain_text("Wed 2 Dec 09:00–15:00")
    page.keyboard.press("ArrowDown")
    expect(focused).to_contain_text(re.compile("cure|out of order"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Home")
    expect(focused).to_contain_text("joints")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("joints")


@pytest.mark.usefixtures("_booked")
def test_the_board_is_one_stop_of_the_tab_key(page: Page) -> None:
    page.goto(BOARD)
    assert page.locator(".bar > a[tabindex='0']").count() == 1
    page.locator(".skip").focus()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


@pytest.mark.usefixtures("_booked")
def test_an_outage_is_read_above_what_it_hits(page: Page) -> None:
    page.goto(BOARD)
    word = page.locator(".bar.outage .word")
    box, hit = word.bounding_box(), page.locator(".bar.hit", has_text="cure").bounding_box()
    assert box is not None
    assert hit is not None
    assert box["y"] + box["height"] <= hit["y"] + 1
    at_middle = "([x, y]) => document.elementFromPoint(x, y).textContent"
    assert page.evaluate(at_middle, [box["x"] + 4, box["y"] + box["height"] / 2]).startswith("out of order")


@pytest.mark.usefixtures("_booked")
def test_finding_leaves_what_fits(page: Page) -> None:
    page.goto(BOARD)
    page.get_by_label("Find").fill("cure")
    expect(page.locator(".row:visible")).to_have_count(1)
    page.get_by_label("Find").fill("SEM")
    expect(page.locator(".row:visible")).to_have_count(1)
    page.get_by_label("Find").fill("")
    expect(page.locator(".row:visible")).to_have_count(4)


@pytest.mark.usefixtures("_booked")
def test_a_cluster_can_be_faded(page: Page) -> None:
    page.goto(BOARD)
    bar = page.locator(".bar", has_text="bake").locator("a")
    expect(bar).to_have_css("opacity", "1")
    page.locator("label.cluster", has_text="Information").click()
    expect(bar).to_have_css("opacity", "0.12")


def test_the_board_changes_by_itself(page: Page, served: Served) -> None:
    page.clock.install()
    page.goto(BOARD)
    page.locator("#lab-SMT summary").click()
    page.locator("h1").click()
    book_units(
        served.database,
        actor=ME,
        now=NOW,
        units=("SEM",),
        start=at("Tue 09:00"),
        end=at("Tue 12:00"),
        project="A-1",
        purpose="late news",
    )
    page.evaluate("document.activeElement.blur()")
    page.clock.run_for(61_000)
    expect(page.locator(".bar", has_text="late news")).to_have_count(1)
    assert page.locator("#lab-SMT").get_attribute("open") is None


def test_the_board_needs_no_script(page: Page, served: Served) -> None:
    browser = page.context.browser
    assert browser is not None
    plain = browser.new_context(base_url=served.address, java_script_enabled=False)
    bare = plain.new_page()
    bare.goto(BOARD)
    expect(bare.get_by_role("heading", name="Assembly")).to_be_visible()
    bare.get_by_label("Week after, 2026-W50").click()
    expect(bare.get_by_role("heading", level=1)).to_contain_text("Week 50")
    plain.close()


def test_closures_are_named_where_they_lie(served: Served, page: Page, scheme: str) -> None:
    store(
        served.database,
        Closure(laboratory_id=1, start_at=at("Thu 00:00"), end_at=at("Fri 00:00"), reason="floor coating"),
        ReservedPeriod(unit_id=4, weekday=0, starts=8 * 60, ends=14 * 60, reason="warm-up"),
    )
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(BOARD)
    expect(page.locator(".bar.closure")).to_have_count(5)
    expect(page.locator(".bar.closure .word").first).to_be_visible()
    assert page.locator(".bar.closure .word").all_inner_texts().count("Closed: floor coating") == 4
    assert violations(page) == []
