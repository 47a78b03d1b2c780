"""A station's history as SPEC section 6 prints it."""

from typing import Any

from sqlalchemy import Connection

from gateway.service import Service
from models import cases, people, results
from models.cases import Case
from models.results import Revision
from parser.station import Station
from parser.verdict import Tally


def station_json(service: Service, db: Connection, station: Station) -> dict[str, Any]:
    """Give what stands at a station, every revision, and every held report with its end."""
    history = results.history(db, station)
    newest = results.newest(history)
    held = cases.all_at(db, station)
    rows = [_revision(service, each, results.status(each, newest)) for each in history]
    # An accepted case is in the history as the revision that it became.
    rows += [row for each in held if each.status != cases.ACCEPTED for row in _held(service, db, each)]
    rows.sort(key=lambda row: row["message"])  # as they came: a clock may jump
    return {
        "station": station.code,
        "district": station.district,
        "village": station.village,
        "voters": station.voters,
        "monitors": [phone for each in people.monitors_of(db, station.id) for phone in each.phones],
        "results": [_revision(service, each, None) for each in newest.values() if each.votes is not None],
        "history": rows,
        "held": [_case(service, each) for each in held if each.status == cases.OPEN],
    }


def _revision(service: Service, each: Revision, status: str | None) -> dict[str, Any]:
    tally = each.tally if each.votes is not None else None
    found = {
        "contest": each.contest,
        **_figures(tally),
        "revision": each.revision,
        "source": each.source,
        "by": each.phone,
        "at": service.election.local(each.at).isoformat(),
        "message": each.message_id,
        "receipt": each.receipt,
    }
    return found if status is None else {**found, "status": status, "reason": each.reason}


def _held(service: Service, db: Connection, case: Case) -> list[dict[str, Any]]:
    source = cases.source(db, service.election, case)
    return [
        {
            "contest": each.contest,
            **_figures(each),
            "revision": None,
            "source": source,
            "by": case.sender,
            "at": service.election.local(case.at).isoformat(),
            "message": case.message_id,
            "receipt": None,
            "status": "held" if case.status == cases.OPEN else "rejected",
            "reason": f"{case.name}: {', '.join(case.codes)}",
        }
        for each in case.figures(service.election)
    ]


def _case(service: Service, case: Case) -> dict[str, Any]:
    return {
        "case": case.name,
        "codes": list(case.codes),
        "by": case.sender,
        "at": service.election.local(case.at).isoformat(),
        "message": case.message_id,
        "results": [{"contest": each.contest, **_figures(each)} for each in case.figures(service.election)],
    }


def _figures(tally: Tally | None) -> dict[str, Any]:
    return {
        "votes": list(tally.votes) if tally else None,
        "valid": tally.valid if tally else None,
        "invalid": tally.invalid if tally else None,
        "stated": tally.stated if tally else None,
        "adds_up": tally.adds_up if tally else None,
    }
