"""Alembic's environment: runs the revisions on the connection that ``Database.migrate`` hands in.

Knows no address: migrations never connect by themselves.
"""

from alembic import context
from sqlmodel import SQLModel

import models.tables  # noqa: F401 - fills the metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    compare_type=True,
    # The caller's transaction holds everything, on SQLite too.
    transactional_ddl=True,
)
context.run_migrations()
