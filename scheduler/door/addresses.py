"""E-mail addresses as they are kept.

Knows nothing of whose they are.
"""

import re

from scheduler.errors import BadValue

LONGEST = 254
_SHAPE = re.compile(r"[^@\s<>\"'(),:;\[\]\\]+@[^@\s<>\"'(),:;\[\]\\]+")


def written(email: str) -> str:
    """In lower case, without spaces around it."""
    return email.strip().lower()


def checked(email: str) -> str:
    """As ``written``. Raises ``BadValue`` for what is no address."""
    kept = written(email)
    if len(kept) > LONGEST or not _SHAPE.fullmatch(kept) or not kept.isprintable():
        raise BadValue("That is no e-mail address, such as name@example.org.", field="email")
    return kept
