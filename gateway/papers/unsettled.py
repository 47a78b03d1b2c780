"""The report's lists of what is not settled: missing, held, corrected, worth a second look."""

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter

from sqlalchemy import Connection

from config.election import Election
from gateway.papers.paper import Column, Line, Say, Section
from gateway.papers.tables import listing, place, place_columns, stations, table, tally_words
from models import changes
from models import listing as listed
from models import missing as lacking
from models import second_look as looks
from models.changes import Corrected
from models.listing import Listed, Source
from models.second_look import Look, Reason


def missing(db: Connection, election: Election, say: Say) -> Section:
    """List the stations that have not reported every contest, those that lack some with these."""
    title = say("TPS belum lengkap", "Stations not complete")
    every = len(election.contests)
    found, count = stations(
        say,
        (
            (each.station, ", ".join(each.contests) if len(each.contests) < every else "")
            for each in lacking.missing(db, election)
        ),
    )
    if not count:
        return Section(title, (say("Tidak ada.", "None."),))
    words = say(
        "Di dalam kurung: pemilihan yang belum, bila yang lain sudah.",
        "In brackets: the contests that lack, where others have come.",
    )
    return Section(f"{title} ({count})", (words,), (found,))


def held(db: Connection, election: Election, say: Say) -> Section:
    """List the reports that wait for a coordinator, each on a line, with the figures of its contests."""
    columns = (
        *place_columns(say),
        Column(say("Kasus", "Case"), wraps=True),
        Column(say("Sejak", "Since")),
        Column(say("Pemilihan", "Contest")),
        Column(say("Angka", "Figures"), wraps=True),
    )
    lines = (
        Line(
            (
                *place(each[0].station),
                _case(say, source),
                f"{election.local(source.at):%d-%m %H:%M}",
                ", ".join(one.contest for one in each),
                "; ".join(tally_words(say, one.tally) for one in each),
            )
        )
        for source, each in _by_case(listed.held(db, election))
    )
    words = say(
        "Menunggu keputusan koordinator; tidak dihitung dalam jumlah.",
        "Waiting for a coordinator's decision; not counted in the totals.",
    )
    return listing(say("Laporan ditahan", "Reports held"), table(columns, lines), say, words)


def corrected(db: Connection, election: Election, say: Say) -> Section:
    """List what another revision replaced, old and new."""
    columns = (
        *place_columns(say),
        Column(say("Pemilihan", "Contest")),
        Column(say("Semula", "Before")),
        Column(say("Menjadi", "After")),
        Column(say("Oleh", "By")),
        Column(say("Pukul", "At")),
    )
    lines = (
        Line(
            (
                *place(each.station),
                each.contest,
                tally_words(say, each.old),
                tally_words(say, each.new),
                _by(say, each),
                f"{election.local(each.at):%d-%m %H:%M}",
            )
        )
        for each in changes.corrections(db)
    )
    return listing(say("Koreksi", "Corrections"), table(columns, lines), say)


def second_look(db: Connection, election: Election, say: Say) -> Section:
    """List the figures that were accepted and may still be wrong, and why."""
    columns = (
        *place_columns(say),
        Column(say("Pemilihan", "Contest")),
        Column(say("Angka", "Figures")),
        Column("DPT", right=True),
        Column(say("Sebab", "Reason"), wraps=True),
    )
    lines = (
        Line(
            (
                *place(each.station),
                each.tally.contest,
                tally_words(say, each.tally),
                str(each.station.voters_for(each.tally.contest) or "-"),
                "; ".join(reason_words(say, each, reason) for reason in each.reasons),
            )
        )
        for each in looks.second_look(db, election)
    )
    words = say(
        "Tercatat dan dihitung, tetapi patut diperiksa pada formulirnya. Bukan tuduhan: TPS kecil dapat "
        "saja memberikan semua suara kepada satu calon.",
        "Recorded and counted, but worth checking on the form. No accusation: a small station may well give "
        "all its votes to one candidate.",
    )
    return listing(say("Patut diperiksa lagi", "Deserves a second look"), table(columns, lines), say, words)


def reason_words(say: Say, look: Look, reason: Reason) -> str:
    """Say why figures deserve a second look."""
    match reason:
        case Reason.SUM:
            return say("formulir tidak cocok jumlahnya", "the form does not add up")
        case Reason.EQUAL:
            more = (
                say(f" dan {look.others - 1} lagi", f" and {look.others - 1} more") if look.others > 1 else ""
            )
            return say(f"sama dengan TPS{look.same_as}{more}", f"equal to TPS{look.same_as}{more}")
        case Reason.ALL_FOR_ONE:
            return say("semua suara untuk satu calon", "all votes for one candidate")
        case Reason.NONE_FOR_ONE:
            return say("ada calon tanpa suara", "a candidate with none")
        case Reason.TURNOUT:
            return say("pemilih lebih dari 100% DPT", "turnout over 100% of DPT")


def _by_case(held: Iterator[Listed]) -> Iterator[tuple[Source, list[Listed]]]:
    """Give the figures of each case together."""
    for source, figures in groupby(held, key=attrgetter("source")):
        yield source, list(figures)


def _case(say: Say, source: Source) -> str:
    """Name a case and say why it is one."""
    why = {
        "conflict": say("beda dari yang tercatat", "differs from what stands"),
        "suspicious": say("angka tidak wajar", "unlikely figures"),
        "sum_mismatch": say("jumlah di formulir tidak cocok", "the form does not add up"),
        "bad_pin": say("PIN salah berkali-kali", "PIN wrong many times"),
        "unknown_sender": say("nomor tidak terdaftar", "number not on the roster"),
    }
    return f"{source.reason}: {', '.join(why.get(code, code) for code in source.codes)}"


def _by(say: Say, each: Corrected) -> str:
    """Say who changed it: a monitor's own correction has the reason ``report``."""
    if each.source == "operator":
        return "operator"
    return "monitor" if each.reason == "report" else say("koordinator", "coordinator")
