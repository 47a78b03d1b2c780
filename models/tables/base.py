"""Where Alembic finds the schema, and the types that its columns share."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Index, Integer, Text, text
from sqlalchemy.orm import DeclarativeBase

from models.columns import Instant, Json

# SQLite gives row ids only to a column that is exactly INTEGER PRIMARY KEY.
BigId = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """The schema."""

    type_annotation_map: ClassVar = {str: Text, datetime: Instant, Any: Json}


def partial_index(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """Give an index of only those rows that are looked for by it; the others cost nothing to write."""
    only = text(where)
    return Index(name, *columns, unique=unique, postgresql_where=only, sqlite_where=only)
