"""How each carrier does, which alarms have been raised, and what carriers have sent on."""

import sqlalchemy as sa
from alembic import op

from models.columns import Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables and the columns."""
    op.create_table(
        "carriers",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.Column("passed_until", Instant(), nullable=True),
        sa.Column("judged_from", Instant(), nullable=True),
        sa.Column("calm_at", Instant(), nullable=True),
        sa.Column("free_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "alarms",
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("cause"),
    )
    op.add_column("messages", sa.Column("sent_on", sa.Boolean(), nullable=True))
    op.add_column("delivery_reports", sa.Column("sent_on", sa.Boolean(), nullable=True))
