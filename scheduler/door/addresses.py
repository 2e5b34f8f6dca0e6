"""E-mail addresses as they are kept.

Knows nothing of whose they are.
"""

import re

from scheduler.errors import BadValue

LONGEST = 254
SHAPE = r"""[^@\s<>"'(),:;\[\]\\]+@[^@\s<>"'(),:;\[\]\\]+"""
"""What it looks like, for whoever describes it."""


def written(email: str) -> str:
    """In lower case, without spaces around it."""
    return email.strip().lower()


def checked(email: str) -> str:
    """As ``written``. Raises ``BadValue`` for what is no address."""
    kept = written(email)
    if len(kept) > LONGEST or not re.fullmatch(SHAPE, kept) or not kept.isprintable():
        raise BadValue("That is no e-mail address, such as name@example.org.", field="email")
    return kept
