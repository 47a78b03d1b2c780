"""The roster from files: all or nothing, and only what changed (SPEC section 7)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from config.election import Election
from config.errors import RosterError
from models import roster, tally
from models.people_import import Wanted, district_ids, import_people, put_together, station_ids
from models.roster_files import PersonLine, StationLine, read_people, read_stations
from models.tables import DistrictRow, ResultRow, StationRow, StationVersion

CHUNK = 5_000  # rows a statement: 823,220 stations in bounded memory
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """What an import changed, and what it left for a reason."""

    stations_added: int = 0
    stations_changed: int = 0
    stations_removed: int = 0
    people_added: int = 0
    people_changed: int = 0
    people_removed: int = 0
    warnings: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether anything did."""
        return replace(self, warnings=()) != ImportSummary()


def import_roster(
    db: Connection,
    election: Election,
    stations: Path | None,
    people: Path | None,
    *,
    prune: bool = False,
    progress: Progress | None = None,
) -> ImportSummary:
    """Bring the roster to what the files say, in the caller's transaction.

    Raises RosterError with every problem of both files, a line each, before anything is written.
    """
    station_lines, wanted = _read(db, election, stations, people)
    done = _stations(db, station_lines, prune=prune and stations is not None, progress=progress)
    if people is not None:
        added, changed, removed = import_people(db, wanted, prune=prune)
        done = replace(done, people_added=added, people_changed=changed, people_removed=removed)
    if done.stations_added or done.stations_changed or done.stations_removed:
        tally.recount(db, election)
    return done


def _read(
    db: Connection, election: Election, stations: Path | None, people: Path | None
) -> tuple[list[StationLine], list[Wanted]]:
    """Read both files; raises RosterError with every problem of both."""
    station_lines, problems = read_stations(stations, election) if stations else ([], [])
    person_lines, more = read_people(people, election) if people else ([], [])
    problems = [*problems, *more]
    numbers = {each.number for each in station_lines} | set(station_ids(db))
    districts = {each.district.casefold() for each in station_lines} | set(district_ids(db))
    name = people.name if people else ""
    problems += [
        f"{name}, line {line}: {what}" for line, what in _unknown_places(person_lines, numbers, districts)
    ]
    wanted, clashes = put_together(person_lines)
    problems += [f"{name}, line {line}: {what}" for line, what in clashes]
    if problems:
        raise RosterError("\n".join(problems))
    return station_lines, wanted


def _unknown_places(lines: list[PersonLine], numbers: set[int], districts: set[str]) -> list[tuple[int, str]]:
    found = [
        (each.line, f"there is no station {each.station}")
        for each in lines
        if each.station is not None and each.station not in numbers
    ]
    found += [
        (each.line, f"there is no district '{each.district[:40]}'")
        for each in lines
        if each.district and each.district.casefold() not in districts
    ]
    return sorted(found)


def _stations(
    db: Connection, lines: list[StationLine], *, prune: bool, progress: Progress | None
) -> ImportSummary:
    districts = _districts(db, lines)
    kept = {row.number: row for row in db.execute(select(StationRow.__table__))}
    added, changed = [], []
    for each in lines:
        values = _station_values(each, districts)
        row = kept.get(each.number)
        if row is None:
            added.append(values)
        elif any(row._mapping[name] != value for name, value in values.items()):
            changed.append({**values, "key": row.id})
    removed, warnings = _to_remove(db, lines, kept) if prune else ([], ())
    if added or changed or removed:
        version = roster.next_version(db)
        _write_stations(db, version, added, changed, removed, progress=progress)
    return ImportSummary(
        stations_added=len(added),
        stations_changed=len(changed),
        stations_removed=len(removed),
        warnings=warnings,
    )


def _districts(db: Connection, lines: list[StationLine]) -> dict[str, int]:
    known = district_ids(db)
    new = {each.district.casefold(): each.district for each in lines if each.district.casefold() not in known}
    if new:
        db.execute(insert(DistrictRow), [{"name": name} for name in new.values()])
        known = district_ids(db)
    return known


def _station_values(each: StationLine, districts: dict[str, int]) -> dict[str, Any]:
    return {
        "code": each.code,
        "number": each.number,
        "district_id": districts[each.district.casefold()],
        "village": each.village,
        "form_number": each.form_number,
        "voters": each.voters,
        "voters_by_contest": dict(each.voters_by_contest),
        "removed": False,
    }


def _to_remove(
    db: Connection, lines: list[StationLine], kept: dict[int, Any]
) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    named = {each.number for each in lines}
    gone = [row for number, row in kept.items() if number not in named and not row.removed]
    with_results = set(db.execute(select(ResultRow.station_id).distinct()).scalars())
    removed = [
        {**{name: row._mapping[name] for name in _VALUES}, "removed": True, "key": row.id}
        for row in gone
        if row.id not in with_results
    ]
    stay = [f"station {row.code} has results: it stays" for row in gone if row.id in with_results]
    return removed, tuple(stay)


_VALUES = (
    "code",
    "number",
    "district_id",
    "village",
    "form_number",
    "voters",
    "voters_by_contest",
    "removed",
)
_CHANGE = (
    update(StationRow)
    .where(StationRow.id == bindparam("key"))
    .values({name: bindparam(f"new_{name}") for name in _VALUES})
)


def _write_stations(
    db: Connection,
    version: int,
    added: list[dict[str, Any]],
    changed: list[dict[str, Any]],
    removed: list[dict[str, Any]],
    *,
    progress: Progress | None,
) -> None:
    for start in range(0, len(added), CHUNK):
        db.execute(insert(StationRow), added[start : start + CHUNK])
        if progress is not None:
            progress(min(start + CHUNK, len(added)), len(added))
    rows = [*changed, *removed]
    if rows:
        db.execute(
            _CHANGE, [{"key": row["key"], **{f"new_{name}": row[name] for name in _VALUES}} for row in rows]
        )
    ids = (
        {row.number: row.id for row in db.execute(select(StationRow.number, StationRow.id))} if added else {}
    )
    versions = [
        {
            **{name: row[name] for name in _VALUES if name != "number"},
            "station_id": row.get("key") or ids[row["number"]],
            "since": version,
        }
        for row in (*added, *rows)
    ]
    for start in range(0, len(versions), CHUNK):
        db.execute(insert(StationVersion), versions[start : start + CHUNK])
