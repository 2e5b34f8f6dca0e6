"""Indexes by which events are looked for: what was done, by whom, and when.

Knows nothing of the classes, which move on. No table is made anew, so that every guard stays.
"""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_INDEXES = {
    "audit_event_of_verb": ["verb", "id"],
    "audit_event_of_actor": ["actor", "id"],
    "audit_event_at": ["at"],
}


def upgrade() -> None:
    for name, columns in _INDEXES.items():
        op.create_index(name, "audit_event", columns)


def downgrade() -> None:
    for name in _INDEXES:
        op.drop_index(name, "audit_event")
