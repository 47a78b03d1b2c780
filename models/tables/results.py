"""Results, held reports and running totals: revisions and figures of cases only grow."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from config.contest_table import MOST_CANDIDATES
from models.tables.base import Base, BigId, partial_index


class ResultRow(Base):
    """A revision: what was accepted for one contest of a station, or that it was taken out.

    ``sequence`` counts the revisions of a station from 1, ``revision`` those of one contest
    there. ``hash`` covers the row's content and ``previous``, the hash of the revision before
    it at the station; it holds ids and no number or name, so that it survives ``forget``.
    """

    __tablename__ = "results"
    __table_args__ = (
        UniqueConstraint("station_id", "sequence", name="results_chain"),
        UniqueConstraint("station_id", "contest", "revision", name="results_revision"),
        Index("results_by_message", "message_id"),
        partial_index("results_first", "at", "sequence", where="sequence = 1"),
        partial_index("results_changed", "id", "revision", where="revision > 1"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("stations.id"))
    sequence: Mapped[int]
    contest: Mapped[str]
    revision: Mapped[int]
    votes: Mapped[Any | None]  # None: void
    stated: Mapped[int | None]  # SAH as written; the candidates' sum is what counts
    invalid: Mapped[int | None]
    source: Mapped[str]
    reason: Mapped[str]
    at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    previous: Mapped[str]
    hash: Mapped[str]


class CaseRow(Base):
    """A held report, ``K7``: open until a coordinator decides.

    ``sequence`` is how many revisions its station had when it was opened.
    """

    __tablename__ = "cases"
    __table_args__ = (
        Index("cases_by_station", "station_id"),
        partial_index("cases_open", "station_id", where="status = 'open'"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("stations.id"))
    sender: Mapped[str | None]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    codes: Mapped[Any]
    status: Mapped[str]
    at: Mapped[datetime]
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"))
    sequence: Mapped[int] = mapped_column(server_default="0")
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))


class CaseFigures(Base):
    """What a case says of one contest; the newest message's figures count, older ones stay."""

    __tablename__ = "case_figures"
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), primary_key=True)
    contest: Mapped[str] = mapped_column(primary_key=True)
    votes: Mapped[Any]
    stated: Mapped[int | None]
    invalid: Mapped[int | None]


WHOLE = ""  # in the place of a contest: the district's stations, whatever they reported


class Total(Base):
    """Running totals of a district: a row for each contest, and one that counts its stations. Each
    station adds to one of a few ``slot`` rows, so that reports of one district need not wait for
    each other's commit."""

    __tablename__ = "totals"
    contest: Mapped[str] = mapped_column(primary_key=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"), primary_key=True)
    slot: Mapped[int] = mapped_column(primary_key=True)
    registered: Mapped[int] = mapped_column(server_default="0")
    reported: Mapped[int] = mapped_column(server_default="0")
    complete: Mapped[int] = mapped_column(server_default="0")
    held: Mapped[int] = mapped_column(server_default="0")
    stations: Mapped[int] = mapped_column(server_default="0")
    invalid: Mapped[int] = mapped_column(server_default="0")
    invalid_stations: Mapped[int] = mapped_column(server_default="0")


for _number in range(1, MOST_CANDIDATES + 1):
    setattr(Total, f"v{_number}", mapped_column(f"v{_number}", Integer, nullable=False, server_default="0"))
