"""The rows that every changing command locks first: centres, then organisations, then clusters, then quotas, each by
id; and the numbers of the locks that are no rows.

Knows nothing of what is changed afterwards. On SQLite the write transaction itself is the lock. On PostgreSQL who holds
these waits for nobody who only stores rows that refer to them, as a rehearsal does.
"""

from collections.abc import Collection
from typing import TypeVar

from sqlmodel import Session, SQLModel, col, select

from models.errors import MissingRows
from models.tables import Centre, Cluster, Organisation, Quota

MIGRATION_LOCK, SECOND_TRY_LOCK, PEOPLE_LOCK = 7_309_453_115, 7_309_453_116, 7_309_453_117
"""Advisory locks of PostgreSQL: of migrations; of transactions that try again, taken before any row; of the chain of
people and settings, taken after all rows. Each has a number of its own, or the last would wait for the first."""

ATTEMPTS_LOCK = 7_309_453_118
"""Of counting wrong passwords, taken before any row."""

Row = TypeVar("Row", Centre, Organisation, Cluster)


def lock_centres(session: Session, ids: Collection[int]) -> list[Centre]:
    """The centres by id, locked until the transaction ends and read afresh. Raises ``MissingRows``."""
    return _lock(session, Centre, ids)


def lock_organisations(session: Session, ids: Collection[int]) -> list[Organisation]:
    """As ``lock_centres``; to be called after it."""
    return _lock(session, Organisation, ids)


def lock_clusters(session: Session, ids: Collection[int]) -> list[Cluster]:
    """As ``lock_centres``; to be called after ``lock_organisations``."""
    return _lock(session, Cluster, ids)


def lock_quotas_of_people(session: Session) -> list[Quota]:
    """The quotas of people that count at all centres, by id, locked until the transaction ends and read afresh; to be
    called after ``lock_clusters``. One person may ask for two organisations, at two centres, that share no other lock.
    """
    common = select(Quota).where(Quota.per == "person", col(Quota.centre_id).is_(None))
    statement = common.order_by(col(Quota.id)).with_for_update(key_share=True)
    return list(session.exec(statement, execution_options={"populate_existing": True}))


def raise_revision(centre: Centre) -> None:
    """Says that holds, calendars or limits of the locked centre changed: drafts made before have to be judged again."""
    centre.revision += 1


def _lock(session: Session, table: type[Row], ids: Collection[int]) -> list[Row]:
    wanted = sorted(set(ids))
    statement = select(table).where(col(table.id).in_(wanted)).order_by(col(table.id)).with_for_update(key_share=True)
    # What the session read before the lock may be old by now.
    rows = list(session.exec(statement, execution_options={"populate_existing": True}))
    missing = set(wanted) - {row.id for row in rows}
    if missing:
        raise MissingRows(_name(table), sorted(missing))
    return rows


def _name(table: type[SQLModel]) -> str:
    return str(table.__tablename__)
