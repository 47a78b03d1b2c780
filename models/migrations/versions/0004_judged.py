"""What a station had when a text was judged: for the audit, and for TERIMA after a change."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; what was judged before has no count, and a case of before is asked about
    wherever its station has any result."""
    op.add_column("messages", sa.Column("sequence", sa.Integer(), nullable=True))
    op.add_column("cases", sa.Column("sequence", sa.Integer(), nullable=False, server_default="0"))
