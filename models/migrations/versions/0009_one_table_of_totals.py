"""The counts of stations become rows of the totals: a report adds to all of them in one statement."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COUNTS = ["registered", "reported", "complete", "held"]
SUMS = ["stations", "invalid", "invalid_stations", *(f"v{number}" for number in range(1, 21))]


def upgrade() -> None:
    """Make the table anew, for its key begins with the contest now, and move both into it."""
    op.create_table(
        "sums",
        sa.Column("contest", sa.Text(), nullable=False),
        sa.Column("district_id", BIG_ID, nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), server_default="0", nullable=False) for name in (*COUNTS, *SUMS)),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"]),
        sa.PrimaryKeyConstraint("contest", "district_id", "slot"),
    )
    for source, contest, names in (("totals", "contest", SUMS), ("progress", "''", COUNTS)):
        columns = ", ".join(names)
        op.execute(
            f"INSERT INTO sums (contest, district_id, slot, {columns})"
            f" SELECT {contest}, district_id, slot, {columns} FROM {source}"
        )
    op.drop_table("totals")
    op.drop_table("progress")
    op.rename_table("sums", "totals")
