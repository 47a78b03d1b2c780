"""The themes of the workbook: what each sheet holds, row by row."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from config.election import Election
from gateway.papers.rows import PLACE, Cell, Notes, columns, figure_columns, figures, place, result_row
from models import breakdown, changes, listing, monitors, notes, tally
from models.listing import Listed


@dataclass(frozen=True, slots=True)
class Theme:
    """A sheet: its name, the names of its columns, and its rows as they are read."""

    name: str
    columns: list[str]
    rows: Iterable[list[Cell]]


_SOURCE = ["revision", "source", "by", "at", "reason", "message"]


def themes(db: Connection, election: Election, now: datetime) -> Iterator[Theme]:
    """Give the sheets in their order; each is read when it is its turn."""
    votes = figure_columns(election)
    yield Theme("results", columns(election), _results(db, election))
    yield Theme(
        "totals",
        ["contest", "number", "candidate", "votes", "share", "stations", "valid", "invalid"],
        _totals(db, election),
    )
    yield Theme(
        "districts",
        ["district", "registered", "reported", "complete", "held", "contest", "stations", *votes],
        _districts(db, election),
    )
    yield Theme(
        "history",
        [*PLACE, "contest", "status", *votes, "stated", *_SOURCE],
        _history(db, election),
    )
    yield Theme(
        "monitors",
        [*PLACE, "name", "phone", "phone2", "language", "present_at", "practised_at"],
        _monitors(db, election),
    )
    yield Theme("substitutions", [*PLACE, "name", "before", "at"], _substitutions(db, election))
    yield Theme("incidents", [*PLACE, "kind", "at", "name", "phone", "text"], _incidents(db, election))
    yield Theme("about", ["what", "value"], _about(election, now))


def _results(db: Connection, election: Election) -> Iterator[list[Cell]]:
    said = Notes(election)
    return (result_row(each, election, said.of(each)) for each in listing.listed(db, election))


def _totals(db: Connection, election: Election) -> Iterator[list[Cell]]:
    for each in tally.totals(db, election).contests:
        for candidate in each.contest.candidates:
            votes, share = each.votes[candidate.number - 1], each.share(candidate.number)
            start: list[Cell] = [each.contest.code, candidate.number, candidate.name, votes, share]
            yield [*start, each.stations, each.valid, each.invalid]


def _districts(db: Connection, election: Election) -> Iterator[list[Cell]]:
    for district, totals in breakdown.by_district(db, election):
        counts = totals.stations
        for each in totals.contests:
            start: list[Cell] = [
                district.name,
                counts.registered,
                counts.reported,
                counts.complete,
                counts.held,
            ]
            yield [*start, each.contest.code, each.stations, *figures(each, election)]


def _history(db: Connection, election: Election) -> Iterator[list[Cell]]:
    for each in listing.history(db):
        yield _past(each, election)
    for each in listing.held(db, election, rejected=True):
        yield _past(each, election)


def _past(each: Listed, election: Election) -> list[Cell]:
    source = each.source
    assert source is not None
    stated = each.tally.stated if each.tally else None
    return [
        *place(each.station),
        each.contest,
        each.status,
        *figures(each.tally, election),
        stated,
        source.revision,
        source.source,
        source.phone,
        election.local(source.at),
        f"{source.reason}: {', '.join(source.codes)}" if source.codes else source.reason,
        source.message_id,
    ]


def _monitors(db: Connection, election: Election) -> Iterator[list[Cell]]:
    for each in monitors.monitors(db):
        phones: list[Cell] = [*each.phones[:2], None, None]
        moments = [election.local(at) if at else None for at in (each.present_at, each.practised_at)]
        yield [*place(each.station), each.name, *phones[:2], each.lang, *moments]


def _substitutions(db: Connection, election: Election) -> Iterator[list[Cell]]:
    for each in changes.substitutions(db):
        yield [*place(each.station), each.name, ", ".join(each.before), election.local(each.at)]


def _incidents(db: Connection, election: Election) -> Iterator[list[Cell]]:
    for each in notes.noted(db, notes.INCIDENT, notes.ABSENT):
        yield [*place(each.station), each.kind, election.local(each.at), each.name, each.phone, each.text]


def _about(election: Election, now: datetime) -> list[list[Cell]]:
    return [
        ["election", election.name],
        ["as_of", election.local(now)],
        ["time zone", election.timezone.key],
        ["TIDAK RESMI", "Hanya KPU yang menetapkan hasil."],
        ["UNOFFICIAL", "Only the election commission (KPU) declares results."],
    ]
