"""The report's lists of what happened at the stations: attendance, substitutions, incidents."""

from sqlalchemy import Connection

from config.election import Election
from gateway.papers.paper import Column, Line, Say, Section
from gateway.papers.tables import listing, percent, place, place_columns, stations, table
from models import breakdown, changes, notes


def attendance(db: Connection, election: Election, say: Say) -> Section:
    """Give for each district where monitors have checked in, and list where nobody has."""
    title = say("Kehadiran monitor", "Monitors' attendance")
    present, rows = notes.present_by_district(db), breakdown.by_district(db, election)
    if not rows:
        return Section(title, (say("Tidak ada.", "None."),))
    columns = (
        Column(say("Kecamatan", "District")),
        Column("TPS", right=True),
        Column(say("Hadir", "Checked in"), right=True),
        Column("%", right=True),
    )
    counts = [(each.name, totals.stations.registered, present.get(each.id, 0)) for each, totals in rows]
    lines = [Line((name, str(of), str(here), percent(here, of))) for name, of, here in counts]
    of, here = sum(each[1] for each in counts), sum(each[2] for each in counts)
    lines.append(Line((say("Semua", "All"), str(of), str(here), percent(here, of)), strong=True))
    silent, count = stations(
        say,
        ((each, "") for each in notes.absent_monitors(db, None)),
        say("Belum hadir dan belum melapor", "Neither checked in nor reported"),
    )
    shown = [table(columns, iter(lines)), *([silent] if count else [])]
    words = say("Monitor yang mengirim HADIR.", "Monitors who sent PRESENT.")
    return Section(title, (words,), tuple(shown))


def substitutions(db: Connection, election: Election, say: Say) -> Section:
    """List the monitors who were replaced."""
    columns = (
        *place_columns(say),
        Column(say("Semula", "Before"), wraps=True),
        Column(say("Pengganti", "Substitute"), wraps=True),
        Column(say("Sejak", "Since")),
    )
    lines = (
        Line(
            (
                *place(each.station),
                ", ".join(filter(None, each.before)) or "-",
                each.name or "-",
                f"{election.local(each.at):%d-%m %H:%M}",
            )
        )
        for each in changes.substitutions(db)
    )
    return listing(say("Pergantian monitor", "Substitutions"), table(columns, lines), say)


def incidents(db: Connection, election: Election, say: Say) -> Section:
    """List what monitors reported besides figures, in their words."""
    columns = (
        *place_columns(say),
        Column(say("Pukul", "At")),
        Column(say("Jenis", "Kind")),
        Column(say("Kata monitor", "The monitor's words"), wraps=True),
    )
    kinds = {
        notes.INCIDENT: say("kejadian", "incident"),
        notes.ABSENT: say("halangan", "absence"),
    }
    lines = (
        Line(
            (
                *place(each.station),
                f"{election.local(each.at):%d-%m %H:%M}",
                kinds[each.kind],
                each.text or "-",
            )
        )
        for each in notes.noted(db, notes.INCIDENT, notes.ABSENT)
    )
    return listing(say("Kejadian dan halangan", "Incidents and absences"), table(columns, lines), say)
