"""Coming in with a browser: link, board, account and people, readable in light and dark, and out again."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from api.door import COOKIE, identify
from models.database import Database
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.door import passwords
from scheduler.door.people import RoleAsked, invite
from tests.browser.conftest import Served, serving
from tests.browser.readable import scrolls_sideways, violations
from tests.quick_passwords import ANNA, PASSWORD, QUICK
from tests.scheduler.small_centre import NOW, found

RECORD = ("/record", "/record?verb=signed+in", "/record/verify", "/record/trace?unit=SEM", "/record/exports")
"""With what was done so far, a form with a mistake among them."""


@pytest.fixture
def served(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    monkeypatch.setattr(passwords, "hasher", QUICK)
    found(sqlite_database)
    with serving(sqlite_database, identify) as served:
        yield served


def is_readable(page: Page) -> bool:
    assert violations(page) == []
    page.set_viewport_size({"width": 400, "height": 900})
    assert scrolls_sideways(page) == []
    page.set_viewport_size({"width": 1440, "height": 900})
    return True


def test_by_link_and_keyboard_in_and_out_again(page: Page, served: Served, scheme: str) -> None:
    link = invite(served.database, actor=ME, now=NOW, email=ANNA, roles=(RoleAsked(role="administrator"),))
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(f"/link/{link.secret}")
    assert is_readable(page)
    page.get_by_label("Your name").fill("Anna Orlova")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("The same again").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{served.address}/board")
    expect(page.get_by_role("banner")).to_contain_text("Anna Orlova")
    kept = {each["name"]: each for each in page.context.cookies()}
    assert kept[COOKIE]["secure"]
    assert kept[COOKIE]["httpOnly"]
    for path in ("/account", "/people", "/people/1", "/settings", "/outages", *RECORD):
        page.goto(path)
        assert is_readable(page)
    page.get_by_role("button", name="Sign out", exact=True).press("Enter")
    expect(page.get_by_role("status")).to_contain_text("signed out")
    page.goto("/plans")
    assert is_readable(page)
    page.get_by_label("E-mail").fill(ANNA)
    page.get_by_label("Password").fill("not the password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("do not belong together")
    expect(page.get_by_label("Password")).to_be_focused()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{served.address}/plans")
