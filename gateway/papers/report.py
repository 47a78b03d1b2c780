"""``pantau report``: what the mayor, the governor's office and the ministry get, section by section."""

from datetime import datetime

from sqlalchemy import Connection

from config.election import Election
from gateway.papers.field import attendance, incidents, substitutions
from gateway.papers.paper import Chart, Column, Line, Paper, Say, Section, Table
from gateway.papers.places import districts, villages
from gateway.papers.tables import percent, share
from gateway.papers.unsettled import corrected, held, missing, second_look
from models import tally, timeline
from models.tally import ContestTotal, Totals
from models.timeline import Step


def compose_report(db: Connection, election: Election, now: datetime) -> Paper:
    """Give the report as it is now, in the election's language."""
    say, totals = Say(election.language), tally.totals(db, election)
    return Paper(
        say=say,
        title=say("Laporan hasil sementara", "Report of preliminary results"),
        election=election,
        at=election.local(now),
        words=(
            say(
                "Dihimpun Pantau dari SMS para monitor di TPS. Angka ini TIDAK RESMI: hanya Komisi "
                "Pemilihan Umum (KPU) yang menetapkan hasil.",
                "Gathered by Pantau from the texts of monitors at the polling stations. These figures are "
                "UNOFFICIAL: only the election commission (KPU) declares results.",
            ),
        ),
        sections=(
            _summary(say, totals),
            _progress(db, election, say, totals, election.local(now)),
            districts(db, election, say, totals),
            villages(db, election, say),
            missing(db, election, say),
            held(db, election, say),
            corrected(db, election, say),
            second_look(db, election, say),
            attendance(db, election, say),
            substitutions(db, election, say),
            incidents(db, election, say),
        ),
    )


def _summary(say: Say, totals: Totals) -> Section:
    counts = totals.stations
    lines = [
        (say("Terdaftar", "Registered"), counts.registered),
        (
            say("Sudah melapor (sedikitnya satu pemilihan)", "Reported (at least one contest)"),
            counts.reported,
        ),
        (say("Lengkap (semua pemilihan)", "Complete (every contest)"), counts.complete),
        (say("Ada laporan ditahan", "With a report held"), counts.held),
    ]
    stations = Table(
        (
            Column("TPS", wraps=True),
            Column(say("Jumlah", "Number"), right=True),
            Column("%", right=True),
        ),
        tuple(Line((name, str(count), percent(count, counts.registered))) for name, count in lines),
    )
    contests = tuple(_contest(say, each, counts.registered) for each in totals.contests)
    return Section(say("Ringkasan", "Summary"), (), (stations, *contests))


def _contest(say: Say, total: ContestTotal, registered: int) -> Table:
    lines = [
        Line((str(each.number), each.name, str(total.votes[each.number - 1]), share(total, each.number)))
        for each in total.contest.candidates
    ]
    valid = Line(("", say("Suara sah", "Valid votes"), str(total.valid), ""), strong=True)
    given = say("Suara tidak sah, bila dilaporkan", "Invalid votes, where given")  # TSAH may be left out
    invalid = Line(("", given, "-" if total.invalid is None else str(total.invalid), ""))
    return Table(
        (
            Column("No", right=True),
            Column(say("Calon", "Candidate"), wraps=True),
            Column(say("Suara", "Votes"), right=True),
            Column("%", right=True),
        ),
        (*lines, valid, invalid),
        title=f"{total.contest.name} ({total.contest.code}): {total.stations} / {registered} TPS",
        whole=True,
    )


def _progress(db: Connection, election: Election, say: Say, totals: Totals, now: datetime) -> Section:
    title = say("Perjalanan laporan", "Progress over time")
    steps = timeline.timeline(db, election)
    if not steps:
        return Section(title, (say("Belum ada laporan.", "No report yet."),))
    local = tuple(Step(election.local(each.at), each.reported, each.complete) for each in steps)
    words = say(
        "TPS yang hasilnya tercatat sekarang, menurut waktu laporan pertamanya tercatat.",
        "Stations whose results stand now, by the time at which their first report was recorded.",
    )
    opens = election.local(election.opens) if election.opens else None
    chart = Chart(
        title=title,
        steps=local,
        registered=totals.stations.registered,
        start=opens if opens and opens.date() == local[0].at.date() else None,
        until=now,
        reported=say("Melapor", "Reported"),
        complete=say("Lengkap", "Complete"),
    )
    return Section(title, (words,), (chart,))
