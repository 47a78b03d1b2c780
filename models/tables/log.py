"""Texts in and out, what was asked in them, and what a carrier said of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base, BigId, partial_index


class MessageRow(Base):
    """Texts in and out, in one log. What is out is also the outbox: sent from its row.

    ``at`` is our clock at arrival or writing, ``sent_at`` the carrier's time of a text in, and of a
    text out when its carrier took it; ``sent_on`` is true once the carrier says that it sent it on.
    ``kind`` of a text out decides its turn and its time to live.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("carrier", "direction", "carrier_id", name="messages_once"),
        partial_index("messages_by_sender", "sender", "id", where="sender IS NOT NULL"),
        partial_index("messages_by_recipient", "recipient", "id", where="recipient IS NOT NULL"),
        partial_index("messages_by_station", "station_id", "id", where="station_id IS NOT NULL"),
        partial_index("messages_replies", "in_reply_to", where="in_reply_to IS NOT NULL"),
        partial_index("messages_outbox", "priority", "next_attempt", where="status IN ('queued', 'sending')"),
        partial_index("messages_commands", "sender", "command", where="command IS NOT NULL"),
        partial_index(
            "messages_failed",
            "id",
            "status",
            where="status IN ('failed', 'undelivered', 'expired', 'unknown')",
        ),
        partial_index("messages_resent_once", "resend_of", where="resend_of IS NOT NULL", unique=True),
        Index("messages_by_carrier", "carrier", "direction", "id"),
        partial_index("messages_to_strangers", "at", where="kind = 'reply' AND person_id IS NULL"),
        CheckConstraint("direction IN ('in', 'out')", name="direction_known"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    direction: Mapped[str]
    at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    carrier: Mapped[str | None]
    carrier_id: Mapped[str | None]
    sender: Mapped[str | None]
    recipient: Mapped[str | None]
    body: Mapped[str | None]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    station_id: Mapped[int | None] = mapped_column(ForeignKey("stations.id"))
    in_reply_to: Mapped[int | None] = mapped_column(BigInteger)
    # texts in
    outcome: Mapped[str | None]
    codes: Mapped[Any | None]
    command: Mapped[str | None]  # digest of a command that changes results or the roster
    pin: Mapped[str | None]  # none, right, wrong
    election_id: Mapped[int | None] = mapped_column(ForeignKey("elections.id"))
    roster: Mapped[int | None]
    sequence: Mapped[int | None]  # revisions that its station had when it was judged
    # texts out
    kind: Mapped[str | None]
    status: Mapped[str | None]
    segments: Mapped[int | None]
    priority: Mapped[int | None]
    attempts: Mapped[int | None]
    next_attempt: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    claimed_by: Mapped[str | None]
    claimed_until: Mapped[datetime | None]
    error_code: Mapped[str | None]
    sent_on: Mapped[bool | None]
    resend_of: Mapped[int | None] = mapped_column(BigInteger)  # the text that failed


class OptOutRow(Base):
    """A number that said ``STOP``: only replies go to it until it says ``START``."""

    __tablename__ = "opt_outs"
    phone: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class DeliveryReport(Base):
    """A status that came before the text's own id was known; taken up when it is."""

    __tablename__ = "delivery_reports"
    carrier: Mapped[str] = mapped_column(primary_key=True)
    carrier_id: Mapped[str] = mapped_column(primary_key=True)
    status: Mapped[str]
    error_code: Mapped[str | None]
    at: Mapped[datetime]
    sent_on: Mapped[bool | None]


class QuestionRow(Base):
    """Something that Pantau asked a number; ``YA`` runs ``body`` as if it had been sent."""

    __tablename__ = "questions"
    __table_args__ = (partial_index("questions_open", "phone", where="closed_by IS NULL"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    phone: Mapped[str | None]
    kind: Mapped[str]
    body: Mapped[str | None]
    at: Mapped[datetime]
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"))
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
