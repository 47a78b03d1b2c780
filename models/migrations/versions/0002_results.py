"""The log of texts, results and cases."""

import sqlalchemy as sa
from alembic import op

from models.columns import Instant, Json

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables."""
    _messages()
    _message_indexes()
    _roles()
    _cases()
    _case_figures()
    _results()


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("sent_at", Instant(), nullable=True),
        sa.Column("carrier", sa.Text(), nullable=True),
        sa.Column("carrier_id", sa.Text(), nullable=True),
        sa.Column("sender", sa.Text(), nullable=True),
        sa.Column("recipient", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("person_id", BIG_ID, nullable=True),
        sa.Column("station_id", BIG_ID, nullable=True),
        sa.Column("in_reply_to", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("codes", Json(), nullable=True),
        sa.Column("command", sa.Text(), nullable=True),
        sa.Column("pin", sa.Text(), nullable=True),
        sa.Column("election_id", BIG_ID, nullable=True),
        sa.Column("roster", sa.Integer(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("segments", sa.Integer(), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=True),
        sa.Column("next_attempt", Instant(), nullable=True),
        sa.Column("expires_at", Instant(), nullable=True),
        sa.Column("claimed_by", sa.Text(), nullable=True),
        sa.Column("claimed_until", Instant(), nullable=True),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.CheckConstraint("direction IN ('in', 'out')", name="direction_known"),
        sa.ForeignKeyConstraint(["election_id"], ["elections.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"]),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("carrier", "direction", "carrier_id", name="messages_once"),
    )


def _message_indexes() -> None:
    op.create_index("messages_by_recipient", "messages", ["recipient", "id"], unique=False)
    op.create_index("messages_by_sender", "messages", ["sender", "id"], unique=False)
    op.create_index("messages_by_station", "messages", ["station_id", "id"], unique=False)
    op.create_index(
        "messages_commands",
        "messages",
        ["sender", "command"],
        unique=False,
        postgresql_where=sa.text("command IS NOT NULL"),
        sqlite_where=sa.text("command IS NOT NULL"),
    )
    op.create_index("messages_inbound_times", "messages", ["carrier", "direction", "sent_at"], unique=False)
    op.create_index(
        "messages_outbox",
        "messages",
        ["priority", "next_attempt"],
        unique=False,
        postgresql_where=sa.text("status IN ('queued', 'sending')"),
        sqlite_where=sa.text("status IN ('queued', 'sending')"),
    )
    op.create_index("messages_replies", "messages", ["in_reply_to"], unique=False)


def _roles() -> None:
    op.create_table(
        "roles",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("station_id", BIG_ID, nullable=True),
        sa.Column("district_id", BIG_ID, nullable=True),
        sa.Column("since", sa.Integer(), nullable=False),
        sa.Column("until", sa.Integer(), nullable=True),
        sa.Column("message_id", BIG_ID, nullable=True),
        sa.CheckConstraint("role IN ('monitor', 'coordinator', 'official')", name="role_known"),
        sa.ForeignKeyConstraint(
            ["district_id"],
            ["districts.id"],
        ),
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
    op.create_index("roles_by_district", "roles", ["district_id", "role"], unique=False)
    op.create_index("roles_by_person", "roles", ["person_id"], unique=False)
    op.create_index("roles_by_station", "roles", ["station_id"], unique=False)


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("station_id", BIG_ID, nullable=False),
        sa.Column("sender", sa.Text(), nullable=True),
        sa.Column("person_id", BIG_ID, nullable=True),
        sa.Column("codes", Json(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("message_id", BIG_ID, nullable=False),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("decided_by", BIG_ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["decided_by"],
            ["messages.id"],
        ),
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
    op.create_index("cases_by_station", "cases", ["station_id"], unique=False)
    op.create_index(
        "cases_open",
        "cases",
        ["station_id"],
        unique=False,
        postgresql_where=sa.text("status = 'open'"),
        sqlite_where=sa.text("status = 'open'"),
    )


def _case_figures() -> None:
    op.create_table(
        "case_figures",
        sa.Column("case_id", BIG_ID, nullable=False),
        sa.Column("message_id", BIG_ID, nullable=False),
        sa.Column("contest", sa.Text(), nullable=False),
        sa.Column("votes", Json(), nullable=False),
        sa.Column("stated", sa.Integer(), nullable=True),
        sa.Column("invalid", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.id"],
        ),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["messages.id"],
        ),
        sa.PrimaryKeyConstraint("case_id", "message_id", "contest"),
    )


def _results() -> None:
    op.create_table(
        "results",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("station_id", BIG_ID, nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("contest", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("votes", Json(), nullable=True),
        sa.Column("stated", sa.Integer(), nullable=True),
        sa.Column("invalid", sa.Integer(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("person_id", BIG_ID, nullable=True),
        sa.Column("message_id", BIG_ID, nullable=False),
        sa.Column("case_id", BIG_ID, nullable=True),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.id"],
        ),
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
        sa.UniqueConstraint("station_id", "contest", "revision", name="results_revision"),
        sa.UniqueConstraint("station_id", "sequence", name="results_chain"),
    )
    op.create_index("results_by_message", "results", ["message_id"], unique=False)
