"""E-mail addresses, and names of accounts, as they are kept.

Knows nothing of whose they are.
"""

import re

from scheduler.errors import BadValue

LONGEST = 254
SHAPE = r"""[^@\s<>"'(),:;\[\]\\]+@[\w-]+(\.[\w-]+)*"""
"""What it looks like, for whoever describes it."""


_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Characters that turn the direction of the text around them, so that it reads as another."""


def checked_name(name: str | None) -> str | None:
    """Without spaces around it; nothing for a blank one. Raises ``BadValue`` for one that turns the text around it."""
    if name and _TURNING.search(name):
        raise BadValue("A name may have no characters that turn the direction of writing.", field="name")
    return (name or "").strip() or None


def written(email: str) -> str:
    """In lower case, without spaces around it."""
    return email.strip().lower()


def checked(email: str) -> str:
    """As ``written``. Raises ``BadValue`` for what is no address."""
    kept = written(email)
    if len(kept) > LONGEST or not re.fullmatch(SHAPE, kept) or not kept.isprintable():
        raise BadValue("That is no e-mail address, such as name@example.org.", field="email")
    return kept
