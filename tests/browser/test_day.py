"""A technician's day in a browser: a unit reported and ended, work checked in, and a check-out that is refused."""

from datetime import timedelta

from playwright.sync_api import Page, expect

from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.booking import book_units
from tests.browser.conftest import Served
from tests.browser.readable import scrolls_sideways, violations
from tests.scheduler.small_centre import NOW


def is_readable(page: Page) -> bool:
    """With everything unfolded, in a wide window and in a narrow one."""
    page.evaluate("document.querySelectorAll('main details').forEach((each) => (each.open = true))")
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert violations(page) == []
        assert scrolls_sideways(page) == []
    return True


def test_a_day_is_told_where_it_happens(page: Page, served: Served) -> None:
    start, end = NOW + timedelta(hours=1), NOW + timedelta(hours=3)
    units, project = ("SEM",), "A-1"
    book_units(served.database, actor=ME, now=NOW, units=units, start=start, end=end, project=project, purpose="joints")
    page.goto("/day")
    page.get_by_role("link", name="Report a unit out of order").click()
    page.get_by_label("Unit").select_option("OVEN-2")
    page.get_by_label("What is broken").fill("door seal")
    page.get_by_role("button", name="Report").click()
    page.goto("/day")
    assert is_readable(page)
    page.get_by_role("button", name="OVEN-2 works again now").click()
    expect(page.get_by_role("heading", name="Out of order")).to_have_count(0)
    page.get_by_role("button", name="Check in booking 1").click()
    page.get_by_label("Pieces made in booking 1").fill("7")
    page.get_by_role("button", name="Check out booking 1").click()
    expect(page.get_by_role("alert")).to_contain_text("not after the check-in")
    expect(page.get_by_label("Pieces made in booking 1")).to_have_value("7")
    assert is_readable(page)


def test_a_job_is_asked_for(page: Page) -> None:
    page.goto("/requests")
    page.get_by_role("link", name="Ask for a job").click()
    page.get_by_role("link", name="Boards").click()
    assert is_readable(page)
    page.get_by_label("Project").select_option("A-1")
    page.get_by_label("Pieces", exact=True).fill("40")
    page.get_by_role("button", name="Ask for it").click()
    expect(page.get_by_text("40 pieces")).to_be_visible()
