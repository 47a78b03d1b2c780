"""Indexes for what would have read the whole log: the last text of a carrier, replies to strangers."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the indexes."""
    op.drop_index("messages_inbound_times", "messages")
    op.create_index("messages_by_carrier", "messages", ["carrier", "direction", "id"], unique=False)
    op.create_index(
        "messages_to_strangers",
        "messages",
        ["at"],
        unique=False,
        postgresql_where=sa.text("kind = 'reply' AND person_id IS NULL"),
        sqlite_where=sa.text("kind = 'reply' AND person_id IS NULL"),
    )
