"""What ``pantau audit`` asks first: whether every row can be read, and is what was kept beside it."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Text, func, or_, select, type_coerce

from config.language import Lang
from models.audit import AT_ONCE, UNREADABLE, Check
from models.columns import Instant, Json
from models.station_import import VERSIONED
from models.tables import Base, ElectionText, PersonRow, StationRow, StationVersion

_LANGUAGES = [each.value for each in Lang]
_VERSION = StationVersion.__table__.alias("version")
_NEWEST = (  # asked of each station: a join with all maxima may be planned as one of each with each
    select(func.max(_VERSION.c.since))
    .where(_VERSION.c.station_id == StationRow.id)
    .correlate(StationRow)
    .scalar_subquery()
)
_OTHERWISE = (
    select(StationRow.id, StationRow.code)
    .outerjoin(
        StationVersion, (StationVersion.station_id == StationRow.id) & (StationVersion.since == _NEWEST)
    )
    .where(
        or_(
            *(getattr(StationRow, each).is_distinct_from(getattr(StationVersion, each)) for each in VERSIONED)
        )
    )
    .order_by(StationRow.id)
    .limit(1)
)
_NO_LANGUAGE = select(PersonRow.id).where(PersonRow.language.not_in(_LANGUAGES)).order_by(PersonRow.id)


def check_rows(db: Connection) -> Check:
    """Read every value that is kept in a form of its own, and compare what is kept twice."""
    rows = 0
    for table in Base.metadata.sorted_tables:
        columns = [each for each in table.columns if _has_form(each, db)]
        if columns:
            reads = [
                each.type.dialect_impl(db.dialect).result_processor(db.dialect, None) for each in columns
            ]
            for values in _raw(db, columns):
                rows += 1
                if (column := _unreadable(columns, reads, values)) is not None:
                    key = " ".join(map(str, values[len(columns) :]))
                    return Check("rows", rows, f"{table.name} row {key}: its {column} cannot be read")
    return Check("rows", rows, next(_kept_otherwise(db), None))


def _has_form(column: Column[Any], db: Connection) -> bool:
    """Whether a column's values are of a form that the database does not hold them to."""
    return isinstance(column.type, Json) or (isinstance(column.type, Instant) and db.dialect.name == "sqlite")


def _raw(db: Connection, columns: Sequence[Column[Any]]) -> Iterable[Sequence[Any]]:
    """Give the values of columns as the database has them, with the keys of their rows behind."""
    keys = columns[0].table.primary_key.columns
    query = select(*(type_coerce(each, Text) for each in columns), *keys).order_by(*keys)
    with db.execute(query, execution_options={"yield_per": AT_ONCE}) as found:
        yield from found


def _unreadable(columns: Sequence[Column[Any]], reads: Sequence[Any], values: Sequence[Any]) -> str | None:
    for column, read, value in zip(columns, reads, values, strict=False):
        try:
            if value is not None and read is not None:
                read(value)
        except UNREADABLE:
            return column.name
    return None


def _kept_otherwise(db: Connection) -> Iterator[str]:
    for person in db.execute(_NO_LANGUAGE):
        yield f"people row {person.id}: its language cannot be read"
    for station in db.execute(_OTHERWISE):
        yield f"stations row {station.id} (TPS{station.code}): it is not what was imported last"
    for file in db.execute(select(ElectionText.id, ElectionText.sha256, ElectionText.source)):
        if hashlib.sha256(file.source.encode()).hexdigest() != file.sha256:
            yield f"elections row {file.id}: its text is not what was kept"
