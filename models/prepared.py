"""Statements that write, compiled once: a text writes through four of them.

SQLAlchemy looks the values of a statement up by name anew at each execution, which takes longer than
SQLite takes to write the row (``docs/speed.md``). A statement is written with SQLAlchemy and its
values by its types all the same, but they go to the driver as they stand.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, CursorResult

Values = Mapping[str, Any]


class Prepared:
    """A statement, or one for each dialect by its name.

    Its values are its ``bindparam``; what it returns is as the driver gives it.
    """

    def __init__(self, statement: Any = None, **by_dialect: Any) -> None:
        self._statement, self._by_dialect = statement, by_dialect
        self._compiled: dict[str, _Compiled] = {}

    def run(self, db: Connection, values: Values) -> CursorResult[Any]:
        """Execute it once."""
        compiled = self._for(db)
        return db.exec_driver_sql(compiled.text, compiled.bound(values))

    def run_each(self, db: Connection, rows: Sequence[Values]) -> None:
        """Execute it for each row."""
        compiled = self._for(db)
        db.exec_driver_sql(compiled.text, [compiled.bound(values) for values in rows])

    def _for(self, db: Connection) -> "_Compiled":
        name = db.dialect.name
        if name not in self._compiled:
            self._compiled[name] = _compile(self._by_dialect.get(name, self._statement), db)
        return self._compiled[name]


@dataclass(frozen=True, slots=True)
class _Compiled:
    """``fields`` are the values in their order, each with what writes it as the database keeps it;
    ``fixed`` are those that the statement brings itself."""

    text: str
    fields: Sequence[tuple[str, Callable[[Any], Any] | None]]
    fixed: Values
    by_name: bool

    def bound(self, values: Values) -> Any:
        """Give the values as the driver takes them."""
        given = {**self.fixed, **values} if self.fixed else values
        found = [given[name] if convert is None else convert(given[name]) for name, convert in self.fields]
        if self.by_name:
            return dict(zip([name for name, _ in self.fields], found, strict=True))
        return tuple(found)


def _compile(statement: Any, db: Connection) -> _Compiled:
    compiled = statement.compile(dialect=db.dialect)
    binds = compiled.binds
    names = compiled.positiontup if compiled.positional else list(compiled.params)
    fields = [(name, binds[name].type.dialect_impl(db.dialect).bind_processor(db.dialect)) for name in names]
    fixed = {name: binds[name].value for name in names if not binds[name].required}
    return _Compiled(str(compiled), fields, fixed, not compiled.positional)
