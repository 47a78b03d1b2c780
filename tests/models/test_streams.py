"""What reads every station reads it once: papers, files, the audit and what counts anew.

PostgreSQL plans a statement for the rows that it believes there are. Where it believes in one it goes
through a whole table again for each row that it finds: of 12,000 stations an export took it 22 s, for 0.2.
"""

from collections import deque

import pytest

from models import (
    audit_rows,
    breakdown,
    changes,
    listing,
    messages,
    monitors,
    notes,
    recount,
    second_look,
    timeline,
)
from tests.databases import only_postgresql
from tests.elections import REFERENCE
from tests.models.plans import ONE_PAGE, SMALL, explained, goes_through, walked

READERS = {
    "counted anew": lambda db: recount.counted(db, REFERENCE).items(),
    "rows of the audit": lambda db: [audit_rows.check_rows(db)],
    "listed": lambda db: listing.listed(db, REFERENCE),
    "history": listing.history,
    "held": lambda db: listing.held(db, REFERENCE, rejected=True),
    "by village": lambda db: breakdown.by_village(db, REFERENCE),
    "corrections": changes.corrections,
    "substitutions": changes.substitutions,
    "log": messages.log,
    "monitors": monitors.monitors,
    "incidents": lambda db: notes.noted(db, "incident"),
    "second look": lambda db: second_look.second_look(db, REFERENCE),
    "timeline": lambda db: timeline.timeline(db, REFERENCE),
}


def read_anew(node, *, again=False):
    """Give the tables that a plan goes through from end to end for each row of something else."""
    if again and "Relation Name" in node and goes_through(node):
        yield node["Relation Name"]
    for place, each in enumerate(node.get("Plans", [])):
        inner = node["Node Type"] == "Nested Loop" and place == 1
        yield from read_anew(each, again=again or inner or each["Parent Relationship"] == "SubPlan")


def tables_read_anew(city, statement, parameters=()):
    with city.service.store.reading() as db:
        plan = explained(db, "FORMAT JSON", f"DECLARE part NO SCROLL CURSOR FOR {statement}", parameters)
    return set(read_anew(plan)) - SMALL - ONE_PAGE


@only_postgresql
@pytest.mark.parametrize("reader", READERS)
def test_what_reads_all_goes_through_no_table_again_for_each_row(grown, reader):
    def read(city):
        city.read(lambda db: deque(READERS[reader](db), maxlen=0))

    executed = walked(grown, read)

    assert executed
    found = {(each.statement, *tables_read_anew(grown, each.statement, each.parameters)) for each in executed}
    assert {each for each in found if len(each) > 1} == set()


@only_postgresql
def test_a_table_that_is_read_for_each_row_is_found(grown):
    statement = "SELECT 1 FROM stations, messages WHERE stations.voters < messages.segments"

    assert tables_read_anew(grown, statement)
