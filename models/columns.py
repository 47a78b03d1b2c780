"""Column types that mean the same on SQLite and on PostgreSQL."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, DateTime, Dialect, Text, TypeDecorator, literal_column

_NAIVE = len("2024-11-27 13:00:00.000000")  # without the "+00:00" behind it
_WRITE = json.JSONEncoder(separators=(",", ":"), sort_keys=True).encode


def _utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a naive moment cannot be stored")
    return value.astimezone(UTC)


@lru_cache(maxsize=16)
def _written(utc: datetime) -> str:
    # Of UTC only: a zone's two half past one of an autumn night are equal.
    return utc.isoformat(" ", "microseconds")[:_NAIVE]


class Instant(TypeDecorator[datetime]):
    """An aware moment, stored and given back in UTC, to the microsecond.

    SQLite keeps no time zone, so there the naive UTC text is written.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Refuse naive moments: which clock they are on cannot be known later."""
        return None if value is None else _utc(value)

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any] | None:
        """Give what writes it. For SQLite its text at once: a report writes eight, most of them the same,
        and SQLAlchemy's own formatting takes four times as long."""
        if dialect.name != "sqlite":
            return super().bind_processor(dialect)
        return lambda value: None if value is None else _written(_utc(value))

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the moment in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class Json(TypeDecorator[Any]):
    """A small value (a list of votes, of codes) as compact JSON text; lists come back as tuples."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, _dialect: Dialect) -> str | None:
        """Write without blanks and in a fixed order: the text is hashed."""
        return None if value is None else _WRITE(value)

    def process_result_value(self, value: str | None, _dialect: Dialect) -> Any:
        """Read; a list becomes a tuple, so that it can be compared and kept in frozen values."""
        if value is None:
            return None
        read = json.loads(value)
        return tuple(read) if isinstance(read, list) else read


def word(fixed: str) -> ColumnElement[str]:
    """Write a fixed word into the statement itself, as in ``WHERE status = 'open'``.

    Bound, it would be a value that SQLite has to know before it can tell whether a partial index
    serves: it would plan the statement anew each time, which takes longer than to execute it.
    """
    return literal_column(f"'{fixed}'", Text())
