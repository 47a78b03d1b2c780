"""How the carriers do, and what the operator has been told of it: the same for every process."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base


class CarrierRow(Base):
    """A carrier in use; the row is locked while a text is given to it, or taken back.

    ``failures`` counts those in a row. ``trouble`` is ``failing`` or ``lying`` (it takes texts and
    leaves them), None where it is well; it is passed over until ``passed_until``. Texts that it
    took before ``judged_from`` are not counted any more. ``calm_at`` is when its last trouble is
    long enough ago to be called over, ``free_at`` when it may get its next text.
    """

    __tablename__ = "carriers"
    name: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int]
    trouble: Mapped[str | None]
    passed_until: Mapped[datetime | None]
    judged_from: Mapped[datetime | None]
    calm_at: Mapped[datetime | None]
    free_at: Mapped[datetime | None]


class AlarmRow(Base):
    """An alarm that the operator has been told of and that is not over: the key tells it once."""

    __tablename__ = "alarms"
    cause: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]
