"""A lab manager's path in a browser: plan, publish, report a breakdown, read who moves and why, publish."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Served
from tests.browser.readable import scrolls_sideways, violations
from tests.scheduler.small_centre import WEEK

BOARD = f"/board?centre=EL&week={WEEK}"
ADDRESSES = ("/plans", "/requests", "/requests/LATE", "/docs", "/bookings/new?unit=SEM", "/nothing")


def test_from_an_empty_week_to_a_repaired_one(page: Page, served: Served, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(BOARD)
    page.get_by_role("button", name="Plan this week").click()
    expect(page.get_by_role("heading", name="Waiting for its turn")).to_be_visible()
    assert violations(page) == []

    assert served.work()
    expect(page.get_by_role("heading", name="What publishing changes")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("^LATE"))).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Publish").click()
    expect(page.locator("h1 .mark")).to_have_text("published")

    page.goto(BOARD)
    row = page.locator(".row", has=page.get_by_text("PRINTER", exact=True))
    expect(row.locator(".bar.booking")).to_have_count(2)
    row.hover()
    row.get_by_role("link", name="Report PRINTER out of order").click()
    assert violations(page) == []
    page.get_by_label("From").fill("2026-11-30T00:00")
    page.get_by_label("Until").fill("2026-12-01T12:00")
    page.get_by_label("What is broken").fill("squeegee")
    page.get_by_role("button", name="Report and draft the repair").click()

    assert served.work()
    expect(page.get_by_role("heading", name="What publishing changes")).to_be_visible()
    expect(page.locator(".diff tbody .why").first).to_contain_text(re.compile("PRINTER is out of order"))
    expect(page.locator(".headline")).to_contain_text("move")
    for width in (1440, 800, 400):
        page.set_viewport_size({"width": width, "height": 900})
        assert violations(page) == []
        assert scrolls_sideways(page) == [], width
    page.set_viewport_size({"width": 1280, "height": 720})
    page.get_by_role("button", name="Publish").click()
    expect(page.locator("h1 .mark")).to_have_text("published")

    page.goto(BOARD)
    expect(page.locator(".bar.outage")).to_have_count(1)
    expect(page.locator(".bar.hit")).to_have_count(0)
    expect(page.locator(".notice-moved").first).to_contain_text("moves from")
    assert violations(page) == []


def test_mistakes_lead_back_to_their_field(page: Page, served: Served) -> None:
    page.goto("/outages/new?unit=SEM")
    page.get_by_label("From").fill("2026-12-01T12:00")
    page.get_by_label("Until").fill("2026-12-01T10:00")
    page.get_by_role("button", name="Report and draft the repair").click()
    expect(page.get_by_role("alert")).to_contain_text("is not before")
    assert violations(page) == []
    page.get_by_role("alert").get_by_role("link", name="Until").click()
    expect(page.get_by_label("Until")).to_be_focused()


def test_other_pages_keep_nobody_out(page: Page, served: Served, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    for address in ADDRESSES:
        page.goto(address)
        assert violations(page) == [], address


@pytest.mark.parametrize("width", [400, 800, 1400])
def test_no_page_is_wider_than_the_window(page: Page, served: Served, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    for address in (BOARD, *ADDRESSES):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_a_booking_is_made_read_and_cancelled(page: Page, served: Served) -> None:
    page.goto("/bookings/new?unit=SEM")
    page.get_by_label("From").fill("2026-12-01T10:00")
    page.get_by_label("Until").fill("2026-12-01T12:00")
    page.get_by_label("Project").select_option("A-1")
    page.get_by_label("Purpose").fill("joints")
    page.get_by_role("button", name="Book", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("The booking is confirmed.")
    page.locator(".bar", has_text="joints").locator("a").click()
    assert violations(page) == []
    page.get_by_text("Cancel this booking").click()
    page.get_by_role("button", name="Cancel the booking").click()
    expect(page.locator("h1 .mark")).to_have_text("cancelled")
