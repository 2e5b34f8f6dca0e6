"""A refused attempt is recorded in a transaction of its own, after the rollback: it is demand.

Knows nothing of why.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.audit import record
from models.database import Database
from models.locks import lock_centres
from scheduler.actors import Actor
from scheduler.errors import Refused
from scheduler.nameless import nameless

WRITTEN = frozenset({"purpose", "reason", "override_reason"})
"""What people write as they like: they may name somebody, so that only its length is kept."""


@contextmanager
def recorded_refusals(
    database: Database,
    *,
    actor: Actor,
    now: datetime,
    verb: str,
    centre_ids: tuple[int, ...],
    about: str,
    asked: Mapping[str, Any] | None = None,
) -> Iterator[None]:
    """Records a ``Refused`` raised inside on the chain of each centre, with what was ``asked`` (moments and JSON), then
    lets it pass on."""
    try:
        yield
    except Refused as refusal:
        told = [refusal.text, *(reason.text for reason in refusal.reasons)]

        def command(session: Session) -> None:
            facts = {name: len(value or "") if name in WRITTEN else value for name, value in (asked or {}).items()}
            typed = [each for value in facts.values() for each in _texts(value)]
            text, *others = nameless(session, [*told, *typed], centre_ids=centre_ids)
            words = iter(others[len(told) - 1 :])
            facts = {name: _in_words(value, words) for name, value in facts.items()}
            after = {"asked": facts, "reasons": others[: len(told) - 1]}
            for centre in lock_centres(session, centre_ids):
                record(
                    session,
                    chain=f"centre:{centre.id}",
                    at=now,
                    actor=actor.key,
                    verb=f"refused {verb}",
                    object_kind="attempt",
                    object_id=about,
                    reason=text,
                    after=after,
                )

        database.write(command)
        raise


def _texts(value: Any) -> list[str]:
    """What somebody may have typed, wherever it stands: the name of an operation may be a technician's."""
    if isinstance(value, Mapping):
        return [text for pair in value.items() for text in _texts(pair)]
    if isinstance(value, list | tuple):
        return [text for each in value for text in _texts(each)]
    return [value] if isinstance(value, str) else []


def _in_words(value: Any, words: Iterator[str]) -> Any:
    """The value as it is stored, with the next words in place of its texts. A moment names nobody, whatever people are
    called."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(_in_words(pair, words) for pair in value.items())
    if isinstance(value, list | tuple):
        return [_in_words(each, words) for each in value]
    return next(words) if isinstance(value, str) else value
