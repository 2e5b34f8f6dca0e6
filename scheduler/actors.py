"""Who does something.

Knows nothing of rights.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Actor:
    """Whoever acts, by the key that the audit keeps."""

    key: str


LOCAL_ADMINISTRATOR = Actor(key="local-administrator")
"""The one actor until sign-in exists."""

TIMETABLE = Actor(key="timetable")
"""Work that was made due earlier, and is now done."""
