"""What a centre asks for besides: a reason for a change, and a signature under what approves, publishes or releases.

Knows nothing of the change.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.database import Database
from models.tables import Centre
from scheduler.access import Action, Thing, check_may
from scheduler.actors import Actor
from scheduler.door.signatures import sign
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


NOTHING = Given()


def formalities_of(centres: Iterable[Centre]) -> Formalities:
    """What any of these centres asks for."""
    settings = [(centre.name, CentreSettings.read(centre.settings)) for centre in centres]
    return Formalities(
        reasons=next((name for name, each in settings if each.reasons), None),
        signatures=next((name for name, each in settings if each.signatures), None),
    )


def take_given(
    database: Database,
    *,
    actor: Actor,
    now: datetime,
    action: Action,
    centre_ids: Collection[int],
    reason: str = "",
    password: str = "",
    meaning: str = "",
    reason_field: str = "reason",
) -> Given:
    """What is given with a change that needs a signature where one of the centres says so; whoever gives a password
    signs, asked or not. ``action``: what it is, since who may not do it is not asked to sign.

    To be called before the centres are locked: looking at a password takes its time. What they ask for is looked at
    again under the lock (``check_given``). Raises ``Forbidden``, ``ReasonMissing``, and as ``sign``.
    """
    check_may(actor, action, *(Thing(centre_id=each) for each in centre_ids))
    with database.reading() as session:
        asked = formalities_of([session.get_one(Centre, each) for each in centre_ids])
    check_reason(asked, reason, field=reason_field)
    if asked.signatures is not None and actor.account_id is None:
        text = f"{asked.signatures} asks for a signature, and whoever acts here has no account to sign with: sign in, "
        raise SignatureMissing(f"{text}or say who signs (--as EMAIL --meaning WORDS).", field="password")
    signs = asked.signatures is not None or bool(password)
    signature = sign(database, actor=actor, now=now, password=password, meaning=meaning) if signs else None
    return Given(reason=reason.strip(), signature=signature)


def check_given(asked: Formalities, given: Given, *, reason_field: str = "reason") -> None:
    """Raises ``ReasonMissing``, ``SignatureMissing``."""
    check_reason(asked, given.reason, field=reason_field)
    check_signature(asked, given.signature)


def check_reason(asked: Formalities, reason: str, *, field: str = "reason") -> None:
    """Raises ``ReasonMissing``."""
    if asked.reasons is not None and not reason.strip():
        told = "what was read" if field == "readings" else "why"
        raise ReasonMissing(f"{asked.reasons} asks for a reason: say {told}.", field=field)


def check_signature(asked: Formalities, signature: Signature | None) -> None:
    """Raises ``SignatureMissing``."""
    if asked.signatures is not None and signature is None:
        text = f"{asked.signatures} asks for a signature: give your password again, and what you mean by it."
        raise SignatureMissing(text, field="password")
