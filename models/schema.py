"""The schema's versions: Alembic, configured in code."""

from functools import cache
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from config.errors import StoreError
from models import dialect
from models.tables import Base

MIGRATIONS = Path(__file__).with_name("migrations")
_VERSION = text("SELECT version_num FROM alembic_version")


def migrate(db: Connection) -> None:
    """Bring the database to this version's schema, in the caller's transaction.

    Raises StoreError where a newer version of Pantau has been here, or where a table is gone.
    """
    if is_ready(db):
        return
    dialect.take_time(db)
    dialect.hold_start_lock(db)
    found = _found(db)
    if found is not None and found not in known():
        raise StoreError(
            f"the database has the schema {found}, made by a newer Pantau: "
            "install that version or restore a backup"
        )
    _upgrade(db)


def _upgrade(db: Connection) -> None:
    # Imported here: that takes a seventh of the time in which a command starts.
    from alembic import command
    from alembic.config import Config

    config = Config()  # there is no alembic.ini
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = db
    command.upgrade(config, "head")


def is_ready(db: Connection) -> bool:
    """Tell whether there is nothing to migrate. Raises StoreError where a table is gone."""
    if not is_current(db):
        return False
    if gone := lacking(db):
        raise StoreError(f"the database lacks the table {gone[0]}: restore a backup that is whole")
    return True


def is_current(db: Connection) -> bool:
    """Tell whether the schema is the one of this version."""
    return _found(db) == head()


def tables() -> list[str]:
    """Give the names of this version's tables."""
    return sorted(Base.metadata.tables)


def lacking(db: Connection) -> list[str]:
    """Give the tables of this version's schema that are gone, as from a backup that was restored in part."""
    return sorted(Base.metadata.tables.keys() - inspect(db).get_table_names())


def _found(db: Connection) -> str | None:
    """Give the revision of a database, None where nothing has been put into it."""
    return db.execute(_VERSION).scalar() if inspect(db).has_table("alembic_version") else None


def touch(db: Connection) -> None:
    """Write the version as it is."""
    db.execute(text("UPDATE alembic_version SET version_num = version_num"))


def head() -> str:
    """Give the newest revision that this version knows."""
    return max(known())


@cache
def known() -> frozenset[str]:
    """Give the revisions that this version knows: what the names of their files begin with."""
    return frozenset(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))
