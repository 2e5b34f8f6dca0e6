"""A file that was refused leaves one event with people and settings, in a transaction of its own after the rollback.

Knows nothing of why. What stands in the file is not kept: how many mistakes of which kind, and a digest to know it by.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlmodel import Session

from models.audit import PEOPLE, record
from models.database import Database
from scheduler.actors import Actor
from scheduler.importing.upload import Upload
from scheduler.loading.mistakes import BadFiles

REFUSED = "refused import"


@contextmanager
def recorded_bad_files(
    database: Database, *, actor: Actor, now: datetime, kind: str, upload: Upload, rehearse: bool
) -> Iterator[None]:
    """Records ``BadFiles`` raised inside, then lets it pass on. A rehearsal is no attempt."""
    try:
        yield
    except BadFiles as refusal:
        mistakes = dict(sorted(Counter(mistake.code for mistake in refusal.mistakes).items()))
        facts = {"kind": kind, "file": upload.shown, "sha256": upload.digest, "mistakes": mistakes}

        def command(session: Session) -> None:
            record(
                session,
                chain=PEOPLE,
                at=now,
                actor=actor.key,
                verb=REFUSED,
                object_kind="file",
                object_id=upload.shown,
                after=facts,
            )

        if not rehearse:
            database.write(command)
        raise
