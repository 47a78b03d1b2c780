"""The statements on every text's way: written with SQLAlchemy, compiled once, run by the driver itself.

SQLAlchemy finds a compiled statement again, binds its values and wraps what comes back in more time
than SQLite takes to execute it (``docs/speed.md``). Everything else goes by ``Connection.execute``.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

MOST_ROWS = 20  # of one insert

Values = Mapping[str, Any]
Convert = Callable[[Any], Any]


class Prepared:
    """A statement, or one for each dialect by its name; its values are its ``bindparam``.

    What it raises is what SQLAlchemy raises.
    """

    def __init__(self, statement: Any = None, **by_dialect: Any) -> None:
        self._statement, self._by_dialect = statement, by_dialect
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, db: Connection, values: Values) -> list[Any]:
        """Execute it; give its rows as named tuples."""
        compiled = self._for(db)
        return compiled.read(compiled.execute(db, compiled.bound(values)))

    def value(self, db: Connection, values: Values) -> Any:
        """Execute it; give the first value of its first row, None where there is none."""
        rows = self.rows(db, values)
        return rows[0][0] if rows else None

    def run(self, db: Connection, values: Values) -> None:
        """Execute a statement that gives no rows."""
        compiled = self._for(db)
        compiled.execute(db, compiled.bound(values))

    def _for(self, db: Connection) -> "_Compiled":
        name = db.dialect.name
        if name not in self._compiled:
            self._compiled[name] = _compile(self._by_dialect.get(name, self._statement), db)
        return self._compiled[name]


class PreparedInsert:
    """An insert of as many rows as there are, by one statement: one for each row takes longer by half.

    ``build`` makes it of the dialect's ``insert(table)`` and the rows' ``bindparam``.
    """

    def __init__(
        self, table: Any, names: Sequence[str], build: Callable[[Any, Sequence[Values]], Any]
    ) -> None:
        self._table, self._names, self._build = table, names, build
        self._cells = itemgetter(*names)
        self._by_length: dict[int, tuple[list[str], Prepared]] = {}

    def run(self, db: Connection, rows: Sequence[Values]) -> None:
        """Insert rows; where there are very many, by several statements."""
        for start in range(0, len(rows), MOST_ROWS):
            part = rows[start : start + MOST_ROWS]
            if len(part) not in self._by_length:
                self._by_length[len(part)] = self._prepared(len(part))
            keys, statement = self._by_length[len(part)]
            cells = chain.from_iterable(map(self._cells, part))
            statement.run(db, dict(zip(keys, cells, strict=True)))

    def _prepared(self, length: int) -> tuple[list[str], Prepared]:
        columns = self._table.columns
        rows = [
            {name: bindparam(f"{name}_{place}", type_=columns[name].type) for name in self._names}
            for place in range(length)
        ]
        statement = Prepared(
            sqlite=self._build(sqlite.insert(self._table), rows),
            postgresql=self._build(postgresql.insert(self._table), rows),
        )
        return [each.key for row in rows for each in row.values()], statement


@dataclass(frozen=True, slots=True)
class _Compiled:
    """``fixed`` are the values that the statement brings itself, ``ordered`` puts them all in its order,
    where they go by place; ``writes`` and ``reads`` are those that the database keeps in another form.
    ``row`` is the type of its rows, None where it gives none."""

    text: str
    fixed: Values
    ordered: Callable[[Values], Sequence[Any]] | None
    writes: Sequence[tuple[str, Convert]]
    row: Any
    reads: Sequence[tuple[int, Convert]]

    def bound(self, values: Values) -> Any:
        """Give the values as the driver takes them."""
        given = {**self.fixed, **values}
        for name, convert in self.writes:
            given[name] = convert(given[name])
        return given if self.ordered is None else self.ordered(given)

    def execute(self, db: Connection, bound: Any) -> list[Any]:
        """Let the driver execute it; give the rows as they come from there."""
        assert db.in_transaction()  # else SQLAlchemy would have nothing to commit
        driver: Any = db.connection.dbapi_connection
        cursor = driver.cursor()
        listening: Any = db.engine.dispatch  # the connection's own would be put together anew each time
        if listening.before_cursor_execute:
            listening.before_cursor_execute(db, cursor, self.text, bound, None, False)
        error_type: type[Exception] = db.dialect.dbapi.Error  # type: ignore[union-attr]  # it is connected
        try:
            cursor.execute(self.text, bound)
            return cursor.fetchall() if self.row is not None else []
        except error_type as error:
            lost = db.dialect.is_disconnect(error, driver, cursor)  # type: ignore[arg-type]  # psycopg's own
            if lost:
                db.invalidate(error)
            raise DBAPIError.instance(
                self.text, None, error, error_type, hide_parameters=True, connection_invalidated=lost
            ) from error

    def read(self, rows: list[Any]) -> list[Any]:
        """Read rows as the driver gives them."""
        if not self.reads:
            return [self.row._make(each) for each in rows]
        found = []
        for each in rows:
            values = list(each)
            for place, convert in self.reads:
                values[place] = convert(values[place])
            found.append(self.row._make(values))
        return found


def _compile(statement: Any, db: Connection) -> _Compiled:
    compiled = statement.compile(dialect=db.dialect)
    binds = compiled.binds
    names = compiled.positiontup if compiled.positional else list(compiled.params)
    columns = list(statement.exported_columns)
    writes = {name: _type(binds[name], db).bind_processor(db.dialect) for name in names}
    reads = [_type(each, db).result_processor(db.dialect, None) for each in columns]
    return _Compiled(
        text=str(compiled),
        fixed={name: binds[name].value for name in names if not binds[name].required},
        ordered=_ordered(names) if compiled.positional else None,
        writes=[(name, convert) for name, convert in writes.items() if convert is not None],
        row=namedtuple("Row", [each.key for each in columns]) if columns else None,
        reads=[(place, convert) for place, convert in enumerate(reads) if convert is not None],
    )


def _ordered(names: Sequence[str]) -> Callable[[Values], Sequence[Any]]:
    if len(names) < 2:  # of which an itemgetter gives no tuple
        return lambda values: [values[name] for name in names]
    return itemgetter(*names)


def _type(of: Any, db: Connection) -> Any:
    return of.type.dialect_impl(db.dialect)
