"""How fast the board answers, at the size of a city and at that of a country (SPEC section 10).

    python bench/board.py [STATIONS …]        default: 326 823220

Makes a SQLite database with as many stations, 97 % of which have reported both contests, and
asks the application for the pages, without a network: milliseconds, the first answer of a
process apart from the median of the rest; of the processor alone, where others use it too.
"""

import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import insert

from config.election_file import read_election
from config.settings import read_settings
from gateway.app import create_app
from gateway.carriers import CARRIERS
from gateway.health import Readiness
from gateway.service import Service
from models import elections, roster
from models.recount import recount
from models.results import FIRST, content_hash
from models.store import Store
from models.tables import (
    Base,
    CaseFigures,
    CaseRow,
    DistrictRow,
    FieldNote,
    MessageRow,
    PersonRow,
    PhoneRow,
    ResultRow,
    RoleRow,
    StationRow,
)

A_DISTRICT_HAS = 113  # stations: 823,220 in 7,277 districts
AT_A_TIME = 5_000
TIMES = 20
BEGAN = datetime.now(UTC) - timedelta(hours=3)
PAGES: tuple[str, ...] = (
    "/board",
    "/board?part=1",
    "/board/list/missing",
    "/board/list/absent",
    "/board/list/held",
)
PAGES += ("/board/list/corrected", "/board/district/D0000", "/board/station/1", "/board/messages")


def main() -> None:
    for stations in [int(each) for each in sys.argv[1:]] or [326, 823_220]:
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(measure(stations, Path(folder))), flush=True)


def measure(stations: int, folder: Path) -> dict[str, Any]:
    settings = read_settings(
        {"PANTAU_DATABASE_URL": f"sqlite:///{folder / 'board.db'}"}, folder, known_carriers=CARRIERS
    )

    election = read_election(settings.election)
    store = Store.open(settings.database_url)
    with store.transaction() as db:
        election_id = elections.remember(db, election, BEGAN)
        roster.next_version(db)
        for table, rows in everything(stations):
            db.execute(insert(table), rows)
        recount(db, election)
    carriers = {name: CARRIERS[name](settings) for name in settings.carriers}
    service = Service(store, settings, election, election_id, carriers, frozenset())
    client = create_app(service, Readiness(store)).test_client()
    client.get("/board/nothing")  # templates are read once
    found = {path: asked(client, path) for path in PAGES}
    store.close()
    return {"stations": stations, "milliseconds": found}


def asked(client: FlaskClient, path: str) -> dict[str, float]:
    times, busy = [], []
    for _ in range(TIMES):
        began, began_busy = time.perf_counter(), time.process_time()
        response = client.get(path)
        times.append((time.perf_counter() - began) * 1000)
        busy.append((time.process_time() - began_busy) * 1000)
        assert response.status_code == 200, (path, response.status_code)
    return {
        "first": round(times[0], 1),
        "median": round(median(times[1:]), 1),
        "fastest": round(min(times), 1),
        "processor": round(median(busy[1:]), 1),
    }


def everything(stations: int) -> Iterator[tuple[type[Base], list[dict[str, Any]]]]:
    districts = [
        {"id": number + 1, "name": f"D{number:04d}"} for number in range(-(-stations // A_DISTRICT_HAS))
    ]
    yield DistrictRow, districts
    chance = random.Random(1)
    for start in range(1, stations + 1, AT_A_TIME):
        rows: dict[type[Base], list[dict[str, Any]]] = {}
        for number in range(start, min(start + AT_A_TIME, stations + 1)):
            for table, row in station(number, stations, chance):
                rows.setdefault(table, []).append(row)
        for table in (StationRow, PersonRow, PhoneRow, RoleRow, MessageRow, CaseRow, ResultRow, *LAST):
            if table in rows:
                yield table, rows[table]


LAST = (CaseFigures, FieldNote)


def station(number: int, stations: int, chance: random.Random) -> Iterator[tuple[type[Base], dict[str, Any]]]:
    at = BEGAN + timedelta(seconds=10_000 * number / stations)
    phone = f"+6284{number:08d}"
    yield from on_roster(number, phone)
    if chance.random() < 0.03:
        return
    yield MessageRow, text_in(number, phone, at)
    yield from revisions(number, at, chance, chained=stations < AT_A_TIME)
    if chance.random() < 0.02:
        case = {"id": number, "station_id": number, "codes": ("conflict",), "status": "open", "at": at}
        yield CaseRow, {**case, "sender": phone, "person_id": number, "message_id": number}
        figures = {"case_id": number, "message_id": number, "contest": "G", "votes": (1, 2, 3)}
        yield CaseFigures, figures
    if chance.random() < 0.9:
        note = {"station_id": number, "person_id": number, "kind": "present", "at": at, "text": None}
        yield (
            FieldNote,
            {**note, "message_id": number, "kind": chance.choice(["present"] * 99 + ["incident"])},
        )


def on_roster(number: int, phone: str) -> Iterator[tuple[type[Base], dict[str, Any]]]:
    yield (
        StationRow,
        {
            "id": number,
            "code": f"{number:06d}",
            "number": number,
            "village": f"Desa {number % 80}",
            "district_id": (number - 1) // A_DISTRICT_HAS + 1,
            "form_number": number % 20,
            "voters": 480,
            "voters_by_contest": {},
            "removed": False,
        },
    )
    yield PersonRow, {"id": number, "name": f"Saksi {number}", "language": None, "pin_hash": None}
    yield PhoneRow, {"person_id": number, "number": phone, "place": 1, "since": 1}
    yield RoleRow, {"person_id": number, "role": "monitor", "station_id": number, "since": 1}


def text_in(number: int, phone: str, at: datetime) -> dict[str, Any]:
    return {
        "id": number,
        "direction": "in",
        "at": at,
        "carrier": "sandbox",
        "carrier_id": f"SM{number}",
        "sender": phone,
        "body": f"TPS{number:06d} G:…",
        "outcome": "accepted",
        "codes": (),
        "person_id": number,
        "station_id": number,
    }


def revisions(
    number: int, at: datetime, chance: random.Random, *, chained: bool
) -> Iterator[tuple[type[Base], dict[str, Any]]]:
    sequence, previous = 0, FIRST
    for contest, candidates in (("G", 3), ("W", 2)):
        for revision in (1, 2) if chance.random() < 0.03 else (1,):
            sequence += 1
            row = {
                "station_id": number,
                "sequence": sequence,
                "contest": contest,
                "revision": revision,
                "votes": [chance.randint(20, 140) for _ in range(candidates)],
                "stated": None,
                "invalid": 4,
                "source": "report",
                "at": at,
                "person_id": number,
                "message_id": number,
                "reason": "report" if revision == 1 else "correction",
                "case_id": None,
                "previous": previous,
            }
            previous = content_hash(row) if chained else previous
            yield ResultRow, {**row, "hash": previous}


if __name__ == "__main__":
    main()
