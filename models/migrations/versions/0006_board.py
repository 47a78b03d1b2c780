"""Indexes for the questions of the board."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# By name: table, columns, condition. The column that the condition is about is in the index as well:
# SQLite would look into every row for it, and a count of 823,220 would take seconds.
INDEXES = {
    "results_first": ("results", ["at", "sequence"], "sequence = 1"),
    "results_changed": ("results", ["id", "revision"], "revision > 1"),
    "field_notes_told": ("field_notes", ["id", "kind"], "kind IN ('incident', 'absent')"),
    "messages_arrived": ("messages", ["carrier", "id"], "direction = 'in'"),
    "messages_failed": (
        "messages",
        ["id", "status"],
        "status IN ('failed', 'undelivered', 'expired', 'unknown')",
    ),
}


def upgrade() -> None:
    """Create the indexes."""
    for name, (table, columns, condition) in INDEXES.items():
        where = sa.text(condition)
        op.create_index(name, table, columns, unique=False, postgresql_where=where, sqlite_where=where)
