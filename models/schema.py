"""The schema's versions: Alembic, configured in code."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from config.errors import StoreError
from models import dialect

MIGRATIONS = Path(__file__).with_name("migrations")


def migrate(db: Connection) -> None:
    """Bring the database to this version's schema, in the caller's transaction.

    Raises StoreError where a newer version of Pantau has been here.
    """
    if is_current(db):
        return
    dialect.take_time(db)
    dialect.hold_start_lock(db)
    script = ScriptDirectory.from_config(alembic_config())
    known = {revision.revision for revision in script.walk_revisions()}
    found = MigrationContext.configure(db).get_current_revision()
    if found is not None and found not in known:
        raise StoreError(
            f"the database has the schema {found}, made by a newer Pantau: "
            "install that version or restore a backup"
        )
    config = alembic_config()
    config.attributes["connection"] = db
    command.upgrade(config, "head")


def is_current(db: Connection) -> bool:
    """Tell whether the schema is the one of this version."""
    return MigrationContext.configure(db).get_current_revision() == head()


def touch(db: Connection) -> None:
    """Write the version as it is."""
    db.execute(text("UPDATE alembic_version SET version_num = version_num"))


@cache
def head() -> str | None:
    """Give the newest revision that this version knows. Alembic reads every migration for it."""
    return ScriptDirectory.from_config(alembic_config()).get_current_head()


def alembic_config() -> Config:
    """Give Alembic's settings; there is no alembic.ini."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    return config
