"""What a centre asks for besides: a reason for a change, and a signature under what is published.

Knows nothing of the change.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from models.tables import Centre
from scheduler.door.views import Signature
from scheduler.errors import ReasonMissing, SignatureMissing
from scheduler.settings import CentreSettings


@dataclass(frozen=True, kw_only=True, slots=True)
class Formalities:
    """``reasons``: the centre with this name wants a reason; ``signatures``: a signature (``None``: none does)."""

    reasons: str | None
    signatures: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """What was given with a change."""

    reason: str = ""
    signature: Signature | None = None

    @property
    def facts(self) -> dict[str, Any]:
        """The signature as an event keeps it, beside the row."""
        if self.signature is None:
            return {}
        signed = self.signature
        return {"signature": {"account_id": signed.account_id, "meaning": signed.meaning, "at": signed.at.isoformat()}}


def formalities_of(centres: Iterable[Centre]) -> Formalities:
    """What any of these centres asks for."""
    settings = [(centre.name, CentreSettings.read(centre.settings)) for centre in centres]
    return Formalities(
        reasons=next((name for name, each in settings if each.reasons), None),
        signatures=next((name for name, each in settings if each.signatures), None),
    )


def check_reason(asked: Formalities, reason: str) -> None:
    """Raises ``ReasonMissing``."""
    if asked.reasons is not None and not reason.strip():
        raise ReasonMissing(f"{asked.reasons} asks for a reason: say why.", field="reason")


def check_signature(asked: Formalities, signature: Signature | None) -> None:
    """Raises ``SignatureMissing``."""
    if asked.signatures is not None and signature is None:
        text = f"{asked.signatures} asks for a signature: give your password again, and what you mean by it."
        raise SignatureMissing(text, field="password")
