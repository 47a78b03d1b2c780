"""What else happens on the night: notes from the field, practice, scheduled texts."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base, BigId, partial_index


class FieldNote(Base):
    """What a monitor said besides figures: present, not_yet, incident, absent."""

    __tablename__ = "field_notes"
    __table_args__ = (
        Index("field_notes_by_station", "station_id", "kind"),
        partial_index("field_notes_told", "id", "kind", where="kind IN ('incident', 'absent')"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("stations.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[str]
    at: Mapped[datetime]
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"))
    text: Mapped[str | None]


class Practice(Base):
    """A report before opening that would have been recorded: counted nowhere but here."""

    __tablename__ = "practices"
    station_id: Mapped[int] = mapped_column(ForeignKey("stations.id"), primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), primary_key=True)
    at: Mapped[datetime]


class SlotRow(Base):
    """A scheduled text was composed for a recipient: the key that makes it happen once."""

    __tablename__ = "slots"
    __table_args__ = (
        UniqueConstraint("plan", "slot", "person_id", name="slots_once"),
        Index("slots_by_person", "person_id", "id"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    plan: Mapped[str]
    slot: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    figures: Mapped[str]  # digest, to know "nothing new"
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))  # None: nothing new


class Forgetting(Base):
    """When names, numbers and bodies were removed: what came before cannot be judged again."""

    __tablename__ = "forgettings"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime]
