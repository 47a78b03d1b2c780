"""Questions, notes, totals and schedule."""

import sqlalchemy as sa
from alembic import op

from models.columns import Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables."""
    _questions()
    _field_notes()
    _practices()
    _totals()
    _progress()
    _slots()
    _opt_outs()
    _delivery_reports()


def _questions() -> None:
    op.create_table(
        "questions",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("message_id", BIG_ID, nullable=False),
        sa.Column("closed_by", BIG_ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["closed_by"],
            ["messages.id"],
        ),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["messages.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "questions_open",
        "questions",
        ["phone"],
        unique=False,
        postgresql_where=sa.text("closed_by IS NULL"),
        sqlite_where=sa.text("closed_by IS NULL"),
    )


def _field_notes() -> None:
    op.create_table(
        "field_notes",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("station_id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("message_id", BIG_ID, nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["messages.id"],
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
        ),
        sa.ForeignKeyConstraint(
            ["station_id"],
            ["stations.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("field_notes_by_station", "field_notes", ["station_id", "kind"], unique=False)


def _practices() -> None:
    op.create_table(
        "practices",
        sa.Column("station_id", BIG_ID, nullable=False),
        sa.Column("message_id", BIG_ID, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["messages.id"],
        ),
        sa.ForeignKeyConstraint(
            ["station_id"],
            ["stations.id"],
        ),
        sa.PrimaryKeyConstraint("station_id", "message_id"),
    )


def _totals() -> None:
    op.create_table(
        "totals",
        sa.Column("district_id", BIG_ID, nullable=False),
        sa.Column("contest", sa.Text(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("stations", sa.Integer(), nullable=False),
        sa.Column("invalid", sa.Integer(), nullable=False),
        sa.Column("invalid_stations", sa.Integer(), nullable=False),
        sa.Column("v1", sa.Integer(), server_default="0", nullable=False),
        sa.Column("v2", sa.Integer(), server_default="0", nullable=False),
        sa.Column("v3", sa.Integer(), server_default="0", nullable=False),
        sa.Column("v4", sa.Integer(), server_default="0", nullable=False),
        sa.Column("v5", sa.Integer(), server_default="0", nullable=False),
        sa.Column("v6", sa.Integer(), server_default="0", nullable=False),
        sa.Column("v7", sa.Integer(), server_default="0", nullable=False),
        sa.Column("v8", sa.Integer(), server_default="0", nullable=False),
        sa.Column("v9", sa.Integer(), server_default="0", nullable=False),
        sa.Column("v10", sa.Integer(), server_default="0", nullable=False),
        sa.Column("v11", sa.Integer(), server_default="0", nullable=False),
        sa.Column("v12", sa.Integer(), server_default="0", nullable=False),
        sa.Column("v13", sa.Integer(), server_default="0", nullable=False),
        sa.Column("v14", sa.Integer(), server_default="0", nullable=False),
        sa.Column("v15", sa.Integer(), server_default="0", nullable=False),
        sa.Column("v16", sa.Integer(), server_default="0", nullable=False),
        sa.Column("v17", sa.Integer(), server_default="0", nullable=False),
        sa.Column("v18", sa.Integer(), server_default="0", nullable=False),
        sa.Column("v19", sa.Integer(), server_default="0", nullable=False),
        sa.Column("v20", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"],
            ["districts.id"],
        ),
        sa.PrimaryKeyConstraint("district_id", "contest", "slot"),
    )


def _progress() -> None:
    op.create_table(
        "progress",
        sa.Column("district_id", BIG_ID, nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("registered", sa.Integer(), nullable=False),
        sa.Column("reported", sa.Integer(), nullable=False),
        sa.Column("complete", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"],
            ["districts.id"],
        ),
        sa.PrimaryKeyConstraint("district_id", "slot"),
    )


def _slots() -> None:
    op.create_table(
        "slots",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("slot", sa.Text(), nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.Column("message_id", BIG_ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["messages.id"],
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("plan", "slot", "person_id", name="slots_once"),
    )
    op.create_index("slots_by_person", "slots", ["person_id", "id"], unique=False)


def _opt_outs() -> None:
    op.create_table(
        "opt_outs",
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("phone"),
    )


def _delivery_reports() -> None:
    op.create_table(
        "delivery_reports",
        sa.Column("carrier", sa.Text(), nullable=False),
        sa.Column("carrier_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("carrier", "carrier_id"),
    )
