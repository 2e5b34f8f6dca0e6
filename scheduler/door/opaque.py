"""Secrets that are shown once: long, random, and kept as their hash alone.

Knows nothing of what they open.
"""

from hashlib import sha256
from secrets import token_urlsafe

_BYTES = 32


def new_secret() -> str:
    """256 random bits as text that an address or a header takes as it is."""
    return token_urlsafe(_BYTES)


def digest(secret: str) -> str:
    """What is stored of it. As it is random and long, one round of SHA-256 is enough."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
