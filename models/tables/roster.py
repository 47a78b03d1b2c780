"""Who is who: elections, stations, people. ``since`` and ``until`` count changes of the roster
(``counters``), not moments: a clock may jump, a count does not."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Computed, ForeignKey, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base, BigId, partial_index


class ElectionText(Base):
    """The election file as it was: an audit judges a message by the election of its time."""

    __tablename__ = "elections"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    sha256: Mapped[str] = mapped_column(unique=True)
    source: Mapped[str]
    at: Mapped[datetime]


class Counter(Base):
    """Numbers that count up under a row lock: ``roster`` is the number of changes of the roster."""

    __tablename__ = "counters"
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int]


class DistrictRow(Base):
    """A district (kecamatan)."""

    __tablename__ = "districts"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)


class StationRow(Base):
    """A polling station as it is now; the row is locked while one of its reports is judged."""

    __tablename__ = "stations"
    __table_args__ = (
        Index("stations_by_district", "district_id", "number"),
        Index("stations_by_village", text("replace(village_key, ' ', '')")),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str]
    number: Mapped[int] = mapped_column(BigInteger, unique=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    village: Mapped[str]
    village_key: Mapped[str] = mapped_column(Computed("lower(village)", persisted=True))
    form_number: Mapped[int | None]
    voters: Mapped[int | None]
    voters_by_contest: Mapped[Any]
    removed: Mapped[bool] = mapped_column(server_default=false())


class StationVersion(Base):
    """A station as it was from one change of the roster until the next."""

    __tablename__ = "station_versions"
    station_id: Mapped[int] = mapped_column(ForeignKey("stations.id"), primary_key=True)
    since: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    village: Mapped[str]
    form_number: Mapped[int | None]
    voters: Mapped[int | None]
    voters_by_contest: Mapped[Any]
    removed: Mapped[bool]


class PersonRow(Base):
    """Someone on the roster, or once on it."""

    __tablename__ = "people"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str | None]
    language: Mapped[str | None]
    pin_hash: Mapped[str | None]
    paused: Mapped[bool] = mapped_column(server_default=false())


class PhoneRow(Base):
    """A number of a person; ``place`` 1 is the first SIM, 2 the second."""

    __tablename__ = "phones"
    __table_args__ = (
        partial_index("phones_current", "number", where="until IS NULL", unique=True),
        Index("phones_by_person", "person_id"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    number: Mapped[str | None]
    place: Mapped[int]
    since: Mapped[int]
    until: Mapped[int | None]


class RoleRow(Base):
    """What a person may do, and where: a monitor at a station, a coordinator or an official of a
    district, an official of the whole (no district). ``message_id`` is the ``GANTI`` behind it."""

    __tablename__ = "roles"
    __table_args__ = (
        Index("roles_by_person", "person_id"),
        Index("roles_by_station", "station_id"),
        Index("roles_by_district", "district_id", "role"),
        CheckConstraint("role IN ('monitor', 'coordinator', 'official')", name="role_known"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    role: Mapped[str]
    station_id: Mapped[int | None] = mapped_column(ForeignKey("stations.id"))
    district_id: Mapped[int | None] = mapped_column(ForeignKey("districts.id"))
    since: Mapped[int]
    until: Mapped[int | None]
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
