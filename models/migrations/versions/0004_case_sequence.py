"""What a station had when a case was opened: TERIMA asks once more where it has changed since."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; a case of before is asked about wherever its station has any result."""
    op.add_column("cases", sa.Column("sequence", sa.Integer(), nullable=False, server_default="0"))
