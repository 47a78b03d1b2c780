"""What a path executes, to have it explained by the database itself."""

import json
import re
from dataclasses import dataclass

from sqlalchemy import event

# A few rows by nature: the roster's counter, the election files, the numbers that said STOP.
SMALL = {"counters", "elections", "opt_outs"}
ONE_PAGE = {"districts"}  # 53 here: PostgreSQL reads them whole, and takes the index where they are more
WAITING = {"messages_outbox", "cases_open"}  # indexes of only what is not yet done


@dataclass
class Executed:
    """A statement as the driver got it."""

    statement: str
    parameters: object
    steps: int = 0


def walked(city, walk):
    """Walk a path; give every statement that it executed."""
    found = []
    engine = city.service.store.engine

    def before(connection, _cursor, statement, parameters, _context, many):
        several = many and not isinstance(parameters, dict)  # several rows in one statement are not
        executed = Executed(statement, parameters[0] if several else parameters)
        found.append(executed)
        if engine.dialect.name == "sqlite":

            def step():
                executed.steps += 10

            connection.connection.dbapi_connection.set_progress_handler(step, 10)

    event.listen(engine, "before_cursor_execute", before)
    walk(city)
    event.remove(engine, "before_cursor_execute", before)
    return [each for each in found if re.match(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH)", each.statement)]


def explained(db, options, statement, parameters=()):
    """Give the first node of PostgreSQL's plan for a statement, which is not executed but for ANALYZE."""
    plan = db.exec_driver_sql(f"EXPLAIN ({options}) {statement}", parameters).scalar_one()
    return (json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]


def goes_through(node):
    """Say whether a node of a plan reads a table, or an index, from end to end."""
    index = node.get("Index Name")
    return node["Node Type"] == "Seq Scan" or (
        index is not None and "Index Cond" not in node and index not in WAITING
    )
