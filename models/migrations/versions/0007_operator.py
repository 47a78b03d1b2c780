"""Texts that are sent again, linked to the ones that failed; and when people were forgotten."""

import sqlalchemy as sa
from alembic import op

from models.columns import Instant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the column and the table."""
    op.add_column("messages", sa.Column("resend_of", sa.BigInteger(), nullable=True))
    op.create_index("messages_resent_once", "messages", ["resend_of"], unique=True)
    op.create_table(
        "forgettings",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
