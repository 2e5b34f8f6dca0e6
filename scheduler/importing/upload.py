"""A file that somebody brings: its bytes, and its name as far as it may be shown.

Knows nothing of what is in it.
"""

import re
from dataclasses import dataclass
from hashlib import sha256

_LONGEST_NAME = 100
_PLACES = re.compile(r"[/\\]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Upload:
    """``name`` is whatever the sender calls it; nothing is ever read or written by it."""

    name: str
    content: bytes

    @property
    def shown(self) -> str:
        """The name without folders, line breaks and what cannot be printed."""
        last = _PLACES.split(self.name)[-1]
        clean = "".join(sign if sign.isprintable() else "_" for sign in last).strip(" .")
        return clean[:_LONGEST_NAME] or "file"

    @property
    def digest(self) -> str:
        """SHA-256 of the bytes, hexadecimal."""
        return sha256(self.content).hexdigest()

    def ends_with(self, ending: str) -> bool:
        return self.name.lower().endswith(ending)
