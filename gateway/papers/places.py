"""The report's tables by district and by village."""

from collections.abc import Iterator

from sqlalchemy import Connection

from config.election import Contest, Election
from gateway.papers.paper import Column, Line, Say, Section, Table
from gateway.papers.tables import percent, table, vote_cells, vote_columns
from models import breakdown
from models.breakdown import Village
from models.people import District
from models.tally import ContestTotal, Totals


def districts(db: Connection, election: Election, say: Say, totals: Totals) -> Section:
    """Give how far each district is, then for each contest its votes: a lead that comes from one
    early district is seen as that."""
    found = breakdown.by_district(db, election)
    title = say("Per kecamatan", "By district")
    if not found:
        return Section(title, (say("Tidak ada.", "None."),))
    tables = [_contest(say, found, totals, index) for index in range(len(election.contests))]
    return Section(title, (), (_progress(say, found, totals), *tables))


def villages(db: Connection, election: Election, say: Say) -> Section:
    """Give for each contest the votes of every village, under its district."""
    found = breakdown.by_village(db, election)
    title = say("Per kelurahan", "By village")
    if not found:
        return Section(title, (say("Tidak ada.", "None."),))
    return Section(
        title, (), tuple(_villages(say, found, each, index) for index, each in enumerate(election.contests))
    )


def _progress(say: Say, found: list[tuple[District, Totals]], whole: Totals) -> Table:
    columns = (
        Column(say("Kecamatan", "District")),
        Column("TPS", right=True),
        Column(say("Melapor", "Reported"), right=True),
        Column("%", right=True),
        Column(say("Lengkap", "Complete"), right=True),
        Column(say("Ditahan", "Held"), right=True),
    )
    lines = [_counts(each.name, totals) for each, totals in found]
    return table(columns, iter([*lines, _counts(say("Semua", "All"), whole, strong=True)]))


def _counts(name: str, totals: Totals, *, strong: bool = False) -> Line:
    counts = totals.stations
    part = percent(counts.reported, counts.registered)
    cells = (name, str(counts.registered), str(counts.reported), part, str(counts.complete), str(counts.held))
    return Line(cells, strong)


def _contest(say: Say, found: list[tuple[District, Totals]], whole: Totals, index: int) -> Table:
    total = whole.contests[index]
    lines = [_votes(each.name, totals.contests[index], totals.stations.registered) for each, totals in found]
    last = _votes(say("Semua", "All"), total, whole.stations.registered, strong=True)
    return table(
        (Column(say("Kecamatan", "District")), *_columns(say, total)),
        iter([*lines, last]),
        _name(total.contest),
    )


def _villages(say: Say, found: list[Village], contest: Contest, index: int) -> Table:
    columns = (Column(say("Kelurahan", "Village")), *_columns(say, found[0].contests[index]))
    return table(columns, _under_districts(found, index, len(columns)), _name(contest))


def _under_districts(found: list[Village], index: int, width: int) -> Iterator[Line]:
    before: District | None = None
    for each in found:
        if each.district != before:
            yield Line((each.district.name, *[""] * (width - 1)), strong=True)
            before = each.district
        yield _votes(each.name, each.contests[index], each.registered)


def _columns(say: Say, total: ContestTotal) -> tuple[Column, ...]:
    return (Column("TPS", right=True), *vote_columns(say, total))


def _votes(name: str, total: ContestTotal, registered: int, *, strong: bool = False) -> Line:
    return Line((name, f"{total.stations}/{registered}", *vote_cells(total)), strong)


def _name(contest: Contest) -> str:
    return f"{contest.name} ({contest.code})"
