"""Judging a page as a reader with other eyes or without a mouse meets it.

Knows no page.
"""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def violations(page: Page) -> list[tuple[str, str]]:
    """What axe-core objects to: the rule, and the first element that breaks it."""
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return [(each["id"], each["nodes"][0]["html"][:200]) for each in found]


def scrolls_sideways(page: Page) -> list[str]:
    """The page where it is wider than the window, everything that sticks out of it, and what scrolls within."""
    found: list[str] = page.evaluate(
        """() => [document.documentElement, ...document.querySelectorAll("main, main *:not(.vh, .vh *)")]
            .filter((each) => each.getBoundingClientRect().right > innerWidth + 1
                || (each === document.documentElement || /auto|scroll/.test(getComputedStyle(each).overflowX))
                    && each.scrollWidth > each.clientWidth + 1)
            .map((each) => each.outerHTML.slice(0, 200))"""
    )
    return found
