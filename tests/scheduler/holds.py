"""What tests ask of the holds in force, in plain Python: whether any two overlap; and how to be without their guard."""

from sqlalchemy import text
from sqlmodel import Session, col, select

from models.database import Database
from models.tables import Hold


def overlaps(database: Database) -> list[tuple[int | None, int | None]]:
    """Ids of each two holds in force that are on one lane at one time."""
    with database.reading() as session:
        holds = session.exec(select(Hold).where(col(Hold.in_force)).order_by(col(Hold.id))).all()
    return [
        (a.id, b.id)
        for number, a in enumerate(holds)
        for b in holds[:number]
        if (a.resource_id, a.lane) == (b.resource_id, b.lane) and a.start_at < b.end_at and b.start_at < a.end_at
    ]


def drop_guard(database: Database) -> None:
    """For controls: what the promise is worth when the database does not keep it."""
    statements = {
        "sqlite": "SELECT 'DROP TRIGGER ' || name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'hold'",
        "postgresql": "SELECT 'ALTER TABLE hold DROP CONSTRAINT ' || conname FROM pg_constraint "
        "WHERE conrelid = 'hold'::regclass AND contype = 'x'",
    }

    def command(session: Session) -> None:
        for (statement,) in session.connection().execute(text(statements[database.dialect])).all():
            session.connection().execute(text(statement))

    database.write(command)
