"""A centre as it is shown, and what it asks for besides, changed by an administrator: reasons and signatures.

Knows nothing of what the centre plans by: that is loaded with its lists.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from models.audit import snapshot
from models.database import Database
from models.locks import lock_centres
from models.tables import Centre
from scheduler.access import Thing, check_may
from scheduler.actors import Actor
from scheduler.formalities import Given, check_given, formalities_of, take_given
from scheduler.keys import id_of
from scheduler.recording import record_change
from scheduler.refusals import recorded_refusals
from scheduler.settings import CentreSettings


@dataclass(frozen=True, kw_only=True, slots=True)
class CentreView:
    """An engineering centre; ``zone`` is an IANA name. ``revision`` rises with each change of holds or limits.
    ``reasons``: changes need one; ``signatures``: what approves, publishes or releases needs one."""

    id: int
    key: str
    name: str
    zone: str
    revision: int
    reasons: bool
    signatures: bool


def centre_view(row: Centre) -> CentreView:
    settings = CentreSettings.read(row.settings)
    return CentreView(
        id=row.id or 0,
        key=row.key,
        name=row.name,
        zone=row.zone,
        revision=row.revision,
        reasons=settings.reasons,
        signatures=settings.signatures,
    )


def change_formalities(
    database: Database,
    *,
    actor: Actor,
    now: datetime,
    centre: str,
    reasons: bool | None = None,
    signatures: bool | None = None,
    reason: str = "",
    password: str = "",
    meaning: str = "",
) -> CentreView:
    """Whether the centre with this key asks for ``reasons`` and ``signatures`` from now on (``None``: as until now).

    The change itself is made under what the centre asks for until now, so that neither is turned off without it:
    ``reason``, and ``password`` with its ``meaning``. What changes nothing is no event. Raises ``Unknown``,
    ``Forbidden``, ``ReasonMissing``, and as ``sign``.
    """
    check_may(actor, "change formalities")
    with database.reading() as session:
        centre_id = id_of(session, "centre", centre) or 0
    asked = {name: value for name, value in (("reasons", reasons), ("signatures", signatures)) if value is not None}
    with recorded_refusals(
        database,
        actor=actor,
        now=now,
        verb="change of formalities",
        centre_ids=(centre_id,),
        about=f"centre {centre}",
        asked=asked,
    ):
        given = take_given(
            database,
            actor=actor,
            now=now,
            action="change formalities",
            centre_ids=(centre_id,),
            reason=reason,
            password=password,
            meaning=meaning,
        )
        return database.write(lambda session: _change(session, actor, now, centre_id, asked, given))


def _change(
    session: Session, actor: Actor, now: datetime, centre_id: int, asked: Mapping[str, bool], given: Given
) -> CentreView:
    centre = lock_centres(session, [centre_id])[0]
    check_may(actor, "change formalities", Thing(centre_id=centre_id))
    check_given(formalities_of([centre]), given)
    until_now = CentreSettings.read(centre.settings)
    if all(getattr(until_now, name) == value for name, value in asked.items()):
        return centre_view(centre)
    before = snapshot(centre)
    centre.settings = {**centre.settings, **asked}
    session.flush()
    record_change(
        session,
        actor=actor,
        now=now,
        verb="changed formalities",
        row=centre,
        centre_id=centre_id,
        reason=given.reason,
        before=before,
        facts=given.facts,
    )
    return centre_view(centre)
